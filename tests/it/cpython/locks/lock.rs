//! CPython's cases of `Lock`: whose turn it is, and what becomes of a turn when somebody is cancelled.

use super::somebody_waits;
use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::sync::{Event, Lock, OwnedLockGuard};
use async_kata::tasks::{Ended, Task, spawn};
use std::sync::Arc;

/// A task that locks and ends with the lock held, in its result: whoever takes that and drops it unlocks for the task.
fn keeper(name: &str, lock: &Arc<Lock<()>>) -> Task<OwnedLockGuard<()>> {
    let lock = lock.clone();
    spawn(name, async move {
        log("asks");
        let guard = lock.lock_owned().await;
        log("has it");
        guard
    })
}

/// `LockTests.test_acquire`
///
/// - Nobody gets a lock that is held.
/// - Unlocked once, it goes to whoever asked first, and to nobody else, however many turns pass.
/// - Unlocked again, it goes to the second, though a third asks before that one has run; and then to the third.
/// - All three end, each with the lock it got.
#[test]
fn each_unlock_serves_one_in_the_order_of_asking() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let held = lock.lock().await;
        let (a, b) = (keeper("a", &lock), keeper("b", &lock));
        turn().await;

        log("unlocks");
        drop(held);
        turn().await;
        log("waits a turn");
        turn().await;

        log("unlocks for a");
        let c = keeper("c", &lock);
        assert!(a.is_finished());
        drop(a.await.unwrap());
        turn().await;

        log("unlocks for b");
        assert!(b.is_finished());
        drop(b.await.unwrap());
        turn().await;

        log("looks");
        assert!(c.is_finished());
        drop(c.await.unwrap());
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(
        run.trace.order(),
        "a asks, b asks, main unlocks, a has it, main waits a turn, main unlocks for a, c asks, b has it, \
         main unlocks for b, c has it, main looks"
    );
}

/// `LockTests.test_acquire_cancel`
///
/// - A task that waits for a held lock and is cancelled ends as cancelled.
/// - Nobody is in line after that.
#[test]
fn a_cancelled_wait_leaves_the_line() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let held = lock.lock().await;
        let waiter = keeper("waiter", &lock);
        turn().await;
        assert!(somebody_waits(&lock));

        waiter.cancel();
        assert_eq!(waiter.await.map(drop), Err(Ended::Cancelled));
        assert!(!somebody_waits(&lock));
        drop(held);
        assert!(!lock.is_locked(), "handed to nobody");
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "waiter asks");
}

/// `LockTests.test_cancel_race`
///
/// - The holder is told to unlock, and the first of two in line is cancelled, before either has run: it is cancelled, and
///   still in line.
/// - A turn later the holder has ended and the first in line has, as cancelled.
/// - The second gets the lock, and ends.
/// - (There the lock is free at that moment, until the second runs and takes it; ours is handed over and never free in
///   between: [`Lock`], *Elsewhere*.)
#[test]
fn a_cancel_and_an_unlock_in_one_turn_serve_the_next() {
    let run = sim::run(|| async {
        let (lock, may_unlock) = (Arc::new(Lock::new(())), Arc::new(Event::new()));
        let holder = spawn("a", {
            let (lock, may_unlock) = (lock.clone(), may_unlock.clone());
            async move {
                let _guard = lock.lock().await;
                may_unlock.wait().await;
                log("unlocks");
            }
        });
        turn().await;
        assert!(lock.is_locked());
        let first = keeper("b", &lock);
        turn().await;
        let second = keeper("c", &lock);
        turn().await;

        may_unlock.set();
        first.cancel();
        assert!(!first.is_finished() && somebody_waits(&lock));
        turn().await;
        assert!(holder.is_finished() && first.is_finished());
        assert_eq!(first.await.map(drop), Err(Ended::Cancelled));
        assert!(lock.is_locked() && !somebody_waits(&lock), "it is the second's");
        drop(second.await.unwrap());
        assert!(!lock.is_locked());
        holder.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b asks, c asks, a unlocks, c has it");
}

/// `LockTests.test_cancel_release_race`
///
/// - Three are in line. In one step the first is cancelled and the lock unlocked.
/// - The first ends as cancelled.
/// - Of the three that asked, one got the lock: the second. The third did not, and can be cancelled after it.
#[test]
fn a_cancel_and_an_unlock_in_one_step_serve_one_and_not_two() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let held = lock.lock().await;
        let (a, b, c) = (keeper("a", &lock), keeper("b", &lock), keeper("c", &lock));
        turn().await;

        a.cancel();
        drop(held);
        assert_eq!(a.await.map(drop), Err(Ended::Cancelled));
        log("looks");
        assert!(b.is_finished() && !c.is_finished());

        c.cancel();
        turn().await;
        assert!(c.is_finished());
        assert_eq!(c.await.map(drop), Err(Ended::Cancelled));
        drop(b.await.unwrap());
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a asks, b asks, c asks, b has it, main looks");
}

/// `LockTests.test_finished_waiter_cancelled`
///
/// - One is in line for a held lock. A second is spawned, the first is cancelled, and the lock unlocked, before any of them
///   has run.
/// - A turn later the first has ended as cancelled, and the lock is held: it has gone on to the second.
/// - The second has it.
#[test]
fn a_turn_of_one_who_is_cancelled_goes_to_one_who_came_after_the_cancel() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let held = lock.lock().await;
        assert!(lock.is_locked());
        let first = keeper("a", &lock);
        turn().await;
        assert!(somebody_waits(&lock));

        let second = keeper("b", &lock);
        first.cancel();
        drop(held);
        turn().await;
        assert!(lock.is_locked());
        assert!(first.is_finished());
        assert_eq!(first.await.map(drop), Err(Ended::Cancelled));
        drop(second.await.unwrap());
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a asks, b asks, b has it");
}

/// `LockTests.test_release_no_waiters`
///
/// - Once it is taken the lock is held.
/// - Unlocked, with nobody in line, it is free.
#[test]
fn an_unlock_with_nobody_in_line_frees() {
    let run = sim::run(|| async {
        let lock = Lock::new(());
        let held = lock.lock().await;
        assert!(lock.is_locked());
        drop(held);
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
}

/// `LockTests.test_context_manager`
///
/// - A lock is free before a block that takes it, held to the end of the block, and free after it.
#[test]
fn a_lock_taken_in_a_block_is_free_after_it() {
    let run = sim::run(|| async {
        let lock = Lock::new(());
        assert!(!lock.is_locked());
        {
            let _guard = lock.lock().await;
            turn().await;
            assert!(lock.is_locked());
        }
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
}
