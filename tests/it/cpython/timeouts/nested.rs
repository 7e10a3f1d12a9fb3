//! Deadlines inside deadlines, and deadlines while something cleans up.

use super::super::story::{end_of, said};
use super::ms;
use async_kata::host::turn;
use async_kata::sim::{self, End, block_for, log, sleep};
use async_kata::tasks::{self, Elapsed, Ended, Shared};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// `TimeoutTests.test_nested_timeouts_concurrent`
///
/// - while the body of an inner timeout keeps the thread busy, the outer deadline passes: it is the outer one that is
///   late, at the body's first wait, and the inner one tells nothing of the kind.
#[test]
fn the_outer_deadline_strikes_through_an_inner_timeout() {
    let run = sim::run(|| async {
        tasks::timeout(ms(2), async |_| {
            let inner = tasks::timeout(ms(100), async |_| {
                block_for(ms(10));
                sleep(1000).await;
            })
            .await;
            log(format_args!("unreachable: {inner:?}"));
        })
        .await
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&run), [""; 0]);
    assert_eq!(end_of(&run, "main"), "ended at 10");
}

/// `TimeoutTests.test_nested_timeouts_loop_busy`
///
/// - the body of an inner timeout keeps the thread busy past the inner deadline: whether the outer one has passed, too, or
///   only comes later, while the rest of the outer body sleeps, it stops what is left;
/// - all that takes no longer than a second.
#[test]
fn the_outer_deadline_stops_what_comes_after_the_inner_one() {
    let busy = |busy_ms: u64| {
        sim::run(move || async move {
            tasks::timeout(ms(100), async |_| {
                let inner = tasks::timeout(ms(10), async |_| {
                    block_for(ms(busy_ms));
                    sleep(1000).await;
                })
                .await;
                log(format_args!("{inner:?}"));
                sleep(10_000).await;
                log("unreachable");
            })
            .await
        })
    };
    let both = busy(100);
    assert_eq!(both.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&both), [""; 0]);
    assert_eq!(end_of(&both, "main"), "ended at 100");

    let one = busy(50);
    assert_eq!(one.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&one), ["50 main Err(Elapsed)"]);
    assert_eq!(end_of(&one, "main"), "ended at 100");
}

/// Where ours is another: in `test_nested_timeouts` both deadlines have expired, and the outer one is late.
#[test]
fn of_two_deadlines_at_once_the_outer_one_strikes() {
    let run = sim::run(|| async {
        let when = Some(Instant::now() + ms(10));
        let mut kept = Vec::new();
        let ended = tasks::timeout_at(when, async |outer| {
            kept.push(outer);
            tasks::on_cancel(async { log("is cancelled") });
            let inner = tasks::timeout_at(when, async |inner| {
                kept.push(inner);
                sleep(10_000).await;
            })
            .await;
            log(format_args!("unreachable: {inner:?}"));
        });
        (ended.await, kept.iter().map(|deadline| deadline.expired()).collect::<Vec<_>>())
    });
    assert_eq!(run.end, End::Done((Err(Elapsed), vec![true, false])));
    assert_eq!(said(&run), ["10 main is cancelled"]);
}

/// `TimeoutTests.test_nested_timeout_in_finally`
///
/// - a clean-up may have a deadline of its own: it is late there, by that one;
/// - and then the outer timeout is late, too.
#[test]
fn a_clean_up_has_a_deadline_of_its_own() {
    let run = sim::run(|| async {
        tasks::timeout(ms(10), async |_| {
            tasks::on_cancel(async {
                let inner = tasks::timeout(ms(10), async |_| sleep(10_000).await).await;
                log(format_args!("cleans up: {inner:?}"));
            });
            sleep(1000).await;
        })
        .await
    });
    assert_eq!(run.end, End::Done(Err(Elapsed)));
    assert_eq!(said(&run), ["20 main cleans up: Err(Elapsed)"]);
}

/// Spawns a task that cancels itself and, when it is cancelled, runs a clean-up, to which its own handle is given.
fn cancels_itself<F>(clean_up: impl FnOnce(Shared<()>) -> F + Send + 'static) -> Shared<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let (give, given) = oneshot::channel::<Shared<()>>();
    let task = tasks::spawn("task", async {
        let me = given.await.expect("its own handle");
        tasks::on_cancel(clean_up(me.clone()));
        me.cancel();
        sleep(1000).await;
        log("unreachable");
    });
    let task = task.shared();
    assert!(give.send(task.clone()).is_ok());
    task
}

/// `TimeoutTests.test_timeout_after_cancellation`
///
/// - a task that has been cancelled may use a timeout while it cleans up: that it was cancelled before does not hide that
///   the time is up.
#[test]
fn a_timeout_works_in_a_task_that_is_cancelled() {
    let run = sim::run(|| async {
        let task = cancels_itself(async |_| {
            let late = tasks::timeout(Duration::ZERO, async |_| sleep(1000).await).await;
            log(format_args!("cleans up: {late:?}"));
        });
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(said(&run), ["0 task cleans up: Err(Elapsed)"]);
}

/// `TimeoutTests.test_cancel_in_timeout_after_cancellation`
///
/// - a second cancel, which comes while a clean-up of the first is inside a timeout, is a cancel and not late: what is
///   inside is dropped at once, and the deadline has not expired.
#[test]
fn a_second_cancel_inside_a_timeout_is_no_timeout() {
    let run = sim::run(|| async {
        let (tell, told) = oneshot::channel();
        let task = cancels_itself(async |me: Shared<()>| {
            let late = tasks::timeout(ms(1000), async |deadline| {
                assert!(tell.send(deadline).is_ok());
                turn().await;
                me.cancel();
                sleep(2000).await;
            })
            .await;
            log(format_args!("unreachable: {late:?}"));
        });
        let ended = task.await;
        (ended, told.await.expect("the clean-up has begun").expired())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), false)));
    assert_eq!(said(&run), [""; 0]);
    assert_eq!(end_of(&run, "task"), "cancelled at 0");
}
