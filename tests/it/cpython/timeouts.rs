//! The cases of CPython's `timeout`, for `tasks::timeout` and `timeout_at`: the deadline, moved and not, and what it says.

mod nested;

use super::story::{end_of, said};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Deadline, Elapsed, Ended};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Sleeps for `sleeps_ms` under a deadline; also gives the deadline back, for a look at it afterwards.
async fn sleeps(when: Option<Instant>, sleeps_ms: u64) -> (Result<(), Elapsed>, Deadline) {
    let mut kept = None;
    let ended = tasks::timeout_at(when, async |deadline| {
        kept = Some(deadline);
        sleep(sleeps_ms).await;
    })
    .await;
    (ended, kept.expect("the body has begun"))
}

/// `TimeoutTests.test_timeout_basic`
///
/// - a body that sleeps too long is an error when the time is up, and the deadline has expired.
#[test]
fn a_timeout_expires() {
    let run = sim::run(|| async {
        let mut kept = None;
        let ended = tasks::timeout(ms(10), async |deadline| {
            kept = Some(deadline);
            sleep(10_000).await;
        });
        (ended.await, kept.expect("the body has begun").expired())
    });
    assert_eq!(run.end, End::Done((Err(Elapsed), true)));
    assert_eq!(end_of(&run, "main"), "ended at 10");
}

/// `TimeoutTests.test_timeout_at_basic`
///
/// - the same with a moment instead of a duration; afterwards the deadline still says which moment it was.
#[test]
fn a_timeout_at_a_moment_expires() {
    let run = sim::run(|| async {
        let when = Instant::now() + ms(10);
        let (ended, deadline) = sleeps(Some(when), 10_000).await;
        (ended, deadline.expired(), deadline.when() == Some(when))
    });
    assert_eq!(run.end, End::Done((Err(Elapsed), true, true)));
    assert_eq!(end_of(&run, "main"), "ended at 10");
}

/// `TimeoutTests.test_waiter_cancelled`
///
/// - whoever waits inside is cancelled by the deadline, and cleans up before the error comes out.
#[test]
fn what_waits_inside_is_cancelled() {
    let run = sim::run(|| async {
        let ended = tasks::timeout(ms(10), async |_| {
            tasks::on_cancel(async { log("is cancelled") });
            sleep(10_000).await;
            log("unreachable");
        })
        .await;
        log(format_args!("{ended:?}"));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(said(&run), ["10 main is cancelled", "10 main Err(Elapsed)"]);
}

/// `TimeoutTests.test_timeout_not_called`
///
/// - a body that is fast enough returns; the deadline has not expired, and lies in the future.
#[test]
fn a_body_in_time_returns() {
    let run = sim::run(|| async {
        let (ended, deadline) = sleeps(Some(Instant::now() + ms(10_000)), 10).await;
        (ended, deadline.expired(), deadline.when() > Some(Instant::now()))
    });
    assert_eq!(run.end, End::Done((Ok(()), false, true)));
    assert_eq!(end_of(&run, "main"), "ended at 10");
}

/// `TimeoutTests.test_timeout_disabled`
/// `TimeoutTests.test_timeout_at_disabled`
///
/// - without a deadline the body returns when it does; nothing has expired, and there is no moment to tell.
#[test]
fn without_a_deadline_nothing_expires() {
    let run = sim::run(|| async {
        let (ended, deadline) = sleeps(None, 10).await;
        (ended, deadline.expired(), deadline.when())
    });
    assert_eq!(run.end, End::Done((Ok(()), false, None)));
}

/// `TimeoutTests.test_timeout_zero`
/// `TimeoutTests.test_timeout_zero_sleep_zero`
///
/// - with no time at all a body that waits is an error: one that sleeps, and one that only lets the others have a turn;
/// - the deadline has expired, and was no earlier than the beginning and no later than the end.
#[test]
fn a_timeout_of_zero_expires_at_the_first_wait() {
    let run = sim::run(|| async {
        for sleeps_ms in [10_000, 0] {
            let begin = Instant::now();
            let (ended, deadline) = sleeps(Some(begin), sleeps_ms).await;
            let when = deadline.when().expect("a deadline");
            assert_eq!((ended, deadline.expired()), (Err(Elapsed), true));
            assert!(begin <= when && when <= Instant::now());
            assert_eq!(tasks::timeout(Duration::ZERO, async |_| sleep(sleeps_ms).await).await, Err(Elapsed));
        }
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(end_of(&run, "main"), "ended at 0");
}

/// `TimeoutTests.test_timeout_in_the_past_sleep_zero`
///
/// - the same with a deadline that was over before the beginning: it says so, and a body that lets the others have a turn
///   does not come back.
#[test]
fn a_deadline_in_the_past_expires_at_the_first_wait() {
    let run = sim::run(|| async {
        sleep(20_000).await; // so that there is a past
        let begin = Instant::now();
        let (ended, deadline) = sleeps(Some(begin - ms(11_000)), 0).await;
        let when = deadline.when().expect("a deadline");
        assert!(when <= begin && when <= Instant::now());
        (ended, deadline.expired())
    });
    assert_eq!(run.end, End::Done((Err(Elapsed), true)));
    assert_eq!(end_of(&run, "main"), "ended at 20000");
}

/// `TimeoutTests.test_foreign_exception_passed`
///
/// - the body's own error comes out as it is, and the deadline has not expired.
#[test]
fn the_bodys_own_error_comes_out() {
    let run = sim::run(|| async {
        let mut kept = None;
        let ended = tasks::timeout(ms(10), async |deadline| {
            kept = Some(deadline);
            Err::<(), _>("KeyError")
        });
        (ended.await, kept.expect("the body has begun").expired())
    });
    assert_eq!(run.end, End::Done((Ok(Err("KeyError")), false)));
}

/// `TimeoutTests.test_foreign_exception_on_timeout`
///
/// - a clean-up that fails while the deadline cancels the body: its failure comes out, and not that the time is up.
///   (Here a failure of a clean-up is a panic, and the task that runs the timeout ends by it.)
#[test]
fn a_clean_up_that_fails_comes_out_instead() {
    let run = sim::run(|| async {
        let crashes = tasks::spawn("crashes", async {
            tasks::timeout(ms(10), async |_| {
                tasks::on_cancel(async { panic!("ZeroDivisionError") });
                sleep(1000).await;
            })
            .await
        });
        crashes.await
    });
    let panicked = Ended::Panicked { task: "crashes".into(), message: "ZeroDivisionError".into() };
    assert_eq!(run.end, End::Done(Err(panicked)));
    assert_eq!(end_of(&run, "crashes"), "failed at 10");
}

/// `TimeoutTests.test_foreign_cancel_doesnt_timeout_if_not_expired`
///
/// - a task that cancels itself inside a timeout is cancelled, and not late: the deadline has not expired.
#[test]
fn a_cancel_from_elsewhere_is_no_timeout() {
    let run = sim::run(|| async {
        let (give, given) = oneshot::channel::<tasks::Shared<_>>();
        let (tell, told) = oneshot::channel();
        let task = tasks::spawn("task", async {
            let me = given.await.expect("its own handle");
            tasks::timeout(ms(10_000), async |deadline| {
                tell.send(deadline).expect("somebody looks");
                me.cancel();
                sleep(10_000).await;
            })
            .await
        });
        let task = task.shared();
        give.send(task.clone()).map_err(drop).expect("it has not begun");
        let ended = task.await;
        (ended, told.await.expect("it has begun").expired())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), false)));
    assert_eq!(end_of(&run, "task"), "cancelled at 0");
}

/// `TimeoutTests.test_outer_task_is_not_cancelled`
///
/// - a deadline cancels the body and not the task around it: that one goes on with the error, and ends, not as cancelled.
#[test]
fn the_task_around_goes_on() {
    let run = sim::run(|| async {
        let mut outer = tasks::spawn("outer", async {
            let late = tasks::timeout(ms(1), async |_| sleep(10_000).await).await;
            turn().await; // it still can
            late
        });
        let ended = (&mut outer).await;
        (ended, outer.is_finished())
    });
    assert_eq!(run.end, End::Done((Ok(Err(Elapsed)), true)));
    assert_eq!(end_of(&run, "outer"), "ended at 1");
}

/// `TimeoutTests.test_reschedule`
///
/// - the deadline tells its moment, and the moment it is moved to; moved to never it has none;
/// - the task under it, cancelled long after, ends as cancelled, and the deadline has not expired.
#[test]
fn a_deadline_is_moved() {
    let run = sim::run(|| async {
        let (first, second) = (Instant::now() + ms(10_000), Instant::now() + ms(30_000));
        let (tell, told) = oneshot::channel();
        let task = tasks::spawn("task", async move {
            tasks::timeout_at(Some(first), async |deadline| {
                tell.send(deadline).expect("somebody looks");
                sleep(50_000).await;
            })
            .await
        });
        let deadline = told.await.expect("it has begun");
        assert_eq!(deadline.when(), Some(first));
        assert!(deadline.reschedule(Some(second)));
        assert_eq!(deadline.when(), Some(second));
        assert!(deadline.reschedule(None));
        assert_eq!(deadline.when(), None);
        sleep(40_000).await;
        task.cancel();
        (task.await, deadline.expired())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), false)));
    assert_eq!(end_of(&run, "task"), "cancelled at 40000");
}

/// `TimeoutTests.test_timeout_finished`
/// `TimeoutTests.test_timeout_expired`
///
/// - a deadline cannot be moved when the body has returned, nor when it has struck. (Here that is `false`.)
#[test]
fn a_deadline_that_is_over_cannot_be_moved() {
    let run = sim::run(|| async {
        let when = Some(Instant::now() + ms(10));
        let (in_time, deadline) = sleeps(when, 0).await;
        assert!(!deadline.reschedule_after(ms(20)));
        assert_eq!((deadline.when(), deadline.expired()), (when, false));
        let (late, deadline) = sleeps(when, 1000).await;
        assert!(!deadline.reschedule_after(ms(20)));
        assert_eq!((deadline.when(), deadline.expired()), (when, true));
        (in_time, late)
    });
    assert_eq!(run.end, End::Done((Ok(()), Err(Elapsed))));
}

/// `TimeoutTests.test_timeout_expiring`
///
/// - whoever waits is cancelled by the deadline; while it cleans up, the deadline cannot be moved any more. (That the body
///   of the original then gets away with it has no counterpart: here the time is up.)
#[test]
fn a_deadline_that_has_struck_cannot_be_moved_by_a_clean_up() {
    let run = sim::run(|| async {
        tasks::timeout(ms(10), async |deadline| {
            tasks::on_cancel(async move {
                turn().await;
                log(format_args!("moves it: {}", deadline.reschedule_after(ms(20))));
            });
            sleep(1000).await;
        })
        .await
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&run), ["10 main moves it: false"]);
}
