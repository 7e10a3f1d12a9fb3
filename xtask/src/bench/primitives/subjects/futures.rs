//! futures: the lock of futures-util, for which newcomers race, and the queue of futures-channel.

use super::{CAPACITY, Contract, Got, Lock, Queue, Subject, Tool};
use futures_channel::mpsc;
use futures_util::lock::Mutex;
use futures_util::{SinkExt, StreamExt};
use std::fmt::Debug;
use std::ops::DerefMut;

pub(crate) type FuturesLock = Mutex<u64>;
pub(crate) struct FuturesQueue;

// A put that finds no room has sent its item all the same, and waits afterwards: dropping it takes nothing back.
subjects!(Futures: FuturesLock => BARGING, FuturesQueue => INEXACT);

impl Lock for FuturesLock {
    fn new() -> Self {
        Mutex::new(0)
    }

    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>> {
        self.try_lock()
    }
}

impl Queue for FuturesQueue {
    type Put = mpsc::Sender<u64>;
    type Get = mpsc::Receiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        mpsc::channel(CAPACITY - 1) // and one for each sender
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.next()
    }
}
