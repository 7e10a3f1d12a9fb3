//! Waiting for some of several tasks, for the first and for all of them, with a time limit and without.

use super::super::story::{end_of, said};
use super::gives;
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended, Shared, Task, Until, Waitable, Waited};
use std::time::Duration;
use tokio::sync::oneshot;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// `a` and `b`, which sleep for so long.
fn two_sleepers(a_ms: u64, b_ms: u64) -> [Task<()>; 2] {
    [tasks::spawn("a", sleep(a_ms)), tasks::spawn("b", sleep(b_ms))]
}

/// The names of those that have ended, and of those that have not.
fn names<T>(Waited { done, pending }: &Waited<Task<T>>) -> (Vec<String>, Vec<String>) {
    let names = |tasks: &Vec<Task<T>>| tasks.iter().map(|task| task.name().to_string()).collect();
    (names(done), names(pending))
}

fn and(done: &[&str], pending: &[&str]) -> (Vec<String>, Vec<String>) {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect();
    (owned(done), owned(pending))
}

/// Waits for both again, which takes no time if they have ended, and the rest of it if not.
async fn both<T>(waited: Waited<Task<T>>) {
    let all = waited.done.into_iter().chain(waited.pending);
    tasks::wait(all, Until::AllCompleted).await;
}

/// `BaseTaskTests.test_wait`
/// `BaseTaskTests.test_wait_with_iterator_of_tasks`
///
/// - two tasks, given as a list or one after the other, in any order: when the slower one has ended, both are done and none
///   is pending;
/// - to wait for them again takes no time.
#[test]
fn all_are_done_when_the_slowest_is() {
    let run = sim::run(|| async {
        let [a, b] = two_sleepers(100, 150);
        let waiter = tasks::spawn("waiter", async {
            let waited = tasks::wait([b, a], Until::AllCompleted).await;
            log("has waited");
            (names(&waited), waited)
        });
        let (found, waited) = waiter.await.expect("no panic");
        let again = tasks::wait(waited.done.into_iter().rev(), Until::AllCompleted).await;
        log("again");
        (found, names(&again))
    });
    assert_eq!(run.end, End::Done((and(&["b", "a"], &[]), and(&["a", "b"], &[]))));
    assert_eq!(said(&run), ["150 waiter has waited", "150 main again"]);

    let run = sim::run(|| async {
        let [a, b] = two_sleepers(100, 150);
        names(&tasks::wait(std::iter::once(b).chain([a]), Until::AllCompleted).await)
    });
    assert_eq!(run.end, End::Done(and(&["b", "a"], &[])));
    assert_eq!(end_of(&run, "main"), "ended at 150");
}

/// `BaseTaskTests.test_wait_duplicate_coroutines`
///
/// - a task given twice does no harm: all are done, none is pending, and the values are those of two tasks. (Here that takes
///   a shared handle, and it comes back as often as it was given.)
#[test]
fn a_task_may_be_given_twice() {
    let run = sim::run(|| async {
        let twice = tasks::spawn("twice", async { "of two" }).shared();
        let once = tasks::spawn("once", async { "of one" }).shared();
        let waited = tasks::wait([twice.clone(), twice, once], Until::AllCompleted).await;
        assert!(waited.pending.is_empty());
        let mut values = Vec::new();
        for task in waited.done {
            values.push(task.await);
        }
        values
    });
    assert_eq!(run.end, End::Done(vec![Ok("of two"), Ok("of two"), Ok("of one")]));
}

/// Where ours is another: in `test_wait_errors` and `test_wait_invalid_args` to wait for nothing is an error.
#[test]
fn of_nothing_it_is_ready() {
    let run = sim::run(|| async { names(&tasks::wait(Vec::<Task<()>>::new(), Until::FirstCompleted).await) });
    assert_eq!(run.end, End::Done(and(&[], &[])));
}

/// `BaseTaskTests.test_wait_first_completed`
///
/// - until the first one: when the faster one has ended it is done, with its value, and the slower one is pending and goes on.
#[test]
fn until_the_first_has_ended() {
    let run = sim::run(|| async {
        let [a, b] = two_sleepers(10_000, 100);
        let mut waited = tasks::wait([b, a], Until::FirstCompleted).await;
        log("has waited");
        let found = names(&waited);
        assert!(waited.done[0].is_finished() && !waited.pending[0].is_finished());
        let value = (&mut waited.done[0]).await;
        both(waited).await;
        (found, value)
    });
    assert_eq!(run.end, End::Done((and(&["b"], &["a"]), Ok(()))));
    assert_eq!(said(&run), ["100 main has waited"]);
    assert_eq!(end_of(&run, "a"), "ended at 10000");
}

/// `BaseTaskTests.test_wait_really_done`
///
/// - until the first one, where the second ends while that is being told: both are done, with their values.
#[test]
fn who_ends_meanwhile_is_done_too() {
    let run = sim::run(|| async {
        let a = tasks::spawn("a", async { turn().await });
        let b = tasks::spawn("b", async {
            turn().await;
            turn().await;
        });
        let mut waited = tasks::wait([b, a], Until::FirstCompleted).await;
        let found = names(&waited);
        let mut values = Vec::new();
        for task in &mut waited.done {
            assert!(task.is_finished());
            values.push(task.await);
        }
        (found, values)
    });
    assert_eq!(run.end, End::Done((and(&["b", "a"], &[]), vec![Ok(()), Ok(())])));
}

/// Waits for `b`, which fails after so long, and `a`, which sleeps, until the first failure.
async fn until_b_fails(b_ms: u64) -> (Vec<String>, Vec<String>) {
    let a = tasks::spawn_fallible("a", gives(10_000, Ok(())));
    let b = tasks::spawn_fallible("b", gives(b_ms, Err("ZeroDivisionError")));
    let waited = tasks::wait([b, a], Until::FirstException).await;
    log("has waited");
    let found = names(&waited);
    both(waited).await;
    found
}

/// `BaseTaskTests.test_wait_first_exception`
/// `BaseTaskTests.test_wait_first_exception_in_wait`
///
/// - until the first failure: a task fails, on its first turn or in the middle of the wait; it is done at that moment, and the
///   other one is pending and goes on.
#[test]
fn until_the_first_has_failed() {
    for b_ms in [0, 10] {
        let run = sim::run(move || until_b_fails(b_ms));
        assert_eq!(run.end, End::Done(and(&["b"], &["a"])));
        assert_eq!(said(&run), [format!("{b_ms} main has waited")]);
        assert_eq!(end_of(&run, "a"), "ended at 10000");
    }
}

/// `BaseTaskTests.test_wait_with_exception`
///
/// - until all: one that fails is done as the other one is, and whoever looks finds exactly one failure.
#[test]
fn one_that_fails_is_done() {
    let run = sim::run(|| async {
        let a = tasks::spawn_fallible("a", gives(100, Ok(())));
        let b = tasks::spawn_fallible("b", gives(150, Err("ZeroDivisionError")));
        let waited = tasks::wait([b, a], Until::AllCompleted).await;
        log("has waited");
        let found = names(&waited);
        let mut failed = 0;
        for task in waited.done {
            failed += u32::from(task.await == Ok(Err("ZeroDivisionError")));
        }
        (found, failed)
    });
    assert_eq!(run.end, End::Done((and(&["b", "a"], &[]), 1)));
    assert_eq!(said(&run), ["150 main has waited"]);
}

/// `BaseTaskTests.test_wait_with_timeout`
/// `BaseTaskTests.test_wait_concurrent_complete`
///
/// - the time is up, a little after the first task has ended or at that very moment: that one is done, the other one pending;
///   nothing is cancelled, and the other one comes to its end.
#[test]
fn a_time_limit_parts_the_done_from_the_pending() {
    for limit in [110, 100] {
        let run = sim::run(move || async move {
            let [a, b] = two_sleepers(100, 150);
            // A task, as the original's: its clock begins after their sleeps.
            let waiter = tasks::spawn("waiter", async move {
                let waited = tasks::wait([b, a], Until::AllCompleted).timeout(ms(limit)).await;
                log("has waited");
                (names(&waited), waited)
            });
            let (found, waited) = waiter.await.expect("no panic");
            both(waited).await;
            found
        });
        assert_eq!(run.end, End::Done(and(&["a"], &["b"])));
        assert_eq!(said(&run), [format!("{limit} waiter has waited")]);
        assert_eq!(end_of(&run, "b"), "ended at 150");
    }
}

/// `BaseTaskTests.test_wait_generator`
///
/// - the tasks may come from an iterator that spawns them as it is asked: all ten are done.
#[test]
fn the_tasks_may_come_from_an_iterator() {
    let run = sim::run(|| async {
        let ten = (0..10).map(|n| tasks::spawn("worker", async move { n }));
        let waited = tasks::wait(ten, Until::AllCompleted).await;
        let mut values = Vec::new();
        let pending = waited.pending.len();
        for task in waited.done {
            values.push(task.await);
        }
        (values, pending)
    });
    assert_eq!(run.end, End::Done(((0..10).map(Ok).collect(), 0)));
}

/// `BaseTaskTests.test_yield_wait_does_not_shield_cancel`
///
/// - a task is cancelled while it waits for another one in this way: it ends as cancelled, and does not go on;
/// - the other one is left alone, and comes to its end when what it waits for has come.
#[test]
fn cancelling_who_waits_leaves_the_others_alone() {
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel();
        let outer = tasks::spawn("outer", async {
            let inner = tasks::spawn("inner", async {
                receiver.await.expect("it is sent");
                log("goes on");
            });
            tasks::wait([inner], Until::AllCompleted).await;
            log("unreachable");
        });
        turn().await;
        turn().await;
        outer.cancel();
        let ended = outer.await;
        sender.send(()).expect("inner waits");
        turn().await;
        ended
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(run.trace.order(), "inner goes on");
    assert_eq!(end_of(&run, "inner"), "ended at 0");
}

/// `wait` takes tasks, shared ones, and references to either: what the originals get by Python's references.
#[test]
fn references_will_do() {
    fn takes<W: Waitable>(_: &W) {}
    let run = sim::run(|| async {
        let (task, shared): (Task<u32>, Shared<u32>) =
            (tasks::spawn("a", async { 1 }), tasks::spawn("b", async { 2 }).shared());
        takes(&task);
        takes(&shared);
        let one = tasks::wait([&task], Until::AllCompleted).await.done.len();
        let other = tasks::wait([&shared], Until::AllCompleted).await.done.len();
        (one + other, task.await, shared.await)
    });
    assert_eq!(run.end, End::Done((2, Ok(1), Ok(2))));
}
