//! The page's own sentences.

use crate::report::model::{Entry, Explored, Mark, Play, Record};

/// How a play fared: a class for colour, a glyph, and the words, which say it without either.
pub(super) fn verdict(play: &Play) -> (&'static str, &'static str, &'static str) {
    let declared_to_fail = play.expect.failing > 0;
    match (play.run.verdict.passes, declared_to_fail, play.surprises.is_empty()) {
        (true, _, false) => ("surprise", "!", "passes, but not as it should"),
        (false, _, false) => ("surprise", "!", "fails, and not as it should"),
        (false, true, true) => ("fails", "✗", "fails, as it should"),
        (true, true, true) => ("fails", "✗", "passes in this order, and fails in others, as it should"),
        (true, false, true) => ("passes", "✓", "passes"),
        (false, false, true) => ("surprise", "!", "fails, and should not"),
    }
}

/// `4 of 6 schedules fail`, in the singular where there is one.
pub(super) fn counts(explored: &Explored) -> (String, &'static str) {
    let (failing, all) = (explored.failing, explored.schedules);
    let words = match (failing, all) {
        (_, 1) if explored.complete => "schedule fails: there is only the one",
        (_, 1) => "schedule fails",
        (1, _) => "schedules fails",
        _ => "schedules fail",
    };
    (format!("{failing} of {all}"), words)
}

/// What was explored, and what was not.
pub(super) fn explored(play: &Play) -> String {
    let Explored { schedules, complete, orders, stories, ref extent, .. } = play.explored;
    let how_many = match (complete, schedules) {
        (true, 1) => format!("{}: whoever can run, there is nothing to choose.", capital(extent)),
        _ => format!("{}.", capital(extent)),
    };
    let stories = match (stories, schedules) {
        (_, 1) => "",
        (1, _) => " They tell one and the same story.",
        (n, all) if n == all => " No two of them tell the same story.",
        (n, _) => &format!(" They tell {n} different stories."),
    };
    let is_silent = play.run.entries.iter().all(|entry| entry.kind != "said");
    let orders = match (orders, schedules) {
        (_, 1) => "",
        (1, _) if is_silent => "",
        (1, _) => " What is said always comes in the same order.",
        (n, _) => &format!(" What is said comes in {n} orders."),
    };
    // Where it was none, the extent says that `main` was always first.
    let main = if play.main_competes { " When `main` goes on was a choice like every other." } else { "" };
    format!("{how_many}{stories}{orders}{main}")
}

/// How long a schedule is: `4 polls, 2 switches`.
pub(super) fn length(polls: usize, switches: usize) -> String {
    let polls = if polls == 1 { "1 poll".into() } else { format!("{polls} polls") };
    let switches = if switches == 1 { "1 switch".into() } else { format!("{switches} switches") };
    format!("{polls}, {switches}")
}

/// What there is to say of a play without a record.
pub(super) fn record(record: &Record) -> String {
    match record {
        Record::Read { .. } => "CPython has no counterpart to this play.".into(),
        Record::NoTwin => "CPython has no counterpart to this scenario.".into(),
        Record::Missing { file } => {
            format!("CPython was not asked: there is no record `{file}`. Make it with `cargo xtask oracle --record`.")
        }
        Record::Unreadable { why } => format!("CPython's record tells nothing: {why}."),
    }
}

/// The sign between our entry and CPython's, and how it reads aloud.
pub(super) fn mark(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::Same => ("=", "same"),
        Mark::Standing => ("≈", "a standing difference"),
        Mark::Named => ("≈", "a named difference"),
        Mark::Differs => ("≠", "differs"),
    }
}

/// What happened, in words; `by` is who woke, where the entry does not say.
pub(super) fn entry(entry: &Entry, by: Option<&str>) -> String {
    match by {
        Some(by) => format!("woken by {by}"),
        None => entry.words(),
    }
}

/// `4` of `6` as `67 %`; what is there is never 0 %.
pub(super) fn share(count: usize, all: usize) -> String {
    match (200 * count + all) / (2 * all.max(1)) {
        0 if count > 0 => "< 1 %".into(),
        share => format!("{share} %"),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
