//! The katas, and how far whoever works in this copy is.

use super::super::words;
use crate::report::more::katas;
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Katas {
    solved: usize,
    of: usize,
    points: u32,
    katas: Vec<Kata>,
}

#[derive(Serialize)]
struct Kata {
    id: String,
    title: Value,
    unit: Value,
    kind: Value,
    points: Option<u32>,
    /// A class and a glyph: the state is never told by colour alone.
    state: (&'static str, &'static str),
    told: Value,
    cause: Option<Value>,
    file: String,
}

impl Katas {
    pub(super) fn of(katas: &katas::Katas) -> Katas {
        Katas {
            solved: katas.solved,
            of: katas.katas.len(),
            points: katas.katas.iter().filter_map(|kata| kata.points).sum(),
            katas: katas.katas.iter().map(kata).collect(),
        }
    }
}

fn kata(kata: &katas::Kata) -> Kata {
    Kata {
        id: kata.id.clone(),
        title: words(&kata.title),
        unit: words(&kata.unit_title),
        kind: words(&kata.kind_title),
        points: kata.points,
        state: match kata.state.as_str() {
            "solved" => ("passes", "✓"),
            "wrong" => ("fails", "✗"),
            "edited" => ("edited", "…"),
            _ => ("open", "○"),
        },
        told: words(&kata.state_title),
        cause: kata.cause_title.as_ref().map(words),
        file: kata.file.clone(),
    }
}
