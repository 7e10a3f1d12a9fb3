//! A stuck run on the page: who waits for whom as a picture, in a sentence, and at which lines of code.

use super::{markup, words};
use crate::report::both::Both;
use crate::report::model::{self, Edge, Run, Waits};
use crate::report::timeline::Steps;
use crate::report::{graph, words as sentences};
use minijinja::Value;
use serde::Serialize;

/// Waits that a sentence names; the picture and the list have the rest.
const MOST_EDGES: usize = 12;

/// Tasks that the list has.
const MOST_TASKS: usize = 40;

#[derive(Serialize)]
pub(super) struct Stuck {
    id: String,
    picture: Value,
    sentence: Value,
    tasks: Vec<Task>,
    more: usize,
    /// Tasks that the picture leaves out.
    not_drawn: usize,
    /// The step in which the cycle closed.
    step: Option<usize>,
}

#[derive(Serialize)]
struct Task {
    name: String,
    colour: String,
    waits: Value,
    sites: Vec<String>,
    found: Option<Value>,
}

/// `steps` are those of the picture that the graph stands beside: so the step that it names is one of that picture's.
pub(super) fn stuck(run: &Run, steps: &Steps, id: &str) -> Option<Stuck> {
    let waits = run.waits.as_ref().filter(|waits| !waits.tasks.is_empty())?;
    let id = format!("{id}.graph");
    let task = |stuck: &model::Stuck| Task {
        name: stuck.task.clone(),
        colour: steps.colour(&stuck.task),
        waits: if stuck.waits.is_empty() {
            words(&Both::new("something unknown", "щось невідоме"))
        } else {
            let things: Vec<Both> = stuck.waits.iter().map(|thing| sentences::thing(thing)).collect();
            words(&and(&things))
        },
        sites: stuck.sites.clone(),
        found: stuck.found.as_ref().map(words),
    };
    Some(Stuck {
        picture: markup(graph::figure(waits, steps, &id)),
        id,
        tasks: waits.tasks.iter().take(MOST_TASKS).map(task).collect(),
        more: waits.tasks.len().saturating_sub(MOST_TASKS),
        not_drawn: graph::left_out(waits),
        step: closed(waits, steps),
        sentence: words(&sentence(waits, steps)),
    })
}

fn and(things: &[Both]) -> Both {
    Both { en: Both::join(things, " and ").en, uk: Both::join(things, " і ").uk }
}

fn sentence(waits: &Waits, steps: &Steps) -> Both {
    let outside: Vec<&Edge> = waits.edges.iter().filter(|edge| !waits.cycle.contains(edge)).collect();
    let cycle: Vec<&Edge> = waits.cycle.iter().collect();
    let (inner, outer) = (all(&cycle), all(&outside));
    let closed = match closed(waits, steps) {
        Some(step) => Both::new(
            format!("The cycle closed at step {step} of the picture"),
            format!("Коло замкнулося на кроці {step} діаграми"),
        ),
        None => Both::new("There is a cycle", "Тут є коло"),
    };
    let say = |en: String, uk: String| Both::new(en, uk);
    match (cycle.is_empty(), outside.is_empty()) {
        (true, true) => Both::new("What they wait for is not known.", "На що вони чекають, невідомо."),
        (true, false) => say(format!("No cycle is known: {}.", outer.en), format!("Кола не видно: {}.", outer.uk)),
        (false, true) => say(format!("{}: {}.", closed.en, inner.en), format!("{}: {}.", closed.uk, inner.uk)),
        (false, false) => say(
            format!("{}: {}. Outside it, {}.", closed.en, inner.en, outer.en),
            format!("{}: {}. Поза колом: {}.", closed.uk, inner.uk, outer.uk),
        ),
    }
}

/// The entry by which the cycle closed stands in a step of the picture, unless the picture ends before.
fn closed(waits: &Waits, steps: &Steps) -> Option<usize> {
    waits.closed.and_then(|entry| steps.notes.get(entry)).and_then(|note| note.step)
}

fn all(edges: &[&Edge]) -> Both {
    let mut said: Vec<Both> = edges.iter().take(MOST_EDGES).map(|edge| one(edge)).collect();
    if let Some(more) = edges.len().checked_sub(MOST_EDGES).filter(|more| *more > 0) {
        said.push(Both::new(format!("and {more} more"), format!("і ще {more}")));
    }
    Both::join(&said, "; ")
}

fn one(edge: &Edge) -> Both {
    let Edge { waiter, on, .. } = edge;
    let thing = sentences::thing(on);
    match &edge.holder {
        Some(holder) if edge.is_join => {
            Both::new(format!("{waiter} waits for the end of {holder}"), format!("{waiter} чекає на кінець {holder}"))
        }
        Some(holder) => Both::new(
            format!("{waiter} waits for {on}, which {holder} holds"),
            format!("{waiter} чекає на {}, що його тримає {holder}", thing.uk),
        ),
        None if on.starts_with("the clock") => {
            Both::new(format!("{waiter} waits for {on}"), format!("{waiter} чекає на {}", thing.uk))
        }
        None => Both::new(
            format!("{waiter} waits for {on}, which nobody is known to have"),
            format!("{waiter} чекає на {}, якого, наскільки відомо, не має ніхто", thing.uk),
        ),
    }
}
