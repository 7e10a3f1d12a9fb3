//! Pitfalls: programs that look right, and the order of events in which they are wrong.
//!
//! Each has a play `naive` with the mistake in it and a play `fixed` with the cure. Read them in this order:

mod abba_deadlock;
mod early_main_exit;
mod forgotten_await;
mod lost_update;

use super::Chapter;

/// The chapter, in reading order.
pub const CHAPTER: Chapter = Chapter {
    name: "pitfalls",
    title: "Pitfalls",
    uk: include_str!("uk.md"),
    scenarios: &[
        &lost_update::SCENARIO,
        &forgotten_await::SCENARIO,
        &early_main_exit::SCENARIO,
        &abba_deadlock::SCENARIO,
    ],
};
