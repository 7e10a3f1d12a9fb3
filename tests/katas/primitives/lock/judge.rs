//! What is asked of a lock: the laws of the conformance kit, and models that loom explores.

use super::super::under_loom::models::MODELS;
use super::SOURCE;
use super::kata::{Guard, Lock};
use crate::model::{calls_when_dropped, calls_when_woken, if_only_the_shim, must_call, only_the_shim, your_own};
use async_kata::conformance::{contracts, laws};
use async_kata::host::turn;
use async_kata::kata::{Check, Wrong, every_order};
use async_kata::sim::log;
use async_kata::tasks::spawn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Context;

impl contracts::Lock for Lock {
    type Guard<'a> = Guard<'a>;

    fn new() -> Self {
        Lock::new()
    }

    fn lock(&self) -> impl Future<Output = Guard<'_>> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<Guard<'_>> {
        self.try_lock()
    }
}

/// Where to look, for a law by its name.
const PLACES: &[(&str, &str)] = &[
    ("try_lock_takes_what_is_free", "fn try_lock("),
    ("no_try_lock_passes", "fn try_lock("),
    ("an_unlock_hands_on", "fn unlock("),
    ("first_come_first_served", "fn unlock("),
    ("who_is_cancelled_leaves_no_hole", "for Locking<'_>"),
    ("a_call_is_passed_on", "for Locking<'_>"),
    ("the_first_may_leave", "for Locking<'_>"),
    ("wakers_are_let_go", "for Locking<'_>"),
];

pub fn checks() -> Vec<Check> {
    let says = "Two tasks lock, one after the other, and both have their turn: built from the shim alone.";
    let mut checks = vec![Check::new("two_take_turns", 1, says, two_take_turns).at(SOURCE, "fn poll(")];
    let mut laws = laws::lock::all::<Lock>();
    laws.sort_by_key(|law| law.name.starts_with("who_is_cancelled")); // last: it asks for all the others at once
    checks.extend(laws.into_iter().map(|law| {
        let place = PLACES.iter().find(|(name, _)| *name == law.name).map_or("fn poll(", |(_, place)| place);
        if_only_the_shim(Check::law(1, law), SOURCE).at(SOURCE, place).at(SOURCE, "fn poll(")
    }));
    let woken = "A waker that an unlock wakes may call the lock.";
    let woken = Check::new("a_woken_waker_may_call", 1, woken, a_woken_waker_may_call).at(SOURCE, "fn unlock(");
    let dropped = "A waker that the lock drops, because another took its place or the wait is gone, may call it, too.";
    let dropped = Check::new("a_dropped_waker_may_call", 1, dropped, a_dropped_waker_may_call);
    checks.extend([woken, dropped.at(SOURCE, "for Locking<'_>")].map(|check| if_only_the_shim(check.at(SOURCE, "fn poll("), SOURCE)));
    checks.extend(MODELS.iter().map(|(place, model)| model.check(2, SOURCE).at(SOURCE, place).at(SOURCE, "fn poll(")));
    checks
}

/// The first thing that a learner gets to work, with the whole story of a run.
fn two_take_turns() -> Result<(), Wrong> {
    only_the_shim(SOURCE)?;
    let play = || async {
        let lock = Arc::new(Lock::new());
        let both = ["a", "b"].map(|name| {
            let lock = lock.clone();
            spawn(name, async move {
                log("asks");
                let guard = lock.lock().await;
                log("has the lock");
                turn().await;
                log("unlocks");
                drop(guard);
            })
        });
        for task in both {
            let _ = task.await;
        }
    };
    let found = every_order(play, "go wrong", |_| Ok(()));
    found.map(drop).map_err(|wrong| your_own(wrong, "your lock").expected("both have the lock, one after the other\n"))
}

fn a_woken_waker_may_call() -> Result<(), Wrong> {
    must_call("woken", || {
        let lock = Arc::new(Lock::new());
        let held = lock.try_lock();
        let mut wait = pin!(lock.lock());
        let waker = calls_when_woken({
            let lock = lock.clone();
            move || drop(lock.try_lock())
        });
        let _ = wait.as_mut().poll(&mut Context::from_waker(&waker));
        drop(held);
    })
}

fn a_dropped_waker_may_call() -> Result<(), Wrong> {
    must_call("dropped", || {
        let lock = Arc::new(Lock::new());
        let caller = || {
            let lock = lock.clone();
            calls_when_dropped(move || drop(lock.try_lock()))
        };
        let held = lock.try_lock();
        let mut leaves = Box::pin(lock.lock());
        let _ = leaves.as_mut().poll(&mut Context::from_waker(&caller()));
        let _ = leaves.as_mut().poll(&mut Context::from_waker(&caller())); // the first is not needed any more
        drop(leaves);
        let mut is_called = Box::pin(lock.lock());
        let _ = is_called.as_mut().poll(&mut Context::from_waker(&caller()));
        drop(held);
    })
}
