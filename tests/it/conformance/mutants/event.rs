//! A learner's event with one mistake, of these.

use std::cell::Cell;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_kata::conformance::contracts;

/// The mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bug {
    /// No mistake: it keeps every law.
    None,
    /// A new event is set.
    NewIsSet,
    /// `is_set` tells whether anybody waits.
    TellsOfWaiters,
    /// A first poll does not look whether the event is set.
    AlwaysWaits,
    /// Going through clears the event.
    UsedUp,
    /// `clear` does nothing.
    NeverClear,
    /// `set` wakes the first of those who wait.
    WakesOne,
    /// Who is woken looks again whether the event is set.
    LooksAgain,
    /// A wait remembers how often the event had been set when it was made.
    BeginsEarly,
    /// `set` shuts what is open.
    Toggles,
    /// A `set` that meets waiters lets them through, and does not open the gate.
    Edge,
    /// Who is dropped takes everybody with him.
    ClearsTheLine,
    /// The waker of the first poll is kept.
    FirstWaker,
    /// A pending poll wakes itself.
    Spins,
    /// Who is dropped stays in line.
    StaysInLine,
    /// A future that is dropped expects to be in line.
    Panics,
}

pub(super) const BUGS: &[Bug] = &[
    Bug::None,
    Bug::NewIsSet,
    Bug::TellsOfWaiters,
    Bug::AlwaysWaits,
    Bug::UsedUp,
    Bug::NeverClear,
    Bug::WakesOne,
    Bug::LooksAgain,
    Bug::BeginsEarly,
    Bug::Toggles,
    Bug::Edge,
    Bug::ClearsTheLine,
    Bug::FirstWaker,
    Bug::Spins,
    Bug::StaysInLine,
    Bug::Panics,
];

thread_local! {
    /// The mistake of those that are made next: a contract's `new` has no arguments, and a law runs on its caller's
    /// thread.
    pub(super) static BUG: Cell<Bug> = const { Cell::new(Bug::None) };
}

pub(super) struct Event {
    bug: Bug,
    gate: Mutex<Gate>,
}

#[derive(Default)]
struct Gate {
    set: bool,
    /// How often it was set.
    sets: u64,
    next: u64,
    line: Vec<(u64, Waker)>,
}

pub(super) struct Waiting<'a> {
    event: &'a Event,
    sets: u64,
    ticket: Option<u64>,
}

impl Event {
    fn has(&self, bug: Bug) -> bool {
        self.bug == bug
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl contracts::Event for Event {
    fn new() -> Self {
        let bug = BUG.get();
        Event { bug, gate: Mutex::new(Gate { set: bug == Bug::NewIsSet, ..Gate::default() }) }
    }

    fn set(&self) {
        let mut gate = self.gate();
        gate.sets += 1;
        gate.set = match self.bug {
            Bug::Toggles => !gate.set,
            Bug::Edge => gate.line.is_empty(),
            _ => true,
        };
        let most = if self.has(Bug::WakesOne) { gate.line.len().min(1) } else { gate.line.len() };
        let line: Vec<_> = gate.line.drain(..most).collect();
        drop(gate);
        line.into_iter().for_each(|(_, waker)| waker.wake());
    }

    fn clear(&self) {
        self.gate().set &= self.has(Bug::NeverClear);
    }

    fn is_set(&self) -> bool {
        let gate = self.gate();
        if self.has(Bug::TellsOfWaiters) { !gate.line.is_empty() } else { gate.set }
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        Waiting { event: self, sets: self.gate().sets, ticket: None }
    }
}

impl Waiting<'_> {
    fn join(&mut self, gate: &mut Gate, waker: Waker) {
        self.ticket = Some(gate.next);
        gate.line.push((gate.next, waker));
        gate.next += 1;
    }
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (event, waker) = (self.event, cx.waker().clone());
        let mut gate = event.gate();
        let place = gate.line.iter().position(|(other, _)| Some(*other) == self.ticket);
        match (self.ticket, place) {
            (None, _) if event.has(Bug::BeginsEarly) && gate.sets > self.sets => return Poll::Ready(()),
            (None, _) if gate.set && !event.has(Bug::AlwaysWaits) => {
                gate.set = !event.has(Bug::UsedUp);
                return Poll::Ready(());
            }
            (Some(_), None) if !event.has(Bug::LooksAgain) || gate.set => {
                gate.set &= !event.has(Bug::UsedUp);
                return Poll::Ready(());
            }
            (_, None) => self.join(&mut gate, waker),
            (_, Some(place)) if !event.has(Bug::FirstWaker) => gate.line[place].1 = waker,
            (_, Some(_)) => {}
        }
        drop(gate);
        if event.has(Bug::Spins) {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let (event, Some(ticket)) = (self.event, self.ticket) else { return };
        let mut gate = event.gate();
        let place = gate.line.iter().position(|(other, _)| *other == ticket);
        match place {
            Some(_) if event.has(Bug::StaysInLine) => {}
            Some(_) if event.has(Bug::ClearsTheLine) => gate.line.clear(),
            Some(place) => drop(gate.line.remove(place)),
            None if event.has(Bug::Panics) => panic!("not in line"),
            None => {}
        }
    }
}
