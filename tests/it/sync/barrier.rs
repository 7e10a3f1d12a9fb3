//! `Barrier`, poll by poll.

use std::panic::catch_unwind;

use async_kata::sync::Barrier;
use async_kata::sync::barrier::{BrokenBarrier, Waiting};
use tokio_test::task::{Spawn, spawn};
use tokio_test::{assert_pending, assert_ready, assert_ready_eq};

use super::{poll_in, task};

/// So many who have come, and wait.
fn come(barrier: &Barrier, n: usize) -> Vec<Spawn<Waiting<'_>>> {
    let mut waits: Vec<_> = (0..n).map(|_| spawn(barrier.wait())).collect();
    waits.iter_mut().for_each(|wait| assert_pending!(wait.poll()));
    waits
}

#[test]
fn the_last_to_come_lets_all_go_with_numbers_in_the_order_of_coming() {
    let barrier = Barrier::new(3);
    let (mut last, mut first, mut second) = (spawn(barrier.wait()), spawn(barrier.wait()), spawn(barrier.wait()));
    assert_pending!(first.poll());
    assert_pending!(second.poll());
    assert_pending!(first.poll()); // polling once more is not coming once more
    assert_eq!((barrier.n_waiting(), barrier.parties()), (2, 3));
    assert!(!first.is_woken() && !second.is_woken());

    assert_ready_eq!(last.poll(), Ok(2));
    assert_eq!(last.waker_ref_count(), 1, "who does not wait leaves no waker");
    assert!(first.is_woken() && second.is_woken());
    assert_eq!(barrier.n_waiting(), 0, "let through, though they have not run");
    assert_ready_eq!(second.poll(), Ok(1));
    assert_ready_eq!(first.poll(), Ok(0));
}

#[test]
fn a_barrier_of_one_never_waits() {
    let barrier = Barrier::new(1);
    for _ in 0..3 {
        assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(0));
    }
}

#[test]
fn a_barrier_of_none_is_refused() {
    let panic = catch_unwind(|| Barrier::new(0)).unwrap_err();
    let words = panic.downcast_ref::<&str>();
    assert_eq!(words, Some(&"a barrier of 0 parties: nobody could pass it; take 1 or more"));
}

#[test]
fn rounds_follow_each_other() {
    let barrier = Barrier::new(3);
    for round in 0..100 {
        let mut waits = come(&barrier, 2);
        if round % 3 == 0 {
            drop(waits.remove(0));
            waits.extend(come(&barrier, 1));
        }
        assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(2));
        for (number, wait) in waits.iter_mut().enumerate() {
            assert_ready_eq!(wait.poll(), Ok(number), "round {round}");
        }
    }
}

#[test]
fn who_comes_before_the_others_have_run_belongs_to_the_next_round() {
    let barrier = Barrier::new(2);
    let mut first = come(&barrier, 1);
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    let mut next = come(&barrier, 1);
    assert_eq!(barrier.n_waiting(), 1);
    assert!(!next[0].is_woken());
    // And a third round, while two of the first two rounds have not run.
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    let third = come(&barrier, 1);
    assert_ready_eq!(next[0].poll(), Ok(0));
    assert_ready_eq!(first[0].poll(), Ok(0));
    assert!(!third[0].is_woken());
}

#[test]
fn a_wait_that_was_never_polled_has_not_come() {
    let barrier = Barrier::new(2);
    let (never, mut first) = (spawn(barrier.wait()), spawn(barrier.wait()));
    assert_pending!(first.poll());
    assert_eq!(barrier.n_waiting(), 1);
    drop(never);
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    assert_ready_eq!(first.poll(), Ok(0));
}

#[test]
fn who_gives_up_has_not_come_and_the_others_move_up() {
    for dropped in 0..3 {
        let barrier = Barrier::new(4);
        let mut line = come(&barrier, 3);
        let mut gone = task();
        assert_pending!(poll_in(&mut gone, &mut line[dropped]));
        drop(line.remove(dropped));
        assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false), "its waker is let go, unwoken");
        assert_eq!(barrier.n_waiting(), 2);

        line.extend(come(&barrier, 1));
        assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(3));
        for (number, wait) in line.iter_mut().enumerate() {
            assert_ready_eq!(wait.poll(), Ok(number), "dropped {dropped}");
        }
    }
}

#[test]
fn who_gives_up_after_it_was_let_through_has_passed() {
    let barrier = Barrier::new(3);
    let mut round = come(&barrier, 2);
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(2));
    let next = come(&barrier, 1); // sits where one of them sat
    drop(round.remove(0));
    assert_eq!(barrier.n_waiting(), 1, "nobody of the next round is gone");
    assert!(!next[0].is_woken());
    assert_ready_eq!(round[0].poll(), Ok(1), "the first one's number is nobody's");
}

#[test]
fn abort_sends_away_who_waits_and_who_comes_later() {
    let barrier = Barrier::new(3);
    let mut waits = come(&barrier, 2);
    let mut never_polled = spawn(barrier.wait());
    barrier.abort();
    assert!(barrier.is_broken() && waits.iter().all(|wait| wait.is_woken()));
    assert_eq!(barrier.n_waiting(), 0);
    for wait in &mut waits {
        assert_ready_eq!(wait.poll(), Err(BrokenBarrier));
    }
    assert_ready_eq!(never_polled.poll(), Err(BrokenBarrier));
    assert_eq!(never_polled.waker_ref_count(), 1, "who does not wait leaves no waker");
    barrier.abort(); // again: nothing more
    assert_ready_eq!(spawn(barrier.wait()).poll(), Err(BrokenBarrier));
}

#[test]
fn neither_abort_nor_reset_catches_who_was_let_through() {
    for end in [Barrier::abort, Barrier::reset] {
        let barrier = Barrier::new(2);
        let mut first = come(&barrier, 1);
        assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
        end(&barrier);
        assert_ready_eq!(first[0].poll(), Ok(0));
    }
}

#[test]
fn reset_sends_away_who_waits_and_begins_anew() {
    let barrier = Barrier::new(2);
    let mut old = come(&barrier, 1);
    barrier.reset();
    assert!(old[0].is_woken() && !barrier.is_broken());
    let mut first = come(&barrier, 1);
    assert_eq!(barrier.n_waiting(), 1);
    assert_ready_eq!(old[0].poll(), Err(BrokenBarrier));
    assert_eq!(barrier.n_waiting(), 1, "who was sent away has no part in this round");
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    assert_ready_eq!(first[0].poll(), Ok(0));
}

#[test]
fn reset_mends_a_broken_barrier_but_not_the_waits_that_it_broke() {
    let barrier = Barrier::new(2);
    let mut broken = come(&barrier, 1);
    barrier.abort();
    barrier.reset();
    assert!(!barrier.is_broken());
    let mut first = come(&barrier, 1);
    assert_ready_eq!(broken[0].poll(), Err(BrokenBarrier));
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    assert_ready_eq!(first[0].poll(), Ok(0));
}

#[test]
fn who_was_sent_away_and_gives_up_leaves_no_trace() {
    for end in [Barrier::abort, Barrier::reset] {
        let barrier = Barrier::new(2);
        let sent_away = come(&barrier, 1);
        end(&barrier);
        barrier.reset();
        let mut first = come(&barrier, 1);
        drop(sent_away);
        assert_eq!(barrier.n_waiting(), 1);
        assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
        assert_ready_eq!(first[0].poll(), Ok(0));
    }
}

#[test]
fn the_last_poll_says_whom_to_wake() {
    let barrier = Barrier::new(2);
    let mut wait = spawn(barrier.wait());
    let (mut old, mut new) = (task(), task());
    assert_pending!(poll_in(&mut old, &mut wait));
    assert_pending!(poll_in(&mut new, &mut wait));
    assert_eq!((old.waker_ref_count(), new.waker_ref_count()), (1, 2), "the old waker is let go");
    assert_ready!(spawn(barrier.wait()).poll()).unwrap();
    assert_eq!((old.is_woken(), new.is_woken()), (false, true));
    assert_eq!(new.waker_ref_count(), 1, "a waker that has woken is let go");
}

#[test]
fn debug_and_the_error_show_the_state() {
    let barrier = Barrier::new(2);
    let shows = |words: &str| assert_eq!(format!("{barrier:?}"), format!("Barrier {{ parties: 2, {words} }}"));
    shows("n_waiting: 0, n_passing: 0, is_broken: false");
    let first = come(&barrier, 1);
    shows("n_waiting: 1, n_passing: 0, is_broken: false");
    assert_ready_eq!(spawn(barrier.wait()).poll(), Ok(1));
    shows("n_waiting: 0, n_passing: 1, is_broken: false");
    drop(first);
    barrier.abort();
    shows("n_waiting: 0, n_passing: 0, is_broken: true");
    assert_eq!(BrokenBarrier.to_string(), "the barrier was aborted, or reset while waiting");
}
