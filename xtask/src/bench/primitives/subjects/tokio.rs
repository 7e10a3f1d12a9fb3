//! tokio's primitives: the base of every ratio.
//!
//! Its `Notify` is an edge where ours is a level, so it does less. It has no queue that several tasks get from; the usual
//! way is its queue's receiver in its lock.

use super::{Contract, Crowd, Event, Got, Lock, Queue, Semaphore, SharedQueue, Subject, Tool};
use std::fmt::Debug;
use std::ops::DerefMut;
use std::sync::Arc;
use tokio::sync::{self, mpsc};

pub(crate) type TokioLock = sync::Mutex<u64>;
pub(crate) type TokioSemaphore = sync::Semaphore;
pub(crate) type TokioEvent = sync::Notify;
pub(crate) type TokioBarrier = sync::Barrier;
pub(crate) struct TokioTurnstile(sync::Semaphore, usize);
pub(crate) struct TokioQueue;
pub(crate) struct TokioSharedQueue;

subjects!(Tokio: TokioLock => STRICT, TokioSemaphore => STRICT, TokioEvent => STRICT, TokioBarrier => STRICT, TokioQueue => STRICT, TokioSharedQueue => STRICT, TokioTurnstile => STRICT);

impl Lock for TokioLock {
    fn new() -> Self {
        sync::Mutex::new(0)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock().ok()
    }
}

impl Semaphore for TokioSemaphore {
    fn new(permits: usize) -> Self {
        sync::Semaphore::new(permits)
    }

    fn acquire(&self) -> impl Future<Output = impl Send> + Send {
        self.acquire()
    }
}

impl Event for TokioEvent {
    fn new() -> Self {
        sync::Notify::new()
    }

    fn set(&self) {
        self.notify_one();
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.notified()
    }

    fn clear(&self) {}
}

impl Crowd for TokioEvent {
    fn new(_: usize) -> Self {
        sync::Notify::new()
    }

    fn wait(&self) -> impl Future {
        self.notified()
    }

    fn release(&self) {
        self.notify_waiters();
    }
}

impl Crowd for TokioTurnstile {
    fn new(size: usize) -> Self {
        Self(sync::Semaphore::new(0), size)
    }

    fn wait(&self) -> impl Future {
        self.0.acquire()
    }

    fn release(&self) {
        self.0.add_permits(self.1);
    }
}

impl Crowd for TokioBarrier {
    fn new(size: usize) -> Self {
        sync::Barrier::new(size + 1)
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        super::super::workloads::ready(self.wait());
    }
}

impl Queue for TokioQueue {
    type Put = mpsc::Sender<u64>;
    type Get = mpsc::Receiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        mpsc::channel(super::CAPACITY)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.recv()
    }
}

impl Queue for TokioSharedQueue {
    type Put = mpsc::Sender<u64>;
    type Get = Arc<sync::Mutex<mpsc::Receiver<u64>>>;

    fn new() -> (Self::Put, Self::Get) {
        let (put, get) = TokioQueue::new();
        (put, Arc::new(sync::Mutex::new(get)))
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    async fn get(end: &mut Self::Get) -> impl Got {
        end.lock().await.recv().await
    }
}

impl SharedQueue for TokioSharedQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
