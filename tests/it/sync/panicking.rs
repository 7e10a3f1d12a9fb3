//! Wakers that panic, at every step where `Lock` and `Event` touch them: what was done before stays done.

use std::task::{Poll, Waker};

use async_kata::sync::Event;

use super::stage::{held, in_time, panic_of, panics, poll};
use super::wakers::{Hook, Step, hooked, hooked_at};
use crate::bell::bell;

#[test]
fn a_wake_that_panics_costs_the_others_nothing() {
    in_time(|| {
        let event = Event::new();
        let mut waits = [event.wait(), event.wait(), event.wait(), event.wait()];
        let (rings, bell) = bell();
        let wakers =
            [hooked(Step::Woken, panics("the first")), bell.clone(), hooked(Step::Woken, panics("the third")), bell];
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(poll(wait, waker).is_pending());
        }
        assert_eq!(panic_of(|| event.set()), "the first");
        assert_eq!(rings.rings(), 2);
        assert!(event.is_set());
        assert!(waits.iter_mut().all(|wait| poll(wait, Waker::noop()).is_ready()));
    });
}

#[test]
fn a_wake_that_panics_comes_after_the_hand_over() {
    in_time(|| {
        let (lock, guard, mut first) = held();
        let mut second = lock.lock();
        let (rings, bell) = bell();
        assert!(poll(&mut first, &hooked(Step::Woken, panics("the first"))).is_pending());
        assert!(poll(&mut second, &hooked(Step::Woken, panics("the second"))).is_pending());
        let mut third = lock.lock();
        assert!(poll(&mut third, &bell).is_pending());

        assert_eq!(panic_of(|| drop(guard)), "the first");
        let Poll::Ready(guard) = poll(&mut first, Waker::noop()) else { panic!("handed over") };
        assert_eq!(panic_of(|| drop(guard)), "the second");
        drop(second); // called, and passes it on
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut third, &bell).is_ready());
    });
}

#[test]
fn a_wake_that_panics_when_a_turn_is_passed_on_comes_after_it() {
    in_time(|| {
        let (lock, guard, mut called) = held();
        let mut next = lock.lock();
        assert!(poll(&mut called, Waker::noop()).is_pending());
        assert!(poll(&mut next, &hooked(Step::Woken, panics("the next"))).is_pending());
        drop(guard);
        assert_eq!(panic_of(|| drop(called)), "the next");
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}

#[test]
fn a_clone_that_panics_leaves_nobody_in_line() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let event = Event::new();
        let mut wait = event.wait();
        for words in ["once", "twice"] {
            let waker = hooked(Step::Cloned, panics(words));
            assert_eq!(panic_of(|| poll(&mut next, &waker)), words);
            let waker = hooked(Step::Cloned, panics(words));
            assert_eq!(panic_of(|| poll(&mut wait, &waker)), words);
        }
        drop(guard);
        drop(lock.try_lock().expect("nobody waits"));
        event.set();
        assert!(poll(&mut next, Waker::noop()).is_ready() && poll(&mut wait, Waker::noop()).is_ready());
    });
}

#[test]
fn a_clone_that_panics_on_a_later_poll_keeps_the_old_waker() {
    in_time(|| {
        let (_, guard, mut next) = held();
        let event = Event::new();
        let mut wait = event.wait();
        let (rings, old) = bell();
        assert!(poll(&mut next, &old).is_pending() && poll(&mut wait, &old).is_pending());
        let waker = hooked(Step::Cloned, panics("a clone"));
        assert_eq!(panic_of(|| poll(&mut next, &waker)), "a clone");
        let waker = hooked(Step::Cloned, panics("a clone"));
        assert_eq!(panic_of(|| poll(&mut wait, &waker)), "a clone");
        drop(guard);
        event.set();
        assert_eq!(rings.rings(), 2);
        assert!(poll(&mut next, &old).is_ready() && poll(&mut wait, &old).is_ready());
    });
}

#[test]
fn a_drop_that_panics_leaves_the_line_in_order() {
    in_time(|| {
        let (lock, guard, mut first) = held();
        let event = Event::new();
        let mut wait = event.wait();
        let waker = hooked(Step::Dropped, panics("a drop"));
        assert!(poll(&mut first, &waker).is_pending());
        let mut second = lock.lock();
        assert!(poll(&mut second, Waker::noop()).is_pending());
        assert_eq!(panic_of(|| drop(first)), "a drop");
        drop(guard);
        assert!(poll(&mut second, Waker::noop()).is_ready(), "who was dropped is not called");

        let waker = hooked(Step::Dropped, panics("a drop"));
        assert!(poll(&mut wait, &waker).is_pending());
        let (rings, new) = bell();
        assert_eq!(panic_of(|| poll(&mut wait, &new)), "a drop");
        event.set();
        assert_eq!(rings.rings(), 1, "the new waker was in place before");
    });
}

/// The lock is freed between the two looks of a first poll, here by the waker's own clone, and so is ours; then that
/// clone, which nobody needs, panics when it is dropped. Then the future that panicked is dropped, too, and must let go.
#[test]
fn a_drop_that_panics_when_the_lock_is_just_ours_frees_it() {
    in_time(|| {
        let (lock, guard, mut turn) = held();
        let unlock: Hook = Box::new(move || drop(guard));
        let waker = hooked_at(vec![(Step::Cloned, unlock), (Step::Dropped, Box::new(panics("the clone")))]);
        assert_eq!(panic_of(|| poll(&mut turn, &waker)), "the clone");
        assert!(lock.try_lock().is_none(), "it is the future's, which was not told");
        drop(turn);
        assert!(lock.try_lock().is_some(), "nobody holds it");
    });
}
