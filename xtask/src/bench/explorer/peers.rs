//! The programs for the peers: shuttle's exhaustive scheduler, and loom.
//!
//! Both stop at the first failure, so a search of everything runs the program without its assertion, counts by hand, and
//! notes the first failure as it passes. A deadlock ends a search of theirs. Their programs are threads, where ours are
//! tasks; shuttle's lost update is tasks too. Both take their main task, spawns and joins as choices too, and loom
//! the values that a relaxed read may see: what they count is not what a reader would count.

use super::{MOST, Measured, Meter, Program, Tool};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::{Arc, Mutex, MutexGuard};

/// The tools, by name.
pub(super) const TOOLS: [Tool; 2] = [("shuttle check_dfs", shuttle_dfs), ("loom", loom_check)];

/// What a model reports of each of its executions.
type Report = Arc<Mutex<Meter>>;

fn lock(report: &Report) -> MutexGuard<'_, Meter> {
    report.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// Runs a search that may panic, without its text.
fn quietly<R>(search: impl FnOnce() -> R) -> Option<R> {
    let hook = take_hook();
    set_hook(Box::new(|_| ()));
    let result = catch_unwind(AssertUnwindSafe(search)).ok();
    set_hook(hook);
    result
}

/// A search of everything. A deadlock ends a search of theirs, so of those nothing but the first failure is known.
fn measure(program: Program, search: fn(Program, Report)) -> Option<Measured> {
    let report = Arc::new(Mutex::new(Meter::new()));
    let whole = quietly(|| search(program, report.clone())).is_some();
    let meter = std::mem::replace(&mut *lock(&report), Meter::new());
    let all = meter.begun.elapsed();
    let measured = Measured { all, cut: meter.measured.executions >= MOST, ..meter.measured };
    match whole {
        true => Some(measured),
        false => Some(Measured { first: Some((measured.executions, all)), failing: None, ..measured }),
    }
}

fn shuttle_dfs(program: Program) -> Option<Measured> {
    measure(program, |program, report| {
        let body = move || match program {
            Program::LostUpdate { tasks, turns } => {
                let sum = shuttle_model::lost_update(tasks, turns);
                lock(&report).count(sum != tasks);
            }
            Program::Abba => {
                lock(&report).measured.executions += 1;
                shuttle_model::abba();
            }
        };
        let mut config = shuttle::Config::new();
        config.failure_persistence = shuttle::FailurePersistence::None;
        config.silence_warnings = true;
        shuttle::Runner::new(shuttle::scheduler::DfsScheduler::new(Some(MOST), false), config).run(body);
    })
}

mod shuttle_model {
    use shuttle::future::{block_on, spawn, yield_now};
    use shuttle::sync::Mutex;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    pub(super) fn lost_update(tasks: usize, turns: usize) -> usize {
        // std's: the turns are the only points at which our own tasks can be switched, so they are here.
        let counter = Arc::new(AtomicUsize::new(0));
        block_on(async {
            let adders: Vec<_> = (0..tasks)
                .map(|_| {
                    let counter = counter.clone();
                    spawn(async move {
                        let seen = counter.load(Relaxed);
                        for _ in 0..turns {
                            yield_now().await;
                        }
                        counter.store(seen + 1, Relaxed);
                    })
                })
                .collect();
            for adder in adders {
                let _ = adder.await;
            }
        });
        counter.load(Relaxed)
    }

    pub(super) fn abba() {
        let locks = [Arc::new(Mutex::new(())), Arc::new(Mutex::new(()))];
        let pair = [(0, 1), (1, 0)].map(|(first, second)| {
            let (first, second) = (locks[first].clone(), locks[second].clone());
            shuttle::thread::spawn(move || {
                let _first = first.lock();
                let _second = second.lock();
            })
        });
        for thread in pair {
            let _ = thread.join();
        }
    }
}

fn loom_check(program: Program) -> Option<Measured> {
    measure(program, |program, report| {
        let mut builder = loom::model::Builder::new();
        (builder.max_permutations, builder.checkpoint_interval) = (Some(MOST), 1000);
        builder.check(move || match program {
            Program::LostUpdate { tasks, turns } => {
                let sum = loom_model::lost_update(tasks, turns);
                lock(&report).count(sum != tasks);
            }
            Program::Abba => {
                lock(&report).measured.executions += 1;
                loom_model::abba();
            }
        });
    })
}

mod loom_model {
    use loom::sync::Mutex;
    use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use loom::thread;
    use std::sync::Arc;

    pub(super) fn lost_update(tasks: usize, turns: usize) -> usize {
        let counter = Arc::new(AtomicUsize::new(0));
        let adders: Vec<_> = (0..tasks)
            .map(|_| {
                let counter = counter.clone();
                thread::spawn(move || {
                    let seen = counter.load(SeqCst);
                    for _ in 0..turns {
                        thread::yield_now();
                    }
                    counter.store(seen + 1, SeqCst);
                })
            })
            .collect();
        for adder in adders {
            let _ = adder.join();
        }
        counter.load(SeqCst)
    }

    pub(super) fn abba() {
        let locks = [Arc::new(Mutex::new(())), Arc::new(Mutex::new(()))];
        let pair = [(0, 1), (1, 0)].map(|(first, second)| {
            let (first, second) = (locks[first].clone(), locks[second].clone());
            thread::spawn(move || {
                let _first = first.lock();
                let _second = second.lock();
            })
        });
        for thread in pair {
            let _ = thread.join();
        }
    }
}
