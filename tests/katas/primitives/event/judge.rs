//! What is asked of an event: the laws of the conformance kit, and models that loom explores.

use super::super::under_loom::models::MODELS;
use super::SOURCE;
use super::kata::Event;
use crate::model::{calls_when_dropped, calls_when_woken, if_only_the_shim, must_call, only_the_shim, your_own};
use async_kata::conformance::{contracts, laws};
use async_kata::kata::{Check, Wrong, every_order};
use async_kata::sim::log;
use async_kata::tasks::spawn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

impl contracts::Event for Event {
    fn new() -> Self {
        Event::new()
    }

    fn set(&self) {
        self.set();
    }

    fn clear(&self) {
        self.clear();
    }

    fn is_set(&self) -> bool {
        self.is_set()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }
}

/// Where to look, for a law by its name.
const PLACES: &[(&str, &str)] = &[
    ("is_set_tells", "fn is_set"),
    ("set_wakes_everybody", "fn set("),
    ("set_lets_through_though_cleared", "fn set("),
    ("set_twice_is_set_once", "fn set("),
    ("clear_is_for_later", "fn wait("),
];

pub fn checks() -> Vec<Check> {
    let says = "One task waits, another sets, and the first goes on: built from the shim alone.";
    let mut checks = vec![Check::new("one_waits_and_one_sets", 1, says, one_waits_and_one_sets).at(SOURCE, "fn poll(")];
    let mut laws = laws::event::all::<Event>();
    laws.sort_by_key(|law| law.name.starts_with("who_is_cancelled")); // last: it asks for all the others at once
    checks.extend(laws.into_iter().map(|law| {
        let place = PLACES.iter().find(|(name, _)| *name == law.name).map_or("fn poll(", |(_, place)| place);
        if_only_the_shim(Check::law(1, law), SOURCE).at(SOURCE, place)
    }));
    let woken = "A waker that `set` wakes may call the event.";
    let woken = Check::new("a_woken_waker_may_call", 1, woken, a_woken_waker_may_call).at(SOURCE, "fn set(");
    let dropped = "A waker that the event drops, because another took its place or the wait is gone, may call it, too.";
    let dropped = Check::new("a_dropped_waker_may_call", 1, dropped, a_dropped_waker_may_call);
    checks.extend([woken, dropped.at(SOURCE, "for Waiting<'_>").at(SOURCE, "fn poll(")].map(|check| if_only_the_shim(check, SOURCE)));
    checks.extend(MODELS.iter().map(|(place, model)| model.check(2, SOURCE).at(SOURCE, place).at(SOURCE, "fn poll(")));
    checks
}

/// The first thing that a learner gets to work, with the whole story of a run.
fn one_waits_and_one_sets() -> Result<(), Wrong> {
    only_the_shim(SOURCE)?;
    let play = || async {
        let event = Arc::new(Event::new());
        let waiter = spawn("waiter", {
            let event = event.clone();
            async move {
                log("waits");
                event.wait().await;
                log("is through");
            }
        });
        let setter = spawn("setter", async move {
            log("sets");
            event.set();
        });
        let _ = (waiter.await, setter.await);
    };
    let found = every_order(play, "go wrong", |_| Ok(()));
    found
        .map(drop)
        .map_err(|wrong| your_own(wrong, "your event").expected("the waiter is through, whoever comes first\n"))
}

fn a_woken_waker_may_call() -> Result<(), Wrong> {
    must_call("woken", || {
        let event = Arc::new(Event::new());
        let mut wait = pin!(event.wait());
        let waker = calls_when_woken({
            let event = event.clone();
            move || {
                event.is_set();
                event.clear();
            }
        });
        let _ = wait.as_mut().poll(&mut Context::from_waker(&waker));
        event.set();
    })
}

fn a_dropped_waker_may_call() -> Result<(), Wrong> {
    must_call("dropped", || {
        let event = Arc::new(Event::new());
        let caller = || {
            let event = event.clone();
            calls_when_dropped(move || {
                event.is_set();
            })
        };
        let mut moves = Box::pin(event.wait());
        let _ = moves.as_mut().poll(&mut Context::from_waker(&caller()));
        let _ = moves.as_mut().poll(&mut Context::from_waker(&caller())); // the first is not needed any more
        drop(moves);
        let mut goes_on = Box::pin(event.wait());
        let _ = goes_on.as_mut().poll(&mut Context::from_waker(&caller()));
        event.set();
        let _ = goes_on.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    })
}
