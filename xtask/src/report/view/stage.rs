//! Runs on one axis: their pictures one under the other, what happened in each step as text, and where they part.

use super::rows;
use super::{markup, words};
use crate::report::both::Both;
use crate::report::model::{self, Row, Run};
use crate::report::timeline::{self, Frame, Layout, Steps};
use minijinja::Value;
use serde::Serialize;

/// A run to be drawn.
pub(super) struct Film<'a> {
    /// By which the strip draws it again; `None` where no strip does.
    pub id: Option<String>,
    /// What stands over it.
    pub name: Both,
    /// Whether it is how the first one should have been.
    pub is_cure: bool,
    /// A class and a glyph: does it pass?
    pub fared: (&'static str, &'static str),
    pub label: &'a Both,
    pub run: &'a Run,
    pub steps: &'a Steps,
    /// CPython's entries beside ours.
    pub rows: Option<&'a [Row]>,
}

impl<'a> Film<'a> {
    pub(super) fn of_play(play: &'a model::Play, steps: &'a Steps) -> Film<'a> {
        Film {
            id: Some(play.id.clone()),
            name: Both::same(format!("`{}`", play.name)),
            is_cure: play.name == "fixed",
            fared: fared(&play.run),
            label: &play.run.verdict.label,
            run: &play.run,
            steps,
            rows: play.twin.as_ref().map(|twin| twin.rows.as_slice()),
        }
    }
}

pub(super) fn fared(run: &Run) -> (&'static str, &'static str) {
    if run.verdict.passes { ("passes", "✓") } else { ("fails", "✗") }
}

#[derive(Serialize)]
pub(super) struct Stage {
    id: String,
    /// The heading that names it.
    heading: String,
    /// How many steps the longest has.
    n_steps: usize,
    /// The first in which the first and its cure differ.
    pub differs: Option<usize>,
    /// Whether CPython's entries stand beside ours.
    has_twin: bool,
    films: Vec<Drawn>,
}

#[derive(Serialize)]
struct Drawn {
    name: Value,
    fared: (&'static str, &'static str),
    label: Value,
    picture: Value,
    /// Entries that are not shown.
    left_out: u64,
    table: Value,
}

/// The cure is what the first is held against, or else whatever stands under it.
fn held_against<'a, 'b>(films: &'b [Film<'a>]) -> Option<&'b Film<'a>> {
    films.iter().skip(1).find(|film| film.is_cure).or(films.get(1))
}

/// The first step in which the first run and what it is held against are not alike.
pub(super) fn first_difference(films: &[Film<'_>]) -> Option<usize> {
    films.first()?.steps.first_difference(held_against(films)?.steps)
}

pub(super) fn stage(id: &str, heading: &str, films: &[Film<'_>], rust: &str) -> Stage {
    let steps: Vec<&Steps> = films.iter().map(|film| film.steps).collect();
    let layouts = Layout::aligned(&steps);
    let names_width = steps.iter().map(|steps| timeline::width_of_names(steps)).fold(0, i32::max);
    let other = held_against(films).map(|film| film.steps);
    let differs = first_difference(films);
    let has_twin = films.iter().any(|film| film.rows.is_some());
    let draw = |(film, layout): (&Film<'_>, &Layout)| {
        let is_first = std::ptr::eq(film.steps, steps[0]);
        let is_other = other.is_some_and(|other| std::ptr::eq(film.steps, other));
        let differs = differs.filter(|_| is_first || is_other);
        let frame = Frame { names_width, id: film.id.as_deref(), differs };
        Drawn {
            name: words(&film.name),
            fared: film.fared,
            label: words(film.label),
            picture: markup(timeline::figure(film.steps, layout, &frame)),
            left_out: film.run.left_out,
            table: rows::table(film, has_twin, rust),
        }
    };
    Stage {
        id: id.into(),
        heading: heading.into(),
        n_steps: steps.iter().map(|steps| steps.n_steps()).max().unwrap_or(0),
        differs,
        has_twin,
        films: films.iter().zip(&layouts).map(draw).collect(),
    }
}
