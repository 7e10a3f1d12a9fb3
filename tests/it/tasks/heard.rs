//! When an end is heard of: by whom first, from where, and what is gone by then.

use super::real::Alive;
use crate::bell::bell;
use async_kata::host::turn;
use async_kata::sim::{self, End, Sim, block_for, log, sleep};
use async_kata::tasks::{Elapsed, Ended, Threads, group, on_cancel, spawn, timeout, wait_for};
use std::future::{Future, IntoFuture, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

#[test]
fn who_waits_for_a_shared_task_is_woken_in_the_order_of_the_waits() {
    let run = sim::run(|| async {
        let task = spawn("task", sleep(5)).shared();
        let waits = ["a", "b", "c"].map(|name| {
            let task = task.clone();
            spawn(name, async move {
                task.await.unwrap();
                log("woken");
            })
        });
        for wait in waits {
            wait.await.unwrap();
        }
    });
    assert_eq!(run.trace.order(), "a woken, b woken, c woken");
}

/// A group is closed when nobody is left, which is a turn before it returns: who comes in between comes too late.
#[test]
fn a_group_closes_before_it_returns() {
    let run = sim::run(|| async {
        let mut outsider = None;
        let whole = group(async |g| {
            let leaked = g.clone();
            outsider = Some(spawn("outsider", async move {
                while !leaked.is_closed() {
                    turn().await;
                }
                log("closed");
                leaked.spawn("late", async { Ok(()) }).await
            }));
            g.spawn("child", async {
                turn().await;
                Ok(())
            });
            Ok::<_, String>(())
        });
        whole.await.unwrap();
        log("returned");
        outsider.unwrap().await.unwrap()
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(run.trace.order(), "outsider closed, main returned");
}

#[test]
fn another_task_can_move_a_deadline_to_an_earlier_moment() {
    let run = sim::run(|| async {
        let late = timeout(Duration::from_secs(3600), async |deadline| {
            let mover = spawn("mover", async move {
                sleep(5).await;
                assert!(deadline.reschedule_after(Duration::from_millis(5)));
                deadline
            });
            let deadline = mover.await.unwrap();
            on_cancel(async move { log(deadline.expired()) });
            pending::<()>().await;
        });
        assert_eq!(late.await, Err(Elapsed));
    });
    assert_eq!(run.trace.order(), "main true");
    assert_eq!(run.trace.story().last().unwrap().ms, 10);

    let run = sim::run(|| async {
        let late = timeout(Duration::from_secs(3600), async |deadline| {
            drop(spawn("mover", async move {
                sleep(5).await;
                deadline.reschedule_after(Duration::ZERO);
            }));
            pending::<()>().await; // nothing wakes it but the move
        });
        assert_eq!(late.await, Err(Elapsed));
    });
    assert_eq!(run.trace.story().last().unwrap().ms, 5);
}

/// A scope that has returned has nothing to clean up any more, however long its future is kept.
#[test]
fn what_a_scope_registered_ends_with_it_and_not_with_its_future() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let inner = async {
                on_cancel(async { log("of what has returned") });
            };
            let mut kept = Box::pin(wait_for(Duration::from_secs(1), inner));
            kept.as_mut().await.unwrap();
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!((run.end, run.trace.order()), (End::Done(Err(Ended::Cancelled)), String::new()));
}

/// Polled once, panics; what it holds is not dropped by the panic itself.
struct Panics {
    _held: Alive,
}

impl Future for Panics {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        panic!("boom")
    }
}

/// Looks, when it is woken, how many are alive.
struct Looks(Arc<AtomicUsize>, AtomicUsize);

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        self.1.store(self.0.load(SeqCst), SeqCst);
    }
}

#[test]
fn nothing_of_a_task_is_left_when_others_hear_of_its_end() {
    let runtime = runtime();
    let _inside = runtime.enter();
    let alive = Arc::new(AtomicUsize::new(0));
    let task = spawn("task", Panics { _held: Alive::new(&alive) });
    let mut waits = Box::pin(task.into_future());
    let looks = Arc::new(Looks(alive, AtomicUsize::new(usize::MAX)));
    let waker = Waker::from(looks.clone());
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    runtime.block_on(async {
        while looks.1.load(SeqCst) == usize::MAX {
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(looks.1.load(SeqCst), 0);
}

/// Whoever waits elsewhere hears of it when a runtime takes its tasks with it.
#[test]
fn a_task_whose_runtime_goes_has_ended_as_cancelled() {
    let gone = runtime();
    let task = gone.block_on(async { spawn("task", pending::<()>()) });
    let mut waits = Box::pin(task.into_future());
    let (bell, waker) = bell();
    let mut elsewhere = Context::from_waker(&waker);
    assert!(waits.as_mut().poll(&mut elsewhere).is_pending());
    drop(gone);
    assert_eq!(bell.rings(), 1);
    assert_eq!(waits.as_mut().poll(&mut elsewhere), Poll::Ready(Err(Ended::Cancelled)));
}

/// Says its name when it is dropped.
struct Says(&'static str);

impl Drop for Says {
    fn drop(&mut self) {
        log(self.0);
    }
}

/// Nobody wants its value: the task itself lets go of it.
#[test]
fn an_unwanted_value_is_dropped_in_the_tasks_name() {
    let run = sim::run(|| async {
        drop(spawn("detached", async { Says("dropped") }));
        sleep(1).await;
    });
    assert_eq!((run.trace.order().as_str(), run.strays), ("detached dropped", 0));
}

#[test]
fn what_a_job_takes_with_it_and_never_uses_is_dropped_in_its_tasks_name() {
    let run = sim::run(|| async {
        let one = Threads::new(1);
        let first = spawn("first", one.to_thread(|| block_for(Duration::from_millis(20))));
        let says = Says("never used");
        let second = spawn("second", one.to_thread(move || drop(says)));
        sleep(1).await;
        second.cancel();
        assert!(second.await.is_err());
        first.await.unwrap().unwrap();
    });
    assert_eq!((run.trace.order().as_str(), run.strays), ("second never used", 0));
}

/// Nobody wants its value, whose destructor panics: the task has ended all the same, and its group hears of it.
#[test]
fn an_unwanted_value_whose_destructor_panics_keeps_nobody_waiting() {
    struct Boom;
    impl Drop for Boom {
        fn drop(&mut self) {
            panic!("in the value's destructor");
        }
    }
    let run = sim::run(|| async {
        let whole = group(async |g| {
            drop(g.spawn("child", async { Ok::<_, String>(Boom) }));
            Ok(())
        });
        whole.await
    });
    assert_eq!(run.end, End::Done(Ok(())));
}

/// The group of a body that panicked still waits for its children, and is cancelled then: the body is over.
#[test]
fn what_a_scope_registered_ends_with_its_panic() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let whole = group(async |g| {
                g.spawn("child", async {
                    on_cancel(sleep(5));
                    pending::<Result<(), String>>().await
                });
                on_cancel(async { log("of what has panicked") });
                turn().await;
                panic!("boom")
            });
            let _: Result<(), _> = whole.await;
        });
        sleep(2).await;
        task.cancel();
        task.await
    });
    assert_eq!((run.end, run.trace.order()), (End::Done(Err(Ended::Cancelled)), String::new()));
}

/// ... nor does a destructor of what it discards register anything.
#[test]
fn what_is_discarded_registers_nothing() {
    struct Registers;
    impl Drop for Registers {
        fn drop(&mut self) {
            on_cancel(async { log("of what has returned") });
        }
    }
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let inner = async {
                let registers = Registers;
                on_cancel(async move { drop(registers) });
            };
            let mut kept = Box::pin(wait_for(Duration::from_secs(1), inner));
            kept.as_mut().await.unwrap();
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!((run.end, run.trace.order()), (End::Done(Err(Ended::Cancelled)), String::new()));
}

/// A picture of the run shows every timer, and so the one of a deadline, too: until the time is up, or the deadline is moved.
#[test]
fn the_timer_of_a_deadline_is_a_wait_that_is_seen() {
    let mut sim = Sim::default();
    sim.mechanics = true;
    let run = sim.run(|| async {
        let late = timeout(Duration::from_millis(10), async |deadline| {
            sleep(5).await;
            deadline.reschedule_after(Duration::from_millis(20)); // at 25
            sleep(1_000).await;
        });
        assert_eq!(late.await, Err(Elapsed));
        sleep(5).await;
    });
    let clock = run.trace.entries().iter().filter(|entry| entry.what.text().starts_with("the clock"));
    let told: Vec<String> =
        clock.map(|entry| format!("{} {} {}", entry.ms, entry.what.kind(), entry.what.text())).collect();
    let expected = [
        "0 waits the clock, until 5 ms",
        "0 waits the clock, until 10 ms",
        "5 leaves the clock, until 5 ms",
        "5 waits the clock, until 1005 ms",
        "5 waits the clock, until 25 ms",
        "5 leaves the clock, until 10 ms",
        "25 leaves the clock, until 25 ms",
        "25 leaves the clock, until 1005 ms",
        "25 waits the clock, until 30 ms",
        "30 leaves the clock, until 30 ms",
    ];
    assert_eq!(told, expected);
}

/// The wait names the millisecond at which the timer fires, not the one before it.
#[test]
fn a_deadline_between_two_milliseconds_is_up_at_the_later() {
    let mut sim = Sim::default();
    sim.mechanics = true;
    let run = sim.run(|| async { timeout(Duration::from_micros(1_500), async |_| pending::<()>().await).await });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    let entries = run.trace.entries();
    let waits = entries.iter().find(|entry| entry.what.kind() == "waits").unwrap();
    assert_eq!((waits.what.text(), entries.last().unwrap().ms), ("the clock, until 2 ms", 2));
}
