//! One scenario on the page: what it claims, its runs on one axis, every order, its code beside Python's.

use super::code::{self, Listing};
use super::outcomes::{self, Orders};
use super::stage::{self, Film, Stage};
use super::strip::{self, Panel};
use super::stuck::{self, Stuck};
use super::{in_both, words};
use crate::report::both::Both;
use crate::report::model::{self, Model, Record};
use crate::report::timeline::{self, Steps};
use crate::report::{prose, words as sentences};
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Chapter {
    name: String,
    title: Value,
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
    plays: Vec<Play>,
    /// The plays in the paused order.
    stage: Stage,
    strip: Vec<Panel>,
    listings: Vec<Listing>,
}

#[derive(Serialize)]
struct Play {
    id: String,
    name: String,
    claim: Value,
    /// A class and a glyph.
    fared: (&'static str, &'static str),
    verdict: Value,
    surprises: Vec<Value>,
    /// Why the run was stopped; absent if `main` returned.
    end: Option<Value>,
    stuck: Option<Stuck>,
    orders: Orders,
    /// The interpreter's version, where there is a record.
    python: Option<String>,
    /// What there is to say where there is none.
    no_record: Value,
    twin_complaint: Option<String>,
    differences: Vec<Value>,
}

impl Chapter {
    pub(super) fn of(model: &Model, chapter: &model::Chapter) -> Chapter {
        Chapter {
            name: chapter.name.clone(),
            title: words(&chapter.title),
            scenarios: chapter.scenarios.iter().map(|scenario| Scenario::of(model, scenario)).collect(),
        }
    }
}

impl Scenario {
    fn of(model: &Model, scenario: &model::Scenario) -> Scenario {
        let (name, about) = halves(&scenario.title);
        let steps: Vec<Steps> = scenario.plays.iter().map(|play| timeline::steps(&play.run, None)).collect();
        let films: Vec<Film<'_>> =
            scenario.plays.iter().zip(&steps).map(|(play, steps)| Film::of_play(play, steps)).collect();
        let statement = |id: &String| {
            let known = model.statements.iter().find(|statement| statement.id == *id);
            (id.clone(), known.map(|statement| words(&statement.text)).unwrap_or_default())
        };
        Scenario {
            id: scenario.id.clone(),
            name: words(&name),
            about: words(&about.map(sentences::capital)),
            prose: in_both(&scenario.prose.map(prose::paragraphs), "div"),
            covers: scenario.covers.iter().map(statement).collect(),
            stage: stage::stage(
                &format!("{}.stage", scenario.id),
                &format!("{}.name", scenario.id),
                &films,
                &scenario.rust.path,
            ),
            strip: strip::strip(&films),
            plays: scenario.plays.iter().zip(&steps).map(|(play, steps)| Play::of(play, scenario, steps)).collect(),
            listings: code::listings(scenario, &steps),
        }
    }
}

/// A title's name, and what it says after the colon.
pub(super) fn halves(title: &Both) -> (Both, Both) {
    let half = |title: &str, nth: usize| {
        let (name, about) = title.split_once(": ").unwrap_or((title, ""));
        if nth == 0 { name.to_string() } else { about.to_string() }
    };
    (title.map(|title| half(title, 0)), title.map(|title| half(title, 1)))
}

impl Play {
    fn of(play: &model::Play, scenario: &model::Scenario, steps: &Steps) -> Play {
        let fared = sentences::verdict(play);
        let twin = play.twin.as_ref();
        Play {
            id: play.id.clone(),
            name: play.name.clone(),
            claim: words(&play.claim),
            fared: (fared.class, fared.glyph),
            verdict: words(&fared.words),
            surprises: play.surprises.iter().map(words).collect(),
            end: end(&play.run),
            stuck: stuck::stuck(&play.run, steps, &play.id),
            orders: outcomes::orders(play, scenario, steps),
            python: match &scenario.record {
                Record::Read { python } if twin.is_some() => Some(python.clone()),
                _ => None,
            },
            no_record: words(&sentences::record(&scenario.record)),
            twin_complaint: twin.and_then(|twin| twin.complaint.clone()),
            differences: twin
                .map(|twin| twin.differences.iter().map(|difference| words(&difference.why)).collect())
                .unwrap_or_default(),
        }
    }
}

pub(super) fn end(run: &model::Run) -> Option<Value> {
    (run.end.name != "done").then(|| words(&run.end.text.map(sentences::capital)))
}
