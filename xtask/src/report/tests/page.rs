//! The page as a whole: complete, safe, self-contained, small, and the same each time.

use super::{assert_balanced, attribute, book, odd_book, tags, unescape, untagged};
use crate::report::model::{Edge, Model, Outcome, Play, Run, Shortest, Stuck, Waits, one_line};
use crate::report::{json, page, picture};
use std::collections::BTreeSet;

#[test]
fn every_id_is_there_once_and_every_link_resolves() {
    let page = page(&odd_book());
    let mut ids = BTreeSet::new();
    for (_, attributes, _) in tags(&page) {
        if let Some(id) = attribute(attributes, "id") {
            assert!(ids.insert(unescape(id)), "the id {id} is there twice");
        }
    }
    let mut n_links = 0;
    for (tag, attributes, _) in tags(&page) {
        let referred = attribute(attributes, "aria-labelledby").into_iter().flat_map(|ids| ids.split(' '));
        let linked = attribute(attributes, "href").and_then(|href| href.strip_prefix('#'));
        for id in referred.chain(linked) {
            n_links += 1;
            assert!(ids.contains(&unescape(id)), "<{tag}> refers to {id}, which is nowhere");
        }
    }
    assert!(n_links > 20, "only {n_links} links");
}

#[test]
fn every_scenario_and_every_play_is_linked_by_its_id() {
    let model = book();
    let page = page(&model);
    let links: BTreeSet<String> =
        tags(&page).iter().filter_map(|(_, attributes, _)| attribute(attributes, "href")).map(unescape).collect();
    for scenario in model.scenarios() {
        let plays = scenario.plays.iter().map(|play| &play.id);
        for id in plays.chain([&scenario.id]) {
            assert!(links.contains(&format!("#{id}")), "nothing leads to {id}");
        }
    }
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let page = page(&odd_book());
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
                  img-src data:; base-uri 'none'; form-action 'none'\">";
    let (before, _) = page.split_once(policy).expect("the policy stands in the head");
    assert!(!before.contains("<style"), "the policy comes before what it forbids");
    for (tag, attributes, after) in tags(&page) {
        assert!(
            !["script", "img", "iframe", "object", "embed", "base", "form", "use", "image"].contains(&tag),
            "<{tag}>"
        );
        for name in ["src", "srcset", "xlink:href", "action", "poster"] {
            assert_eq!(attribute(attributes, name), None, "<{tag} {name}>");
        }
        let handler = attributes.split(' ').find(|word| word.starts_with("on") && word.contains('='));
        assert_eq!(handler, None, "<{tag}{attributes}>");
        let href = attribute(attributes, "href").unwrap_or("#");
        assert!(href.starts_with('#') || (tag, href) == ("link", "data:,"), "<{tag} href={href}>");
        if tag == "style" {
            assert!(!["url(", "@import", "http:", "https:", "//"].iter().any(|word| after.contains(word)), "the style");
        }
    }
}

#[test]
fn the_markup_is_balanced() {
    assert_balanced("the page", &page(&odd_book()));
    assert_balanced("the picture", &picture(&book()));
}

#[test]
fn the_same_model_gives_the_same_bytes_and_so_does_the_same_book() {
    let (model, again) = (book(), book());
    assert_eq!(page(&model), page(&model));
    assert_eq!(page(&model), page(&again));
    assert_eq!(json(&model), json(&again));
    assert_eq!(picture(&model), picture(&again));
}

/// Nothing of this machine: its paths would make the page another one elsewhere.
#[test]
fn the_page_does_not_know_where_it_was_made() {
    let model = book();
    for (name, text) in [("page", page(&model)), ("json", json(&model)), ("picture", picture(&model))] {
        for path in [env!("CARGO_MANIFEST_DIR"), "/home/", "/tmp/", ".cargo"] {
            assert!(!text.contains(path), "the {name} says {path}");
        }
    }
}

#[test]
fn everything_that_was_said_can_be_read() {
    let model = odd_book();
    let page = page(&model);
    let cells: Vec<String> =
        tags(&page).iter().filter(|(tag, ..)| *tag == "td").map(|(_, _, text)| unescape(text)).collect();
    let json = json(&model);
    let mut n_said = 0;
    for entry in model.scenarios().flat_map(|scenario| &scenario.plays).flat_map(|play| &play.run.entries) {
        if entry.kind == "said" {
            n_said += 1;
            let text = one_line(&entry.what);
            let n_cells = cells.iter().filter(|cell| **cell == text).count();
            assert!(n_cells >= 2, "{text:?} is not both in the story and in the whole list, but {n_cells} times");
            let spelled = serde_json::to_string(&entry.what).unwrap().replace('<', "\\u003c");
            assert!(json.contains(&spelled), "report.json does not say {spelled}");
        }
    }
    assert!(n_said > 20, "only {n_said} texts");
}

/// Texts come from plays, and plays come from anybody.
#[test]
fn a_dangerous_text_stays_a_text_wherever_it_stands() {
    const BAD: &str = "<script>&\"'--></style></svg>";
    let mut model = odd_book();
    poison(&mut model, BAD);
    let page = page(&model);
    assert_balanced("the page", &page);
    assert!(!page.contains("<script"));
    let json = json(&model);
    assert!(!json.contains('<'), "a `<` in report.json");
    let back: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(back["chapters"][0]["scenarios"][0]["title"], BAD);
    let picture = picture(&model);
    assert_balanced("the picture", &picture);
    assert!(picture.contains("&lt;script&gt;"), "the picture says the text, escaped");
    assert!(!untagged(&page).contains("&lt;"), "escaped twice");
}

/// Puts the text wherever one can stand, but for the ids of the scenario that the picture is of.
fn poison(model: &mut Model, bad: &str) {
    let scenario = &mut model.chapters[0].scenarios[0];
    for text in [&mut scenario.title, &mut scenario.prose, &mut scenario.rust.text, &mut scenario.rust.path] {
        *text = bad.into();
    }
    scenario.covers[0].text = bad.into();
    let play = &mut scenario.plays[0];
    for text in [&mut play.claim, &mut play.run.verdict.label, &mut play.run.end.name, &mut play.run.end.text] {
        *text = bad.into();
    }
    for entry in &mut play.run.entries {
        entry.task = bad.into();
        if !entry.what.is_empty() {
            entry.what = bad.into();
        }
    }
    play.surprises = vec![bad.into()];
    let word = super::word(&[bad]);
    let outcome = Outcome { label: bad.into(), passes: false, count: 1, example: word.clone(), polls: 1, switches: 0 };
    play.explored.outcomes = vec![outcome];
    play.shortest = Some(Shortest { word, spelled: bad.into(), is_paused_order: false, run: play.run.clone() });
    poison_sides(play, bad);
    poison_waits(&mut play.run, bad);
    if let Some(twin) = &mut play.twin {
        twin.complaint = Some(bad.into());
    }
}

fn poison_sides(play: &mut Play, bad: &str) {
    let sides = play.sides.as_mut().unwrap();
    for side in [&mut sides.failing, &mut sides.passing] {
        (side.label, side.end) = (bad.into(), bad.into());
        for taken in &mut side.steps {
            taken.choice = super::word(&[bad]).remove(0);
            (taken.could_run, taken.pick) = (vec![bad.into()], Some((2, bad.into())));
            taken.story.iter_mut().for_each(|entry| (entry.task, entry.what) = (bad.into(), bad.into()));
        }
    }
    sides.passing.steps[0].choice.task = None;
}

fn poison_waits(run: &mut Run, bad: &str) {
    let edge = Edge { waiter: bad.into(), on: bad.into(), holder: Some(bad.into()), is_join: false };
    let task = Stuck { task: bad.into(), waits: vec![bad.into()], sites: vec![bad.into()], found: None };
    run.waits = Some(Waits { tasks: vec![task], edges: vec![edge.clone()], cycle: vec![edge], closed: Some(3) });
}

#[test]
fn a_scenario_takes_little_room() {
    let mut model = book();
    let scenarios: Vec<_> = model.scenarios().cloned().collect();
    model.chapters.iter_mut().for_each(|chapter| chapter.scenarios.clear());
    let empty = page(&model).len();
    println!("the page without scenarios: {empty} bytes");
    assert!(empty < 25_000);
    for scenario in scenarios {
        let (id, plays) = (scenario.id.clone(), scenario.plays.len());
        model.chapters[0].scenarios = vec![scenario];
        let size = page(&model).len() - empty;
        println!("{id}: {size} bytes");
        assert!(size <= 25_000 * plays, "{id} takes {size} bytes for {plays} plays");
    }
}

#[test]
fn a_failing_naive_play_is_said_to_be_as_it_should() {
    let text = untagged(&page(&book()));
    assert!(text.contains("✗ fails, as it should: one update lost"));
    assert!(text.contains("✓ passes: both updates counted"));
    assert!(text.contains("4 of 6 schedules fail. The shortest of them: a b b a."));
    let mut model = book();
    model.chapters[0].scenarios[0].plays[0].surprises = vec!["it was different".into()];
    let text = untagged(&page(&model));
    assert!(text.contains("! fails, and not as it should: one update lost"));
    assert!(text.contains("Not as declared: it was different"));
}

#[test]
fn the_head_counts_what_is_below() {
    let model = book();
    let text = untagged(&page(&model));
    let (totals, n_scenarios) = (&model.totals, model.scenarios().count());
    assert_eq!(totals.scenarios, n_scenarios);
    let schedules: usize = model.scenarios().flat_map(|s| &s.plays).map(|play| play.explored.schedules).sum();
    assert_eq!(totals.schedules, schedules);
    let covered: BTreeSet<&str> = model.scenarios().flat_map(|s| &s.covers).map(|s| s.id.as_str()).collect();
    assert_eq!(totals.covered, covered.len());
    assert!(model.scenarios().flat_map(|s| &s.covers).all(|s| !s.text.is_empty()), "a statement that nobody knows");
    for said in [format!("{} of 106", totals.covered), schedules.to_string(), n_scenarios.to_string()] {
        assert!(text.contains(&said), "{said}");
    }
}
