//! Errors: what the others do when one of several fails, and who hears of it.

mod gather_vs_task_group;

use super::Chapter;

/// The chapter, in reading order.
pub const CHAPTER: Chapter = Chapter {
    name: "errors",
    title: "Errors",
    uk: include_str!("uk.md"),
    scenarios: &[&gather_vs_task_group::SCENARIO],
};
