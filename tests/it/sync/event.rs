//! `Event`, poll by poll.

use async_kata::sync::Event;
use tokio_test::{assert_pending, assert_ready, task::spawn};

use super::{poll_in, task};

#[test]
fn a_set_event_lets_through_at_the_first_poll_and_stays_set() {
    let event = Event::new();
    event.set();
    event.set();
    for _ in 0..2 {
        let mut wait = spawn(event.wait());
        assert_ready!(wait.poll());
        assert_eq!(wait.waker_ref_count(), 1, "who does not wait leaves no waker");
    }
    assert!(event.is_set());
}

#[test]
fn set_wakes_everybody() {
    let event = Event::default();
    let mut waits: Vec<_> = (0..3).map(|_| spawn(event.wait())).collect();
    waits.iter_mut().for_each(|wait| assert_pending!(wait.poll()));
    event.set();
    assert!(waits.iter().all(|wait| wait.is_woken() && wait.waker_ref_count() == 1));
    waits.iter_mut().for_each(|wait| assert_ready!(wait.poll()));
}

#[test]
fn set_and_clear_lets_through_who_is_present_and_nobody_else() {
    let event = Event::new();
    let (mut present, mut not_polled) = (spawn(event.wait()), spawn(event.wait()));
    assert_pending!(present.poll());
    event.set();
    event.clear();

    let mut late = spawn(event.wait());
    assert_pending!(late.poll());
    assert_pending!(not_polled.poll());
    assert_ready!(present.poll());
    assert!(!late.is_woken());
    assert!(!event.is_set());
}

#[test]
fn a_wait_begins_with_its_first_poll() {
    let event = Event::new();
    let mut wait = spawn(event.wait());
    event.set();
    event.clear();
    assert_pending!(wait.poll());
}

#[test]
fn clear_is_for_those_who_come_later() {
    let event = Event::new();
    event.clear();
    event.set();
    event.clear();
    let mut wait = spawn(event.wait());
    assert_pending!(wait.poll());
    event.clear();
    assert!(!wait.is_woken());
    event.set();
    assert_ready!(wait.poll());
}

#[test]
fn the_last_poll_says_whom_to_wake() {
    let event = Event::new();
    let mut wait = spawn(event.wait());
    let (mut old, mut new) = (task(), task());
    assert_pending!(poll_in(&mut old, &mut wait));
    assert_pending!(poll_in(&mut new, &mut wait));
    assert_eq!((old.waker_ref_count(), new.waker_ref_count()), (1, 2), "the old waker is let go");
    event.set();
    assert_eq!((old.is_woken(), new.is_woken()), (false, true));
    assert_eq!(new.waker_ref_count(), 1, "a waker that has woken is let go");
}

#[test]
fn a_wait_that_is_dropped_leaves_nothing_behind_wherever_it_stands() {
    for dropped in 0..3 {
        let event = Event::new();
        let mut line: Vec<_> = (0..3).map(|_| spawn(event.wait())).collect();
        line.iter_mut().for_each(|wait| assert_pending!(wait.poll()));
        let mut gone = task();
        assert_pending!(poll_in(&mut gone, &mut line[dropped]));
        drop(line.remove(dropped));
        assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false), "its waker is let go, unwoken");
        event.set();
        line.iter_mut().for_each(|wait| assert_ready!(wait.poll(), "dropped {dropped}"));
    }
}

#[test]
fn a_wait_dropped_after_set_costs_the_others_nothing() {
    let event = Event::new();
    let (mut called, mut other) = (spawn(event.wait()), spawn(event.wait()));
    assert_pending!(called.poll());
    assert_pending!(other.poll());
    event.set();
    event.clear();
    let mut late = spawn(event.wait());
    assert_pending!(late.poll()); // sits where `called` sat
    drop(called);
    assert_ready!(other.poll());
    assert!(!late.is_woken());
    event.set();
    assert_ready!(late.poll());
}

#[test]
fn a_wait_dropped_before_its_first_poll_was_never_there() {
    let event = Event::new();
    drop(spawn(event.wait()));
    let mut wait = spawn(event.wait());
    assert_pending!(wait.poll());
    event.set();
    assert_ready!(wait.poll());
}

#[test]
fn debug_shows_the_state() {
    let event = Event::new();
    let mut wait = spawn(event.wait());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: false }");
    assert_pending!(wait.poll());
    assert_eq!(format!("{event:?}"), "Event { set: false, waiters: true }");
    event.set();
    assert_eq!(format!("{event:?}"), "Event { set: true, waiters: false }");
}
