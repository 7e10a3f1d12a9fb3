//! A stuck run on the page: who waits for whom as a picture, in a sentence, and at which lines of code.

use super::markup;
use crate::report::graph;
use crate::report::model::{self, Edge, Run, Waits};
use crate::report::timeline::Steps;
use minijinja::Value;
use serde::Serialize;

/// Waits that a sentence names; the picture and the list have the rest.
const MOST_EDGES: usize = 12;

/// Tasks that the list has; why the run ended names them all.
const MOST_TASKS: usize = 40;

#[derive(Serialize)]
pub(super) struct Stuck {
    picture: Value,
    sentence: String,
    tasks: Vec<Task>,
    more: usize,
}

#[derive(Serialize)]
struct Task {
    name: String,
    colour: String,
    waits: String,
    sites: Vec<String>,
    found: Option<&'static str>,
}

/// `steps` are those of the picture that the graph stands beside: so the step that it names is one of that picture's.
pub(super) fn stuck(run: &Run, steps: &Steps, id: &str, order: &str) -> Option<Stuck> {
    let waits = run.waits.as_ref().filter(|waits| !waits.tasks.is_empty())?;
    let sentence = sentence(waits, steps);
    let (title, id) =
        (format!("Who waits for whom in {id}, {order}"), format!("{id}.{}.graph", order.replace(' ', "-")));
    let task = |stuck: &model::Stuck| Task {
        name: stuck.task.clone(),
        colour: steps.colour(&stuck.task),
        waits: if stuck.waits.is_empty() { "something unknown".into() } else { stuck.waits.join(" and ") },
        sites: stuck.sites.clone(),
        found: stuck.found,
    };
    Some(Stuck {
        picture: markup(graph::figure(waits, steps, &id, &title, &sentence)),
        tasks: waits.tasks.iter().take(MOST_TASKS).map(task).collect(),
        more: waits.tasks.len().saturating_sub(MOST_TASKS),
        sentence,
    })
}

fn sentence(waits: &Waits, steps: &Steps) -> String {
    let outside: Vec<&Edge> = waits.edges.iter().filter(|edge| !waits.cycle.contains(edge)).collect();
    let cycle: Vec<&Edge> = waits.cycle.iter().collect();
    match (cycle.is_empty(), outside.is_empty()) {
        (true, true) => "What they wait for is not known.".into(),
        (true, false) => format!("No cycle is known: {}.", all(&outside)),
        (false, true) => format!("{}: {}.", closed(waits, steps), all(&cycle)),
        (false, false) => format!("{}: {}. Outside it, {}.", closed(waits, steps), all(&cycle), all(&outside)),
    }
}

/// The entry by which the cycle closed stands in a step of the picture, unless the picture ends before.
fn closed(waits: &Waits, steps: &Steps) -> String {
    let note = waits.closed.and_then(|entry| steps.notes.get(entry));
    match note.and_then(|note| note.step) {
        Some(step) => format!("The cycle closed at step {step} of the picture"),
        None => "There is a cycle".into(),
    }
}

fn all(edges: &[&Edge]) -> String {
    let mut words: Vec<String> = edges.iter().take(MOST_EDGES).map(|edge| words(edge)).collect();
    if let Some(more) = edges.len().checked_sub(MOST_EDGES).filter(|more| *more > 0) {
        words.push(format!("and {more} more"));
    }
    words.join("; ")
}

fn words(edge: &Edge) -> String {
    let Edge { waiter, on, .. } = edge;
    match &edge.holder {
        Some(holder) if edge.is_join => format!("{waiter} waits for the end of {holder}"),
        Some(holder) => format!("{waiter} waits for {on}, which {holder} holds"),
        None if on.starts_with("the clock") => format!("{waiter} waits for {on}"),
        None => format!("{waiter} waits for {on}, which nobody is known to have"),
    }
}
