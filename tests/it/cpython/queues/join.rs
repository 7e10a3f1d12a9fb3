//! Joining: until all that was put has been worked on.

use super::each;
use async_kata::sim::{self, End, log};
use async_kata::sync::Queue;
use async_kata::sync::queue::TooManyDone;
use async_kata::tasks::{Task, spawn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// `_QueueJoinTestMixin.test_task_done_underflow`
///
/// - In each order of items: with nothing put, nothing can be reported done.
#[test]
fn nothing_is_done_where_nothing_was_put() {
    for queue in each::<i64>(|item| *item, None) {
        assert_eq!(queue.task_done(), Err(TooManyDone));
    }
}

/// A task that gets items, adds them up and reports them done, as long as it is told to.
fn worker(name: &str, queue: &Arc<Queue<i64>>, sum: &Arc<AtomicI64>, goes_on: &Arc<AtomicBool>) -> Task<()> {
    let (queue, sum, goes_on) = (queue.clone(), sum.clone(), goes_on.clone());
    spawn(name, async move {
        while goes_on.load(Ordering::Relaxed) {
            sum.fetch_add(queue.get().await.unwrap(), Ordering::Relaxed);
            queue.task_done().unwrap();
        }
    })
}

/// `_QueueJoinTestMixin.test_task_done`
///
/// - In each order of items: a hundred are put, and two tasks take them, add them up, and report each done.
/// - Whoever joins goes on when all were added up.
/// - With an item for each the two can be told to end, and do.
#[test]
fn who_joins_goes_on_when_all_is_done() {
    for queue in each(|item| *item, None) {
        let run = sim::run(|| async move {
            (0..100).for_each(|item| queue.try_put(item).unwrap());
            let (sum, goes_on) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(true)));
            let workers = ["a", "b"].map(|name| worker(name, &queue, &sum, &goes_on));
            queue.join().await;
            assert_eq!(sum.load(Ordering::Relaxed), 4950);
            goes_on.store(false, Ordering::Relaxed);
            for _ in &workers {
                queue.try_put(0).unwrap();
            }
            for worker in workers {
                assert_eq!(worker.await, Ok(()));
            }
        });
        assert_eq!(run.end, End::Done(()));
    }
}

/// `_QueueJoinTestMixin.test_join_empty_queue`
///
/// - In each order of items: with nothing put, a join returns, without a turn in between, and so does a second.
#[test]
fn who_joins_where_nothing_was_put_does_not_wait() {
    for queue in each::<i64>(|item| *item, None) {
        let run = sim::run(|| async move {
            let other = spawn("other", async { log("has a turn") });
            queue.join().await;
            queue.join().await;
            log("has joined");
            other.await.unwrap();
        });
        assert_eq!(run.end, End::Done(()));
        assert_eq!(run.trace.order(), "main has joined, other has a turn");
    }
}
