//! A lock: one task at a time holds it, and who asks first is served first. Build it, in this file.

use super::given::shim::Mutex;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A turn that one task at a time may have. It guards nothing: what it is for is the caller's business.
pub struct Lock {
    state: Mutex<State>,
}

struct State {
    is_held: bool,
}

impl Lock {
    /// A free lock.
    pub fn new() -> Self {
        Lock { state: Mutex::new(State { is_held: false }) }
    }

    /// Waits for the lock, then holds it until the guard is dropped. Whoever asks first, by its first poll, has it
    /// first.
    pub fn lock(&self) -> Locking<'_> {
        Locking { lock: self }
    }

    /// Takes the lock if it is free and nobody was called to take it. Never waits.
    pub fn try_lock(&self) -> Option<Guard<'_>> {
        self.take().then(|| Guard { lock: self })
    }

    fn take(&self) -> bool {
        let mut state = self.state.lock();
        let is_free = !state.is_held;
        state.is_held = true;
        is_free
    }

    fn unlock(&self) {
        self.state.lock().is_held = false; // and who is told?
    }
}

/// The future of [`Lock::lock`]. It may be dropped at any time, also when it has been called and was not polled yet.
pub struct Locking<'a> {
    lock: &'a Lock,
}

impl<'a> Future for Locking<'a> {
    type Output = Guard<'a>;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Guard<'a>> {
        if self.lock.take() {
            return Poll::Ready(Guard { lock: self.lock });
        }
        Poll::Pending // and who will wake it?
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
