//! `Condition` with what one waits for: a predicate, other locks, values without a size, and owned guards.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_kata::sync::{Condition, Lock, LockGuard};
use tokio_test::task::spawn;
use tokio_test::{assert_pending, assert_ready};

fn hold<T: ?Sized>(lock: &Lock<T>) -> LockGuard<'_, T> {
    lock.try_lock().expect("nobody holds it")
}

#[test]
fn wait_for_looks_before_it_waits() {
    let (lock, condition) = (Lock::new(7), Condition::new());
    let mut met = spawn(condition.wait_for(hold(&lock), |n| *n == 7));
    let guard = assert_ready!(met.poll());
    assert_eq!(met.waker_ref_count(), 1, "who does not wait leaves no waker");
    assert!(lock.try_lock().is_none());
    drop(guard);
}

#[test]
fn wait_for_looks_with_the_lock_held_after_each_notification() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut looks = 0;
    let is_met = |n: &mut u32| {
        looks += 1;
        assert!(lock.try_lock().is_none());
        *n == 2
    };
    let mut wait = spawn(condition.wait_for(hold(&lock), is_met));
    assert_pending!(wait.poll());
    for _ in 0..2 {
        *hold(&lock) += 1;
        assert_pending!(wait.poll()); // not notified: it does not look
    }
    condition.notify(1);
    assert_eq!(*assert_ready!(wait.poll()), 2);
    drop(wait);
    assert_eq!(looks, 2);
}

/// A notification that was not for it: it waits again, behind those who wait already.
#[test]
fn wait_for_waits_again_when_the_news_was_anothers() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut picky = spawn(condition.wait_for(hold(&lock), |n| *n == 1));
    assert_pending!(picky.poll());
    let mut behind = spawn(condition.wait(hold(&lock)));
    assert_pending!(behind.poll());
    condition.notify(1);
    assert!(picky.is_woken());
    assert_pending!(picky.poll());
    assert!(!picky.is_woken() && lock.try_lock().is_some());
    condition.notify(1);
    assert!(behind.is_woken() && !picky.is_woken());
    *hold(&lock) = 1;
    condition.notify(1);
    drop(assert_ready!(picky.poll()));
}

#[test]
fn a_wait_for_that_is_dropped_passes_its_notification_on() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut picky = spawn(condition.wait_for(hold(&lock), |n| *n == 1));
    assert_pending!(picky.poll());
    let mut next = spawn(condition.wait(hold(&lock)));
    assert_pending!(next.poll());
    condition.notify(1);
    drop(picky);
    assert!(next.is_woken() && lock.try_lock().is_some());
}

/// It can be spawned: it holds nothing that must stay on its thread.
#[test]
fn a_wait_for_goes_to_another_thread() {
    let (lock, condition) = (Arc::new(Lock::new(0)), Arc::new(Condition::new()));
    let mut wait = spawn(condition.wait_for(lock.clone().try_lock_owned().unwrap(), |n| *n == 1));
    assert_pending!(wait.poll());
    *hold(&lock) = 1;
    condition.notify(1);
    std::thread::scope(|threads| threads.spawn(move || assert_eq!(*assert_ready!(wait.poll()), 1)).join().unwrap());
}

#[test]
fn a_look_that_panics_unlocks() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let look = |_: &mut u32| std::panic::resume_unwind(Box::new("looks"));
    let mut wait = spawn(condition.wait_for(hold(&lock), look));
    assert!(catch_unwind(AssertUnwindSafe(|| wait.poll().is_pending())).is_err());
    assert!(lock.try_lock().is_some());
}

#[test]
fn one_condition_may_serve_several_locks() {
    let (one, other, condition) = (Lock::new(1), Lock::new(2), Condition::new());
    let (mut first, mut second) = (spawn(condition.wait(hold(&one))), spawn(condition.wait(hold(&other))));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    condition.notify_all();
    let (first, second) = (assert_ready!(first.poll()), assert_ready!(second.poll()));
    assert_eq!((*first, *second), (1, 2));
}

#[test]
fn the_lock_may_guard_what_has_no_size() {
    let (lock, condition): (Box<Lock<[u32]>>, _) = (Box::new(Lock::new([1, 2])), Condition::new());
    let mut wait = spawn(condition.wait(hold(&lock)));
    assert_pending!(wait.poll());
    condition.notify(1);
    assert_eq!(assert_ready!(wait.poll()).len(), 2);
}

/// The wait has the user's share of the lock, and gives it back with the guard, or when it is dropped.
#[test]
fn a_wait_with_an_owned_guard_keeps_the_lock_alive_and_goes_to_another_thread() {
    let (lock, condition) = (Arc::new(Lock::new(1)), Arc::new(Condition::new()));
    let weak = Arc::downgrade(&lock);
    let dropped = condition.wait(lock.try_lock_owned().unwrap());
    drop(dropped);
    assert!(weak.upgrade().is_none(), "dropped before its first poll");

    let lock = Arc::new(Lock::new(1));
    let weak = Arc::downgrade(&lock);
    let mut wait = spawn(condition.wait(lock.try_lock_owned().unwrap()));
    assert_pending!(wait.poll());
    assert_eq!(weak.strong_count(), 1, "in line");
    condition.notify(1);
    let held = weak.upgrade().unwrap().try_lock_owned().unwrap();
    assert_pending!(wait.poll());
    assert_eq!(weak.strong_count(), 2, "in the lock's line, besides the holder");
    drop(held);
    std::thread::scope(|threads| {
        threads.spawn(move || *assert_ready!(wait.poll()) += 1).join().unwrap();
    });
    assert!(weak.upgrade().is_none());
}
