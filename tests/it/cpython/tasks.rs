//! The cases of CPython's `tasks.py`: a task alone, and everything that waits for several.

mod as_completed;
mod cancel;
mod gather;
mod shield;
mod threads;
mod wait;

use super::story::{end_of, lines, said};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended, Shared};
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tokio::sync::oneshot;

/// Sleeps, and has a value.
async fn gives<T>(ms: u64, value: T) -> T {
    sleep(ms).await;
    value
}

/// A task that is given its own handle.
fn knows_itself<F>(body: impl FnOnce(Shared<u32>) -> F + Send + 'static) -> Shared<u32>
where
    F: Future<Output = u32> + Send,
{
    let (give, given) = oneshot::channel();
    let task = tasks::spawn("task", async { body(given.await.expect("its own handle")).await }).shared();
    assert!(give.send(task.clone()).is_ok());
    task
}

/// `BaseTaskTests.test_task_basics`
///
/// - a task may await one async function after the other, and has what it makes of their values.
#[test]
fn a_task_awaits_plain_futures() {
    let run = sim::run(|| async {
        let outer = tasks::spawn("outer", async { gives(0, 42).await + gives(0, 1000).await });
        outer.await
    });
    assert_eq!(run.end, End::Done(Ok(1042)));
}

/// `BaseTaskTests.test_create_task_with_async_function`
/// `BaseTaskTests.test_create_task_with_asynclike_function`
/// `BaseTaskTests.test_bare_create_task`
///
/// - what an async function makes can be spawned, and so can any other future; a second time as well as the first;
/// - who awaits the task has the value.
#[test]
fn any_future_can_be_spawned() {
    let run = sim::run(|| async {
        let mut values = Vec::new();
        for _ in 0..2 {
            values.push(tasks::spawn("function", gives(0, 1)).await);
            values.push(tasks::spawn("no function", ready(42)).await);
        }
        values
    });
    assert_eq!(run.end, End::Done(vec![Ok(1), Ok(42), Ok(1), Ok(42)]));
}

/// `BaseTaskTests.test_bare_create_named_task`
///
/// - a task has the name that it was given.
#[test]
fn a_task_has_the_name_it_was_given() {
    let run = sim::run(|| async {
        let task = tasks::spawn("nothing to do", async {});
        let name = task.name().to_string();
        (name, task.await)
    });
    assert_eq!(run.end, End::Done(("nothing to do".into(), Ok(()))));
    assert_eq!(end_of(&run, "nothing to do"), "ended at 0");
}

/// `BaseTaskTests.test_current_task`
/// `BaseTaskTests.test_current_task_with_interleaving_tasks`
///
/// - code knows which task runs it: before and after each wait it is the same one, though two tasks take turns;
/// - outside any task it is none. (Nobody asks for the current task here: it is whoever a word in the story is put down
///   to, and what runs in no task is a `stray`.)
#[test]
fn whoever_speaks_is_the_task_that_runs() {
    let run = sim::run(|| async {
        let (to_one, from_two) = oneshot::channel();
        let (to_two, from_one) = oneshot::channel();
        let speaks = |what: &'static str| log(what); // the same code, whoever runs it
        let one = tasks::spawn("one", async move {
            speaks("before");
            from_two.await.expect("two sends");
            speaks("after");
            to_two.send(()).expect("two waits");
        });
        let two = tasks::spawn("two", async move {
            speaks("before");
            to_one.send(()).expect("one waits");
            from_one.await.expect("one sends");
            speaks("after");
        });
        let _both = (one.await, two.await);
        tokio::spawn(async move { speaks("outside") }).await.expect("no panic");
        tokio::spawn(seat("seated", async move { speaks("inside") })).await.expect("no panic");
    });
    assert_eq!(run.end, End::Done(()));
    let order = "one before, two before, one after, two after, stray outside, seated inside";
    assert_eq!(run.trace.order(), order);
}

/// `BaseTaskTests.test_sleep`
///
/// - two sleeps of half the time each take that time, and the task has its value afterwards.
#[test]
fn two_halves_of_a_sleep_are_one() {
    let run = sim::run(|| async {
        let mut sleeper = tasks::spawn("sleeper", async {
            sleep(50).await;
            log("half");
            gives(50, "yes").await
        });
        let value = (&mut sleeper).await;
        assert!(sleeper.is_finished());
        value
    });
    assert_eq!(run.end, End::Done(Ok("yes")));
    assert_eq!(said(&run), ["50 sleeper half"]);
    assert_eq!(end_of(&run, "sleeper"), "ended at 100");
}

/// `SleepTests.test_sleep_zero`
///
/// - what is ready to run does not run before a sleep of zero, and has run once after it; no time passes.
#[test]
fn a_sleep_of_zero_lets_the_others_have_a_turn() {
    let run = sim::run(|| async {
        let count = Arc::new(AtomicU32::new(0));
        let inside = count.clone();
        let counts = tasks::spawn("counts", async move {
            loop {
                inside.fetch_add(1, Relaxed);
                turn().await;
            }
        });
        let before = count.load(Relaxed);
        sleep(0).await;
        let after = count.load(Relaxed);
        counts.cancel();
        let ended: Result<(), _> = counts.await;
        (before, after, ended)
    });
    assert_eq!(run.end, End::Done((0, 1, Err(Ended::Cancelled))));
    assert!(lines(&run).iter().all(|line| line.starts_with("0 ")));
}

/// Where ours is another: in `test_task_awaits_on_itself` this is an error. It takes a shared handle here, and is a deadlock.
#[test]
fn a_task_that_awaits_itself_is_a_deadlock() {
    let run = sim::run(|| async { knows_itself(async |me| me.await.unwrap_or(0)).await });
    let End::Deadlock(stuck) = run.end else { panic!("{}", run.end.name()) };
    assert_eq!(stuck.len(), 2, "main and the task: {stuck:?}");
}
