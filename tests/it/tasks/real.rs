//! The same on a runtime with several threads, outside a run: what a race between them could break.

use async_kata::sync::{Event, Queue};
use async_kata::tasks::{
    CleanUp, Deadline, Elapsed, Ended, Until, Waited, as_completed, gather_all, group, on_cancel, spawn, timeout, wait,
    wait_for,
};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::Instant;

/// How many times each game is played; fewer under Miri and the like (`ASYNC_KATA_ROUNDS`).
fn rounds() -> usize {
    std::env::var("ASYNC_KATA_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2000)
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(3).enable_time().build().unwrap()
}

/// Up while it lives.
pub(super) struct Alive(pub(super) Arc<AtomicUsize>);
impl Alive {
    pub(super) fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, SeqCst);
        Self(count.clone())
    }
}
impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Children fail, work and spawn others, all at once: when the group returns none of them is alive, and it returns the
/// errors of those that failed, no more and no fewer.
#[test]
fn nothing_outlives_a_group_and_no_error_is_lost() {
    runtime().block_on(async {
        for round in 0..rounds() {
            let (alive, failures) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let whole = group(async |g| {
                for nth in 0..6 {
                    let (guard, of_child, alive, failures) =
                        (Alive::new(&alive), g.clone(), alive.clone(), failures.clone());
                    g.spawn("child", async move {
                        let _guard = guard;
                        for _ in 0..(round + nth) % 4 {
                            yield_now().await;
                        }
                        if nth % 3 == 2 {
                            failures.fetch_add(1, SeqCst);
                            return Err("failed");
                        }
                        let guard = Alive::new(&alive);
                        of_child.spawn("grandchild", async move {
                            let _guard = guard;
                            yield_now().await;
                            Ok(())
                        });
                        Ok(())
                    });
                }
                Ok(())
            });
            let failed = whole.await.map_err(|error| error.failures.len()).err().unwrap_or(0);
            assert_eq!(alive.load(SeqCst), 0, "round {round}: somebody has outlived the group");
            assert_eq!(failed, failures.load(SeqCst), "round {round}");
        }
    });
}

/// Two cancel a task that is about to end: it ends once, as one of the two, and its clean-up has run exactly if it was
/// cancelled after it began.
#[test]
fn a_cancel_races_with_an_end() {
    runtime().block_on(async {
        for round in 0..rounds() {
            let (begun, cleaned) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let (begins, cleans) = (begun.clone(), cleaned.clone());
            let task = spawn("task", async move {
                begins.fetch_add(1, SeqCst);
                on_cancel(async move {
                    cleans.fetch_add(1, SeqCst);
                });
                for _ in 0..round % 3 {
                    yield_now().await;
                }
                7
            });
            let task = task.shared();
            let killers = ["k", "l"].map(|name| {
                let task = task.clone();
                spawn(name, async move { task.cancel() })
            });
            let end = task.await;
            gather_all(killers).await;
            let (began, cleaned) = (begun.load(SeqCst), cleaned.load(SeqCst));
            match end {
                Ok(7) => assert_eq!((began, cleaned), (1, 0), "round {round}"),
                Err(Ended::Cancelled) => {
                    assert_eq!(cleaned, began, "round {round}: it ended before its clean-up had run")
                }
                other => panic!("round {round}: {other:?}"),
            }
        }
    });
}

/// Many ends at once: none is missed, and none is told twice.
#[test]
fn no_end_is_missed_by_who_waits_for_several() {
    runtime().block_on(async {
        for round in 0..rounds() {
            let gate = Arc::new(Event::new());
            let start = |nth: usize| {
                let gate = gate.clone();
                spawn(&nth.to_string(), async move {
                    if nth.is_multiple_of(2) {
                        gate.wait().await;
                    }
                    nth
                })
            };
            let mut pending: Vec<_> = (0..6).map(start).collect();
            let mut told = Vec::new();
            gate.set();
            while !pending.is_empty() {
                let Waited { done, pending: left } = wait(pending, Until::FirstCompleted).await;
                assert!(!done.is_empty(), "round {round}");
                told.extend(gather_all(done).await.into_iter().map(Result::unwrap));
                pending = left;
            }
            let mut stream = as_completed((6..12).map(start).collect::<Vec<_>>());
            while let Some(task) = stream.next().await {
                assert!(task.is_finished());
                told.push(task.await.unwrap());
            }
            told.sort_unstable();
            assert_eq!(told, (0..12).collect::<Vec<_>>(), "round {round}");
        }
    });
}

/// One spawns into a group that is cancelled meanwhile: whoever joined before it was closed is gone when its task has ended.
#[test]
fn nobody_joins_a_group_unseen() {
    runtime().block_on(async {
        for round in 0..rounds() {
            let (alive, begun) = (Arc::new(AtomicUsize::new(0)), Arc::new(Event::new()));
            let (of_task, begins) = (alive.clone(), begun.clone());
            let task = spawn("task", async move {
                let whole = group(async |g| {
                    let spawner = g.clone();
                    g.spawn("spawner", async move {
                        for _ in 0..64 {
                            if spawner.is_closed() {
                                break;
                            }
                            let alive = Alive::new(&of_task);
                            drop(spawner.spawn("child", async move {
                                let _alive = alive;
                                pending::<Result<(), String>>().await
                            }));
                            begins.set();
                        }
                        pending::<Result<(), String>>().await
                    });
                    pending().await
                });
                let _: Result<(), _> = whole.await;
            });
            begun.wait().await;
            task.cancel();
            assert_eq!(task.await, Err(Ended::Cancelled));
            assert_eq!(alive.load(SeqCst), 0, "round {round}: a child has outlived the scope");
        }
    });
}

/// A deadline is moved away at the moment at which it is up: either it has struck, or whoever moved it is told so.
#[test]
fn a_deadline_that_was_moved_does_not_strike() {
    runtime().block_on(async {
        for round in 0..rounds() {
            let slot = Arc::new(Queue::unbounded());
            let of_task = slot.clone();
            let task = spawn("task", async move {
                let body = async |deadline| {
                    of_task.try_put(deadline).unwrap();
                    pending::<()>().await
                };
                timeout(Duration::from_secs(3600), body).await
            });
            let deadline: Deadline = slot.get().await.unwrap();
            deadline.reschedule(Some(Instant::now()));
            for _ in 0..round % 400 {
                std::hint::spin_loop();
            }
            if deadline.reschedule(None) {
                task.cancel();
                assert_eq!(task.await, Err(Ended::Cancelled), "round {round}");
                assert!(!deadline.expired(), "round {round}");
            } else {
                assert_eq!(task.await, Ok(Err(Elapsed)), "round {round}");
            }
        }
    });
}

/// Counts its drops.
struct Drops(Arc<AtomicUsize>);
impl Drop for Drops {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Spins, so as not to miss the moment; and lets others have the core, if it takes long.
fn spin_while(mut so: impl FnMut() -> bool) {
    let mut spins = 0;
    while so() {
        spins += 1;
        if spins % 200 == 0 {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}

/// A clean-up is defused from another thread while its scope hands it over to the one around, which is cancelled. The one that
/// comes before it waits until it has been defused, so it never runs.
#[test]
fn what_is_defused_while_it_is_handed_over_does_not_run() {
    let runtime = runtime();
    let _inside = runtime.enter();
    let (dropped, defused) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (give, take) = channel::<CleanUp>();
    let (has_dropped, has_defused) = (dropped.clone(), defused.clone());
    let defuses = std::thread::spawn(move || {
        for (nth, clean_up) in take.into_iter().enumerate() {
            spin_while(|| has_dropped.load(SeqCst) <= nth);
            for _ in 0..nth % 64 {
                std::hint::spin_loop();
            }
            clean_up.defuse();
            has_defused.fetch_add(1, SeqCst);
        }
    });
    let ran = Arc::new(AtomicUsize::new(0));
    for round in 0..20 * rounds() {
        let inner = timeout(Duration::MAX, async |_| {
            let (ran, defused, give) = (ran.clone(), defused.clone(), give.clone());
            let clean_up = on_cancel(async move {
                ran.fetch_add(1, SeqCst);
            });
            on_cancel(poll_fn(move |_| if defused.load(SeqCst) > round { Poll::Ready(()) } else { Poll::Pending }));
            let _drops = Drops(dropped.clone()); // and then the scope hands over
            give.send(clean_up).unwrap();
            pending::<()>().await
        });
        let mut outer = pin!(wait_for(Duration::ZERO, inner));
        spin_while(|| outer.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(ran.load(SeqCst), 0, "round {round}");
    }
    drop(give);
    defuses.join().unwrap();
}
