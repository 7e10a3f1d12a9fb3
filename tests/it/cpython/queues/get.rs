//! Getting: with and without waiting, and when somebody gives up.

use super::{getter, putter, waiting};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::sync::queue::{TryGetError, TryPutError};
use async_kata::sync::{Event, Queue};
use async_kata::tasks::{Elapsed, Ended, spawn, wait_for};
use std::sync::Arc;
use std::time::Duration;

/// `QueueGetTests.test_blocking_get`
///
/// - A get of an item that is there returns it, without a turn in between.
#[test]
fn what_is_there_is_got_without_waiting() {
    let run = sim::run(|| async {
        let queue = Queue::unbounded();
        queue.try_put(1).unwrap();
        let other = spawn("other", async { log("has a turn") });
        assert_eq!(queue.get().await, Ok(1));
        log("has got it");
        other.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main has got it, other has a turn");
}

/// `QueueGetTests.test_get_with_putters`
///
/// - A get from a full queue calls whoever waits to put, in the same step. (So it is in line no longer, and the room is its.)
#[test]
fn a_get_calls_who_waits_to_put() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        queue.put(1).await.unwrap();
        let put = putter("a", &queue, 2);
        turn().await;
        assert_eq!(waiting(&queue), (false, true));

        assert_eq!(queue.get().await, Ok(1));
        assert_eq!(waiting(&queue), (false, false));
        assert_eq!(queue.try_put(3), Err(TryPutError::Full(3)), "empty, but the room is promised");
        turn().await;
        assert!(put.is_finished());
        assert_eq!(put.await, Ok(()));
        assert_eq!(queue.try_get(), Ok(2));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueGetTests.test_blocking_get_wait`
///
/// - A get of an empty queue waits, and returns the item that is put 10 ms later.
#[test]
fn a_get_waits_for_an_item() {
    let run = sim::run(|| async {
        let (queue, started) = (Arc::new(Queue::unbounded()), Arc::new(Event::new()));
        let get = spawn("a", {
            let (queue, started) = (queue.clone(), started.clone());
            async move {
                started.set();
                let item = queue.get().await;
                log("has got it");
                item
            }
        });
        started.wait().await;
        assert!(!get.is_finished());
        drop(spawn("b", async move {
            sleep(10).await;
            log("puts");
            queue.try_put(1).unwrap();
        }));
        assert_eq!(get.await, Ok(Ok(1)));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b puts, a has got it");
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(10));
}

/// `QueueGetTests.test_nonblocking_get`
///
/// - What was put can be got by who does not want to wait.
#[test]
fn what_is_there_can_be_tried_for() {
    let queue = Queue::unbounded();
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_get(), Ok(1));
}

/// `QueueGetTests.test_nonblocking_get_exception`
///
/// - Who does not want to wait is told that the queue is empty.
#[test]
fn trying_an_empty_queue_is_an_error() {
    assert_eq!(Queue::<u8>::unbounded().try_get(), Err(TryGetError::Empty));
}

/// `QueueGetTests.test_get_cancelled_race`
///
/// - Of two who wait to get the first is cancelled, and has ended a turn later.
/// - What is put then goes to the second.
#[test]
fn an_item_goes_to_the_one_who_still_waits() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::unbounded());
        let (first, second) = (getter("a", &queue), getter("b", &queue));
        turn().await;
        first.cancel();
        turn().await;
        assert!(first.is_finished());
        assert_eq!(first.await, Err(Ended::Cancelled));
        queue.put("an item").await.unwrap();
        turn().await;
        assert_eq!(second.await, Ok("an item"));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueGetTests.test_get_with_waiting_putters`
///
/// - Two put into a queue of capacity 1. Two gets return both items, in the order of the puts.
#[test]
fn gets_take_what_those_who_wait_put() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        let puts = [putter("a", &queue, 'a'), putter("b", &queue, 'b')];
        assert_eq!((queue.get().await, queue.get().await), (Ok('a'), Ok('b')));
        for put in puts {
            put.await.unwrap();
        }
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueGetTests.test_why_are_getters_waiting`
///
/// - One puts five items into a queue of capacity 1, another gets five: both end.
#[test]
fn putting_and_getting_go_hand_in_hand() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        let from = queue.clone();
        let put = spawn("put", async move {
            for item in 0..5 {
                queue.put(item).await.unwrap();
            }
        });
        let get = spawn("get", async move {
            for item in 0..5 {
                assert_eq!(from.get().await, Ok(item));
            }
        });
        assert_eq!((put.await, get.await), (Ok(()), Ok(())));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueueGetTests.test_cancelled_getters_not_being_held_in_self_getters`
///
/// - A get of an empty queue, with a deadline of 100 ms, ends by it.
/// - Nobody is in line to get after that.
#[test]
fn a_get_with_a_deadline_leaves_the_line() {
    let run = sim::run(|| async {
        let queue = Queue::<u8>::bounded(5);
        assert_eq!(wait_for(Duration::from_millis(100), queue.get()).await, Err(Elapsed));
        assert_eq!(waiting(&queue), (false, false));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(100));
}
