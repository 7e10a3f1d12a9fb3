//! Cancelling one task: wherever it stands, and whoever asks.

use super::super::story::{end_of, lines, said};
use super::{gives, knows_itself};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended};
use tokio::sync::oneshot;

/// `BaseTaskTests.test_cancel`
///
/// - a task that sleeps is cancelled from outside: whoever awaits it hears that, and it has ended, before its time;
/// - to cancel it again changes nothing.
#[test]
fn a_sleeping_task_is_cancelled() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", gives(10_000, 12)).shared();
        turn().await;
        task.cancel();
        let ended = task.clone().await;
        assert!(task.is_finished());
        task.cancel();
        turn().await;
        (ended, task.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!(end_of(&run, "task"), "cancelled at 0");
}

/// `BaseTaskTests.test_cancel_yield`
///
/// - the same for a task that only lets the others have a turn, and could run already when it is cancelled.
#[test]
fn a_task_that_could_run_is_cancelled() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            turn().await;
            turn().await;
            log("unreachable");
            12
        });
        let task = task.shared();
        turn().await;
        task.cancel();
        let ended = task.clone().await;
        assert!(task.is_finished());
        task.cancel();
        (ended, task.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!(lines(&run)[1..], ["0 task (started)", "0 task (cancelled)", "0 main (ended)"]);
}

/// `BaseTaskTests.test_cancel_both_task_and_inner_future`
///
/// - a task and what it waits for are cancelled in one turn: both end as cancelled, and the task does not come to its end.
#[test]
fn a_task_and_what_it_waits_for_are_cancelled_together() {
    let run = sim::run(|| async {
        let inner = tasks::spawn("inner", gives(1000, 1)).shared();
        let waited = inner.clone();
        let outer = tasks::spawn("outer", async {
            let _ = waited.await;
            log("unreachable");
            12
        });
        turn().await;
        inner.cancel();
        outer.cancel();
        (outer.await, inner.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!((end_of(&run, "inner"), end_of(&run, "outer")), ("cancelled at 0".into(), "cancelled at 0".into()));
    assert_eq!(run.trace.order(), "");
}

/// `BaseTaskTests.test_cancel_current_task`
///
/// - a task that cancels itself is cancelled where it waits next: at once, and not when that wait is over;
/// - it has ended then as cancelled, and to cancel it again changes nothing.
#[test]
fn a_task_cancels_itself() {
    let run = sim::run(|| async {
        let task = knows_itself(async |me| {
            me.cancel();
            assert!(!me.is_finished());
            log("still runs");
            sleep(100_000).await;
            log("unreachable");
            12
        });
        let ended = task.clone().await;
        assert!(task.is_finished());
        task.cancel();
        (ended, task.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!(said(&run), ["0 task still runs"]);
    assert_eq!(end_of(&run, "task"), "cancelled at 0");
}

/// Where ours is another: in `test_cancel_at_end` this task ends as cancelled.
#[test]
fn a_task_that_cancels_itself_and_returns_keeps_its_value() {
    let run = sim::run(|| async {
        let task = knows_itself(async |me| {
            me.cancel();
            12
        });
        task.await
    });
    assert_eq!(run.end, End::Done(Ok(12)));
}

/// Where ours is another: in `test_cancel_inner_future` the one who waits ends as cancelled, too.
#[test]
fn who_waits_for_a_cancelled_task_has_that_as_a_value() {
    let run = sim::run(|| async {
        let inner = tasks::spawn("inner", gives(1000, 1)).shared();
        let waited = inner.clone();
        let outer = tasks::spawn("outer", async { waited.await });
        turn().await;
        inner.cancel();
        outer.await
    });
    assert_eq!(run.end, End::Done(Ok(Err(Ended::Cancelled))));
    assert_eq!((end_of(&run, "inner"), end_of(&run, "outer")), ("cancelled at 0".into(), "ended at 0".into()));
}

/// `BaseTaskTests.test_cancel_awaited_task`
///
/// - a task cancels itself and then waits for another one, which is its own: that one is cancelled, too, and so is what that
///   one waited for (here: dropped, as its sender sees).
#[test]
fn a_task_that_cancels_itself_cancels_what_it_waits_for_next() {
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel::<u32>();
        let task = knows_itself(async |me| {
            let nested = tasks::spawn("nested", async { receiver.await.unwrap_or(0) });
            turn().await;
            me.cancel();
            let _ = nested.await;
            log("unreachable");
            12
        });
        let ended = task.await;
        (ended, sender.is_closed())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), true)));
    let end = ["0 nested (started)", "0 nested (cancelled)", "0 task (cancelled)", "0 main (ended)"];
    assert_eq!(lines(&run)[2..], end);
}

/// `BaseTaskTests.test_sleep_cancel`
///
/// - a sleeping task that is cancelled has given up its timer by its next turn: nothing of the sleep is left, and the clock
///   does not move.
#[test]
fn a_cancelled_sleep_leaves_no_timer() {
    struct Outlives;
    impl Drop for Outlives {
        fn drop(&mut self) {
            log("the sleep is gone");
        }
    }
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            let _dropped_after_the_sleep = Outlives;
            sleep(10_000).await;
        });
        turn().await;
        task.cancel();
        turn().await;
        assert!(task.is_finished());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(lines(&run)[2..], ["0 task the sleep is gone", "0 task (cancelled)", "0 main (ended)"]);
}

/// `BaseTaskTests.test_task_cancel_sleeping_task`
///
/// - a task that sleeps for long is cancelled after a while: whoever awaits it sees that it was cancelled, at that moment.
#[test]
fn who_awaits_a_sleeper_hears_of_its_cancel() {
    let run = sim::run(|| async {
        let sleeper = tasks::spawn("sleeper", sleep(5_000_000)).shared();
        let alarm = sleeper.clone();
        let alarm = tasks::spawn("alarm", async move {
            sleep(100).await;
            alarm.cancel();
        });
        (sleeper.await, alarm.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Ok(()))));
    assert_eq!(end_of(&run, "main"), "ended at 100");
}

/// `BaseTaskTests.test_task_cancel_waiter_future`
///
/// - a cancelled task ends as cancelled, and what it waited for is cancelled with it (here: dropped, as its sender sees).
#[test]
fn a_cancelled_task_drops_what_it_waits_for() {
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel::<u32>();
        let task = tasks::spawn("task", receiver);
        turn().await;
        assert!(!sender.is_closed());
        task.cancel();
        turn().await;
        (sender.is_closed(), task.await)
    });
    assert_eq!(run.end, End::Done((true, Err(Ended::Cancelled))));
}

/// `BaseTaskTests.test_baseexception_during_cancel`
///
/// - asked to cancel itself, a task has not ended yet;
/// - it fails while it cleans up: then it has ended, and not as cancelled, but by that failure. (Here that is a panic. What
///   the exception of the original does to its loop has no counterpart.)
#[test]
fn a_clean_up_that_panics_takes_the_place_of_the_cancel() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            tasks::on_cancel(async { panic!("SystemExit") });
            sleep(10_000).await;
        });
        turn().await;
        task.cancel();
        assert!(!task.is_finished());
        turn().await;
        assert!(task.is_finished());
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Panicked { task: "task".into(), message: "SystemExit".into() })));
    assert_eq!(end_of(&run, "task"), "failed at 0");
}

/// `BaseTaskTests.test_yield_future_passes_cancel`
///
/// - a task is cancelled while it awaits an inner async function: that one's clean-up runs first and the outer one's after
///   it, and what the inner one waited for is cancelled (here: dropped). Neither goes on. (That the original then ends with
///   a value has no counterpart.)
#[test]
fn a_cancel_reaches_the_innermost_function_first() {
    async fn inner(receiver: oneshot::Receiver<()>) {
        tasks::on_cancel(async { log("the inner one cleans up") });
        let _ = receiver.await;
        log("unreachable");
    }
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel();
        let outer = tasks::spawn("outer", async {
            tasks::on_cancel(async { log("the outer one cleans up") });
            inner(receiver).await;
            log("unreachable");
        });
        turn().await;
        outer.cancel();
        (outer.await, sender.is_closed())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), true)));
    assert_eq!(run.trace.order(), "outer the inner one cleans up, outer the outer one cleans up");
}
