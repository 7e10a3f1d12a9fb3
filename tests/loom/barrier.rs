//! Models of `Barrier`: who passes with whom, and who is sent away.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::model::{Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::Barrier;
use crate::sync::barrier::BrokenBarrier;

type Number = Result<usize, BrokenBarrier>;

fn pass(barrier: &Barrier) -> Number {
    wait("wait", async { barrier.wait().await })
}

/// A wait that owns its barrier, so that it can be begun in one thread and go on in another.
fn waiting(barrier: &Arc<Barrier>) -> Pending<Number> {
    let barrier = barrier.clone();
    Pending::new(async move { barrier.wait().await })
}

// Catches: a barrier that is full one too early, or wakes nobody.
#[test]
fn two_meet_and_see_each_others_work() {
    let ends = &["b was first", "main was first"];
    model("barrier::two_meet_and_see_each_others_work", UNBOUNDED, ends, || {
        let barrier = Arc::new(Barrier::new(2));
        let work = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
        let b = thread("b", {
            let (barrier, work) = (barrier.clone(), work.clone());
            move || {
                work[1].store(1, Relaxed);
                let number = pass(&barrier);
                assert_eq!(work[0].load(Relaxed), 1, "done before main came");
                number
            }
        });
        work[0].store(1, Relaxed);
        let number = pass(&barrier);
        assert_eq!(work[1].load(Relaxed), 1, "done before b came");
        match (number, b.join().unwrap()) {
            (Ok(1), Ok(0)) => "b was first",
            (Ok(0), Ok(1)) => "main was first",
            _ => "not two numbers",
        }
    });
}

// Catches: a full barrier that wakes the first in line only.
#[test]
fn three_meet_2_preemptions() {
    model("barrier::three_meet_2_preemptions", Some(2), &["three numbers"], || {
        let barrier = Arc::new(Barrier::new(3));
        let others = ["b", "c"].map(|name| {
            let barrier = barrier.clone();
            thread(name, move || pass(&barrier))
        });
        let mut numbers = vec![pass(&barrier)];
        numbers.extend(others.map(|other| other.join().unwrap()));
        numbers.sort_by_key(|number| number.ok());
        if numbers == [Ok(0), Ok(1), Ok(2)] { "three numbers" } else { "a number twice" }
    });
}

// Catches: a barrier whose count is not set back when it was full.
#[test]
fn two_meet_twice() {
    model("barrier::two_meet_twice", UNBOUNDED, &["met twice"], || {
        let barrier = Arc::new(Barrier::new(2));
        let b = thread("b", {
            let barrier = barrier.clone();
            move || [pass(&barrier), pass(&barrier)]
        });
        let ours = [pass(&barrier), pass(&barrier)];
        let theirs = b.join().unwrap();
        for (ours, theirs) in ours.into_iter().zip(theirs) {
            assert_eq!(ours.unwrap() + theirs.unwrap(), 1, "0 and 1 in each round");
        }
        "met twice"
    });
}

// Catches: a wait that gives up and has come all the same.
#[test]
fn who_gives_up_has_not_come() {
    model("barrier::who_gives_up_has_not_come", UNBOUNDED, &["both came", "one came"], || {
        let barrier = Arc::new(Barrier::new(2));
        let first = waiting(&barrier);
        let b = thread("b", move || {
            drop(first);
            say("gave up");
        });
        let number = give_up("wait", async { barrier.wait().await });
        b.join().unwrap();
        assert_eq!(barrier.n_waiting(), 0, "whoever gave up is not counted, nor who passed");
        match number {
            Some(Ok(1)) => "both came",
            None => "one came",
            _ => "another number",
        }
    });
}

// Catches: an `abort` that leaves those who wait in line, and a wait that does not look whether it is broken.
#[test]
fn an_abort_is_never_missed() {
    model("barrier::an_abort_is_never_missed", UNBOUNDED, &["told"], || {
        let barrier = Arc::new(Barrier::new(2));
        let b = thread("b", {
            let barrier = barrier.clone();
            move || barrier.abort()
        });
        assert_eq!(pass(&barrier), Err(BrokenBarrier));
        b.join().unwrap();
        "told"
    });
}

/// One waits, another comes; a third, meanwhile, sends them away. Together they pass, or neither does.
fn sent_away(send_away: fn(&Barrier)) -> &'static str {
    let barrier = Arc::new(Barrier::new(2));
    let mut first = waiting(&barrier);
    let b = thread("b", {
        let barrier = barrier.clone();
        move || send_away(&barrier)
    });
    let second = give_up("wait", async { barrier.wait().await });
    b.join().unwrap();
    match (first.wait("wait"), second) {
        (Ok(0), Some(Ok(1))) => "both passed",
        (Err(BrokenBarrier), Some(Err(BrokenBarrier))) => "both were sent away",
        (Err(BrokenBarrier), None) => "the second came to a new round",
        _ => "one passed alone",
    }
}

// Catches: an `abort` that also catches who was let through: one passes, the other does not.
#[test]
fn an_abort_parts_nobody() {
    model("barrier::an_abort_parts_nobody", UNBOUNDED, &["both passed", "both were sent away"], || {
        sent_away(Barrier::abort)
    });
}

// Catches: a `reset` that breaks the barrier.
#[test]
fn a_reset_parts_nobody() {
    let ends = &["both passed", "the second came to a new round"];
    model("barrier::a_reset_parts_nobody", UNBOUNDED, ends, || sent_away(Barrier::reset));
}

// Catches: a wait that keeps the waker of its first poll.
#[test]
fn the_last_to_come_wakes_the_last_waker() {
    let ends = &["woke the first", "woke the last"];
    model("barrier::the_last_to_come_wakes_the_last_waker", UNBOUNDED, ends, || {
        let barrier = Arc::new(Barrier::new(2));
        let mut first = waiting(&barrier);
        let b = thread("b", move || {
            assert_eq!(first.wait("wait"), Ok(0));
            first.was_woken()
        });
        assert_eq!(pass(&barrier), Ok(1));
        say("came");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}
