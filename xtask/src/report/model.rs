//! What a report says, as plain data: the page, the picture and report.json are functions of it.
//!
//! Nothing of the book depends on the day, the machine or the path: the same book gives the same model. What a person reads,
//! and is neither a name nor what a program said, stands in both languages.

use super::both::Both;
use super::more::More;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The form of report.json. A field more is no new version; another meaning is.
pub(crate) const SCHEMA_VERSION: u32 = 2;

/// The name of the file that tells report.json's form.
pub(crate) const SCHEMA_FILE: &str = "report.schema.json";

pub(super) fn schema_file() -> Cow<'static, str> {
    SCHEMA_FILE.into()
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Model {
    /// The schema of this file, which lies beside it.
    #[serde(rename = "$schema", default = "schema_file")]
    pub schema: Cow<'static, str>,
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: u32,
    pub totals: Totals,
    pub chapters: Vec<Chapter>,
    /// All that the book is to show, and which scenarios show it.
    pub statements: Vec<Statement>,
    /// What is beside the book. The katas' states and the measurements are this copy's, and this machine's.
    pub more: More,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Totals {
    pub scenarios: usize,
    pub plays: usize,
    /// Statements that at least one scenario shows.
    pub covered: usize,
    pub statements: usize,
    pub schedules: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Chapter {
    pub name: String,
    pub title: Both,
    pub scenarios: Vec<Scenario>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Scenario {
    /// `pitfalls/lost-update`.
    pub id: String,
    pub title: Both,
    /// As written: paragraphs, with backticks around code.
    pub prose: Both,
    /// The statements that it shows.
    pub covers: Vec<String>,
    pub plays: Vec<Play>,
    pub rust: Code,
    /// `None`: the scenario has no twin.
    pub python: Option<Code>,
    /// What was read of CPython's record.
    pub record: Record,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Statement {
    pub id: String,
    pub text: Both,
    /// The scenarios that show it.
    pub shown_by: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Code {
    /// Where it stands in the repository.
    pub path: String,
    /// The pieces that are shown, in their order.
    pub pieces: Vec<Piece>,
}

/// Lines of a file that follow each other.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Piece {
    /// The number of its first line in the file.
    pub line: usize,
    pub text: String,
}

/// What became of the record of CPython's run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub(crate) enum Record {
    /// The scenario has no twin, so there is nothing to record.
    NoTwin,
    /// There is no file.
    Missing { file: String },
    /// There is one, but it cannot be read.
    Unreadable { why: String },
    /// Made by this interpreter.
    Read { python: String },
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Play {
    /// `pitfalls/lost-update:naive`.
    pub id: String,
    pub name: String,
    pub claim: Both,
    pub expect: Expect,
    /// Whether main's turns were chosen too.
    pub main_competes: bool,
    /// The run in the paused order.
    pub run: Run,
    pub explored: Explored,
    /// The shortest failing schedule; `None` if none fails.
    pub shortest: Option<Shortest>,
    /// It and the shortest that passes, step by step; `None` if all fail or none does.
    pub sides: Option<Sides>,
    /// CPython's story beside ours; `None` where there is no record, or the play is Rust's alone.
    pub twin: Option<Twin>,
    /// Where the play is not as it declares, in sentences. Empty on every good day.
    pub surprises: Vec<Both>,
}

/// The counts that the play declares.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Expect {
    pub failing: usize,
    pub of: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Run {
    pub verdict: Verdict,
    pub end: End,
    /// Story and mechanics, in the order in which they happened.
    pub entries: Vec<Entry>,
    /// Entries beyond those: a page has an end.
    pub left_out: u64,
    /// Who waits for whom; `None` unless it is stuck.
    pub waits: Option<Waits>,
}

/// The wait-for graph of a stuck run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Waits {
    pub tasks: Vec<Stuck>,
    /// Every known wait.
    pub edges: Vec<Edge>,
    /// Those of them that are a cycle, each waiter the former one's holder. Empty if there is none.
    pub cycle: Vec<Edge>,
    /// How many entries there were when the last of the cycle's edges came to be.
    pub closed: Option<usize>,
}

/// A task that could not go on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Stuck {
    pub task: String,
    /// `Lock 1`, `task a`; empty: for something unknown.
    pub waits: Vec<String>,
    /// The lines of its code that wait, where they are known.
    pub sites: Vec<String>,
    /// What else was found when it was polled once more, in a sentence without its subject.
    pub found: Option<Both>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Edge {
    pub waiter: String,
    pub on: String,
    /// Who has it, or is it; `None`: nobody that is known.
    pub holder: Option<String>,
    /// Whether it waits for the holder itself, not for what the holder has.
    pub is_join: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Verdict {
    pub passes: bool,
    pub label: Both,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct End {
    /// `done`, `deadlock`, ...
    pub name: String,
    /// In a sentence; whom it concerns stands in the run's `waits`.
    pub text: Both,
}

/// One thing that happened to one task, spelled as `cargo xtask play --json` spells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Entry {
    pub ms: u64,
    pub task: String,
    /// A kind of [`async_kata::trace::What`].
    pub kind: Cow<'static, str>,
    pub what: String,
    /// The line of code that did it, where it is known: `src/x.rs:31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Explored {
    pub schedules: usize,
    pub failing: usize,
    pub complete: bool,
    /// Why they were not all, in sentences without a stop.
    pub gaps: Vec<Both>,
    /// Schedules at lower bounds, which were explored before.
    pub before: usize,
    pub bounds: Bounds,
    /// Distinct orders of what is said.
    pub orders: usize,
    /// Distinct stories: with who began and ended when.
    pub stories: usize,
    pub outcomes: Vec<Outcome>,
    /// Every schedule, if there are no more than twelve: more of them nobody reads.
    pub words: Vec<Listed>,
}

/// One of all schedules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Listed {
    pub word: Vec<Choice>,
    pub passes: bool,
}

/// How far the exploration was to go, spelled as `cargo xtask explore --json` spells it.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Bounds {
    pub preemptions: Option<usize>,
    pub depth: Option<usize>,
    pub schedules: usize,
    pub late_ticks: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Outcome {
    pub label: Both,
    pub passes: bool,
    pub count: usize,
    /// The shortest schedule that ends so.
    pub example: Vec<Choice>,
    pub polls: usize,
    pub switches: usize,
}

/// One choice of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Choice {
    /// As `cargo xtask explore --replay` reads it.
    pub spelled: String,
    /// Who is polled; `None`: it is a late tick or a pick.
    pub task: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Shortest {
    pub word: Vec<Choice>,
    /// As `cargo xtask explore --replay` reads it.
    pub spelled: String,
    /// Whether it is the paused order, with the same story and the same turns, so that it needs no picture of its own.
    pub is_paused_order: bool,
    pub run: Run,
}

/// Two schedules of one play, to be read side by side.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Sides {
    pub failing: Side,
    pub passing: Side,
}

/// A schedule, step by step.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Side {
    pub spelled: String,
    pub polls: usize,
    pub switches: usize,
    /// The whole run, for its picture.
    pub run: Run,
    /// The story before there was anything to choose.
    pub opening: Vec<Entry>,
    pub steps: Vec<Taken>,
}

/// A step of a schedule: what was chosen, out of what, and the story up to the next choice. What left-overs do where a run
/// was cut is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Taken {
    pub choice: Choice,
    /// Who could run; empty for a pick.
    pub could_run: Vec<String>,
    /// Of a pick: how many ways there were, and what for.
    pub pick: Option<(usize, String)>,
    pub story: Vec<Entry>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Twin {
    /// How CPython's run ended.
    pub end: String,
    /// Both stories, entry by entry.
    pub rows: Vec<Row>,
    /// The differences that are no mistake, a sentence each.
    pub differences: Vec<Difference>,
    /// A difference that nobody declared, or a record out of date.
    pub complaint: Option<String>,
}

/// A difference between ours and CPython's that is no mistake.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Difference {
    /// In a sentence without its stop.
    pub why: Both,
    /// What only this scenario has; `None`: every scenario may have it.
    pub named: Option<Named>,
}

/// The entries of a difference, spelled `10 slow cancelled`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Named {
    pub ours: Vec<String>,
    pub cpython: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Row {
    pub mark: Mark,
    pub ours: Option<Entry>,
    pub cpython: Option<Entry>,
}

/// How an entry of ours and one of CPython's relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mark {
    Same,
    /// A difference that every scenario has.
    Standing,
    /// A difference that this scenario names.
    Named,
    /// A difference that nobody declared.
    Differs,
}

impl Model {
    /// Every scenario, in reading order.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = &Scenario> {
        self.chapters.iter().flat_map(|chapter| &chapter.scenarios)
    }
}

impl Run {
    /// How many entries there are up to the last sign of life.
    ///
    /// After it only destructors speak. Whom those wake never runs, so such wakes are not drawn. Of a run that goes on
    /// beyond its picture that is not known yet.
    pub(crate) fn alive(&self) -> usize {
        let is_life = |entry: &Entry| matches!(&*entry.kind, "polled" | "rested" | "ended" | "failed");
        let last = self.entries.iter().rposition(is_life).map_or(0, |last| last + 1);
        if self.left_out > 0 { self.entries.len() } else { last }
    }
}

impl Entry {
    /// Whether a person reads it. The rest is mechanics.
    pub(crate) fn is_story(&self) -> bool {
        matches!(&*self.kind, "started" | "said" | "ended" | "failed" | "cancelled" | "left-over")
    }
}

/// Control characters, escaped, as a trace prints them: one event is one line.
///
/// The trace has the same function for itself. It is not public there: what a text looks like is no promise of the
/// library, and an entry of CPython's, which never was in a trace of ours, is spelled here in the same way.
pub(crate) fn one_line(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().collect() } else { c.to_string() };
    text.chars().map(escaped).collect()
}
