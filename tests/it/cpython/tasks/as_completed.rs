//! Tasks in the order in which they end.

use super::super::story::{end_of, said};
use super::gives;
use async_kata::sim::{self, End, log};
use async_kata::tasks::{self, AsCompleted, Elapsed, Task, Until};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn sleeper(name: &'static str, ms: u64) -> Task<&'static str> {
    tasks::spawn(name, gives(ms, name))
}

/// The next task, asked for by the method of its own.
async fn by_method(done: &mut AsCompleted<&'static str>) -> Option<Task<&'static str>> {
    done.next().await
}

/// The next task, asked for as whoever has a stream library does.
async fn by_stream(done: &mut AsCompleted<&'static str>) -> Option<Task<&'static str>> {
    poll_fn(|cx| Pin::new(&mut *done).poll_next(cx)).await
}

/// `BaseTaskTests.test_as_completed`
///
/// - three tasks, two of which end at one moment, and the third, though given between them, long after: those two come first,
///   and the third comes last, when it has ended;
/// - in both ways of iterating.
#[test]
fn they_come_in_the_order_of_their_ends() {
    let three = || tasks::as_completed([sleeper("b", 10), sleeper("c", 150), sleeper("a", 10)]);
    let by_method = sim::run(|| async move {
        let mut done = three();
        while let Some(task) = by_method(&mut done).await {
            log(task.await.expect("no panic"));
        }
    });
    let by_stream = sim::run(|| async move {
        let mut done = three();
        while let Some(task) = by_stream(&mut done).await {
            log(task.await.expect("no panic"));
        }
    });
    for run in [by_method, by_stream] {
        assert_eq!(run.end, End::Done(()));
        assert_eq!(said(&run), ["10 main b", "10 main a", "150 main c"]);
    }
}

/// `BaseTaskTests.test_as_completed_same_tasks_in_as_out`
///
/// - what comes out are the very tasks that were given, each once, and their values are still there. (Nothing but tasks can
///   be given.)
#[test]
fn the_tasks_that_come_are_those_that_were_given() {
    let run = sim::run(|| async {
        let mut done = tasks::as_completed(["a", "b", "c", "d"].map(|name| sleeper(name, 0)));
        let mut came = Vec::new();
        while let Some(task) = done.next().await {
            let name = task.name().to_string();
            came.push((name, task.await.expect("no panic")));
        }
        came
    });
    assert_eq!(run.end, End::Done(["a", "b", "c", "d"].map(|name| (name.to_string(), name)).into()));
}

/// `BaseTaskTests.test_as_completed_with_timeout`
///
/// - the first task comes in time; then the time is up, and that comes in the second one's place, at that moment; two items
///   in all;
/// - nothing is cancelled: the second one can still be waited for.
#[test]
fn a_time_limit_is_an_item() {
    let run = sim::run(|| async {
        let mut done = tasks::as_completed([sleeper("a", 100), sleeper("b", 150)]).timeout(ms(120));
        let mut items = Vec::new();
        while let Some(item) = done.next().await {
            items.push(match item {
                Ok(task) => task.await.map_err(|_| Elapsed),
                Err(late) => Err(late),
            });
        }
        log("is over");
        tasks::wait(done.into_pending(), Until::AllCompleted).await;
        items
    });
    assert_eq!(run.end, End::Done(vec![Ok("a"), Err(Elapsed)]));
    assert_eq!(said(&run), ["120 main is over"]);
    assert_eq!(end_of(&run, "b"), "ended at 150");
}

/// `BaseTaskTests.test_as_completed_with_unused_timeout`
///
/// - a time limit that is not reached is not noticed.
#[test]
fn a_time_limit_that_is_not_reached_is_no_item() {
    let run = sim::run(|| async {
        let mut done = tasks::as_completed([sleeper("a", 10)]).timeout(ms(1000));
        let mut values = Vec::new();
        while let Some(item) = done.next().await {
            values.push(item.expect("in time").await);
        }
        values
    });
    assert_eq!(run.end, End::Done(vec![Ok("a")]));
    assert_eq!(end_of(&run, "main"), "ended at 10");
}

/// `BaseTaskTests.test_as_completed_resume_iterator`
///
/// - whoever stops after two of four can go on later, and gets the other two: each has come once. In both ways of iterating.
#[test]
fn who_stops_can_go_on() {
    let run = sim::run(|| async {
        let mut values = Vec::new();
        for by_method_first in [true, false] {
            let mut done = tasks::as_completed(["a", "b", "c", "d"].map(|name| sleeper(name, 0)));
            for nth in 0..4 {
                let task =
                    if (nth < 2) == by_method_first { by_method(&mut done).await } else { by_stream(&mut done).await };
                values.push(task.expect("four of them").await);
            }
            assert!(by_method(&mut done).await.is_none() && by_stream(&mut done).await.is_none());
        }
        values
    });
    assert_eq!(run.end, End::Done(["a", "b", "c", "d", "a", "b", "c", "d"].map(Ok).into()));
}

/// `BaseTaskTests.test_as_completed_concurrent`
///
/// - two tasks that end at one moment both come, and can be waited for at once: both values are there at that moment. (The
///   original's other way, which hands out all its items before any task has ended, has no counterpart.)
#[test]
fn the_items_can_be_waited_for_at_once() {
    let run = sim::run(|| async {
        let mut done = tasks::as_completed([sleeper("a", 50), sleeper("b", 50)]);
        let mut items = Vec::new();
        while let Some(task) = done.next().await {
            items.push(task);
        }
        let waited = tasks::wait(items, Until::AllCompleted).await;
        assert!(waited.pending.is_empty());
        tasks::gather_all(waited.done).await
    });
    assert_eq!(run.end, End::Done(vec![Ok("a"), Ok("b")]));
    assert_eq!(end_of(&run, "main"), "ended at 50");
}
