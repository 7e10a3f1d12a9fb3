//! The book: every concept and every pitfall as a play on the paused clock. Feature `book`.
//!
//! A folder is a chapter, a file is a scenario, and a chapter's `mod.rs` is its syllabus. A scenario's prose is its own
//! module page: the first line is the title. Beside it lies its twin, the same plays in Python, and under `snapshots/`
//! the evidence: what our run printed, and what CPython did. A chapter's `uk.md` is its prose in Ukrainian ([`Lang`]).
//!
//! A scenario declares what it expects and runs nothing: tests and the command line run, explore and compare it.

pub mod errors;
mod lang;
pub mod pitfalls;
mod record;
mod statements;
pub mod timeouts;

pub use lang::{Lang, UnknownLang};
pub use record::{Difference, Record, RecordError, Standing, fingerprint};
pub use statements::{Statement, statements};

use crate::sim::End;
use std::future::Future;
use std::pin::Pin;

/// What the plays of every chapter are written with.
mod prelude {
    pub(super) use super::{Divergence, Expect, Main, Play, Scenario, Verdict};
    pub(super) use crate::host::turn;
    pub(super) use crate::sim::{log, sleep};
    pub(super) use crate::sync::{Event, Lock};
    pub(super) use crate::tasks::{
        Ended, Group, Why, gather, gather_all, group, on_cancel, shield, spawn, spawn_fallible, wait_for,
    };
    pub(super) use std::sync::Arc;
    pub(super) use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    pub(super) use std::time::Duration;
}

/// A play's judgement on its own end: what came out, as `Ok` if that is what it is for, as `Err` if not.
pub type Verdict = Result<String, String>;

/// A chapter: scenarios in reading order.
#[derive(Debug)]
pub struct Chapter {
    /// The folder's name, and the first half of its scenarios' ids.
    pub name: &'static str,
    /// For a heading.
    pub title: &'static str,
    /// The chapter in Ukrainian: its file `uk.md`. [`title_in`](Self::title_in) and the scenario's functions read it.
    pub uk: &'static str,
    /// In reading order.
    pub scenarios: &'static [&'static Scenario],
}

/// The book, in reading order.
pub const CHAPTERS: &[Chapter] = &[pitfalls::CHAPTER, errors::CHAPTER, timeouts::CHAPTER];

/// One lesson: its plays, its prose, its twin.
#[derive(Debug)]
pub struct Scenario {
    /// `chapter/scenario`, for example `pitfalls/lost-update`: the file's path with `-` for `_`.
    pub id: &'static str,
    /// The file itself: its `//!` lines are the prose, the rest is the code that a page shows.
    pub source: &'static str,
    /// The tutorial's statements that it shows, for example `P7`.
    pub covers: &'static [&'static str],
    /// The plays; for a pitfall, `naive` and `fixed`.
    pub plays: &'static [Play],
    /// The twin: a Python module with a function of each play's name. `None` where CPython has no counterpart.
    pub twin: Option<&'static str>,
    /// Where ours and CPython's stories differ, beyond the standing divergences, and why.
    pub differs: &'static [Divergence],
}

/// One play of a scenario.
#[derive(Debug)]
pub struct Play {
    /// The function's name, here and in the twin.
    pub name: &'static str,
    /// What it shows, in a sentence.
    pub claim: &'static str,
    /// What is said, in order, written by hand: the lesson. See [`Trace::order`](crate::trace::Trace::order).
    pub order: &'static str,
    /// How the paused run ends: the name of its [`End`], `done` unless the lesson is another.
    pub ends: &'static str,
    /// Makes the play's future.
    pub run: fn() -> Staged,
    /// Whether `main`'s turns are part of the question.
    pub main: Main,
    /// How many schedules there are, and how many of them fail.
    pub expect: Expect,
}

/// A play's future.
pub type Staged = Pin<Box<dyn Future<Output = Verdict> + Send>>;

/// What an exploration does with `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Main {
    /// It runs whenever it can: it only starts the others and waits for them.
    Watches,
    /// Its turns are chosen like everybody's: the lesson is when it goes on.
    Competes,
}

/// The exact counts of an exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// Schedules whose verdict is `Err`, or that do not end.
    pub failing: usize,
    /// All schedules.
    pub of: usize,
}

/// A difference between our story and CPython's that is no mistake.
///
/// Where the stories part, `ours` stands in one and `cpython` in the other; after them they go on together. An entry is
/// written `10 slow cancelled`, or `0 a said read 0`. A divergence that does not occur is an error too.
#[derive(Debug, PartialEq, Eq)]
pub struct Divergence {
    /// Which play.
    pub play: &'static str,
    /// Our entries.
    pub ours: &'static [&'static str],
    /// CPython's.
    pub cpython: &'static [&'static str],
    /// The reason, for the page that lists them all.
    pub why: &'static str,
}

/// Every scenario, in reading order.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    CHAPTERS.iter().flat_map(|chapter| chapter.scenarios.iter().copied())
}

/// The scenario of this id.
pub fn find(id: &str) -> Option<&'static Scenario> {
    all().find(|scenario| scenario.id == id)
}

impl Scenario {
    /// The first line of the prose.
    pub fn title(&self) -> &'static str {
        self.source.lines().next().and_then(|line| line.strip_prefix("//! ")).unwrap_or(self.id)
    }

    /// The prose after the title, without the comment marks.
    pub fn prose(&self) -> String {
        let lines = self.source.lines().skip(1).map_while(|line| line.strip_prefix("//!"));
        let text: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        text.join("\n").trim().to_string()
    }

    /// The code after the prose.
    pub fn code(&self) -> &'static str {
        let prose: usize =
            self.source.split_inclusive('\n').take_while(|line| line.starts_with("//!")).map(str::len).sum();
        self.source[prose..].trim_start()
    }

    /// The play of this name.
    pub fn play(&self, name: &str) -> Option<&'static Play> {
        self.plays.iter().find(|play| play.name == name)
    }
}

/// The verdict on a run: the play's own if it came to its end, else the end's name as a failure.
pub fn judge(end: &End<Verdict>) -> Verdict {
    match end {
        End::Done(verdict) => verdict.clone(),
        other => Err(other.name().to_string()),
    }
}

/// The name of an [`End`], in this language: what [`judge`] makes the label of a play that did not come to its own end.
///
/// What is no end's name stays as it is.
///
/// ```
/// use async_kata::scenarios::{self, Lang};
///
/// assert_eq!(scenarios::end_in("deadlock", Lang::En), "deadlock");
/// assert_eq!(scenarios::end_in("deadlock", Lang::Uk), "взаємне блокування");
/// assert_eq!(scenarios::end_in("one update lost", Lang::Uk), "one update lost");
/// ```
pub fn end_in(name: &str, lang: Lang) -> &str {
    match (lang, name) {
        (Lang::En, _) => name,
        (Lang::Uk, "done") => "завершено",
        (Lang::Uk, "deadlock") => "взаємне блокування",
        (Lang::Uk, "horizon") => "вичерпано час",
        (Lang::Uk, "spin") => "крутіння на місці",
        (Lang::Uk, "flood") => "злива записів",
        (Lang::Uk, "panicked") => "паніка",
        (Lang::Uk, _) => name,
    }
}
