//! The code of a scenario, in both languages, with the lines that speak marked by the steps in which they do.

use super::{markup, rows};
use crate::report::code::{Language, highlight};
use crate::report::model;
use crate::report::timeline::Steps;
use minijinja::Value;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(super) struct Listing {
    language: &'static str,
    path: String,
    text: Value,
}

pub(super) fn listings(scenario: &model::Scenario, steps: &[Steps]) -> Vec<Listing> {
    let spoken = spoken(scenario, steps);
    let rust = &scenario.rust;
    let piece = |piece: &model::Piece| {
        let coloured = highlight(piece.text.trim_end(), Language::Rust);
        let lines = coloured.lines().zip(piece.line..);
        lines.map(|(line, number)| mark(line, number, spoken.get(&number))).collect::<Vec<_>>().join("\n")
    };
    let rust = Listing {
        language: "Rust",
        path: rust.path.clone(),
        text: markup(rust.pieces.iter().map(piece).collect::<Vec<_>>().join("\n\n")),
    };
    let python = scenario.python.as_ref().map(|code| Listing {
        language: "Python",
        path: code.path.clone(),
        text: markup(code.pieces.iter().map(|piece| highlight(&piece.text, Language::Python)).collect::<String>()),
    });
    [rust].into_iter().chain(python).collect()
}

/// Of each line of the file that did something: by play, the steps in which it did.
fn spoken(scenario: &model::Scenario, steps: &[Steps]) -> BTreeMap<usize, Vec<(usize, usize)>> {
    let mut spoken: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (nth, (play, steps)) in scenario.plays.iter().zip(steps).enumerate() {
        for (entry, note) in play.run.entries.iter().zip(&steps.notes) {
            let line = entry.at.as_ref().and_then(|at| rows::line_of(at, &scenario.rust.path));
            if let (Some(line), Some(step)) = (line, note.step) {
                let known = spoken.entry(line).or_default();
                if !known.contains(&(nth, step)) {
                    known.push((nth, step));
                }
            }
        }
    }
    spoken
}

/// `data-k` has `0:2 1:5`: play 0 in its step 2, play 1 in its step 5.
fn mark(line: &str, number: usize, spoken: Option<&Vec<(usize, usize)>>) -> String {
    let Some(spoken) = spoken else { return line.into() };
    let steps: Vec<String> = spoken.iter().map(|(play, step)| format!("{play}:{step}")).collect();
    format!("<mark data-l=\"{number}\" data-k=\"{}\">{line}</mark>", steps.join(" "))
}
