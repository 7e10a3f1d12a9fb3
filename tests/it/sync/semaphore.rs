//! `Semaphore`, promise by promise: many permits at once, owned ones, forgotten ones.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_kata::sync::{BoundedSemaphore, Semaphore};
use tokio_test::{assert_pending, assert_ready, task::spawn};

#[test]
fn the_front_gathers_what_it_needs_and_nobody_overtakes() {
    let semaphore = Semaphore::new(1);
    let (mut three, mut one) = (spawn(semaphore.acquire_many(3)), spawn(semaphore.acquire()));
    assert_pending!(three.poll());
    assert_pending!(one.poll());
    assert!(semaphore.try_acquire().is_none(), "one is free, and it is the front's");
    semaphore.add(1);
    assert!(!three.is_woken() && !one.is_woken());
    semaphore.add(1);
    assert!(three.is_woken() && !one.is_woken());
    let permit = assert_ready!(three.poll());
    assert_eq!((permit.count(), semaphore.available()), (3, 0));
    drop(permit);
    assert!(one.is_woken());
    drop(assert_ready!(one.poll()));
    assert_eq!(semaphore.available(), 3);
}

#[test]
fn a_front_that_gives_up_makes_room_for_those_who_need_less() {
    let semaphore = Semaphore::new(2);
    let (mut three, mut one, mut two) =
        (spawn(semaphore.acquire_many(3)), spawn(semaphore.acquire()), spawn(semaphore.acquire_many(2)));
    assert_pending!(three.poll());
    assert_pending!(one.poll());
    assert_pending!(two.poll());
    drop(three);
    assert!(one.is_woken() && !two.is_woken(), "one of two is left, and the next needs both");
    drop(assert_ready!(one.poll()));
    assert!(two.is_woken());
}

#[test]
fn none_at_all_is_had_without_waiting() {
    let semaphore = Semaphore::new(0);
    let mut first = spawn(semaphore.acquire());
    assert_pending!(first.poll());
    let none = assert_ready!(spawn(semaphore.acquire_many(0)).poll());
    assert_eq!(none.count(), 0);
    drop(none);
    assert!(!first.is_woken());
}

#[test]
fn an_owned_permit_keeps_its_semaphore() {
    let semaphore = Arc::new(Semaphore::new(1));
    let mut owned = spawn(semaphore.clone().acquire_owned());
    let permit = assert_ready!(owned.poll());
    drop(owned);
    assert_eq!(Arc::strong_count(&semaphore), 2, "the permit has the future's");
    std::thread::spawn(move || drop(permit)).join().unwrap();
    assert_eq!((Arc::strong_count(&semaphore), semaphore.available()), (1, 1));
}

/// Everything that exists is bounded, free or not, so what comes home never overflows.
#[test]
fn there_is_a_most_and_it_counts_what_is_held() {
    let semaphore = Semaphore::new(Semaphore::MAX_PERMITS);
    let all = semaphore.try_acquire_many(Semaphore::MAX_PERMITS).unwrap();
    let too_many = catch_unwind(AssertUnwindSafe(|| semaphore.add(1)));
    assert!(too_many.is_err() && semaphore.available() == 0);
    all.forget();
    semaphore.add(Semaphore::MAX_PERMITS);
    assert_eq!(semaphore.available(), Semaphore::MAX_PERMITS);
    assert!(catch_unwind(|| Semaphore::new(Semaphore::MAX_PERMITS + 1)).is_err());
}

#[test]
fn a_bounded_one_refuses_what_nobody_had() {
    let semaphore = BoundedSemaphore::new(2);
    let permit = semaphore.try_acquire().unwrap();
    let refused = semaphore.add(1).unwrap_err();
    assert_eq!(refused.to_string(), "1 permit given back that nobody has forgotten: 2 of 2 exist");
    permit.forget();
    assert_eq!(semaphore.add(1), Ok(()));
    assert_eq!((semaphore.available(), semaphore.bound()), (2, 2));
    assert_eq!(
        format!("{semaphore:?}"),
        "BoundedSemaphore { semaphore: Semaphore { available: 2, waiters: false }, bound: 2 }"
    );
}
