//! `Lock`, poll by poll.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use async_kata::sync::{Lock, OwnedLockGuard};
use tokio_test::{assert_pending, assert_ready, task::spawn};

use super::{poll_in, task};

#[test]
fn a_free_lock_is_taken_at_the_first_poll() {
    let lock = Lock::new(1);
    let mut turn = spawn(lock.lock());
    *assert_ready!(turn.poll()) += 1;
    assert_eq!(turn.waker_ref_count(), 1, "who does not wait leaves no waker");
    assert_eq!(lock.try_lock().as_deref(), Some(&2));
}

#[test]
fn turns_come_in_the_order_of_first_polls() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let (mut last, mut first, mut second) = (spawn(lock.lock()), spawn(lock.lock()), spawn(lock.lock()));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_pending!(last.poll());
    // Polling once more is not coming once more.
    assert_pending!(first.poll());

    drop(held);
    assert_eq!((first.is_woken(), second.is_woken(), last.is_woken()), (true, false, false));
    assert_pending!(second.poll());
    drop(assert_ready!(first.poll()));
    assert_eq!((second.is_woken(), last.is_woken()), (true, false));
    drop(assert_ready!(second.poll()));
    assert!(last.is_woken());
    drop(assert_ready!(last.poll()));
    assert!(lock.try_lock().is_some());
}

#[test]
fn nobody_overtakes_a_task_that_was_handed_the_lock() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut next = spawn(lock.lock());
    assert_pending!(next.poll());
    drop(held);

    assert!(lock.try_lock().is_none(), "handed over, though nobody has picked it up");
    let mut newcomer = spawn(lock.lock());
    assert_pending!(newcomer.poll());
    drop(assert_ready!(next.poll()));
    assert!(newcomer.is_woken());
    drop(assert_ready!(newcomer.poll()));
}

#[test]
fn the_last_poll_says_whom_to_wake() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut turn = spawn(lock.lock());
    let (mut old, mut new) = (task(), task());
    assert_pending!(poll_in(&mut old, &mut turn));
    assert_eq!(old.waker_ref_count(), 2);
    assert_pending!(poll_in(&mut new, &mut turn));
    assert_eq!((old.waker_ref_count(), new.waker_ref_count()), (1, 2), "the old waker is let go");

    drop(held);
    assert_eq!((old.is_woken(), new.is_woken()), (false, true));
    assert_eq!(new.waker_ref_count(), 1, "a waker that has woken is let go");
    drop(assert_ready!(poll_in(&mut old, &mut turn)));
    assert_eq!(old.waker_ref_count(), 1);
}

#[test]
fn a_future_dropped_before_its_first_poll_was_never_in_line() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let (fresh, mut waits) = (spawn(lock.lock()), spawn(lock.lock()));
    assert_pending!(waits.poll());
    drop(fresh);
    drop(held);
    drop(assert_ready!(waits.poll()));
}

#[test]
fn a_waiting_future_that_is_dropped_leaves_the_line_wherever_it_stands() {
    for dropped in 0..3 {
        let lock = Lock::new(());
        let held = lock.try_lock().unwrap();
        let mut line: Vec<_> = (0..3).map(|_| spawn(lock.lock())).collect();
        line.iter_mut().for_each(|turn| assert_pending!(turn.poll()));
        let mut gone = task();
        assert_pending!(poll_in(&mut gone, &mut line[dropped]));
        drop(line.remove(dropped));
        assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false), "its waker is let go, unwoken");

        drop(held);
        for mut turn in line {
            assert!(turn.is_woken());
            drop(assert_ready!(turn.poll()));
        }
        assert!(lock.try_lock().is_some(), "dropped {dropped}");
    }
}

#[test]
fn the_last_to_leave_the_line_leaves_an_ordinary_lock() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut turn = spawn(lock.lock());
    assert_pending!(turn.poll());
    drop(turn);
    assert!(lock.try_lock().is_none());
    drop(held);
    assert!(lock.try_lock().is_some());
}

#[test]
fn a_called_future_that_is_dropped_passes_the_lock_on() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let (mut called, mut next) = (spawn(lock.lock()), spawn(lock.lock()));
    assert_pending!(called.poll());
    assert_pending!(next.poll());
    drop(held);
    assert_eq!((called.is_woken(), next.is_woken()), (true, false));
    drop(called);
    assert!(next.is_woken());
    assert!(lock.try_lock().is_none(), "passed on, not freed");
    drop(assert_ready!(next.poll()));
    assert!(lock.try_lock().is_some());
}

#[test]
fn a_called_future_that_is_dropped_with_nobody_behind_frees_the_lock() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut called = spawn(lock.lock());
    assert_pending!(called.poll());
    drop(held);
    drop(called);
    assert!(lock.try_lock().is_some());
}

#[test]
fn a_future_that_is_done_has_nothing_to_give_up() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut turn = spawn(lock.lock());
    assert_pending!(turn.poll());
    drop(held);
    let held = assert_ready!(turn.poll());
    drop(turn);
    assert!(lock.try_lock().is_none(), "the guard holds the lock, not the future");
    drop(held);
    assert!(lock.try_lock().is_some());
}

#[test]
fn a_failed_try_lock_changes_nothing() {
    let lock = Lock::new(());
    let held = lock.try_lock().unwrap();
    let mut turn = spawn(lock.lock());
    assert!(lock.try_lock().is_none());
    assert_pending!(turn.poll());
    assert!(lock.try_lock().is_none());
    assert!(!turn.is_woken());
    drop(held);
    drop(assert_ready!(turn.poll()));
}

#[test]
fn a_panic_of_the_holder_unlocks() {
    let lock = Lock::new(1);
    let died = catch_unwind(AssertUnwindSafe(|| {
        let mut value = lock.try_lock().unwrap();
        *value = 2;
        std::panic::resume_unwind(Box::new("the holder's own business"));
    }));
    assert!(died.is_err());
    assert_eq!(*lock.try_lock().expect("no poison"), 2);
}

#[test]
fn places_in_line_are_used_again() {
    let lock = Lock::new(0);
    for round in 0..100 {
        let held = lock.try_lock().unwrap();
        let mut line: Vec<_> = (0..3).map(|_| spawn(lock.lock())).collect();
        line.iter_mut().for_each(|turn| assert_pending!(turn.poll()));
        drop(line.remove(round % 3));
        let mut late = spawn(lock.lock());
        assert_pending!(late.poll());
        drop(held);
        for mut turn in line {
            *assert_ready!(turn.poll()) += 1;
        }
        *assert_ready!(late.poll()) += 1;
    }
    assert_eq!(lock.into_inner(), 300);
}

#[test]
fn who_owns_the_lock_needs_no_turn() {
    let mut lock = Lock::new(String::from("a"));
    lock.get_mut().push('b');
    assert_eq!(lock.into_inner(), "ab");
    assert_eq!(Lock::<u8>::default().into_inner(), 0);
}

#[test]
fn a_lock_may_guard_what_has_no_size() {
    let lock: Box<Lock<[u32]>> = Box::new(Lock::new([1, 2, 3]));
    lock.try_lock().unwrap()[0] = 7;
    let sum: u32 = assert_ready!(spawn(lock.lock()).poll()).iter().sum();
    assert_eq!(sum, 12);
}

#[test]
fn debug_shows_the_value_of_a_free_lock_only() {
    let lock = Lock::new("treasure");
    assert_eq!(format!("{lock:?}"), r#"Lock { value: "treasure" }"#);
    let held = lock.try_lock().unwrap();
    assert_eq!(format!("{held:?}"), r#""treasure""#);
    assert_eq!(format!("{lock:?}"), "Lock { value: <locked>, waiters: false }");
    let mut turn = spawn(lock.lock());
    assert_pending!(turn.poll());
    assert_eq!(format!("{lock:?}"), "Lock { value: <locked>, waiters: true }");
}

#[test]
fn an_owned_guard_goes_to_another_thread_and_keeps_the_lock_alive() {
    let lock = Arc::new(Lock::new(String::from("a")));
    let weak = Arc::downgrade(&lock);
    let mut turn = spawn(lock.lock_owned()); // with the only share that there is
    let mut guard: OwnedLockGuard<String> = assert_ready!(turn.poll());
    drop(turn);
    assert_eq!(weak.strong_count(), 1, "the guard has the future's");
    let guard = thread::spawn(move || {
        guard.push('b');
        guard
    });
    let guard = guard.join().unwrap();
    assert_eq!(*guard, "ab");
    let lock = weak.upgrade().unwrap();
    assert!(lock.try_lock().is_none(), "held all the while");
    thread::spawn(move || drop(guard)).join().unwrap();
    assert!(lock.try_lock().is_some());
    drop(lock);
    assert!(weak.upgrade().is_none());
}

#[test]
fn owned_turns_stand_in_the_same_line() {
    let lock = Arc::new(Lock::new(()));
    let held = lock.clone().try_lock_owned().unwrap();
    let (mut first, mut second) = (spawn(lock.clone().lock_owned()), spawn(lock.lock()));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    drop(held);
    assert!(first.is_woken() && !second.is_woken());
    assert_pending!(second.poll());
    drop(assert_ready!(first.poll()));
    drop(assert_ready!(second.poll()));
}

#[test]
fn a_failed_try_lock_owned_gives_up_its_share_of_the_lock() {
    let lock = Arc::new(Lock::new(()));
    let held = lock.clone().try_lock_owned().unwrap();
    assert!(lock.clone().try_lock_owned().is_none());
    assert_eq!(Arc::strong_count(&lock), 2);
    assert!(lock.try_lock().is_none(), "it has unlocked nothing");
    drop(held);
    assert_eq!(Arc::strong_count(&lock), 1);
    assert!(lock.try_lock().is_some(), "it holds nothing");
}

#[test]
fn an_owned_future_that_is_dropped_gives_up_its_place_and_its_share_of_the_lock() {
    let lock = Arc::new(Lock::new(()));
    let held = lock.try_lock().unwrap();
    let mut line: Vec<_> = (0..3).map(|_| spawn(lock.clone().lock_owned())).collect();
    line.iter_mut().for_each(|turn| assert_pending!(turn.poll()));
    let never_polled = spawn(lock.clone().lock_owned());
    assert_eq!(Arc::strong_count(&lock), 5);
    drop(never_polled);
    drop(line.remove(1));
    assert_eq!(Arc::strong_count(&lock), 3);
    drop(held);
    assert!(line[0].is_woken() && !line[1].is_woken());
    drop(line.remove(0)); // called: the lock goes to the next
    assert_eq!(Arc::strong_count(&lock), 2);
    assert!(line[0].is_woken() && lock.try_lock().is_none());
    let guard = assert_ready!(line[0].poll());
    assert_eq!(Arc::strong_count(&lock), 2, "the guard has the future's");
    drop((line, guard));
    assert_eq!(Arc::strong_count(&lock), 1);
    assert!(lock.try_lock().is_some());
}

#[test]
fn an_owned_guard_may_be_of_what_has_no_size() {
    let lock: Arc<Lock<[u32]>> = Arc::new(Lock::new([1, 2, 3]));
    let mut guard = lock.clone().try_lock_owned().unwrap();
    guard[0] = 7;
    assert_eq!(format!("{guard:?}"), "[7, 2, 3]");
    let mut turn = spawn(lock.lock_owned());
    assert_pending!(turn.poll());
    drop(guard);
    assert_eq!(assert_ready!(turn.poll()).len(), 3);
}
