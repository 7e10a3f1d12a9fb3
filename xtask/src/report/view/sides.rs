//! The shortest schedule that fails and the shortest that passes, in one table: step n beside step n.

use super::play::{Schedule, Told, schedule, told};
use super::words;
use crate::report::model::{self, Choice, Entry, Side, Taken};
use crate::report::timeline::Steps;
use serde::Serialize;

/// Steps that both have in common are shown so many before they part, and so many after it.
const BEFORE: usize = 6;
const AFTER: usize = 40;

#[derive(Serialize)]
pub(super) struct Sides {
    heads: [Head; 2],
    rows: Vec<Row>,
    /// Steps in which nothing differs yet, and that are not shown.
    skipped: usize,
    /// Steps after those that are shown.
    left_out: usize,
}

#[derive(Serialize)]
struct Head {
    label: String,
    schedule: Schedule,
    length: String,
}

#[derive(Serialize)]
struct Row {
    /// `None`: before the first choice.
    step: Option<usize>,
    /// In the first row that differs, what differs; else empty.
    parting: String,
    cells: [Option<Cell>; 2],
}

#[derive(Serialize, Default)]
struct Cell {
    /// Whose turn it is, or what is no turn; with a class.
    turn: (String, String),
    story: Vec<(Told, bool)>,
    /// Where the run was cut: how it ended.
    end: String,
    /// What there was to choose from.
    choice: String,
}

pub(super) fn sides(sides: &model::Sides, steps: &Steps) -> Sides {
    let parting = parting(sides);
    let n_steps = sides.failing.steps.len().max(sides.passing.steps.len());
    let first = parting.unwrap_or(0).saturating_sub(BEFORE);
    let last = n_steps.min(parting.unwrap_or(0) + AFTER);
    let both = [&sides.failing, &sides.passing];
    let mut rows = Vec::new();
    if both.iter().any(|side| !side.opening.is_empty()) {
        let cell = |side: &Side| Cell { story: story(&side.opening, None, steps), ..Cell::default() };
        rows.push(Row { step: None, parting: String::new(), cells: both.map(|side| Some(cell(side))) });
    }
    for nth in first..last {
        let taken = both.map(|side| side.steps.get(nth));
        let parting = if parting == Some(nth) { parts(taken) } else { String::new() };
        let cells = both.map(|side| side.steps.get(nth).map(|taken| cell(taken, cut(side, nth), steps)));
        rows.push(Row { step: Some(nth + 1), parting, cells });
    }
    Sides { heads: both.map(|side| head(side, steps)), rows, skipped: first, left_out: n_steps - last }
}

/// The first step at which another choice was made, or something else came of the same one.
fn parting(sides: &model::Sides) -> Option<usize> {
    let (failing, passing) = (&sides.failing.steps, &sides.passing.steps);
    let what = |taken: &Taken| (taken.choice.clone(), taken.story.clone());
    (0..failing.len().max(passing.len())).find(|&nth| failing.get(nth).map(what) != passing.get(nth).map(what))
}

fn parts(taken: [Option<&Taken>; 2]) -> String {
    let what = match taken.map(|taken| taken.map(|taken| &taken.choice)) {
        [Some(failing), Some(passing)] if failing == passing => {
            "the same choice, and something else comes of it".into()
        }
        [failing, passing] => format!("on the left {}, on the right {}", does(failing), does(passing)),
    };
    format!("here they part: {what}")
}

fn does(choice: Option<&Choice>) -> String {
    match choice {
        None => "it is over".into(),
        Some(Choice { task: Some(task), .. }) => format!("{task} goes on"),
        Some(Choice { spelled, .. }) => format!("{spelled} is taken"),
    }
}

fn head(side: &Side, steps: &Steps) -> Head {
    let word: Vec<Choice> = side.steps.iter().map(|taken| taken.choice.clone()).collect();
    let length = words::length(side.polls, side.switches);
    Head { label: side.label.clone(), schedule: schedule(&word, steps), length }
}

/// How a run ended that was cut in this step.
fn cut(side: &Side, nth: usize) -> String {
    let is_cut = nth + 1 == side.steps.len() && !matches!(side.end.as_str(), "done" | "panicked");
    if is_cut { side.end.clone() } else { String::new() }
}

fn cell(taken: &Taken, end: String, steps: &Steps) -> Cell {
    let Taken { choice, could_run, pick, .. } = taken;
    let could = could_run.join(", ");
    let of = match (&choice.task, pick) {
        (Some(_), _) => format!("could run: {could}"),
        (None, None) => format!("could run: {could}; but time passes"),
        (None, Some((n, why))) => format!("one of {n} ways: {why}"),
    };
    let turn = match &choice.task {
        Some(task) => (task.clone(), steps.colour(task)),
        None => (choice.spelled.clone(), "choice".into()),
    };
    Cell { turn, story: story(&taken.story, choice.task.as_ref(), steps), end, choice: of }
}

/// With each entry whether it is another task's than the one whose turn it is.
fn story(entries: &[Entry], turn: Option<&String>, steps: &Steps) -> Vec<(Told, bool)> {
    entries.iter().map(|entry| (told(entry, steps), turn != Some(&entry.task))).collect()
}
