//! `Semaphore` and `BoundedSemaphore` with wakers that call back or panic.

use std::sync::Arc;
use std::task::{Poll, Waker};

use async_kata::sync::{BoundedSemaphore, Semaphore};

use super::super::stage::{for_ever, in_time, noted, panic_of, panics, poll};
use super::super::wakers::{Hook, Step, hooked, hooked_at};
use super::write_into;
use crate::bell::bell;

/// What a hook may do to a semaphore whose permits are all out: look, join the line, and give up again.
fn use_semaphore(semaphore: &Semaphore) {
    assert!(semaphore.try_acquire().is_none());
    write_into(semaphore, &|| assert!(poll(&mut semaphore.acquire(), Waker::noop()).is_pending()));
}

/// A semaphore without permits.
fn empty() -> &'static Semaphore {
    for_ever(Semaphore::new(0))
}

#[test]
fn a_wake_may_use_the_semaphore() {
    in_time(|| {
        let semaphore = empty();
        let mut turn = semaphore.acquire();
        let (ran, waker) = noted(Step::Woken, move || use_semaphore(semaphore));
        assert!(poll(&mut turn, &waker).is_pending());
        semaphore.add(1);
        assert_eq!(ran.rings(), 1);
        assert!(poll(&mut turn, Waker::noop()).is_ready());
    });
}

#[test]
fn a_wake_may_give_out_more() {
    in_time(|| {
        let semaphore = empty();
        let (mut first, mut second) = (semaphore.acquire(), semaphore.acquire());
        let (ran, waker) = noted(Step::Woken, move || semaphore.add(2));
        let (rings, bell) = bell();
        assert!(poll(&mut first, &waker).is_pending() && poll(&mut second, &bell).is_pending());
        semaphore.add(1);
        assert_eq!((ran.rings(), rings.rings(), semaphore.available()), (1, 1, 1));
        assert!(poll(&mut first, &waker).is_ready() && poll(&mut second, &bell).is_ready());
    });
}

#[test]
fn the_drop_of_an_old_waker_may_use_the_semaphore() {
    in_time(|| {
        let semaphore = empty();
        let mut turn = semaphore.acquire();
        let (ran, old) = noted(Step::Dropped, move || {
            use_semaphore(semaphore);
            semaphore.add(1);
        });
        assert!(poll(&mut turn, &old).is_pending());
        let (rings, new) = bell();
        assert!(poll(&mut turn, &new).is_pending());
        assert_eq!((ran.rings(), rings.rings()), (1, 1), "the new waker was in place before");
        assert!(poll(&mut turn, &new).is_ready());
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_semaphore() {
    in_time(|| {
        let semaphore = empty();
        let (mut gone, mut next) = (semaphore.acquire_many(2), semaphore.acquire());
        let (ran, waker) = noted(Step::Dropped, move || use_semaphore(semaphore));
        assert!(poll(&mut gone, &waker).is_pending() && poll(&mut next, Waker::noop()).is_pending());
        drop(gone);
        assert_eq!(ran.rings(), 1);
        semaphore.add(1);
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}

#[test]
fn the_clone_of_a_waker_may_release() {
    in_time(|| {
        let semaphore = for_ever(Semaphore::new(2));
        let permit = semaphore.try_acquire_many(2).unwrap();
        let (ran, waker) = noted(Step::Cloned, move || {
            use_semaphore(semaphore);
            drop(permit);
        });
        let mut turn = semaphore.acquire_many(2);
        let got = poll(&mut turn, &waker);
        assert!(got.is_ready(), "they came home during this very poll");
        assert_eq!(ran.rings(), 1);
        assert_eq!(format!("{semaphore:?}"), "Semaphore { available: 0, waiters: false }");
    });
}

/// Its permits come home during its first poll: it has no use for its waker's clone.
#[test]
fn the_drop_of_an_unneeded_clone_may_use_the_semaphore() {
    in_time(|| {
        let semaphore = empty();
        let (rings, bell) = bell();
        let adds: Hook = Box::new(move || semaphore.add(1));
        let uses: Hook = Box::new(move || {
            use_semaphore(semaphore);
            bell.wake();
        });
        let waker = hooked_at(vec![(Step::Cloned, adds), (Step::Dropped, uses)]);
        assert!(poll(&mut semaphore.acquire(), &waker).is_ready());
        assert_eq!(rings.rings(), 1);
    });
}

#[test]
fn the_clone_of_a_second_waker_may_release() {
    in_time(|| {
        let semaphore = empty();
        let mut turn = semaphore.acquire();
        let (rings, first) = bell();
        assert!(poll(&mut turn, &first).is_pending());
        let second = hooked(Step::Cloned, move || {
            use_semaphore(semaphore);
            semaphore.add(1);
        });
        assert!(poll(&mut turn, &second).is_ready(), "handed over during this very poll");
        assert_eq!((rings.rings(), Arc::strong_count(&rings)), (1, 2));
        assert_eq!(semaphore.available(), 1, "and given back");
    });
}

#[test]
fn polling_again_with_the_same_waker_neither_clones_nor_drops_one() {
    in_time(|| {
        let semaphore = empty();
        let mut turn = semaphore.acquire();
        let (rings, bell) = bell();
        let ring = |step| -> (Step, Hook) {
            let bell = bell.clone();
            (step, Box::new(move || bell.wake()))
        };
        let waker = hooked_at(vec![ring(Step::Cloned), ring(Step::Cloned), ring(Step::Dropped)]);
        for _ in 0..3 {
            assert!(poll(&mut turn, &waker).is_pending());
        }
        assert_eq!(rings.rings(), 1, "cloned once, by the first poll");
    });
}

/// Two wakers that panic at once, and a third who is served all the same; the first panic goes on.
#[test]
fn wakes_that_panic_cost_the_others_nothing() {
    in_time(|| {
        let semaphore = Semaphore::new(0);
        let (rings, bell) = bell();
        let wakers = [hooked(Step::Woken, panics("the first")), hooked(Step::Woken, panics("the second")), bell];
        let mut waits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()];
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(poll(wait, waker).is_pending());
        }
        assert_eq!(panic_of(|| semaphore.add(3)), "the first");
        assert_eq!(rings.rings(), 1);
        let permits: Vec<_> = waits.iter_mut().map(|wait| poll(wait, Waker::noop())).collect();
        assert!(permits.iter().all(Poll::is_ready), "given out before anybody was woken");
        drop(permits);
        assert_eq!(semaphore.available(), 3);
    });
}

#[test]
fn a_wake_that_panics_when_a_permit_comes_home_or_is_passed_on_comes_after_it() {
    in_time(|| {
        let semaphore = Semaphore::new(1);
        let permit = semaphore.try_acquire().unwrap();
        let (mut first, mut second, mut third) = (semaphore.acquire(), semaphore.acquire(), semaphore.acquire());
        assert!(poll(&mut first, &hooked(Step::Woken, panics("the first"))).is_pending());
        assert!(poll(&mut second, &hooked(Step::Woken, panics("the second"))).is_pending());
        assert!(poll(&mut third, Waker::noop()).is_pending());
        assert_eq!(panic_of(|| drop(permit)), "the first");
        assert_eq!(panic_of(|| drop(first)), "the second");
        drop(second);
        assert!(poll(&mut third, Waker::noop()).is_ready());
        assert_eq!(semaphore.available(), 1);
    });
}

/// A waker whose clone panics takes nothing and leaves nobody in line.
#[test]
fn a_clone_that_panics_leaves_no_place_in_line() {
    in_time(|| {
        let semaphore = Semaphore::new(0);
        let mut turn = semaphore.acquire();
        for words in ["once", "twice"] {
            assert_eq!(panic_of(|| poll(&mut turn, &hooked(Step::Cloned, panics(words)))), words);
        }
        semaphore.add(1);
        assert!(semaphore.try_acquire().is_some());
        assert!(poll(&mut turn, Waker::noop()).is_ready());
    });
}

#[test]
fn a_clone_that_panics_on_a_later_poll_keeps_the_old_waker() {
    in_time(|| {
        let semaphore = Semaphore::new(0);
        let mut turn = semaphore.acquire();
        let (rings, old) = bell();
        assert!(poll(&mut turn, &old).is_pending());
        assert_eq!(panic_of(|| poll(&mut turn, &hooked(Step::Cloned, panics("a clone")))), "a clone");
        semaphore.add(1);
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut turn, &old).is_ready());
    });
}

#[test]
fn a_drop_that_panics_leaves_the_line_in_order() {
    in_time(|| {
        let semaphore = Semaphore::new(1);
        let (mut two, mut one) = (semaphore.acquire_many(2), semaphore.acquire());
        let (rings, bell) = bell();
        let waker = hooked(Step::Dropped, panics("a drop"));
        assert!(poll(&mut two, &waker).is_pending() && poll(&mut one, &bell).is_pending());
        assert_eq!(panic_of(|| drop(two)), "a drop");
        assert_eq!(rings.rings(), 1, "the one that is free is the next one's");
        assert!(poll(&mut one, &bell).is_ready());
    });
}

/// The front gives up, and so the next is served: neither panic falls into the other's unwinding.
#[test]
fn a_wake_and_a_drop_may_panic_at_once() {
    in_time(|| {
        let semaphore = Semaphore::new(2);
        let (mut three, mut one, mut other) = (semaphore.acquire_many(3), semaphore.acquire(), semaphore.acquire());
        let ((dropped, drops), (woken, wakes)) =
            (noted(Step::Dropped, panics("the drop")), noted(Step::Woken, panics("the wake")));
        let (rings, bell) = bell();
        assert!(poll(&mut three, &drops).is_pending());
        assert!(poll(&mut one, &wakes).is_pending() && poll(&mut other, &bell).is_pending());
        assert_eq!(panic_of(|| drop(three)), "the wake");
        assert_eq!((woken.rings(), dropped.rings(), rings.rings()), (1, 1, 1));
        assert!(poll(&mut one, &bell).is_ready() && poll(&mut other, &bell).is_ready());
        assert_eq!(semaphore.available(), 2);
    });
}

/// The permits come home between the two looks of a first poll, here by the waker's own clone, and so are ours; then that
/// clone, which nobody needs, panics when it is dropped. Then the future that panicked is dropped, and puts them back.
#[test]
fn a_drop_that_panics_when_the_permits_are_just_ours_gives_them_back() {
    in_time(|| {
        let semaphore = for_ever(Semaphore::new(2));
        let permit = semaphore.try_acquire_many(2).unwrap();
        let release: Hook = Box::new(move || drop(permit));
        let waker = hooked_at(vec![(Step::Cloned, release), (Step::Dropped, Box::new(panics("the clone")))]);
        let mut turn = semaphore.acquire_many(2);
        assert_eq!(panic_of(|| poll(&mut turn, &waker)), "the clone");
        assert_eq!(semaphore.available(), 0, "they are the future's, which was not told");
        let mut next = semaphore.acquire();
        assert!(poll(&mut next, Waker::noop()).is_pending());
        drop(turn);
        assert_eq!(semaphore.available(), 1, "one went to the next");
        assert!(poll(&mut next, Waker::noop()).is_ready());
    });
}

#[test]
fn a_wake_may_give_back_to_a_bounded_semaphore() {
    in_time(|| {
        let semaphore = for_ever(BoundedSemaphore::new(2));
        semaphore.try_acquire().unwrap().forget();
        let held = semaphore.try_acquire().unwrap();
        let mut turn = semaphore.acquire();
        let (ran, waker) = noted(Step::Woken, move || {
            assert!(semaphore.add(1).is_err(), "all exist again");
            assert!(semaphore.try_acquire().is_none());
            write_into(semaphore, &|| assert!(poll(&mut semaphore.acquire(), Waker::noop()).is_pending()));
        });
        assert!(poll(&mut turn, &waker).is_pending());
        assert_eq!(semaphore.add(1), Ok(()));
        assert_eq!(ran.rings(), 1);
        assert!(poll(&mut turn, Waker::noop()).is_ready());
        drop(held);
        assert_eq!(semaphore.available(), 2);
    });
}

#[test]
fn wakes_that_panic_in_a_bounded_add_cost_the_others_nothing() {
    in_time(|| {
        let semaphore = BoundedSemaphore::new(3);
        semaphore.try_acquire().unwrap().forget();
        let mut waits = [semaphore.acquire_many(3), semaphore.acquire()];
        assert!(poll(&mut waits[0], &hooked(Step::Woken, panics("the wake"))).is_pending());
        let (rings, bell) = bell();
        assert!(poll(&mut waits[1], &bell).is_pending());
        assert_eq!(panic_of(|| semaphore.add(1)), "the wake");
        assert!(semaphore.add(1).is_err(), "it was added all the same");
        let [first, mut second] = waits;
        drop(first);
        assert_eq!(rings.rings(), 1);
        assert!(poll(&mut second, &bell).is_ready());
        assert_eq!(semaphore.available(), 3);
    });
}
