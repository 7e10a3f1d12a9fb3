//! Models of `Lock`: each await, each cancel.

use std::sync::Arc;

use crate::model::{Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::Lock;

/// Takes a turn: locks, adds one, unlocks.
fn add(lock: &Lock<u32>) {
    *wait("lock", async { lock.lock().await }) += 1;
    say("unlocked");
}

/// A turn that owns its lock, so that it can be begun in one thread and go on in another.
fn turn(lock: &Arc<Lock<u32>>) -> Pending<()> {
    let lock = lock.clone();
    Pending::new(async move { *lock.lock().await += 1 })
}

/// The value of a lock that everybody has left.
fn left(lock: &Lock<u32>) -> u32 {
    *lock.try_lock().expect("everybody has left: it is free")
}

fn tasks_take_turns(n: u32) -> &'static str {
    let lock = Arc::new(Lock::new(0));
    let others = ["b", "c"].into_iter().take(n as usize - 1).map(|name| {
        let lock = lock.clone();
        thread(name, move || add(&lock))
    });
    let others: Vec<_> = others.collect();
    add(&lock);
    others.into_iter().for_each(|other| other.join().unwrap());
    assert_eq!(left(&lock), n);
    "everybody had a turn"
}

// Catches: `join` that does not announce itself (WAITERS) and so is not called.
#[test]
fn two_tasks_take_turns() {
    model("lock::two_tasks_take_turns", UNBOUNDED, &["everybody had a turn"], || tasks_take_turns(2));
}

// Catches: a hand-over that says "nobody waits" (HELD) while a third task does.
#[test]
fn three_tasks_take_turns_3_preemptions() {
    model("lock::three_tasks_take_turns_3_preemptions", Some(3), &["everybody had a turn"], || tasks_take_turns(3));
}

// Catches: an `unlock` that is Relaxed, so the next holder may not see the value.
#[test]
fn unlocking_carries_the_value() {
    model("lock::unlocking_carries_the_value", UNBOUNDED, &["one came too early", "both got it"], || {
        let lock = Arc::new(Lock::new(0));
        let try_add = |lock: &Lock<u32>| lock.try_lock().map(|mut value| *value += 1).is_some();
        let b = thread("b", {
            let lock = lock.clone();
            move || try_add(&lock)
        });
        let both = try_add(&lock) & b.join().unwrap();
        assert_eq!(left(&lock), 1 + u32::from(both));
        if both { "both got it" } else { "one came too early" }
    });
}

// Catches: a sign (`Served::call`) that is Relaxed, so the called task may not see the value.
#[test]
fn the_turn_carries_the_value() {
    model("lock::the_turn_carries_the_value", UNBOUNDED, &["both had a turn"], || {
        let lock = Arc::new(Lock::new(0));
        let mut held = lock.try_lock().expect("new");
        let mut next = turn(&lock);
        let b = thread("b", move || next.wait("lock"));
        *held += 1;
        drop(held);
        say("handed over");
        b.join().unwrap();
        assert_eq!(left(&lock), 2);
        "both had a turn"
    });
}

// Catches: a place in line that keeps the waker of its first poll.
#[test]
fn a_hand_over_wakes_the_last_waker() {
    model("lock::a_hand_over_wakes_the_last_waker", UNBOUNDED, &["woke the first", "woke the last"], || {
        let lock = Arc::new(Lock::new(0));
        let held = lock.try_lock().expect("new");
        let mut next = turn(&lock);
        let b = thread("b", move || {
            next.wait("lock");
            next.was_woken()
        });
        drop(held);
        say("handed over");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}

// Catches: an `unlock` that frees the lock before it hands it over.
#[test]
fn a_newcomer_does_not_overtake() {
    model("lock::a_newcomer_does_not_overtake", UNBOUNDED, &["refused"], || {
        let lock = Arc::new(Lock::new(0));
        let held = lock.try_lock().expect("new");
        let next = turn(&lock);
        let b = thread("b", {
            let lock = lock.clone();
            move || lock.try_lock().is_none()
        });
        drop(held);
        say("handed over");
        let refused = b.join().unwrap();
        drop(next);
        if refused { "refused" } else { "overtook" }
    });
}

// Catches: a called place that is dropped and does not pass the lock on.
#[test]
fn a_turn_given_up_goes_to_the_next() {
    let ends = &["left the line", "was called, passed it on"];
    model("lock::a_turn_given_up_goes_to_the_next", UNBOUNDED, ends, || {
        let lock = Arc::new(Lock::new(0));
        let held = lock.try_lock().expect("new");
        let (first, mut second) = (turn(&lock), turn(&lock));
        let b = thread("b", move || {
            let called = first.was_woken();
            drop(first);
            say("gave up");
            called
        });
        drop(held);
        say("handed over");
        second.wait("lock");
        let called = b.join().unwrap();
        assert_eq!(left(&lock), 1);
        if called { "was called, passed it on" } else { "left the line" }
    });
}

// Catches: the FREE of a hand-over that meets an empty line being Relaxed, or left out.
#[test]
fn a_wait_given_up_leaves_a_free_lock() {
    model("lock::a_wait_given_up_leaves_a_free_lock", UNBOUNDED, &["still held", "got it"], || {
        let lock = Arc::new(Lock::new(0));
        let mut held = lock.try_lock().expect("new");
        let next = turn(&lock);
        let b = thread("b", {
            let lock = lock.clone();
            move || {
                drop(next);
                say("gave up");
                lock.try_lock().map(|mut value| *value += 1).is_some()
            }
        });
        *held += 1;
        drop(held);
        say("unlocked");
        let got = b.join().unwrap();
        assert_eq!(left(&lock), 1 + u32::from(got));
        if got { "got it" } else { "still held" }
    });
}

fn one_gives_up(n: u32) -> &'static str {
    let lock = Arc::new(Lock::new(0));
    let others = ["b", "c"].into_iter().take(n as usize - 1).map(|name| {
        let lock = lock.clone();
        thread(name, move || add(&lock))
    });
    let others: Vec<_> = others.collect();
    let got = give_up("lock", async { lock.lock().await }).map(|mut value| *value += 1).is_some();
    others.into_iter().for_each(|other| other.join().unwrap());
    assert_eq!(left(&lock), n - u32::from(!got));
    if got { "had a turn" } else { "gave up" }
}

// Catches: a wait that gives up and stays in line.
#[test]
fn one_of_two_gives_up() {
    model("lock::one_of_two_gives_up", UNBOUNDED, &["had a turn", "gave up"], || one_gives_up(2));
}

// Catches: a wait that gives up and says "nobody waits" (HELD) for all.
#[test]
fn one_of_three_gives_up_3_preemptions() {
    model("lock::one_of_three_gives_up_3_preemptions", Some(3), &["had a turn", "gave up"], || one_gives_up(3));
}
