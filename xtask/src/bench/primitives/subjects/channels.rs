//! flume and kanal: queues of one mutex, which hand an item straight to a task that waits.

use super::{CAPACITY, Contract, Got, Queue, SharedQueue, Subject, Tool};
use std::fmt::Debug;

pub(crate) struct FlumeQueue;
pub(crate) struct KanalQueue;

// A put that is dropped after its item was let in has sent it. In kanal a get, too, that is dropped after it was handed an
// item has lost it.
subjects!(Flume: FlumeQueue => INEXACT);
subjects!(Kanal: KanalQueue => INEXACT);

impl Queue for FlumeQueue {
    type Put = flume::Sender<u64>;
    type Get = flume::Receiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        flume::bounded(CAPACITY)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send_async(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.recv_async()
    }
}

impl SharedQueue for FlumeQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}

impl Queue for KanalQueue {
    type Put = kanal::AsyncSender<u64>;
    type Get = kanal::AsyncReceiver<u64>;

    fn new() -> (Self::Put, Self::Get) {
        kanal::bounded_async(CAPACITY)
    }

    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send {
        end.send(item)
    }

    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send {
        end.recv()
    }
}

impl SharedQueue for KanalQueue {
    fn another(end: &Self::Get) -> Self::Get {
        end.clone()
    }
}
