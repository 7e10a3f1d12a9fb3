//! Putting: with and without waiting, and what is lost when somebody gives up: nothing.

use super::{getter, putter, waiting};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::sync::queue::TryPutError;
use async_kata::sync::{Event, Queue};
use async_kata::tasks::{Ended, spawn};
use std::sync::Arc;

/// `QueuePutTests.test_blocking_put`
///
/// - A put into a queue without a capacity does not wait; the item can be got.
#[test]
fn where_there_is_room_a_put_does_not_wait() {
    let run = sim::run(|| async {
        let queue = Queue::unbounded();
        let other = spawn("other", async { log("has a turn") });
        queue.put(1).await.unwrap();
        assert_eq!(queue.get().await, Ok(1));
        log("has put and got");
        other.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main has put and got, other has a turn");
}

/// `QueuePutTests.test_blocking_put_wait`
///
/// - Of two puts into a queue of capacity 1 the second waits, and is done when an item is got, 10 ms later.
#[test]
fn a_put_waits_for_room() {
    let run = sim::run(|| async {
        let (queue, started) = (Arc::new(Queue::bounded(1)), Arc::new(Event::new()));
        let from = queue.clone();
        drop(spawn("b", async move {
            sleep(10).await;
            log("gets");
            assert_eq!(from.try_get(), Ok(1));
        }));
        let put = spawn("a", {
            let started = started.clone();
            async move {
                started.set();
                queue.put(1).await.unwrap();
                queue.put(2).await.unwrap();
                log("has put both");
            }
        });
        started.wait().await;
        assert!(!put.is_finished());
        assert_eq!(put.await, Ok(()));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b gets, a has put both");
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(10));
}

/// `QueuePutTests.test_nonblocking_put`
///
/// - What was put by who did not want to wait can be got.
#[test]
fn a_put_can_be_tried() {
    let queue = Queue::unbounded();
    assert_eq!(queue.try_put(1), Ok(()));
    assert_eq!(queue.try_get(), Ok(1));
}

/// `QueuePutTests.test_nonblocking_put_exception`
///
/// - Who does not want to wait is told that the queue is full.
#[test]
fn trying_a_full_queue_is_an_error() {
    let queue = Queue::bounded(1);
    queue.try_put(1).unwrap();
    assert_eq!(queue.try_put(2), Err(TryPutError::Full(2)));
}

/// `QueuePutTests.test_get_cancel_drop_one_pending_reader`
///
/// - One waits to get. Two items are put and the one is cancelled, before it has run.
/// - If it ends as cancelled (here it does), the next get returns the first item: it was not lost with it.
#[test]
fn a_get_that_was_called_and_is_cancelled_has_taken_nothing() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::unbounded());
        let reader = getter("a", &queue);
        turn().await;
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        reader.cancel();
        assert_eq!(reader.await, Err(Ended::Cancelled));
        assert_eq!(getter("b", &queue).await, Ok(1));
        assert_eq!(queue.try_get(), Ok(2));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_get_cancel_drop_many_pending_readers`
///
/// - Three wait to get. Two items are put and the first of the three is cancelled, before it has run: it ends as cancelled.
/// - The other two get the two items.
#[test]
fn an_item_goes_on_from_who_is_cancelled_to_who_waits() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::unbounded());
        let [first, second, third] = ["a", "b", "c"].map(|name| getter(name, &queue));
        turn().await;
        queue.try_put(1).unwrap();
        queue.try_put(2).unwrap();
        first.cancel();
        assert_eq!(first.await, Err(Ended::Cancelled));
        let third = third.await;
        // Here the order is defined, too.
        assert_eq!((second.await, third), (Ok(1), Ok(2)));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_put_cancel_drop`
///
/// - A put waits at a full queue. The item in it is got, and the put is cancelled, before it has run.
/// - If it ends as cancelled (here it does), the same item is put once more, and got: it is there once, and then nothing is.
#[test]
fn a_put_that_was_called_and_is_cancelled_has_put_nothing() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        queue.try_put(1).unwrap();
        let writer = putter("a", &queue, 2);
        turn().await;
        assert_eq!(queue.try_get(), Ok(1));
        writer.cancel();
        assert_eq!(writer.await, Err(Ended::Cancelled));
        assert_eq!(putter("b", &queue, 2).await, Ok(()));
        assert_eq!(queue.try_get(), Ok(2));
        assert_eq!(queue.len(), 0);
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_put_cancelled`
///
/// - Somebody gets what a task puts. By then that task has ended, having returned from its put.
#[test]
fn who_put_what_was_got_has_ended() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::unbounded());
        let put = putter("a", &queue, 1);
        assert_eq!(queue.get().await, Ok(1));
        assert!(put.is_finished());
        assert_eq!(put.await, Ok(()));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_put_cancelled_race`
///
/// - Three put into a queue of capacity 1: the first is done, the second waits. The third is cancelled, and has ended a turn
///   later.
/// - The first item is got, and a turn later the second is; who put that has ended.
#[test]
fn room_goes_to_the_one_who_still_waits() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        let [first, second, third] = ["a", "b", "c"].map(|name| putter(name, &queue, name));
        turn().await;
        assert!(first.is_finished() && !second.is_finished());
        third.cancel();
        turn().await;
        assert!(third.is_finished());
        assert_eq!(queue.try_get(), Ok("a"));
        turn().await;
        assert_eq!(queue.try_get(), Ok("b"));
        assert_eq!((first.await, second.await, third.await), (Ok(()), Ok(()), Err(Ended::Cancelled)));
        assert!(queue.is_empty());
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_put_with_waiting_getters`
///
/// - What is put while somebody waits to get goes to that one.
#[test]
fn what_is_put_goes_to_who_waits() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::unbounded());
        let get = getter("a", &queue);
        turn().await;
        assert_eq!(waiting(&queue), (true, false));
        queue.put('a').await.unwrap();
        assert_eq!(get.await, Ok('a'));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_why_are_putters_waiting`
///
/// - Four put into a queue of capacity 2. Once, all that is in it is got, without waiting.
/// - All four end, since there was room for four by then.
#[test]
fn who_waits_to_put_is_called_for_each_item_that_is_got() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(2));
        let get = spawn("get", {
            let queue = queue.clone();
            async move {
                turn().await;
                (0..queue.len()).map(|_| queue.try_get().unwrap()).collect::<Vec<_>>()
            }
        });
        let puts = [0, 1, 2, 3].map(|item| putter("put", &queue, item));
        assert_eq!(get.await, Ok(vec![0, 1]));
        for put in puts {
            assert_eq!(put.await, Ok(()));
        }
        assert_eq!((queue.try_get(), queue.try_get()), (Ok(2), Ok(3)));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_cancelled_puts_not_being_held_in_self_putters`
///
/// - A put waits at a full queue, and is cancelled: it ends as cancelled.
/// - Nobody is in line to put after that.
#[test]
fn a_cancelled_put_leaves_the_line() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        queue.try_put(1).unwrap();
        let put = putter("a", &queue, 2);
        turn().await;
        assert_eq!(waiting(&queue), (false, true));
        put.cancel();
        assert_eq!(put.await, Err(Ended::Cancelled));
        assert_eq!(waiting(&queue), (false, false));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `QueuePutTests.test_cancelled_put_silence_value_error_exception`
///
/// - A put waits at a full queue. The item is got, so that the put is in line no longer; then it is cancelled.
/// - It ends as cancelled, and nothing else: to leave a line in which it does not stand is no error.
#[test]
fn a_put_that_is_in_line_no_longer_can_be_cancelled() {
    let run = sim::run(|| async {
        let queue = Arc::new(Queue::bounded(1));
        queue.try_put(1).unwrap();
        let put = putter("a", &queue, 2);
        turn().await;
        assert_eq!(queue.try_get(), Ok(1));
        assert_eq!(waiting(&queue), (false, false));
        put.cancel();
        assert_eq!(put.await, Err(Ended::Cancelled));
        assert_eq!(queue.try_put(3), Ok(()), "the room it was promised is free again");
    });
    assert_eq!(run.end, End::Done(()));
}
