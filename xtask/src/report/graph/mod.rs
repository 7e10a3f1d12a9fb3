//! The wait-for graph of a stuck run, drawn: a box per task and per thing, an arrow per wait and per hold.
//!
//! Whoever waits points to what is waited for with a broken line, and that points to who has it with a whole one. The
//! cycle, if there is one, is thick and says so.

mod net;
mod place;
mod route;

use super::both::Both;
use super::model::Waits;
use super::timeline::{Steps, Svg, escape};
use net::{Kind, Net, Node};
use place::{HIGH, Places, SMALL, caption};
use route::{Area, Route, Router};

/// The looks, beside those of the timelines.
pub(super) const CSS: &str = include_str!("graph.css");

const MARGIN: i32 = 8;

/// The graph as HTML. Tasks have the colours of their lanes in `steps`; the sentence that says the same in words has the id
/// `id` and `.is`.
pub(super) fn figure(waits: &Waits, steps: &Steps, id: &str) -> String {
    let net = Net::of(waits);
    let places = Places::of(&net);
    let mut router = Router::new(&places);
    let routes: Vec<Route> = net.arrows.iter().map(|arrow| router.route(arrow)).collect();
    let mut svg = Svg::default();
    arrows(&mut svg, &net, &routes);
    for (at, node) in net.nodes.iter().enumerate() {
        let colour = if let Node::Task(name) = node { steps.colour(name) } else { String::new() };
        svg.group(&colour, |svg| draw(svg, node, places.centre(at), places.half(at)));
    }
    middle(&mut svg, &net, &places);
    let boxes = (0..net.nodes.len()).map(|at| places.area(&net, at));
    let lines = net.arrows.iter().zip(&routes).map(|(arrow, route)| route.area(arrow.kind));
    let Some(Area { from, to }) = boxes.chain(lines).reduce(Area::with) else { return String::new() };
    let (left, top) = (from.0 - MARGIN, from.1 - MARGIN);
    let (width, height) = (to.0 + MARGIN - left, to.1 + MARGIN - top);
    let id = escape(id);
    format!(
        "<div class=\"graph\" style=\"--w: {width}px\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}.is\">\
         <svg viewBox=\"{left} {top} {width} {height}\" role=\"img\" aria-labelledby=\"{id}.is\">{}</svg></div>",
        svg.into_text()
    )
}

/// How many tasks that wait are not drawn.
pub(super) fn left_out(waits: &Waits) -> usize {
    Net::of(waits).left_out
}

/// Those of the cycle last, over the others. A word is said once where arrows leave their box together.
fn arrows(svg: &mut Svg, net: &Net, routes: &[Route]) {
    let mut words = Vec::new();
    for in_cycle in [false, true] {
        svg.group(if in_cycle { "cycle" } else { "arrows" }, |svg| {
            for (arrow, route) in net.arrows.iter().zip(routes).filter(|(arrow, _)| arrow.in_cycle == in_cycle) {
                line(svg, arrow.kind, route);
                if !words.contains(&(route.word, arrow.kind)) {
                    words.push((route.word, arrow.kind));
                    svg.words("thing", route.word, &arrow.kind.word());
                }
            }
        });
    }
}

fn line(svg: &mut Svg, kind: Kind, route: &Route) {
    let Some(&[before, (x, y)]) = route.points.last_chunk::<2>() else { return };
    let (dx, dy) = ((x - before.0).signum(), (y - before.1).signum());
    let mut points = route.points.clone();
    if let Some(last) = points.last_mut() {
        // The line ends inside the tip, which is the narrower the nearer it comes to the box.
        *last = (x - 7 * dx, y - 7 * dy);
    }
    // Written from the tip on: where lines to one box run together, so do their dashes, and no whole line comes of it.
    let path: Vec<String> = points.iter().rev().map(|(x, y)| format!("{x} {y}")).collect();
    svg.path(if kind == Kind::Waits { "asks" } else { "has" }, &format!("M{}", path.join("L")));
    let (back_x, back_y) = (x - 10 * dx, y - 10 * dy);
    let (one, other) = ((back_x - 5 * dy, back_y + 5 * dx), (back_x + 5 * dy, back_y - 5 * dx));
    svg.path("tip", &format!("M{x} {y}L{} {}L{} {}z", one.0, one.1, other.0, other.1));
}

fn draw(svg: &mut Svg, node: &Node, (x, y): (i32, i32), half: i32) {
    let class = match node {
        Node::Task(_) => "task",
        Node::Thing { .. } => "what",
        Node::Unknown { .. } => "what unknown",
    };
    let (corner, size) = ((x - half, y - HIGH / 2), (2 * half, HIGH));
    match node {
        Node::Task(_) => svg.round(class, corner, size, 12),
        _ => svg.rect(class, corner, size),
    }
    svg.words(if class == "task" { "name" } else { "said" }, (x, y + 5), &node.label());
    if let Some(caption) = caption(node) {
        svg.words("why", (x, y + HIGH / 2 + SMALL + 4), &caption);
    }
}

/// That it is a cycle stands in its middle, or beside a task that waits for itself.
fn middle(svg: &mut Svg, net: &Net, places: &Places) {
    let at = |nth: usize| places.ring.get(nth).map(|node| places.centre(*node));
    let is_whole = net.arrows.iter().filter(|arrow| arrow.in_cycle).count() >= places.ring.len();
    let Some((left, top)) = at(0).filter(|_| is_whole) else { return };
    let word = Both::new("cycle", "коло");
    match places.ring.len() {
        1 => {
            let right = left + places.half(places.ring[0]) + 40;
            svg.words("thing", (right, top + SMALL), &word);
        }
        2 => {
            let Some((right, _)) = at(1) else { return };
            let (from, to) = (left + places.half(places.ring[0]), right - places.half(places.ring[1]));
            svg.words("by", ((from + to) / 2, top + 4), &word);
        }
        n => {
            let (Some((right, _)), Some((_, bottom))) = (at(n.div_ceil(2) - 1), at(n - 1)) else { return };
            svg.words("by", ((left + right) / 2, (top + bottom) / 2 + 4), &word);
        }
    }
}
