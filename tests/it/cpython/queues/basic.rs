//! What a queue tells of itself, how much goes in, and in which order it comes out.

use super::each;
use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::sync::Queue;
use async_kata::tasks::spawn;
use std::sync::Arc;

/// `QueueBasicTests.test_empty`
///
/// - A new queue is empty; with an item in it, it is not; when that was got, it is again.
#[test]
fn a_queue_is_empty_until_something_is_put_and_when_it_was_got() {
    let run = sim::run(|| async {
        let queue = Queue::unbounded();
        assert!(queue.is_empty());
        queue.put(1).await.unwrap();
        assert!(!queue.is_empty());
        assert_eq!(queue.get().await, Ok(1));
        assert!(queue.is_empty());
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueBasicTests.test_full`
///
/// - A queue without a capacity is not full.
/// - One of capacity 1 is, with an item in it.
#[test]
fn a_queue_is_full_at_its_capacity() {
    let run = sim::run(|| async {
        assert!(!Queue::<u8>::unbounded().is_full());
        let queue = Queue::bounded(1);
        queue.put(1).await.unwrap();
        assert!(queue.is_full());
    });
    assert_eq!(run.end, End::Done(()));
}

/// What comes out of a queue into which 1, 3 and 2 were put.
async fn out_of(queue: &Queue<i64>) -> [i64; 3] {
    for item in [1, 3, 2] {
        queue.put(item).await.unwrap();
    }
    [queue.get().await, queue.get().await, queue.get().await].map(Result::unwrap)
}

/// `QueueBasicTests.test_order`
/// `LifoQueueTests.test_order`
/// `PriorityQueueTests.test_order`
///
/// - Three items come out of a plain queue in the order in which they were put, of a stack in the reverse of it, and of a
///   priority queue the smallest first.
#[test]
fn items_come_out_in_the_queues_order() {
    let run = sim::run(|| async {
        let [oldest, newest, smallest] = each(|item| *item, None);
        assert_eq!(out_of(&oldest).await, [1, 3, 2]);
        assert_eq!(out_of(&newest).await, [2, 3, 1]);
        assert_eq!(out_of(&smallest).await, [1, 2, 3]);
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueBasicTests.test_maxsize`
///
/// - A queue tells its capacity.
/// - At capacity 2, of three puts two are done, and the third waits, whatever turns pass.
/// - When an item is got, the third is done a turn later; then the other two items are got, in order.
/// - The task that put them ends.
#[test]
fn no_more_goes_in_than_the_capacity() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(2));
        assert_eq!(queue.capacity(), Some(2));
        let task = spawn("a", {
            let queue = queue.clone();
            async move {
                for item in 0..3 {
                    queue.put(item).await.unwrap();
                    log(item);
                }
            }
        });
        turn().await;
        turn().await;
        log("gets");
        assert_eq!(queue.get().await, Ok(0));
        turn().await;
        log("gets");
        assert_eq!((queue.get().await, queue.get().await), (Ok(1), Ok(2)));
        assert!(task.is_finished());
        assert_eq!(task.await, Ok(()));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a 0, a 1, main gets, a 2, main gets");
}
