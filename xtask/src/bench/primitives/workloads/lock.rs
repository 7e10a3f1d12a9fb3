//! A lock: alone, between threads, and between tasks that hold it for long or for short.

use super::{Sample, TASKS, alone, block_on, together};
use crate::bench::primitives::subjects::Lock;
use async_kata::host::turn;
use std::hint::black_box;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Instant;
use tokio::runtime::Runtime;

/// Steps of [`compute`] that take about 100 ns.
const STEPS: u64 = 64;

pub(in crate::bench) fn uncontended<L: Lock>(_: &Runtime, n: u64) -> Sample {
    let lock = L::new();
    alone(async {
        for _ in 0..n {
            *lock.lock().await += 1;
        }
        *lock.lock().await
    })
}

pub(in crate::bench) fn tried<L: Lock>(_: &Runtime, n: u64) -> Sample {
    let lock = L::new();
    alone(async {
        for _ in 0..n {
            if let Some(mut value) = lock.try_lock() {
                *value += 1;
            }
        }
        *lock.lock().await
    })
}

/// Two threads, each with an executor of its own, start at the same moment; what they do with it is one addition.
pub(in crate::bench) fn threads_short<L: Lock>(_: &Runtime, n: u64) -> Sample {
    threads::<L>(n, 0)
}

/// The same, and what they do with it takes about 100 ns.
pub(in crate::bench) fn threads_long<L: Lock>(_: &Runtime, n: u64) -> Sample {
    threads::<L>(n, STEPS)
}

fn threads<L: Lock>(n: u64, steps: u64) -> Sample {
    let (lock, start) = (L::new(), Barrier::new(2));
    // From the first begin to the last end, as the two saw them: a third thread would have to be given a core first.
    let each = || {
        start.wait();
        let begun = Instant::now();
        block_on(async {
            for _ in 0..n / 2 {
                let mut value = lock.lock().await;
                compute(steps);
                *value += 1;
            }
        });
        (begun, Instant::now())
    };
    let (mine, other) = thread::scope(|scope| {
        let other = scope.spawn(each);
        (each(), other.join().expect("no thread of a workload panics"))
    });
    let elapsed = mine.1.max(other.1) - mine.0.min(other.0);
    Sample { elapsed, done: block_on(async { *lock.lock().await }) }
}

/// Each step waits for the one before, and no two can be made one.
fn compute(steps: u64) {
    let mut value = black_box(1_u64);
    for _ in 0..steps {
        value = (value ^ (value >> 7)).wrapping_mul(6_364_136_223_846_793_005);
    }
    black_box(value);
}

/// Tasks that hold it for one addition.
pub(in crate::bench) fn tasks_short<L: Lock>(runtime: &Runtime, n: u64) -> Sample {
    tasks::<L>(runtime, n, false)
}

/// Tasks that hold it while the others have a turn, so that all others wait.
pub(in crate::bench) fn tasks_over_a_turn<L: Lock>(runtime: &Runtime, n: u64) -> Sample {
    tasks::<L>(runtime, n, true)
}

fn tasks<L: Lock>(runtime: &Runtime, n: u64, hold: bool) -> Sample {
    let lock = Arc::new(L::new());
    let task = |_| {
        let lock = lock.clone();
        async move {
            for _ in 0..n / TASKS {
                let mut value = lock.lock().await;
                if hold {
                    turn().await;
                }
                *value += 1;
            }
            0
        }
    };
    let sample = together(runtime, (0..TASKS).map(task));
    Sample { done: block_on(async { *lock.lock().await }), ..sample }
}
