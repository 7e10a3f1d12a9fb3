//! The programs as plays of ours.

use super::{MOST, Measured, Meter, Program};
use async_kata::explore::{self, Bounds};
use async_kata::host::turn;
use async_kata::sim::{End, Run};
use async_kata::sync::Lock;
use async_kata::tasks::{Task, spawn};
use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const NAMES: [&str; 3] = ["a", "b", "c"];

pub(super) fn run(program: Program) -> Option<Measured> {
    match program {
        Program::LostUpdate { tasks, turns } => explored(move || lost_update(tasks, turns), tasks),
        Program::Abba => explored(abba, 0),
    }
}

fn explored<Fut>(play: impl Fn() -> Fut, wanted: usize) -> Option<Measured>
where
    Fut: Future<Output = usize> + Send + 'static,
{
    let meter = RefCell::new(Meter::new());
    let mut bounds = Bounds::default();
    bounds.schedules = MOST;
    let found = explore::every(play).bounds(bounds).judge(|run: &Run<usize>| {
        let passes = matches!(run.end, End::Done(sum) if sum == wanted);
        meter.borrow_mut().count(!passes);
        if passes { Ok(String::new()) } else { Err(String::new()) }
    });
    let (meter, found) = (meter.into_inner(), found.ok()?);
    // A search ends with some schedules run once more, to see whether they repeat: those are no part of the comparison.
    let all = meter.ends.get(found.schedules.checked_sub(1)?).copied()?;
    let (executions, failing, cut) = (found.schedules, Some(found.failing), !found.complete);
    Some(Measured { executions, failing, all, cut, ..meter.measured })
}

async fn lost_update(tasks: usize, turns: usize) -> usize {
    let counter = Arc::new(AtomicUsize::new(0));
    let adders: Vec<Task<()>> = NAMES[..tasks]
        .iter()
        .map(|name| {
            let counter = counter.clone();
            spawn(name, async move {
                let seen = counter.load(Relaxed);
                for _ in 0..turns {
                    turn().await;
                }
                counter.store(seen + 1, Relaxed);
            })
        })
        .collect();
    for adder in adders {
        let _ = adder.await; // none panics, and nobody cancels one
    }
    counter.load(Relaxed)
}

async fn abba() -> usize {
    let locks = [Arc::new(Lock::new(())), Arc::new(Lock::new(()))];
    let pair = [("a", 0, 1), ("b", 1, 0)].map(|(name, first, second)| {
        let (first, second) = (locks[first].clone(), locks[second].clone());
        spawn(name, async move {
            let _first = first.lock().await;
            turn().await;
            let _second = second.lock().await;
        })
    });
    for task in pair {
        let _ = task.await;
    }
    0
}
