//! A learner's lock with one mistake, of these.

use std::cell::Cell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_kata::conformance::contracts;

/// The mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bug {
    /// No mistake: it keeps every law.
    None,
    /// A first poll does not look whether the lock is held.
    LetsAllIn,
    /// `try_lock` makes a guard before it looks, and drops it: that is an unlock.
    EagerGuard,
    /// `try_lock` does not look whether the lock is held.
    TriesBlindly,
    /// An unlock at which nobody waits leaves the lock as it is.
    NeverFree,
    /// An unlock hands the lock over, and wakes nobody.
    WakesNobody,
    /// An unlock calls the one who came last.
    LastFirst,
    /// An unlock frees the lock, and wakes the first in line, who looks again.
    Barges,
    /// `try_lock` takes what was handed to somebody else.
    TrySteals,
    /// Whoever is in line and is polled takes what was handed to somebody else.
    PollSteals,
    /// Who is called, and dropped, keeps the lock.
    NotPassedOn,
    /// Who is dropped stays in line.
    StaysInLine,
    /// Who leaves the line takes everybody with him.
    ClearsTheLine,
    /// The waker of the first poll is kept.
    FirstWaker,
    /// A pending poll wakes itself.
    Spins,
    /// Wakers that were woken are kept as well.
    KeepsWakers,
    /// A future that is dropped expects to be in line.
    Panics,
    /// Each poll joins the line once more.
    JoinsAgain,
    /// With somebody in line already, whoever joins leaves no waker.
    ForgetsTheSecond,
}

pub(super) const BUGS: &[Bug] = &[
    Bug::None,
    Bug::LetsAllIn,
    Bug::EagerGuard,
    Bug::TriesBlindly,
    Bug::NeverFree,
    Bug::WakesNobody,
    Bug::LastFirst,
    Bug::Barges,
    Bug::TrySteals,
    Bug::PollSteals,
    Bug::NotPassedOn,
    Bug::StaysInLine,
    Bug::ClearsTheLine,
    Bug::FirstWaker,
    Bug::Spins,
    Bug::KeepsWakers,
    Bug::Panics,
    Bug::JoinsAgain,
    Bug::ForgetsTheSecond,
];

thread_local! {
    /// The mistake of those that are made next: a contract's `new` has no arguments, and a law runs on its caller's
    /// thread.
    pub(super) static BUG: Cell<Bug> = const { Cell::new(Bug::None) };
}

pub(super) struct Lock {
    bug: Bug,
    desk: Mutex<Desk>,
}

#[derive(Default)]
struct Desk {
    locked: bool,
    called: Option<u64>,
    next: u64,
    line: VecDeque<(u64, Waker)>,
    kept: Vec<Waker>,
}

pub(super) struct Guard<'a>(&'a Lock);

pub(super) struct Locking<'a> {
    lock: &'a Lock,
    ticket: Option<u64>,
}

impl Lock {
    fn has(&self, bug: Bug) -> bool {
        self.bug == bug
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unlock(&self) {
        let mut desk = self.desk();
        let next = if self.has(Bug::LastFirst) { desk.line.pop_back() } else { desk.line.pop_front() };
        let Some((ticket, waker)) = next else {
            desk.locked = self.has(Bug::NeverFree);
            return;
        };
        if self.has(Bug::Barges) {
            desk.locked = false;
        } else {
            desk.called = Some(ticket);
        }
        if self.has(Bug::KeepsWakers) {
            desk.kept.push(waker.clone());
        }
        drop(desk);
        if !self.has(Bug::WakesNobody) {
            waker.wake();
        }
    }
}

impl contracts::Lock for Lock {
    type Guard<'a> = Guard<'a>;

    fn new() -> Self {
        Lock { bug: BUG.get(), desk: Mutex::default() }
    }

    fn lock(&self) -> impl Future<Output = Guard<'_>> + Send {
        Locking { lock: self, ticket: None }
    }

    fn try_lock(&self) -> Option<Guard<'_>> {
        let mut desk = self.desk();
        let steals = self.has(Bug::TrySteals) && desk.called.take().is_some();
        let was_locked = std::mem::replace(&mut desk.locked, true);
        drop(desk);
        let free = !was_locked || steals || self.has(Bug::TriesBlindly);
        if self.has(Bug::EagerGuard) {
            return free.then_some(Guard(self));
        }
        free.then(|| Guard(self))
    }
}

impl Locking<'_> {
    fn join(&mut self, desk: &mut Desk, waker: Waker) {
        let ticket = desk.next;
        desk.next += 1;
        self.ticket = Some(ticket);
        if !self.lock.has(Bug::ForgetsTheSecond) || desk.line.is_empty() {
            desk.line.push_back((ticket, waker));
        }
    }

    /// Still in line: this waker is the one to wake.
    fn stays(&mut self, desk: &mut Desk, waker: Waker) {
        match desk.line.iter_mut().find(|(other, _)| Some(*other) == self.ticket) {
            Some(mine) if !self.lock.has(Bug::FirstWaker) => mine.1 = waker,
            Some(_) => {}
            None => self.join(desk, waker),
        }
    }
}

impl<'a> Future for Locking<'a> {
    type Output = Guard<'a>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard<'a>> {
        let (lock, waker) = (self.lock, cx.waker().clone());
        let mut desk = lock.desk();
        let is_called = match self.ticket {
            None => lock.has(Bug::LetsAllIn) || !desk.locked,
            Some(_) if lock.has(Bug::Barges) => !desk.locked,
            Some(_) if lock.has(Bug::PollSteals) => desk.called.take().is_some(),
            ticket => desk.called == ticket,
        };
        if is_called {
            (desk.locked, desk.called, self.ticket) = (true, None, None);
            return Poll::Ready(Guard(lock));
        }
        if lock.has(Bug::Spins) {
            cx.waker().wake_by_ref();
        }
        match self.ticket {
            Some(_) if !lock.has(Bug::JoinsAgain) => self.stays(&mut desk, waker),
            _ => self.join(&mut desk, waker),
        }
        Poll::Pending
    }
}

impl Drop for Locking<'_> {
    fn drop(&mut self) {
        let lock = self.lock;
        if self.ticket.is_none() || lock.has(Bug::StaysInLine) {
            return;
        }
        let mut desk = lock.desk();
        let place = desk.line.iter().position(|(other, _)| Some(*other) == self.ticket);
        let owns_it = if lock.has(Bug::Barges) { !desk.locked } else { desk.called == self.ticket };
        match place {
            Some(_) if lock.has(Bug::ClearsTheLine) => desk.line.clear(),
            Some(place) => drop(desk.line.remove(place)),
            None if lock.has(Bug::Panics) => panic!("not in line"),
            None if owns_it && !lock.has(Bug::NotPassedOn) => {
                desk.called = None;
                drop(desk);
                lock.unlock();
            }
            None => {}
        }
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.unlock();
    }
}
