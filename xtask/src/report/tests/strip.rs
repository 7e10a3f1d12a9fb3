//! The small pictures: the strip that paper has, which draws parts of the large one again, and the tiles of the index.

use super::html::{Element, parse};
use super::shapes::{Area, drawn, number};
use super::{alone, book, odd_book, odd_runs, play, run, shown};
use crate::report::model::{Model, Run};
use crate::report::timeline::{self, Steps};
use std::collections::BTreeSet;

/// Of a scenario's panels: which play, and which step of it.
fn panels(scenario: &Element) -> Vec<(String, usize)> {
    scenario.all("div.panel").into_iter().map(step).collect()
}

fn step(panel: &Element) -> (String, usize) {
    let words = panel.one("p").words();
    let (play, rest) = words.split_once(" step ").unwrap();
    (play.into(), rest.split('.').next().unwrap().parse().unwrap())
}

fn steps(model: &Model) -> Vec<(String, Vec<Steps>)> {
    let of = |run: &Run| timeline::steps(run, None);
    let scenarios = model.scenarios();
    scenarios.map(|it| (it.id.clone(), it.plays.iter().map(|play| of(&play.run)).collect())).collect()
}

#[test]
fn a_strip_is_at_most_four_steps_in_order_with_the_difference_and_the_end() {
    let model = odd_book();
    let page = shown(&model);
    for (scenario, (id, steps)) in model.scenarios().zip(steps(&model)) {
        let panels = panels(page.one(&format!("#{id}")));
        let all: usize = steps.iter().map(Steps::n_steps).sum();
        assert_eq!(panels.len(), all.min(4), "{id}: {panels:?} of {all}");
        let place = |play: &str| scenario.plays.iter().position(|it| it.name == play).unwrap();
        let places: Vec<(usize, usize)> = panels.iter().map(|(play, step)| (place(play), *step)).collect();
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{id}: {panels:?} is no order");
        assert!(places.iter().all(|(play, step)| (1..=steps[*play].n_steps()).contains(step)), "{id}: {panels:?}");
        let n = steps[0].n_steps();
        let says = |step: &usize| {
            let (_, seen) = steps[0].seen_in(*step).unwrap();
            seen.iter().any(|(_, lines, close)| !lines.is_empty() || close.is_some())
        };
        let last = (1..=n).rev().find(says);
        assert!(last.is_none_or(|last| places.contains(&(0, last))), "{id}: {panels:?} is without its end, {last:?}");
        let cure = scenario.plays.iter().position(|play| play.name == "fixed").filter(|at| *at > 0).unwrap_or(1);
        let differs = steps.get(cure).and_then(|cure| steps[0].first_difference(cure)).filter(|step| *step <= n);
        assert!(differs.is_none_or(|differs| places.contains(&(0, differs))), "{id}: {panels:?} without {differs:?}");
    }
}

#[test]
fn of_the_lost_update_it_tells_both_reads_and_both_writes_of_nothing() {
    let page = shown(&book());
    let scenario = page.one("#pitfalls/lost-update");
    let words: Vec<String> = scenario.all("div.panel").into_iter().map(|panel| panel.one("p").words()).collect();
    let expected = [
        "naive step 2. 0 ms, a: read 0",
        "naive step 3. 0 ms, b: read 0",
        "naive step 5. 0 ms, b: wrote 1",
        "naive step 6. 0 ms, main: counter is 1",
    ];
    assert_eq!(words, expected);
}

/// A panel is a window on the large picture, around its step.
#[test]
fn a_panel_shows_its_step_of_a_picture_that_is_there() {
    let model = odd_book();
    let page = shown(&model);
    for (plays, (id, steps)) in model.scenarios().map(|scenario| &scenario.plays).zip(steps(&model)) {
        let scenario = page.one(&format!("#{id}"));
        for panel in scenario.all("div.panel") {
            for drawn in panel.all("use") {
                let target = drawn.get("href").unwrap().strip_prefix('#').unwrap();
                assert_eq!(scenario.one(&format!("#{target}")).tag, "g", "{id}");
                assert!(target.starts_with(&format!("{id}:")), "{id}: {target} is another's");
            }
            let svg = panel.all("svg")[1];
            let group = scenario.one(svg.one("use").get("href").unwrap());
            let window: Vec<i32> = svg.get("viewBox").unwrap().split(' ').map(number).collect();
            let window = (window[0], window[1], window[0] + window[2], window[1] + window[3]);
            let (play, step) = step(panel);
            let at = plays.iter().position(|it| it.name == play).unwrap();
            let number = step.to_string();
            let drawn = drawn(group);
            let label = drawn.texts.iter().find(|text| text.is("step") && text.text == number).unwrap();
            assert!(window.0 < label.at.0 && label.at.0 < window.2, "{id}: step {number} is not in {window:?}");
            let column = steps[at].parts.iter().filter(|part| part.column + 1 == step).count();
            let boxes = drawn.shapes.iter().filter(|shape| shape.is("box")).map(|shape| shape.area());
            let inside = |it: &Area| window.0 <= it.0 && it.2 <= window.2 && window.1 <= it.1 && it.3 <= window.3;
            assert!(boxes.filter(inside).count() >= column.min(1), "{id}: nothing of step {number} is in the panel");
        }
    }
}

/// The tiles of a page: the plays of each scenario, and their pictures.
fn tiles(page: &Element) -> Vec<(String, Vec<&Element>)> {
    let lists = page.one("#index").all("ul.tiles");
    let tiles = lists.into_iter().flat_map(|list| list.all("a"));
    tiles.map(|tile| (tile.get("href").unwrap().into(), tile.all("svg.tile"))).collect()
}

#[test]
fn every_play_has_a_tile_and_every_scenario_a_link() {
    let model = odd_book();
    let page = shown(&model);
    let tiles = tiles(&page);
    let scenarios: Vec<_> = model.scenarios().collect();
    assert_eq!(tiles.len(), scenarios.len());
    for (scenario, (href, pictures)) in scenarios.iter().zip(&tiles) {
        assert_eq!(*href, format!("#{}", scenario.id));
        assert_eq!(pictures.len(), scenario.plays.len(), "{href}");
        for (play, picture) in scenario.plays.iter().zip(pictures) {
            assert_eq!(**picture, tile(&play.run), "{}: another's tile", play.id);
        }
    }
}

fn tile(run: &Run) -> Element {
    parse("a tile", &timeline::tile(&timeline::steps(run, None))).one("svg").clone()
}

/// The shapes of a tile, but not their places and colours: how many there are of each.
fn shapes(run: &Run) -> Vec<(String, usize)> {
    let mut shapes: Vec<(String, usize)> = Vec::new();
    for shape in drawn(&tile(run)).shapes {
        let class: Vec<&str> = shape.class.split(' ').filter(|class| !class.starts_with('t')).collect();
        let class = class.join(" ");
        match shapes.iter_mut().find(|(known, _)| *known == class) {
            Some((_, n)) => *n += 1,
            None => shapes.push((class, 1)),
        }
    }
    shapes.sort();
    shapes
}

#[test]
fn what_a_run_is_like_is_seen_in_its_tile() {
    let shape = |end: &str, last: &str| {
        let lines = format!("0 a polled\n0 a waits the clock, until 10 ms\n0 a rested\n{last}");
        shapes(&run(end, &lines)).into_iter().map(|(class, n)| format!("{n} {class}")).collect::<Vec<_>>().join(", ")
    };
    let polled = "10 a woken\n10 a polled";
    let seen = [
        ("done", shape("done", &format!("{polled}\n10 a ended")), "2 box, 1 cap, 1 jump, 1 ready, 1 waits"),
        ("open", shape("done", polled), "2 box, 1 jump, 1 ready, 1 waits"),
        (
            "cancelled",
            shape("done", &format!("{polled}\n10 a cancelled")),
            "1 box, 1 box gone, 1 jump, 1 ready, 1 waits",
        ),
        ("left over", shape("deadlock", "0 a left-over"), "1 box, 1 box gone, 1 stop, 1 waits"),
        ("spin", shape("spin", "0 a woken b\n0 a polled\n0 a rested"), "2 box, 1 ready, 1 stop, 2 waits"),
    ];
    for (name, shapes, expected) in &seen {
        assert_eq!(shapes, expected, "{name}");
    }
    let failed = shape("done", &format!("{polled}\n10 a failed boom"));
    assert!(seen.iter().all(|(_, shapes, _)| *shapes != failed), "a panic looks like something else: {failed}");
}

/// Two runs that are seen to be different have different tiles, unless they differ in words alone.
#[test]
fn no_two_runs_have_one_tile_but_by_words() {
    let tiles: BTreeSet<String> = odd_runs().iter().map(|(_, run)| format!("{:?}", tile(run))).collect();
    assert_eq!(tiles.len(), odd_runs().len());
}

#[test]
fn a_tile_is_small_and_holds_all_that_it_draws() {
    for (name, run) in odd_runs() {
        let svg = tile(&run);
        let (width, height) = (number(svg.get("width").unwrap()), number(svg.get("height").unwrap()));
        for shape in drawn(&svg).shapes {
            let (left, top, right, bottom) = shape.area();
            let inside = left >= 0 && top >= 0 && right <= width && bottom <= height;
            assert!(inside, "{name}: {shape:?} in {width} × {height}");
        }
        assert!(svg.text("en").is_empty(), "{name}: a tile has no words");
    }
    let long: String = (0..60).map(|nth| format!("0 a polled\n0 a said {nth}\n0 a woken a\n0 a rested\n")).collect();
    let page = shown(&alone(play("odd/long:naive", run("done", &long))));
    assert_eq!(tiles(&page).len(), 1);
}
