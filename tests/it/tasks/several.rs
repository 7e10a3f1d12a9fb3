//! Several tasks at once: what a group, a gather, a wait and their like promise, each by the test that its loss makes red.

use async_kata::host::turn;
use async_kata::sim::{self, End, Run, log, sleep};
use async_kata::tasks::{
    Elapsed, Ended, Failure, GroupError, Task, Until, Waited, Why, as_completed, gather, gather_all, group, on_cancel,
    spawn, spawn_fallible, timeout, wait, wait_for,
};
use std::future::{IntoFuture, pending};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

fn ms_of<T>(run: &Run<T>, task: &str, kind: &str) -> Option<u64> {
    run.trace.story().find(|entry| entry.task == *task && entry.what.kind() == kind).map(|entry| entry.ms)
}

async fn after<T>(ms: u64, value: T) -> T {
    sleep(ms).await;
    value
}

fn failed<E>(task: &str, error: E) -> Failure<E> {
    Failure { task: Some(task.into()), why: Why::Error(error) }
}

/// Removing the wait for siblings makes this red.
#[test]
fn a_group_waits_for_the_siblings_that_a_failure_cancels() {
    let run = sim::run(|| async {
        let whole = group(async |g| {
            g.spawn("bad", after(10, Err::<(), _>("ValueError")));
            g.spawn("sibling", async {
                on_cancel(sleep(5));
                pending::<Result<(), &str>>().await
            });
            Ok::<(), &str>(())
        });
        let error = whole.await.unwrap_err();
        log("returned");
        error.failures
    });
    assert_eq!(run.end, End::Done(vec![failed("bad", "ValueError")]));
    assert_eq!(ms_of(&run, "sibling", "cancelled"), Some(15));
    assert_eq!(ms_of(&run, "main", "said"), Some(15), "it waited for the clean-up");
}

#[test]
fn a_group_returns_every_error_the_bodys_too() {
    let run = sim::run(|| async {
        let whole = group(async |g| {
            g.spawn("never", after(1, Err::<(), _>("it is cancelled before".to_string())));
            g.spawn("late", async {
                on_cancel(async { panic!("in the clean-up") });
                pending::<Result<(), String>>().await
            });
            turn().await;
            Err::<(), _>("the body's".to_string())
        });
        whole.await.unwrap_err().to_string()
    });
    let expected = "the body: the body's; task late panicked: in the clean-up";
    assert_eq!(run.end, End::Done(expected.to_string()), "in the order in which they happened");
}

#[test]
fn a_child_that_is_cancelled_by_itself_fails_nobody() {
    let run = sim::run(|| async {
        let whole = group(async |g| {
            let one = g.spawn("one", pending::<Result<(), &str>>());
            g.spawn("two", after(5, Ok::<_, &str>(())));
            turn().await;
            one.cancel();
            Ok(one.await)
        });
        whole.await
    });
    assert_eq!(run.end, End::Done(Ok(Err(Ended::Cancelled))));
    assert_eq!(ms_of(&run, "two", "ended"), Some(5));
}

#[test]
fn children_may_have_children_and_a_closed_group_takes_none() {
    let run = sim::run(|| async {
        let mut leaked = None;
        let whole = group(async |g| {
            leaked = Some(g.clone());
            let of_child = g.clone();
            g.spawn("child", async move {
                of_child.spawn("grandchild", after(5, Ok(())));
                Ok(())
            });
            Ok::<_, String>(())
        });
        whole.await.unwrap();
        let leaked = leaked.unwrap();
        assert!(leaked.is_closed());
        assert_eq!(format!("{leaked:?}"), "Group { children: 0, is_closed: true }");
        let late = async {
            log("unreachable");
            Ok(())
        };
        leaked.spawn("late", late).await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!((ms_of(&run, "grandchild", "ended"), run.trace.order()), (Some(5), String::new()));
}

/// The body panics: the children are gone before the panic goes on.
#[test]
fn a_panic_of_the_body_waits_for_the_children() {
    let run = sim::run(|| async {
        let parent = spawn("parent", async {
            let whole = group(async |g| {
                g.spawn("child", async {
                    on_cancel(sleep(5));
                    pending::<Result<(), &str>>().await
                });
                turn().await;
                panic!("boom")
            });
            let _: Result<(), GroupError<&str>> = whole.await;
        });
        parent.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Panicked { task: "parent".into(), message: "boom".into() })));
    assert_eq!((ms_of(&run, "child", "cancelled"), ms_of(&run, "parent", "failed")), (Some(5), Some(5)));
}

/// The group cancels the child, and so does the body that awaits it by value and is cancelled a turn later. That is one
/// cancel: a second would cut the clean-up.
#[test]
fn a_child_that_the_body_awaits_is_cancelled_once() {
    let run = sim::run(|| async {
        let whole = group(async |g| {
            let awaited = g.spawn("awaited", async {
                on_cancel(sleep(5));
                pending::<Result<(), &str>>().await
            });
            g.spawn("bad", after(10, Err::<(), _>("ValueError")));
            awaited.await.unwrap();
            Ok(())
        });
        whole.await.unwrap_err().failures
    });
    assert_eq!(run.end, End::Done(vec![failed("bad", "ValueError")]));
    assert_eq!(ms_of(&run, "awaited", "cancelled"), Some(15), "it cleaned up");
}

/// The same when the whole group is dropped: the body's wait goes first, and on another thread the child begins to clean up
/// before the group cancels its children.
#[test]
fn a_child_that_the_body_awaits_is_cancelled_once_on_several_threads() {
    struct UntilItIs(Arc<AtomicBool>);
    impl Drop for UntilItIs {
        fn drop(&mut self) {
            while !self.0.load(SeqCst) {
                std::thread::yield_now();
            }
        }
    }
    let (begun, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let late = runtime.block_on(timeout(Duration::MAX, async |deadline| {
        group(async |g| {
            let (begun, done, deadline) = (begun.clone(), done.clone(), deadline.clone());
            let _between = UntilItIs(begun.clone());
            let awaited = g.spawn("awaited", async move {
                on_cancel(async move {
                    begun.store(true, SeqCst);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    done.store(true, SeqCst);
                });
                deadline.reschedule_after(Duration::ZERO); // not before it has begun, however busy the machine
                pending::<Result<(), &str>>().await
            });
            awaited.await.unwrap();
            Ok(())
        })
        .await
    }));
    assert!(late.is_err());
    assert!(done.load(SeqCst), "it cleaned up");
}

/// Removing the siblings' going on makes this red.
#[test]
fn a_gather_fails_at_once_and_the_others_go_on() {
    let run = sim::run(|| async {
        let tasks = [
            spawn_fallible("good", after(20, Ok::<_, &str>(1))),
            spawn_fallible("bad", after(10, Err("ValueError"))),
            spawn_fallible("worse", after(15, Err("KeyError"))),
        ];
        let error = gather(tasks).await.unwrap_err();
        log("failed");
        sleep(100).await;
        error
    });
    assert_eq!(run.end, End::Done(failed("bad", "ValueError")));
    assert_eq!((ms_of(&run, "main", "said"), ms_of(&run, "good", "ended")), (Some(10), Some(20)));
    assert_eq!(ms_of(&run, "worse", "failed"), Some(15), "it happened, and nobody hears of it");
}

#[test]
fn a_gather_that_is_cancelled_cancels_the_unfinished_and_is_outlived_by_none() {
    let run = sim::run(|| async {
        let ready = spawn("ready", after(1, ()));
        let slow = spawn("slow", async {
            on_cancel(sleep(5));
            pending().await
        });
        assert_eq!(wait_for(Duration::from_millis(10), gather_all([ready, slow])).await, Err(Elapsed));
        log("late");
    });
    assert_eq!((ms_of(&run, "ready", "ended"), ms_of(&run, "slow", "cancelled")), (Some(1), Some(15)));
    assert_eq!(ms_of(&run, "main", "said"), Some(15));
}

/// Removing the cancel of a dropped by-value await makes this red. See also `task.rs`.
#[test]
fn a_by_value_await_that_is_dropped_cancels_and_one_by_reference_does_not() {
    let run = sim::run(|| async {
        let owned = spawn("owned", pending::<()>());
        let mut looked_at = spawn("looked at", after(20, 7));
        assert_eq!(wait_for(Duration::from_millis(10), owned).await, Err(Elapsed));
        assert_eq!(wait_for(Duration::from_millis(5), &mut looked_at).await, Err(Elapsed));
        looked_at.await
    });
    assert_eq!(run.end, End::Done(Ok(7)));
    assert_eq!(ms_of(&run, "owned", "cancelled"), Some(10));
}

#[test]
fn what_was_never_polled_cancels_nothing() {
    let run = sim::run(|| async {
        drop(gather_all([spawn("gathered", after(5, ()))]));
        drop(spawn("awaited", after(5, ())).into_future());
        drop(wait([spawn("waited for", after(5, ()))], Until::AllCompleted));
        drop(as_completed([spawn("as completed", after(5, ()))]));
        sleep(10).await;
    });
    for task in ["gathered", "awaited", "waited for", "as completed"] {
        assert_eq!(ms_of(&run, task, "ended"), Some(5), "{task}");
    }
}

#[test]
fn a_wait_parts_what_it_is_given_in_the_order_given() {
    let run = sim::run(|| async {
        let tasks = [30, 10, 20].map(|ms| spawn(&ms.to_string(), sleep(ms)));
        let names =
            |tasks: &[&Task<()>]| tasks.iter().map(|task| task.name().to_string()).collect::<Vec<_>>().join(" ");
        let Waited { done, pending } = wait(&tasks, Until::AllCompleted).timeout(Duration::from_millis(25)).await;
        let parted = (names(&done), names(&pending));
        let none = wait(Vec::<Task<()>>::new(), Until::AllCompleted).await;
        assert!(none.done.is_empty() && none.pending.is_empty());
        parted
    });
    assert_eq!(run.end, End::Done(("10 20".into(), "30".into())));
}

#[test]
fn the_first_exception_is_an_error_of_those_whose_errors_count_or_a_panic() {
    let first = |bad: fn() -> Task<Result<(), &'static str>>| {
        let run = sim::run(move || async move {
            let cancelled = spawn_fallible("cancelled", pending());
            let slow = spawn_fallible("slow", after(20, Ok(())));
            let tasks = [bad(), cancelled, slow];
            turn().await;
            tasks[1].cancel();
            wait(&tasks, Until::FirstException).await.pending.len()
        });
        (run.end, run.trace.story().last().unwrap().ms)
    };
    let fails = || spawn_fallible("bad", after(10, Err("ValueError")));
    assert_eq!(first(fails), (End::Done(1), 10));
    let panics = || {
        spawn("bad", async {
            after(10, ()).await;
            panic!("boom")
        })
    };
    assert_eq!(first(panics), (End::Done(1), 10));
    let returns = || spawn("bad", after(10, Err("a value like any other")));
    assert_eq!(first(returns), (End::Done(0), 20));
}

#[test]
fn as_completed_goes_on_after_a_failure_and_can_be_given_up() {
    let run = sim::run(|| async {
        let tasks = [(30, "c"), (10, "a"), (20, "b")].map(|(ms, name)| {
            spawn(name, async move {
                sleep(ms).await;
                assert_ne!(ms, 10, "no");
            })
        });
        let mut done = as_completed(tasks).timeout(Duration::from_millis(25));
        let mut told = Vec::new();
        while let Some(next) = done.next().await {
            told.push(match next {
                Ok(task) => (task.name().to_string(), task.await.is_ok()),
                Err(Elapsed) => ("elapsed".to_string(), false),
            });
        }
        for task in done.into_pending() {
            told.push((task.name().to_string(), task.await.is_ok()));
        }
        told
    });
    let told = [("a", false), ("b", true), ("elapsed", false), ("c", true)];
    assert_eq!(run.end, End::Done(told.map(|(name, ok)| (name.to_string(), ok)).to_vec()));
}
