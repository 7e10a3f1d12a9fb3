//! Where the nodes of a wait-for graph stand: the cycle in two rows, and to its left, a row each, who waits for it.

use super::net::{Arrow, Net, Node};
use super::route::Area;
use crate::report::both::Both;
use crate::report::timeline;
use std::collections::BTreeSet;

pub(super) const SAID: i32 = 16;
pub(super) const SMALL: i32 = 13;
pub(super) const HIGH: i32 = 40;
const BETWEEN_ROWS: i32 = 52;
/// Room for a word over an arrow, and inside the cycle for the word in its middle too.
const GUTTER: i32 = 80;
const RING_GUTTER: i32 = 150;
/// Between arrows that go round, and between the last of them and the box.
pub(super) const TRACK: i32 = 12;

/// Columns and rows of nodes. Columns are numbered from the left, and gutter n lies before column n.
#[derive(Debug)]
pub(super) struct Places {
    /// The column and the row of each node.
    cells: Vec<(usize, usize)>,
    /// The cycle, beginning where somebody from outside waits for it.
    pub ring: Vec<usize>,
    /// The first column of the cycle.
    pub first: usize,
    lefts: Vec<i32>,
    widths: Vec<i32>,
    boxes: Vec<i32>,
    top: i32,
    tracks: i32,
    rows: usize,
    columns: usize,
}

/// Cells while it is not known yet how far they reach to the left.
type Cells = Vec<Option<(i32, usize)>>;

impl Places {
    pub(super) fn of(net: &Net) -> Places {
        let ring = rotated(net);
        let mut cells = vec![None; net.nodes.len()];
        set_ring(&mut cells, &ring);
        for start in 0..net.nodes.len() {
            set_way(&mut cells, net, &ring, start);
        }
        let cells: Vec<(i32, usize)> = cells.into_iter().map(Option::unwrap_or_default).collect();
        let least = cells.iter().map(|cell| cell.0).min().unwrap_or(0);
        let to_right = |(column, row): (i32, usize)| ((column - least) as usize, row);
        let cells: Vec<(usize, usize)> = cells.into_iter().map(to_right).collect();
        let mut places = Places {
            ring,
            first: (-least) as usize,
            lefts: Vec::new(),
            widths: Vec::new(),
            boxes: net.nodes.iter().map(|node| wide(node).0).collect(),
            top: 0,
            tracks: 0,
            rows: cells.iter().map(|cell| cell.1 + 1).max().unwrap_or(0),
            columns: cells.iter().map(|cell| cell.0 + 1).max().unwrap_or(0),
            cells,
        };
        places.tracks = places.tracks(net);
        places.settle(net);
        places
    }

    /// How many are needed: one for each node to which an arrow goes round.
    fn tracks(&self, net: &Net) -> i32 {
        let round = net.arrows.iter().filter(|arrow| !arrow.in_cycle && !self.is_straight(arrow));
        round.map(|arrow| arrow.to).collect::<BTreeSet<usize>>().len() as i32
    }

    /// Whether an arrow from outside the cycle leads from one box to the next in its row.
    pub(super) fn is_straight(&self, arrow: &Arrow) -> bool {
        let cell = |node: usize| self.cells.get(node).copied().unwrap_or_default();
        let ((column, row), to) = (cell(arrow.from), cell(arrow.to));
        (column + 1, row) == to && !self.is_in_ring(arrow.from)
    }

    /// Puts the columns side by side.
    fn settle(&mut self, net: &Net) {
        self.top = self.tracks * TRACK;
        let mut left = self.tracks * TRACK;
        for column in 0..self.columns {
            let here = self.cells.iter().zip(&net.nodes).filter(|(cell, _)| cell.0 == column);
            let widest = here.map(|(_, node)| wide(node).1).fold(0, i32::max);
            self.lefts.push(left);
            self.widths.push(widest);
            left += widest + if column >= self.first { RING_GUTTER } else { GUTTER } + self.tracks * TRACK;
        }
    }

    pub(super) fn centre(&self, node: usize) -> (i32, i32) {
        let (column, row) = self.cells.get(node).copied().unwrap_or_default();
        let half = self.widths.get(column).map_or(0, |width| width / 2);
        (self.left_of(column) + half, self.top + HIGH / 2 + row as i32 * (HIGH + BETWEEN_ROWS))
    }

    pub(super) fn half(&self, node: usize) -> i32 {
        self.boxes.get(node).map_or(0, |width| width / 2)
    }

    /// What a node takes, with what stands under it.
    pub(super) fn area(&self, net: &Net, node: usize) -> Area {
        let (x, y) = self.centre(node);
        let caption = net.nodes.get(node).and_then(caption).map_or(0, |caption| width(&caption, SMALL));
        let half = self.half(node).max(caption / 2);
        Area::new((x - half, y - HIGH / 2), (x + half, y + HIGH / 2 + if caption > 0 { SMALL + 8 } else { 0 }))
    }

    pub(super) fn left_of(&self, column: usize) -> i32 {
        self.lefts.get(column).copied().unwrap_or_else(|| self.right() + GUTTER + self.tracks * TRACK)
    }

    /// Behind the last column.
    pub(super) fn right(&self) -> i32 {
        self.lefts.iter().zip(&self.widths).map(|(left, width)| left + width).max().unwrap_or(0)
    }

    /// Under the last row.
    pub(super) fn bottom(&self) -> i32 {
        self.top + self.rows as i32 * (HIGH + BETWEEN_ROWS) - BETWEEN_ROWS
    }

    pub(super) fn top(&self) -> i32 {
        self.top
    }

    pub(super) fn column(&self, node: usize) -> usize {
        self.cells.get(node).map_or(0, |cell| cell.0)
    }

    /// Whether it stands in the first row.
    pub(super) fn is_upper(&self, node: usize) -> bool {
        self.cells.get(node).is_some_and(|cell| cell.1 == 0)
    }

    pub(super) fn is_in_ring(&self, node: usize) -> bool {
        self.ring.contains(&node)
    }
}

/// Of the box, and of all that stands in its column.
fn wide(node: &Node) -> (i32, i32) {
    let inside = (width(&node.label(), SAID) + 28).max(64);
    let below = caption(node).map_or(0, |caption| width(&caption, SMALL));
    (inside, inside.max(below))
}

/// What stands under a box.
pub(super) fn caption(node: &Node) -> Option<Both> {
    let is_forlorn = matches!(node, Node::Thing { is_forlorn: true, .. });
    is_forlorn.then(|| Both::new("nobody has it", "ні в кого"))
}

/// Of the longer language.
pub(super) fn width(text: &Both, size: i32) -> i32 {
    timeline::width(&text.en, size).max(timeline::width(&text.uk, size))
}

/// Begins with the node for which the first from outside waits: it then stands beside it.
fn rotated(net: &Net) -> Vec<usize> {
    let mut ring: Vec<usize> = Vec::new();
    net.ring.iter().for_each(|node| {
        if !ring.contains(node) {
            ring.push(*node);
        }
    });
    let from_outside = |arrow: &&Arrow| ring.contains(&arrow.to) && !ring.contains(&arrow.from);
    let entry = net.arrows.iter().find(from_outside).map(|arrow| arrow.to);
    let start = ring.iter().position(|node| Some(*node) == entry).unwrap_or(0);
    ring.rotate_left(start);
    ring
}

/// There in the upper row and back in the lower one; two stand side by side.
fn set_ring(cells: &mut Cells, ring: &[usize]) {
    let upper = if ring.len() == 2 { 2 } else { ring.len().div_ceil(2) };
    for (nth, node) in ring.iter().enumerate() {
        let cell = if nth < upper { (nth as i32, 0) } else { ((2 * upper - 1 - nth) as i32, 1) };
        if let Some(place) = cells.get_mut(*node) {
            *place = Some(cell);
        }
    }
}

/// Follows the waits from here up to what has a place already, and puts the way into one row.
fn set_way(cells: &mut Cells, net: &Net, ring: &[usize], start: usize) {
    let mut way: Vec<usize> = Vec::new();
    let mut at = Some(start);
    while let Some(node) = at.filter(|node| cells.get(*node) == Some(&None) && !way.contains(node)) {
        way.push(node);
        at = net.next(node);
    }
    let goal = at.and_then(|node| cells.get(node).copied().flatten().map(|cell| (node, cell)));
    let (last, first_row) = match goal {
        // All of the cycle is entered from its left, or from above and below.
        Some((node, (_, row))) if ring.contains(&node) => (-1, row),
        Some((_, (column, row))) => (column - 1, row),
        None if ring.len() > 2 => (0, 2),
        None if !ring.is_empty() => (0, 1),
        None => (0, 0),
    };
    let columns: Vec<i32> = (0..way.len() as i32).map(|nth| last - nth).collect();
    let is_free = |row: &usize| columns.iter().all(|column| !cells.contains(&Some((*column, *row))));
    let lowest = if goal.is_some() { 0 } else { first_row };
    let Some(row) = std::iter::once(first_row).chain(lowest..).find(is_free) else { return };
    for (node, column) in way.iter().rev().zip(columns) {
        cells[*node] = Some((column, row));
    }
}
