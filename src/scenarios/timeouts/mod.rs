//! Timeouts: what becomes of the work when the time is up.

mod shield;
mod wait_for_cancels;

use super::Chapter;

/// The chapter, in reading order.
pub const CHAPTER: Chapter = Chapter {
    name: "timeouts",
    title: "Timeouts",
    uk: include_str!("uk.md"),
    scenarios: &[&wait_for_cancels::SCENARIO, &shield::SCENARIO],
};
