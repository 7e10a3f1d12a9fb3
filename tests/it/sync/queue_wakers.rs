//! `Queue` among other people's code: wakers, items and ranks that call back into it, or panic.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::Waker;

use async_kata::sync::Queue;
use async_kata::sync::queue::{Order, PutError, TryGetError};

use super::stage::{for_ever, in_time, poll};
use super::wakers::{Hook, Step, hooked, hooked_at};
use crate::bell::bell;

/// A hook that panics, quietly: without the panic hook's message.
fn panics(words: &'static str) -> impl FnOnce() + Send {
    move || resume_unwind(Box::new(words))
}

/// The words of a panic.
fn panic_of<T>(run: impl FnOnce() -> T) -> &'static str {
    let panic = catch_unwind(AssertUnwindSafe(run)).err().expect("was to panic");
    panic.downcast_ref::<&str>().copied().expect("our own words")
}

/// What a hook may do to a queue and leave no trace: look, join each line, and give up again.
fn use_queue<T>(queue: &Queue<T>) {
    drop(format!("{queue:?}"));
    drop((poll(&mut queue.get(), Waker::noop()), poll(&mut queue.join(), Waker::noop())));
    assert!(queue.try_get().is_err() && queue.len() <= 1);
}

/// Each waker stays at hand while the queue has clones of it: else the drop that is told were ours.
#[test]
fn each_step_of_a_waker_may_use_the_queue() {
    for step in [Step::Cloned, Step::Woken, Step::Dropped] {
        in_time(move || {
            let queue = for_ever(Queue::bounded(1));
            let [one, two, three, four, five, six] = [(); 6].map(|()| hooked(step, move || use_queue(queue)));
            let (mut first, mut second) = (queue.get(), queue.get());
            assert!(poll(&mut first, &one).is_pending());
            assert!(poll(&mut first, &two).is_pending(), "another waker: the old one is dropped");
            assert!(poll(&mut second, &three).is_pending());
            assert_eq!(queue.try_put('a'), Ok(())); // wakes the first
            drop(first); // wakes the second
            let (mut put, mut other, mut join) = (queue.put('b'), queue.put('c'), queue.join());
            assert!(poll(&mut put, &four).is_pending());
            assert!(poll(&mut other, &five).is_pending());
            assert!(poll(&mut join, &six).is_pending());
            assert!(poll(&mut second, Waker::noop()).is_ready()); // wakes the put
            drop(put); // wakes the other
            queue.task_done().unwrap();
            queue.shutdown_now();
            assert!(poll(&mut other, Waker::noop()).is_ready() && poll(&mut join, Waker::noop()).is_ready());
        });
    }
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_queue() {
    in_time(|| {
        let queue = for_ever(Queue::bounded(1));
        let wakers = [(); 3].map(|()| hooked(Step::Dropped, move || use_queue(queue)));
        let mut get = queue.get();
        assert!(poll(&mut get, &wakers[0]).is_pending());
        drop(get);
        let mut called = queue.get();
        assert!(poll(&mut called, Waker::noop()).is_pending());
        queue.try_put('a').unwrap();
        let (mut put, mut join) = (queue.put('b'), queue.join());
        assert!(poll(&mut put, &wakers[1]).is_pending() && poll(&mut join, &wakers[2]).is_pending());
        drop(put);
        drop(join);
    });
}

/// What a first poll waits for may come between its two looks: here by the clone of its waker.
#[test]
fn what_comes_during_a_first_poll_is_not_missed() {
    in_time(|| {
        let queue = for_ever(Queue::bounded(1));
        let puts = hooked(Step::Cloned, || queue.try_put('a').unwrap());
        assert!(poll(&mut queue.get(), &puts).is_ready());
        assert!(poll(&mut queue.put('b'), Waker::noop()).is_ready());
        let gets = hooked(Step::Cloned, || assert_eq!(queue.try_get(), Ok('b')));
        assert!(poll(&mut queue.put('c'), &gets).is_ready());
        let shuts = hooked(Step::Cloned, || queue.shutdown());
        assert_eq!(poll(&mut queue.put('d'), &shuts).map_err(|PutError(item)| item), Err('d').into());
        assert_eq!(queue.try_get(), Ok('c'));
        (0..3).for_each(|_| queue.task_done().unwrap());
        assert!(poll(&mut queue.join(), Waker::noop()).is_ready());
    });
}

#[test]
fn the_drop_of_a_waker_that_nobody_needed_may_use_the_queue() {
    in_time(|| {
        let queue = for_ever(Queue::bounded(1));
        let waker = |act: Hook| hooked_at(vec![(Step::Cloned, act), (Step::Dropped, Box::new(|| use_queue(queue)))]);
        let puts = waker(Box::new(|| queue.try_put('a').unwrap()));
        assert!(poll(&mut queue.get(), &puts).is_ready());
        queue.try_put('b').unwrap();
        let gets = waker(Box::new(|| assert_eq!(queue.try_get(), Ok('b'))));
        assert!(poll(&mut queue.put('c'), &gets).is_ready());
        assert_eq!(queue.try_get(), Ok('c'));
        let ends = waker(Box::new(|| (0..3).for_each(|_| queue.task_done().unwrap())));
        assert!(poll(&mut queue.join(), &ends).is_ready());
    });
}

#[test]
fn what_comes_during_a_later_poll_is_not_missed() {
    in_time(|| {
        let queue = for_ever(Queue::bounded(1));
        let ((rings, first), mut get) = (bell(), queue.get());
        assert!(poll(&mut get, &first).is_pending());
        let puts = hooked(Step::Cloned, || queue.try_put('a').unwrap());
        assert!(poll(&mut get, &puts).is_ready(), "called during this very poll");
        assert_eq!((rings.rings(), Arc::strong_count(&rings)), (1, 2));

        queue.try_put('b').unwrap();
        let (mut put, mut join) = (queue.put('c'), queue.join());
        assert!(poll(&mut put, &first).is_pending() && poll(&mut join, &first).is_pending());
        let gets = hooked(Step::Cloned, || assert_eq!(queue.try_get(), Ok('b')));
        assert!(poll(&mut put, &gets).is_ready());
        let ends = hooked(Step::Cloned, || (0..3).for_each(|_| queue.task_done().unwrap()));
        assert!(poll(&mut join, &ends).is_ready());
        assert_eq!((rings.rings(), Arc::strong_count(&rings)), (3, 2));
    });
}

#[test]
fn wakes_that_panic_cost_the_others_nothing() {
    in_time(|| {
        let queue = Queue::<u8>::bounded(1);
        let (rings, bell) = bell();
        let wakers = [hooked(Step::Woken, panics("the first")), hooked(Step::Woken, panics("the second")), bell];
        let mut waits = [queue.get(), queue.get(), queue.get()];
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(poll(wait, waker).is_pending());
        }
        assert_eq!(panic_of(|| queue.shutdown()), "the first");
        assert_eq!(rings.rings(), 1);
        assert!(waits.iter_mut().all(|wait| poll(wait, Waker::noop()).is_ready()), "told before anybody was woken");
    });
}

#[test]
fn a_wake_that_panics_comes_after_the_put_and_costs_a_get_its_item() {
    in_time(|| {
        let queue = Queue::bounded(1);
        let mut get = queue.get();
        assert!(poll(&mut get, &hooked(Step::Woken, panics("of the get"))).is_pending());
        assert_eq!(panic_of(|| queue.try_put('a')), "of the get");
        assert_eq!(queue.len(), 1);
        let mut put = queue.put('b');
        assert!(poll(&mut put, &hooked(Step::Woken, panics("of the put"))).is_pending());
        assert_eq!(panic_of(|| poll(&mut get, Waker::noop())), "of the put");
        assert!(queue.is_empty(), "`a` is the one that is lost");
        let mut next = queue.get();
        assert!(poll(&mut next, &hooked(Step::Woken, panics("of the next"))).is_pending());
        assert_eq!(panic_of(|| poll(&mut put, Waker::noop())), "of the next");
        drop((get, put)); // they are done, panic or not: nothing to give back
        assert_eq!(queue.try_get(), Err(TryGetError::Empty), "`b` is in, and promised");
        assert_eq!(poll(&mut next, Waker::noop()), Ok('b').into());
    });
}

#[test]
fn a_clone_that_panics_leaves_no_place_in_line() {
    in_time(|| {
        let queue = Queue::bounded(1);
        let (mut get, mut put) = (queue.get(), queue.put('b'));
        let waker = || hooked(Step::Cloned, panics("a clone"));
        assert_eq!(panic_of(|| poll(&mut get, &waker())), "a clone");
        queue.try_put('a').unwrap();
        assert_eq!(panic_of(|| poll(&mut put, &waker())), "a clone");
        let mut join = queue.join();
        assert_eq!(panic_of(|| poll(&mut join, &waker())), "a clone");
        assert_eq!(queue.try_get(), Ok('a'), "promised to nobody");
        assert_eq!(poll(&mut put, Waker::noop()), Ok(()).into(), "the item is still there");
        assert_eq!(poll(&mut get, Waker::noop()), Ok('b').into());
    });
}

/// What is waited for comes during the first poll; then the waker's clone, which nobody needs, panics when it is
/// dropped. The future that panicked was called, and gives that back when it is dropped itself.
#[test]
fn a_drop_that_panics_when_it_was_just_called_gives_back_what_was_promised() {
    in_time(|| {
        let queue = for_ever(Queue::bounded(1));
        let waker = |act: Hook| hooked_at(vec![(Step::Cloned, act), (Step::Dropped, Box::new(panics("the clone")))]);
        let mut get = queue.get();
        let puts = waker(Box::new(|| queue.try_put('a').unwrap()));
        assert_eq!(panic_of(|| poll(&mut get, &puts)), "the clone");
        assert_eq!(queue.try_get(), Err(TryGetError::Empty), "it is the future's, which was not told");
        drop(get);
        assert_eq!(queue.try_get(), Ok('a'));

        queue.try_put('c').unwrap();
        let mut put = queue.put('d');
        let gets = waker(Box::new(|| assert_eq!(queue.try_get(), Ok('c'))));
        assert_eq!(panic_of(|| poll(&mut put, &gets)), "the clone");
        assert!(queue.try_put('e').is_err(), "the room is the future's, which was not told");
        drop(put);
        assert_eq!((queue.try_put('f'), queue.try_get()), (Ok(()), Ok('f')));
    });
}

/// An item whose drop uses its queue.
struct Restless(&'static Queue<Restless>);

impl Drop for Restless {
    fn drop(&mut self) {
        drop(format!("{:?}", self.0));
        assert!(poll(&mut self.0.join(), Waker::noop()).is_ready(), "nobody joins for what is being dropped");
    }
}

#[test]
fn items_are_dropped_when_the_queue_is_free_for_others() {
    let orders: [fn() -> Order<Restless>; 3] =
        [|| Order::Oldest, || Order::Newest, || Order::Smallest(|item| item.0.len().try_into().unwrap())];
    for order in orders {
        in_time(move || {
            let queue: &'static Queue<Restless> = for_ever(Queue::ordered(order(), Some(2)));
            assert!(queue.try_put(Restless(queue)).is_ok());
            queue.task_done().unwrap();
            let mut put = queue.put(Restless(queue));
            assert!(poll(&mut put, Waker::noop()).is_ready());
            queue.task_done().unwrap();
            drop(queue.try_put(Restless(queue)));
            let mut late = queue.put(Restless(queue));
            assert!(poll(&mut late, Waker::noop()).is_pending());
            drop(late);
            queue.shutdown_now();
            drop(queue.try_put(Restless(queue)));
        });
    }
}

#[test]
fn an_items_drop_that_panics_comes_after_everybody_was_woken() {
    /// Panics when it is dropped, unless something else does.
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                resume_unwind(Box::new("the bomb"));
            }
        }
    }
    let queue = Queue::bounded(1);
    assert!(queue.try_put(Bomb).is_ok());
    let ((rings, bell), mut join) = (bell(), queue.join());
    assert!(poll(&mut join, &bell).is_pending());
    assert_eq!(panic_of(|| queue.shutdown_now()), "the bomb");
    assert_eq!((rings.rings(), queue.len()), (1, 0));
    assert!(matches!(queue.try_get(), Err(TryGetError::ShutDown)));
}

#[test]
fn whoever_writes_its_text_may_use_the_queue() {
    struct Writer(&'static Queue<u8>);
    impl Write for Writer {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            self.0.try_get().map(drop).map_err(|_| fmt::Error)
        }
    }
    in_time(|| {
        let queue = for_ever(Queue::unbounded());
        (0..100).for_each(|n| queue.try_put(n).unwrap());
        assert!(write!(Writer(queue), "{queue:?}").is_ok() && queue.len() < 100);
    });
}
