//! `Queue` with wakers that panic: no item is lost, no promise is kept by somebody who is gone.

use std::task::{Poll, Waker};

use async_kata::sync::Queue;
use async_kata::sync::queue::{GetError, PutError, TryGetError, TryPutError};

use super::super::stage::{for_ever, in_time, panic_of, panics, poll};
use super::super::wakers::{Hook, Step, hooked, hooked_at};
use crate::bell::bell;

/// A queue for one item, with so many in it.
fn queue_of(n: u8) -> &'static Queue<u8> {
    let queue = for_ever(Queue::bounded(1));
    (0..n).for_each(|item| queue.try_put(item).unwrap());
    queue
}

#[test]
fn a_wake_that_panics_in_a_put_comes_after_it() {
    in_time(|| {
        let queue = queue_of(0);
        let mut get = queue.get();
        assert!(poll(&mut get, &hooked(Step::Woken, panics("the get"))).is_pending());
        assert_eq!(panic_of(|| queue.try_put(7)), "the get");
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Ok(7)));

        let mut get = queue.get();
        assert!(poll(&mut get, &hooked(Step::Woken, panics("the get"))).is_pending());
        let mut put = queue.put(8);
        assert_eq!(panic_of(|| poll(&mut put, Waker::noop())), "the get");
        drop(put);
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Ok(8)), "put before anybody was woken");
        assert_eq!(queue.try_put(9), Ok(()));
    });
}

/// What a get was about to return is gone, as documented; the room that it made is not.
#[test]
fn a_wake_that_panics_in_a_get_costs_that_item_only() {
    in_time(|| {
        let queue = queue_of(1);
        let (mut put, mut next) = (queue.put(7), queue.put(8));
        let (rings, bell) = bell();
        assert!(poll(&mut put, &hooked(Step::Woken, panics("the put"))).is_pending());
        assert!(poll(&mut next, &bell).is_pending());
        assert_eq!(panic_of(|| queue.try_get()), "the put");
        assert_eq!(poll(&mut put, Waker::noop()), Poll::Ready(Ok(())));
        assert_eq!(rings.rings(), 0);
        assert_eq!(queue.try_get(), Ok(7));
        assert_eq!(rings.rings(), 1);
        assert_eq!(poll(&mut next, Waker::noop()), Poll::Ready(Ok(())));
    });
}

#[test]
fn a_wake_that_panics_when_a_promise_is_kept_or_passed_on_comes_after_it() {
    in_time(|| {
        let queue = queue_of(0);
        let (mut called, mut next) = (queue.get(), queue.get());
        assert!(poll(&mut called, Waker::noop()).is_pending());
        assert!(poll(&mut next, &hooked(Step::Woken, panics("the next get"))).is_pending());
        queue.try_put(7).unwrap();
        assert_eq!(panic_of(|| drop(called)), "the next get");
        assert_eq!(poll(&mut next, Waker::noop()), Poll::Ready(Ok(7)));

        let queue = queue_of(1);
        let (mut called, mut next) = (queue.put(7), queue.put(8));
        assert!(poll(&mut called, Waker::noop()).is_pending());
        assert!(poll(&mut next, &hooked(Step::Woken, panics("the next put"))).is_pending());
        queue.try_get().unwrap();
        assert_eq!(panic_of(|| drop(called)), "the next put");
        let mut get = queue.get();
        assert!(poll(&mut get, &hooked(Step::Woken, panics("the get"))).is_pending());
        assert_eq!(panic_of(|| poll(&mut next, Waker::noop())), "the get");
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Ok(8)), "put as promised");
    });
}

/// All who wait are called at once, and two of them panic: the first panic goes on, and all are told.
#[test]
fn wakes_that_panic_in_a_shutdown_cost_the_others_nothing() {
    in_time(|| {
        let queue = queue_of(1);
        let (rings, bell) = bell();
        let wakers = [hooked(Step::Woken, panics("the first")), bell.clone(), hooked(Step::Woken, panics("the third"))];
        let mut puts = [queue.put(1), queue.put(2), queue.put(3)];
        for (put, waker) in puts.iter_mut().zip(&wakers) {
            assert!(poll(put, waker).is_pending());
        }
        let mut join = queue.join();
        assert!(poll(&mut join, &bell).is_pending());
        assert_eq!(panic_of(|| queue.shutdown_now()), "the first");
        assert_eq!((rings.rings(), queue.len()), (2, 0));
        assert!(poll(&mut join, Waker::noop()).is_ready());
        for (put, item) in puts.iter_mut().zip(1..) {
            assert!(poll(put, Waker::noop()) == Poll::Ready(Err(PutError(item))));
        }

        let queue = queue_of(0);
        let mut gets = [queue.get(), queue.get()];
        assert!(poll(&mut gets[0], &hooked(Step::Woken, panics("a get"))).is_pending());
        assert!(poll(&mut gets[1], &bell).is_pending());
        assert_eq!(panic_of(|| queue.shutdown()), "a get");
        assert_eq!(rings.rings(), 3);
        assert!(gets.iter_mut().all(|get| poll(get, Waker::noop()) == Poll::Ready(Err(GetError))));
        assert_eq!(queue.try_put(7), Err(TryPutError::ShutDown(7)));
    });
}

#[test]
fn wakes_that_panic_when_the_work_is_done_cost_the_others_nothing() {
    in_time(|| {
        let queue = queue_of(1);
        let (rings, bell) = bell();
        let (mut first, mut second) = (queue.join(), queue.join());
        assert!(poll(&mut first, &hooked(Step::Woken, panics("a join"))).is_pending());
        assert!(poll(&mut second, &bell).is_pending());
        assert_eq!(panic_of(|| queue.task_done()), "a join");
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut first, &bell).is_ready() && poll(&mut second, &bell).is_ready());
        assert!(queue.task_done().is_err(), "it was reported all the same");
    });
}

#[test]
fn a_clone_that_panics_leaves_nobody_in_line() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        for words in ["once", "twice"] {
            let waker = || hooked(Step::Cloned, panics(words));
            assert_eq!(panic_of(|| poll(&mut get, &waker())), words);
            assert_eq!(panic_of(|| poll(&mut put, &waker())), words);
            assert_eq!(panic_of(|| poll(&mut join, &waker())), words);
        }
        assert_eq!((empty.try_put(1), empty.try_get()), (Ok(()), Ok(1)), "no get is promised it");
        assert_eq!((full.try_get(), full.try_put(2), full.try_get()), (Ok(0), Ok(()), Ok(2)));
        assert!(poll(&mut put, Waker::noop()) == Poll::Ready(Ok(())), "it still has its item");
        assert_eq!(full.try_get(), Ok(7));
        assert!(poll(&mut get, Waker::noop()).is_pending() && poll(&mut join, Waker::noop()).is_pending());
    });
}

#[test]
fn a_clone_that_panics_on_a_later_poll_keeps_the_old_waker() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (rings, old) = bell();
        assert!(poll(&mut get, &old).is_pending());
        assert!(poll(&mut put, &old).is_pending() && poll(&mut join, &old).is_pending());
        let waker = || hooked(Step::Cloned, panics("a clone"));
        assert_eq!(panic_of(|| poll(&mut get, &waker())), "a clone");
        assert_eq!(panic_of(|| poll(&mut put, &waker())), "a clone");
        assert_eq!(panic_of(|| poll(&mut join, &waker())), "a clone");
        full.task_done().unwrap();
        assert_eq!((empty.try_put(1), full.try_get()), (Ok(()), Ok(0)));
        assert_eq!(rings.rings(), 3);
        assert_eq!(poll(&mut get, &old), Poll::Ready(Ok(1)));
        assert!(poll(&mut put, &old).is_ready() && poll(&mut join, &old).is_ready());
    });
}

#[test]
fn a_drop_that_panics_leaves_the_lines_in_order() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (mut next_get, mut next_put, mut next_join) = (empty.get(), full.put(8), full.join());
        let [for_get, for_put, for_join] = ["get", "put", "join"].map(|words| hooked(Step::Dropped, panics(words)));
        assert!(poll(&mut get, &for_get).is_pending() && poll(&mut next_get, Waker::noop()).is_pending());
        assert!(poll(&mut put, &for_put).is_pending() && poll(&mut next_put, Waker::noop()).is_pending());
        assert!(poll(&mut join, &for_join).is_pending() && poll(&mut next_join, Waker::noop()).is_pending());
        assert_eq!(panic_of(|| drop(get)), "get");
        assert_eq!(panic_of(|| drop(put)), "put");
        assert_eq!(panic_of(|| drop(join)), "join");
        full.task_done().unwrap();
        assert_eq!((empty.try_put(1), full.try_get()), (Ok(()), Ok(0)));
        assert_eq!(poll(&mut next_get, Waker::noop()), Poll::Ready(Ok(1)));
        assert!(poll(&mut next_put, Waker::noop()).is_ready() && poll(&mut next_join, Waker::noop()).is_ready());
        assert_eq!(full.try_get(), Ok(8), "who was dropped has put nothing");
    });
}

/// An item is put between the two looks of a first poll, here by the waker's own clone, and is promised to this get;
/// then that clone, which nobody needs, panics when it is dropped. The get that panicked gives its promise back.
#[test]
fn a_drop_that_panics_when_an_item_is_just_promised_gives_it_back() {
    for somebody_is_next in [false, true] {
        in_time(move || {
            let queue = queue_of(0);
            let puts: Hook = Box::new(move || queue.try_put(7).unwrap());
            let waker = hooked_at(vec![(Step::Cloned, puts), (Step::Dropped, Box::new(panics("the clone")))]);
            let mut get = queue.get();
            assert_eq!(panic_of(|| poll(&mut get, &waker)), "the clone");
            assert_eq!((queue.try_get(), queue.len()), (Err(TryGetError::Empty), 1), "it is promised");
            let (mut next, (rings, bell)) = (queue.get(), bell());
            assert!(!somebody_is_next || poll(&mut next, &bell).is_pending());
            drop(get);
            assert_eq!(rings.rings(), usize::from(somebody_is_next));
            assert_eq!(poll(&mut next, Waker::noop()), Poll::Ready(Ok(7)));
        });
    }
}

/// The same of a put, for which its waker's clone makes room: nothing was put, and the room is free again.
#[test]
fn a_drop_that_panics_when_room_is_just_promised_gives_it_back() {
    for somebody_is_next in [false, true] {
        in_time(move || {
            let queue = queue_of(1);
            let gets: Hook = Box::new(move || assert_eq!(queue.try_get(), Ok(0)));
            let waker = hooked_at(vec![(Step::Cloned, gets), (Step::Dropped, Box::new(panics("the clone")))]);
            let mut put = queue.put(7);
            assert_eq!(panic_of(|| poll(&mut put, &waker)), "the clone");
            assert_eq!((queue.try_put(8), queue.len()), (Err(TryPutError::Full(8)), 0), "the room is promised");
            let (mut next, (rings, bell)) = (queue.put(9), bell());
            assert!(!somebody_is_next || poll(&mut next, &bell).is_pending());
            drop(put);
            assert_eq!(rings.rings(), usize::from(somebody_is_next));
            assert_eq!(poll(&mut next, Waker::noop()), Poll::Ready(Ok(())));
            assert_eq!(queue.try_get(), Ok(9));
        });
    }
}

/// Who panicked so, and is polled again instead of dropped, finds what it is promised.
#[test]
fn a_drop_that_panics_when_something_is_just_promised_may_be_polled_again() {
    in_time(|| {
        let queue = queue_of(0);
        let puts: Hook = Box::new(move || queue.try_put(7).unwrap());
        let waker = hooked_at(vec![(Step::Cloned, puts), (Step::Dropped, Box::new(panics("the clone")))]);
        let mut get = queue.get();
        assert_eq!(panic_of(|| poll(&mut get, &waker)), "the clone");
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Ok(7)));

        let works: Hook = Box::new(move || queue.task_done().unwrap());
        let waker = hooked_at(vec![(Step::Cloned, works), (Step::Dropped, Box::new(panics("the clone")))]);
        let mut join = queue.join();
        assert_eq!(panic_of(|| poll(&mut join, &waker)), "the clone");
        assert!(poll(&mut join, Waker::noop()).is_ready());
    });
}
