//! The laws of a lock's line: who is next, and what it means to leave.

use super::super::hand::{by_hand, must};
use super::super::play::{Told, all, in_every_schedule, task, wherever_one_is_dropped};
use super::{refuse, take, unlock};
use crate::conformance::contracts::Lock;
use crate::conformance::{Broken, Extent};
use crate::host::turn;
use crate::sim::log;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Those who wait are called in the order in which they came.
pub(super) fn first_come_first_served<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let mut held = take(hand, &lock)?;
        let mut line = VecDeque::new();
        for name in ["a", "b", "c"] {
            line.push_back(hand.waiting(name, "main holds the lock", lock.lock())?);
        }
        while let Some(mut first) = line.pop_front() {
            unlock(hand, "the holder", held);
            if let Some(other) = line.iter().find(|other| other.is_woken() && !first.is_woken()) {
                let message = format!("{} was woken before {}, who came before it", other.name(), first.name());
                must(false, "order", &message, "a, b, c are called in this order")?;
            }
            first.must_be_woken("it is the first in line, and the lock was unlocked")?;
            held = first.must_get("it is the first in line, and was called")?;
        }
        Ok(())
    })
}

/// In every schedule the lock is had in the order of asking: nobody who comes later is first.
pub(super) fn no_newcomer_passes<L: Lock>() -> Result<Extent, Broken> {
    in_every_schedule("the lock is had in the order of asking", || async {
        let (lock, line) = (Arc::new(L::new()), Arc::new(Mutex::new((Vec::new(), 0))));
        let three = ["a", "b", "c"].map(|name| {
            let (lock, line) = (lock.clone(), line.clone());
            task(name, async move {
                log("asks");
                line.lock().unwrap_or_else(PoisonError::into_inner).0.push(name);
                let guard = lock.lock().await;
                log("has the lock");
                is_its_turn(name, &mut line.lock().unwrap_or_else(PoisonError::into_inner))?;
                turn().await;
                log("unlocks");
                drop(guard);
                Ok(())
            })
        });
        all(three).await
    })
}

/// Who asked, in order, and how many of them have been served: `name` must be the next.
fn is_its_turn(name: &str, (asked, served): &mut (Vec<&'static str>, usize)) -> Told {
    let next = asked[*served];
    *served += 1;
    let message = format!("{name} has the lock before {next}, who asked for it before {name}");
    must(name == next, "order", &message, "the lock is had in the order of asking")
}

/// Between an unlock and the turn of who was called, `try_lock` is refused.
pub(super) fn no_try_lock_passes<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        let mut a = hand.waiting("a", "main holds the lock", lock.lock())?;
        unlock(hand, "main", held);
        let passes = lock.try_lock();
        hand.says("main", if passes.is_some() { "try_lock: passes" } else { "try_lock: refused" });
        must(passes.is_none(), "order", "try_lock took the lock that a was called for", "try_lock is refused")?;
        a.must_get("main has unlocked, and a was called").map(drop)
    })
}

/// Who waits and is polled before its turn, though the lock was unlocked for another, must wait.
pub(super) fn no_poll_out_of_turn<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        let mut a = hand.waiting("a", "main holds the lock", lock.lock())?;
        let mut b = hand.waiting("b", "main holds the lock", lock.lock())?;
        a.must_wait("main holds the lock: polling twice is not coming twice")?;
        unlock(hand, "main", held);
        b.must_wait_for_its_turn("the lock was unlocked for a, who came before b")?;
        let held = a.must_get("it is the first in line")?;
        b.must_wait_for_its_turn("a holds the lock")?;
        unlock(hand, "a", held);
        b.must_be_woken("a has unlocked")?;
        b.must_get("it is the first in line").map(drop)
    })
}

/// Whoever is dropped at whichever poll, everybody else has its turn.
pub(super) fn who_is_cancelled_leaves_no_hole<L: Lock>() -> Result<Extent, Broken> {
    wherever_one_is_dropped("everybody who is not dropped has a turn, and the lock is free then", |points| async move {
        let lock = Arc::new(L::new());
        let held = lock.clone();
        let holder = task("holder", async move {
            let _guard = held.lock().await;
            log("has the lock");
            turn().await;
            log("unlocks");
            Ok(())
        });
        let pair = ["a", "b"].map(|name| {
            let (lock, points) = (lock.clone(), points.clone());
            task(name, async move {
                log("asks");
                let guard = points.at(name, lock.lock()).await;
                log(if guard.is_some() { "has the lock, and unlocks" } else { "is cancelled: its future is dropped" });
                Ok(())
            })
        });
        all(std::iter::once(holder).chain(pair)).await?;
        let is_free = lock.try_lock().is_some();
        must(is_free, "outcome", "in the end nobody has the lock, and it is not free", "it is free in the end")
    })
}

/// Who was called and is dropped before its poll passes the lock on to the next.
pub(super) fn a_call_is_passed_on<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        let a = hand.waiting("a", "main holds the lock", lock.lock())?;
        let mut b = hand.waiting("b", "main holds the lock", lock.lock())?;
        unlock(hand, "main", held);
        a.must_be_woken("it is the first in line, and main has unlocked")?;
        a.gives_up();
        b.must_be_woken("a was called, was dropped, and b is the next")?;
        unlock(hand, "b", b.must_get("a was called, was dropped, and b is the next")?);
        take(hand, &lock).map(drop)
    })
}

/// When the first in line is dropped, the second is the first.
pub(super) fn the_first_may_leave<L: Lock>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let lock = L::new();
        let held = take(hand, &lock)?;
        let a = hand.waiting("a", "main holds the lock", lock.lock())?;
        let mut b = hand.waiting("b", "main holds the lock", lock.lock())?;
        a.gives_up();
        b.must_wait("a has left the line, and main still holds the lock")?;
        refuse(hand, &lock, "a has left the line, and main still holds the lock")?;
        unlock(hand, "main", held);
        b.must_be_woken("a has left the line, and main has unlocked")?;
        b.must_get("a has left the line, and main has unlocked").map(drop)
    })
}
