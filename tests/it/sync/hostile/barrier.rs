//! `Barrier` with wakers that call back or panic.

use std::task::{Poll, Waker};

use async_kata::sync::Barrier;
use async_kata::sync::barrier::BrokenBarrier;

use super::super::stage::{for_ever, in_time, noted, panic_of, panics, poll};
use super::super::wakers::{Hook, Step, hooked, hooked_at};
use super::write_into;
use crate::bell::bell;

const THROUGH: fn(usize) -> Poll<Result<usize, BrokenBarrier>> = |number| Poll::Ready(Ok(number));
const SENT_AWAY: Poll<Result<usize, BrokenBarrier>> = Poll::Ready(Err(BrokenBarrier));

/// What a hook may do and leave no trace: look, come, and give up again.
fn use_barrier(barrier: &Barrier) {
    let n_waiting = barrier.n_waiting();
    write_into(barrier, &|| assert_eq!(barrier.n_waiting(), n_waiting));
    assert!(poll(&mut barrier.wait(), Waker::noop()).is_pending() || barrier.is_broken());
    assert_eq!(barrier.n_waiting(), n_waiting);
}

#[test]
fn a_wake_may_begin_the_next_round_and_break_it() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let next = for_ever(std::sync::Mutex::new(barrier.wait()));
        let (ran, waker) = noted(Step::Woken, move || {
            use_barrier(barrier);
            assert!(poll(&mut *next.lock().unwrap(), Waker::noop()).is_pending());
            barrier.abort();
        });
        let (mut first, mut last) = (barrier.wait(), barrier.wait());
        assert!(poll(&mut first, &waker).is_pending());
        assert_eq!(poll(&mut last, Waker::noop()), THROUGH(1), "full before it was broken");
        assert_eq!(ran.rings(), 1);
        assert_eq!(poll(&mut first, Waker::noop()), THROUGH(0));
        assert_eq!(poll(&mut *next.lock().unwrap(), Waker::noop()), SENT_AWAY);
    });
}

#[test]
fn a_wake_may_mend_what_was_broken() {
    for end in [Barrier::abort, Barrier::reset] {
        in_time(move || {
            let barrier = for_ever(Barrier::new(2));
            let again = for_ever(std::sync::Mutex::new(barrier.wait()));
            let (ran, waker) = noted(Step::Woken, move || {
                use_barrier(barrier);
                barrier.reset();
                assert!(poll(&mut *again.lock().unwrap(), Waker::noop()).is_pending());
            });
            let mut first = barrier.wait();
            assert!(poll(&mut first, &waker).is_pending());
            end(barrier);
            assert_eq!((ran.rings(), barrier.n_waiting(), barrier.is_broken()), (1, 1, false));
            assert_eq!(poll(&mut first, Waker::noop()), SENT_AWAY);
            assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(1));
            assert_eq!(poll(&mut *again.lock().unwrap(), Waker::noop()), THROUGH(0));
        });
    }
}

#[test]
fn the_clone_of_a_waker_may_come_first_or_break_the_barrier() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let other = for_ever(std::sync::Mutex::new(barrier.wait()));
        let (ran, waker) = noted(Step::Cloned, move || {
            use_barrier(barrier);
            assert!(poll(&mut *other.lock().unwrap(), Waker::noop()).is_pending());
        });
        assert_eq!(
            poll(&mut barrier.wait(), &waker),
            THROUGH(1),
            "the other came during this very poll, and was first"
        );
        assert_eq!(poll(&mut *other.lock().unwrap(), Waker::noop()), THROUGH(0));
        let (ran_too, waker) = noted(Step::Cloned, move || barrier.abort());
        assert_eq!(poll(&mut barrier.wait(), &waker), SENT_AWAY);
        assert_eq!((ran.rings(), ran_too.rings()), (1, 1));
    });
}

#[test]
fn the_clone_of_a_second_waker_may_fill_or_break_the_barrier() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let mut wait = barrier.wait();
        assert!(poll(&mut wait, Waker::noop()).is_pending());
        let fills = hooked(Step::Cloned, move || assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(1)));
        assert_eq!(poll(&mut wait, &fills), THROUGH(0), "let through during this very poll");

        let mut wait = barrier.wait();
        assert!(poll(&mut wait, Waker::noop()).is_pending());
        let breaks = hooked(Step::Cloned, move || barrier.abort());
        assert_eq!(poll(&mut wait, &breaks), SENT_AWAY, "sent away during this very poll");
    });
}

#[test]
fn the_drop_of_an_old_waker_may_fill_the_barrier() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let mut wait = barrier.wait();
        let (ran, old) = noted(Step::Dropped, move || {
            assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(1));
        });
        assert!(poll(&mut wait, &old).is_pending());
        let (rings, new) = bell();
        assert!(poll(&mut wait, &new).is_pending());
        assert_eq!((ran.rings(), rings.rings()), (1, 1), "the new waker was in place before");
        assert_eq!(poll(&mut wait, &new), THROUGH(0));
    });
}

#[test]
fn the_drop_of_a_waker_given_up_may_use_the_barrier() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let mut gone = barrier.wait();
        let (ran, waker) = noted(Step::Dropped, move || {
            assert_eq!(barrier.n_waiting(), 0, "it is gone already");
            use_barrier(barrier);
        });
        assert!(poll(&mut gone, &waker).is_pending());
        drop(gone);
        assert_eq!(ran.rings(), 1);
    });
}

/// Whoever makes the barrier full has no use for its waker's clone.
#[test]
fn the_drop_of_an_unneeded_clone_may_use_the_barrier() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let mut first = barrier.wait();
        let (rings, bell) = bell();
        assert!(poll(&mut first, &bell).is_pending());
        let hook = move || use_barrier(barrier);
        let ((full, fills), (broken, breaks)) = (noted(Step::Dropped, hook), noted(Step::Dropped, hook));
        assert_eq!(poll(&mut barrier.wait(), &fills), THROUGH(1));
        assert_eq!((full.rings(), rings.rings()), (1, 1));
        barrier.abort();
        assert_eq!(poll(&mut barrier.wait(), &breaks), SENT_AWAY);
        assert_eq!(broken.rings(), 1);
    });
}

/// Full, broken or reset, two wakers panic at once: the first panic goes on, and all are told.
#[test]
fn wakes_that_panic_cost_the_others_nothing() {
    let fill: fn(&Barrier) = |barrier| assert!(poll(&mut barrier.wait(), Waker::noop()).is_ready());
    for (end, is_full) in [(fill, true), (Barrier::abort, false), (Barrier::reset, false)] {
        in_time(move || {
            let barrier = Barrier::new(4);
            let (rings, bell) = bell();
            let wakers = [hooked(Step::Woken, panics("the first")), hooked(Step::Woken, panics("the second")), bell];
            let mut waits = [barrier.wait(), barrier.wait(), barrier.wait()];
            for (wait, waker) in waits.iter_mut().zip(&wakers) {
                assert!(poll(wait, waker).is_pending());
            }
            assert_eq!(panic_of(|| end(&barrier)), "the first");
            assert_eq!((rings.rings(), barrier.n_waiting()), (1, 0));
            for (number, wait) in waits.iter_mut().enumerate() {
                assert_eq!(poll(wait, Waker::noop()), if is_full { THROUGH(number) } else { SENT_AWAY });
            }
            barrier.reset();
            assert!(poll(&mut barrier.wait(), Waker::noop()).is_pending());
        });
    }
}

#[test]
fn a_clone_that_panics_has_not_come() {
    in_time(|| {
        let barrier = Barrier::new(2);
        let mut wait = barrier.wait();
        for words in ["once", "twice"] {
            assert_eq!(panic_of(|| poll(&mut wait, &hooked(Step::Cloned, panics(words)))), words);
        }
        assert_eq!(barrier.n_waiting(), 0);
        assert!(poll(&mut wait, Waker::noop()).is_pending());
        assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(1));
        assert_eq!(poll(&mut wait, Waker::noop()), THROUGH(0));
    });
}

#[test]
fn a_clone_that_panics_on_a_later_poll_keeps_the_old_waker() {
    in_time(|| {
        let barrier = Barrier::new(2);
        let mut wait = barrier.wait();
        let (rings, old) = bell();
        assert!(poll(&mut wait, &old).is_pending());
        assert_eq!(panic_of(|| poll(&mut wait, &hooked(Step::Cloned, panics("a clone")))), "a clone");
        assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(1));
        assert_eq!(rings.rings(), 1);
        assert_eq!(poll(&mut wait, &old), THROUGH(0));
    });
}

#[test]
fn a_drop_that_panics_leaves_the_line_in_order() {
    in_time(|| {
        let barrier = Barrier::new(3);
        let (mut gone, mut next) = (barrier.wait(), barrier.wait());
        let waker = hooked(Step::Dropped, panics("a drop"));
        assert!(poll(&mut gone, &waker).is_pending() && poll(&mut next, Waker::noop()).is_pending());
        assert_eq!(panic_of(|| drop(gone)), "a drop");
        assert_eq!(barrier.n_waiting(), 1, "who was dropped has not come");

        let old = hooked(Step::Dropped, panics("a drop"));
        let mut wait = barrier.wait();
        assert!(poll(&mut wait, &old).is_pending());
        let (rings, new) = bell();
        assert_eq!(panic_of(|| poll(&mut wait, &new)), "a drop");
        assert_eq!(poll(&mut barrier.wait(), Waker::noop()), THROUGH(2));
        assert_eq!(rings.rings(), 1, "the new waker was in place before");
        assert_eq!((poll(&mut next, &new), poll(&mut wait, &new)), (THROUGH(0), THROUGH(1)));
    });
}

/// Whoever makes the barrier full wakes others and drops its own waker's clone: neither panic falls into the other's
/// unwinding.
#[test]
fn a_wake_and_a_drop_may_panic_at_once() {
    in_time(|| {
        let barrier = Barrier::new(2);
        let ((woken, wakes), (dropped, drops)) =
            (noted(Step::Woken, panics("the wake")), noted(Step::Dropped, panics("the drop")));
        let mut first = barrier.wait();
        assert!(poll(&mut first, &wakes).is_pending());
        assert_eq!(panic_of(|| poll(&mut barrier.wait(), &drops)), "the wake");
        assert_eq!((woken.rings(), dropped.rings()), (1, 1));
        assert_eq!(poll(&mut first, Waker::noop()), THROUGH(0));
    });
}

/// The barrier is broken between its two looks at it, here by the waker's own clone, which then panics when it is
/// dropped: nobody has come.
#[test]
fn a_drop_that_panics_at_a_broken_barrier_leaves_nobody() {
    in_time(|| {
        let barrier = for_ever(Barrier::new(2));
        let breaks: Hook = Box::new(move || barrier.abort());
        let waker = hooked_at(vec![(Step::Cloned, breaks), (Step::Dropped, Box::new(panics("the clone")))]);
        let mut wait = barrier.wait();
        assert_eq!(panic_of(|| poll(&mut wait, &waker)), "the clone");
        drop(wait);
        barrier.reset();
        assert_eq!(barrier.n_waiting(), 0);
        assert!(poll(&mut barrier.wait(), Waker::noop()).is_pending());
    });
}
