//! Models of `Semaphore`: each await, each cancel.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::model::{JoinHandle, Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::Semaphore;

/// Takes so many permits for a moment.
fn use_some(semaphore: &Semaphore, permits: usize) {
    drop(wait("acquire", async { semaphore.acquire_many(permits).await }));
    say("gave back");
}

/// A turn that owns its semaphore, so that it can be begun in one thread and go on in another.
fn turn(semaphore: &Arc<Semaphore>, permits: usize) -> Pending<()> {
    let semaphore = semaphore.clone();
    Pending::new(async move { drop(semaphore.acquire_many(permits).await) })
}

/// Everybody has left: all permits are free, and nobody is in line.
fn all_are_free(semaphore: &Semaphore, permits: usize) {
    assert_eq!(semaphore.available(), permits);
    assert!(semaphore.try_acquire_many(permits).is_some(), "nobody is left in line");
}

/// A thread that works, and then gives a permit: whoever gets it must see the work. (Relaxed: only the permit orders it.)
fn works(name: &str, semaphore: &Arc<Semaphore>, work: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let (semaphore, work) = (semaphore.clone(), work.clone());
    thread(name, move || {
        work.store(1, Relaxed);
        semaphore.add(1);
        say("added one");
    })
}

fn tasks_take_turns(needs: &[usize], permits: usize) -> &'static str {
    let semaphore = Arc::new(Semaphore::new(permits));
    let others = ["b", "c"].into_iter().zip(needs[1..].to_vec()).map(|(name, need)| {
        let semaphore = semaphore.clone();
        thread(name, move || use_some(&semaphore, need))
    });
    let others: Vec<_> = others.collect();
    use_some(&semaphore, needs[0]);
    others.into_iter().for_each(|other| other.join().unwrap());
    all_are_free(&semaphore, permits);
    "everybody had a turn"
}

// Catches: `join` without its second look, which misses a permit that has just come home.
#[test]
fn a_release_is_never_missed() {
    model("semaphore::a_release_is_never_missed", UNBOUNDED, &["everybody had a turn"], || {
        tasks_take_turns(&[1, 1], 1)
    });
}

// Catches: QUEUED that is left standing, or taken down, when one of several is served.
#[test]
fn three_tasks_share_one_permit_2_preemptions() {
    let name = "semaphore::three_tasks_share_one_permit_2_preemptions";
    model(name, Some(2), &["everybody had a turn"], || tasks_take_turns(&[1, 1, 1], 1));
}

// Catches: a front that needs many and is charged for one.
#[test]
fn one_of_three_needs_both_permits_2_preemptions() {
    let name = "semaphore::one_of_three_needs_both_permits_2_preemptions";
    model(name, Some(2), &["everybody had a turn"], || tasks_take_turns(&[2, 1, 1], 2));
}

// Catches: a front that needs two and is called for one.
#[test]
fn one_permit_does_not_pay_for_two() {
    model("semaphore::one_permit_does_not_pay_for_two", UNBOUNDED, &["gave up"], || {
        let semaphore = Arc::new(Semaphore::new(0));
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || semaphore.add(1)
        });
        let got = give_up("acquire two", async { semaphore.acquire_many(2).await.forget() }).is_some();
        b.join().unwrap();
        all_are_free(&semaphore, 1);
        if got { "was paid what is not there" } else { "gave up" }
    });
}

// Catches: `put_back` that is Relaxed, or `take` that is: who gets the permit may not see what was done with it.
#[test]
fn a_permit_carries_what_was_done() {
    model("semaphore::a_permit_carries_what_was_done", UNBOUNDED, &["came too early", "got it"], || {
        let (semaphore, work) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let b = works("b", &semaphore, &work);
        let end = match semaphore.try_acquire() {
            None => "came too early",
            Some(_permit) => {
                assert_eq!(work.load(Relaxed), 1, "the work was done before the permit was given");
                "got it"
            }
        };
        b.join().unwrap();
        end
    });
}

// Catches: `join` whose second look is Relaxed: who gets the permit by it may not see what was done with it.
#[test]
fn who_waits_sees_what_was_done() {
    model("semaphore::who_waits_sees_what_was_done", UNBOUNDED, &["seen"], || {
        let (semaphore, work) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let b = works("b", &semaphore, &work);
        let permit = wait("acquire", async { semaphore.acquire().await });
        assert_eq!(work.load(Relaxed), 1, "the work was done before the permit was given");
        drop(permit);
        b.join().unwrap();
        "seen"
    });
}

// Catches: a sign (`Served::call`) that is Relaxed, so the called task may not see what was done.
#[test]
fn a_call_carries_what_was_done() {
    model("semaphore::a_call_carries_what_was_done", UNBOUNDED, &["called"], || {
        let (semaphore, work) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
        let mut next = turn(&semaphore, 1);
        let b = thread("b", {
            let work = work.clone();
            move || {
                next.wait("acquire");
                assert_eq!(work.load(Relaxed), 1, "the work was done before the permit was given");
            }
        });
        work.store(1, Relaxed);
        semaphore.add(1);
        b.join().unwrap();
        "called"
    });
}

// Catches: `call` that takes the permits out by a Relaxed step, and so loses what the first of two releases carried.
#[test]
fn two_releases_pay_one_who_needs_both() {
    model("semaphore::two_releases_pay_one_who_needs_both", UNBOUNDED, &["paid"], || {
        let semaphore = Arc::new(Semaphore::new(0));
        let work = [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))];
        let mut both = turn(&semaphore, 2);
        let b = works("b", &semaphore, &work[0]);
        work[1].store(1, Relaxed);
        semaphore.add(1);
        say("added one");
        both.wait("acquire");
        let seen = work.each_ref().map(|work| work.load(Relaxed));
        assert_eq!(seen, [1, 1], "both works were done before both permits were given");
        b.join().unwrap();
        all_are_free(&semaphore, 2);
        "paid"
    });
}

// Catches: a called place that is dropped and does not put its permits back.
#[test]
fn a_permit_given_up_goes_to_the_next() {
    let ends = &["left the line", "was called, passed it on"];
    model("semaphore::a_permit_given_up_goes_to_the_next", UNBOUNDED, ends, || {
        let semaphore = Arc::new(Semaphore::new(0));
        let (first, mut second) = (turn(&semaphore, 1), turn(&semaphore, 1));
        let b = thread("b", move || {
            let called = first.was_woken();
            drop(first);
            say("gave up");
            called
        });
        semaphore.add(1);
        say("added one");
        second.wait("acquire");
        let called = b.join().unwrap();
        all_are_free(&semaphore, 1);
        if called { "was called, passed it on" } else { "left the line" }
    });
}

// Catches: a front that gives up and does not look whether the next needs no more than is free.
#[test]
fn who_needed_many_makes_room() {
    model("semaphore::who_needed_many_makes_room", UNBOUNDED, &["gave up"], || {
        let semaphore = Arc::new(Semaphore::new(1));
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || use_some(&semaphore, 1)
        });
        let got = give_up("acquire two", async { semaphore.acquire_many(2).await }).is_some();
        b.join().unwrap();
        all_are_free(&semaphore, 1);
        if got { "was paid what is not there" } else { "gave up" }
    });
}

// Catches: a place in line that keeps the waker of its first poll.
#[test]
fn a_call_wakes_the_last_waker() {
    model("semaphore::a_call_wakes_the_last_waker", UNBOUNDED, &["woke the first", "woke the last"], || {
        let semaphore = Arc::new(Semaphore::new(0));
        let mut next = turn(&semaphore, 1);
        let b = thread("b", move || {
            next.wait("acquire");
            next.was_woken()
        });
        semaphore.add(1);
        say("added one");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}

// Catches: `take` that does not ask whether anybody waits.
#[test]
fn a_newcomer_does_not_overtake() {
    model("semaphore::a_newcomer_does_not_overtake", UNBOUNDED, &["refused"], || {
        let semaphore = Arc::new(Semaphore::new(1));
        let both = turn(&semaphore, 2); // in line, with one of its two permits free
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || semaphore.try_acquire().is_none()
        });
        semaphore.add(1);
        say("added one");
        let refused = b.join().unwrap();
        drop(both);
        if refused { "refused" } else { "overtook" }
    });
}

// Catches: a wait that gives up and stays in line.
#[test]
fn one_of_two_gives_up() {
    model("semaphore::one_of_two_gives_up", UNBOUNDED, &["had a turn", "gave up"], || {
        let semaphore = Arc::new(Semaphore::new(1));
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || use_some(&semaphore, 1)
        });
        let got = give_up("acquire", async { semaphore.acquire().await }).is_some();
        b.join().unwrap();
        all_are_free(&semaphore, 1);
        if got { "had a turn" } else { "gave up" }
    });
}

// Catches: `add_up_to` that looks and adds in two steps.
#[test]
fn two_who_give_back_the_same_permit_do_not_make_two() {
    use crate::sync::BoundedSemaphore;
    let ends = &["one was refused"];
    model("semaphore::two_who_give_back_the_same_permit_do_not_make_two", UNBOUNDED, ends, || {
        let semaphore = Arc::new(BoundedSemaphore::new(1));
        semaphore.try_acquire().expect("new").forget();
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || semaphore.add(1).is_ok()
        });
        let added = usize::from(semaphore.add(1).is_ok()) + usize::from(b.join().unwrap());
        assert_eq!(semaphore.available(), added);
        if added == 1 { "one was refused" } else { "one too many, or too few" }
    });
}

// Catches: a `forget` that leaves the number of what exists as it was.
#[test]
fn forgotten_permits_make_room_for_no_more() {
    use crate::sync::BoundedSemaphore;
    let ends = &["refused", "added"];
    model("semaphore::forgotten_permits_make_room_for_no_more", UNBOUNDED, ends, || {
        let semaphore = Arc::new(BoundedSemaphore::new(1));
        let b = thread("b", {
            let semaphore = semaphore.clone();
            move || {
                let added = semaphore.add(1).is_ok();
                assert!(semaphore.available() <= 1, "one is the most");
                added
            }
        });
        semaphore.try_acquire().expect("new").forget();
        say("forgot");
        let added = b.join().unwrap();
        assert_eq!(semaphore.available(), usize::from(added));
        if added { "added" } else { "refused" }
    });
}
