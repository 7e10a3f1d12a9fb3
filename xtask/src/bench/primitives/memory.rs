//! What a primitive weighs: idle, and for each task that waits at it.
//!
//! The heap is counted by an allocator that the feature `heap` installs (in `main.rs`).

use super::super::{growth, heap};
use super::subjects::*;
use super::workloads::crowd::{CROWD, Waiting};
use super::workloads::ready;
use serde::Serialize;

/// One primitive of one library, in bytes.
#[derive(Debug, Serialize)]
pub(super) struct Weight {
    pub(super) primitive: &'static str,
    pub(super) tool: &'static str,
    /// The value itself; of a queue, both its ends.
    pub(super) value: usize,
    /// What it allocated until somebody waited. `None`: nobody counts.
    pub(super) heap: Option<usize>,
    /// The future that waits.
    pub(super) future: usize,
    /// What was allocated for each of a thousand waiters.
    pub(super) heap_per_waiter: Option<f64>,
}

/// Weighs something, and a crowd that waits at it.
fn weigh<S: Subject, P, F: Future>(
    primitive: &'static str,
    (value, heap_idle): (&P, Option<usize>),
    come: impl FnMut() -> F,
) -> Weight {
    let mut waiting = Waiting::room(CROWD);
    let before = heap();
    waiting.fill(come);
    let heap_per_waiter = growth(before).map(|bytes| bytes as f64 / CROWD as f64);
    Weight {
        primitive,
        tool: S::TOOL.name(),
        value: size_of_val(value),
        heap: heap_idle,
        future: size_of::<F>(),
        heap_per_waiter,
    }
}

fn made<P>(make: impl FnOnce() -> P) -> (P, Option<usize>) {
    let before = heap();
    let value = make();
    let heap = growth(before);
    (value, heap)
}

fn of_lock<L: Lock>() -> Weight {
    let (lock, heap) = made(L::new);
    let held = ready(lock.lock());
    let weight = weigh::<L, _, _>("lock", (&lock, heap), || lock.lock());
    drop(held);
    weight
}

fn of_semaphore<S: Semaphore>() -> Weight {
    let (semaphore, heap) = made(|| S::new(0));
    weigh::<S, _, _>("semaphore", (&semaphore, heap), || semaphore.acquire())
}

fn of_event<E: Event>() -> Weight {
    let (event, heap) = made(E::new);
    weigh::<E, _, _>("event", (&event, heap), || event.wait())
}

fn of_barrier<C: Crowd>() -> Weight {
    let (barrier, heap) = made(|| C::new(CROWD));
    weigh::<C, _, _>("barrier", (&barrier, heap), || barrier.wait())
}

fn of_queue<Q: SharedQueue>() -> Weight {
    let (ends, heap) = made(Q::new);
    let mut getters: Vec<Q::Get> = (0..CROWD).map(|_| Q::another(&ends.1)).collect();
    let mut getters = getters.iter_mut();
    weigh::<Q, _, _>("queue", (&ends, heap), || Q::get(getters.next().expect("one for each of the crowd")))
}

macro_rules! each {
    ($weigh:ident: $($subject:ident)*; $($peer:ident)*) => {
        [$($weigh::<$subject>(),)* $(#[cfg(feature = "peers")] $weigh::<$peer>(),)*]
    };
}

pub(super) fn measure() -> Vec<Weight> {
    let mut weights = Vec::new();
    weights.extend(each!(of_lock: OurLock TokioLock; BandLock IntrusiveLock SmolLock FuturesLock));
    weights.extend(each!(of_semaphore: OurSemaphore TokioSemaphore; BandSemaphore IntrusiveSemaphore SmolSemaphore));
    weights.extend(each!(of_event: OurEvent TokioEvent; BandEvent IntrusiveEvent SmolEvent));
    weights.extend(each!(of_barrier: OurBarrier TokioBarrier; BandBarrier SmolBarrier));
    weights
        .extend(each!(of_queue: OurQueue TokioSharedQueue; BandQueue IntrusiveQueue SmolQueue FlumeQueue KanalQueue));
    weights
}
