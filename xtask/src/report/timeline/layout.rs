//! Where everything stands: columns as wide as their text, lanes as high as their boxes.

use super::headings::{heading, times};
use super::slots::slots;
use super::steps::{Anchor, Close, Column, Line, Part, Rest, State, Steps};
use super::svg::{shortened, width};
use crate::report::both::Both;
use crate::report::words;

pub(super) const SAID: i32 = 16;
pub(super) const SMALL: i32 = 13;
/// The header above the lanes; its last line is the time axis.
pub(super) const AXIS: i32 = 56;
pub(super) const LINE: i32 = 22;
pub(super) const BOX_PAD: i32 = 12;
const BETWEEN_LANES: i32 = 28;
const GUTTER: i32 = 32;
pub(super) const UNIT: i32 = 24;
const BETWEEN_UNITS: i32 = 8;
/// The height of somebody's place in line.
const IN_LINE: i32 = 18;
/// The end cap, and how far an arrow keeps from the right edge: it leaves from the middle of a cap.
pub(super) const CAP: i32 = 8;
pub(super) const ICON: i32 = 18;
/// Also room for the sign of a difference before the first step.
const MARGIN: i32 = 14;
pub(super) const LABEL_PAD: i32 = 8;

/// The longest text that is drawn in full.
const LONGEST: usize = 48;

#[derive(Debug)]
pub(crate) struct Layout {
    /// The places of all pictures on this axis; of this one, column n is `places[slots[n]]`.
    places: Vec<Place>,
    slots: Vec<usize>,
    /// The middle of each lane.
    pub(super) lanes: Vec<i32>,
    /// A row for each unit that was ever held: the thing, which of its units, and its upper edge.
    pub(super) units: Vec<(String, usize, i32)>,
    /// Who stands in line for a thing: which rest, and the middle of its row.
    pub(super) lines: Vec<(usize, i32)>,
    /// The things, and the middle of the first of their rows.
    pub(super) things: Vec<(String, i32)>,
    pub(super) labels: Vec<Label>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// What a task waits for, above its line.
#[derive(Debug)]
pub(super) struct Label {
    pub lane: usize,
    pub from: Anchor,
    pub text: Both,
}

#[derive(Clone, Debug)]
struct Place {
    left: i32,
    width: i32,
    /// The space after it.
    gutter: i32,
}

/// A line of a box as it is drawn.
pub(super) enum Text {
    Said(String),
    Small(Both),
    Cross(String),
    Scissors(Both),
}

/// The lines of a box, its end included.
pub(super) fn texts(part: &Part) -> Vec<Text> {
    let line = |line: &Line| match line {
        Line::Said(text) => Text::Said(shortened(text, LONGEST)),
        Line::Blocked(ms) => Text::Small(Both::new(format!("blocked, +{ms} ms"), format!("стоїть, +{ms} мс"))),
    };
    let mut texts: Vec<Text> = part.lines.iter().map(line).collect();
    match &part.close {
        None | Some(Close::Ended) => {}
        Some(Close::Failed(why)) => texts.push(Text::Cross(shortened(why, LONGEST))),
        Some(Close::Cancelled) => texts.push(Text::Scissors(Both::new("cancelled", "скасовано"))),
        Some(Close::LeftOver) => texts.push(Text::Scissors(Both::new("left over", "покинуто"))),
    }
    texts
}

fn box_width(part: &Part) -> i32 {
    let wide = |text: Text| match text {
        Text::Said(text) => width(&text, SAID),
        Text::Small(text) => wider(&text),
        Text::Cross(text) => ICON + width(&text, SMALL),
        Text::Scissors(text) => ICON + wider(&text),
    };
    let widest = texts(part).into_iter().map(wide).fold(12, i32::max);
    widest + 2 * BOX_PAD + if part.close.is_some() { CAP } else { 0 }
}

pub(super) fn box_height(part: &Part) -> i32 {
    BOX_PAD + LINE * texts(part).len().max(1) as i32
}

/// The width of the longer language.
pub(super) fn wider(text: &Both) -> i32 {
    width(&text.en, SMALL).max(width(&text.uk, SMALL))
}

impl Layout {
    pub(crate) fn of(steps: &Steps) -> Layout {
        Layout::aligned(&[steps]).remove(0)
    }

    /// Several runs on one axis: step n of one stands over step n of every other.
    pub(crate) fn aligned(films: &[&Steps]) -> Vec<Layout> {
        let slots = slots(films);
        let n_places = slots.iter().flatten().max().map_or(0, |last| last + 1);
        let mut places = vec![Place { left: 0, width: 0, gutter: GUTTER }; n_places];
        for (steps, slots) in films.iter().zip(&slots) {
            for (nth, slot) in slots.iter().enumerate() {
                if let Some(place) = places.get_mut(*slot) {
                    place.width = place.width.max(width_of(steps, nth));
                }
            }
        }
        let mut layouts = Vec::new();
        for (steps, slots) in films.iter().zip(slots) {
            let (lanes, units) = (Vec::new(), Vec::new());
            let (lines, things, labels) = (Vec::new(), Vec::new(), Vec::new());
            let mut layout = Layout { places, slots, lanes, units, lines, things, labels, width: 0, height: 0 };
            layout.settle();
            layout.make_room_for_times(steps);
            layout.make_room_for_labels(steps);
            layout.stack(steps);
            places = std::mem::take(&mut layout.places);
            layouts.push(layout);
        }
        for layout in &mut layouts {
            layout.places.clone_from(&places);
            layout.settle();
        }
        let widest = films.iter().zip(&layouts).map(|(steps, layout)| layout.end(steps)).fold(0, i32::max);
        layouts.iter_mut().for_each(|layout| layout.width = widest);
        layouts
    }

    /// Where it ends: the last time may be longer than its column.
    fn end(&self, steps: &Steps) -> i32 {
        let times = times(steps);
        let ends = times.iter().map(|(at, text)| self.x(Anchor::Left(*at)) + width(text, SMALL) + MARGIN);
        ends.fold(self.width, i32::max)
    }

    pub(super) fn x(&self, anchor: Anchor) -> i32 {
        let (Anchor::Left(at) | Anchor::Wake(at) | Anchor::Right(at) | Anchor::After(at)) = anchor;
        let Some(place) = self.slots.get(at).and_then(|slot| self.places.get(*slot)) else { return self.width };
        match anchor {
            Anchor::Left(_) => place.left,
            Anchor::Wake(_) => place.left + place.width - CAP / 2,
            Anchor::Right(_) => place.left + place.width,
            Anchor::After(_) => place.left + place.width + place.gutter / 2,
        }
    }

    /// Where each step ends, from the left: step 1 first.
    pub(crate) fn ends(&self, steps: &Steps) -> Vec<i32> {
        let turns = steps.columns.iter().enumerate().filter(|(_, column)| matches!(column, Column::Turn { .. }));
        turns.map(|(nth, _)| self.x(Anchor::Right(nth))).collect()
    }

    /// How far a reader sees who has come to a step, step 1 first: with what follows from it, up to where the next begins.
    pub(crate) fn edges(&self, steps: &Steps) -> Vec<i32> {
        let edge = |step| self.start(steps, step + 1).map_or(self.width, |next| next - GUTTER / 4);
        (1..=steps.n_steps()).map(edge).collect()
    }

    /// Where this step begins.
    pub(crate) fn start(&self, steps: &Steps, step: usize) -> Option<i32> {
        let is_it = |column: &Column| matches!(column, Column::Turn { step: this, .. } if *this == step);
        steps.columns.iter().position(is_it).map(|nth| self.x(Anchor::Left(nth)))
    }

    /// Puts the columns side by side.
    fn settle(&mut self) {
        let mut left = MARGIN;
        for place in &mut self.places {
            place.left = left;
            left += place.width + place.gutter;
        }
        let last_gutter = self.places.last().map_or(0, |place| place.gutter);
        self.width = left - last_gutter + MARGIN;
    }

    /// Widens the space between columns until there is room from one place to another. Boxes stay as they are.
    fn make_room(&mut self, from: Anchor, to: Anchor, wanted: i32) {
        let missing = wanted - (self.x(to) - self.x(from));
        let slot = |anchor| self.slots.get(column(anchor)).copied().unwrap_or(self.places.len());
        let first = slot(from);
        let n_gutters = slot(to).saturating_sub(first) as i32;
        if missing > 0 && n_gutters > 0 {
            let each = (missing + n_gutters - 1) / n_gutters;
            self.places.iter_mut().skip(first).take(n_gutters as usize).for_each(|place| place.gutter += each);
            self.settle();
        }
    }

    /// A time reaches no further than to the next text of its line: another time, or how far the clock jumps.
    fn make_room_for_times(&mut self, steps: &Steps) {
        let times = times(steps);
        for (from, text) in &times {
            let has_text = |at: &usize| {
                let is_stop = !matches!(steps.columns.get(*at), Some(Column::Turn { .. }));
                is_stop || times.iter().any(|(other, _)| other == at)
            };
            if let Some(to) = (from + 1..steps.columns.len()).find(has_text) {
                self.make_room(Anchor::Left(*from), Anchor::Left(to), width(text, SMALL) + BOX_PAD);
            }
        }
    }

    /// A label stands where nothing crosses its lane: near the beginning of its rest if there is almost room, else in
    /// the longest stretch.
    fn make_room_for_labels(&mut self, steps: &Steps) {
        for rest in &steps.rests {
            let State::Waits(things) = &rest.state else { continue };
            let text = words::waits_for(things).map(|text| shortened(text, LONGEST));
            let wanted = wider(&text) + 2 * LABEL_PAD;
            let stretches = self.stretches(steps, rest);
            let length = |(from, to): &(Anchor, Anchor)| self.x(*to) - self.x(*from);
            let near = stretches.iter().find(|stretch| length(stretch) + GUTTER * 2 >= wanted);
            if let Some(&(from, to)) = near.or(stretches.iter().max_by_key(|stretch| length(stretch))) {
                self.make_room(from, to, wanted);
                self.labels.push(Label { lane: rest.lane, from, text });
            }
        }
    }

    /// The pieces of a rest between the arrows that cross it, up to where the run is stopped.
    fn stretches(&self, steps: &Steps, rest: &Rest) -> Vec<(Anchor, Anchor)> {
        let stop = steps.columns.iter().position(|column| matches!(column, Column::Stop { .. })).map(Anchor::Left);
        let to = stop.filter(|stop| self.x(*stop) < self.x(rest.to)).unwrap_or(rest.to);
        let crossings = steps.wakes.iter().filter(|wake| wake.crosses(rest.lane)).map(|wake| wake.at);
        let inside = |at: &Anchor| self.x(rest.from) < self.x(*at) && self.x(*at) < self.x(to);
        let mut ends: Vec<Anchor> = crossings.filter(inside).chain([rest.from, to]).collect();
        ends.sort_by_key(|end| self.x(*end));
        ends.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))).collect()
    }

    /// Lanes and rows from top to bottom.
    fn stack(&mut self, steps: &Steps) {
        let mut y = AXIS + BETWEEN_LANES;
        for lane in 0..steps.lanes.len() {
            let heights = steps.parts.iter().filter(|part| part.lane == lane).map(box_height);
            let height = heights.fold(LINE + BOX_PAD, i32::max);
            self.lanes.push(y + height / 2);
            y += height + BETWEEN_LANES;
        }
        for thing in things(steps) {
            let units =
                steps.holds.iter().filter(|hold| hold.thing == thing).map(|hold| hold.unit + 1).max().unwrap_or(0);
            let half = if units > 0 { UNIT } else { IN_LINE } / 2;
            self.things.push((thing.clone(), y + half));
            for unit in 0..units {
                self.units.push((thing.clone(), unit, y));
                y += UNIT + BETWEEN_UNITS;
            }
            y -= if units > 0 { BETWEEN_UNITS / 2 } else { 0 };
            y = self.stand_in_line(steps, &thing, y) + BETWEEN_UNITS;
        }
        self.height = y - if self.things.is_empty() { BETWEEN_LANES } else { BETWEEN_UNITS } + MARGIN;
    }

    /// A row for each who stands in line at the same time. Returns where the last ends.
    fn stand_in_line(&mut self, steps: &Steps, thing: &String, top: i32) -> i32 {
        let mut rows: Vec<i32> = Vec::new();
        for (nth, rest) in steps.rests.iter().enumerate() {
            if !matches!(&rest.state, State::Waits(things) if things.contains(thing)) {
                continue;
            }
            let (from, to) = (self.x(rest.from), self.x(rest.to));
            let row = rows.iter().position(|until| *until <= from).unwrap_or_else(|| {
                rows.push(0);
                rows.len() - 1
            });
            rows[row] =
                to.max(from + width(steps.lanes.get(rest.lane).map_or("", String::as_str), SMALL) + 2 * LABEL_PAD);
            self.lines.push((nth, top + IN_LINE * row as i32 + IN_LINE / 2));
        }
        top + IN_LINE * rows.len() as i32
    }
}

/// What is held or waited for, but for the clock and for other tasks, in order of appearance.
fn things(steps: &Steps) -> Vec<String> {
    let waited = steps.rests.iter().filter_map(|rest| match &rest.state {
        State::Waits(things) => Some(things.iter().filter(|thing| !is_shown_elsewhere(thing))),
        State::Ready => None,
    });
    let mut things: Vec<String> = Vec::new();
    for thing in steps.holds.iter().map(|hold| &hold.thing).chain(waited.flatten()) {
        if !things.contains(thing) {
            things.push(thing.clone());
        }
    }
    things
}

/// The clock has the axis, and a task its lane.
fn is_shown_elsewhere(thing: &str) -> bool {
    thing.starts_with("the clock") || thing.starts_with("task ")
}

fn column(anchor: Anchor) -> usize {
    let (Anchor::Left(at) | Anchor::Wake(at) | Anchor::Right(at) | Anchor::After(at)) = anchor;
    at
}

fn width_of(steps: &Steps, nth: usize) -> i32 {
    let boxes = steps.parts.iter().filter(|part| part.column == nth).map(box_width);
    let headings = heading(steps, nth).into_iter().map(|line| wider(&line) + BOX_PAD);
    boxes.chain(headings).fold(0, i32::max)
}
