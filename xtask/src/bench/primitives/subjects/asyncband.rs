//! asyncband: FIFO and exact, without a runtime; the nearest to ours.

use super::{Contract, Crowd, Event, Got, Lock, Queue, Semaphore, SharedQueue, Subject, Tool};
use ::asyncband::{barrier, event, mpmc, mutex, semaphore};
use std::fmt::Debug;
use std::ops::DerefMut;

pub(crate) type BandLock = mutex::Mutex<u64>;
pub(crate) type BandSemaphore = semaphore::Semaphore;
pub(crate) type BandEvent = event::ManualResetEvent;
pub(crate) type BandBarrier = barrier::Barrier;
pub(crate) struct BandTurnstile(semaphore::Semaphore, usize);
pub(crate) struct BandQueue;

subjects!(Asyncband: BandLock => STRICT, BandSemaphore => STRICT, BandEvent => STRICT, BandBarrier => STRICT, BandQueue => STRICT, BandTurnstile => STRICT);

impl Lock for BandLock {
    fn new() -> Self {
        mutex::Mutex::new(0)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock()
    }
}

impl Semaphore for BandSemaphore {
    fn new(permits: usize) -> Self {
        semaphore::Semaphore::new(permits)
    }

    fn acquire(&self) -> impl Future<Output = impl Send> + Send {
        self.acquire(1)
    }
}

impl Event for BandEvent {
    fn new() -> Self {
        event::ManualResetEvent::new()
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

impl Crowd for BandEvent {
    fn new(_: usize) -> Self {
        event::ManualResetEvent::new()
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        self.set();
    }
}

impl Crowd for BandTurnstile {
    fn new(size: usize) -> Self {
        Self(semaphore::Semaphore::new(0), size)
    }

    fn wait(&self) -> impl Future {
        self.0.acquire(1)
    }

    fn release(&self) {
        self.0.release(self.1);
    }
}

impl Crowd for BandBarrier {
    fn new(size: usize) -> Self {
        barrier::Barrier::new(u32::try_from(size + 1).expect("a crowd of thousands at the most"))
    }

    fn wait(&self) -> impl Future {
        self.wait()
    }

    fn release(&self) {
        super::super::workloads::ready(self.wait());
    }
}

impl Queue for BandQueue {
    type Put = mpmc::BoundedSender<u64>;
    type Get = mpmc::BoundedReceiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        mpmc::bounded(super::CAPACITY)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.recv()
    }
}

impl SharedQueue for BandQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
