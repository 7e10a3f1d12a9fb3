//! The laws of a lock, with the semantics of CPython 3.13's `asyncio.Lock`.
//!
//! Fair: who asks first is served first. There an unlock frees the lock and wakes the first in line, and newcomers wait
//! behind him although it is free; whether a lock does it so, or hands itself over, no law can see. `try_lock`, guards
//! and wakers are not in asyncio: for them the laws say what a fair lock must do, and the contract of `Future`.

mod line;

use super::hand::{Hand, by_hand, must, must_be_let_go};
use super::play::{Told, all as all_of, in_every_schedule, task};
use super::{Broken, Extent, Fault, laws};
use crate::conformance::contracts::Lock;
use crate::host::turn;
use crate::sim::log;
use line::{
    a_call_is_passed_on, first_come_first_served, no_newcomer_passes, no_poll_out_of_turn, no_try_lock_passes,
    the_first_may_leave, who_is_cancelled_leaves_no_hole,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

laws! {
    /// The laws of a [`Lock`], for one type. They take a quarter of a second together in a debug build.
    Lock:
    a_free_lock_is_had_at_once, "A free lock is had at the first poll, and is free again when its guard is dropped.";
    try_lock_takes_what_is_free, "`try_lock` takes a free lock and refuses a held one, and a refusal changes nothing.";
    an_unlock_hands_on, "While a guard lives, others wait; its drop wakes one of them, who has the lock at its next poll.";
    one_holds_it_at_a_time, "In every schedule one task at a time has the lock, by `lock` or by `try_lock`.";
    no_wake_up_is_lost, "In every schedule everybody who asks has its turn.";
    first_come_first_served, "Those who wait are called in the order in which they came.";
    no_newcomer_passes, "In every schedule the lock is had in the order of asking: nobody who comes later is first.";
    no_try_lock_passes, "Between an unlock and the turn of who was called, `try_lock` is refused.";
    no_poll_out_of_turn, "Who waits and is polled before its turn, though the lock was unlocked for another, must wait.";
    who_is_cancelled_leaves_no_hole, "Whoever is dropped at whichever poll, everybody else has its turn.";
    a_call_is_passed_on, "Who was called and is dropped before its poll passes the lock on to the next.";
    the_first_may_leave, "When the first in line is dropped, the second is the first.";
    the_last_waker_counts, "A wait that is polled with another waker is woken through that one.";
    a_wait_does_not_spin, "A pending wait does not wake itself, however often it is polled.";
    wakers_are_let_go, "When a wait is over, by having the lock or by being dropped, nobody keeps a waker of its.";
}

/// A free lock is had at the first poll, and is free again when its guard is dropped.
fn a_free_lock_is_had_at_once<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        unlock(hand, "a", hand.waiter("a", lock.lock()).must_get("the lock is new")?);
        unlock(hand, "b", hand.waiter("b", lock.lock()).must_get("a has unlocked")?);
        drop(hand.waiter("c", lock.lock()));
        hand.waiter("d", lock.lock()).must_get("c was dropped before its first poll").map(drop)
    })
}

/// `try_lock` takes a free lock and refuses a held one, and a refusal changes nothing.
fn try_lock_takes_what_is_free<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        refuse(hand, &lock, "main holds the lock")?;
        let mut a = hand.waiting("a", "main holds the lock, and a refused try_lock is no unlock", lock.lock())?;
        unlock(hand, "main", held);
        let held = a.must_get("main has unlocked, and a refused try_lock holds nothing")?;
        refuse(hand, &lock, "a holds the lock")?;
        unlock(hand, "a", held);
        take(hand, &lock).map(drop)
    })
}

/// While a guard lives, others wait; its drop wakes one of them, who has the lock at its next poll.
fn an_unlock_hands_on<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = hand.waiter("a", lock.lock()).must_get("the lock is new")?;
        let mut b = hand.waiting("b", "a holds the lock", lock.lock())?;
        must(!b.is_woken(), "wake", "b was woken, though a holds the lock", "b sleeps until a unlocks")?;
        unlock(hand, "a", held);
        b.must_be_woken("a has unlocked")?;
        let held = b.must_get("a has unlocked, and nobody else waits")?;
        let mut c = hand.waiting("c", "b holds the lock", lock.lock())?;
        unlock(hand, "b", held);
        c.must_be_woken("b has unlocked")?;
        c.must_get("b has unlocked").map(drop)
    })
}

/// In every schedule one task at a time has the lock, by `lock` or by `try_lock`.
fn one_holds_it_at_a_time<L: Lock>() -> Result<Extent, Broken> {
    in_every_schedule("one task at a time has the lock", || async {
        let room = Arc::new(Room { lock: L::new(), inside: AtomicUsize::new(0) });
        let [a, b] = ["a", "b"].map(|name| {
            let room = room.clone();
            task(name, async move {
                let _guard = room.lock.lock().await;
                room.visit(name).await
            })
        });
        let c = task("c", async move {
            match room.lock.try_lock() {
                None => log("is refused"),
                Some(_guard) => return room.visit("c").await,
            }
            Ok(())
        });
        all_of([a, b, c]).await
    })
}

/// What a lock guards: how many are inside.
struct Room<L> {
    lock: L,
    inside: AtomicUsize,
}

impl<L: Lock> Room<L> {
    async fn visit(&self, name: &str) -> Told {
        let others = self.inside.fetch_add(1, Relaxed);
        log("has the lock");
        let message = format!("{name} has the lock too: {} have it at once", others + 1);
        must(others == 0, "outcome", &message, "one task at a time has the lock")?;
        turn().await;
        self.inside.fetch_sub(1, Relaxed);
        log("unlocks");
        Ok(())
    }
}

/// In every schedule everybody who asks has its turn.
fn no_wake_up_is_lost<L: Lock>() -> Result<Extent, Broken> {
    in_every_schedule("a has two turns, and b has one", || async {
        let lock = Arc::new(L::new());
        let pair = [("a", 2), ("b", 1)].map(|(name, turns)| {
            let lock = lock.clone();
            task(name, async move {
                for _ in 0..turns {
                    log("asks");
                    let guard = lock.lock().await;
                    log("has the lock");
                    turn().await;
                    log("unlocks");
                    drop(guard);
                    turn().await;
                }
                Ok(())
            })
        });
        all_of(pair).await
    })
}

/// A wait that is polled with another waker is woken through that one.
fn the_last_waker_counts<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        let mut a = hand.waiting("a", "main holds the lock", lock.lock())?;
        let _old = a.moves();
        a.must_wait("main holds the lock")?;
        unlock(hand, "main", held);
        a.must_be_woken("main has unlocked: the waker of its last poll is the one to wake")?;
        a.must_get("main has unlocked").map(drop)
    })
}

/// A pending wait does not wake itself, however often it is polled.
fn a_wait_does_not_spin<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let _held = take(hand, &lock)?;
        let mut a = hand.waiter("a", lock.lock());
        for n in 1..=4 {
            a.must_wait("main holds the lock")?;
            let message = format!("a was woken by its own poll {n}: it would be polled again and again");
            must(!a.is_woken(), "wake", &message, "who waits is woken by an unlock, and sleeps until then")?;
        }
        Ok(())
    })
}

/// When a wait is over, by having the lock or by being dropped, nobody keeps a waker of its.
fn wakers_are_let_go<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let mut first = hand.waiter("first", lock.lock());
        let held = first.must_get("the lock is new")?;
        must_be_let_go(&first.over(), "though it did not have to wait")?;
        let a = hand.waiting("a", "the first holds the lock", lock.lock())?;
        let mut b = hand.waiting("b", "the first holds the lock", lock.lock())?;
        let old = b.moves();
        b.must_wait("the first holds the lock")?;
        must_be_let_go(&a.gives_up(), "after its wait was dropped")?;
        unlock(hand, "first", held);
        let _held = b.must_get("it is the next in line")?;
        must_be_let_go(&old, "though it was polled with another one since")?;
        must_be_let_go(&b.over(), "after it had the lock")
    })
}

/// Takes a lock that must be free.
fn take<'a, L: Lock>(hand: &Hand, lock: &'a L) -> Result<L::Guard<'a>, Fault> {
    let guard = lock.try_lock();
    hand.says("main", if guard.is_some() { "try_lock: has the lock" } else { "try_lock: refused" });
    let wrong = || Fault {
        end: "outcome",
        message: "try_lock is refused, though nobody holds the lock or waits for it".into(),
        expected: "try_lock takes a free lock".into(),
    };
    guard.ok_or_else(wrong)
}

/// Asks for a lock that must not be had; `why` says why not.
fn refuse<L: Lock>(hand: &Hand, lock: &L, why: &str) -> Result<(), Fault> {
    let refused = lock.try_lock().is_none();
    hand.says("main", if refused { "try_lock: refused" } else { "try_lock: has the lock" });
    must(refused, "outcome", &format!("try_lock took the lock, though {why}"), &format!("try_lock is refused: {why}"))
}

fn unlock<G>(hand: &Hand, who: &str, guard: G) {
    hand.says(who, "unlocks");
    drop(guard);
}
