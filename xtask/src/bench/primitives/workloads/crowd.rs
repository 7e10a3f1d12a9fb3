//! Many waiters at once: one of them gives up, or all are let go.

use super::{Sample, poll_once, ready};
use crate::bench::primitives::subjects::{Crowd, Got, Lock, Queue, SharedQueue};
use std::ops::Range;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// How many wait.
pub(in crate::bench) const CROWD: usize = 1000;

/// Who gives up: from the middle, so that nobody gets away with looking at the ends.
const MIDDLE: Range<usize> = 450..550;

/// Waiting futures. Each has a box of its own for good, so that dropping one frees no memory but the library's.
pub(in crate::bench) struct Waiting<F>(Vec<Pin<Box<Option<F>>>>);

impl<F: Future> Waiting<F> {
    /// Boxes for so many.
    pub(in crate::bench) fn room(size: usize) -> Self {
        Self((0..size).map(|_| Box::pin(None)).collect())
    }

    /// All come, and must wait.
    pub(in crate::bench) fn fill(&mut self, mut come: impl FnMut() -> F) {
        for seat in &mut self.0 {
            seat.set(Some(come()));
            let future = seat.as_mut().as_pin_mut().expect("it has just been put there");
            assert!(poll_once(future).is_pending(), "nothing is there yet to be waited for");
        }
    }

    /// Drops those.
    fn leave(&mut self, range: Range<usize>) -> u64 {
        let seats = &mut self.0[range];
        seats.iter_mut().for_each(|seat| seat.set(None));
        seats.len() as u64
    }

    /// How many are done waiting.
    fn served(&mut self) -> u64 {
        let polled = self.0.iter_mut().filter_map(|seat| seat.as_mut().as_pin_mut().map(poll_once));
        polled.filter(Poll::is_ready).count() as u64
    }
}

/// Waits for a lock that is held, and gives up.
pub(in crate::bench) fn give_up_lock<L: Lock>(_: &Runtime, n: u64) -> Sample {
    let lock = L::new();
    let held = ready(lock.lock());
    let sample = give_up(n, || lock.lock());
    drop(held);
    sample
}

/// Waits for an item, and gives up.
pub(in crate::bench) fn give_up_get<Q: SharedQueue>(_: &Runtime, n: u64) -> Sample {
    let (put, get) = Q::new();
    let sample = give_up(n, || owning::<Q>(Q::another(&get)));
    drop(put);
    sample
}

async fn owning<Q: Queue>(mut end: Q::Get) -> u64 {
    Q::get(&mut end).await.item()
}

fn give_up<F: Future>(n: u64, mut come: impl FnMut() -> F) -> Sample {
    let (mut elapsed, mut done) = (Duration::ZERO, 0);
    while done < n {
        let mut waiting = Waiting::room(CROWD);
        waiting.fill(&mut come);
        let begun = Instant::now();
        done += waiting.leave(MIDDLE);
        elapsed += begun.elapsed();
    }
    Sample { elapsed, done }
}

/// Lets everybody go, until the last has gone on: some libraries wake all at once, in some each wakes the next.
pub(in crate::bench) fn release<C: Crowd>(_: &Runtime, n: u64) -> Sample {
    let (mut elapsed, mut done) = (Duration::ZERO, 0);
    while done < n {
        let crowd = C::new(CROWD);
        let mut waiting = Waiting::room(CROWD);
        waiting.fill(|| crowd.wait());
        let begun = Instant::now();
        crowd.release();
        done += waiting.served();
        elapsed += begun.elapsed();
    }
    Sample { elapsed, done }
}
