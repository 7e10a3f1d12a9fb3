//! Our own primitives, as they are shipped.

use super::{Contract, Crowd, Event, Got, Lock, Queue, Semaphore, SharedQueue, Subject, Tool};
use async_kata::sync;
use std::fmt::Debug;
use std::ops::DerefMut;
use std::sync::Arc;

pub(crate) type OurLock = sync::Lock<u64>;
pub(crate) type OurSemaphore = sync::Semaphore;
pub(crate) type OurEvent = sync::Event;
pub(crate) type OurBarrier = sync::Barrier;
pub(crate) type OurQueue = sync::Queue<u64>;

/// The semaphore as a crowd waits at it: all permits come at once.
pub(crate) struct OurTurnstile(sync::Semaphore, usize);

subjects!(AsyncKata: OurLock => STRICT, OurSemaphore => STRICT, OurEvent => STRICT, OurBarrier => STRICT, OurQueue => STRICT, OurTurnstile => STRICT);

impl Lock for OurLock {
    fn new() -> Self {
        sync::Lock::new(0)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock()
    }
}

impl Semaphore for OurSemaphore {
    fn new(permits: usize) -> Self {
        sync::Semaphore::new(permits)
    }

    fn acquire(&self) -> impl Future<Output = impl Send> + Send {
        self.acquire()
    }
}

impl Event for OurEvent {
    fn new() -> Self {
        sync::Event::new()
    }

    fn set(&self) {
        self.set();
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }

    fn clear(&self) {
        self.clear();
    }
}

impl Crowd for OurEvent {
    fn new(_: usize) -> Self {
        sync::Event::new()
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        self.set();
    }
}

impl Crowd for OurTurnstile {
    fn new(size: usize) -> Self {
        Self(sync::Semaphore::new(0), size)
    }

    fn wait(&self) -> impl Future {
        self.0.acquire()
    }

    fn release(&self) {
        self.0.add(self.1);
    }
}

impl Crowd for OurBarrier {
    fn new(size: usize) -> Self {
        sync::Barrier::new(size + 1)
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        super::super::workloads::ready(self.wait()).expect("nobody breaks it");
    }
}

impl Queue for OurQueue {
    type Put = Arc<sync::Queue<u64>>;
    type Get = Arc<sync::Queue<u64>>;

    fn new() -> (Self::Put, Self::Get) {
        let queue = Arc::new(sync::Queue::bounded(super::CAPACITY));
        (queue.clone(), queue)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.put(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.get()
    }
}

impl SharedQueue for OurQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
