//! The line all primitives wait in: whoever joins draws the next ticket, whoever is called is called from the front.
//!
//! It is a doubly linked list threaded through a `Vec`: a slot a waiter, indices for links. So joining, calling the
//! front and leaving from the middle take constant time (but when the `Vec` grows), without `unsafe`, and an uncontended
//! primitive never allocates. The price: the `Vec` does not shrink, it keeps a slot (40 bytes on a 64-bit machine, and what
//! the waiter brought along) for each of the most that ever waited at once.
//!
//! Lock, semaphore and event keep the line in a mutex and the sign *now serving* ([`Served`]) beside it. The line is always
//! sorted by ticket, and calls go strictly from its front, so the sign only rises, and for a ticket that was not given up
//! "not above the sign" means "called", whoever cancelled in between. So a called task takes its turn with one atomic load,
//! and its slot is free for others before it runs. (A queue, a condition and a barrier do without a sign: their called tasks
//! need the mutex in any case, and ask the line.)
//!
//! Whoever uses the line keeps three rules. A waker is cloned before the mutex is taken, since its `clone` is somebody
//! else's code. It is taken out under the mutex, and woken or dropped after. And the sign moves under the mutex.

use std::iter;
use std::mem;
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

use crate::shim::{AtomicU64, Mutex, Ordering};

/// The end of the list: no slot.
const NIL: usize = usize::MAX;

/// Waiting tasks in the order they came, each with what it brought along (`D`): how many permits, which item.
#[derive(Debug)]
pub(super) struct Line<D> {
    slots: Vec<Slot<D>>,
    /// First empty slot; the empty ones are linked through `next`.
    empty: usize,
    front: usize,
    back: usize,
    /// How many tickets were drawn so far. 64 bits, also where `usize` has 32: at one ticket a nanosecond they last 584
    /// years, so no comparison of tickets thinks of wrapping.
    drawn: u64,
}

#[derive(Debug)]
struct Slot<D> {
    /// `None`: an empty slot.
    seat: Option<(Waker, D)>,
    prev: usize,
    next: usize,
    ticket: u64,
}

/// What a waiting future remembers: which slot is its own, until its ticket is called.
///
/// An `Option` of it costs no more: no ticket is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    slot: usize,
    ticket: NonZeroU64,
}

impl Place {
    pub(super) fn ticket(self) -> u64 {
        self.ticket.get()
    }
}

/// Somebody who was called: out of the line, to be woken when the mutex is free.
#[derive(Debug)]
pub(super) struct Called<D> {
    pub(super) ticket: u64,
    pub(super) waker: Waker,
    pub(super) data: D,
}

impl<D> Line<D> {
    pub(super) fn new() -> Self {
        Line { slots: Vec::new(), empty: NIL, front: NIL, back: NIL, drawn: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.front == NIL
    }

    /// The ticket of whoever came last: a sign raised to it covers everybody present.
    pub(super) fn last_ticket(&self) -> u64 {
        self.drawn
    }

    /// What the front brought along.
    pub(super) fn front(&self) -> Option<&D> {
        self.slots.get(self.front)?.seat.as_ref().map(|(_, data)| data)
    }

    /// Goes to the back.
    pub(super) fn join(&mut self, waker: Waker, data: D) -> Place {
        self.drawn += 1;
        let ticket = NonZeroU64::new(self.drawn).expect("tickets count from 1, and last for 584 years");
        let slot = Slot { seat: Some((waker, data)), prev: self.back, next: NIL, ticket: self.drawn };
        let at = self.store(slot);
        match self.back {
            NIL => self.front = at,
            last => self.slots[last].next = at,
        }
        self.back = at;
        Place { slot: at, ticket }
    }

    /// Calls the front: takes it out. The caller moves the sign, frees the mutex, and only then wakes.
    pub(super) fn call(&mut self) -> Option<Called<D>> {
        let ticket = self.slots.get(self.front)?.ticket;
        let (waker, data) = self.take(self.front)?;
        Some(Called { ticket, waker, data })
    }

    /// Gives up a place. `None`: it was called already, so there is none to give up.
    ///
    /// What comes back is dropped after the mutex: a waker's drop is somebody else's code.
    pub(super) fn leave(&mut self, place: Place) -> Option<(Waker, D)> {
        self.waker(place)?;
        self.take(place.slot)
    }

    /// The waker stored for a place. `None`: it was called already.
    pub(super) fn waker(&mut self, place: Place) -> Option<&mut Waker> {
        let slot = &mut self.slots[place.slot];
        // A called place's slot is empty, or has another ticket: somebody who came later sits there.
        let seat = if slot.ticket == place.ticket.get() { slot.seat.as_mut() } else { None };
        seat.map(|(waker, _)| waker)
    }

    /// Puts it into an empty slot, or into a new one.
    fn store(&mut self, slot: Slot<D>) -> usize {
        let at = self.empty;
        if at == NIL {
            self.slots.push(slot);
            return self.slots.len() - 1;
        }
        self.empty = self.slots[at].next;
        self.slots[at] = slot;
        at
    }

    /// Unlinks a slot and keeps it for the next who joins.
    fn take(&mut self, at: usize) -> Option<(Waker, D)> {
        let slot = &mut self.slots[at];
        let (seat, prev, next) = (slot.seat.take(), slot.prev, slot.next);
        slot.next = self.empty;
        self.empty = at;
        match prev {
            NIL => self.front = next,
            before => self.slots[before].next = next,
        }
        match next {
            NIL => self.back = prev,
            after => self.slots[after].prev = prev,
        }
        seat
    }
}

/// The sign above the line: the highest ticket called so far.
#[derive(Debug)]
pub(super) struct Served(AtomicU64);

impl Served {
    pub(super) fn new() -> Self {
        Served(AtomicU64::new(0))
    }

    /// Moves the sign. The caller holds the line's mutex and calls in the order of tickets, so it only rises. Who still sees
    /// the old sign loses nothing: it asks the line.
    pub(super) fn call(&self, ticket: u64) {
        // Release: pairs with the Acquire in `covers`. Carries: all that the caller did before, such as what the last
        // holder of a lock wrote into its value. The mutex cannot be relied on: a called task that looks here does not take
        // it. (One that asks the line, or is dropped, does, and has it from there.)
        // Model: tests/loom/lock.rs::the_turn_carries_the_value.
        // Model: tests/loom/event.rs::waiters_in_line_see_what_the_setter_wrote.
        self.0.store(ticket, Ordering::Release);
    }

    /// Was this place, which was not given up, called? "Yes" is for ever. "No" may be old news: who acts on it asks the line,
    /// under the mutex.
    pub(super) fn covers(&self, place: Place) -> bool {
        // Acquire: pairs with the Release in `call`.
        place.ticket.get() <= self.0.load(Ordering::Acquire)
    }
}

/// Polled again while in line: makes `waker` the one that will be woken. `false`: was called, nobody is to be woken.
///
/// `find` runs under the mutex, which may guard more than one line, and gives the stored waker, or `None` when the place was
/// called.
pub(super) fn rearm<L>(line: &Mutex<L>, waker: &Waker, find: impl Fn(&mut L) -> Option<&mut Waker>) -> bool {
    match find(&mut line.lock()) {
        None => return false,
        // Most polls come with the same waker: nothing to clone. (`will_wake` compares two pointers, no user code.)
        Some(stored) if stored.will_wake(waker) => return true,
        Some(_) => {}
    }
    let mut ours = waker.clone(); // With the mutex free: so the place may be called here, and we must look again.
    match find(&mut line.lock()) {
        None => return false, // The mutex is free before `ours` is dropped: it was taken later.
        Some(stored) => mem::swap(stored, &mut ours),
    }
    drop(ours); // The old one, again with the mutex free.
    true
}

/// Wakers of those who were called, gathered under the mutex and woken after it, in this order.
///
/// Mostly there is one, or none: then nothing is allocated.
#[derive(Debug, Default)]
pub(super) struct Wakers {
    first: Option<Waker>,
    others: Vec<Waker>,
}

impl Wakers {
    pub(super) fn new() -> Self {
        Wakers { first: None, others: Vec::new() }
    }

    /// Adds who was called, if anybody was.
    #[inline]
    pub(super) fn extend<D>(&mut self, called: Option<Called<D>>) {
        if let Some(called) = called {
            self.push(called.waker);
        }
    }

    #[inline]
    pub(super) fn push(&mut self, waker: Waker) {
        match &self.first {
            None => self.first = Some(waker),
            Some(_) => self.others.push(waker),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// Wakes them all. A waker that panics costs the others nothing: the first panic goes on when all are woken.
    #[inline]
    pub(super) fn wake(self) {
        if let Some(first) = self.first {
            wake_all(first, self.others);
        }
    }
}

fn wake_all(first: Waker, others: Vec<Waker>) {
    let mut panicked = None;
    for waker in iter::once(first).chain(others) {
        match catch_unwind(AssertUnwindSafe(|| waker.wake())) {
            Err(panic) if panicked.is_none() => panicked = Some(panic),
            // One panic can go on, not two. Dropping the second's payload is user code as well: rather leak it.
            Err(panic) => mem::forget(panic),
            Ok(()) => {}
        }
    }
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
}

/// Two steps of somebody else's code in a row, such as a waker's wake and another's drop: the second is done also if the
/// first panics. Were it left to the unwinding, a panic of its own would abort the process.
pub(super) fn both(first: impl FnOnce(), second: impl FnOnce()) {
    let panicked = catch_unwind(AssertUnwindSafe(first)).err();
    match (panicked, catch_unwind(AssertUnwindSafe(second)).err()) {
        (Some(panic), other) => {
            mem::forget(other); // As in `wake_all`.
            resume_unwind(panic);
        }
        (None, Some(panic)) => resume_unwind(panic),
        (None, None) => {}
    }
}
