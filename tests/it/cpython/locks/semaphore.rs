//! CPython's cases of `Semaphore` and `BoundedSemaphore`: how many go in, and who is next.

use super::somebody_waits;
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::sync::{BoundedSemaphore, OwnedPermit, Semaphore};
use async_kata::tasks::{Ended, Shared, Task, gather_all, spawn, wait_for};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// A task that takes a permit and ends with it, in its result: whoever takes that and drops it gives the permit back.
fn keeper(name: &str, semaphore: &Arc<Semaphore>) -> Task<OwnedPermit> {
    let semaphore = semaphore.clone();
    spawn(name, async move {
        let permit = semaphore.acquire_owned().await;
        log("goes on");
        permit
    })
}

/// Whether a newcomer would wait.
fn is_locked(semaphore: &Semaphore) -> bool {
    semaphore.try_acquire().is_none()
}

/// `SemaphoreTests.test_initial_value_zero`
///
/// - A semaphore of no permits lets nobody in.
#[test]
fn of_no_permits_nobody_gets_one() {
    assert!(is_locked(&Semaphore::new(0)));
}

/// `SemaphoreTests.test_acquire`
///
/// - Of three permits two can be taken without waiting, and one is left.
/// - Of three tasks that ask, the first gets it; the others wait, and none is free.
/// - A fourth asks when two are given back: they are not free, since the second and the third get them.
/// - A turn later three have gone on, one waits, and none is free.
/// - With one more given back the last ends, too.
#[test]
fn permits_given_back_go_to_those_who_wait() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(3));
        let (one, two) = (semaphore.acquire().await, semaphore.acquire().await);
        assert!(!is_locked(&semaphore));
        let [a, b, c] = ["a", "b", "c"].map(|name| keeper(name, &semaphore));
        turn().await;
        assert!(is_locked(&semaphore) && somebody_waits(&semaphore));
        assert_eq!(semaphore.available(), 0);

        let d = keeper("d", &semaphore);
        log("gives two back");
        drop(one);
        drop(two);
        assert_eq!(semaphore.available(), 0, "they are paid to the two who wait");
        turn().await;
        assert_eq!(semaphore.available(), 0);
        assert!(is_locked(&semaphore) && somebody_waits(&semaphore));
        assert!(b.is_finished() && c.is_finished() && !d.is_finished());

        log("gives one back");
        assert!(a.is_finished());
        drop(a.await.unwrap());
        let rest = gather_all([b, c, d]).await;
        assert!(rest.iter().all(|end| end.is_ok()) && is_locked(&semaphore));
        drop(rest);
        assert_eq!(semaphore.available(), 3);
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(
        run.trace.order(),
        "a goes on, main gives two back, b goes on, c goes on, main gives one back, d goes on"
    );
}

/// `SemaphoreTests.test_acquire_cancel`
///
/// - A task that waits for a permit and is cancelled ends as cancelled.
/// - Nobody is in line after that.
#[test]
fn a_cancelled_wait_leaves_the_line() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(1));
        let permit = semaphore.acquire().await;
        let task = keeper("a", &semaphore);
        turn().await;
        assert!(somebody_waits(&semaphore));
        task.cancel();
        assert_eq!(task.await.map(drop), Err(Ended::Cancelled));
        assert!(!somebody_waits(&semaphore));
        drop(permit);
        assert_eq!(semaphore.available(), 1, "paid to nobody");
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "");
}

/// `SemaphoreTests.test_acquire_cancel_before_awoken`
///
/// - Four wait. The first two are cancelled and a permit given back, before any of them has run.
/// - Two turns later one of the other two has it, and it is the third.
/// - Cancelled after that, the third keeps what it got; the fourth ends as cancelled.
#[test]
fn a_permit_of_one_who_is_cancelled_goes_to_the_next_who_is_not() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(0));
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| keeper(name, &semaphore));
        turn().await;
        a.cancel();
        b.cancel();
        semaphore.add(1);
        turn().await;
        turn().await;
        assert!(c.is_finished() && !d.is_finished());

        c.cancel();
        d.cancel();
        turn().await;
        assert!(d.is_finished());
        let ends = gather_all([a, b, c, d]).await;
        assert_eq!(ends.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, false, true, false]);
        drop(ends);
        assert_eq!(semaphore.available(), 1);
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "c goes on");
}

/// `SemaphoreTests.test_acquire_hang`
///
/// - Two wait. The first is cancelled and a permit given back, before it has run.
/// - Two turns later the second has ended with it, and none is free.
#[test]
fn a_permit_of_one_who_is_cancelled_does_not_hang() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(0));
        let (a, b) = (keeper("a", &semaphore), keeper("b", &semaphore));
        turn().await;
        a.cancel();
        semaphore.add(1);
        turn().await;
        turn().await;
        assert!(is_locked(&semaphore));
        assert!(b.is_finished());
        assert_eq!(a.await.map(drop), Err(Ended::Cancelled));
        drop(b.await.unwrap());
        assert!(!is_locked(&semaphore));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b goes on");
}

/// `SemaphoreTests.test_acquire_no_hang`
///
/// - A task takes the only permit, and lets others run. A second waits for it.
/// - The first gives it back, which calls the second, and cancels the second in the same turn.
/// - The first returns; the second is cancelled without having been in.
/// - The permit can be had within a second.
#[test]
fn a_permit_of_one_who_was_called_and_is_cancelled_is_free() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(1));
        let second = Arc::new(OnceLock::<Shared<()>>::new());
        let a = spawn("a", {
            let (semaphore, second) = (semaphore.clone(), second.clone());
            async move {
                let permit = semaphore.acquire().await;
                turn().await;
                assert!(somebody_waits(&semaphore));
                drop(permit);
                second.get().unwrap().cancel();
            }
        });
        let b = spawn("b", {
            let semaphore = semaphore.clone();
            async move {
                let _permit = semaphore.acquire().await;
                log("is in");
            }
        })
        .shared();
        second.set(b.clone()).unwrap();
        assert_eq!(a.await, Ok(()));
        assert_eq!(b.await, Err(Ended::Cancelled));
        assert!(wait_for(Duration::from_secs(1), semaphore.acquire()).await.is_ok());
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "");
}

/// `SemaphoreTests.test_release_not_acquired`
///
/// - A bounded semaphore refuses a permit that nobody has taken.
#[test]
fn a_bounded_semaphore_refuses_a_permit_too_many() {
    let semaphore = BoundedSemaphore::new(1);
    assert!(semaphore.add(1).is_err());
    assert_eq!(semaphore.available(), 1);
}

/// `SemaphoreTests.test_release_no_waiters`
///
/// - With its only permit taken, a semaphore lets nobody in.
/// - Given back, with nobody in line, the permit is free.
#[test]
fn a_permit_given_back_with_nobody_in_line_is_free() {
    let run = sim::run(|| async {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.acquire().await;
        assert!(is_locked(&semaphore));
        drop(permit);
        assert!(!is_locked(&semaphore));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `SemaphoreTests.test_acquire_fifo_order`
///
/// - Three tasks take the only permit for a while, twice each, the second time as soon as they have given it back.
/// - It goes round: all have had it once before anybody has it again, in the same order.
#[test]
fn who_asks_again_goes_to_the_back() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(1));
        let tasks = ["a", "b", "c"].map(|name| {
            let semaphore = semaphore.clone();
            spawn(name, async move {
                for nth in 1..=2 {
                    let _permit = semaphore.acquire().await;
                    log(nth);
                    sleep(10).await;
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "a 1, b 1, c 1, a 2, b 2, c 2");
    assert_eq!(run.trace.story().last().map(|entry| entry.ms), Some(60), "one at a time");
}

/// `SemaphoreTests.test_acquire_fifo_order_3`
///
/// - Three wait; the first is cancelled, and that takes effect. Then two permits are given back.
/// - The second and the third get them, in this order.
#[test]
fn those_behind_one_who_is_cancelled_keep_their_order() {
    let run = sim::run(|| async {
        let semaphore = Arc::new(Semaphore::new(0));
        let tasks = ["a", "b", "c"].map(|name| keeper(name, &semaphore));
        turn().await;
        tasks[0].cancel();
        turn().await;
        semaphore.add(1);
        semaphore.add(1);
        let ends = gather_all(tasks).await;
        assert_eq!(ends.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true]);
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "b goes on, c goes on");
}
