//! The results of several tasks, in their order, and what one failure or one cancel does.

use super::super::story::{end_of, lines, said};
use super::gives;
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended, Failure, Task, Why};
use std::convert::Infallible;
use tokio::sync::oneshot::{self, Sender};

/// What a child is sent: its end.
type Word = Result<u32, &'static str>;

/// So many children, each of which ends with what it is sent.
fn children<const N: usize>(names: [&str; N]) -> ([Sender<Word>; N], [Task<Word>; N]) {
    let mut senders = Vec::new();
    let tasks = names.map(|name| {
        let (sender, receiver) = oneshot::channel::<Word>();
        senders.push(sender);
        tasks::spawn_fallible(name, async { receiver.await.expect("it is sent") })
    });
    (senders.try_into().expect("as many"), tasks)
}

/// Enough turns for everybody who can run.
async fn all_have_run() {
    for _ in 0..4 {
        turn().await;
    }
}

/// `GatherTestsBase.test_success`
///
/// - three children: while one of them has not ended, there is no result;
/// - when it has, there is one, once: the values, in the order of the children and not of their ends.
#[test]
fn the_values_come_in_the_order_of_the_tasks() {
    let run = sim::run(|| async {
        let ([a, b, c], tasks) = children(["a", "b", "c"]);
        let mut parent = tasks::spawn("parent", tasks::gather(tasks));
        b.send(Ok(1)).expect("b waits");
        a.send(Ok(2)).expect("a waits");
        all_have_run().await;
        assert!(!parent.is_finished());
        c.send(Ok(3)).expect("c waits");
        all_have_run().await;
        assert!(parent.is_finished());
        (&mut parent).await
    });
    assert_eq!(run.end, End::Done(Ok(Ok(vec![2, 1, 3]))));
}

/// `GatherTestsBase.test_result_exception_success`
///
/// - the same where failures would be results, and nobody fails.
#[test]
fn without_a_failure_all_results_are_values() {
    let run = sim::run(|| async {
        let ([a, b, c], tasks) = children(["a", "b", "c"]);
        let parent = tasks::spawn("parent", tasks::gather_all(tasks));
        b.send(Ok(1)).expect("b waits");
        a.send(Ok(2)).expect("a waits");
        all_have_run().await;
        assert!(!parent.is_finished());
        c.send(Ok(3)).expect("c waits");
        all_have_run().await;
        assert!(parent.is_finished());
        parent.await
    });
    assert_eq!(run.end, End::Done(Ok([2, 1, 3].map(|value| Ok(Ok(value))).into())));
}

/// `GatherTestsBase.test_one_exception`
///
/// - one of five fails when one has succeeded: its error is the result at once, while three have not ended;
/// - what those come to afterwards, a value, no value at all, another error, changes nothing and harms nobody.
#[test]
fn the_first_failure_is_the_result_at_once() {
    let run = sim::run(|| async {
        let ([a, b, c, d, e], tasks) = children(["a", "b", "c", "d", "e"]);
        let parent = tasks::spawn("parent", tasks::gather(tasks));
        a.send(Ok(1)).expect("a waits");
        b.send(Err("ZeroDivisionError")).expect("b waits");
        all_have_run().await;
        assert!(parent.is_finished());
        c.send(Ok(3)).expect("c waits");
        drop(d); // it panics: its handle is the gathering's, and nobody else can cancel it
        e.send(Err("RuntimeError")).expect("e waits");
        all_have_run().await;
        parent.await
    });
    let failure = Failure { task: Some("b".into()), why: Why::Error("ZeroDivisionError") };
    assert_eq!(run.end, End::Done(Ok(Err(failure))));
    let ends = [("c", "ended at 0"), ("d", "failed at 0"), ("e", "failed at 0")];
    assert_eq!(ends.map(|(task, _)| end_of(&run, task)), ends.map(|(_, end)| end));
}

/// `GatherTestsBase.test_return_exceptions`
///
/// - failures as results: one that has failed does not end the wait for the others;
/// - when the last has failed, too, there is one result: values and errors, in the order of the children.
#[test]
fn failures_can_be_results() {
    let run = sim::run(|| async {
        let ([a, b, c, d], tasks) = children(["a", "b", "c", "d"]);
        let parent = tasks::spawn("parent", tasks::gather_all(tasks));
        b.send(Ok(1)).expect("b waits");
        c.send(Err("ZeroDivisionError")).expect("c waits");
        a.send(Ok(3)).expect("a waits");
        all_have_run().await;
        assert!(!parent.is_finished());
        d.send(Err("RuntimeError")).expect("d waits");
        all_have_run().await;
        assert!(parent.is_finished());
        parent.await
    });
    let results = [Ok(3), Ok(1), Err("ZeroDivisionError"), Err("RuntimeError")].map(Ok);
    assert_eq!(run.end, End::Done(Ok(results.into())));
}

/// `FutureGatherTests.test_constructor_empty_sequence_use_running_loop`
///
/// - of nothing the result is there at once, and is nothing.
#[test]
fn of_nothing_it_is_ready_with_nothing() {
    let run = sim::run(|| async {
        let none = || Vec::<Task<Result<u32, Infallible>>>::new();
        (tasks::gather(none()).await, tasks::gather_all(none()).await.len())
    });
    assert_eq!(run.end, End::Done((Ok(vec![]), 0)));
    assert_eq!(lines(&run), ["0 main (started)", "0 main (ended)"]);
}

/// `FutureGatherTests.test_one_cancellation`
///
/// - one of four is cancelled by itself: that it was cancelled is the result at once, as a failure; whoever gathers is not
///   cancelled by it;
/// - what the others come to afterwards changes nothing.
#[test]
fn a_child_that_is_cancelled_is_a_failure() {
    let run = sim::run(|| async {
        let ([a, _b, c, d], tasks) = children(["a", "b", "c", "d"]);
        tasks[1].cancel();
        let parent = tasks::spawn("parent", async {
            let ended = tasks::gather(tasks).await;
            log("goes on");
            ended
        });
        a.send(Ok(1)).expect("a waits");
        all_have_run().await;
        assert!(parent.is_finished());
        c.send(Ok(3)).expect("c waits");
        d.send(Err("RuntimeError")).expect("d waits");
        all_have_run().await;
        parent.await
    });
    assert_eq!(run.end, End::Done(Ok(Err(Failure { task: Some("b".into()), why: Why::Cancelled }))));
    assert_eq!(run.trace.order(), "parent goes on");
}

/// `FutureGatherTests.test_result_exception_one_cancellation`
///
/// - failures as results: neither a failure nor a cancel ends the wait for the others;
/// - the results are values, errors and cancels, in the order of the children.
#[test]
fn cancels_can_be_results() {
    let run = sim::run(|| async {
        let ([a, b, _c, d, _e, f], tasks) = children(["a", "b", "c", "d", "e", "f"]);
        tasks[2].cancel();
        tasks[4].cancel();
        let parent = tasks::spawn("parent", tasks::gather_all(tasks));
        a.send(Ok(1)).expect("a waits");
        b.send(Err("ZeroDivisionError")).expect("b waits");
        all_have_run().await;
        assert!(!parent.is_finished());
        d.send(Ok(3)).expect("d waits");
        f.send(Err("RuntimeError")).expect("f waits");
        parent.await
    });
    let cancelled = || Err(Ended::Cancelled);
    let (zero, other) = (Ok(Err("ZeroDivisionError")), Ok(Err("RuntimeError")));
    assert_eq!(run.end, End::Done(Ok(vec![Ok(Ok(1)), zero, cancelled(), Ok(Ok(3)), cancelled(), other])));
}

/// `CoroutineGatherTests.test_cancellation_broadcast`
///
/// - a task that gathers two children is cancelled: it ends as cancelled and does not go on;
/// - so have both children ended, and what they waited for is cancelled (here: dropped, as the senders see); neither went on.
#[test]
fn cancelling_who_gathers_cancels_all_children() {
    let run = sim::run(|| async {
        let ([one, two], tasks) = children(["one", "two"]);
        let outer = tasks::spawn("outer", async {
            let _ = tasks::gather(tasks).await;
            log("unreachable");
        });
        turn().await;
        turn().await;
        outer.cancel();
        (outer.await, one.is_closed(), two.is_closed())
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), true, true)));
    let end = ["0 one (cancelled)", "0 two (cancelled)", "0 outer (cancelled)", "0 main (ended)"];
    assert_eq!(lines(&run)[4..], end);
}

/// `CoroutineGatherTests.test_exception_marking`
///
/// - two children fail, one after the other: whoever gathered them ends with an error, the first; the second is heard of
///   by nobody, and nobody complains.
#[test]
fn a_second_failure_is_nobodys_business() {
    let run = sim::run(|| async {
        let ([a, b], tasks) = children(["a", "b"]);
        let outer = tasks::spawn("outer", async { tasks::gather(tasks).await.map(drop) });
        turn().await;
        a.send(Err("RuntimeError")).expect("a waits");
        all_have_run().await;
        b.send(Err("another RuntimeError")).expect("b waits");
        all_have_run().await;
        assert!(outer.is_finished());
        outer.await
    });
    let failure = Failure { task: Some("a".into()), why: Why::Error("RuntimeError") };
    assert_eq!(run.end, End::Done(Ok(Err(failure))));
    assert_eq!(end_of(&run, "b"), "failed at 0");
}

/// `BaseTaskTests.test_cancel_gather_2`
///
/// - a task gathers again and again, failures as results, and is cancelled in the middle: it ends as cancelled at that moment.
///   The cancel is not one of the results, and the loop does not go on.
#[test]
fn a_gathering_of_all_results_does_not_swallow_a_cancel() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            for round in 1..=20 {
                tasks::gather_all([tasks::spawn("nap", sleep(50))]).await;
                log(format_args!("round {round}"));
            }
        });
        sleep(220).await;
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    let rounds = (1..=4).map(|round| format!("{} task round {round}", round * 50)).collect::<Vec<_>>();
    assert_eq!(said(&run), rounds);
    assert_eq!(end_of(&run, "task"), "cancelled at 220");
}

/// The same at the very moment at which a round is over, as in the original: the cancel comes first.
#[test]
fn a_cancel_between_two_gatherings_is_not_lost() {
    let run = sim::run(|| async {
        let task = tasks::spawn("task", async {
            for _ in 0..20 {
                tasks::gather_all([tasks::spawn("nap", gives(50, ()))]).await;
            }
        });
        sleep(200).await;
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(end_of(&run, "task"), "cancelled at 200");
}
