//! The smol family: async-lock, event-listener and async-channel, which wakes in order and lets newcomers overtake.

use super::{Contract, Crowd, Event, Got, Lock, Queue, Semaphore, SharedQueue, Subject, Tool};
use std::fmt::Debug;
use std::ops::DerefMut;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) type SmolLock = async_lock::Mutex<u64>;
pub(crate) type SmolSemaphore = async_lock::Semaphore;
pub(crate) type SmolBarrier = async_lock::Barrier;
pub(crate) struct SmolTurnstile(async_lock::Semaphore, usize);
pub(crate) struct SmolQueue;

/// event-listener as its documentation shows it: a flag, and the event that tells of its change.
pub(crate) struct SmolEvent {
    flag: AtomicBool,
    event: event_listener::Event,
}

subjects!(Smol: SmolLock => BARGING, SmolSemaphore => BARGING, SmolEvent => STRICT, SmolQueue => BARGING, SmolTurnstile => BARGING,
    SmolBarrier => STRICT);

impl Lock for SmolLock {
    fn new() -> Self {
        async_lock::Mutex::new(0)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock()
    }
}

impl Semaphore for SmolSemaphore {
    fn new(permits: usize) -> Self {
        async_lock::Semaphore::new(permits)
    }

    fn acquire(&self) -> impl Future<Output = impl Send> + Send {
        self.acquire()
    }
}

impl SmolEvent {
    async fn wait_for_flag(&self) {
        while !self.flag.load(Ordering::Acquire) {
            let listener = self.event.listen();
            if self.flag.load(Ordering::Acquire) {
                break;
            }
            listener.await;
        }
    }

    fn set_flag(&self) {
        self.flag.store(true, Ordering::Release);
        self.event.notify(usize::MAX);
    }
}

impl Event for SmolEvent {
    fn new() -> Self {
        Self { flag: AtomicBool::new(false), event: event_listener::Event::new() }
    }

    fn set(&self) {
        self.set_flag();
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait_for_flag()
    }

    fn clear(&self) {
        self.flag.store(false, Ordering::Release);
    }
}

impl Crowd for SmolEvent {
    fn new(_: usize) -> Self {
        <Self as Event>::new()
    }

    fn wait(&self) -> impl Future {
        self.wait_for_flag()
    }

    fn release(&self) {
        self.set_flag();
    }
}

impl Crowd for SmolTurnstile {
    fn new(size: usize) -> Self {
        Self(async_lock::Semaphore::new(0), size)
    }

    fn wait(&self) -> impl Future {
        self.0.acquire()
    }

    fn release(&self) {
        self.0.add_permits(self.1);
    }
}

impl Crowd for SmolBarrier {
    fn new(size: usize) -> Self {
        async_lock::Barrier::new(size + 1)
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        super::super::workloads::ready(self.wait());
    }
}

impl Queue for SmolQueue {
    type Put = async_channel::Sender<u64>;
    type Get = async_channel::Receiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        async_channel::bounded(super::CAPACITY)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.recv()
    }
}

impl SharedQueue for SmolQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
