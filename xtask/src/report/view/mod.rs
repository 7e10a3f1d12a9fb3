//! From the model to what the template prints: words, tables, pictures and coloured code.

mod play;
mod sides;
mod stuck;
mod words;

use super::code::{Language, highlight};
use super::model::{self, Model};
use super::{graph, prose, timeline};
use minijinja::Value;
use serde::Serialize;

/// The page without its template.
#[derive(Serialize)]
pub(super) struct View {
    css: Value,
    /// A number, and what it counts.
    totals: [(String, &'static str); 3],
    legend: Vec<(Value, &'static str)>,
    chapters: Vec<Chapter>,
}

#[derive(Serialize)]
struct Chapter {
    name: String,
    title: String,
    scenarios: Vec<Scenario>,
}

#[derive(Serialize)]
struct Scenario {
    id: String,
    name: Value,
    /// The rest of the title, after its colon.
    about: Value,
    prose: Value,
    covers: Vec<(String, Value)>,
    plays: Vec<play::Play>,
    listings: Vec<Listing>,
}

#[derive(Serialize)]
struct Listing {
    language: &'static str,
    path: String,
    text: Value,
}

/// Text that is markup already.
fn markup(html: impl Into<String>) -> Value {
    Value::from_safe_string(html.into())
}

impl View {
    pub(super) fn of(model: &Model) -> View {
        let totals = &model.totals;
        let chapter = |chapter: &model::Chapter| Chapter {
            name: chapter.name.clone(),
            title: chapter.title.clone(),
            scenarios: chapter.scenarios.iter().map(scenario).collect(),
        };
        View {
            css: markup(format!("{}{}{}", timeline::CSS, graph::CSS, include_str!("../page.css"))),
            totals: [
                (totals.scenarios.to_string(), if totals.scenarios == 1 { "scenario" } else { "scenarios" }),
                (format!("{} of {}", totals.covered, totals.statements), "statements of the tutorial"),
                (totals.schedules.to_string(), "schedules explored"),
            ],
            legend: timeline::legend().into_iter().map(|(picture, words)| (markup(picture), words)).collect(),
            chapters: model.chapters.iter().map(chapter).collect(),
        }
    }
}

fn scenario(scenario: &model::Scenario) -> Scenario {
    let (name, about) = scenario.title.split_once(": ").unwrap_or((&scenario.title, ""));
    let listing = |language, coloured, code: &model::Code| Listing {
        language,
        path: code.path.clone(),
        text: markup(highlight(&code.text, coloured)),
    };
    let rust = listing("Rust", Language::Rust, &scenario.rust);
    let python = scenario.python.as_ref().map(|code| listing("Python", Language::Python, code));
    // Naive and fixed are compared by eye: their first steps stand one under the other.
    let widths = scenario.plays.iter().map(|play| timeline::width_of_names(&timeline::steps(&play.run, None)));
    let names = widths.fold(0, i32::max);
    Scenario {
        id: scenario.id.clone(),
        name: markup(prose::inline(name)),
        about: markup(prose::inline(&words::capital(about))),
        prose: markup(prose::paragraphs(&scenario.prose)),
        covers: scenario.covers.iter().map(|s| (s.id.clone(), markup(prose::inline(&s.text)))).collect(),
        plays: scenario.plays.iter().map(|play| play::Play::of(play, scenario, names)).collect(),
        listings: [rust].into_iter().chain(python).collect(),
    }
}
