//! Others' primitives, fitted to the contracts.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use async_kata::conformance::contracts;
use tokio::sync::{Notify, watch};

/// tokio's `Mutex`.
pub(super) struct TokioLock(tokio::sync::Mutex<()>);

impl contracts::Lock for TokioLock {
    type Guard<'a> = tokio::sync::MutexGuard<'a, ()>;

    fn new() -> Self {
        TokioLock(tokio::sync::Mutex::new(()))
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.0.lock()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock().ok()
    }
}

/// async-lock's `Mutex`.
pub(super) struct SmolLock(async_lock::Mutex<()>);

impl contracts::Lock for SmolLock {
    type Guard<'a> = async_lock::MutexGuard<'a, ()>;

    fn new() -> Self {
        SmolLock(async_lock::Mutex::new(()))
    }

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.0.lock()
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock()
    }
}

/// An event out of tokio's `Notify`, which is an edge, and a flag. `notified()` is made before the look at the flag, so
/// that a `set` after it reaches it; and it does not look again, so that a `clear` takes nothing back.
pub(super) struct NotifyEvent(AtomicBool, Notify);

impl contracts::Event for NotifyEvent {
    fn new() -> Self {
        NotifyEvent(AtomicBool::new(false), Notify::new())
    }

    fn set(&self) {
        self.0.store(true, SeqCst);
        self.1.notify_waiters();
    }

    fn clear(&self) {
        self.0.store(false, SeqCst);
    }

    fn is_set(&self) -> bool {
        self.0.load(SeqCst)
    }

    async fn wait(&self) {
        let notified = self.1.notified();
        if !self.is_set() {
            notified.await;
        }
    }
}

/// An event out of tokio's `watch`, the shortest there is: the last value, and whoever waits looks at it.
pub(super) struct WatchEvent(watch::Sender<bool>);

impl contracts::Event for WatchEvent {
    fn new() -> Self {
        WatchEvent(watch::Sender::new(false))
    }

    fn set(&self) {
        self.0.send_replace(true);
    }

    fn clear(&self) {
        self.0.send_replace(false);
    }

    fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    async fn wait(&self) {
        let _ = self.0.subscribe().wait_for(|set| *set).await;
    }
}

/// event-listener as its documentation shows it: a flag, and the event that tells of its change.
pub(super) struct ListenerEvent(AtomicBool, event_listener::Event);

impl contracts::Event for ListenerEvent {
    fn new() -> Self {
        ListenerEvent(AtomicBool::new(false), event_listener::Event::new())
    }

    fn set(&self) {
        self.0.store(true, SeqCst);
        self.1.notify(usize::MAX);
    }

    fn clear(&self) {
        self.0.store(false, SeqCst);
    }

    fn is_set(&self) -> bool {
        self.0.load(SeqCst)
    }

    async fn wait(&self) {
        while !self.is_set() {
            let listener = self.1.listen();
            if !self.is_set() {
                listener.await;
            }
        }
    }
}
