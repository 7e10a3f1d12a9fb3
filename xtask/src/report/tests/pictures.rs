//! The pictures: that nothing crosses a text, that every text has its place, and that every state has a shape of its own.

use super::html::{Element, parse};
use super::shapes::{Area, Drawn, Shape, Text, body, drawn, meet, number};
use super::{book, odd_book, odd_runs, picture, pictures, run, shown};
use crate::report::model::Run;
use crate::report::timeline;

/// These stand around their place, as those of the header do.
const MIDDLE: [&str; 3] = ["step", "by", "why"];

/// What is drawn where the lanes are, and how much room there is: of every play alone, and of every film on the page.
fn all() -> Vec<(String, Drawn, (i32, i32))> {
    let model = odd_book();
    let mut all = Vec::new();
    for (id, svg) in pictures(&model) {
        let root = parse(&id, &svg);
        let svg_element = root.one("svg");
        let size = |name: &str| number(svg_element.get(name).unwrap());
        let place = svg_element.elements().filter_map(|it| it.get("transform")).last().unwrap();
        let left = number(place.trim_start_matches("translate(").split(' ').next().unwrap());
        all.push((id, body(&svg), (size("width") - left - 16, size("height") - 32)));
    }
    for stage in shown(&model).all("div.stage") {
        for (nth, film) in stage.all("div.film").into_iter().enumerate() {
            let svg = film.elements().nth(1).unwrap();
            let size = |name: &str| number(svg.get(name).unwrap());
            let id = format!("film {nth} of {}", stage.get("id").unwrap());
            all.push((id, drawn(svg), (size("width"), size("height"))));
        }
    }
    assert!(all.len() > 70, "only {} pictures", all.len());
    all
}

/// What no text may meet: the arrows, and the sides of the box in which the run is stopped.
fn obstacles(drawn: &Drawn) -> Vec<(Area, String)> {
    let mut found = Vec::new();
    for shape in &drawn.shapes {
        let (left, top, right, bottom) = shape.area();
        if shape.is("wake") {
            found.push(((left.min(right - 4), top, right.max(left + 4), bottom), format!("{shape:?}")));
        } else if shape.is("stop") {
            found.extend([left, right].map(|x| ((x - 1, top, x + 1, bottom), "the stop".into())));
        }
    }
    found
}

#[test]
fn no_text_meets_a_text_or_an_arrow_or_the_edge() {
    for (id, drawn, (width, height)) in all() {
        let obstacles = obstacles(&drawn);
        for (nth, text) in drawn.texts.iter().enumerate() {
            let area = text.area(&MIDDLE);
            for other in drawn.texts.iter().skip(nth + 1).filter(|other| text.is_beside(other)) {
                assert!(!meet(&area, &other.area(&MIDDLE)), "{id}: {text:?} meets {other:?}");
            }
            // Who stands in line stands under what the arrows wake.
            let crossed = obstacles.iter().find(|(other, _)| meet(&area, other));
            assert_eq!(crossed, None, "{id}: {text:?}");
            let inside = area.0 >= 0 && area.2 <= width && area.1 >= 0 && area.3 <= height;
            assert!(inside, "{id}: {text:?} is cut off at {width} × {height}");
        }
    }
}

#[test]
fn every_text_of_a_box_fits_into_it() {
    for (id, drawn, _) in all() {
        let boxes: Vec<Area> = drawn.shapes.iter().filter(|shape| shape.is("box")).map(inner).collect();
        for text in drawn.texts.iter().filter(|text| text.is("said")) {
            let area = text.area(&[]);
            let around = |it: &Area| it.0 <= area.0 && it.1 <= area.1 && area.2 <= it.2 && area.3 <= it.3;
            assert!(boxes.iter().any(around), "{id}: {text:?} is not inside a box");
        }
    }
}

/// A box, whole or with its right side torn: what of it is behind no tooth.
fn inner(shape: &Shape) -> Area {
    let (left, top, mut right, bottom) = shape.area();
    if shape.path.contains('L') {
        right = shape.points()[0].0;
    }
    (left, top, right, bottom)
}

/// A name that stands in a band, or in line, is that of whom it is: bands do not stand on one another.
#[test]
fn nobody_holds_a_unit_that_another_holds() {
    for (id, drawn, _) in all() {
        let held: Vec<Area> = drawn.shapes.iter().filter(|shape| shape.is("held")).map(Shape::area).collect();
        for (nth, one) in held.iter().enumerate() {
            assert!(one.0 < one.2, "{id}: {one:?} has no length");
            assert!(held.iter().skip(nth + 1).all(|other| !meet(one, other)), "{id}: {one:?} stands on another");
        }
    }
}

#[test]
fn the_pictures_are_whole_and_of_whole_numbers() {
    for (id, svg) in pictures(&odd_book()) {
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        let root = parse(&id, &svg);
        for element in root.inside() {
            for name in ["x", "y", "width", "height"] {
                element.get(name).map(number);
            }
        }
        let drawn = drawn(&root);
        assert!(drawn.shapes.iter().all(|shape| !shape.points().is_empty()), "{id}");
    }
}

/// How many shapes there are of a class.
fn count(drawn: &Drawn, class: &str) -> usize {
    drawn.shapes.iter().filter(|shape| shape.is(class)).count()
}

/// Without colour, by shape alone: an end cap, scissors, a cross, a broken axis, a dashed and a solid line.
#[test]
fn every_state_has_a_shape_of_its_own() {
    for (name, run) in odd_runs().into_iter().chain(book_runs()) {
        let drawn = body(&picture(&run));
        let n = |class: &str| count(&drawn, class);
        let n_entries = |kinds: &[&str]| run.entries.iter().filter(|entry| kinds.contains(&&*entry.kind)).count();
        assert_eq!(n("cap"), n_entries(&["ended"]), "{name}");
        // Two rings and two blades each.
        assert_eq!(n("scissors"), 4 * n_entries(&["cancelled", "left-over"]), "{name}");
        assert_eq!(n("cross"), n_entries(&["failed"]), "{name}");
        assert_eq!(n("held"), n_entries(&["holds"]), "{name}");
        let is_stopped = !matches!(run.end.name.as_str(), "done" | "panicked") && run.left_out == 0;
        assert_eq!(n("stop"), usize::from(is_stopped), "{name}");
        assert_eq!(n("jump"), n("cut"), "{name}");
        let steps = timeline::steps(&run, None);
        let waits = steps.rests.iter().filter(|rest| rest.state != timeline::State::Ready).count();
        let n_queued = drawn.texts.iter().filter(|text| text.is("queued")).count();
        assert_eq!(n("ready"), steps.rests.len() - waits, "{name}");
        assert!((waits..=waits + n_queued).contains(&n("waits")), "{name}");
        // A shaft and a tip each.
        assert_eq!(n("wake"), 2 * steps.wakes.len(), "{name}");
        // `in` is polled by its owner.
        let spawned = run.entries.iter().filter(|it| it.kind == "spawned" && !it.what.is_empty() && it.task != "in");
        assert_eq!(n("new"), 2 * spawned.count(), "{name}");
        let unpolled = steps.parts.iter().filter(|part| !part.polled).count();
        assert_eq!((n("box"), n("gone")), (steps.parts.len(), unpolled), "{name}");
    }
}

fn book_runs() -> Vec<(&'static str, Run)> {
    let model = book();
    model.scenarios().flat_map(|scenario| &scenario.plays).map(|play| ("the book", play.run.clone())).collect()
}

/// The texts of a class, in the language of a reader.
fn texts<'a>(drawn: &'a Drawn, class: &str) -> Vec<&'a Text> {
    drawn.texts.iter().filter(|text| text.is(class) && text.lang != "uk").collect()
}

/// A lane for each lock, permit and queue: who has it, and under that who stands in line, first come first.
#[test]
fn under_the_tasks_stand_the_things_with_their_owners_and_their_lines() {
    let lines = "0 a polled\n0 a holds Semaphore 1\n0 a woken a\n0 a rested\n0 b polled\n0 b holds Semaphore 1\n0 b woken b\n\
        0 b rested\n0 c polled\n0 c waits Semaphore 1\n0 c rested\n0 d polled\n0 d waits Semaphore 1\n0 d rested\n\
        0 e polled\n0 e waits Queue 1\n0 e rested\n0 a polled\n0 a frees Semaphore 1\n0 c woken a\n0 a ended\n\
        0 c polled\n0 c leaves Semaphore 1\n0 c holds Semaphore 1\n0 c woken c\n0 c rested";
    let svg = picture(&run("spin", lines));
    let root = parse("the picture", &svg);
    let groups: Vec<&Element> = root.one("svg").elements().filter(|it| it.get("transform").is_some()).collect();
    let names = drawn(groups[0]);
    let things: Vec<&str> = texts(&names, "thing").iter().map(|text| text.text.as_str()).collect();
    assert_eq!(things, ["time, ms", "step", "Semaphore 1", "Queue 1"]);
    let drawn = body(&svg);
    let held: Vec<Area> = drawn.shapes.iter().filter(|shape| shape.is("held")).map(Shape::area).collect();
    let owners: Vec<&str> =
        texts(&drawn, "small").iter().filter(|it| !it.is("queued")).map(|it| it.text.as_str()).collect();
    assert_eq!(owners, ["a", "b", "c"]);
    let by_task = |name: char| held[['a', 'b', 'c'].iter().position(|known| *known == name).unwrap()];
    assert_eq!(by_task('a').1, by_task('c').1, "c takes the unit that a gave back");
    assert!(by_task('b').1 > by_task('a').3, "b's is another");
    assert!(by_task('a').2 < by_task('c').0 && by_task('b').2 >= by_task('c').2, "b never gives it back");
    let queued: Vec<(&str, (i32, i32))> = texts(&drawn, "queued").iter().map(|it| (it.text.as_str(), it.at)).collect();
    let [(c, first), (d, second), (e, alone)] = queued[..] else { panic!("{queued:?}") };
    assert_eq!((c, d, e), ("c", "d", "e"));
    assert!(first.1 > by_task('b').3 && second.1 > first.1 && alone.1 > second.1, "{queued:?}");
    assert!(first.0 < second.0, "d came later");
}

#[test]
fn two_schedules_of_one_play_have_their_lanes_in_one_order() {
    let (one, other) =
        (run("done", "0 a polled\n0 a ended\n0 b ended"), run("done", "0 b ended\n0 a polled\n0 a ended"));
    let steps = timeline::steps(&one, None);
    assert_eq!(timeline::steps(&other, Some(&steps)).lanes, ["a", "b"]);
    assert_eq!(timeline::steps(&other, None).lanes, ["b", "a"]);
    let model = book();
    let page = shown(&model);
    let lanes = |film: &Element| -> Vec<String> {
        let names = drawn(film.one("svg.names"));
        names.texts.iter().filter(|text| text.is("name")).map(|text| text.text.clone()).collect()
    };
    let mut n_sides = 0;
    for scenario in model.scenarios() {
        let stage = page.one(&format!("#{}.stage", scenario.id));
        for (play, film) in scenario.plays.iter().zip(stage.all("div.film")) {
            for stage in page.all(&format!("#{}.sides", play.id)) {
                for side in stage.all("div.film") {
                    n_sides += 1;
                    assert_eq!(lanes(side), lanes(film), "{}", play.id);
                }
            }
        }
    }
    assert!(n_sides > 6, "only {n_sides}");
}

#[test]
fn long_names_that_differ_at_their_ends_look_different() {
    let names = ["connection-handler-worker-1", "connection-handler-worker-20"];
    let svg = picture(&run("done", &names.map(|name| format!("0 {name} polled\n0 {name} ended")).join("\n")));
    let root = parse("the picture", &svg);
    let drawn = drawn(root.one("svg"));
    let shown: Vec<&str> = drawn.texts.iter().filter(|it| it.is("name")).map(|it| it.text.as_str()).collect();
    assert_eq!(shown, ["connection…-worker-1", "connection…worker-20"]);
}
