//! One play on the page: its verdict, its picture, its entries beside CPython's, its schedules.

use super::sides::{self, Sides};
use super::stuck::{self, Stuck};
use super::{markup, words};
use crate::report::model::{self, Choice, Entry, Record, Row, Run};
use crate::report::prose;
use crate::report::timeline::{self, Steps};
use minijinja::Value;
use serde::Serialize;

/// A word longer than this is not read off a page: report.json and the command line have it in full.
const LONGEST_WORD: usize = 40;

#[derive(Serialize)]
pub(super) struct Play {
    id: String,
    name: String,
    claim: Value,
    /// A class, a glyph, and the words.
    verdict: (&'static str, &'static str, &'static str),
    label: String,
    surprises: Vec<String>,
    /// Why the run was stopped; empty if `main` returned.
    end: String,
    picture: Value,
    left_out: u64,
    /// Who waits for whom, if it is stuck.
    stuck: Option<Stuck>,
    /// `4 of 6`, `schedules fail`.
    counts: (String, &'static str),
    explored: Value,
    outcomes: Vec<Outcome>,
    shortest: Option<Shortest>,
    sides: Option<Sides>,
    /// The interpreter's version, where there is a record.
    python: Option<String>,
    /// What there is to say where there is none.
    no_record: Value,
    twin_complaint: Option<String>,
    differences: Vec<String>,
    story: Vec<Line>,
    everything: Vec<Line>,
}

#[derive(Serialize)]
struct Outcome {
    passes: bool,
    label: String,
    count: usize,
    share: String,
    example: Schedule,
    /// How long that is.
    length: String,
}

#[derive(Serialize)]
struct Shortest {
    schedule: Schedule,
    /// What makes it run again.
    command: String,
    is_paused_order: bool,
    label: String,
    picture: Value,
    left_out: u64,
    stuck: Option<Stuck>,
    /// Why the run was stopped, as a play says it.
    end: String,
    /// What stands below that picture.
    story: Vec<Line>,
}

/// Choices in their order, each with a class: of a task's colours, or one of its own for what is nobody's poll.
#[derive(Serialize)]
pub(super) struct Schedule {
    tasks: Vec<(String, String)>,
    beyond: usize,
}

/// A row of a table of entries.
#[derive(Serialize, Default)]
struct Line {
    step: Option<usize>,
    ours: Option<Told>,
    /// The sign, and how it reads aloud.
    mark: (&'static str, &'static str),
    cpython: Option<Told>,
}

#[derive(Serialize)]
pub(super) struct Told {
    ms: u64,
    task: String,
    colour: String,
    /// Whether it is what the task itself said.
    said: bool,
    what: String,
}

impl Play {
    pub(super) fn of(play: &model::Play, scenario: &model::Scenario, names: i32) -> Play {
        let steps = timeline::steps(&play.run, None);
        let twin = play.twin.as_ref();
        Play {
            id: play.id.clone(),
            name: play.name.clone(),
            claim: markup(prose::inline(&play.claim)),
            verdict: words::verdict(play),
            label: play.run.verdict.label.clone(),
            surprises: play.surprises.clone(),
            end: end(&play.run),
            picture: picture(&steps, &play.run, names, &play.id, PAUSED),
            left_out: play.run.left_out,
            stuck: stuck::stuck(&play.run, &steps, &play.id, PAUSED),
            counts: words::counts(&play.explored),
            explored: markup(prose::inline(&words::explored(play))),
            outcomes: play.explored.outcomes.iter().map(|outcome| self::outcome(play, outcome, &steps)).collect(),
            shortest: play.shortest.as_ref().map(|shortest| self::shortest(play, shortest, &steps, names)),
            sides: play.sides.as_ref().map(|sides| sides::sides(sides, &steps)),
            python: match &scenario.record {
                Record::Read { python } if twin.is_some() => Some(python.clone()),
                _ => None,
            },
            no_record: markup(prose::inline(&words::record(&scenario.record))),
            twin_complaint: twin.and_then(|twin| twin.complaint.clone()),
            differences: twin.map(|twin| twin.differences.clone()).unwrap_or_default(),
            story: story(play, &steps),
            everything: everything(&play.run, &steps),
        }
    }
}

/// Which of a play's pictures it is: for titles, and for ids.
const PAUSED: &str = "in the paused order";
const SHORTEST: &str = "in its shortest failing schedule";

fn end(run: &Run) -> String {
    if run.end.name == "done" { String::new() } else { run.end.text.clone() }
}

fn picture(steps: &Steps, run: &Run, names: i32, id: &str, order: &str) -> Value {
    let n_steps = steps.notes.iter().filter_map(|note| note.step).max().unwrap_or(0);
    let title = format!("Timeline of {id}, {order}");
    let left_out = match run.left_out {
        0 => String::new(),
        n => format!(" {n} more entries are not drawn."),
    };
    let describes = format!(
        "{} tasks ({}) in {n_steps} steps; it ends as {}.{left_out} The entries stand as a list below.",
        steps.lanes.len(),
        steps.lanes.join(", "),
        run.end.name,
    );
    markup(timeline::figure(steps, names, &format!("{id}.{}", order.replace(' ', "-")), &title, &describes))
}

fn outcome(play: &model::Play, outcome: &model::Outcome, steps: &Steps) -> Outcome {
    Outcome {
        passes: outcome.passes,
        label: outcome.label.clone(),
        count: outcome.count,
        share: words::share(outcome.count, play.explored.schedules),
        example: schedule(&outcome.example, steps),
        length: words::length(outcome.polls, outcome.switches),
    }
}

fn shortest(play: &model::Play, shortest: &model::Shortest, paused: &Steps, names: i32) -> Shortest {
    let steps = timeline::steps(&shortest.run, Some(paused));
    Shortest {
        // The word wears the colours of the picture that it belongs to.
        schedule: schedule(&shortest.word, if shortest.is_paused_order { paused } else { &steps }),
        command: format!("cargo xtask explore {} --replay {}", play.id, quoted(&shortest.spelled)),
        is_paused_order: shortest.is_paused_order,
        label: shortest.run.verdict.label.clone(),
        picture: if shortest.is_paused_order {
            Value::UNDEFINED
        } else {
            picture(&steps, &shortest.run, names, &play.id, SHORTEST)
        },
        left_out: shortest.run.left_out,
        stuck: stuck::stuck(&shortest.run, &steps, &play.id, SHORTEST).filter(|_| !shortest.is_paused_order),
        end: end(&shortest.run),
        story: own_story(&shortest.run, &steps),
    }
}

/// For a shell. A name with blanks stands in quotes already.
fn quoted(word: &str) -> String {
    if word.contains('"') { format!("'{word}'") } else { format!("\"{word}\"") }
}

pub(super) fn schedule(word: &[Choice], steps: &Steps) -> Schedule {
    let colour = |choice: &Choice| choice.task.as_ref().map_or("choice".into(), |task| steps.colour(task));
    let tasks = word.iter().take(LONGEST_WORD).map(|choice| (choice.spelled.clone(), colour(choice)));
    Schedule { tasks: tasks.collect(), beyond: word.len().saturating_sub(LONGEST_WORD) }
}

/// Our story, with CPython's beside it where it is known.
fn story(play: &model::Play, steps: &Steps) -> Vec<Line> {
    let own = own_story(&play.run, steps);
    let Some(twin) = &play.twin else { return own };
    let mut ours = own.iter().map(|line| line.step);
    let row = |row: &Row| Line {
        mark: words::mark(row.mark),
        ..line(row.ours.as_ref().and_then(|_| ours.next().flatten()), row.ours.as_ref(), row.cpython.as_ref(), steps)
    };
    twin.rows.iter().map(row).collect()
}

fn own_story(run: &Run, steps: &Steps) -> Vec<Line> {
    let told = run.entries.iter().zip(&steps.notes).filter(|(entry, _)| entry.is_story());
    told.map(|(entry, note)| line(note.step, Some(entry), None, steps)).collect()
}

fn everything(run: &Run, steps: &Steps) -> Vec<Line> {
    let entries = run.entries.iter().zip(&steps.notes);
    let line = |(entry, note): (&Entry, &timeline::Note)| {
        let told = Told { what: words::entry(entry, note.woken_by.as_deref()), ..told(entry, steps) };
        Line { step: note.step, ours: Some(told), ..Line::default() }
    };
    entries.map(line).collect()
}

fn line(step: Option<usize>, ours: Option<&Entry>, cpython: Option<&Entry>, steps: &Steps) -> Line {
    let told = |entry| self::told(entry, steps);
    Line { step, ours: ours.map(told), mark: ("", ""), cpython: cpython.map(told) }
}

pub(super) fn told(entry: &Entry, steps: &Steps) -> Told {
    Told {
        ms: entry.ms,
        task: entry.task.clone(),
        colour: steps.colour(&entry.task),
        said: entry.kind == "said",
        what: entry.words(),
    }
}
