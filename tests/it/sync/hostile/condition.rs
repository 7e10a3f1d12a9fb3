//! `Condition` with wakers that call back or panic, at its own line and at the lock's.

use std::task::Waker;

use async_kata::sync::condition::Waiting;
use async_kata::sync::{Condition, Lock, LockGuard};

use super::super::stage::{for_ever, in_time, noted, panic_of, panics, poll};
use super::super::wakers::{Hook, Step, hooked, hooked_at};
use super::write_into;
use crate::bell::bell;

type Shared = &'static Lock<u32>;

fn stage() -> (Shared, &'static Condition) {
    (for_ever(Lock::new(0)), for_ever(Condition::new()))
}

fn hold(lock: Shared) -> LockGuard<'static, u32> {
    lock.try_lock().expect("nobody holds it")
}

/// A wait that stands in line, with this waker.
fn wait(lock: Shared, condition: &'static Condition, waker: &Waker) -> Waiting<'static, u32, Shared> {
    let mut wait = condition.wait(hold(lock));
    assert!(poll(&mut wait, waker).is_pending());
    wait
}

/// What a hook may do: look, wait and give up again, and notify nobody.
fn use_condition(lock: Shared, condition: &'static Condition) {
    condition.notify(0);
    write_into(condition, &|| condition.notify(0));
    if let Some(guard) = lock.try_lock() {
        assert!(poll(&mut condition.wait(guard), Waker::noop()).is_pending());
    }
}

#[test]
fn a_wake_may_use_the_condition() {
    in_time(|| {
        let (lock, condition) = stage();
        let (ran, waker) = noted(Step::Woken, move || {
            use_condition(lock, condition);
            condition.notify(1);
        });
        let (rings, bell) = bell();
        let (mut first, mut second) = (wait(lock, condition, &waker), wait(lock, condition, &bell));
        condition.notify(1);
        assert_eq!((ran.rings(), rings.rings()), (1, 1));
        assert!(poll(&mut first, &bell).is_ready() && poll(&mut second, &bell).is_ready());
    });
}

/// The first poll of a wait unlocks, and so wakes whoever waits for the lock: that one's news is not missed.
#[test]
fn the_wake_of_who_gets_the_lock_may_notify() {
    in_time(|| {
        let (lock, condition) = stage();
        let guard = hold(lock);
        let mut locks = lock.lock();
        let (ran, waker) = noted(Step::Woken, move || condition.notify(1));
        assert!(poll(&mut locks, &waker).is_pending());
        let mut waits = condition.wait(guard);
        let (rings, bell) = bell();
        assert!(poll(&mut waits, &bell).is_pending());
        assert_eq!((ran.rings(), rings.rings()), (1, 1), "in line before it unlocked");
        assert!(poll(&mut locks, &bell).is_ready());
        assert!(poll(&mut waits, &bell).is_ready());
    });
}

#[test]
fn the_clone_of_a_waker_may_notify_and_finds_nobody() {
    in_time(|| {
        let (lock, condition) = stage();
        let (ran, waker) = noted(Step::Cloned, move || {
            assert!(lock.try_lock().is_none(), "it has not unlocked yet");
            use_condition(lock, condition);
            condition.notify_all();
        });
        let mut waits = wait(lock, condition, &waker);
        assert_eq!(ran.rings(), 1);
        assert!(poll(&mut waits, Waker::noop()).is_pending(), "not yet in line then");
    });
}

#[test]
fn the_clone_of_a_second_waker_may_notify() {
    in_time(|| {
        let (lock, condition) = stage();
        let (rings, first) = bell();
        let mut waits = wait(lock, condition, &first);
        let second = hooked(Step::Cloned, move || {
            use_condition(lock, condition);
            condition.notify(1);
        });
        assert!(poll(&mut waits, &second).is_ready(), "notified during this very poll");
        assert_eq!(rings.rings(), 1);
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn the_drop_of_an_old_waker_may_notify() {
    in_time(|| {
        let (lock, condition) = stage();
        let (ran, old) = noted(Step::Dropped, move || {
            use_condition(lock, condition);
            condition.notify(1);
        });
        let mut waits = wait(lock, condition, &old);
        let (rings, new) = bell();
        assert!(poll(&mut waits, &new).is_pending());
        assert_eq!((ran.rings(), rings.rings()), (1, 1), "the new waker was in place before");
        assert!(poll(&mut waits, &new).is_ready());
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_notify() {
    in_time(|| {
        let (lock, condition) = stage();
        let (ran, waker) = noted(Step::Dropped, move || {
            use_condition(lock, condition);
            condition.notify(1);
        });
        let (rings, bell) = bell();
        let (gone, mut next) = (wait(lock, condition, &waker), wait(lock, condition, &bell));
        drop(gone);
        assert_eq!((ran.rings(), rings.rings()), (1, 1));
        assert!(poll(&mut next, &bell).is_ready());
    });
}

#[test]
fn wakes_that_panic_cost_the_others_nothing() {
    in_time(|| {
        let (lock, condition) = stage();
        let (rings, bell) = bell();
        let wakers = [hooked(Step::Woken, panics("the first")), hooked(Step::Woken, panics("the second")), bell];
        let waits = wakers.each_ref().map(|waker| wait(lock, condition, waker));
        assert_eq!(panic_of(|| condition.notify_all()), "the first");
        assert_eq!(rings.rings(), 1);
        for mut wait in waits {
            assert!(poll(&mut wait, Waker::noop()).is_ready());
        }
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn a_clone_that_panics_leaves_the_guard_and_no_place_in_line() {
    in_time(|| {
        let (lock, condition) = stage();
        let mut waits = condition.wait(hold(lock));
        for words in ["once", "twice"] {
            assert_eq!(panic_of(|| poll(&mut waits, &hooked(Step::Cloned, panics(words)))), words);
        }
        assert!(lock.try_lock().is_none(), "the wait still has it");
        condition.notify(1);
        assert!(poll(&mut waits, Waker::noop()).is_pending(), "that notification found nobody");
        assert!(lock.try_lock().is_some());
        condition.notify(1);
        assert!(poll(&mut waits, Waker::noop()).is_ready());
    });
}

#[test]
fn a_clone_that_panics_on_a_later_poll_keeps_the_old_waker() {
    in_time(|| {
        let (lock, condition) = stage();
        let (rings, old) = bell();
        let mut waits = wait(lock, condition, &old);
        assert_eq!(panic_of(|| poll(&mut waits, &hooked(Step::Cloned, panics("a clone")))), "a clone");
        condition.notify(1);
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut waits, &old).is_ready());
    });
}

/// Notified, it comes to the lock's line, and its waker's clone panics there. It may come again, or pass on what it had.
#[test]
fn a_clone_that_panics_at_the_lock_loses_no_notification() {
    for comes_again in [true, false] {
        in_time(move || {
            let (lock, condition) = stage();
            let (rings, bell) = bell();
            let (mut first, next) = (wait(lock, condition, Waker::noop()), wait(lock, condition, &bell));
            let held = hold(lock);
            condition.notify(1);
            assert_eq!(panic_of(|| poll(&mut first, &hooked(Step::Cloned, panics("a clone")))), "a clone");
            if comes_again {
                assert!(poll(&mut first, Waker::noop()).is_pending());
                drop(held);
                assert!(poll(&mut first, Waker::noop()).is_ready());
                assert_eq!(rings.rings(), 0);
            } else {
                drop(first);
                assert_eq!(rings.rings(), 1);
                drop(held);
            }
            assert!(lock.try_lock().is_some());
            drop(next);
        });
    }
}

/// As `a_drop_that_panics_when_the_lock_is_just_ours_frees_it`, with a notification to pass on besides.
#[test]
fn a_drop_that_panics_when_the_lock_is_just_ours_passes_on_both() {
    in_time(|| {
        let (lock, condition) = stage();
        let (rings, bell) = bell();
        let (mut first, mut next) = (wait(lock, condition, Waker::noop()), wait(lock, condition, &bell));
        let held = hold(lock);
        condition.notify(1);
        let unlock: Hook = Box::new(move || drop(held));
        let waker = hooked_at(vec![(Step::Cloned, unlock), (Step::Dropped, Box::new(panics("the clone")))]);
        assert_eq!(panic_of(|| poll(&mut first, &waker)), "the clone");
        assert!(lock.try_lock().is_none(), "it is the future's, which was not told");
        drop(first);
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut next, &bell).is_ready());
    });
}

#[test]
fn a_wake_that_panics_when_a_wait_unlocks_leaves_it_in_line() {
    in_time(|| {
        let (lock, condition) = stage();
        let guard = hold(lock);
        let mut locks = lock.lock();
        assert!(poll(&mut locks, &hooked(Step::Woken, panics("the lock's"))).is_pending());
        let mut waits = condition.wait(guard);
        let (rings, bell) = bell();
        assert_eq!(panic_of(|| poll(&mut waits, &bell)), "the lock's");
        assert!(poll(&mut locks, Waker::noop()).is_ready(), "it was handed the lock");
        condition.notify(1);
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut waits, &bell).is_ready());
    });
}

#[test]
fn a_drop_that_panics_leaves_the_line_in_order() {
    in_time(|| {
        let (lock, condition) = stage();
        let waker = hooked(Step::Dropped, panics("a drop"));
        let (gone, mut next) = (wait(lock, condition, &waker), wait(lock, condition, Waker::noop()));
        assert_eq!(panic_of(|| drop(gone)), "a drop");
        condition.notify(1);
        assert!(poll(&mut next, Waker::noop()).is_ready(), "who was dropped is not notified");

        let old = hooked(Step::Dropped, panics("a drop"));
        let mut waits = wait(lock, condition, &old);
        let (rings, new) = bell();
        assert_eq!(panic_of(|| poll(&mut waits, &new)), "a drop");
        condition.notify(1);
        assert_eq!(rings.rings(), 1, "the new waker was in place before");
    });
}

/// A wait that has a notification and the lock is dropped: both go on, also if both who get them panic at once.
#[test]
fn two_wakes_may_panic_when_a_notification_and_the_lock_are_passed_on() {
    in_time(|| {
        let (lock, condition) = stage();
        let ((told, tells), (handed, hands)) =
            (noted(Step::Woken, panics("the notified")), noted(Step::Woken, panics("the next holder")));
        let (mut gone, mut next) = (wait(lock, condition, Waker::noop()), wait(lock, condition, &tells));
        let held = hold(lock);
        condition.notify(1);
        let mut locks = lock.lock();
        assert!(poll(&mut gone, Waker::noop()).is_pending() && poll(&mut locks, &hands).is_pending());
        drop(held); // to the one who goes now
        assert_eq!(panic_of(|| drop(gone)), "the notified");
        assert_eq!((told.rings(), handed.rings()), (1, 1));
        assert!(poll(&mut locks, Waker::noop()).is_ready());
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}

#[test]
fn a_wake_that_panics_when_a_notification_is_passed_on_comes_after_it() {
    in_time(|| {
        let (lock, condition) = stage();
        let panicking = hooked(Step::Woken, panics("the next"));
        let (gone, mut next) = (wait(lock, condition, Waker::noop()), wait(lock, condition, &panicking));
        condition.notify(1);
        assert_eq!(panic_of(|| drop(gone)), "the next");
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}
