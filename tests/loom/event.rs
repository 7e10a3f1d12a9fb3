//! Models of `Event`: each await, each cancel, and what `set` carries.
//!
//! What it carries is modelled by Relaxed numbers: loom shows an old value of them wherever nothing forbids it.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::model::{Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::Event;

/// A wait that owns its event, so that it can be begun in one thread and go on in another.
fn waiter(event: &Arc<Event>) -> Pending<()> {
    let event = event.clone();
    Pending::new(async move { event.wait().await })
}

// Catches: a wait without its second look, and one that does not announce itself (WAITERS).
#[test]
fn a_set_is_never_missed() {
    model("event::a_set_is_never_missed", UNBOUNDED, &["let through"], || {
        let event = Arc::new(Event::new());
        let b = thread("b", {
            let event = event.clone();
            move || wait("wait", event.wait())
        });
        event.set();
        say("set");
        b.join().unwrap();
        "let through"
    });
}

// Catches: a `set` without Release, `is_set` or the second look without Acquire.
#[test]
fn waiters_see_what_the_setter_wrote() {
    model("event::waiters_see_what_the_setter_wrote", UNBOUNDED, &["7"], || {
        let (event, data) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
        let b = thread("b", {
            let (event, data) = (event.clone(), data.clone());
            move || {
                wait("wait", event.wait());
                data.load(Relaxed)
            }
        });
        data.store(7, Relaxed); // Relaxed: `set` alone can order it before b's look
        event.set();
        say("set");
        if b.join().unwrap() == 7 { "7" } else { "0" }
    });
}

// Catches: a sign (`Served::call`) that is Relaxed, so a waiter that finds itself called may not see the data.
#[test]
fn waiters_in_line_see_what_the_setter_wrote() {
    model("event::waiters_in_line_see_what_the_setter_wrote", UNBOUNDED, &["7"], || {
        let (event, data) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
        let mut waiter = waiter(&event);
        let b = thread("b", {
            let data = data.clone();
            move || {
                waiter.wait("wait");
                data.load(Relaxed)
            }
        });
        data.store(7, Relaxed); // Relaxed: `set` alone can order it before b's look
        event.set();
        say("set");
        if b.join().unwrap() == 7 { "7" } else { "0" }
    });
}

// Catches: a later poll that asks whether the event is set, instead of whether this wait was called.
#[test]
fn set_and_clear_lets_through_who_is_present() {
    model("event::set_and_clear_lets_through_who_is_present", UNBOUNDED, &["let through"], || {
        let event = Arc::new(Event::new());
        let mut waiter = waiter(&event);
        let b = thread("b", {
            let event = event.clone();
            move || {
                event.set();
                event.clear();
                say("set and cleared");
            }
        });
        waiter.wait("wait");
        b.join().unwrap();
        assert!(!event.is_set());
        "let through"
    });
}

// Catches: a second look that stores SET back, over a `clear`.
#[test]
fn a_clear_is_not_undone() {
    model("event::a_clear_is_not_undone", UNBOUNDED, &["let through", "gave up"], || {
        let event = Arc::new(Event::new());
        let b = thread("b", {
            let event = event.clone();
            move || give_up("wait", event.wait()).is_some()
        });
        event.set();
        event.clear();
        say("set and cleared");
        let through = b.join().unwrap();
        assert!(!event.is_set());
        if through { "let through" } else { "gave up" }
    });
}

// Catches: a place in line that keeps the waker of its first poll.
#[test]
fn a_set_wakes_the_last_waker() {
    model("event::a_set_wakes_the_last_waker", UNBOUNDED, &["woke the first", "woke the last"], || {
        let event = Arc::new(Event::new());
        let mut waiter = waiter(&event);
        let b = thread("b", move || {
            waiter.wait("wait");
            waiter.was_woken()
        });
        event.set();
        say("set");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}

// Catches: `clear` that is Relaxed, and a `set` that returns early when it is set already.
#[test]
fn no_news_is_missed_by_clear_look_wait_3_preemptions() {
    model("event::no_news_is_missed_by_clear_look_wait_3_preemptions", Some(3), &["all news read"], || {
        let (event, news) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
        let b = thread("b", {
            let (event, news) = (event.clone(), news.clone());
            move || {
                for n in 1..=2 {
                    news.store(n, Relaxed);
                    event.set();
                    say(format_args!("news {n}, set"));
                }
            }
        });
        read_all(&event, &news, 2);
        b.join().unwrap();
        "all news read"
    });
}

/// The idiom that `clear` is made for: clear, look, wait.
fn read_all(event: &Event, news: &AtomicUsize, last: usize) {
    loop {
        event.clear();
        say("cleared");
        if news.load(Relaxed) == last {
            return;
        }
        wait("wait", event.wait());
    }
}

// Catches: a `set` that meets waiters and stores SET instead of exchanging it, over somebody else's.
#[test]
fn a_late_set_hides_no_other_3_preemptions() {
    let ends = &["news seen when clearing", "set again, news to come"];
    model("event::a_late_set_hides_no_other_3_preemptions", Some(3), ends, || {
        let (event, news) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
        let waiter = waiter(&event);
        let b = thread("b", {
            let event = event.clone();
            move || {
                event.set();
                say("set");
            }
        });
        let c = thread("c", {
            let (event, news) = (event.clone(), news.clone());
            move || {
                news.store(1, Relaxed);
                event.set();
                say("news, set");
            }
        });
        drop(waiter);
        say("gave up");
        event.clear();
        let seen = news.load(Relaxed) == 1;
        say(format_args!("cleared, news seen: {seen}"));
        b.join().unwrap();
        c.join().unwrap();
        assert!(seen || event.is_set(), "the news were neither seen nor announced");
        if seen { "news seen when clearing" } else { "set again, news to come" }
    });
}

// Catches: a wait that gives up and clears WAITERS for all, so that a `set` finds nobody to call.
#[test]
fn a_wait_given_up_takes_nobody_along() {
    model("event::a_wait_given_up_takes_nobody_along", UNBOUNDED, &["left the line", "was called"], || {
        let event = Arc::new(Event::new());
        let (first, mut second) = (waiter(&event), waiter(&event));
        let b = thread("b", move || {
            let called = first.was_woken();
            drop(first);
            say("gave up");
            called
        });
        event.set();
        say("set");
        second.wait("wait");
        if b.join().unwrap() { "was called" } else { "left the line" }
    });
}

// Catches: a wait that gives up, was called already, and stores SHUT over that `set`.
#[test]
fn who_gives_up_may_come_again() {
    model("event::who_gives_up_may_come_again", UNBOUNDED, &["gave up once", "let through at once"], || {
        let event = Arc::new(Event::new());
        let b = thread("b", {
            let event = event.clone();
            move || {
                let at_once = give_up("wait", event.wait()).is_some();
                wait("wait again", event.wait());
                at_once
            }
        });
        event.set();
        say("set");
        if b.join().unwrap() { "let through at once" } else { "gave up once" }
    });
}

fn two_wait(another_gives_up: bool) -> &'static str {
    let event = Arc::new(Event::new());
    let b = thread("b", {
        let event = event.clone();
        move || wait("wait", event.wait())
    });
    let c = thread("c", {
        let event = event.clone();
        move || {
            event.set();
            say("set");
        }
    });
    let through = if another_gives_up {
        give_up("wait", event.wait()).is_some()
    } else {
        wait("wait", event.wait());
        true
    };
    b.join().unwrap();
    c.join().unwrap();
    assert!(event.is_set());
    if through { "let through" } else { "gave up" }
}

// Catches: a `set` that wakes the first in line only.
#[test]
fn both_waiters_are_let_through_2_preemptions() {
    model("event::both_waiters_are_let_through_2_preemptions", Some(2), &["let through"], || two_wait(false));
}

// Catches: a wait that gives up and clears WAITERS while somebody else waits.
#[test]
fn one_of_two_waiters_gives_up_2_preemptions() {
    let ends = &["let through", "gave up"];
    model("event::one_of_two_waiters_gives_up_2_preemptions", Some(2), ends, || two_wait(true));
}
