//! Wrong: an unlock wakes while it holds the mutex, and a waker may call the lock, which locks it again.

use super::given::shim::Mutex;
use std::collections::VecDeque;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A turn that one task at a time may have.
pub struct Lock {
    state: Mutex<State>,
}

struct State {
    /// Somebody has a guard, or was called and has not come yet.
    is_held: bool,
    /// The number of the last who came.
    last: u64,
    /// Who waits, by number, in the order of coming. Whoever is not in it any more was called: the lock is his.
    line: VecDeque<(u64, Waker)>,
}

impl Lock {
    /// A free lock.
    pub fn new() -> Self {
        Lock { state: Mutex::new(State { is_held: false, last: 0, line: VecDeque::new() }) }
    }

    /// Waits for the lock, then holds it until the guard is dropped.
    pub fn lock(&self) -> Locking<'_> {
        Locking { lock: self, number: None }
    }

    /// Takes the lock if it is free.
    pub fn try_lock(&self) -> Option<Guard<'_>> {
        let mut state = self.state.lock();
        let is_free = !mem::replace(&mut state.is_held, true);
        drop(state);
        is_free.then(|| Guard { lock: self })
    }

    /// Hands the lock to the first in line; if nobody waits, frees it.
    fn unlock(&self) {
        let mut state = self.state.lock();
        let first = state.line.pop_front();
        state.is_held = first.is_some();
        if let Some((_, waker)) = first {
            waker.wake();
        }
    }
}

/// The future of [`Lock::lock`].
pub struct Locking<'a> {
    lock: &'a Lock,
    /// `None`: it has not begun, or is over. `Some`: it is in line, or was called.
    number: Option<u64>,
}

impl<'a> Future for Locking<'a> {
    type Output = Guard<'a>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard<'a>> {
        let mut waker = cx.waker().clone();
        let mut state = self.lock.state.lock();
        match self.number {
            None if !state.is_held => state.is_held = true,
            None => {
                state.last += 1;
                let number = state.last;
                state.line.push_back((number, waker));
                drop(state);
                self.number = Some(number);
                return Poll::Pending;
            }
            Some(number) => {
                if let Some((_, place)) = state.line.iter_mut().find(|(other, _)| *other == number) {
                    mem::swap(place, &mut waker); // the last waker counts
                    drop(state);
                    return Poll::Pending;
                }
            }
        }
        drop(state);
        self.number = None;
        Poll::Ready(Guard { lock: self.lock })
    }
}

impl Drop for Locking<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.lock.state.lock();
        let place = state.line.iter().position(|(other, _)| *other == number);
        let gone = place.map(|place| state.line.remove(place));
        drop(state);
        if gone.is_none() {
            self.lock.unlock(); // it was called: the lock is its own, and goes to the next
        }
    }
}

/// Holds the lock until it is dropped.
pub struct Guard<'a> {
    lock: &'a Lock,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.lock.unlock();
    }
}
