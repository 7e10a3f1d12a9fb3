//! The cases of CPython's `wait_for`: what becomes of a future, of a task and of a shielded one when the time is up.

use super::story::{end_of, lines, said};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Elapsed, Ended, Until, shield, wait_for};
use std::future::ready;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const FOREVER: Duration = Duration::MAX;

/// Takes 200 ms, whoever cancels it: what is left of the time its clean-up takes.
async fn slow() {
    let until = Instant::now() + ms(200);
    tasks::on_cancel(async move {
        sleep_until(until).await;
        log("exits");
    });
    sleep_until(until).await;
    log("exits by itself");
}

/// `AsyncioWaitForTest.test_asyncio_wait_for_cancelled`
///
/// - a task inside `wait_for` is cancelled: when it has ended, what it waited for has exited, however long that took.
#[test]
fn a_cancelled_wait_for_waits_until_what_is_inside_has_exited() {
    let run = sim::run(|| async {
        let waits = tasks::spawn("waits", wait_for(ms(400), slow()));
        turn().await;
        waits.cancel();
        let waited = tasks::wait([waits], Until::AllCompleted).await;
        log("goes on");
        waited.done.len()
    });
    assert_eq!(run.end, End::Done(1));
    assert_eq!(said(&run), ["200 waits exits", "200 main goes on"]);
    assert_eq!(end_of(&run, "waits"), "cancelled at 200");
}

/// `AsyncioWaitForTest.test_asyncio_wait_for_timeout`
///
/// - the time is up: `wait_for` is over when what is inside has exited, and that is later than its deadline.
#[test]
fn a_wait_for_that_is_late_waits_until_what_is_inside_has_exited() {
    let run = sim::run(|| async {
        let ended = wait_for(ms(100), slow()).await;
        log("goes on");
        ended
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&run), ["200 main exits", "200 main goes on"]);
}

/// `AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_future_done`
///
/// - no time at all is enough for what is done already: its value comes out. A future that is ready, and a task that has
///   ended.
#[test]
fn zero_is_enough_for_what_is_done() {
    let run = sim::run(|| async {
        let mut task = tasks::spawn("task", async { "done" });
        turn().await;
        assert!(task.is_finished());
        let of_task = wait_for(Duration::ZERO, &mut task).await;
        assert!(task.is_finished());
        (wait_for(Duration::ZERO, ready("done")).await, of_task)
    });
    assert_eq!(run.end, End::Done((Ok("done"), Ok(Ok("done")))));
}

struct Running;
impl Drop for Running {
    fn drop(&mut self) {
        log("runs no more");
    }
}

/// `AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0`
/// `AsyncioWaitForTest.test_wait_for`
///
/// - the time is up, at once or later, and a task that was given has not ended: that is an error;
/// - by then the task has ended, as cancelled; it runs no more, and its value never came. (No time is less than none here.)
#[test]
fn a_task_that_is_late_is_cancelled() {
    for after in [0, 100] {
        let run = sim::run(move || async move {
            let (starts, started) = oneshot::channel();
            let task = tasks::spawn("task", async {
                let _running = Running;
                starts.send(()).expect("somebody listens");
                sleep(10_000).await;
                log("unreachable");
            });
            started.await.expect("it has begun");
            let late = wait_for(ms(after), task).await;
            log(format_args!("{late:?}"));
        });
        assert_eq!(run.end, End::Done(()));
        let end = ["task runs no more", "task (cancelled)", "main Err(Elapsed)", "main (ended)"];
        assert_eq!(lines(&run)[2..], end.map(|line| format!("{after} {line}")));
    }
}

/// `AsyncioWaitForTest.test_wait_for_blocking`
///
/// - without a deadline the value comes out. (`Duration::MAX` is the deadline that never comes.)
#[test]
fn without_a_deadline_it_waits() {
    let run = sim::run(|| async {
        let done = async {
            sleep(3_600_000).await;
            "done"
        };
        (wait_for(FOREVER, ready("done")).await, wait_for(FOREVER, done).await)
    });
    assert_eq!(run.end, End::Done((Ok("done"), Ok("done"))));
}

/// `AsyncioWaitForTest.test_wait_for_race_condition`
///
/// - what comes on the very next turn, long before the deadline, is not missed.
#[test]
fn what_comes_on_the_next_turn_is_not_missed() {
    let run = sim::run(|| async {
        let (send, sent) = oneshot::channel();
        let waits = wait_for(ms(200), sent);
        let sender = tasks::spawn("sender", async { send.send("ok") });
        let ended = waits.await;
        assert_eq!(sender.await, Ok(Ok(())));
        ended
    });
    assert_eq!(run.end, End::Done(Ok(Ok("ok"))));
    assert_eq!(end_of(&run, "main"), "ended at 0");
}

/// `AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation`
/// `AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation_w_timeout_0`
///
/// - the time is up, and the task that was given cleans up, which takes a while: the error comes out when it is done with
///   that; no matter whether the task had some time, or `wait_for` none.
#[test]
fn the_clean_up_of_a_task_that_is_late_is_waited_for() {
    for (before, after) in [(0, 1), (1, 0)] {
        let run = sim::run(move || async move {
            let task = tasks::spawn("task", async {
                tasks::on_cancel(async {
                    sleep(1).await;
                    log("is done");
                });
                sleep(10_000).await;
            });
            sleep(before).await;
            let late = wait_for(ms(after), task).await;
            log(format_args!("{late:?}"));
        });
        assert_eq!(run.end, End::Done(()));
        let end = ["task is done", "task (cancelled)", "main Err(Elapsed)", "main (ended)"];
        assert_eq!(lines(&run)[2..], end.map(|line| format!("2 {line}")));
    }
}

/// Where ours is another: in `test_wait_for_reraises_exception_during_cancellation` the task's exception comes out.
#[test]
fn what_a_task_that_is_late_fails_with_is_in_the_story_alone() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            tasks::on_cancel(async { panic!("on its way out") });
            sleep(200).await;
        });
        wait_for(ms(1), task).await
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(lines(&run)[2..], ["1 task (failed: on its way out)", "1 main (ended)"]);
}

/// Where ours is another: in `test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started` nothing begins.
#[test]
fn zero_begins_a_plain_future() {
    let run = sim::run(|| async {
        assert_eq!(wait_for(Duration::ZERO, async { "began" }).await, Ok("began"));
        let waits = async {
            log("began");
            turn().await;
            log("unreachable");
        };
        wait_for(Duration::ZERO, waits).await
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&run), ["0 main began"]);
}

/// As in CPython: the cancel is there before the task's next turn.
#[test]
fn zero_cancels_a_task_before_its_next_turn() {
    for turns in 0..3 {
        let run = sim::run(move || async move {
            let task = tasks::spawn("task", async {
                for round in 0..10 {
                    log(format_args!("round {round}"));
                    turn().await;
                }
            });
            for _ in 0..turns {
                turn().await;
            }
            wait_for(Duration::ZERO, task).await
        });
        assert_eq!(run.end, End::Done(Err(Elapsed)));
        assert_eq!(said(&run), (0..turns).map(|round| format!("0 task round {round}")).collect::<Vec<_>>());
    }
}

/// `AsyncioWaitForTest.test_cancel_blocking_wait_for`
/// `AsyncioWaitForTest.test_cancel_wait_for`
///
/// - a task that waits for another by `wait_for` is cancelled, without a deadline or long before it: it ends as cancelled,
///   and the other one has ended so before.
#[test]
fn cancelling_who_waits_cancels_what_it_waits_for() {
    for after in [FOREVER, ms(60_000)] {
        let run = sim::run(move || async move {
            let (_send, sent) = oneshot::channel::<()>();
            let task = tasks::spawn("task", async { sent.await.is_ok() });
            let waits = tasks::spawn("waits", wait_for(after, task));
            turn().await;
            waits.cancel();
            waits.await.map(drop)
        });
        assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
        let end = ["task (cancelled)", "waits (cancelled)", "main (ended)"];
        assert_eq!(lines(&run)[3..], end.map(|line| format!("0 {line}")));
    }
}

/// `AsyncioWaitForTest.test_wait_for_issue86296`
///
/// - a task waits for another one by `wait_for`, which ends within the same turn, and is then cancelled: it ends as
///   cancelled and does not come to its end;
/// - the other one has ended by itself, and its value is there.
#[test]
fn a_cancel_right_after_the_value_came_is_not_lost() {
    let run = sim::run(|| async {
        let inner = tasks::spawn("inner", async { "done" }).shared();
        let waited = inner.clone();
        let outer = tasks::spawn("outer", async {
            assert_eq!(wait_for(ms(100_000), waited).await, Ok(Ok("done")));
            sleep(1000).await;
            log("unreachable");
        });
        assert!(!outer.is_finished());
        turn().await;
        outer.cancel();
        let outer = outer.await;
        (outer, inner.is_finished(), inner.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), true, Ok("done"))));
    assert_eq!(
        lines(&run)[1..],
        ["inner (started)", "inner (ended)", "outer (started)", "outer (cancelled)", "main (ended)"]
            .map(|line| format!("0 {line}"))
    );
}

/// `WaitForShieldTests.test_zero_timeout`
///
/// - `wait_for` without any time on a shielded task: that is an error, and the task goes on, neither ended nor cancelled;
/// - some time later it has ended.
#[test]
fn zero_leaves_a_shielded_task_alone() {
    let run = sim::run(|| async {
        let mut task = tasks::spawn("task", async {
            sleep(10).await;
            "done"
        });
        assert_eq!(wait_for(Duration::ZERO, shield(&mut task)).await, Err(Elapsed));
        assert!(!task.is_finished());
        sleep(100).await;
        assert!(task.is_finished());
        task.await
    });
    assert_eq!(run.end, End::Done(Ok("done")));
    assert_eq!(end_of(&run, "task"), "ended at 10");
}

/// `WaitForShieldTests.test_none_timeout`
///
/// - without a deadline `wait_for` a shielded task takes as long as that: then it has ended, and its value is there.
#[test]
fn without_a_deadline_a_shielded_task_comes_to_its_end() {
    let run = sim::run(|| async {
        let mut task = tasks::spawn("task", async {
            sleep(100).await;
            "done"
        });
        let ended = wait_for(FOREVER, shield(&mut task)).await;
        assert!(task.is_finished());
        ended
    });
    assert_eq!(run.end, End::Done(Ok(Ok("done"))));
    assert_eq!(end_of(&run, "main"), "ended at 100");
}

/// `WaitForShieldTests.test_shielded_timeout`
///
/// - the time is up for a shielded task: that is an error, and the task is neither ended nor cancelled; its value comes.
#[test]
fn a_deadline_leaves_a_shielded_task_alone() {
    let run = sim::run(|| async {
        let mut task = tasks::spawn("task", async {
            sleep(100).await;
            "done"
        });
        assert_eq!(wait_for(ms(10), shield(&mut task)).await, Err(Elapsed));
        log("is late");
        assert!(!task.is_finished());
        task.await
    });
    assert_eq!(run.end, End::Done(Ok("done")));
    assert_eq!(said(&run), ["10 main is late"]);
    assert_eq!(end_of(&run, "task"), "ended at 100");
}
