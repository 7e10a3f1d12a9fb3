//! A run as a small picture without words, for the index: the same lanes and columns, each of one size.

use super::steps::{Anchor, Close, Column, Part, State, Steps, colour};
use super::svg::Svg;

const COLUMN: i32 = 14;
const BOX: (i32, i32) = (10, 8);
const LANE: i32 = 14;

fn x(column: usize) -> i32 {
    column as i32 * COLUMN + 2
}

fn y(lane: usize) -> i32 {
    lane as i32 * LANE + 3
}

/// The picture, as large as what it draws.
pub(crate) fn tile(steps: &Steps) -> String {
    let mut svg = Svg::default();
    let (width, height) = (x(steps.columns.len()).max(COLUMN), y(steps.lanes.len().max(1)));
    for (nth, column) in steps.columns.iter().enumerate() {
        match column {
            Column::Turn { .. } => {}
            Column::Jump { .. } => svg.path("jump", &format!("M{} 0h{COLUMN}v{height}h-{COLUMN}z", x(nth) - 2)),
            Column::Stop { .. } | Column::More { .. } => {
                svg.path("stop", &format!("M{} 1h10v{}h-10z", x(nth), height - 2));
            }
        }
    }
    for rest in &steps.rests {
        let class = if rest.state == State::Ready { "ready" } else { "waits" };
        let at = |anchor: Anchor| match anchor {
            Anchor::Left(column) => x(column),
            Anchor::Wake(column) => x(column) + BOX.0 - 2,
            Anchor::Right(column) => x(column) + BOX.0,
            Anchor::After(column) => x(column) + COLUMN - 2,
        };
        let path = format!("M{} {}H{}", at(rest.from), y(rest.lane) + BOX.1 / 2, at(rest.to));
        svg.path(&format!("{class} {}", colour(rest.lane)), &path);
    }
    steps.parts.iter().for_each(|part| turn(&mut svg, part));
    let inside = svg.into_text();
    format!(
        "<svg class=\"tile\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">{inside}</svg>"
    )
}

/// A box: broken if the task was dropped, with a cap if it ended, with a cross if it failed.
fn turn(svg: &mut Svg, part: &Part) {
    let (left, top, colour) = (x(part.column), y(part.lane), colour(part.lane));
    let is_gone = matches!(part.close, Some(Close::Cancelled | Close::LeftOver));
    let class = format!("{} {colour}", if is_gone { "box gone" } else { "box" });
    svg.path(&class, &format!("M{left} {top}h{}v{}h-{}z", BOX.0, BOX.1, BOX.0));
    match part.close {
        Some(Close::Ended) => svg.path(&format!("cap {colour}"), &format!("M{} {top}h4v{}h-4z", left + 6, BOX.1)),
        Some(Close::Failed(_)) => svg.path("cross", &format!("M{} {}l4 4m0 -4l-4 4", left + 3, top + 2)),
        _ => {}
    }
}
