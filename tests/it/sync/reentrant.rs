//! Wakers that call back into `Lock` or `Event`, at every step where it touches them.
//!
//! A primitive that touches a waker while it holds its own mutex would wait for itself. So each play has a minute, of
//! which it needs nothing.

use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::{Context, Waker};

use async_kata::host::{seat, turn};
use async_kata::sim::{self, End};
use async_kata::sync::{Event, Lock};

use super::stage::{for_ever, held, in_time, poll};
use super::wakers::{Hook, Step, hooked, hooked_at};
use crate::bell::bell;

/// What a hook may do to a lock that is held or handed over: look, join the line, and give up again.
fn use_lock(lock: &Lock<()>) {
    assert!(lock.try_lock().is_none());
    assert!(poll(&mut lock.lock(), Waker::noop()).is_pending());
}

/// What a hook may do to an event: everything.
fn use_event(event: &Event) {
    event.clear();
    let mut wait = event.wait();
    assert!(poll(&mut wait, Waker::noop()).is_pending());
    event.set();
    event.clear();
    assert!(poll(&mut wait, Waker::noop()).is_ready());
}

#[test]
fn a_wake_may_use_the_lock() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        assert!(poll(&mut next, &hooked(Step::Woken, move || use_lock(lock))).is_pending());
        drop(guard);
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}

#[test]
fn a_wake_may_use_the_event() {
    in_time(|| {
        let event = for_ever(Event::new());
        let ((first, second), (rings, bell)) = ((&mut event.wait(), &mut event.wait()), bell());
        assert!(poll(first, &hooked(Step::Woken, move || use_event(event))).is_pending());
        assert!(poll(second, &bell).is_pending());
        event.set();
        assert_eq!(rings.rings(), 1);
        assert!(poll(first, Waker::noop()).is_ready() && poll(second, Waker::noop()).is_ready());
        assert!(!event.is_set(), "the hook cleared it after this `set`");
    });
}

#[test]
fn the_drop_of_an_old_waker_may_use_the_lock() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let old = hooked(Step::Dropped, move || use_lock(lock));
        assert!(poll(&mut next, &old).is_pending());
        let (rings, new) = bell();
        assert!(poll(&mut next, &new).is_pending());
        drop(guard);
        assert_eq!(rings.rings(), 1);
    });
}

#[test]
fn the_drop_of_an_old_waker_may_use_the_event() {
    in_time(|| {
        let event = for_ever(Event::new());
        let mut wait = event.wait();
        let old = hooked(Step::Dropped, move || use_event(event));
        assert!(poll(&mut wait, &old).is_pending());
        let (rings, new) = bell();
        assert!(poll(&mut wait, &new).is_pending());
        assert_eq!(rings.rings(), 1, "the new waker was in place before the old one's drop set the event");
        assert!(poll(&mut wait, &new).is_ready());
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_lock() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let waker = hooked(Step::Dropped, move || use_lock(lock));
        assert!(poll(&mut next, &waker).is_pending());
        drop(next);
        drop(guard);
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_event() {
    in_time(|| {
        let event = for_ever(Event::new());
        let mut wait = event.wait();
        let waker = hooked(Step::Dropped, move || use_event(event));
        assert!(poll(&mut wait, &waker).is_pending());
        drop(wait);
    });
}

#[test]
fn the_clone_of_a_waker_may_unlock() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let waker = hooked(Step::Cloned, move || {
            use_lock(lock);
            drop(guard);
        });
        let got = poll(&mut next, &waker);
        assert!(got.is_ready(), "freed during this very poll");
        assert_eq!(format!("{lock:?}"), "Lock { value: <locked>, waiters: false }");
    });
}

#[test]
fn the_clone_of_a_waker_may_set() {
    in_time(|| {
        let event = for_ever(Event::new());
        let waker = hooked(Step::Cloned, move || {
            use_event(event);
            event.set();
        });
        assert!(poll(&mut event.wait(), &waker).is_ready(), "set during this very poll");
        assert_eq!(format!("{event:?}"), "Event { set: true, waiters: false }");
    });
}

/// The lock is freed, and the event set, during the first poll: nobody has a use for the waker's clone.
#[test]
fn the_drop_of_an_unneeded_clone_may_use_the_lock_or_the_event() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let (rings, bell) = bell();
        let other = bell.clone();
        let unlocks: Hook = Box::new(move || drop(guard));
        let uses: Hook = Box::new(move || {
            use_lock(lock);
            bell.wake();
        });
        let got = poll(&mut next, &hooked_at(vec![(Step::Cloned, unlocks), (Step::Dropped, uses)]));
        assert!(got.is_ready() && rings.rings() == 1);

        let event = for_ever(Event::new());
        let sets: Hook = Box::new(move || event.set());
        let uses: Hook = Box::new(move || {
            use_event(event);
            other.wake();
        });
        let mut wait = event.wait();
        assert!(poll(&mut wait, &hooked_at(vec![(Step::Cloned, sets), (Step::Dropped, uses)])).is_ready());
        assert_eq!(rings.rings(), 2);
    });
}

#[test]
fn the_clone_of_a_second_waker_may_unlock() {
    in_time(|| {
        let (lock, guard, mut next) = held();
        let (rings, first) = bell();
        assert!(poll(&mut next, &first).is_pending());
        let second = hooked(Step::Cloned, move || {
            use_lock(lock);
            drop(guard);
        });
        let got = poll(&mut next, &second);
        assert!(got.is_ready(), "handed over during this very poll");
        assert_eq!((rings.rings(), Arc::strong_count(&rings)), (1, 2));
        drop(got);
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn the_clone_of_a_second_waker_may_set() {
    in_time(|| {
        let event = for_ever(Event::new());
        let mut wait = event.wait();
        assert!(poll(&mut wait, Waker::noop()).is_pending());
        let second = hooked(Step::Cloned, move || use_event(event));
        assert!(poll(&mut wait, &second).is_ready(), "set, and cleared again, during this very poll");
    });
}

#[test]
fn polling_again_with_the_same_waker_neither_clones_nor_drops_one() {
    in_time(|| {
        let (_, guard, mut next) = held();
        let event = Event::new();
        let mut wait = event.wait();
        let (rings, bell) = bell();
        let waker = hooked(Step::Dropped, move || bell.wake());
        for _ in 0..3 {
            assert!(poll(&mut next, &waker).is_pending() && poll(&mut wait, &waker).is_pending());
        }
        drop(guard);
        event.set();
        assert_eq!(rings.rings(), 0);
        assert!(poll(&mut next, &waker).is_ready() && poll(&mut wait, &waker).is_ready());
    });
}

/// A run keeps the wakers of its seats: it clones and drops none of them while it is locked.
#[test]
fn a_seats_waker_may_speak_in_its_run() {
    in_time(|| {
        let run = sim::run(|| async {
            let speaks = |step| -> (Step, Hook) { (step, Box::new(|| sim::log("speaks"))) };
            let hooks = (0..8).flat_map(|_| [speaks(Step::Cloned), speaks(Step::Dropped)]);
            let waker = hooked_at(hooks.collect());
            let mut seated = Box::pin(seat("by hand", turn()));
            let by_hand = tokio::spawn(poll_fn(move |cx| {
                cx.waker().wake_by_ref(); // whatever the seat's own waker does
                seated.as_mut().poll(&mut Context::from_waker(&waker))
            }));
            by_hand.await.unwrap();
        });
        assert_eq!(run.end, End::Done(()));
        assert!(run.trace.order().contains("speaks"), "{}", run.trace.order());
    });
}
