//! `Queue` with wakers that call back into it: when it calls a get, a put or a join, and when it takes in their wakers.

use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use async_kata::sync::Queue;
use async_kata::sync::queue::{GetError, PutError, TryGetError, TryPutError};

use super::super::stage::{for_ever, in_time, noted, poll};
use super::super::wakers::{Hook, Step, hooked, hooked_at};
use super::write_into;
use crate::bell::bell;

type Shared = &'static Queue<u8>;

/// A queue for one item, with so many in it.
fn queue_of(n: u8) -> Shared {
    let queue = for_ever(Queue::bounded(1));
    (0..n).for_each(|item| queue.try_put(item).unwrap());
    queue
}

/// What a hook may do and leave no trace, while somebody is promised the one item or the one place: look, and come and
/// give up again, in vain.
fn use_queue(queue: Shared) {
    assert!(queue.try_get().is_err() && queue.try_put(9).is_err());
    assert!(poll(&mut queue.get(), Waker::noop()).is_pending());
    assert!(poll(&mut queue.put(9), Waker::noop()).is_pending());
    look(queue);
}

/// The same at any time.
fn look(queue: Shared) {
    let n = queue.len();
    write_into(queue, &|| assert_eq!(queue.len(), n));
    let _ = poll(&mut queue.join(), Waker::noop());
}

#[test]
fn the_wake_of_a_get_may_use_the_queue() {
    in_time(|| {
        let queue = queue_of(0);
        let mut get = queue.get();
        let (ran, waker) = noted(Step::Woken, move || use_queue(queue));
        assert!(poll(&mut get, &waker).is_pending());
        queue.try_put(7).unwrap();
        assert_eq!(ran.rings(), 1);
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Ok(7)));
    });
}

#[test]
fn the_wake_of_a_put_may_use_the_queue() {
    in_time(|| {
        let queue = queue_of(1);
        let mut put = queue.put(7);
        let (ran, waker) = noted(Step::Woken, move || use_queue(queue));
        assert!(poll(&mut put, &waker).is_pending());
        assert_eq!(queue.try_get(), Ok(0));
        assert_eq!(ran.rings(), 1);
        assert_eq!(poll(&mut put, Waker::noop()), Poll::Ready(Ok(())));
        assert_eq!(queue.try_get(), Ok(7));
    });
}

#[test]
fn the_wake_of_a_join_may_put_again() {
    in_time(|| {
        let queue = queue_of(1);
        let mut join = queue.join();
        let (ran, waker) = noted(Step::Woken, move || {
            look(queue);
            queue.try_put(7).unwrap();
        });
        assert!(poll(&mut join, &waker).is_pending());
        queue.try_get().unwrap();
        queue.task_done().unwrap();
        assert_eq!(ran.rings(), 1);
        assert!(poll(&mut join, Waker::noop()).is_ready(), "the work was done when it was called");
        assert!(poll(&mut queue.join(), Waker::noop()).is_pending());
    });
}

#[test]
fn the_wakes_of_a_shutdown_may_use_the_queue() {
    in_time(|| {
        let queue = queue_of(1);
        let (mut put, mut late) = (queue.put(7), queue.put(8));
        let (ran, waker) = noted(Step::Woken, move || {
            assert_eq!(queue.try_put(9), Err(TryPutError::ShutDown(9)));
            assert_eq!(queue.try_get(), Ok(0), "what is in it may still be got");
            assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
            queue.shutdown();
            look(queue);
        });
        let (rings, bell) = bell();
        assert!(poll(&mut put, &waker).is_pending() && poll(&mut late, &bell).is_pending());
        queue.shutdown();
        assert_eq!((ran.rings(), rings.rings()), (1, 1));
        assert!(poll(&mut put, Waker::noop()) == Poll::Ready(Err(PutError(7))));
        assert!(poll(&mut late, Waker::noop()) == Poll::Ready(Err(PutError(8))));

        let queue = queue_of(0);
        let mut get = queue.get();
        let (ran, waker) = noted(Step::Woken, move || {
            assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
            queue.shutdown_now();
            look(queue);
        });
        assert!(poll(&mut get, &waker).is_pending());
        queue.shutdown();
        assert_eq!(ran.rings(), 1);
        assert_eq!(poll(&mut get, Waker::noop()), Poll::Ready(Err(GetError)));
    });
}

/// An item whose drop uses the queue it was in.
struct Uses(&'static Mutex<Vec<&'static str>>, &'static Queue<Uses>);

impl Drop for Uses {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(if self.1.is_empty() { "dropped from an empty queue" } else { "dropped" });
    }
}

#[test]
fn the_wakes_and_the_items_of_a_shutdown_now_may_use_the_queue() {
    in_time(|| {
        let said = for_ever(Mutex::new(Vec::new()));
        let queue: &'static Queue<Uses> = for_ever(Queue::bounded(1));
        let (mut put, mut join) = (queue.put(Uses(said, queue)), queue.join());
        queue.try_put(Uses(said, queue)).ok().unwrap();
        let says = |words| {
            hooked(Step::Woken, move || {
                assert!(matches!(queue.try_get(), Err(TryGetError::ShutDown)));
                said.lock().unwrap().push(words);
            })
        };
        assert!(poll(&mut put, &says("the put")).is_pending() && poll(&mut join, &says("the join")).is_pending());
        queue.shutdown_now();
        let words = std::mem::take(&mut *said.lock().unwrap());
        assert_eq!(words, ["the put", "the join", "dropped from an empty queue"], "the items go last");
        assert!(poll(&mut join, Waker::noop()).is_ready());
        let Poll::Ready(Err(PutError(item))) = poll(&mut put, Waker::noop()) else { panic!("it came too late") };
        drop(item);
        assert_eq!(said.lock().unwrap().len(), 1);
    });
}

#[test]
fn the_clone_of_a_waker_may_bring_what_is_waited_for() {
    in_time(|| {
        let queue = queue_of(0);
        let (ran, waker) = noted(Step::Cloned, move || queue.try_put(7).unwrap());
        assert_eq!(poll(&mut queue.get(), &waker), Poll::Ready(Ok(7)), "put during this very poll");
        assert_eq!(ran.rings(), 1);
        assert!(format!("{queue:?}").contains("waiting_to_get: false"));

        queue.try_put(8).unwrap();
        let (ran, waker) = noted(Step::Cloned, move || assert_eq!(queue.try_get(), Ok(8)));
        assert_eq!(poll(&mut queue.put(9), &waker), Poll::Ready(Ok(())), "got during this very poll");
        assert_eq!((ran.rings(), queue.len()), (1, 1));
        assert!(format!("{queue:?}").contains("waiting_to_put: false"));

        let (ran, waker) = noted(Step::Cloned, move || (0..3).for_each(|_| queue.task_done().unwrap()));
        assert!(poll(&mut queue.join(), &waker).is_ready(), "done during this very poll");
        assert_eq!(ran.rings(), 1);
    });
}

/// What it waits for comes during its first poll: it has no use for its waker's clone.
#[test]
fn the_drop_of_an_unneeded_clone_may_use_the_queue() {
    in_time(|| {
        let (rings, bell) = bell();
        let waker = |queue: Shared, brings: fn(Shared)| {
            let bell = bell.clone();
            let uses: Hook = Box::new(move || {
                look(queue);
                bell.wake();
            });
            hooked_at(vec![(Step::Cloned, Box::new(move || brings(queue))), (Step::Dropped, uses)])
        };
        let (empty, full) = (queue_of(0), queue_of(1));
        assert!(poll(&mut empty.get(), &waker(empty, |queue| queue.try_put(5).unwrap())).is_ready());
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut full.join(), &waker(full, |queue| queue.task_done().unwrap())).is_ready());
        assert_eq!(rings.rings(), 2);
        assert!(poll(&mut full.put(7), &waker(full, |queue| assert_eq!(queue.try_get(), Ok(0)))).is_ready());
        assert_eq!(rings.rings(), 3);
    });
}

#[test]
fn the_clone_of_a_waker_may_shut_the_queue_down() {
    in_time(|| {
        let queue = queue_of(0);
        let shuts = || hooked(Step::Cloned, move || queue.shutdown());
        assert_eq!(poll(&mut queue.get(), &shuts()), Poll::Ready(Err(GetError)));
        let queue = queue_of(1);
        let shuts = || hooked(Step::Cloned, move || queue.shutdown());
        assert!(poll(&mut queue.put(7), &shuts()) == Poll::Ready(Err(PutError(7))));
        let queue = queue_of(1);
        let shuts = || hooked(Step::Cloned, move || queue.shutdown_now());
        assert!(poll(&mut queue.join(), &shuts()).is_ready());
    });
}

#[test]
fn the_clone_of_a_second_waker_may_bring_what_is_waited_for() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (rings, first) = bell();
        assert!(poll(&mut get, &first).is_pending());
        assert!(poll(&mut put, &first).is_pending() && poll(&mut join, &first).is_pending());

        let puts = hooked(Step::Cloned, move || empty.try_put(5).unwrap());
        assert_eq!(poll(&mut get, &puts), Poll::Ready(Ok(5)));
        let gets = hooked(Step::Cloned, move || assert_eq!(full.try_get(), Ok(0)));
        assert!(poll(&mut put, &gets) == Poll::Ready(Ok(())));
        let works = hooked(Step::Cloned, move || (0..2).for_each(|_| full.task_done().unwrap()));
        assert!(poll(&mut join, &works).is_ready());
        assert_eq!((rings.rings(), Arc::strong_count(&rings)), (3, 2));
    });
}

#[test]
fn the_drop_of_an_old_waker_may_bring_what_is_waited_for() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (put_ran, puts) = noted(Step::Dropped, move || empty.try_put(5).unwrap());
        let (get_ran, gets) = noted(Step::Dropped, move || assert_eq!(full.try_get(), Ok(0)));
        let (work_ran, works) = noted(Step::Dropped, move || full.task_done().unwrap());
        assert!(poll(&mut get, &puts).is_pending());
        assert!(poll(&mut put, &gets).is_pending() && poll(&mut join, &works).is_pending());

        let (rings, new) = bell();
        assert!(poll(&mut get, &new).is_pending() && put_ran.rings() == 1 && rings.rings() == 1);
        assert!(poll(&mut join, &new).is_pending() && work_ran.rings() == 1 && rings.rings() == 2);
        assert!(poll(&mut put, &new).is_pending() && get_ran.rings() == 1 && rings.rings() == 3);
        assert_eq!(poll(&mut get, &new), Poll::Ready(Ok(5)), "the new waker was in place before");
        assert!(poll(&mut put, &new).is_ready() && poll(&mut join, &new).is_ready());
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_queue() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (got, gets) = noted(Step::Dropped, move || look(empty));
        let (put_ran, puts) = noted(Step::Dropped, move || look(full));
        let (joined, joins) = noted(Step::Dropped, move || look(full));
        assert!(poll(&mut get, &gets).is_pending());
        assert!(poll(&mut put, &puts).is_pending() && poll(&mut join, &joins).is_pending());
        drop((get, put, join));
        assert_eq!((got.rings(), put_ran.rings(), joined.rings()), (1, 1, 1));
        assert_eq!((empty.try_put(1), full.try_get()), (Ok(()), Ok(0)), "nobody is promised anything");
        assert_eq!((empty.try_get(), full.try_put(2)), (Ok(1), Ok(())));
    });
}

#[test]
fn polling_again_with_the_same_waker_neither_clones_nor_drops_one() {
    in_time(|| {
        let (empty, full) = (queue_of(0), queue_of(1));
        let (mut get, mut put, mut join) = (empty.get(), full.put(7), full.join());
        let (rings, bell) = bell();
        let ring = |step| -> (Step, Hook) {
            let bell = bell.clone();
            (step, Box::new(move || bell.wake()))
        };
        let waker = hooked_at((0..4).map(|_| ring(Step::Cloned)).chain([ring(Step::Dropped)]).collect());
        for _ in 0..3 {
            assert!(poll(&mut get, &waker).is_pending());
            assert!(poll(&mut put, &waker).is_pending() && poll(&mut join, &waker).is_pending());
        }
        assert_eq!(rings.rings(), 3, "cloned once for each, by their first polls");
    });
}
