//! What is measured: the primitives of each library, behind one trait for each kind.
//!
//! An adapter hands the library's own future on wherever it can, so nothing of ours is timed with it.

/// Says of primitives whose they are, and what they promise.
macro_rules! subjects {
    ($tool:ident: $($subject:ty => $contract:ident),* $(,)?) => {$(
        impl Subject for $subject {
            const TOOL: Tool = Tool::$tool;
            const CONTRACT: Contract = Contract::$contract;
        }
    )*};
}

#[cfg(feature = "peers")]
mod asyncband;
#[cfg(feature = "peers")]
mod channels;
#[cfg(feature = "peers")]
mod futures;
#[cfg(feature = "peers")]
mod intrusive;
mod ours;
#[cfg(feature = "peers")]
mod smol;
mod tokio;

#[cfg(feature = "peers")]
pub(super) use self::{asyncband::*, channels::*, futures::*, intrusive::*, smol::*};
pub(super) use self::{ours::*, tokio::*};

use std::fmt::Debug;
use std::ops::DerefMut;

/// Whose it is: a column of the table. The libraries of one author group share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(not(feature = "peers"), allow(dead_code, reason = "the peers are not compiled"))]
pub(super) enum Tool {
    AsyncKata,
    Tokio,
    Asyncband,
    Intrusive,
    Smol,
    Futures,
    Flume,
    Kanal,
}

impl Tool {
    pub(super) fn name(self) -> &'static str {
        match self {
            Tool::AsyncKata => "async-kata",
            Tool::Tokio => "tokio",
            Tool::Asyncband => "asyncband",
            Tool::Intrusive => "intrusive",
            Tool::Smol => "smol",
            Tool::Futures => "futures",
            Tool::Flume => "flume",
            Tool::Kanal => "kanal",
        }
    }
}

/// What a primitive promises, as far as speed can be bought with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contract {
    /// Nobody who comes later overtakes somebody who waits.
    pub(super) is_fifo: bool,
    /// A wait that is dropped has not happened: no item is lost by it, and none is sent.
    pub(super) is_exact: bool,
}

impl Contract {
    pub(super) const STRICT: Contract = Contract { is_fifo: true, is_exact: true };
    #[cfg(feature = "peers")]
    pub(super) const BARGING: Contract = Contract { is_fifo: false, is_exact: true };
    #[cfg(feature = "peers")]
    pub(super) const INEXACT: Contract = Contract { is_fifo: true, is_exact: false };
}

/// One primitive of one library.
pub(super) trait Subject: 'static {
    const TOOL: Tool;
    const CONTRACT: Contract;
}

/// A lock around a number.
pub(super) trait Lock: Subject + Send + Sync {
    fn new() -> Self;
    fn lock(&self) -> impl Future<Output = impl DerefMut<Target = u64> + Send> + Send;
    fn try_lock(&self) -> Option<impl DerefMut<Target = u64>>;
}

pub(super) trait Semaphore: Subject + Send + Sync {
    fn new(permits: usize) -> Self;
    /// What comes out gives the permit back when it is dropped.
    fn acquire(&self) -> impl Future<Output = impl Send> + Send;
}

/// Something that one task reports to another, and the other waits for and takes back.
pub(super) trait Event: Subject + Send + Sync {
    fn new() -> Self;
    fn set(&self);
    fn wait(&self) -> impl Future<Output = ()> + Send;
    /// Where waiting takes it back already, nothing.
    fn clear(&self);
}

/// Whatever lets a crowd go all at once.
pub(super) trait Crowd: Subject {
    /// For a crowd of so many.
    fn new(size: usize) -> Self;
    fn wait(&self) -> impl Future;
    fn release(&self);
}

/// The room in every queue that is measured.
pub(super) const CAPACITY: usize = 64;

/// A bounded queue of numbers, with an end to put and an end to get.
pub(super) trait Queue: Subject {
    type Put: Clone + Send + 'static;
    type Get: Send + 'static;
    fn new() -> (Self::Put, Self::Get);
    fn put(end: &mut Self::Put, item: u64) -> impl Future<Output = Result<(), impl Debug>> + Send;
    fn get(end: &mut Self::Get) -> impl Future<Output = impl Got> + Send;
}

/// What a get gives, in each library's own words: an error or nothing if the queue is closed, which no queue here is.
pub(super) trait Got {
    fn item(self) -> u64;
}

impl<E: Debug> Got for Result<u64, E> {
    fn item(self) -> u64 {
        self.expect(OPEN)
    }
}

impl Got for Option<u64> {
    fn item(self) -> u64 {
        self.expect(OPEN)
    }
}

/// A queue from which several tasks get.
pub(super) trait SharedQueue: Queue {
    fn another(end: &Self::Get) -> Self::Get;
}

/// Why a queue's end may be used without asking.
pub(super) const OPEN: &str = "the other end is alive, and nobody closes it";
