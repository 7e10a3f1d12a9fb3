//! A semaphore: alone, and eight tasks with two permits.

use super::{Sample, TASKS, alone, together};
use crate::bench::primitives::subjects::Semaphore;
use async_kata::host::turn;
use std::sync::Arc;
use tokio::runtime::Runtime;

pub(in crate::bench) fn uncontended<S: Semaphore>(_: &Runtime, n: u64) -> Sample {
    let semaphore = S::new(1);
    alone(async {
        let mut done = 0;
        for _ in 0..n {
            let _permit = semaphore.acquire().await;
            done += 1;
        }
        done
    })
}

/// A permit is held while others have a turn, so that six of the eight wait.
pub(in crate::bench) fn tasks_over_a_turn<S: Semaphore>(runtime: &Runtime, n: u64) -> Sample {
    let semaphore = Arc::new(S::new(2));
    let task = |_| {
        let semaphore = semaphore.clone();
        async move {
            let mut done = 0;
            for _ in 0..n / TASKS {
                let _permit = semaphore.acquire().await;
                turn().await;
                done += 1;
            }
            done
        }
    };
    together(runtime, (0..TASKS).map(task))
}
