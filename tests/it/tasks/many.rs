//! Many tasks, and deep nests of them: the work grows as their number does.

use async_kata::sim::{self, End, sleep};
use async_kata::tasks::{Group, GroupError, Task, Until, as_completed, gather_all, group, spawn, wait};
use std::future::{Future, pending};
use std::pin::{Pin, pin};

/// How many times a future was polled until it was ready, and its output.
async fn polls<F: Future>(future: F) -> (usize, F::Output) {
    let mut future = pin!(future);
    let mut polls = 0;
    let output = std::future::poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx)
    });
    let output = output.await;
    (polls, output)
}

/// So many tasks, each of which ends at a millisecond of its own.
fn start(n: u64) -> Vec<Task<()>> {
    (1..=n).map(|nth| spawn(&nth.to_string(), sleep(nth))).collect()
}

/// One poll for each end, one at first, and a hop of CPython's: not more for those that have not ended.
#[test]
fn whoever_waits_for_many_is_polled_once_for_each_end() {
    let n = 500;
    let run = sim::run(move || async move {
        let (grouped, whole) = polls(group(async |g: Group<String>| {
            for nth in 1..=n {
                g.spawn("child", async move {
                    sleep(nth).await;
                    Ok(())
                });
            }
            Ok(())
        }))
        .await;
        whole.unwrap();
        let (gathered, _) = polls(gather_all(start(n))).await;
        let (waited, _) = polls(wait(start(n), Until::AllCompleted)).await;
        let mut stream = as_completed(start(n));
        let (streamed, ()) = polls(async { while stream.next().await.is_some() {} }).await;
        [grouped, gathered, waited, streamed]
    });
    let End::Done(polls) = run.end else { panic!("{:?}", run.end) };
    let n = usize::try_from(n).unwrap();
    assert_eq!(polls, [n + 2, n + 2, n + 2, 2 * n + 1], "as_completed takes its hop for each");
}

#[test]
fn ten_thousand_children_are_cancelled_and_waited_for() {
    let run = sim::run(|| async {
        let whole: Result<(), GroupError<&str>> = group(async |g| {
            for _ in 0..10_000 {
                g.spawn("child", pending::<Result<(), _>>());
            }
            sleep(1).await;
            Err("fails")
        })
        .await;
        whole.unwrap_err().failures.len()
    });
    assert_eq!((&run.end, run.strays), (&End::Done(1), 0));
    let cancelled = run.trace.story().filter(|entry| entry.what.kind() == "cancelled").count();
    assert_eq!(cancelled, 10_000);
}

type Nested = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Each group a child of the one around it.
fn by_child(depth: usize) -> Nested {
    Box::pin(async move {
        let whole = group(async |g| {
            match depth {
                0 => return Err("the innermost fails".to_string()),
                _ => drop(g.spawn("group", by_child(depth - 1))),
            }
            pending().await
        });
        whole.await.map_err(|error| error.failures.last().map(|last| last.to_string()).unwrap_or_default())
    })
}

/// A failure goes out through a thousand groups, and each ends the body that waits in it.
#[test]
fn a_failure_goes_out_through_a_thousand_groups() {
    let run = sim::run(|| async { by_child(1000).await.unwrap_err().matches("group").count() });
    assert_eq!(run.end, End::Done(1000));
}
