//! Shutting down: what is told to those who wait, to those who come later, and to those who join.

use super::each;
use async_kata::host::turn;
use async_kata::sim::{self, End};
use async_kata::sync::Queue;
use async_kata::sync::queue::{GetError, PutError, TooManyDone, TryGetError, TryPutError};
use async_kata::tasks::{Task, spawn};
use std::sync::Arc;

/// Runs a play once for each order of items.
fn for_each_order<F>(capacity: Option<usize>, play: impl Fn(Arc<Queue<&'static str>>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    for queue in each::<&str>(|_| 0, capacity) {
        let run = sim::run(|| play(queue));
        assert_eq!(run.end, End::Done(()));
    }
}

fn joiner(queue: &Arc<Queue<&'static str>>) -> Task<()> {
    let queue = queue.clone();
    spawn("join", async move { queue.join().await })
}

/// Whoever comes now is told that it was shut down, whether it wants to wait or not, to put or to get.
async fn is_over(queue: &Queue<&'static str>) {
    assert_eq!(queue.put("late").await, Err(PutError("late")));
    assert_eq!(queue.try_put("late"), Err(TryPutError::ShutDown("late")));
    assert_eq!(queue.get().await, Err(GetError));
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
}

/// `_QueueShutdownTestMixin.test_shutdown_empty`
///
/// - In each order of items: somebody waits to get from an empty queue that is shut down.
/// - There is no item, and a join returns.
/// - Whoever waited to get has ended a turn later, and was told why.
/// - Whoever puts or gets after that is told, too, waiting or not.
#[test]
fn an_empty_queue_that_is_shut_down_lets_go_of_who_waits_to_get() {
    for_each_order(None, async |queue| {
        let from = queue.clone();
        let get = spawn("get", async move { from.get().await });
        turn().await;
        assert!(!get.is_finished());
        queue.shutdown();
        assert_eq!(queue.len(), 0);
        queue.join().await;
        turn().await;
        assert!(get.is_finished());
        assert_eq!(get.await, Ok(Err(GetError)));
        is_over(&queue).await;
    });
}

/// `_QueueShutdownTestMixin.test_shutdown_nonempty`
///
/// - In each order of items: somebody waits to put into a full queue, and somebody joins, when it is shut down.
/// - The item stays in it. Whoever waited to put has ended a turn later, and was told why.
/// - The item can be got. Who joins goes on waiting, since it was not reported done.
/// - Whoever puts or gets after that is told, waiting or not.
/// - When the item is reported done, who joins ends; a second report is one too many.
#[test]
fn a_queue_that_is_shut_down_still_gives_out_what_is_in_it() {
    for_each_order(Some(1), async |queue| {
        queue.try_put("first").unwrap();
        let into = queue.clone();
        let join = joiner(&queue);
        let put = spawn("put", async move { into.put("second").await });
        turn().await;
        assert!(!put.is_finished());
        queue.shutdown();
        assert_eq!(queue.len(), 1);
        turn().await;
        assert!(put.is_finished());
        assert_eq!(put.await, Ok(Err(PutError("second"))));

        assert_eq!(queue.get().await, Ok("first"));
        turn().await;
        assert!(!join.is_finished());
        is_over(&queue).await;

        assert_eq!(queue.task_done(), Ok(()));
        turn().await;
        assert!(join.is_finished());
        assert_eq!(join.await, Ok(()));
        assert_eq!(queue.task_done(), Err(TooManyDone));
    });
}

/// `_QueueShutdownTestMixin.test_shutdown_immediate`
///
/// - In each order of items: somebody joins for the one item in a queue that is shut down at once. The item is gone.
/// - Who joins has ended a turn later.
/// - Whoever puts or gets after that is told, waiting or not; and nothing is left to be reported done.
#[test]
fn a_queue_that_is_shut_down_at_once_is_empty_and_its_items_count_as_done() {
    for_each_order(None, async |queue| {
        queue.try_put("first").unwrap();
        let join = joiner(&queue);
        queue.shutdown_now();
        assert_eq!(queue.len(), 0);
        turn().await;
        assert!(join.is_finished());
        assert_eq!(join.await, Ok(()));
        is_over(&queue).await;
        assert_eq!(queue.task_done(), Err(TooManyDone));
    });
}

/// `_QueueShutdownTestMixin.test_shutdown_immediate_with_unfinished`
///
/// - In each order of items: of two items one was got when the queue is shut down at once. The other is gone.
/// - Who joins goes on waiting: the one that was got was not reported done.
/// - Whoever puts or gets after that is told, waiting or not.
/// - One report is right, and a second is one too many. A turn later who joins has ended.
#[test]
fn an_item_that_was_got_before_is_still_to_be_reported_done() {
    for_each_order(None, async |queue| {
        queue.try_put("one").unwrap();
        queue.try_put("one").unwrap();
        let join = joiner(&queue);
        assert_eq!(queue.get().await, Ok("one"));
        queue.shutdown_now();
        assert_eq!(queue.len(), 0);
        turn().await;
        assert!(!join.is_finished());
        is_over(&queue).await;

        assert_eq!(queue.task_done(), Ok(()));
        assert_eq!(queue.task_done(), Err(TooManyDone));
        turn().await;
        assert!(join.is_finished());
        assert_eq!(join.await, Ok(()));
    });
}
