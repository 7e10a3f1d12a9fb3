//! What a queue tells of itself: empty, full, shut down, and how many.

use async_kata::sync::Queue;

/// What it tells: is it empty, is it full, is it shut down, how many are in it.
fn told(queue: &Queue<u8>) -> (bool, bool, bool, usize) {
    (queue.is_empty(), queue.is_full(), queue.is_shut_down(), queue.len())
}

#[test]
fn a_bounded_queue_tells_when_it_is_full() {
    let queue = Queue::bounded(2);
    assert_eq!(told(&queue), (true, false, false, 0));
    queue.try_put(1).unwrap();
    assert_eq!(told(&queue), (false, false, false, 1));
    queue.try_put(2).unwrap();
    assert_eq!(told(&queue), (false, true, false, 2));
    queue.try_get().unwrap();
    assert_eq!(told(&queue), (false, false, false, 1));
}

#[test]
fn an_unbounded_queue_is_never_full() {
    let queue = Queue::unbounded();
    (0..100).for_each(|nth| queue.try_put(nth).unwrap());
    assert_eq!(told(&queue), (false, false, false, 100));
}

#[test]
fn a_queue_tells_that_it_is_shut_down() {
    let queue = Queue::unbounded();
    queue.try_put(1).unwrap();
    queue.shutdown();
    assert_eq!(told(&queue), (false, false, true, 1));
    let queue = Queue::unbounded();
    queue.try_put(1).unwrap();
    queue.shutdown_now();
    assert_eq!(told(&queue), (true, false, true, 0));
}
