//! Which way the arrows of a wait-for graph take: straight where they can, else round all boxes.

use super::net::{Arrow, Kind};
use super::place::{HIGH, Places, SMALL, TRACK, width};

/// How far two arrows between the same boxes keep from the middle.
const APART: i32 = 12;
/// How far a vertical arrow from or to the cycle keeps from the middle of its box.
const ASIDE: i32 = 16;

type Point = (i32, i32);

/// A line of horizontal and vertical pieces, and where its word begins.
#[derive(Debug)]
pub(super) struct Route {
    pub points: Vec<Point>,
    pub word: Point,
}

pub(super) struct Router<'a> {
    places: &'a Places,
    /// Targets in the order in which an arrow first went round to them: each has a track of its own.
    targets: Vec<usize>,
}

impl<'a> Router<'a> {
    pub(super) fn new(places: &'a Places) -> Self {
        Self { places, targets: Vec::new() }
    }

    pub(super) fn route(&mut self, arrow: &Arrow) -> Route {
        let places = self.places;
        let ((x, y), (to_x, _)) = (places.centre(arrow.from), places.centre(arrow.to));
        if arrow.in_cycle && places.is_in_ring(arrow.from) && places.is_in_ring(arrow.to) {
            return along_the_ring(places, arrow);
        }
        if places.is_straight(arrow) {
            let from = x + places.half(arrow.from);
            return Route { points: vec![(from, y), (to_x - places.half(arrow.to), y)], word: (from + 8, y - 7) };
        }
        self.round(arrow)
    }

    /// Out of the box, along a channel over or under everything where it must, and into the other.
    fn round(&mut self, arrow: &Arrow) -> Route {
        let track = TRACK * (1 + self.track(arrow.to));
        let (mut points, word) = self.way_out(arrow, track);
        self.way_in(arrow, track, &mut points);
        Route { points, word }
    }

    fn way_out(&self, arrow: &Arrow, track: i32) -> (Vec<Point>, Point) {
        let places = self.places;
        let (x, y) = places.centre(arrow.from);
        let (column, to_column) = (places.column(arrow.from), places.column(arrow.to));
        let into_ring = self.is_inside(arrow.to);
        if places.is_in_ring(arrow.from) {
            let is_upper = places.is_upper(arrow.from);
            let (edge, word) =
                if is_upper { (y - HIGH / 2, y - HIGH / 2 - 8) } else { (y + HIGH / 2, y + HIGH / 2 + 16) };
            let channel = self.channel(is_upper, track);
            let mut points = vec![(x + ASIDE, edge), (x + ASIDE, channel)];
            if !into_ring || is_upper != places.is_upper(arrow.to) {
                points.push((self.before(to_column.min(places.first), track), channel));
            }
            return (points, (x + ASIDE + 8, word));
        }
        let (right, out) = (x + places.half(arrow.from), self.before(column + 1, track));
        let mut points = vec![(right, y), (out, y)];
        if column + 1 != to_column && !into_ring {
            let channel = self.channel(false, track);
            points.extend([(out, channel), (self.before(to_column, track), channel)]);
        }
        (points, (right + 8, y - 7))
    }

    fn way_in(&self, arrow: &Arrow, track: i32, points: &mut Vec<Point>) {
        let places = self.places;
        let (x, y) = places.centre(arrow.to);
        if self.is_inside(arrow.to) {
            let is_upper = places.is_upper(arrow.to);
            let (edge, channel) = (if is_upper { y - HIGH / 2 } else { y + HIGH / 2 }, self.channel(is_upper, track));
            let last = points.last().map_or(0, |point| point.0);
            points.extend([(last, channel), (x - ASIDE, channel), (x - ASIDE, edge)]);
        } else {
            points.extend([(self.before(places.column(arrow.to), track), y), (x - places.half(arrow.to), y)]);
        }
    }

    /// Whether it is one of the cycle's that cannot be entered from the left.
    fn is_inside(&self, node: usize) -> bool {
        self.places.is_in_ring(node) && self.places.column(node) > self.places.first
    }

    /// The upper row of the cycle is left and entered from above, everything else from below.
    fn channel(&self, is_upper: bool, track: i32) -> i32 {
        if is_upper { self.places.top() - track } else { self.places.bottom() + SMALL + track }
    }

    /// In the gutter before this column.
    fn before(&self, column: usize, track: i32) -> i32 {
        self.places.left_of(column) - track
    }

    fn track(&mut self, target: usize) -> i32 {
        let known = self.targets.iter().position(|known| *known == target);
        known.unwrap_or_else(|| {
            self.targets.push(target);
            self.targets.len() - 1
        }) as i32
    }
}

fn along_the_ring(places: &Places, arrow: &Arrow) -> Route {
    let ((x, y), (to_x, to_y)) = (places.centre(arrow.from), places.centre(arrow.to));
    let (half, to_half) = (places.half(arrow.from), places.half(arrow.to));
    let wide = width(&arrow.kind.word(), SMALL);
    if arrow.from == arrow.to {
        let (right, far) = (x + half, x + half + 32);
        let points = vec![(right, y - APART), (far, y - APART), (far, y + APART), (right, y + APART)];
        return Route { points, word: (far + 8, y - 4) };
    }
    if places.ring.len() == 2 {
        let (from, to, y, word) = match x < to_x {
            true => (x + half, to_x - to_half, y - APART, y - APART - 7),
            false => (x - half, to_x + to_half, y + APART, y + APART + 17),
        };
        return Route { points: vec![(from, y), (to, y)], word: ((from + to - wide) / 2, word) };
    }
    if y == to_y {
        let (from, to) = if x < to_x { (x + half, to_x - to_half) } else { (x - half, to_x + to_half) };
        let word = if x < to_x { y - 7 } else { y + 17 };
        return Route { points: vec![(from, y), (to, y)], word: ((from + to - wide) / 2, word) };
    }
    let down = if y < to_y { HIGH / 2 } else { -HIGH / 2 };
    if x == to_x {
        let word = (x + 8, (y + to_y) / 2 + 4);
        return Route { points: vec![(x, y + down), (x, to_y - down)], word };
    }
    // The last of an odd number: to the left, and up to the first.
    let word = ((x - half + to_x - wide) / 2, y + 17);
    Route { points: vec![(x - half, y), (to_x, y), (to_x, to_y - down)], word }
}

impl Route {
    /// What it takes, with its word.
    pub(super) fn area(&self, kind: Kind) -> Area {
        let word =
            Area::new((self.word.0, self.word.1 - SMALL), (self.word.0 + width(&kind.word(), SMALL), self.word.1 + 4));
        self.points.iter().fold(word, |area, point| area.with(Area::new(*point, *point)))
    }
}

/// A part of the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub from: Point,
    pub to: Point,
}

impl Area {
    pub(super) fn new(from: Point, to: Point) -> Self {
        Area { from, to }
    }

    /// What takes in both.
    pub(super) fn with(self, other: Area) -> Area {
        let (from, to) = (self.from, self.to);
        Area {
            from: (from.0.min(other.from.0), from.1.min(other.from.1)),
            to: (to.0.max(other.to.0), to.1.max(other.to.1)),
        }
    }
}
