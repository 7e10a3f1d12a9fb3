//! The comic strip of a scenario, for paper: four of its steps, each cut out of the picture, with its words.

use super::stage::{self, Film};
use super::{markup, rows, words};
use crate::report::both::Both;
use crate::report::timeline::{self, Close, Layout, Line, Steps, escape};
use crate::report::words as sentences;
use minijinja::Value;
use serde::Serialize;

/// So many pictures tell it.
const PANELS: usize = 4;

/// Less than half of what lies between two steps.
const MARGIN: i32 = 15;

#[derive(Serialize)]
pub(super) struct Panel {
    /// Of which run.
    run: Value,
    step: usize,
    words: Value,
    picture: Value,
}

/// Of the first run: how it begins, where it parts from its cure, what comes of that, and how it ends. A run that is too short
/// for that is followed by the next.
pub(super) fn strip(films: &[Film<'_>]) -> Vec<Panel> {
    let steps: Vec<&Steps> = films.iter().map(|film| film.steps).collect();
    let layouts = Layout::aligned(&steps);
    let differs = stage::first_difference(films);
    let mut panels = Vec::new();
    for (nth, (film, layout)) in films.iter().zip(&layouts).enumerate() {
        let differs = differs.filter(|_| nth == 0);
        let left = PANELS - panels.len();
        panels.extend(chosen(film, differs, left).into_iter().map(|step| panel(film, layout, step)));
    }
    panels
}

/// At most so many steps, in order: the first in which anything is said, the difference, where a deadlock closed, and the last;
/// then the one before the difference. What is missing is filled up with steps that say something.
fn chosen(film: &Film<'_>, differs: Option<usize>, most: usize) -> Vec<usize> {
    let steps = film.steps;
    let n = steps.n_steps();
    let speaks = |step: usize| {
        let seen = steps.seen_in(step).map(|(_, seen)| seen).unwrap_or_default();
        seen.iter().any(|(_, lines, close)| !lines.is_empty() || close.is_some())
    };
    let saying: Vec<usize> = (1..=n).filter(|step| speaks(*step)).collect();
    let differs = differs.filter(|step| *step <= n);
    let before = differs.and_then(|step| saying.iter().rev().find(|said| **said < step).copied());
    // Of a deadlock nothing tells more than the step in which it closed.
    let closed = film.run.waits.as_ref().and_then(|waits| steps.notes.get(waits.closed?)?.step);
    let wanted = [saying.first().copied(), differs, closed, saying.last().copied(), before];
    let rest = saying.iter().rev().copied().chain(1..=n);
    let mut chosen: Vec<usize> = Vec::new();
    for step in wanted.into_iter().flatten().chain(rest) {
        if chosen.len() < most && !chosen.contains(&step) {
            chosen.push(step);
        }
    }
    chosen.sort_unstable();
    chosen
}

/// The step with the one before it, beside the names of the lanes.
fn panel(film: &Film<'_>, layout: &Layout, step: usize) -> Panel {
    let steps = film.steps;
    let from = layout.start(steps, step.max(2) - 1).unwrap_or(0) - MARGIN;
    let to = layout.ends(steps).get(step - 1).copied().unwrap_or(layout.width) + MARGIN;
    let (names, width, height) = (timeline::width_of_names(steps), to - from, layout.height);
    let id = film.id.as_deref().map(escape).unwrap_or_default();
    let whole = names + width;
    let picture = format!(
        "<svg viewBox=\"0 0 {whole} {height}\" style=\"--w:{whole}px\"><use href=\"#{id}.names\"/>\
         <svg x=\"{names}\" width=\"{width}\" height=\"{height}\" viewBox=\"{from} 0 {width} {height}\"><use href=\"#{id}.body\"/></svg></svg>"
    );
    Panel { run: words(&film.name), step, words: words(&tells(steps, step)), picture: markup(picture) }
}

/// When, who, what it said, how it was over, and what it waits for then.
fn tells(steps: &Steps, step: usize) -> Both {
    let Some((ms, seen)) = steps.seen_in(step) else { return Both::default() };
    let told = |(task, lines, close): &(&str, &[Line], &Option<Close>)| {
        let said = lines.iter().filter_map(|line| if let Line::Said(text) = line { Some(text) } else { None });
        let mut told: Vec<Both> = said.map(|text| Both::same(format!("`{text}`"))).collect();
        told.extend(close.as_ref().and_then(over));
        told.extend(rows::waited_for(steps, Some(step), task).map(|things| sentences::waits_for(&things)));
        let told = Both::join(&told, ", ");
        if told.is_empty() { Both::same(format!("`{task}`")) } else { told.map(|told| format!("`{task}`: {told}")) }
    };
    let told = Both::join(&seen.iter().map(told).collect::<Vec<_>>(), "; ");
    Both::new(format!("{ms} ms, {}", told.en), format!("{ms} мс, {}", told.uk))
}

/// An end that is more than that it ended: of that the next steps tell.
fn over(close: &Close) -> Option<Both> {
    match close {
        Close::Ended => None,
        Close::Failed(why) => Some(Both::new(format!("failed: `{why}`"), format!("помилка: `{why}`"))),
        Close::Cancelled => Some(Both::new("cancelled", "скасована")),
        Close::LeftOver => Some(Both::new("left over", "покинута")),
    }
}
