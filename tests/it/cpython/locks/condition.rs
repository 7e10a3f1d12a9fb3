//! CPython's cases of `Condition`: who is notified, who has the lock again, and what a cancel does to both.

use super::somebody_waits;
use async_kata::host::turn;
use async_kata::sim::{self, End, Run, log};
use async_kata::sync::{Condition, Lock, OwnedLockGuard};
use async_kata::tasks::{Elapsed, Ended, Task, on_cancel, spawn, wait_for};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn pair<T>(value: T) -> (Arc<Lock<T>>, Arc<Condition>) {
    (Arc::new(Lock::new(value)), Arc::new(Condition::new()))
}

/// A task that locks, waits, and ends with the lock held, in its result: whoever takes that and drops it unlocks for the
/// task.
fn keeper(name: &str, lock: &Arc<Lock<()>>, changed: &Arc<Condition>) -> Task<OwnedLockGuard<()>> {
    let (lock, changed) = (lock.clone(), changed.clone());
    spawn(name, async move {
        let guard = changed.wait(lock.lock_owned().await).await;
        log("goes on");
        guard
    })
}

/// The same, but it unlocks when it ends.
fn passer(name: &str, lock: &Arc<Lock<()>>, changed: &Arc<Condition>) -> Task<()> {
    let (lock, changed) = (lock.clone(), changed.clone());
    spawn(name, async move {
        let _guard = changed.wait(lock.lock().await).await;
        log("goes on");
    })
}

type Kept = Arc<Mutex<Option<OwnedLockGuard<()>>>>;

/// A task that waits with this guard and, cancelled, does what a wait of asyncio's does by itself: it locks again before it
/// ends. The lock is in `kept` then.
fn relocker(lock: &Arc<Lock<()>>, changed: &Arc<Condition>, held: OwnedLockGuard<()>, kept: &Kept) -> Task<()> {
    let (lock, changed, kept) = (lock.clone(), changed.clone(), kept.clone());
    spawn("a", async move {
        on_cancel(async move {
            let guard = lock.lock_owned().await;
            log("has locked again");
            *kept.lock().unwrap() = Some(guard);
        });
        drop(changed.wait(held).await);
        log("goes on");
    })
}

/// `ConditionTests.test_wait`
///
/// - Three lock and wait: the lock is free, and none goes on.
/// - One is notified while somebody holds the lock: it does not go on before that one unlocks; then it does, and holds it.
/// - The other two are notified while the first still holds it: each goes on, and holds the lock, when the one before it has
///   unlocked, in the order in which they came.
/// - All three end.
#[test]
fn a_notified_wait_goes_on_when_it_has_the_lock() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(());
        let [a, b, c] = ["a", "b", "c"].map(|name| keeper(name, &lock, &changed));
        turn().await;
        assert!(!lock.is_locked());

        let held = lock.lock().await;
        changed.notify(1);
        turn().await;
        assert!(lock.is_locked());
        log("unlocks");
        drop(held);
        turn().await;

        log("notifies two");
        assert!(lock.is_locked());
        changed.notify(2);
        turn().await;
        assert!(lock.is_locked());
        log("unlocks for a");
        drop(a.await.unwrap());
        turn().await;
        log("unlocks for b");
        assert!(lock.is_locked());
        drop(b.await.unwrap());
        turn().await;
        log("looks");
        assert!(lock.is_locked() && c.is_finished());
        drop(c.await.unwrap());
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(
        run.trace.order(),
        "main unlocks, a goes on, main notifies two, main unlocks for a, b goes on, main unlocks for b, c goes on, \
         main looks"
    );
}

/// `ConditionTests.test_wait_cancel`
///
/// - A wait that is cancelled ends as cancelled.
/// - Nobody is in line at the condition after that.
/// - The lock is held again when the cancelled task has ended. (Here by its clean-up: a dropped wait holds nothing,
///   [`Condition`], *Elsewhere*.)
#[test]
fn a_cancelled_wait_leaves_the_line_and_can_lock_again() {
    let run = sim::run(|| async {
        let ((lock, changed), kept) = (pair(()), Kept::default());
        let task = relocker(&lock, &changed, lock.clone().lock_owned().await, &kept);
        turn().await;
        assert!(somebody_waits(&changed));
        assert!(!lock.is_locked());
        task.cancel();
        assert_eq!(task.await, Err(Ended::Cancelled));
        assert!(!somebody_waits(&changed));
        assert!(lock.is_locked());
        *kept.lock().unwrap() = None;
        assert!(!lock.is_locked(), "the clean-up's guard was the only claim to it");
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a has locked again");
}

/// `ConditionTests.test_wait_cancel_contested`
///
/// - While a task waits at the condition, the lock is free, and somebody else takes it.
/// - Notified by that one, the task stands in line for the lock. There it is cancelled, and then the lock is unlocked.
/// - The task ends, and the lock is held: it has locked again. (Here by its clean-up.)
#[test]
fn a_wait_cancelled_in_line_for_the_lock_can_lock_again() {
    let run = sim::run(|| async {
        let ((lock, changed), kept) = (pair(()), Kept::default());
        let held = lock.clone().lock_owned().await;
        assert!(lock.is_locked());
        let task = relocker(&lock, &changed, held, &kept);
        turn().await;
        assert!(!lock.is_locked());

        let held = lock.lock().await;
        assert!(lock.is_locked());
        changed.notify(1);
        turn().await;
        assert!(somebody_waits(&lock));
        task.cancel();
        drop(held);
        assert_eq!(task.await, Err(Ended::Cancelled));
        assert!(lock.is_locked());
        *kept.lock().unwrap() = None;
        assert!(!lock.is_locked(), "the clean-up's guard was the only claim to it");
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a has locked again");
}

/// `ConditionTests.test_wait_cancel_after_notify`
///
/// - A task comes to the point where it waits.
/// - It is notified while the lock is held, gets into line for the lock, and is cancelled there.
/// - A turn after the lock was unlocked it has ended, as cancelled: the cancel was not lost on the way back to the lock.
#[test]
fn a_cancel_of_a_notified_wait_is_not_lost() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(());
        let task = spawn("a", {
            let (lock, changed) = (lock.clone(), changed.clone());
            async move {
                let guard = lock.clone().lock_owned().await;
                log("waits");
                // As the end of asyncio's `async with` does: it needs the lock once more, to unlock it.
                on_cancel(async move {
                    drop(lock.lock_owned().await);
                    log("has left");
                });
                drop(changed.wait(guard).await);
                log("goes on");
            }
        });
        turn().await;
        let held = lock.lock().await;
        changed.notify(1);
        turn().await;
        assert!(somebody_waits(&lock));
        task.cancel();
        turn().await;
        assert!(!task.is_finished() && somebody_waits(&lock));
        log("unlocks");
        drop(held);
        turn().await;
        assert!(task.is_finished());
        assert_eq!(task.await, Err(Ended::Cancelled));
        assert!(!lock.is_locked());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a waits, main unlocks, a has left");
}

/// `ConditionTests.test_wait_for`
///
/// - A task waits until a predicate holds. Notified while it does not, it goes on waiting.
/// - Notified when it does, it goes on within a turn, and ends.
#[test]
fn a_wait_for_a_predicate_looks_after_each_notification() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(false);
        let task = spawn("a", {
            let (lock, changed) = (lock.clone(), changed.clone());
            async move {
                let guard = changed.wait_for(lock.lock().await, |is_met| *is_met).await;
                log("goes on");
                *guard
            }
        });
        turn().await;
        for is_met in [false, true] {
            *lock.lock().await = is_met;
            log(format_args!("notifies of {is_met}"));
            changed.notify(1);
            turn().await;
            log("looks");
            assert_eq!(task.is_finished(), is_met);
        }
        assert_eq!(task.await, Ok(true));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main notifies of false, main looks, main notifies of true, a goes on, main looks");
}

/// `ConditionTests.test_notify`
///
/// - Three wait. One notification lets the first go on, and nobody else.
/// - One more, and at once one for far more than there are, let the other two go on, in their order.
/// - All three end.
#[test]
fn so_many_are_notified_as_there_are_at_the_most() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(());
        let [a, b, c] = ["a", "b", "c"].map(|name| passer(name, &lock, &changed));
        turn().await;
        log("notifies one");
        let held = lock.lock().await;
        changed.notify(1);
        drop(held);
        turn().await;

        log("notifies many");
        let held = lock.lock().await;
        changed.notify(1);
        changed.notify(2048);
        drop(held);
        turn().await;
        log("looks");
        for task in [a, b, c] {
            assert!(task.is_finished());
            assert_eq!(task.await, Ok(()));
        }
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main notifies one, a goes on, main notifies many, b goes on, c goes on, main looks");
}

/// `ConditionTests.test_notify_all`
///
/// - Two wait. Told that all are notified, both go on within a turn, in their order, and end.
#[test]
fn all_are_notified() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(());
        let [a, b] = ["a", "b"].map(|name| passer(name, &lock, &changed));
        turn().await;
        log("notifies all");
        let held = lock.lock().await;
        changed.notify_all();
        drop(held);
        turn().await;
        log("looks");
        for task in [a, b] {
            assert!(task.is_finished());
            assert_eq!(task.await, Ok(()));
        }
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main notifies all, a goes on, b goes on, main looks");
}

/// `ConditionTests.test_timeout_in_block`
///
/// - A wait that nobody notifies ends by its deadline of half a second.
/// - The block around it, which holds the lock, can be left after that: nothing of the wait stands in the way.
#[test]
fn a_wait_with_a_deadline_leaves_nothing_behind() {
    let run = sim::run(|| async {
        let (lock, changed) = pair(());
        let late = wait_for(Duration::from_millis(500), changed.wait(lock.lock().await)).await;
        assert_eq!(late.map(drop), Err(Elapsed));
        assert!(!somebody_waits(&changed));
        assert!(lock.try_lock().is_some());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(500));
}

/// A task that takes one whenever there is one, until the number is negative.
fn consumer(name: &str, lock: &Arc<Lock<i32>>, changed: &Arc<Condition>) -> Task<()> {
    let (lock, changed) = (lock.clone(), changed.clone());
    spawn(name, async move {
        let mut number = lock.lock().await;
        loop {
            number = changed.wait_for(number, |number| *number != 0).await;
            if *number < 0 {
                return;
            }
            log("takes one");
            *number -= 1;
        }
    })
}

/// Two consumers wait. There is one to take, and one is notified; but the one that is, is cancelled before it has the lock.
fn the_notified_one_is_cancelled(in_line_for_the_lock: bool) -> Run<()> {
    sim::run(move || async move {
        let (lock, changed) = pair(0);
        let (a, b) = (consumer("a", &lock, &changed), consumer("b", &lock, &changed));
        turn().await;
        let mut number = lock.lock().await;
        *number += 1;
        changed.notify(1);
        if in_line_for_the_lock {
            turn().await;
        }
        assert_eq!(somebody_waits(&lock), in_line_for_the_lock);
        a.cancel();

        // Nobody notifies of it, so that the deadline may strike; it must have been taken all the same.
        let taken = changed.wait_for(number, |number| *number == 0);
        let mut number = match wait_for(Duration::from_millis(10), taken).await {
            Ok(number) => number,
            Err(Elapsed) => lock.lock().await,
        };
        assert_eq!(*number, 0);
        *number = -1;
        changed.notify_all();
        drop(number);
        assert_eq!((a.await, b.await), (Err(Ended::Cancelled), Ok(())));
    })
}

/// `ConditionTests.test_cancelled_wakeup`
///
/// - One of two who wait is notified, and cancelled before it has run.
/// - The other takes what the news was of, within the time that somebody waits for that.
/// - The other ends when it is told to.
#[test]
fn a_notification_is_not_lost_with_one_who_is_cancelled() {
    let run = the_notified_one_is_cancelled(false);
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b takes one");
}

/// `ConditionTests.test_cancelled_wakeup_relock`
///
/// - The same, but the one that was notified has run, and is cancelled while it stands in line for the lock.
#[test]
fn a_notification_is_not_lost_with_one_who_is_cancelled_in_line_for_the_lock() {
    let run = the_notified_one_is_cancelled(true);
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b takes one");
}
