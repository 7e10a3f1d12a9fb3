//! Every order of a play: how many fail, how each ends, and the shortest that fails drawn beside the shortest that passes.

use super::stage::{self, Film, Stage, fared};
use super::stuck::{self, Stuck};
use super::{markup, scenario, words};
use crate::report::both::Both;
use crate::report::model::{self, Choice, Shortest, Side, Sides, Taken};
use crate::report::timeline::{self, Steps, escape};
use crate::report::words as sentences;
use minijinja::Value;
use serde::Serialize;

/// A word longer than this is not read off a page: report.json and the command line have it in full.
const LONGEST_WORD: usize = 40;

#[derive(Serialize)]
pub(super) struct Orders {
    /// Whether there is anything to say of them: more than one, or not all explored.
    many: bool,
    /// `4 of 6`, `schedules fail`.
    counts: (Value, Value),
    explored: Value,
    outcomes: Vec<Outcome>,
    /// Every schedule, where they are few: whether it passes, and its word.
    words: Vec<(bool, Value)>,
    /// The shortest that fails; absent where none does.
    failing: Option<Failing>,
}

#[derive(Serialize)]
struct Outcome {
    passes: bool,
    label: Value,
    count: usize,
    share: String,
    example: Value,
    length: Value,
}

#[derive(Serialize)]
struct Failing {
    word: Value,
    /// What makes it run again.
    command: String,
    /// Whether the picture above shows it already.
    is_paused_order: bool,
    /// It, and beside it one that passes.
    stage: Option<Stage>,
    /// Where they part, in a sentence.
    parts: Option<Value>,
    stuck: Option<Stuck>,
    end: Option<Value>,
}

pub(super) fn orders(play: &model::Play, scenario: &model::Scenario, paused: &Steps) -> Orders {
    let (count, what) = sentences::counts(&play.explored);
    let outcome = |outcome: &model::Outcome| Outcome {
        passes: outcome.passes,
        label: words(&outcome.label),
        count: outcome.count,
        share: sentences::share(outcome.count, play.explored.schedules),
        example: word(&outcome.example, paused),
        length: words(&sentences::length(outcome.polls, outcome.switches)),
    };
    Orders {
        many: play.explored.schedules > 1 || !play.explored.complete,
        counts: (words(&count), words(&what)),
        explored: words(&sentences::explored(play)),
        outcomes: play.explored.outcomes.iter().map(outcome).collect(),
        words: play.explored.words.iter().map(|listed| (listed.passes, word(&listed.word, paused))).collect(),
        failing: play.shortest.as_ref().map(|shortest| failing(play, scenario, shortest, paused)),
    }
}

fn failing(play: &model::Play, scenario: &model::Scenario, shortest: &Shortest, paused: &Steps) -> Failing {
    let steps = timeline::steps(&shortest.run, Some(paused));
    let file = &scenario.rust.path;
    let is_new = !shortest.is_paused_order;
    let stage = match &play.sides {
        Some(sides) => Some(beside(play, sides, paused, file)),
        None => is_new.then(|| {
            let films = [film(Which::Fails, &shortest.run, &steps)];
            stage::stage(&format!("{}.sides", play.id), &format!("{}.orders", play.id), &films, file)
        }),
    };
    // Where the picture on top is stuck in the same way, its graph stands there.
    let cycle = |run: &model::Run| run.waits.as_ref().map(|waits| waits.cycle.clone());
    let is_stuck_anew =
        is_new && (play.run.end.name != shortest.run.end.name || cycle(&play.run) != cycle(&shortest.run));
    let differs = stage.as_ref().and_then(|stage| stage.differs);
    Failing {
        word: word(&shortest.word, paused),
        command: format!("cargo xtask explore {} --replay {}", play.id, quoted(&shortest.spelled)),
        is_paused_order: shortest.is_paused_order,
        parts: play.sides.as_ref().and_then(|sides| parting(sides, differs)).map(|text| words(&text)),
        stage,
        stuck: stuck::stuck(&shortest.run, &steps, &format!("{}.shortest", play.id)).filter(|_| is_stuck_anew),
        end: scenario::end(&shortest.run).filter(|_| is_stuck_anew),
    }
}

enum Which {
    Fails,
    Passes,
}

fn film<'a>(which: Which, run: &'a model::Run, steps: &'a Steps) -> Film<'a> {
    let name = match which {
        Which::Fails => Both::new("the shortest that fails", "найкоротший, що не вдається"),
        Which::Passes => Both::new("the shortest that passes", "найкоротший, що вдається"),
    };
    Film { id: None, name, is_cure: false, fared: fared(run), label: &run.verdict.label, run, steps, rows: None }
}

fn beside(play: &model::Play, sides: &Sides, paused: &Steps, file: &str) -> Stage {
    let [failing, passing] = [&sides.failing, &sides.passing].map(|side| timeline::steps(&side.run, Some(paused)));
    let films = [film(Which::Fails, &sides.failing.run, &failing), film(Which::Passes, &sides.passing.run, &passing)];
    stage::stage(&format!("{}.sides", play.id), &format!("{}.orders", play.id), &films, file)
}

/// The first choice at which another was made, or something else came of the same one.
fn parting(sides: &Sides, step: Option<usize>) -> Option<Both> {
    let (failing, passing) = (&sides.failing.steps, &sides.passing.steps);
    let what = |taken: &Taken| (taken.choice.clone(), taken.story.clone());
    let is_parting = |nth: &usize| failing.get(*nth).map(what) != passing.get(*nth).map(what);
    let nth = (0..failing.len().max(passing.len())).find(is_parting)?;
    let taken = |side: &'_ Side| side.steps.get(nth).map(|taken| (taken.choice.clone(), taken.could_run.clone()));
    let (one, other) = (taken(&sides.failing), taken(&sides.passing));
    let choice = nth + 1;
    let at = match step {
        Some(step) => Both::new(format!("step {step}, choice {choice}"), format!("кроці {step}, виборі {choice}")),
        None => Both::new(format!("choice {choice}"), format!("виборі {choice}")),
    };
    let could = one.as_ref().map(|(_, could)| could.join(", ")).filter(|could| !could.is_empty());
    let could = could.map_or_else(Both::default, |could| {
        Both::new(format!(" ({could} could run)"), format!(" (іти далі могли: {could})"))
    });
    Some(match (one.map(|taken| does(&taken.0)), other.map(|taken| does(&taken.0))) {
        (one, other) if one == other => Both::new(
            format!("They part at {}: it is the same one, and something else comes of it.", at.en),
            format!("Вони розходяться на {}: він той самий, а виходить інше.", at.uk),
        ),
        (one, other) => {
            let over = || Both::new("it is over", "усе скінчено");
            let (one, other) = (one.unwrap_or_else(over), other.unwrap_or_else(over));
            Both::new(
                format!("They part at {}{}: above {}, below {}.", at.en, could.en, one.en, other.en),
                format!("Вони розходяться на {}{}: вгорі {}, внизу {}.", at.uk, could.uk, one.uk, other.uk),
            )
        }
    })
}

fn does(choice: &Choice) -> Both {
    match &choice.task {
        Some(task) => Both::new(format!("{task} goes on"), format!("далі йде {task}")),
        None => Both::new(format!("{} is taken", choice.spelled), format!("узято {}", choice.spelled)),
    }
}

/// For a shell. A name with blanks stands in quotes already.
fn quoted(word: &str) -> String {
    if word.contains('"') { format!("'{word}'") } else { format!("\"{word}\"") }
}

/// Choices in their order, each in its task's colour.
fn word(choices: &[Choice], steps: &Steps) -> Value {
    let mut html = String::from("<span class=\"word\">");
    for choice in choices.iter().take(LONGEST_WORD) {
        let colour = choice.task.as_ref().map_or("choice".into(), |task| steps.colour(task));
        html.push_str(&format!("<span class=\"{colour}\">{}</span> ", escape(&choice.spelled)));
    }
    let beyond = match choices.len() {
        0 => Both::new("no choice at all", "вибору немає"),
        n if n > LONGEST_WORD => {
            Both::new(format!("and {} more", n - LONGEST_WORD), format!("і ще {}", n - LONGEST_WORD))
        }
        _ => Both::default(),
    };
    if !beyond.is_empty() {
        html.push_str(&format!("<i>{}</i>", super::words_html(&beyond)));
    }
    markup(html.trim_end().to_string() + "</span>")
}
