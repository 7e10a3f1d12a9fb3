//! The wait-for graph: drawn from the data, readable, and without anything that stands on anything else.

use super::html::parse;
use super::plays::stuck_runs;
use super::shapes::{self, Area, Drawn, Shape, Text, meet};
use super::{play, shown_alone};
use crate::report::model::{Edge, Run, Stuck, Waits};
use crate::report::{graph, timeline};
use std::collections::BTreeSet;

pub(super) fn drawn(run: &Run) -> String {
    let waits = run.waits.as_ref().expect("it is stuck");
    graph::figure(waits, &timeline::steps(run, None), "an-id")
}

/// A broken line for each wait, a whole one for each hold.
#[test]
fn there_are_as_many_arrows_as_waits_and_holds() {
    for (name, run) in stuck_runs() {
        let (svg, waits) = (drawn(&run), run.waits.as_ref().unwrap());
        let count = |class: &str| read(&svg).shapes.iter().filter(|shape| shape.is(class)).count();
        let asked: BTreeSet<_> = waits.edges.iter().map(|edge| (&edge.waiter, &edge.on)).collect();
        let unknown = waits.tasks.iter().filter(|stuck| stuck.waits.is_empty()).count();
        assert_eq!(count("asks"), asked.len() + unknown, "{name}");
        let held = waits.edges.iter().filter(|edge| !edge.is_join && edge.holder.is_some());
        assert_eq!(count("has"), held.map(|edge| (&edge.on, &edge.holder)).collect::<BTreeSet<_>>().len(), "{name}");
    }
}

/// A graph from which a wait can be missing unnoticed would be a picture of something else.
#[test]
fn every_edge_and_every_task_changes_the_picture() {
    for (name, run) in stuck_runs() {
        let whole = drawn(&run);
        let changed = |change: &dyn Fn(&mut Waits)| {
            let mut less = run.clone();
            change(less.waits.as_mut().unwrap());
            drawn(&less) != whole
        };
        let waits = run.waits.as_ref().unwrap();
        for nth in 0..waits.edges.len() {
            assert!(changed(&|waits| drop(waits.edges.remove(nth))), "{name}: nobody misses {:?}", waits.edges[nth]);
            // An arrow from task to task says by itself for whose end it waits.
            let is_named = waits.edges[nth].is_join || changed(&|waits| waits.edges[nth].on.push('?'));
            assert!(is_named, "{name}: {:?} names nothing", waits.edges[nth]);
        }
        for nth in 0..waits.cycle.len() {
            assert!(changed(&|waits| drop(waits.cycle.remove(nth))), "{name}: {:?} is like others", waits.cycle[nth]);
        }
        for nth in 0..waits.tasks.len() {
            assert!(changed(&|waits| drop(waits.tasks.remove(nth))), "{name}: nobody misses {}", waits.tasks[nth].task);
        }
    }
}

/// These begin at their place; the others stand around it.
const MIDDLE: [&str; 4] = ["name", "said", "by", "why"];

fn read(svg: &str) -> Drawn {
    shapes::drawn(parse("the graph", svg).one("svg"))
}

/// Of the tasks and the things.
fn boxes(svg: &str) -> Vec<Area> {
    let is_box = |shape: &&Shape| shape.is("task") || shape.is("what");
    read(svg).shapes.iter().filter(is_box).map(Shape::area).collect()
}

fn texts(svg: &str) -> Vec<Text> {
    read(svg).texts
}

/// What it says in English.
pub(super) fn words(svg: &str) -> Vec<String> {
    texts(svg).into_iter().filter(|text| text.lang != "uk").map(|text| text.text).collect()
}

/// The pieces of the arrows, as thin areas.
fn pieces(svg: &str) -> Vec<Area> {
    let mut pieces = Vec::new();
    for shape in read(svg).shapes.iter().filter(|shape| shape.is("asks") || shape.is("has")) {
        for pair in shape.points().windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!(x == to_x || y == to_y, "a slanting line: {shape:?}");
            pieces.push((x.min(to_x), y.min(to_y), x.max(to_x), y.max(to_y)));
        }
    }
    pieces
}

#[test]
fn nothing_stands_on_anything_else() {
    for (name, run) in stuck_runs().into_iter().chain([("tangled", tangled())]) {
        let svg = drawn(&run);
        let (boxes, texts) = (boxes(&svg), texts(&svg));
        for (nth, one) in boxes.iter().enumerate() {
            assert!(boxes.iter().skip(nth + 1).all(|other| !meet(one, other)), "{name}: {one:?} on another box");
            let wide = |it: &Area| (it.0, it.1 - i32::from(it.1 == it.3), it.2 + i32::from(it.0 == it.2), it.3);
            let inner = (one.0 + 1, one.1 + 1, one.2 - 1, one.3 - 1);
            let through = pieces(&svg).into_iter().find(|piece| meet(&wide(piece), &inner));
            assert_eq!(through, None, "{name}: an arrow goes through the box at {one:?}");
        }
        for (nth, text) in texts.iter().enumerate() {
            let area = text.area(&MIDDLE);
            let inside = |it: &Area| it.0 <= area.0 && it.1 <= area.1 && area.2 <= it.2 && area.3 <= it.3;
            let is_label = text.is("name") || text.is("said");
            assert_eq!(boxes.iter().any(inside), is_label, "{name}: {text:?}");
            assert!(is_label || !boxes.iter().any(|it| meet(it, &area)), "{name}: {text:?} stands on a box");
            let mut others = texts.iter().skip(nth + 1).filter(|other| text.is_beside(other));
            assert_eq!(others.find(|other| meet(&area, &other.area(&MIDDLE))), None, "{name}: {text:?} stands on it");
        }
    }
}

#[test]
fn nothing_reaches_over_the_edge() {
    for (name, run) in stuck_runs().into_iter().chain([("tangled", tangled())]) {
        let svg = drawn(&run);
        let size = parse("the graph", &svg).one("svg").get("viewBox").unwrap().to_string();
        let size: Vec<i32> = size.split(' ').map(shapes::number).collect();
        let whole = (size[0], size[1], size[0] + size[2], size[1] + size[3]);
        let texts = texts(&svg).into_iter().map(|text| text.area(&MIDDLE));
        for (left, top, right, bottom) in boxes(&svg).into_iter().chain(texts).chain(pieces(&svg)) {
            let is_inside = whole.0 <= left && whole.1 <= top && right <= whole.2 && bottom <= whole.3;
            assert!(is_inside, "{name}: {:?} in {whole:?}", (left, top, right, bottom));
        }
    }
}

fn edge(waiter: &str, on: &str, holder: Option<&str>) -> Edge {
    let is_join = holder.is_some_and(|holder| on == format!("task {holder}"));
    Edge { waiter: waiter.into(), on: on.into(), holder: holder.map(Into::into), is_join }
}

fn stuck(edges: Vec<Edge>, cycle: Vec<Edge>) -> Run {
    let mut tasks: Vec<String> = edges.iter().map(|edge| edge.waiter.clone()).collect();
    tasks.dedup();
    let task = |task: String| Stuck { task, waits: Vec::new(), sites: Vec::new(), found: None };
    let waits = Waits { tasks: tasks.into_iter().map(task).collect(), edges, cycle, closed: None };
    Run { waits: Some(waits), ..super::run("deadlock", "0 main started\n0 main polled") }
}

/// Waits for several things at once, holders of one thing, a second cycle, and one who waits for its own end.
fn tangled() -> Run {
    let cycle = vec![edge("a", "Lock 1", Some("b")), edge("b", "Lock 2", Some("c")), edge("c", "Lock 3", Some("a"))];
    let mut edges = cycle.clone();
    edges.splice(1..1, [edge("a", "Semaphore 1", Some("c")), edge("a", "Semaphore 1", Some("d"))]);
    edges.extend([
        edge("d", "task b", Some("b")),
        edge("d", "Lock 3", Some("a")),
        edge("d", "Event 1", None),
        edge("e", "task f", Some("f")),
        edge("f", "task e", Some("e")),
        edge("g", "task g", Some("g")),
        edge("h", "the clock, until 7200000 ms", None),
    ]);
    stuck(edges, cycle)
}

#[test]
fn a_task_that_waits_for_its_own_end_is_a_cycle_of_one() {
    let own = vec![edge("a", "task a", Some("a"))];
    assert_eq!(words(&drawn(&stuck(own.clone(), own))), ["waits", "a", "cycle"]);
}

#[test]
fn what_is_a_cycle_says_so() {
    for (name, run) in stuck_runs() {
        let (svg, waits) = (drawn(&run), run.waits.as_ref().unwrap());
        let is_cycle = !waits.cycle.is_empty();
        assert_eq!(words(&svg).contains(&"cycle".to_string()), is_cycle, "{name}: no word says that it is a cycle");
        let root = parse("the graph", &svg);
        let thick = shapes::drawn(root.one("g.cycle")).shapes;
        assert_eq!(!thick.is_empty(), is_cycle, "{name}");
    }
}

#[test]
fn a_crowd_is_counted_and_not_drawn() {
    let name = |nth: usize| format!("waiter-{nth}");
    let run = stuck((0..200).map(|nth| edge(&name(nth), "Lock 1", Some("owner"))).collect(), Vec::new());
    let svg = drawn(&run);
    assert_eq!(boxes(&svg).len(), 18, "sixteen who wait, the lock, and its owner");
    assert!(svg.len() < 10_000, "{} bytes", svg.len());
    let said = shown_alone(play("odd/crowd:naive", run)).words();
    assert!(said.contains("Tasks that wait and are not drawn: 184."), "{said}");
    assert!(
        said.contains("and 188 more") && said.contains("and more: 160"),
        "neither the sentence nor the list has all"
    );
}

/// Dashes of several lines over one another would look like a whole line, which is another thing.
#[test]
fn lines_that_run_together_have_their_dashes_together() {
    let run = stuck(["a", "b", "c"].map(|name| edge(name, "Lock 1", Some("owner"))).into(), Vec::new());
    let shapes = read(&drawn(&run)).shapes;
    let starts: BTreeSet<(i32, i32)> = shapes.iter().filter(|it| it.is("asks")).map(|it| it.points()[0]).collect();
    assert_eq!(starts.len(), 1, "{starts:?}");
}

#[test]
fn whatever_it_is_called_it_stays_a_text() {
    let bad = "<script>&\"'--></svg>";
    let cycle = vec![edge(bad, bad, Some(bad))];
    let waits = stuck(cycle.clone(), cycle).waits.unwrap();
    let svg = graph::figure(&waits, &timeline::Steps::default(), bad);
    let root = parse("the graph", &svg);
    assert!(root.all("script").is_empty() && !svg.contains("&amp;lt;"));
    assert_eq!(texts(&svg).iter().filter(|it| it.text.contains("<script>")).count(), 2, "a task and a thing");
    assert_eq!(root.one("svg").get("aria-labelledby"), Some(format!("{bad}.is").as_str()));
}
