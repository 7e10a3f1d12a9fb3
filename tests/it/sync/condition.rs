//! `Condition`, poll by poll.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use async_kata::sync::condition::Waiting;
use async_kata::sync::{Condition, Lock, LockGuard};
use tokio_test::task::{Spawn, spawn};
use tokio_test::{assert_pending, assert_ready};

use super::stage::poll;
use super::{poll_in, task};

type Wait<'a> = Spawn<Waiting<'a, u32, &'a Lock<u32>>>;

fn hold(lock: &Lock<u32>) -> LockGuard<'_, u32> {
    lock.try_lock().expect("nobody holds it")
}

/// A task that holds the lock, and waits.
fn wait<'a>(condition: &'a Condition, lock: &'a Lock<u32>) -> Wait<'a> {
    let mut wait = spawn(condition.wait(hold(lock)));
    assert_pending!(wait.poll());
    wait
}

/// Three tasks that wait, in this order.
fn three<'a>(condition: &'a Condition, lock: &'a Lock<u32>) -> [Wait<'a>; 3] {
    std::array::from_fn(|_| wait(condition, lock))
}

fn woken<const N: usize>(waits: &[Wait<'_>; N]) -> [bool; N] {
    std::array::from_fn(|at| waits[at].is_woken())
}

#[test]
fn the_lock_is_held_until_the_first_poll_and_free_from_then_on() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut wait = spawn(condition.wait(hold(&lock)));
    assert!(lock.try_lock().is_none());
    condition.notify_all(); // it is not there yet
    assert_pending!(wait.poll());
    *hold(&lock) += 1;
    assert_pending!(wait.poll());
    assert!(!wait.is_woken());
}

#[test]
fn a_notified_wait_has_the_lock_again() {
    let (lock, condition) = (Lock::new(0), Condition::default());
    let mut wait = wait(&condition, &lock);
    *hold(&lock) += 1;
    condition.notify(1);
    assert!(wait.is_woken());
    assert!(lock.try_lock().is_some(), "notified, but not polled yet: it has not locked");
    let guard = assert_ready!(wait.poll());
    assert_eq!(*guard, 1);
    assert!(lock.try_lock().is_none());
    drop(wait);
    assert!(lock.try_lock().is_none(), "the guard holds the lock, not the future");
    drop(guard);
    assert!(lock.try_lock().is_some());
}

#[test]
fn notifications_go_to_those_who_have_waited_longest() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut waits = three(&condition, &lock);
    condition.notify(0);
    assert_eq!(woken(&waits), [false; 3]);
    condition.notify(1);
    assert_eq!(woken(&waits), [true, false, false]);
    assert_pending!(waits[2].poll());
    condition.notify(1);
    assert_eq!(woken(&waits), [true, true, false]);
    condition.notify(7); // more than there are
    assert_eq!(woken(&waits), [true; 3]);
    waits.iter_mut().for_each(|wait| drop(assert_ready!(wait.poll())));
}

#[test]
fn several_are_notified_at_once() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let waits = three(&condition, &lock);
    condition.notify(2);
    assert_eq!(woken(&waits), [true, true, false]);
    let (lock, condition) = (Lock::new(0), Condition::new());
    let waits = three(&condition, &lock);
    condition.notify_all();
    assert_eq!(woken(&waits), [true; 3]);
}

#[test]
fn a_notification_is_not_kept() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    condition.notify(1);
    condition.notify_all();
    let mut late = wait(&condition, &lock);
    assert_pending!(late.poll());
    assert!(!late.is_woken());
}

#[test]
fn whoever_is_notified_queues_for_the_lock_like_everybody() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let [mut first, mut second, _] = three(&condition, &lock);
    let held = hold(&lock);
    let mut before = spawn(lock.lock());
    assert_pending!(before.poll());
    condition.notify(2);
    assert_pending!(second.poll()); // it comes to the lock's line first
    assert_pending!(first.poll());
    let mut behind = spawn(lock.lock());
    assert_pending!(behind.poll());

    drop(held);
    assert!(before.is_woken() && !second.is_woken() && !first.is_woken());
    drop(assert_ready!(before.poll()));
    assert!(second.is_woken() && !first.is_woken());
    assert_pending!(first.poll());
    drop(assert_ready!(second.poll()));
    drop(assert_ready!(first.poll()));
    drop(assert_ready!(behind.poll()));
    assert!(lock.try_lock().is_some());
}

#[test]
fn the_last_poll_says_whom_to_wake_at_either_line() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut wait = spawn(condition.wait(hold(&lock)));
    let (mut old, mut new) = (task(), task());
    assert_pending!(poll_in(&mut old, &mut wait));
    assert_pending!(poll_in(&mut new, &mut wait));
    assert_eq!((old.waker_ref_count(), new.waker_ref_count()), (1, 2), "the old waker is let go");
    let held = hold(&lock);
    condition.notify(1);
    assert_eq!((old.is_woken(), new.is_woken()), (false, true));
    assert_eq!(new.waker_ref_count(), 1, "a waker that has woken is let go");

    let (mut old, mut new) = (task(), task());
    assert_pending!(poll_in(&mut old, &mut wait)); // in line for the lock
    assert_pending!(poll_in(&mut new, &mut wait));
    assert_eq!((old.waker_ref_count(), new.waker_ref_count()), (1, 2), "the old waker is let go");
    drop(held);
    assert_eq!((old.is_woken(), new.is_woken(), new.waker_ref_count()), (false, true, 1));
    drop(assert_ready!(poll_in(&mut old, &mut wait)));
}

#[test]
fn a_wait_dropped_before_its_first_poll_unlocks_and_was_never_in_line() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let never = spawn(condition.wait(hold(&lock)));
    drop(never);
    let wait = wait(&condition, &lock);
    condition.notify(1);
    assert!(wait.is_woken());
}

#[test]
fn a_wait_dropped_in_line_leaves_it_wherever_it_stands() {
    for dropped in 0..3 {
        let (lock, condition) = (Lock::new(0), Condition::new());
        let mut line = Vec::from(three(&condition, &lock));
        let mut gone = task();
        assert_pending!(poll_in(&mut gone, &mut line[dropped]));
        drop(line.remove(dropped));
        assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false), "its waker is let go, unwoken");
        assert!(line.iter().all(|wait| !wait.is_woken()), "it had nothing to pass on");
        condition.notify(2);
        line.iter_mut().for_each(|wait| drop(assert_ready!(wait.poll(), "dropped {dropped}")));
    }
}

#[test]
fn a_notified_wait_that_is_dropped_passes_the_notification_on() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let [first, second, third] = three(&condition, &lock);
    condition.notify(1);
    drop(first);
    assert!(second.is_woken() && !third.is_woken());
    drop(second);
    assert!(third.is_woken());
    drop(third); // nobody is left: it is gone
    assert!(!wait(&condition, &lock).is_woken());
    assert!(lock.try_lock().is_some());
}

#[test]
fn a_wait_dropped_in_the_locks_line_passes_the_notification_on() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let [mut first, mut second, third] = three(&condition, &lock);
    let held = hold(&lock);
    condition.notify(1);
    assert_pending!(first.poll());
    drop(first);
    assert!(second.is_woken() && !third.is_woken());
    drop(held);
    assert!(lock.try_lock().is_some(), "it left the lock's line, too");
    drop(assert_ready!(second.poll()));
}

#[test]
fn a_wait_dropped_when_it_was_handed_the_lock_passes_on_both() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let [mut first, second, third] = three(&condition, &lock);
    let held = hold(&lock);
    condition.notify(1);
    assert_pending!(first.poll());
    let mut locks = spawn(lock.lock());
    assert_pending!(locks.poll());
    drop(held);
    assert!(first.is_woken() && !locks.is_woken() && !second.is_woken());
    drop(first);
    assert!(second.is_woken() && !third.is_woken(), "the notification goes on");
    assert!(locks.is_woken(), "and so does the lock");
    drop(assert_ready!(locks.poll()));
}

#[test]
fn a_wait_that_is_done_has_nothing_to_pass_on() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let [mut first, second, _] = three(&condition, &lock);
    condition.notify(1);
    drop(assert_ready!(first.poll()));
    drop(first);
    assert!(!second.is_woken());
}

#[test]
fn a_wait_that_is_done_must_not_be_polled_again() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut wait = condition.wait(hold(&lock));
    assert!(poll(&mut wait, Waker::noop()).is_pending());
    condition.notify(1);
    assert!(poll(&mut wait, Waker::noop()).is_ready());
    let panic = catch_unwind(AssertUnwindSafe(|| poll(&mut wait, Waker::noop()).is_ready())).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"polled again after it was ready"));
    assert!(lock.try_lock().is_some());
}

#[test]
fn debug_shows_the_state() {
    let (lock, condition) = (Lock::new(0), Condition::new());
    assert_eq!(format!("{condition:?}"), "Condition { waiters: false }");
    let mut wait = condition.wait(hold(&lock));
    assert_eq!(format!("{wait:?}"), "Waiting(not polled yet)");
    assert!(poll(&mut wait, Waker::noop()).is_pending());
    assert_eq!(format!("{wait:?}"), "Waiting(in line)");
    assert_eq!(format!("{condition:?}"), "Condition { waiters: true }");
    condition.notify(1);
    assert_eq!(format!("{condition:?}"), "Condition { waiters: false }");
    let held = hold(&lock);
    assert!(poll(&mut wait, Waker::noop()).is_pending());
    assert_eq!(format!("{wait:?}"), "Waiting(notified)");
    drop(held);
    assert!(poll(&mut wait, Waker::noop()).is_ready());
    assert_eq!(format!("{wait:?}"), "Waiting(done)");
}
