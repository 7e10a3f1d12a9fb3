//! Where everything stands: columns as wide as their text, lanes as high as their boxes.

use super::steps::{Anchor, Close, Column, Line, Part, Rest, State, Steps};
use super::svg::{shortened, width};

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
/// The end cap, and how far an arrow keeps from the right edge: it leaves from the middle of a cap.
pub(super) const CAP: i32 = 8;
pub(super) const ICON: i32 = 18;
const MARGIN: i32 = 8;
pub(super) const LABEL_PAD: i32 = 8;

/// The longest text that is drawn in full.
const LONGEST: usize = 48;

#[derive(Debug)]
pub(super) struct Layout {
    columns: Vec<Place>,
    /// The middle of each lane.
    pub lanes: Vec<i32>,
    /// A row for each unit that was ever held: the thing, which of its units, and its upper edge.
    pub units: Vec<(String, usize, i32)>,
    pub labels: Vec<Label>,
    pub width: i32,
    pub height: i32,
}

/// What a task waits for, above its line.
#[derive(Debug)]
pub(super) struct Label {
    pub lane: usize,
    pub from: Anchor,
    pub text: String,
}

#[derive(Debug)]
struct Place {
    left: i32,
    width: i32,
    /// The space after it.
    gutter: i32,
}

/// A line of a box as it is drawn.
pub(super) enum Text {
    Said(String),
    Small(String),
    Cross(String),
    Scissors(String),
}

/// The lines of a box, its end included.
pub(super) fn texts(part: &Part) -> Vec<Text> {
    let line = |line: &Line| match line {
        Line::Said(text) => Text::Said(shortened(text, LONGEST)),
        Line::Blocked(ms) => Text::Small(format!("blocked, +{ms} ms")),
    };
    let mut texts: Vec<Text> = part.lines.iter().map(line).collect();
    match &part.close {
        None | Some(Close::Ended) => {}
        Some(Close::Failed(why)) => texts.push(Text::Cross(shortened(why, LONGEST))),
        Some(Close::Cancelled) => texts.push(Text::Scissors("cancelled".into())),
        Some(Close::LeftOver) => texts.push(Text::Scissors("left over".into())),
    }
    texts
}

fn box_width(part: &Part) -> i32 {
    let wide = |text: Text| match text {
        Text::Said(text) => width(&text, SAID),
        Text::Small(text) => width(&text, SMALL),
        Text::Cross(text) | Text::Scissors(text) => ICON + width(&text, SMALL),
    };
    let widest = texts(part).into_iter().map(wide).fold(12, i32::max);
    widest + 2 * BOX_PAD + if part.close.is_some() { CAP } else { 0 }
}

pub(super) fn box_height(part: &Part) -> i32 {
    BOX_PAD + LINE * texts(part).len().max(1) as i32
}

/// The header's lines over a column that is nobody's turn.
pub(super) fn heading(column: &Column) -> Vec<String> {
    match column {
        Column::Turn { .. } => Vec::new(),
        Column::Jump { by } => vec![format!("+{by} ms"), "nothing".into(), "could run".into()],
        Column::More { entries } => vec![format!("{entries} more"), "entries are".into(), "not shown".into()],
        Column::Stop { why } if why == "deadlock" => vec![why.clone(), "nothing can".into(), "ever run".into()],
        Column::Stop { why } => vec![why.clone(), "the run is".into(), "cut here".into()],
    }
}

impl Layout {
    pub(super) fn of(steps: &Steps) -> Layout {
        let mut layout = Layout {
            columns: steps.columns.iter().enumerate().map(|(nth, column)| place(steps, nth, column)).collect(),
            lanes: Vec::new(),
            units: Vec::new(),
            labels: Vec::new(),
            width: 0,
            height: 0,
        };
        layout.settle();
        layout.make_room_for_times(steps);
        layout.make_room_for_labels(steps);
        layout.stack(steps);
        // The last time may be longer than its column.
        let times = times(steps);
        let ends = times.iter().map(|(at, text)| layout.x(Anchor::Left(*at)) + width(text, SMALL) + MARGIN);
        layout.width = ends.fold(layout.width, i32::max);
        layout
    }

    pub(super) fn x(&self, anchor: Anchor) -> i32 {
        let (Anchor::Left(at) | Anchor::Wake(at) | Anchor::Right(at) | Anchor::After(at)) = anchor;
        let Some(place) = self.columns.get(at) else { return self.width };
        match anchor {
            Anchor::Left(_) => place.left,
            Anchor::Wake(_) => place.left + place.width - CAP / 2,
            Anchor::Right(_) => place.left + place.width,
            Anchor::After(_) => place.left + place.width + place.gutter / 2,
        }
    }

    /// Puts the columns side by side.
    fn settle(&mut self) {
        let mut left = MARGIN;
        for place in &mut self.columns {
            place.left = left;
            left += place.width + place.gutter;
        }
        let last_gutter = self.columns.last().map_or(0, |place| place.gutter);
        self.width = left - last_gutter + MARGIN;
    }

    /// Widens the space between columns until there is room from one place to another. Boxes stay as they are.
    fn make_room(&mut self, from: Anchor, to: Anchor, wanted: i32) {
        let missing = wanted - (self.x(to) - self.x(from));
        let first = column(from);
        let n_gutters = column(to).saturating_sub(first) as i32;
        if missing > 0 && n_gutters > 0 {
            let each = (missing + n_gutters - 1) / n_gutters;
            self.columns.iter_mut().skip(first).take(n_gutters as usize).for_each(|place| place.gutter += each);
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
            let State::Waits(thing) = &rest.state else { continue };
            let text = if thing.is_empty() { "waits".into() } else { format!("waits for {thing}") };
            let text = shortened(&text, LONGEST);
            let wanted = width(&text, SMALL) + 2 * LABEL_PAD;
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
        let mut units: Vec<(&str, usize)> = Vec::new();
        for hold in &steps.holds {
            if !units.contains(&(&hold.thing, hold.unit)) {
                units.push((&hold.thing, hold.unit));
            }
        }
        for (thing, unit) in units {
            self.units.push((thing.into(), unit, y));
            y += UNIT + BETWEEN_UNITS;
        }
        self.height = y - if self.units.is_empty() { BETWEEN_LANES } else { BETWEEN_UNITS } + MARGIN;
    }
}

fn column(anchor: Anchor) -> usize {
    let (Anchor::Left(at) | Anchor::Wake(at) | Anchor::Right(at) | Anchor::After(at)) = anchor;
    at
}

fn place(steps: &Steps, nth: usize, column: &Column) -> Place {
    let boxes = steps.parts.iter().filter(|part| part.column == nth).map(box_width);
    let headings = heading(column).into_iter().map(|line| width(&line, SMALL) + BOX_PAD);
    Place { left: 0, width: boxes.chain(headings).fold(0, i32::max), gutter: GUTTER }
}

/// The columns over which the time is written: the first, and each in which it is another than before.
pub(super) fn times(steps: &Steps) -> Vec<(usize, String)> {
    let mut last = None;
    let mut times = Vec::new();
    for (nth, column) in steps.columns.iter().enumerate() {
        if let Column::Turn { ms, .. } = column
            && last.replace(*ms) != Some(*ms)
        {
            times.push((nth, format!("{ms} ms")));
        }
    }
    times
}
