//! The wait-for graph: drawn from the data, readable, and with a sentence that names a step of the picture above it.

use super::plays::{played, stuck_runs};
use super::{alone, assert_balanced, attribute, book, tags, unescape, untagged};
use crate::report::model::{Edge, Model, Play, Run, Stuck, Waits};
use crate::report::{graph, json, page, timeline};
use std::collections::BTreeSet;

/// A part of the picture: left, top, right, bottom.
type Area = (i32, i32, i32, i32);

fn drawn(run: &Run) -> String {
    let waits = run.waits.as_ref().expect("it is stuck");
    graph::figure(waits, &timeline::steps(run, None), "an-id", "a title", "a description")
}

fn shown(play: Play) -> String {
    page(&alone(play))
}

/// Whose turn a step of the picture is.
fn turn(run: &Run, step: usize) -> String {
    let steps = timeline::steps(run, None);
    let is_it = |column: &timeline::Column| matches!(column, timeline::Column::Turn { step: nth, .. } if *nth == step);
    let column = steps.columns.iter().position(is_it).unwrap();
    let part = steps.parts.iter().find(|part| part.column == column).unwrap();
    steps.lanes[part.lane].clone()
}

/// The paused order is `a b a b`, so b closes the cycle, and in `a b b a` it is a: both in the picture's fifth step,
/// because main's turn is one too, which is no step of the word.
#[test]
fn abba_closes_at_a_step_of_the_picture_that_it_stands_beside() {
    let play = played("abba");
    assert_eq!(turn(&play.run, 5), "b");
    let shortest = play.shortest.as_ref().unwrap();
    assert_eq!((shortest.spelled.as_str(), turn(&shortest.run, 5).as_str()), ("a b b a", "a"));
    assert!(!shortest.is_paused_order, "the story is the same, the turns are not");
    let text = untagged(&shown(play));
    let sentence = "The cycle closed at step 5 of the picture: a waits for Lock 2, which b holds; b waits for Lock 1, which a holds. \
                    Outside it, main waits for the end of a.";
    // Once for the eye and once for whoever listens, for each of the two pictures.
    assert_eq!(text.matches(sentence).count(), 4);
    assert!(text.contains("deadlock: nothing can run"), "why the run ended is said as before");
}

#[test]
fn the_step_moves_with_the_entry_that_closed_the_cycle() {
    let play = played("abba");
    let closed = play.run.waits.as_ref().unwrap().closed.unwrap();
    assert_eq!((play.run.entries[closed].kind, play.run.entries[closed].what.as_str()), ("waits", "Lock 1"));
    let notes = timeline::steps(&play.run, None).notes;
    let mut model = book();
    model.chapters[0].scenarios.truncate(1);
    model.chapters[0].scenarios[0].plays = vec![play];
    let mut text = |closed| {
        model.chapters[0].scenarios[0].plays[0].run.waits.as_mut().unwrap().closed = closed;
        untagged(&page(&model))
    };
    for (entry, note) in notes.iter().enumerate() {
        let sentence = format!("The cycle closed at step {} of the picture: a waits", note.step.unwrap());
        assert!(text(Some(entry)).contains(&sentence), "no {sentence:?} for entry {entry}");
    }
    assert!(text(Some(1_000_000)).contains("There is a cycle: a waits"), "the picture ends before");
}

#[test]
fn a_graph_without_a_cycle_says_so() {
    let text = untagged(&shown(played("forgotten")));
    let sentence =
        "No cycle is known: main waits for the end of waiter; waiter waits for Event 1, which nobody is known to have.";
    assert!(text.contains(sentence), "{text}");
    let words = |run: &Run| -> Vec<String> { texts(&drawn(run)).into_iter().map(|(_, _, text)| text).collect() };
    assert!(words(&played("forgotten").run).contains(&"nobody has it".into()));
    for (name, run) in stuck_runs() {
        let is_cycle = !run.waits.as_ref().unwrap().cycle.is_empty();
        assert_eq!(words(&run).contains(&"cycle".to_string()), is_cycle, "{name}: no word says that it is a cycle");
        assert_eq!(drawn(&run).contains("<g class=\"cycle\"><path"), is_cycle, "{name}");
    }
}

/// A broken line for each wait, a whole one for each hold.
#[test]
fn there_are_as_many_arrows_as_waits_and_holds() {
    for (name, run) in stuck_runs() {
        let (svg, waits) = (drawn(&run), run.waits.as_ref().unwrap());
        let count = |class: &str| tags(&svg).iter().filter(|tag| attribute(tag.1, "class") == Some(class)).count();
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

fn number(attributes: &str, name: &str) -> i32 {
    let value = attribute(attributes, name).unwrap_or_else(|| panic!("no {name} in {attributes}"));
    value.parse().unwrap_or_else(|_| panic!("no whole number: {value}"))
}

fn boxes(svg: &str) -> Vec<Area> {
    let rects = tags(svg).into_iter().filter(|(tag, ..)| *tag == "rect");
    rects
        .map(|(_, attributes, _)| {
            let (x, y) = (number(attributes, "x"), number(attributes, "y"));
            (x, y, x + number(attributes, "width"), y + number(attributes, "height"))
        })
        .collect()
}

/// Class, area at 0.6 of the size a character, and text.
fn texts(svg: &str) -> Vec<(String, Area, String)> {
    let texts = tags(svg).into_iter().filter(|(tag, ..)| *tag == "text");
    texts
        .map(|(_, attributes, text)| {
            let (class, text) = (attribute(attributes, "class").unwrap(), unescape(text));
            let size = if matches!(class, "said" | "name") { 16 } else { 13 };
            let width = text.chars().count() as i32 * size * 6 / 10;
            let (x, y) = (number(attributes, "x"), number(attributes, "y"));
            let left = if class == "thing" { x } else { x - width / 2 };
            (class.into(), (left, y - size * 3 / 4, left + width, y), text)
        })
        .collect()
}

/// The pieces of the arrows, as thin areas.
fn pieces(svg: &str) -> Vec<Area> {
    let lines = tags(svg).into_iter().filter(|tag| matches!(attribute(tag.1, "class"), Some("asks" | "has")));
    let mut pieces = Vec::new();
    for (_, attributes, _) in lines {
        let path = attribute(attributes, "d").unwrap().trim_start_matches('M');
        let point = |text: &str| text.split_once(' ').map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap())).unwrap();
        let points: Vec<(i32, i32)> = path.split('L').map(point).collect();
        for pair in points.windows(2) {
            let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
            assert!(x == to_x || y == to_y, "a slanting line: {path}");
            pieces.push((x.min(to_x), y.min(to_y), x.max(to_x), y.max(to_y)));
        }
    }
    pieces
}

fn meet(one: &Area, other: &Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
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
        for (nth, (class, area, text)) in texts.iter().enumerate() {
            let inside = |it: &Area| it.0 <= area.0 && it.1 <= area.1 && area.2 <= it.2 && area.3 <= it.3;
            let is_label = matches!(class.as_str(), "name" | "said");
            assert_eq!(boxes.iter().any(inside), is_label, "{name}: {text}");
            assert!(is_label || !boxes.iter().any(|it| meet(it, area)), "{name}: {text} stands on a box");
            let other = texts.iter().skip(nth + 1).find(|(_, other, _)| meet(area, other));
            assert_eq!(other, None, "{name}: {text} stands on it");
        }
    }
}

#[test]
fn nothing_reaches_over_the_edge() {
    for (name, run) in stuck_runs().into_iter().chain([("tangled", tangled())]) {
        let svg = drawn(&run);
        let (_, size, _) = tags(&svg).into_iter().find(|(tag, ..)| *tag == "svg").unwrap();
        let size: Vec<i32> = attribute(size, "viewBox").unwrap().split(' ').map(|part| part.parse().unwrap()).collect();
        let whole = (size[0], size[1], size[0] + size[2], size[1] + size[3]);
        let texts = texts(&svg).into_iter().map(|(_, area, _)| area);
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
    let svg = drawn(&stuck(own.clone(), own));
    let words: Vec<String> = texts(&svg).into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(words, ["waits", "a", "cycle"]);
}

#[test]
fn a_crowd_is_counted_and_not_drawn() {
    let name = |nth: usize| format!("waiter-{nth}");
    let run = stuck((0..200).map(|nth| edge(&name(nth), "Lock 1", Some("owner"))).collect(), Vec::new());
    let svg = drawn(&run);
    assert_balanced("the crowd", &svg);
    assert!(svg.contains("184 more tasks that wait are not drawn."));
    assert!(svg.len() < 10_000, "{} bytes", svg.len());
    let text = untagged(&shown(super::play("odd/crowd:naive", run)));
    assert!(
        text.contains("and 188 more.") && text.contains("and 160 more"),
        "neither the sentence nor the list has all"
    );
}

/// Dashes of several lines over one another would look like a whole line, which is another thing.
#[test]
fn lines_that_run_together_have_their_dashes_together() {
    let run = stuck(["a", "b", "c"].map(|name| edge(name, "Lock 1", Some("owner"))).into(), Vec::new());
    let svg = drawn(&run);
    let paths = tags(&svg).into_iter().filter(|tag| attribute(tag.1, "class") == Some("asks"));
    let starts: BTreeSet<&str> = paths.filter_map(|tag| attribute(tag.1, "d")?.split('L').next()).collect();
    assert_eq!(starts.len(), 1, "{starts:?}");
}

#[test]
fn whatever_it_is_called_it_stays_a_text() {
    let bad = "<script>&\"'--></svg>";
    let cycle = vec![edge(bad, bad, Some(bad))];
    let waits = stuck(cycle.clone(), cycle).waits.unwrap();
    let svg = graph::figure(&waits, &timeline::Steps::default(), bad, bad, bad);
    assert_balanced("the graph", &svg);
    assert!(!svg.contains("<script") && !svg.contains("&amp;lt;"));
    assert_eq!(texts(&svg).iter().filter(|(_, _, text)| text.contains("<script>")).count(), 2, "a task and a thing");
}

#[test]
fn where_it_waits_is_a_list() {
    let page = shown(played("abba"));
    let list = page.split("<ul class=\"sites\">").nth(1).unwrap().split("</ul>").next().unwrap();
    let text = untagged(list);
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let line = include_str!("plays.rs").lines().position(|line| line.contains("_second = right.lock()")).unwrap() + 1;
    assert!(lines[1].starts_with("a waits for Lock 2, at ") && lines[1].contains(&format!("tests/plays.rs:{line}:")));
    assert!(!lines[1].contains(" and "), "one line, which both the lock and the probe know: {}", lines[1]);
    let text = untagged(&shown(played("each-other")));
    assert!(
        text.contains("main waits for something unknown; it cannot be woken: its future left the waker with nobody")
    );
}

#[test]
fn who_is_not_stuck_has_no_graph() {
    let has_one = |page: &str| page.contains("class=\"graph\"") || page.contains("<ul class=\"sites\">");
    let mut model = book();
    assert!(has_one(&page(&model)), "one scenario of the book is a deadlock");
    model.chapters[0].scenarios.retain(|scenario| scenario.id != "pitfalls/abba-deadlock");
    assert!(!has_one(&page(&model)));
}

#[test]
fn the_data_has_the_graph_too() {
    let mut model: Model = book();
    model.chapters[0].scenarios[0].plays = vec![played("abba")];
    let json: serde_json::Value = serde_json::from_str(&json(&model)).unwrap();
    let play = &json["chapters"][0]["scenarios"][0]["plays"][0];
    let waits = &play["shortest"]["run"]["waits"];
    assert_eq!(waits["cycle"].as_array().unwrap().len(), 2);
    assert_eq!((&waits["edges"][1]["on"], &waits["edges"][1]["holder"]), (&"Lock 2".into(), &"b".into()));
    let names: BTreeSet<&str> =
        waits["tasks"].as_array().unwrap().iter().filter_map(|it| it["task"].as_str()).collect();
    assert_eq!(names, BTreeSet::from(["a", "b", "main"]));
}
