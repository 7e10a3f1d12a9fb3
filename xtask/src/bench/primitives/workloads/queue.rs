//! A bounded queue: in one task, and from so many tasks to so many.

use super::{Sample, alone, together};
use crate::bench::primitives::subjects::{Got, OPEN, Queue, SharedQueue};
use std::pin::Pin;
use tokio::runtime::Runtime;

type Side = Pin<Box<dyn Future<Output = u64> + Send>>;

/// One item in and the same out.
pub(in crate::bench) fn in_one_task<Q: Queue>(_: &Runtime, n: u64) -> Sample {
    let (mut put, mut get) = Q::new();
    alone(async {
        let mut done = 0;
        for item in 0..n {
            Q::put(&mut put, item).await.expect(OPEN);
            done += u64::from(Q::get(&mut get).await.item() == item);
        }
        done
    })
}

pub(in crate::bench) fn one_to_one<Q: Queue>(runtime: &Runtime, n: u64) -> Sample {
    let (put, get) = Q::new();
    together(runtime, [putter::<Q>(put, n), getter::<Q>(get, n)])
}

pub(in crate::bench) fn four_to_one<Q: Queue>(runtime: &Runtime, n: u64) -> Sample {
    let (put, get) = Q::new();
    let mut sides: Vec<Side> = (0..4).map(|_| putter::<Q>(put.clone(), n / 4)).collect();
    sides.push(getter::<Q>(get, n / 4 * 4));
    together(runtime, sides)
}

pub(in crate::bench) fn four_to_four<Q: SharedQueue>(runtime: &Runtime, n: u64) -> Sample {
    let (put, get) = Q::new();
    let putters = (0..4).map(|_| putter::<Q>(put.clone(), n / 4));
    let getters = (0..4).map(|_| getter::<Q>(Q::another(&get), n / 4));
    let sample = together(runtime, putters.chain(getters));
    drop(get); // Not before: a queue is closed when it has no getter.
    sample
}

/// Counts nothing: what was put is counted when it comes out.
fn putter<Q: Queue>(mut end: Q::Put, n: u64) -> Side {
    Box::pin(async move {
        for _ in 0..n {
            Q::put(&mut end, 1).await.expect(OPEN);
        }
        0
    })
}

fn getter<Q: Queue>(mut end: Q::Get, n: u64) -> Side {
    Box::pin(async move {
        let mut sum = 0;
        for _ in 0..n {
            sum += Q::get(&mut end).await.item();
        }
        sum
    })
}
