//! futures-intrusive, in its fair mode: waiters live in the futures themselves, so nothing is ever allocated for them.

use super::{CAPACITY, Contract, Crowd, Event, Got, Lock, Queue, Semaphore, SharedQueue, Subject, Tool};
use futures_intrusive::channel::Channel;
use futures_intrusive::sync;
use std::fmt::Debug;
use std::ops::DerefMut;
use std::sync::Arc;

pub(crate) type IntrusiveLock = sync::Mutex<u64>;
pub(crate) type IntrusiveSemaphore = sync::Semaphore;
pub(crate) type IntrusiveEvent = sync::ManualResetEvent;
pub(crate) type IntrusiveQueue = Channel<u64, [u64; CAPACITY]>;
pub(crate) struct IntrusiveTurnstile(sync::Semaphore, usize);

subjects!(Intrusive: IntrusiveLock => STRICT, IntrusiveSemaphore => STRICT, IntrusiveEvent => STRICT, IntrusiveTurnstile => STRICT,
    // A put that is dropped after its item was let in has sent it.
    IntrusiveQueue => INEXACT);

impl Lock for IntrusiveLock {
    fn new() -> Self {
        sync::Mutex::new(0, true)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock()
    }
}

impl Semaphore for IntrusiveSemaphore {
    fn new(permits: usize) -> Self {
        sync::Semaphore::new(true, permits)
    }

    fn acquire(&self) -> impl Future<Output = impl Send> + Send {
        self.acquire(1)
    }
}

impl Event for IntrusiveEvent {
    fn new() -> Self {
        sync::ManualResetEvent::new(false)
    }

    fn set(&self) {
        self.set();
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }

    fn clear(&self) {
        self.reset();
    }
}

impl Crowd for IntrusiveEvent {
    fn new(_: usize) -> Self {
        sync::ManualResetEvent::new(false)
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        self.set();
    }
}

impl Crowd for IntrusiveTurnstile {
    fn new(size: usize) -> Self {
        Self(sync::Semaphore::new(true, 0), size)
    }

    fn wait(&self) -> impl Future {
        self.0.acquire(1)
    }

    fn release(&self) {
        self.0.release(self.1);
    }
}

impl Queue for IntrusiveQueue {
    type Put = Arc<IntrusiveQueue>;
    type Get = Arc<IntrusiveQueue>;

    fn new() -> (Self::Put, Self::Get) {
        let queue = Arc::new(Channel::new());
        (queue.clone(), queue)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.receive()
    }
}

impl SharedQueue for IntrusiveQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
