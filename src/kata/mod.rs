//! Katas: exercises that a learner predicts, repairs or builds, and that are judged by the instruments of this crate.
//!
//! A [`Kata`] is a file that the learner edits, and the [`Check`]s that judge what is in it. A check explores every order
//! ([`every_order`]), compares a prediction with a run ([`predicted`]), asks a law of the contract
//! ([`conformance`](crate::conformance)), or is any function that returns what is [`Wrong`].
//!
//! [`main`](fn@main) (feature `harness`) is a test target: `harness = false` in `Cargo.toml`, and one line in the file.
//! What `cargo test` and a grader see of a kata is one of three states:
//!
//! - *open*: the file is as it was handed out. Green, and counted.
//! - *solved*: every check passes.
//! - *wrong*: some check does not; with the [`Cause`] by its name. Red.
//!
//! # What judging defends against
//!
//! Each kata is judged in a process of its own, with bounds on its time, its memory and what is kept of its output. So an
//! endless loop, a deadlock of threads, an abort, an overflow of the stack, an exit, a megabyte of text cost only the kata
//! that they are in, and each is told by its name. The verdicts come on that process's standard output, each line behind a
//! word that is drawn anew for every run, and told by a pipe: what a kata prints without knowing it is never taken for one.
//!
//! It does not defend against code that wants to cheat and knows how. That code runs in the process that judges it, with
//! the rights of whoever runs it: it may read and write files, use the network, end other processes, look into its own memory
//! or read back what it has printed (`/proc/self/fd/1`), and so find the word; it may also hold a copy of the answer. Grade strangers' work in a container without a network, and read it.
//!
//! The bound on memory is for what runs, not for the compiler. It is the system's (`RLIMIT_DATA`), and holds on Linux only; elsewhere the bound on time ends it.
//! Processes that a kata starts die with it where there are process groups (Unix), if they do not leave the group.

mod groups;
#[cfg(feature = "harness")]
mod harness;
#[cfg(feature = "harness")]
mod judge;
mod orders;
mod predict;
mod process;
mod results;
mod sieve;
#[cfg(feature = "harness")]
mod supervise;
mod text;
mod wrong;

pub use groups::end_all;
#[cfg(feature = "harness")]
pub use harness::{judge_if_asked, main, results_of, verdict_of};
#[cfg(feature = "harness")]
pub use libtest_mimic::{Failed, Trial};
pub use orders::every_order;
pub use predict::predicted;
pub use process::{Bounded, bounded};
pub use results::{CheckState, Checked, Judged, Results, State, Unreadable};
pub use text::{Hints, Malformed, Text, hints_in};
pub use wrong::{Cause, Wrong};

use crate::conformance::Law;
use std::fmt;
use std::time::Duration;

/// An exercise: the learner's file, and what judges it.
///
/// ```
/// use async_kata::kata::{Cause, Check, Kata, Kind, Wrong};
/// use std::time::Duration;
///
/// // In a project it is a file of its own, and `source` and `stub` are `include_str!`s.
/// mod kata {
///     pub fn answer() -> u32 {
///         41
///     }
/// }
///
/// fn checks() -> Vec<Check> {
///     vec![Check::new("answer", 1, "The answer is 42.", || match kata::answer() {
///         42 => Ok(()),
///         other => Err(Wrong::new(Cause::Outcome, format!("the answer is {other}, not 42"))),
///     })]
/// }
///
/// const ANSWER: Kata = Kata {
///     id: "numbers/answer",
///     kind: Kind::Fix,
///     file: "tests/katas/numbers/answer/kata.rs",
///     source: "pub fn answer() -> u32 { 41 }",
///     stub: "pub fn answer() -> u32 { 0 }",
///     checks,
///     limit: Kata::LIMIT,
/// };
///
/// assert_eq!(ANSWER.unit(), "numbers");
/// assert!(!ANSWER.is_open(), "somebody has edited it");
/// assert_eq!((ANSWER.checks)()[0].run().unwrap_err().message, "the answer is 41, not 42");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Kata {
    /// `unit/name`, for example `pitfalls/till`.
    pub id: &'static str,
    /// What the learner does.
    pub kind: Kind,
    /// The learner's file, from the workspace's folder, with `/`.
    pub file: &'static str,
    /// What is in it.
    pub source: &'static str,
    /// What was in it when it was handed out.
    pub stub: &'static str,
    /// What is asked of it, in order. A function, so that checks may be generic over the learner's types.
    pub checks: fn() -> Vec<Check>,
    /// How long the checks together may take in real time; what takes longer is ended. [`Kata::LIMIT`] will do.
    pub limit: Duration,
}

impl Kata {
    /// Ten seconds: a hundred times what a kata takes, so that a busy machine does not matter.
    pub const LIMIT: Duration = Duration::from_secs(10);

    /// The part of the id before the slash: what a course requires at once.
    pub fn unit(&self) -> &'static str {
        unit_of(self.id)
    }

    /// Whether the code in the file is as it was handed out. Comments and line ends do not count.
    pub fn is_open(&self) -> bool {
        same_code(self.source, self.stub)
    }
}

/// The part of an id before the slash.
///
/// ```
/// assert_eq!(async_kata::kata::unit_of("pitfalls/till"), "pitfalls");
/// ```
pub fn unit_of(id: &str) -> &str {
    id.split('/').next().unwrap_or(id)
}

/// Whether two texts are the same but for their line ends, which an editor or a checkout may change.
///
/// ```
/// assert!(async_kata::kata::same_text("a\r\nb\r\n", "a\nb\n"));
/// ```
pub fn same_text(one: &str, other: &str) -> bool {
    one.lines().eq(other.lines())
}

/// Whether two files are the same but for their comments, so that a word that is mended in a stub makes nobody's untouched
/// copy a begun one.
///
/// ```
/// use async_kata::kata::same_code;
///
/// assert!(same_code("//! Old words.\nfn f() {}\n", "//! New ones,\n//! in two lines.\n\nfn f() {}\n"));
/// assert!(!same_code("fn f() {}\n", "fn g() {}\n"));
/// ```
pub fn same_code(one: &str, other: &str) -> bool {
    fn code(text: &str) -> impl Iterator<Item = &str> {
        text.lines().map(str::trim_end).filter(|line| !line.is_empty() && !line.trim_start().starts_with("//"))
    }
    code(one).eq(code(other))
}

/// What a learner does with a kata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Says what a play will do, before it runs.
    Predict,
    /// Repairs what goes wrong.
    Fix,
    /// Writes what keeps a contract.
    Build,
}

impl Kind {
    /// All kinds, in the order in which a unit has them.
    pub const ALL: [Kind; 3] = [Kind::Predict, Kind::Fix, Kind::Build];

    /// `predict`, `fix` or `build`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Predict => "predict",
            Kind::Fix => "fix",
            Kind::Build => "build",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that is asked of a kata, with its points.
pub struct Check {
    /// A short name, unique in the kata.
    pub name: &'static str,
    /// What is asked, in a sentence.
    pub says: &'static str,
    /// What it is worth: all or nothing.
    pub points: u32,
    run: Box<dyn Fn() -> Result<(), Wrong>>,
}

impl Check {
    /// A check that passes when `run` returns `Ok`. A panic in it is a [`Cause::Panic`].
    pub fn new(
        name: &'static str,
        points: u32,
        says: &'static str,
        run: impl Fn() -> Result<(), Wrong> + 'static,
    ) -> Self {
        Self { name, says, points, run: Box::new(run) }
    }

    /// A check that passes when a law of the conformance kit holds.
    ///
    /// ```
    /// use async_kata::conformance::laws;
    /// use async_kata::kata::Check;
    /// use async_kata::sync::Event;
    ///
    /// let checks: Vec<Check> = laws::event::all::<Event>().into_iter().map(|law| Check::law(1, law)).collect();
    /// assert_eq!(checks[0].name, "is_set_tells");
    /// assert_eq!(checks[0].run(), Ok(()));
    /// ```
    pub fn law(points: u32, law: Law) -> Self {
        Self::new(law.name, points, law.says, move || (law.run)().map(drop).map_err(Wrong::from))
    }

    /// The same check, for what is wrong without naming a line: it is at the first of `source` that has `mark` in it.
    pub fn at(self, source: &'static str, mark: &'static str) -> Self {
        let run = self.run;
        let located = move || run().map_err(|wrong| if wrong.line.is_some() { wrong } else { wrong.at(source, mark) });
        Self { run: Box::new(located), ..self }
    }

    /// Runs it, here and now: without a bound on its time, and a panic goes through.
    ///
    /// # Errors
    /// What is wrong.
    pub fn run(&self) -> Result<(), Wrong> {
        (self.run)()
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).field("points", &self.points).finish_non_exhaustive()
    }
}
