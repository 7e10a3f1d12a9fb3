//! What a learner would write: a flag and a line of wakers behind one mutex of std's. It keeps every law.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use async_kata::conformance::contracts;

/// A lock that is handed over: `called` owns it, and has not been polled yet.
#[derive(Default)]
pub(super) struct Lock(Mutex<Desk>);

#[derive(Default)]
struct Desk {
    locked: bool,
    called: Option<u64>,
    next: u64,
    line: VecDeque<(u64, Waker)>,
}

pub(super) struct Guard<'a>(&'a Lock);

pub(super) struct Locking<'a> {
    lock: &'a Lock,
    ticket: Option<u64>,
}

impl Lock {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unlock(&self) {
        let mut desk = self.desk();
        let Some((ticket, waker)) = desk.line.pop_front() else {
            desk.locked = false;
            return;
        };
        desk.called = Some(ticket);
        drop(desk);
        waker.wake();
    }
}

impl contracts::Lock for Lock {
    type Guard<'a> = Guard<'a>;

    fn new() -> Self {
        Lock::default()
    }

    fn lock(&self) -> impl Future<Output = Guard<'_>> + Send {
        Locking { lock: self, ticket: None }
    }

    fn try_lock(&self) -> Option<Guard<'_>> {
        let was_locked = std::mem::replace(&mut self.desk().locked, true);
        (!was_locked).then(|| Guard(self)) // `then_some` would make a guard, and drop it: an unlock
    }
}

impl<'a> Future for Locking<'a> {
    type Output = Guard<'a>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard<'a>> {
        let (lock, waker) = (self.lock, cx.waker().clone());
        let mut desk = lock.desk();
        match self.ticket {
            None if !desk.locked => desk.locked = true,
            None => {
                let ticket = desk.next;
                desk.next += 1;
                desk.line.push_back((ticket, waker));
                self.ticket = Some(ticket);
                return Poll::Pending;
            }
            Some(ticket) if desk.called == Some(ticket) => desk.called = None,
            Some(ticket) => {
                let mine = desk.line.iter_mut().find(|(other, _)| *other == ticket).expect("in line until called");
                let _old = std::mem::replace(&mut mine.1, waker);
                return Poll::Pending;
            }
        }
        self.ticket = None;
        Poll::Ready(Guard(lock))
    }
}

impl Drop for Locking<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut desk = self.lock.desk();
        if desk.called == Some(ticket) {
            desk.called = None;
            drop(desk);
            self.lock.unlock();
        } else {
            desk.line.retain(|(other, _)| *other != ticket);
        }
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.unlock();
    }
}

/// A gate: who is not in line any more was let through.
#[derive(Default)]
pub(super) struct Event(Mutex<Gate>);

#[derive(Default)]
struct Gate {
    set: bool,
    next: u64,
    line: Vec<(u64, Waker)>,
}

pub(super) struct Waiting<'a> {
    event: &'a Event,
    ticket: Option<u64>,
}

impl Event {
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl contracts::Event for Event {
    fn new() -> Self {
        Event::default()
    }

    fn set(&self) {
        let mut gate = self.gate();
        gate.set = true;
        let line = std::mem::take(&mut gate.line);
        drop(gate);
        line.into_iter().for_each(|(_, waker)| waker.wake());
    }

    fn clear(&self) {
        self.gate().set = false;
    }

    fn is_set(&self) -> bool {
        self.gate().set
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        Waiting { event: self, ticket: None }
    }
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut gate = self.event.gate();
        let Some(ticket) = self.ticket else {
            if gate.set {
                return Poll::Ready(());
            }
            let ticket = gate.next;
            gate.next += 1;
            gate.line.push((ticket, waker));
            self.ticket = Some(ticket);
            return Poll::Pending;
        };
        match gate.line.iter_mut().find(|(other, _)| *other == ticket) {
            None => Poll::Ready(()),
            Some(mine) => {
                mine.1 = waker;
                Poll::Pending
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.event.gate().line.retain(|(other, _)| *other != ticket);
        }
    }
}
