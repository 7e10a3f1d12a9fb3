//! What the primitives agree to refuse, and what they leave to the executor: said in the docs, and held here.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Poll, Waker};

use async_kata::sync::queue::{Order, TryGetError};
use async_kata::sync::{BoundedSemaphore, Queue, Semaphore};

use super::stage::{in_time, panic_of, panics, poll};
use super::wakers::{Step, hooked};

fn words_of<T>(run: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).err().expect("was to panic");
    *panic.downcast::<String>().expect("words with numbers in them")
}

/// Called in order, polled the other way round: whoever is polled first puts first, and nothing is lost.
#[test]
fn who_of_two_called_puts_is_polled_first_puts_first() {
    let queue = Queue::bounded(2);
    (0..2).for_each(|n| queue.try_put(n).unwrap());
    let (mut first, mut second) = (queue.put(2), queue.put(3));
    assert!(poll(&mut first, Waker::noop()).is_pending() && poll(&mut second, Waker::noop()).is_pending());
    assert_eq!((queue.try_get(), queue.try_get()), (Ok(0), Ok(1)));
    assert_eq!(poll(&mut second, Waker::noop()), Poll::Ready(Ok(())));
    assert_eq!(queue.len(), 1, "a put is in when it is ready, so what is in can be got");
    assert_eq!(queue.try_get(), Ok(3));
    assert_eq!(poll(&mut first, Waker::noop()), Poll::Ready(Ok(())));
    assert_eq!(queue.try_get(), Ok(2));
}

#[test]
fn permits_that_never_come_are_refused_with_the_cure() {
    let bounded = BoundedSemaphore::new(2);
    let words = words_of(|| bounded.acquire_many(3));
    assert_eq!(words, "acquire_many(3) of a semaphore that is bounded by 2: they never come, take fewer");
    assert_eq!(bounded.try_acquire_many(2).map(|permit| permit.count()), Some(2));
    let semaphore = Semaphore::new(0);
    let words = words_of(|| semaphore.acquire_many(Semaphore::MAX_PERMITS + 1));
    assert!(words.ends_with(&format!("{} is the most, take fewer", Semaphore::MAX_PERMITS)), "{words}");
}

/// The item that a panicking get was about to return is gone, and nobody is left to report it done.
#[test]
fn an_item_that_is_lost_to_a_panic_keeps_nobody_joining() {
    in_time(|| {
        for order in [Order::Oldest, Order::Newest] {
            let queue = Queue::ordered(order, Some(1));
            queue.try_put(1).unwrap();
            let (mut put, mut join) = (queue.put(2), queue.join());
            assert!(poll(&mut put, &hooked(Step::Woken, panics("the put"))).is_pending());
            assert!(poll(&mut join, Waker::noop()).is_pending());
            assert_eq!(panic_of(|| queue.try_get()), "the put");
            assert_eq!(poll(&mut put, Waker::noop()), Poll::Ready(Ok(())));
            assert_eq!((queue.try_get(), queue.task_done()), (Ok(2), Ok(())));
            assert!(poll(&mut join, Waker::noop()).is_ready());
            assert!(queue.task_done().is_err(), "each was reported once");
        }
    });
}

/// An item whose drop is somebody else's code that panics.
#[derive(Debug)]
struct Bursts;

impl Drop for Bursts {
    fn drop(&mut self) {
        resume_unwind(Box::new("the item"));
    }
}

#[test]
fn a_wake_and_the_drop_of_an_item_may_panic_at_once() {
    in_time(|| {
        let queue = Queue::bounded(1);
        assert!(queue.try_put(Bursts).is_ok());
        let mut join = queue.join();
        assert!(poll(&mut join, &hooked(Step::Woken, panics("the joiner"))).is_pending());
        assert_eq!(panic_of(|| queue.shutdown_now()), "the joiner");
        assert!(poll(&mut join, Waker::noop()).is_ready());

        let queue = Queue::bounded(1);
        assert!(queue.try_put(Some(Bursts)).is_ok());
        let mut put = queue.put(None);
        assert!(poll(&mut put, &hooked(Step::Woken, panics("the put"))).is_pending());
        assert_eq!(panic_of(|| queue.try_get().map(drop)), "the put");
        assert!(poll(&mut put, Waker::noop()).is_ready());
        assert!(matches!(queue.try_get(), Ok(None)));
        assert!(matches!(queue.try_get(), Err(TryGetError::Empty)));
    });
}
