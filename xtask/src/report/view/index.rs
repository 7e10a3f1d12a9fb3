//! The index: a tile for each scenario, which is a picture of it, and which statements of the tutorial it shows.

use super::scenario::halves;
use super::{markup, words};
use crate::report::model::{self, Model};
use crate::report::timeline;
use crate::report::words as sentences;
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Index {
    scenarios: usize,
    covered: usize,
    statements: usize,
    schedules: usize,
    chapters: Vec<Chapter>,
    /// A group for each letter.
    groups: Vec<(String, Vec<Statement>)>,
}

#[derive(Serialize)]
struct Chapter {
    name: String,
    title: Value,
    tiles: Vec<Tile>,
}

#[derive(Serialize)]
struct Tile {
    id: String,
    name: Value,
    /// One for each play: its name, its small picture, a class, a glyph, and `4 of 6`.
    plays: Vec<(String, Value, &'static str, &'static str, Value)>,
}

#[derive(Serialize)]
struct Statement {
    id: String,
    /// Of one that no scenario shows: where one does, it stands there.
    text: Option<Value>,
    /// The scenarios that show it: id and name.
    shown_by: Vec<(String, Value)>,
}

impl Index {
    pub(super) fn of(model: &Model) -> Index {
        let totals = &model.totals;
        Index {
            scenarios: totals.scenarios,
            covered: totals.covered,
            statements: totals.statements,
            schedules: totals.schedules,
            chapters: model.chapters.iter().map(chapter).collect(),
            groups: groups(model),
        }
    }
}

fn chapter(chapter: &model::Chapter) -> Chapter {
    Chapter {
        name: chapter.name.clone(),
        title: words(&chapter.title),
        tiles: chapter.scenarios.iter().map(tile).collect(),
    }
}

fn tile(scenario: &model::Scenario) -> Tile {
    let play = |play: &model::Play| {
        let fared = sentences::verdict(play);
        let picture = timeline::tile(&timeline::steps(&play.run, None));
        let count = sentences::failing_of(&play.explored);
        (play.name.clone(), markup(picture), fared.class, fared.glyph, words(&count))
    };
    Tile {
        id: scenario.id.clone(),
        name: words(&halves(&scenario.title).0),
        plays: scenario.plays.iter().map(play).collect(),
    }
}

/// By the letter of the tutorial's section.
fn groups(model: &Model) -> Vec<(String, Vec<Statement>)> {
    let mut groups: Vec<(String, Vec<Statement>)> = Vec::new();
    for statement in &model.statements {
        let letter: String = statement.id.chars().take(1).collect();
        if groups.last().is_none_or(|(last, _)| *last != letter) {
            groups.push((letter, Vec::new()));
        }
        if let Some((_, group)) = groups.last_mut() {
            let name = |id: &String| {
                let scenario = model.scenarios().find(|scenario| scenario.id == *id);
                (id.clone(), scenario.map(|scenario| words(&halves(&scenario.title).0)).unwrap_or_default())
            };
            let shown_by: Vec<_> = statement.shown_by.iter().map(name).collect();
            let text = shown_by.is_empty().then(|| words(&statement.text));
            group.push(Statement { id: statement.id.clone(), text, shown_by });
        }
    }
    groups
}
