//! The programs as plays of ours.

use super::{MOST, Measured, Memory, Meter, Program};
use async_kata::explore::{self, Bounds};
use async_kata::host::turn;
use async_kata::sim::{End, Run, log};
use async_kata::sync::Lock;
use async_kata::tasks::{Task, spawn};
use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

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

/// Searches of two sizes, over two tasks that say nothing (few stories) and two that always do (each schedule is one).
pub(super) fn memory(sizes: [usize; 2]) -> Vec<Memory> {
    let mut measured = Vec::new();
    for says in [false, true] {
        for schedules in sizes {
            let mut bounds = Bounds::default();
            bounds.schedules = schedules;
            let begun = Instant::now();
            let found = explore::every(move || talkers(says)).bounds(bounds).judge(|_| Ok(String::new()));
            let Ok(found) = found else { continue };
            let (seconds, stories) = (begun.elapsed().as_secs_f64(), found.stories());
            measured.push(Memory { schedules: found.schedules, stories, seconds, peak_kilobytes: peak_kilobytes() });
        }
    }
    measured
}

/// 24! / (12! 12!) schedules: more than any search here looks at.
async fn talkers(say: bool) {
    let pair = ["a", "b"].map(|name| {
        spawn(name, async move {
            for round in 0..11 {
                if say {
                    log(round);
                }
                turn().await;
            }
        })
    });
    for task in pair {
        let _ = task.await;
    }
}

/// As Linux counts it; nothing elsewhere.
fn peak_kilobytes() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
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
