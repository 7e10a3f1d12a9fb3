//! Draws the steps at their places: boxes, lines, arrows and bands, each told apart without colour.

use super::headings::{heading, times};
use super::layout::{AXIS, BOX_PAD, CAP, ICON, LABEL_PAD, LINE, Layout, SAID, SMALL, Text, UNIT, box_height, texts};
use super::steps::{Anchor, Close, Column, Hold, Part, Rest, State, Steps, Wake, colour};
use super::svg::{Svg, width};

/// The baselines over the axis: of the times, and of the steps.
const TIMES: i32 = 14;
const STEPS: i32 = AXIS - 10;

/// Everything but the names. `differs` is where this run parts from the one that it stands beside.
pub(super) fn body(steps: &Steps, layout: &Layout, differs: Option<i32>) -> String {
    let mut svg = Svg::default();
    axis(&mut svg, steps, layout);
    if let Some(x) = differs {
        // Before the first step there is no more room.
        let x = (x - 8).max(5);
        svg.path("differs", &format!("M{x} {AXIS}V{}", layout.height));
        svg.text("by ne", (x, STEPS), "≠");
    }
    svg.layer();
    for rest in &steps.rests {
        line(&mut svg, layout, rest);
    }
    for label in &layout.labels {
        let (x, y) = (layout.x(label.from) + LABEL_PAD, middle(layout, label.lane) - 6);
        svg.words("wait", (x, y), &label.text);
    }
    svg.layer();
    for part in &steps.parts {
        turn(&mut svg, layout, part);
    }
    svg.layer();
    for (nth, hold) in steps.holds.iter().enumerate() {
        let next = steps.holds.iter().skip(nth + 1).find(|next| (&next.thing, next.unit) == (&hold.thing, hold.unit));
        band(&mut svg, steps, layout, hold, next);
    }
    for (rest, y) in &layout.lines {
        in_line(&mut svg, steps, layout, *rest, *y);
    }
    svg.layer();
    for wake in &steps.wakes {
        arrow(&mut svg, steps, layout, wake);
    }
    svg.into_text()
}

/// The names of the lanes, for a column of their own that stays when the rest scrolls.
pub(super) fn names(steps: &Steps, layout: &Layout) -> String {
    let mut svg = Svg::default();
    svg.words("thing", (0, TIMES), &super::time_word());
    svg.words("thing", (0, STEPS), &super::step_word());
    for (lane, name) in steps.lanes.iter().enumerate() {
        let at = (0, middle(layout, lane) + SAID / 3);
        svg.text(&format!("name {}", colour(lane)), at, &super::name(name));
    }
    for (thing, y) in &layout.things {
        svg.text("thing", (0, y + SMALL / 3), &super::name(thing));
    }
    svg.into_text()
}

fn middle(layout: &Layout, lane: usize) -> i32 {
    layout.lanes.get(lane).copied().unwrap_or(AXIS)
}

/// The time axis: a line that is broken where the clock jumps, with the steps and the times over it.
fn axis(svg: &mut Svg, steps: &Steps, layout: &Layout) {
    for (nth, column) in steps.columns.iter().enumerate() {
        let (left, right) = (layout.x(Anchor::Left(nth)), layout.x(Anchor::Right(nth)));
        let centre = (left + right) / 2;
        match column {
            Column::Turn { step, .. } => svg.text("step", (centre, STEPS), &step.to_string()),
            Column::Jump { .. } => {
                svg.rect("jump", (left, AXIS), (right - left, layout.height - AXIS));
                svg.path("cut", &format!("M{} {AXIS}m-6 6l6 -12m6 12l6 -12", centre - 3));
            }
            // The lanes stay open.
            Column::More { .. } => {}
            Column::Stop { .. } => svg.rect("stop", (left, AXIS), (right - left, layout.height - AXIS)),
        }
        for (row, text) in heading(steps, nth).iter().enumerate() {
            let class = if row == 0 { "by" } else { "why" };
            svg.words(class, (centre, TIMES + 16 * row as i32), text);
        }
    }
    for (column, text) in times(steps) {
        let x = layout.x(Anchor::Left(column));
        svg.text("ms", (x, TIMES), &text);
        svg.path("axis", &format!("M{x} {}v10", AXIS - 5));
    }
    svg.path("axis", &axis_path(steps, layout));
}

fn axis_path(steps: &Steps, layout: &Layout) -> String {
    let mut path = format!("M0 {AXIS}");
    for (nth, column) in steps.columns.iter().enumerate() {
        if matches!(column, Column::Jump { .. }) {
            let centre = (layout.x(Anchor::Left(nth)) + layout.x(Anchor::Right(nth))) / 2;
            path.push_str(&format!("H{}m12 0", centre - 6));
        }
    }
    format!("{path}H{}", layout.width)
}

fn line(svg: &mut Svg, layout: &Layout, rest: &Rest) {
    let class = match rest.state {
        State::Ready => "ready",
        State::Waits(_) => "waits",
    };
    let (from, to) = (layout.x(rest.from), layout.x(rest.to));
    svg.path(&format!("{class} {}", colour(rest.lane)), &format!("M{from} {}H{to}", middle(layout, rest.lane)));
}

/// A turn's box, with its text. Cut off at the right if the task did not come to its end.
fn turn(svg: &mut Svg, layout: &Layout, part: &Part) {
    let (left, right) = (layout.x(Anchor::Left(part.column)), layout.x(Anchor::Right(part.column)));
    let height = box_height(part);
    let top = middle(layout, part.lane) - height / 2;
    let is_cut = matches!(part.close, Some(Close::Cancelled | Close::LeftOver));
    let colour = colour(part.lane);
    let class = if part.polled { format!("box {colour}") } else { format!("box gone {colour}") };
    if is_cut {
        svg.path(&class, &torn(left, right, top, height));
    } else {
        svg.path(&class, &format!("M{left} {top}H{right}V{}H{left}z", top + height));
    }
    if part.close == Some(Close::Ended) {
        svg.path(&format!("cap {colour}"), &format!("M{right} {top}v{height}h-{CAP}v-{height}z"));
    }
    for (row, text) in texts(part).iter().enumerate() {
        let (x, y) = (left + BOX_PAD, top + BOX_PAD / 2 + LINE * row as i32 + LINE / 2);
        match text {
            Text::Said(text) => svg.text("said", (x, y + SAID / 3), text),
            Text::Small(text) => svg.words("small", (x, y + SMALL / 3), text),
            Text::Cross(text) => {
                cross(svg, x, y);
                svg.text("small told", (x + ICON, y + SMALL / 3), text);
            }
            Text::Scissors(text) => {
                scissors(svg, x, y);
                svg.words("small", (x + ICON, y + SMALL / 3), text);
            }
        }
    }
}

/// A box whose right side is torn.
fn torn(left: i32, right: i32, top: i32, height: i32) -> String {
    let (teeth, inner) = (4, right - CAP);
    let mut path = format!("M{inner} {top}H{left}v{height}H{inner}");
    for tooth in 0..teeth {
        let to = top + height - height * (tooth + 1) / teeth;
        let from = top + height - height * tooth / teeth;
        path.push_str(&format!("L{} {}L{inner} {to}", right - 2, (from + to) / 2));
    }
    path + "z"
}

pub(super) fn cross(svg: &mut Svg, x: i32, y: i32) {
    svg.path("cross", &format!("M{x} {}l10 10m0 -10l-10 10", y - 5));
}

pub(super) fn scissors(svg: &mut Svg, x: i32, y: i32) {
    // Two rings, and from each a blade across the other.
    let ring = |y: i32| format!("M{x} {y}a2 2 0 1 0 5 0a2 2 0 1 0 -5 0");
    let blades = format!("M{} {}l9 -6M{} {}l9 6", x + 4, y + 2, x + 4, y - 2);
    svg.path("scissors", &format!("{}{}{blades}", ring(y - 3), ring(y + 3)));
}

/// Who holds a unit, from the step in which it is taken to the one in which it is given back.
fn band(svg: &mut Svg, steps: &Steps, layout: &Layout, hold: &Hold, next: Option<&Hold>) {
    let centre = |column: usize| (layout.x(Anchor::Left(column)) + layout.x(Anchor::Right(column))) / 2;
    let right = match hold.to {
        None => layout.width,
        // Given back and taken again in one step: each has a half.
        Some(to) if next.is_some_and(|next| next.from == to) => centre(to),
        Some(to) => layout.x(Anchor::Right(to)),
    };
    let again = steps.holds.iter().any(|other| {
        (&other.thing, other.unit, other.to) == (&hold.thing, hold.unit, Some(hold.from)) && other != hold
    });
    let left = if again { centre(hold.from) } else { layout.x(Anchor::Left(hold.from)) };
    let unit = layout.units.iter().find(|(thing, unit, _)| (thing, *unit) == (&hold.thing, hold.unit));
    let Some((_, _, top)) = unit else { return };
    svg.path(&format!("held {}", colour(hold.lane)), &format!("M{left} {top}H{right}v{UNIT}H{left}z"));
    let owner = steps.lanes.get(hold.lane).map_or("", String::as_str);
    svg.text("small", (left + BOX_PAD, top + UNIT / 2 + SMALL / 3), &super::name(owner));
}

/// Who stands in line for a thing, under those who have it.
fn in_line(svg: &mut Svg, steps: &Steps, layout: &Layout, rest: usize, y: i32) {
    let Some(rest) = steps.rests.get(rest) else { return };
    let name = super::name(steps.lanes.get(rest.lane).map_or("", String::as_str));
    let (from, to) = (layout.x(rest.from), layout.x(rest.to));
    let after = from + BOX_PAD + width(&name, SMALL) + 6;
    svg.text(&format!("small queued {}", colour(rest.lane)), (from + BOX_PAD, y + SMALL / 3), &name);
    if after < to {
        svg.path(&format!("waits {}", colour(rest.lane)), &format!("M{after} {y}H{to}"));
    }
}

/// From the box of the waking task, or from the time axis, to the line of the woken one.
fn arrow(svg: &mut Svg, steps: &Steps, layout: &Layout, wake: &Wake) {
    let to = middle(layout, wake.to);
    let from = match wake.from {
        None => AXIS,
        Some(lane) => {
            let (Anchor::Left(at) | Anchor::Wake(at) | Anchor::Right(at) | Anchor::After(at)) = wake.at;
            let part = steps.parts.iter().find(|part| part.lane == lane && part.column == at);
            let half = part.map_or(0, |part| box_height(part) / 2);
            middle(layout, lane) + if middle(layout, lane) < to { half } else { -half }
        }
    };
    let x = layout.x(wake.at);
    let (shaft, back) = if from < to { (to - 7, -7) } else { (to + 7, 7) };
    let spawns = if wake.spawns { " new" } else { "" };
    svg.path(&format!("wake{spawns}"), &format!("M{x} {from}V{shaft}M{x} {to}l-4 {back}h8z"));
}
