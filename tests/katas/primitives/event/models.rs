//! Models of an event, on threads: what no schedule of whole polls can show.

use super::kata::Event;
use crate::model::{Model, calls, gives_up, must, thread, wait};
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;

/// Each with the line at which to begin to look.
pub const MODELS: &[(&str, Model)] = &[
    (
        "fn poll(",
        Model {
            name: "a_set_is_not_missed",
            says: "Under loom: a `set` that comes in the middle of a poll, on another thread, is not missed.",
            expected: "whoever waits goes on, whenever the event is set",
            preemptions: 3,
            play: a_set_is_not_missed,
        },
    ),
    (
        "fn set(",
        Model {
            name: "two_threads_are_let_through",
            says: "Under loom: two who wait on threads of their own both go on.",
            expected: "both who wait go on",
            preemptions: 2,
            play: two_threads_are_let_through,
        },
    ),
    (
        "fn drop(",
        Model {
            name: "whoever_leaves_disturbs_nobody",
            says: "Under loom: a wait that is dropped while the event is set takes nothing from the other.",
            expected: "the one who stays goes on",
            preemptions: 2,
            play: whoever_leaves_disturbs_nobody,
        },
    ),
    (
        "fn set(",
        Model {
            name: "a_set_carries_what_was_written",
            says: "Under loom: whoever is let through sees what was written before the `set`.",
            expected: "the waiter reads 7, which was written before `set`",
            preemptions: 3,
            play: a_set_carries_what_was_written,
        },
    ),
];

fn a_set_is_not_missed() {
    let event = Arc::new(Event::new());
    let waiter = waiter("waiter", &event);
    calls("set", || event.set());
    waiter.join().unwrap();
}

fn two_threads_are_let_through() {
    let event = Arc::new(Event::new());
    let both = ["a", "b"].map(|name| waiter(name, &event));
    calls("set", || event.set());
    both.into_iter().for_each(|waiter| waiter.join().unwrap());
    must(event.is_set(), "in the end it is not set, though nobody has cleared it");
}

fn whoever_leaves_disturbs_nobody() {
    let event = Arc::new(Event::new());
    let stays = waiter("stays", &event);
    let leaves = thread("leaves", {
        let event = event.clone();
        move || gives_up(event.wait()).is_some()
    });
    calls("set", || event.set());
    leaves.join().unwrap();
    stays.join().unwrap();
}

fn a_set_carries_what_was_written() {
    let (event, news) = (Arc::new(Event::new()), Arc::new(AtomicUsize::new(0)));
    let reader = thread("reader", {
        let (event, news) = (event.clone(), news.clone());
        move || {
            wait(event.wait());
            must(news.load(Relaxed) == 7, "whoever was let through does not see what was written before the `set`");
        }
    });
    news.store(7, Relaxed); // so that nothing but the event carries it
    calls("set", || event.set());
    reader.join().unwrap();
}

fn waiter(name: &str, event: &Arc<Event>) -> crate::model::JoinHandle<()> {
    let event = event.clone();
    thread(name, move || wait(event.wait()))
}
