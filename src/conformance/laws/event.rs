//! The laws of an event, with the semantics of CPython 3.13's `asyncio.Event`.
//!
//! A level, not an edge: `set` opens a gate, and it stands open. Who waits at a `set` is let through for good, even if
//! `clear` follows before he runs: there asyncio's `wait` does not look again, and neither may this.

use super::hand::{Hand, by_hand, must, must_be_let_go};
use super::play::{Told, all as all_of, in_every_schedule, task, wherever_one_is_dropped};
use super::{Broken, Extent, Fault, laws};
use crate::conformance::contracts::Event;
use crate::host::turn;
use crate::sim::log;
use std::sync::Arc;

laws! {
    /// The laws of an [`Event`], for one type. They take a quarter of a second together in a debug build.
    Event:
    is_set_tells, "`is_set` tells whether it is set: not when new, since `set`, until `clear`.";
    a_set_event_does_not_wait, "A wait on a set event is ready at its first poll, and uses nothing up: so is the next.";
    an_event_that_is_not_set_waits, "A wait on an event that is new or was cleared is pending, until it is set.";
    set_wakes_everybody, "`set` wakes everybody who waits, and each goes on at its next poll.";
    set_lets_through_though_cleared, "Who waits at a `set` goes on, even if `clear` follows before it has run.";
    clear_is_for_later, "A `set` and `clear` before a wait's first poll are not seen: a wait begins with its first poll.";
    set_twice_is_set_once, "Setting what is set is harmless: who waited goes on, and one `clear` takes both back.";
    no_wake_up_is_lost, "In every schedule of waiters and a setter, everybody comes through.";
    who_is_cancelled_is_forgotten, "Whoever is dropped at whichever poll, everybody else comes through.";
    the_last_waker_counts, "A wait that is polled with another waker is woken through that one.";
    a_wait_does_not_spin, "A pending wait does not wake itself, however often it is polled.";
    wakers_are_let_go, "When a wait is over, by going on or by being dropped, nobody keeps a waker of its.";
}

/// `is_set` tells whether it is set: not when new, since `set`, until `clear`.
fn is_set_tells<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        for round in 1..=2 {
            hand.says("main", format_args!("round {round}: is_set() = {}", event.is_set()));
            let since = if round == 1 { "is new" } else { "was cleared" };
            let says = |what: &str| format!("is_set() is {what}");
            must(!event.is_set(), "outcome", &format!("{} on an event that {since}", says("true")), &says("false"))?;
            set(hand, &event);
            must(event.is_set(), "outcome", &format!("{} after set()", says("false")), &says("true"))?;
            clear(hand, &event);
        }
        must(!event.is_set(), "outcome", "is_set() is true after clear()", "is_set() is false")
    })
}

/// A wait on a set event is ready at its first poll, and uses nothing up: so is the next.
fn a_set_event_does_not_wait<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        set(hand, &event);
        hand.waiter("a", event.wait()).must_get("the event is set")?;
        hand.waiter("b", event.wait()).must_get("the event is still set")?;
        must(event.is_set(), "outcome", "waiting has cleared the event", "it is set until clear()")
    })
}

/// A wait on an event that is new or was cleared is pending, until it is set.
fn an_event_that_is_not_set_waits<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let mut a = hand.waiting("a", "the event is new", event.wait())?;
        set(hand, &event);
        a.must_get("the event is set")?;
        clear(hand, &event);
        let mut b = hand.waiting("b", "the event was cleared", event.wait())?;
        b.must_wait("nobody has set it since")?;
        set(hand, &event);
        b.must_get("the event is set again")
    })
}

/// `set` wakes everybody who waits, and each goes on at its next poll.
fn set_wakes_everybody<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let three = ["a", "b", "c"].map(|name| hand.waiting(name, "nobody has set it", event.wait()));
        let [mut a, mut b, mut c] = every(three)?;
        set(hand, &event);
        for waiter in [&a, &b, &c] {
            waiter.must_be_woken("the event was set")?;
        }
        for waiter in [&mut c, &mut a, &mut b] {
            waiter.must_get("the event was set")?;
        }
        Ok(())
    })
}

/// Who waits at a `set` goes on, even if `clear` follows before it has run.
fn set_lets_through_though_cleared<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let pair = ["a", "b"].map(|name| hand.waiting(name, "nobody has set it", event.wait()));
        let [mut a, mut b] = every(pair)?;
        set(hand, &event);
        clear(hand, &event);
        let mut late = hand.waiting("late", "the event was cleared before it came", event.wait())?;
        for waiter in [&mut a, &mut b] {
            waiter.must_be_woken("it waited when the event was set")?;
            waiter.must_get("it waited when the event was set, and no clear takes that back")?;
        }
        late.must_wait("others were let through, and not this one")?;
        set(hand, &event);
        late.must_get("the event was set again")
    })
}

/// A `set` and `clear` before a wait's first poll are not seen: a wait begins with its first poll.
fn clear_is_for_later<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let mut a = hand.waiter("a", event.wait());
        set(hand, &event);
        clear(hand, &event);
        a.must_wait("the event was cleared before this wait began")?;
        set(hand, &event);
        a.must_be_woken("the event was set again")?;
        a.must_get("the event was set again")
    })
}

/// Setting what is set is harmless: who waited goes on, and one `clear` takes both back.
fn set_twice_is_set_once<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let mut a = hand.waiting("a", "nobody has set it", event.wait())?;
        set(hand, &event);
        set(hand, &event);
        must(event.is_set(), "outcome", "is_set() is false after set() and set()", "a second set() changes nothing")?;
        a.must_be_woken("the event was set, twice")?;
        a.must_get("the event was set, twice")?;
        clear(hand, &event);
        let message = "is_set() is true after set(), set() and clear()";
        must(!event.is_set(), "outcome", message, "one clear() takes both set()s back")?;
        hand.waiting("b", "one clear takes both sets back", event.wait()).map(drop)
    })
}

/// In every schedule of waiters and a setter, everybody comes through.
fn no_wake_up_is_lost<E: Event>() -> Result<Extent, Broken> {
    in_every_schedule("everybody comes through", || async {
        let event = Arc::new(E::new());
        let waiters = ["a", "b"].map(|name| {
            let event = event.clone();
            task(name, async move {
                log("waits");
                event.wait().await;
                log("is through");
                turn().await;
                event.wait().await;
                log("is through again");
                Ok(())
            })
        });
        let setter = task("setter", async move {
            turn().await;
            event.set();
            log("sets");
            Ok(())
        });
        all_of(waiters.into_iter().chain([setter])).await
    })
}

/// Whoever is dropped at whichever poll, everybody else comes through.
fn who_is_cancelled_is_forgotten<E: Event>() -> Result<Extent, Broken> {
    wherever_one_is_dropped("everybody who is not dropped comes through", |points| async move {
        let event = Arc::new(E::new());
        let waiters = ["a", "b"].map(|name| {
            let (event, points) = (event.clone(), points.clone());
            task(name, async move {
                log("waits");
                let through = points.at(name, event.wait()).await;
                log(if through.is_some() { "is through" } else { "is cancelled: its future is dropped" });
                Ok(())
            })
        });
        let setter = task("setter", set_when_told(event.clone()));
        all_of(waiters.into_iter().chain([setter])).await?;
        must(event.is_set(), "outcome", "in the end it is not set", "it is set: nobody has cleared it")
    })
}

async fn set_when_told<E: Event>(event: Arc<E>) -> Told {
    turn().await;
    log("sets");
    event.set();
    Ok(())
}

/// A wait that is polled with another waker is woken through that one.
fn the_last_waker_counts<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let mut a = hand.waiting("a", "nobody has set it", event.wait())?;
        let _old = a.moves();
        a.must_wait("nobody has set it")?;
        set(hand, &event);
        a.must_be_woken("the event was set: the waker of its last poll is the one to wake")?;
        a.must_get("the event was set")
    })
}

/// A pending wait does not wake itself, however often it is polled.
fn a_wait_does_not_spin<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let mut a = hand.waiter("a", event.wait());
        for n in 1..=4 {
            a.must_wait("nobody has set it")?;
            let message = format!("a was woken by its own poll {n}: it would be polled again and again");
            must(!a.is_woken(), "wake", &message, "who waits is woken by `set`, and sleeps until then")?;
        }
        Ok(())
    })
}

/// When a wait is over, by going on or by being dropped, nobody keeps a waker of its.
fn wakers_are_let_go<E: Event>() -> Result<Extent, Broken> {
    by_hand(|hand| {
        let event = E::new();
        let a = hand.waiting("a", "nobody has set it", event.wait())?;
        let mut b = hand.waiting("b", "nobody has set it", event.wait())?;
        let old = b.moves();
        b.must_wait("nobody has set it")?;
        must_be_let_go(&a.gives_up(), "after its wait was dropped")?;
        set(hand, &event);
        b.must_get("the event was set")?;
        must_be_let_go(&old, "though it is polled with another one since")?;
        must_be_let_go(&b.over(), "after its wait was over")?;
        let mut c = hand.waiter("c", event.wait());
        c.must_get("the event is set")?;
        must_be_let_go(&c.over(), "though it did not have to wait")
    })
}

fn set<E: Event>(hand: &Hand, event: &E) {
    hand.says("main", "sets");
    event.set();
}

fn clear<E: Event>(hand: &Hand, event: &E) {
    hand.says("main", "clears");
    event.clear();
}

/// All of them, or the first fault.
fn every<W, const N: usize>(waiters: [Result<W, Fault>; N]) -> Result<[W; N], Fault> {
    let waiters: Vec<W> = waiters.into_iter().collect::<Result<_, _>>()?;
    Ok(waiters.try_into().unwrap_or_else(|_| unreachable!("as many as there were")))
}
