//! `Queue`, poll by poll: who is served in which order, and what is left when somebody gives up.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use async_kata::sync::Queue;
use async_kata::sync::queue::{Order, TryGetError, TryPutError};
use tokio_test::{assert_pending, assert_ready, assert_ready_ok, task::spawn};

use super::{poll_in, task};

/// A queue of this capacity, full of 0, 1, ...
fn full(capacity: usize) -> Queue<usize> {
    let queue = Queue::bounded(capacity);
    (0..capacity).for_each(|n| queue.try_put(n).unwrap());
    queue
}

#[test]
fn what_needs_no_wait_is_done_at_the_first_poll() {
    let queue = Queue::bounded(1);
    let mut put = spawn(queue.put('a'));
    assert_ready_ok!(put.poll());
    let mut get = spawn(queue.get());
    assert_eq!(assert_ready_ok!(get.poll()), 'a');
    assert_eq!((put.waker_ref_count(), get.waker_ref_count()), (1, 1), "who does not wait leaves no waker");
    assert!(queue.is_empty());
}

#[test]
fn gets_are_served_in_the_order_of_first_polls() {
    let queue = Queue::bounded(3);
    let (mut last, mut first, mut second) = (spawn(queue.get()), spawn(queue.get()), spawn(queue.get()));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_pending!(last.poll());
    // Polling once more is not coming once more.
    assert_pending!(first.poll());

    queue.try_put('a').unwrap();
    assert_eq!((first.is_woken(), second.is_woken(), last.is_woken()), (true, false, false));
    assert_pending!(second.poll());
    queue.try_put('b').unwrap();
    assert_eq!((second.is_woken(), last.is_woken()), (true, false));
    assert_eq!(assert_ready_ok!(first.poll()), 'a');
    assert!(!last.is_woken(), "a get makes no item");
    assert_eq!(assert_ready_ok!(second.poll()), 'b');
    queue.try_put('c').unwrap();
    assert_eq!(assert_ready_ok!(last.poll()), 'c');
}

#[test]
fn puts_are_done_in_the_order_of_first_polls() {
    let queue = full(1);
    let (mut last, mut first, mut second) = (spawn(queue.put(3)), spawn(queue.put(1)), spawn(queue.put(2)));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_pending!(last.poll());
    assert_pending!(first.poll());

    assert_eq!(queue.try_get(), Ok(0));
    assert_eq!((first.is_woken(), second.is_woken(), last.is_woken()), (true, false, false));
    assert_pending!(second.poll());
    assert_ready_ok!(first.poll());
    assert!(!second.is_woken(), "a put makes no room");
    assert_eq!(queue.try_get(), Ok(1));
    assert_ready_ok!(second.poll());
    assert_eq!(queue.try_get(), Ok(2));
    assert_ready_ok!(last.poll());
    assert_eq!(queue.try_get(), Ok(3));
}

#[test]
fn nobody_overtakes_a_get_that_was_called() {
    let queue = Queue::bounded(2);
    let mut called = spawn(queue.get());
    assert_pending!(called.poll());
    queue.try_put('a').unwrap();

    assert_eq!((queue.len(), queue.try_get()), (1, Err(TryGetError::Empty)), "it is there, and promised");
    let mut newcomer = spawn(queue.get());
    assert_pending!(newcomer.poll());
    assert_eq!(assert_ready_ok!(called.poll()), 'a');
    assert!(!newcomer.is_woken());
    queue.try_put('b').unwrap();
    assert_eq!(assert_ready_ok!(newcomer.poll()), 'b');
}

#[test]
fn nobody_overtakes_a_put_that_was_called() {
    let queue = full(1);
    let mut called = spawn(queue.put(1));
    assert_pending!(called.poll());
    assert_eq!(queue.try_get(), Ok(0));

    assert_eq!((queue.len(), queue.try_put(2)), (0, Err(TryPutError::Full(2))), "there is room, and it is promised");
    let mut newcomer = spawn(queue.put(3));
    assert_pending!(newcomer.poll());
    assert_ready_ok!(called.poll());
    assert!(!newcomer.is_woken());
    assert_eq!(queue.try_get(), Ok(1));
    assert_ready_ok!(newcomer.poll());
    assert_eq!(queue.try_get(), Ok(3));
}

/// Promises are a count: the oldest item goes to whoever takes first, called or not.
#[test]
fn a_newcomer_takes_the_oldest_item_if_one_is_left_for_the_called() {
    let queue = Queue::bounded(2);
    let mut called = spawn(queue.get());
    assert_pending!(called.poll());
    queue.try_put('a').unwrap();
    queue.try_put('b').unwrap();
    assert_eq!(queue.try_get(), Ok('a'));
    assert_eq!(queue.try_get(), Err(TryGetError::Empty));
    assert_eq!(assert_ready_ok!(called.poll()), 'b');
}

#[test]
fn of_two_who_were_called_each_gets_the_next_item_when_it_is_polled() {
    let queue = Queue::bounded(2);
    let (mut first, mut second) = (spawn(queue.get()), spawn(queue.get()));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    queue.try_put('a').unwrap();
    queue.try_put('b').unwrap();
    assert_eq!(assert_ready_ok!(second.poll()), 'a');
    assert_eq!(assert_ready_ok!(first.poll()), 'b');
}

#[test]
fn a_called_get_that_is_dropped_has_taken_nothing() {
    let queue = Queue::bounded(3);
    let (mut called, mut next) = (spawn(queue.get()), spawn(queue.get()));
    assert_pending!(called.poll());
    assert_pending!(next.poll());
    queue.try_put('a').unwrap();
    assert_eq!((called.is_woken(), next.is_woken()), (true, false));
    drop(called);
    assert!(next.is_woken(), "the item goes to the next");
    assert_eq!((queue.len(), queue.try_get()), (1, Err(TryGetError::Empty)), "passed on, not freed");
    queue.try_put('b').unwrap();
    drop(next); // with nobody behind
    assert_eq!([queue.try_get(), queue.try_get()], [Ok('a'), Ok('b')], "no item has moved");
}

#[test]
fn a_called_put_that_is_dropped_has_put_nothing() {
    let queue = full(1);
    let (mut called, mut next) = (spawn(queue.put(1)), spawn(queue.put(2)));
    assert_pending!(called.poll());
    assert_pending!(next.poll());
    assert_eq!(queue.try_get(), Ok(0));
    assert_eq!((called.is_woken(), next.is_woken()), (true, false));
    drop(called);
    assert!(next.is_woken(), "the room goes to the next");
    assert_eq!((queue.len(), queue.try_put(3)), (0, Err(TryPutError::Full(3))), "passed on, not freed");
    drop(next); // with nobody behind
    assert_eq!((queue.try_put(4), queue.try_get()), (Ok(()), Ok(4)));
}

#[test]
fn a_future_dropped_before_its_first_poll_was_never_in_line() {
    let (queue, empty) = (full(1), Queue::bounded(1));
    let (fresh, mut put) = (spawn(queue.put(1)), spawn(queue.put(2)));
    assert_pending!(put.poll());
    drop(fresh);
    assert_eq!(queue.try_get(), Ok(0));
    assert_ready_ok!(put.poll());
    let (fresh, mut get) = (spawn(empty.get()), spawn(empty.get()));
    assert_pending!(get.poll());
    drop(fresh);
    empty.try_put('a').unwrap();
    assert_eq!(assert_ready_ok!(get.poll()), 'a');
}

#[test]
fn a_waiting_future_that_is_dropped_leaves_the_line_wherever_it_stands() {
    for dropped in 0..3 {
        let (queue, empty) = (full(1), Queue::bounded(1));
        let (mut put_gone, mut get_gone) = (task(), task());
        let mut puts: Vec<_> = (1..4).map(|n| spawn(queue.put(n))).collect();
        let mut gets: Vec<_> = (1..4).map(|_| spawn(empty.get())).collect();
        puts.iter_mut().for_each(|put| assert_pending!(put.poll()));
        gets.iter_mut().for_each(|get| assert_pending!(get.poll()));
        assert_pending!(poll_in(&mut put_gone, &mut puts[dropped]));
        assert_pending!(poll_in(&mut get_gone, &mut gets[dropped]));
        drop((puts.remove(dropped), gets.remove(dropped)));
        for gone in [put_gone, get_gone] {
            assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false), "its waker is let go, unwoken");
        }
        for put in &mut puts {
            queue.try_get().unwrap();
            assert!(put.is_woken());
            assert_ready_ok!(put.poll());
        }
        for get in &mut gets {
            empty.try_put(dropped).unwrap();
            assert!(get.is_woken());
            assert_eq!(assert_ready_ok!(get.poll()), dropped);
        }
    }
}

#[test]
fn the_last_poll_says_whom_to_wake() {
    let (queue, empty) = (full(1), Queue::bounded(1));
    let (mut put, mut get, mut join) = (spawn(queue.put(1)), spawn(empty.get()), spawn(queue.join()));
    let (mut old, mut new) = (task(), task());
    for task in [&mut old, &mut new] {
        assert_pending!(poll_in(task, &mut put));
        assert_pending!(poll_in(task, &mut get));
        assert_pending!(poll_in(task, &mut join));
        assert_eq!(task.waker_ref_count(), 4);
    }
    assert_eq!(old.waker_ref_count(), 1, "the old wakers are let go");
    queue.task_done().unwrap();
    assert!(new.is_woken());
    assert_eq!(new.waker_ref_count(), 3, "a waker that has woken is let go");
    queue.try_get().unwrap();
    assert_eq!(new.waker_ref_count(), 2);
    empty.try_put('a').unwrap();
    assert_eq!((old.is_woken(), new.waker_ref_count()), (false, 1));
    assert_ready_ok!(poll_in(&mut old, &mut put));
    assert_ready_ok!(poll_in(&mut old, &mut get));
    assert_ready!(poll_in(&mut old, &mut join));
    assert_eq!(old.waker_ref_count(), 1);
}

#[test]
fn newest_first_is_a_stack() {
    let queue = Queue::ordered(Order::Newest, Some(2));
    let mut called = spawn(queue.get());
    assert_pending!(called.poll());
    queue.try_put('a').unwrap();
    queue.try_put('b').unwrap();
    assert_eq!(assert_ready_ok!(called.poll()), 'b', "called when there was only `a`, and it takes what is newest now");
    queue.try_put('c').unwrap();
    assert_eq!(queue.try_put('d'), Err(TryPutError::Full('d')));
    assert_eq!([queue.try_get(), queue.try_get()], [Ok('c'), Ok('a')]);
}

#[test]
fn of_equal_ranks_the_oldest_goes_first() {
    let queue = Queue::ordered(Order::Smallest(|item: &(i64, char)| item.0), Some(6));
    for item in [(1, 'b'), (0, 'a'), (1, 'a'), (i64::MIN, 'z'), (0, 'b'), (i64::MAX, 'a')] {
        queue.try_put(item).unwrap();
    }
    let mut late = spawn(queue.put((i64::MIN, 'c')));
    assert_pending!(late.poll());
    assert_eq!(queue.try_get(), Ok((i64::MIN, 'z')));
    assert_ready_ok!(late.poll());
    let mut out = String::new();
    while let Ok((_, name)) = queue.try_get() {
        out.push(name);
    }
    assert_eq!(out, "cabbaa", "also of a put that waited the rank is what counts");
}

/// An item's rank is asked once, also if the put waits: whatever the function says later, the order is fixed.
#[test]
fn the_rank_of_an_item_is_asked_once() {
    type Asked = Rc<Cell<i64>>;
    let first_come = Order::Smallest(|asked: &Asked| {
        asked.set(asked.get() + 1);
        asked.get()
    });
    let queue = Queue::ordered(first_come, Some(1));
    let [tried, waited] = [(); 2].map(|()| Asked::default());
    queue.try_put(tried.clone()).unwrap();
    let mut put = spawn(queue.put(waited.clone()));
    assert_eq!(waited.get(), 1, "by the call, not by the first poll");
    assert_pending!(put.poll());
    assert_pending!(put.poll());
    assert!(Rc::ptr_eq(&queue.try_get().unwrap(), &tried));
    assert_ready_ok!(put.poll());
    assert!(Rc::ptr_eq(&queue.try_get().unwrap(), &waited));
    assert_eq!((tried.get(), waited.get()), (1, 1));
}

#[test]
fn without_a_bound_nobody_waits_to_put() {
    let queue = Queue::unbounded();
    for n in 0..1000 {
        assert_ready_ok!(spawn(queue.put(n)).poll());
    }
    assert_eq!((queue.len(), queue.capacity(), full(3).capacity()), (1000, None, Some(3)));
    assert!((0..1000).all(|n| queue.try_get() == Ok(n)) && queue.is_empty());
}

#[test]
fn a_capacity_of_none_at_all_is_refused_with_the_cure() {
    let made: [fn() -> Queue<u8>; 2] = [|| Queue::bounded(0), || Queue::ordered(Order::Newest, Some(0))];
    for make in made {
        let panic = catch_unwind(AssertUnwindSafe(make)).unwrap_err();
        let words = "a queue of capacity 0: no item could go through it; take 1 or more, or `unbounded`";
        assert_eq!(panic.downcast_ref(), Some(&words));
    }
}
