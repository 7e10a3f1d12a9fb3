//! Which laws hold for whom, and why not: one table a contract, ours beside others'.

use std::collections::BTreeSet;
use std::fmt::Write;

use async_kata::conformance::{Law, laws};
use async_kata::sync;

use super::peers::{ListenerEvent, NotifyEvent, SmolLock, TokioLock, WatchEvent};
use super::{learners, snapshot};

/// A column: a subject, and the laws for it.
type Subject = (&'static str, Vec<Law>);

/// A subject, a law that it does not keep, and why it does not.
type Difference = (&'static str, &'static str, &'static str);

/// How a law comes out: `chance` is neither `holds` nor `differs`, because the same schedule came out differently.
///
/// async-lock asks the real clock whether somebody has waited for too long, so on a busy machine that may happen to it.
/// Then it is asked again.
fn cell(law: &Law) -> &'static str {
    let told = |_| match (law.run)() {
        Ok(_) => "holds",
        Err(broken) if broken.end == "chance" => "chance",
        Err(_) => "differs",
    };
    (0..5).map(told).find(|cell| *cell != "chance").unwrap_or("chance")
}

/// The table: a row a law, a column a subject; and a line for each difference. What differs must be what is declared.
fn table(subjects: &[Subject], declared: &[Difference]) -> String {
    let mut text = format!("{:33}", "");
    for (subject, _) in subjects {
        let _ = write!(text, "{subject:16}");
    }
    let mut found = BTreeSet::new();
    for (nth, law) in subjects[0].1.iter().enumerate() {
        let _ = write!(text, "\n{:33}", law.name);
        for (subject, laws) in subjects {
            let cell = cell(&laws[nth]);
            let _ = write!(text, "{cell:16}");
            found.extend((cell != "holds").then_some((*subject, law.name)));
        }
    }
    let known: BTreeSet<_> = declared.iter().map(|(subject, law, _)| (*subject, *law)).collect();
    assert_eq!(found, known, "what differs is not what is declared:\n{text}");
    text.push('\n');
    for (subject, law, why) in declared {
        let _ = write!(text, "\n{subject}, {law}: {why}");
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn locks_differ_for_these_reasons() {
    let subjects = [
        ("ours", laws::lock::all::<sync::Lock<()>>()),
        ("a learner's", laws::lock::all::<learners::Lock>()),
        ("tokio", laws::lock::all::<TokioLock>()),
        ("async-lock", laws::lock::all::<SmolLock>()),
    ];
    snapshot("locks", &table(&subjects, LOCKS_DIFFER));
}

#[test]
fn events_differ_for_these_reasons() {
    let subjects = [
        ("ours", laws::event::all::<sync::Event>()),
        ("a learner's", laws::event::all::<learners::Event>()),
        ("tokio Notify", laws::event::all::<NotifyEvent>()),
        ("tokio watch", laws::event::all::<WatchEvent>()),
        ("event-listener", laws::event::all::<ListenerEvent>()),
    ];
    snapshot("events", &table(&subjects, EVENTS_DIFFER));
}

const LOCKS_DIFFER: &[Difference] = &[
    (
        "async-lock",
        "no_newcomer_passes",
        "an unlock frees the lock and wakes the first in line, and who comes before that one runs takes it, until \
         somebody has waited for half a millisecond. It costs the order, and saves switches.",
    ),
    ("async-lock", "no_try_lock_passes", "the same. The lock is free until the one who was woken has run."),
];

const EVENTS_DIFFER: &[Difference] = &[
    (
        "event-listener",
        "set_lets_through_though_cleared",
        "the loop that its documentation shows looks at the flag again when it is woken, and finds it cleared.",
    ),
    (
        "tokio watch",
        "set_lets_through_though_cleared",
        "a `watch` keeps the last value only, and who is woken looks at that one.",
    ),
    (
        "tokio watch",
        "no_wake_up_is_lost",
        "not judged. It spreads those who wait over eight lists, by a random number, so the same schedule does not \
         come out the same.",
    ),
    ("tokio watch", "who_is_cancelled_is_forgotten", "not judged, for the same reason."),
];

#[test]
fn the_page_of_the_room_names_each_difference() {
    let lines = include_str!("../../../src/conformance/mod.rs").lines().map_while(|line| line.strip_prefix("//!"));
    let page = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    for (subject, law, why) in LOCKS_DIFFER.iter().chain(EVENTS_DIFFER) {
        let line = format!("- **{subject}**, `{law}`: {why}");
        assert!(page.contains(&line), "the page of src/conformance/mod.rs does not say: {line}");
    }
}
