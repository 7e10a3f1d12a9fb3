//! The pictures: what they say, that nothing crosses a text, and that every entry counts.

use super::{assert_balanced, attribute, book, odd_book, odd_runs, picture, pictures, run, tags, unescape};
use crate::report::model::Entry;
use crate::report::timeline::{self, CSS};

/// A part of the picture: left, top, right, bottom, and what it is.
type Area = (i32, i32, i32, i32, String);

fn number(text: &str) -> i32 {
    text.parse().unwrap_or_else(|_| panic!("no whole number: {text}"))
}

/// Where a text stands, at 0.6 of its size a character. Those in the middle are those of the header.
fn text_area(attributes: &str, text: &str) -> Area {
    let class = attribute(attributes, "class").unwrap();
    let size = if matches!(class, "said" | "name") { 16 } else { 13 };
    let text = unescape(text);
    let cells: i32 = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
    let width = cells * size * 6 / 10;
    let (x, y) = (number(attribute(attributes, "x").unwrap()), number(attribute(attributes, "y").unwrap()));
    let left = if matches!(class, "step" | "by" | "why") { x - width / 2 } else { x };
    (left, y - size * 3 / 4, left + width, y, text)
}

/// The texts of the part of a picture that has the lanes, and what they may not meet: the shafts of the arrows, and the
/// sides of the box in which the run is stopped.
fn areas(svg: &str) -> (Vec<Area>, Vec<Area>) {
    let (mut texts, mut arrows) = (Vec::new(), Vec::new());
    let body = svg.rsplit("<g transform=").next().unwrap();
    for (tag, attributes, after) in tags(body) {
        match (tag, attribute(attributes, "class")) {
            ("text", _) => texts.push(text_area(attributes, after)),
            ("path", Some("wake")) => {
                let path = attribute(attributes, "d").unwrap().strip_prefix('M').unwrap();
                let (x, ys) = path.split_once(' ').unwrap();
                let (from, to) = ys.split_once('V').unwrap();
                let (x, from, to) = (number(x), number(from), number(to));
                arrows.push((x - 4, from.min(to), x + 4, from.max(to), format!("the arrow at {x}")));
            }
            ("rect", Some("stop")) => {
                let left = number(attribute(attributes, "x").unwrap());
                let right = left + number(attribute(attributes, "width").unwrap());
                let top = number(attribute(attributes, "y").unwrap());
                arrows.extend([left, right].map(|x| (x - 1, top, x + 1, i32::MAX, "the stop".into())));
            }
            _ => {}
        }
    }
    (texts, arrows)
}

fn meet(one: &Area, other: &Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

#[test]
fn no_text_meets_a_text_or_an_arrow_or_the_edge() {
    for (id, svg) in pictures(&odd_book()) {
        let (texts, arrows) = areas(&svg);
        let (_, size, _) = *tags(&svg).first().unwrap();
        let (width, height) = (number(attribute(size, "width").unwrap()), number(attribute(size, "height").unwrap()));
        // The lanes begin after the names, and end before the margin.
        let (_, place) = svg.rsplit_once("translate(").unwrap();
        let left = number(place.split(' ').next().unwrap());
        let width = width - left - 16;
        for (nth, text) in texts.iter().enumerate() {
            for other in texts.iter().skip(nth + 1).chain(&arrows) {
                assert!(!meet(text, other), "{id}: {text:?} meets {other:?}");
            }
            assert!(text.0 >= 0 && text.2 <= width && text.1 >= 0 && text.3 <= height, "{id}: {text:?} is cut off");
        }
    }
}

/// A box, whole or with its right side torn; `None` for what is none.
fn box_area(tag: &str, attributes: &str) -> Option<Area> {
    let value = |name: &str| attribute(attributes, name).map(number);
    if !matches!(attribute(attributes, "class"), Some("box" | "box gone")) {
        return None;
    }
    if tag == "rect" {
        let (x, y) = (value("x")?, value("y")?);
        return Some((x, y, x + value("width")?, y + value("height")?, String::new()));
    }
    // `M{inner} {top}H{left}v{height}H{inner}`, and from there back in teeth.
    let (inner, rest) = attribute(attributes, "d")?.strip_prefix('M')?.split_once(' ')?;
    let (top, rest) = rest.split_once('H')?;
    let (left, rest) = rest.split_once('v')?;
    let (height, _) = rest.split_once('H')?;
    let (inner, top, left, height) = (number(inner), number(top), number(left), number(height));
    Some((left, top, inner, top + height, String::new()))
}

#[test]
fn every_text_of_a_box_fits_into_it() {
    for (id, svg) in pictures(&odd_book()) {
        let tags = tags(&svg);
        let boxes: Vec<Area> = tags.iter().filter_map(|(tag, attributes, _)| box_area(tag, attributes)).collect();
        let said = tags.iter().filter(|(_, attributes, _)| attribute(attributes, "class") == Some("said"));
        for (_, attributes, after) in said {
            let text = text_area(attributes, after);
            let around = |it: &Area| it.0 <= text.0 && it.1 <= text.1 && text.2 <= it.2 && text.3 <= it.3;
            assert!(boxes.iter().any(around), "{id}: {text:?} is not inside a box");
        }
    }
}

/// Whether the task is woken twice without being polled between: once by this entry.
fn is_woken_again(entries: &[Entry], nth: usize) -> bool {
    let of_task = |entry: &&Entry| entry.task == entries[nth].task && matches!(entry.kind, "woken" | "polled");
    let before = entries[..nth].iter().rev().find(of_task);
    let after = entries[nth + 1..].iter().find(of_task);
    [before, after].into_iter().flatten().any(|entry| entry.kind == "woken")
}

/// A picture from which an entry can be missing unnoticed would be a picture of something else.
#[test]
fn every_entry_changes_the_picture() {
    for (name, run) in odd_runs().into_iter().chain(book_runs()) {
        let whole = picture(&run);
        let alive =
            run.entries.iter().rposition(|entry| matches!(entry.kind, "polled" | "rested" | "ended" | "failed"));
        for nth in 0..run.entries.len() {
            let mut less = run.clone();
            let entry = less.entries.remove(nth);
            // The poll that follows begins the lane too; whom a destructor wakes never runs; and a wait that is over
            // when the poll begins was drawn before. Of two wakes before a poll either is enough.
            let is_quiet = matches!(entry.kind, "started" | "leaves")
                || (entry.kind == "woken" && (alive < Some(nth) || is_woken_again(&run.entries, nth)));
            assert!(is_quiet || picture(&less) != whole, "{name}: nobody misses {entry:?}");
        }
    }
}

fn book_runs() -> Vec<(&'static str, crate::report::model::Run)> {
    let model = book();
    model.scenarios().flat_map(|scenario| &scenario.plays).map(|play| ("the book", play.run.clone())).collect()
}

#[test]
fn the_pictures_are_whole_and_of_whole_numbers() {
    for (id, svg) in pictures(&odd_book()) {
        assert_balanced(&id, &svg);
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
        for (tag, attributes, _) in tags(&svg) {
            for name in ["x", "y", "width", "height"] {
                attribute(attributes, name).map(number);
            }
            let path = attribute(attributes, "d").unwrap_or_default();
            assert!(!path.contains('.'), "<{tag} d={path}>");
        }
    }
}

/// Without colour, by shape alone: an end cap, scissors, a cross, a broken axis, a dashed and a solid line.
#[test]
fn every_state_has_a_shape_of_its_own() {
    for (name, run) in odd_runs().into_iter().chain(book_runs()) {
        let svg = picture(&run);
        let n_shapes = |class: &str| tags(&svg).iter().filter(|tag| attribute(tag.1, "class") == Some(class)).count();
        let n_entries = |kinds: &[&str]| run.entries.iter().filter(|entry| kinds.contains(&entry.kind)).count();
        assert_eq!(n_shapes("cap"), n_entries(&["ended"]), "{name}");
        assert_eq!(n_shapes("scissors"), n_entries(&["cancelled", "left-over"]), "{name}");
        assert_eq!(n_shapes("cross"), n_entries(&["failed"]), "{name}");
        assert_eq!(n_shapes("held"), n_entries(&["holds"]), "{name}");
        let is_stopped = !matches!(run.end.name.as_str(), "done" | "panicked") && run.left_out == 0;
        assert_eq!(n_shapes("stop"), usize::from(is_stopped), "{name}");
        assert_eq!(n_shapes("jump"), n_shapes("cut"), "{name}");
        let steps = timeline::steps(&run, None);
        let n_ready = steps.rests.iter().filter(|rest| rest.state == timeline::State::Ready).count();
        assert_eq!((n_shapes("ready"), n_shapes("waits")), (n_ready, steps.rests.len() - n_ready), "{name}");
        assert_eq!(n_shapes("tip"), steps.wakes.len(), "{name}");
    }
}

/// In words, so that a change reads well: columns, parts, rests, wakes, holds.
fn told(run: &crate::report::model::Run) -> String {
    let steps = timeline::steps(run, None);
    let name = |lane: usize| &steps.lanes[lane];
    let mut lines: Vec<String> = steps.columns.iter().map(|column| format!("{column:?}")).collect();
    lines.extend(steps.parts.iter().map(|p| format!("{} in {}: {:?} {:?}", name(p.lane), p.column, p.lines, p.close)));
    lines.extend(steps.rests.iter().map(|r| format!("{} {:?} {:?}..{:?}", name(r.lane), r.state, r.from, r.to)));
    let by = |from: Option<usize>| from.map_or("the clock", |from| name(from));
    lines.extend(steps.wakes.iter().map(|w| format!("{} wakes {} {:?}", by(w.from), name(w.to), w.at)));
    lines.extend(steps.holds.iter().map(|h| format!("{} holds {} {}..{:?}", name(h.lane), h.thing, h.from, h.to)));
    lines.join("\n")
}

#[test]
fn a_lock_is_waited_for_handed_over_and_held() {
    let run = run(
        "done",
        "0 a started\n0 a polled\n0 a holds Lock 1\n0 a said read 0\n0 a woken a\n0 a rested\n0 b started\n0 b polled\n\
         0 b waits Lock 1\n0 b rested\n0 a polled\n0 a frees Lock 1\n0 b woken a\n0 a ended\n0 b polled\n\
         0 b leaves Lock 1\n0 b holds Lock 1\n0 b frees Lock 1\n0 b ended",
    );
    let expected = "\
Turn { step: 1, ms: 0 }
Turn { step: 2, ms: 0 }
Turn { step: 3, ms: 0 }
Turn { step: 4, ms: 0 }
a in 0: [Said(\"read 0\")] None
b in 1: [] None
a in 2: [] Some(Ended)
b in 3: [] Some(Ended)
a Ready Right(0)..Left(2)
b Waits(\"Lock 1\") Right(1)..Wake(2)
b Ready Wake(2)..Left(3)
a wakes b Wake(2)
a holds Lock 1 0..Some(2)
b holds Lock 1 3..Some(3)";
    assert_eq!(told(&run), expected);
}

#[test]
fn the_clock_jumps_between_polls_and_blocks_inside_one() {
    let jumps =
        run("done", "0 a polled\n0 a waits the clock, until 5 ms\n0 a rested\n5 a woken\n5 a polled\n9 a ended");
    let expected = "\
Turn { step: 1, ms: 0 }
Jump { by: 5 }
Turn { step: 2, ms: 5 }
a in 0: [] None
a in 2: [Blocked(4)] Some(Ended)
a Waits(\"the clock, until 5 ms\") Right(0)..Wake(1)
a Ready Wake(1)..Left(2)
the clock wakes a Wake(1)";
    assert_eq!(told(&jumps), expected);
}

#[test]
fn a_deadlock_shows_where_it_stops_and_drops_all_in_one_step() {
    let (_, deadlock) = odd_runs().into_iter().find(|(name, _)| *name == "deadlock").unwrap();
    let told = told(&deadlock);
    for line in [
        "Turn { step: 5, ms: 0 }\nStop { why: \"deadlock\" }\nTurn { step: 6, ms: 0 }\n",
        "\nmain in 6: [] Some(LeftOver)\nx in 6: [] Some(LeftOver)\ny in 6: [] Some(LeftOver)\n",
        "\nx Waits(\"Lock 2\") Right(3)..Left(6)\n",
        "\nx holds Lock 1 1..Some(6)\n",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
    assert!(!told.contains("wakes"), "whom a destructor wakes never runs");
}

/// The end of a task wakes whoever awaits it, without a poll of anybody's.
#[test]
fn the_end_of_a_task_wakes_who_awaits_it() {
    let run = run(
        "done",
        "0 m polled\n0 m waits task a\n0 m rested\n0 a polled\n0 a ended\n0 m woken\n0 m polled\n0 m ended",
    );
    assert!(told(&run).contains("a wakes m Wake(1)"), "{}", told(&run));
    let woken = timeline::steps(&run, None).notes.remove(5);
    assert_eq!((woken.step, woken.woken_by.as_deref()), (Some(2), Some("the end of a")));
}

#[test]
fn whoever_waits_for_a_task_and_for_the_clock_is_woken_by_the_one_that_came() {
    let wakes = |lines: &str| told(&super::run("done", lines)).lines().last().unwrap().to_string();
    let begin = "0 m polled\n0 m waits task a\n0 m waits the clock, until 5 ms\n0 m rested\n0 a polled\n";
    assert_eq!(wakes(&format!("{begin}0 a ended\n0 m woken\n0 m polled")), "a wakes m Wake(1)");
    assert_eq!(wakes(&format!("{begin}0 a rested\n5 m woken\n5 m polled")), "the clock wakes m Wake(2)");
    // A wait that nobody reported: that a task has just ended is no reason to draw an arrow from it.
    let unknown = told(&run("done", "0 m polled\n0 m rested\n0 a polled\n0 a ended\n0 m woken\n0 m polled"));
    assert!(unknown.contains("m Ready After(1)..Left(2)") && !unknown.contains("wakes"), "{unknown}");
    // Nothing that is known did: it is ready, and no arrow is made up.
    let told = told(&run("done", "0 m polled\n0 m rested\n0 a polled\n0 a rested\n0 m woken\n0 m polled"));
    assert!(told.contains("m Ready After(1)..Left(2)") && !told.contains("wakes"), "{told}");
}

#[test]
fn two_schedules_of_one_play_have_their_lanes_in_one_order() {
    let (one, other) =
        (run("done", "0 a polled\n0 a ended\n0 b ended"), run("done", "0 b ended\n0 a polled\n0 a ended"));
    let steps = timeline::steps(&one, None);
    assert_eq!(timeline::steps(&other, Some(&steps)).lanes, ["a", "b"]);
    assert_eq!(timeline::steps(&other, None).lanes, ["b", "a"]);
    let model = book();
    let page = crate::report::page(&model);
    let mut lanes = page.split("<svg class=\"names\"").skip(1).map(|names| {
        let names = tags(names.split("</svg>").next().unwrap());
        let names = names.iter().filter(|tag| attribute(tag.1, "class") == Some("name"));
        names.map(|tag| unescape(tag.2)).collect::<Vec<_>>()
    });
    for play in model.scenarios().flat_map(|scenario| &scenario.plays) {
        let paused = lanes.next();
        if play.shortest.as_ref().is_some_and(|shortest| !shortest.is_paused_order) {
            assert_eq!(paused, lanes.next(), "{}", play.id);
        }
    }
    assert_eq!(lanes.next(), None);
}

/// The colours of one theme: every variable of the n-th block that defines them.
fn colours(css: &str, dark: bool) -> Vec<(String, [f64; 3])> {
    let blocks: Vec<&str> = css.split(":root {").skip(1).map(|block| block.split('}').next().unwrap()).collect();
    let block = if dark { blocks[1] } else { blocks[0] };
    let pairs = block.split(';').filter_map(|pair| pair.trim().strip_prefix("--")?.split_once(": #"));
    let channel = |hex: &str, nth: usize| {
        let wide = if hex.len() == 3 { hex[nth..=nth].repeat(2) } else { hex[2 * nth..2 * nth + 2].to_string() };
        let share = f64::from(u8::from_str_radix(&wide, 16).unwrap()) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    pairs.map(|(name, hex)| (name.to_string(), [0, 1, 2].map(|nth| channel(hex, nth)))).collect()
}

/// WCAG's contrast, 4.5 for text, in both themes: whatever is written is readable on whatever it stands on.
#[test]
fn every_text_has_contrast_in_light_and_in_dark() {
    let page = include_str!("../page.css");
    for dark in [false, true] {
        let all: Vec<_> = colours(CSS, dark).into_iter().chain(colours(page, dark)).collect();
        let light = |name: &str| {
            let (_, [r, g, b]) = all.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no --{name}"));
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let mut pairs = vec![("soft", "wash"), ("ink", "wash")];
        // A row that differs names its task in the lane's colour.
        pairs.extend(["ink", "soft", "t0", "t1", "t2", "t3", "t4", "t5", "t6"].map(|text| (text, "loud")));
        for text in ["ink", "soft", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "good", "bad", "link"] {
            pairs.extend([(text, "paper"), (text, "page")]);
        }
        pairs.extend(["f0", "f1", "f2", "f3", "f4", "f5", "f6"].map(|box_| ("ink", box_)));
        for (text, ground) in pairs {
            let (one, other) = (light(text), light(ground));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= 4.5, "dark {dark}: --{text} on --{ground} has only {contrast:.2}");
        }
    }
}
