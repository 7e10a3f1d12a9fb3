//! One task: spawn, cancel and join, poll by poll.

use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{Ended, spawn};
use std::future::{IntoFuture, pending};
use std::time::Duration;
use tokio::time::timeout;

struct Bell;
impl Drop for Bell {
    fn drop(&mut self) {
        log("cleans up");
    }
}

#[test]
fn a_cancelled_task_drops_its_body_on_its_own_next_turn() {
    let run = sim::run(|| async {
        let sleeper = spawn("sleeper", async {
            let _bell = Bell;
            pending::<()>().await;
        });
        turn().await;
        sleeper.cancel();
        log("asked");
        assert!(!sleeper.is_finished(), "a request, not a deed");
        sleeper.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    let story: Vec<_> = run.trace.story().map(|entry| format!("{} {}", entry.task, entry.what)).collect();
    assert_eq!(
        story,
        [
            "main (started)",
            "sleeper (started)",
            "main asked",
            "sleeper cleans up",
            "sleeper (cancelled)",
            "main (ended)"
        ]
    );
}

#[test]
fn cancelled_before_its_first_turn_a_body_never_runs() {
    let run = sim::run(|| async {
        let task = spawn("task", async { log("unreachable") });
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert!(run.trace.story().all(|entry| entry.task == "main"), "{}", run.trace.table());
}

#[test]
fn cancelling_what_has_ended_changes_nothing() {
    let run = sim::run(|| async {
        let task = spawn("task", async { 7 });
        turn().await;
        assert!(task.is_finished());
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Ok(7)));
}

/// What was cancelled while it was runnable still ends as cancelled, though its wait was over.
#[test]
fn a_cancel_wins_over_a_wake_that_came_first() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            turn().await;
            log("unreachable");
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(run.trace.order(), "");
}

#[test]
fn a_wait_by_value_that_is_dropped_half_way_cancels_the_task() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let _bell = Bell;
            sleep(100).await;
        });
        let late = timeout(Duration::from_millis(10), task).await;
        assert!(late.is_err());
        sleep(500).await;
    });
    assert_eq!(
        format!("\n{}", run.trace.table()),
        "
 ms  main       task
  0  (started)  ·
  0  ·          (started)
 10  ·          cleans up
 10  ·          (cancelled)
510  (ended)    ·
"
    );
}

#[test]
fn a_wait_by_reference_only_looks() {
    let run = sim::run(|| async {
        let mut task = spawn("task", async {
            sleep(100).await;
            7
        });
        let late = timeout(Duration::from_millis(10), &mut task).await;
        assert!(late.is_err());
        task.await
    });
    assert_eq!(run.end, End::Done(Ok(7)));
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(100));
}

#[test]
fn a_wait_that_was_never_polled_lets_the_task_run_on() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            sleep(1).await;
            log("done");
        });
        drop(task.into_future());
        sleep(10).await;
    });
    assert_eq!(run.trace.order(), "task done");
}

#[test]
fn a_dropped_task_runs_on() {
    let run = sim::run(|| async {
        drop(spawn("task", async {
            sleep(1).await;
            log("done");
        }));
        sleep(10).await;
    });
    assert_eq!(run.trace.order(), "task done");
}

#[test]
fn names_are_unique_in_a_run() {
    let run = sim::run(|| async {
        let tasks = [spawn("a", async {}), spawn("a", async {}), spawn("a#2", async {}), spawn("a", async {})];
        tasks.map(|task| task.name().to_string())
    });
    assert_eq!(run.end, End::Done(["a", "a#2", "a#2#2", "a#3"].map(String::from)));
}

#[test]
fn outside_a_run_tasks_are_plain_tokio_tasks() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let seven = spawn("seven", async { 7 });
        assert_eq!(seven.name(), "seven");
        assert_eq!(seven.await, Ok(7));
        let stuck = spawn("stuck", pending::<()>());
        stuck.cancel();
        assert_eq!(stuck.await, Err(Ended::Cancelled));
        let boom = spawn("boom", async { panic!("bang") });
        let ended: Result<(), _> = boom.await;
        assert_eq!(ended, Err(Ended::Panicked { task: "boom".into(), message: "bang".into() }));
    });
}

#[test]
fn awaited_to_its_end_twice_a_task_says_so() {
    let run = sim::run(|| async {
        let mut task = spawn("a", async { 7 });
        assert_eq!((&mut task).await, Ok(7));
        task.await
    });
    let message = "task a was awaited to its end before, and its result was taken then".into();
    assert_eq!(run.end, End::Panicked { task: "main".into(), message });
}
