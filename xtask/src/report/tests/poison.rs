//! Dangerous texts: they come from plays, and plays come from anybody.

use super::html::parse;
use super::{odd_book, shown, word};
use crate::report::both::Both;
use crate::report::model::{Difference, Edge, Model, Named, Outcome, Play, Record, Run, Shortest, Stuck, Waits};
use crate::report::{json, picture};

const BAD: &str = "<script>&\"'--></style></svg>";

#[test]
fn a_dangerous_text_stays_a_text_wherever_it_stands() {
    let mut model = odd_book();
    poison(&mut model, BAD);
    let page = shown(&model);
    let scenario = page.one(&format!("#{}", model.chapters[0].scenarios[0].id));
    for lang in ["en", "uk"] {
        let text = scenario.text(lang);
        assert!(text.matches(BAD).count() > 50, "only {} times", text.matches(BAD).count());
        assert!(!text.contains("&lt;") && !text.contains("&amp;"), "escaped twice");
    }
    let json = json(&model);
    assert!(!json.contains('<'), "a `<` in report.json");
    let back: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(back["chapters"][0]["scenarios"][0]["title"]["en"], BAD);
    let picture = picture(&model);
    let drawn = parse("the picture", &picture);
    assert!(drawn.text("en").contains("<script>"), "the picture says the text");
}

/// Puts the text wherever one can stand, but for the ids of the scenario that the picture is of.
pub(super) fn poison(model: &mut Model, bad: &str) {
    let both = || Both::same(bad);
    model.statements[0].text = both();
    model.chapters[0].title = both();
    let scenario = &mut model.chapters[0].scenarios[0];
    (scenario.title, scenario.prose) = (both(), both());
    scenario.rust.path = bad.into();
    scenario.rust.pieces[0].text = bad.into();
    scenario.python.as_mut().unwrap().pieces[0].text = bad.into();
    scenario.record = Record::Unreadable { why: bad.into() };
    let play = &mut scenario.plays[0];
    play.claim = both();
    (play.run.verdict.label, play.run.end.text) = (both(), both());
    play.run.end.name = bad.into();
    for entry in &mut play.run.entries {
        entry.task = bad.into();
        entry.at = Some(format!("{bad}:1:1"));
        if !entry.what.is_empty() {
            entry.what = bad.into();
        }
    }
    play.surprises = vec![both()];
    play.explored.gaps = vec![both()];
    play.explored.complete = false;
    let example = word(&[bad]);
    let outcome = Outcome { label: both(), passes: false, count: 1, example: example.clone(), polls: 1, switches: 0 };
    play.explored.outcomes = vec![outcome];
    poison_waits(&mut play.run, bad);
    play.shortest =
        Some(Shortest { word: example, spelled: bad.into(), is_paused_order: false, run: play.run.clone() });
    poison_sides(play, bad);
    if let Some(twin) = &mut play.twin {
        twin.complaint = Some(bad.into());
        let named = Some(Named { ours: vec![bad.into()], cpython: vec![bad.into()] });
        twin.differences = vec![Difference { why: both(), named }];
        for entry in twin.rows.iter_mut().flat_map(|row| [&mut row.ours, &mut row.cpython]).flatten() {
            (entry.task, entry.what) = (bad.into(), bad.into());
        }
    }
}

fn poison_sides(play: &mut Play, bad: &str) {
    let sides = play.sides.as_mut().unwrap();
    for side in [&mut sides.failing, &mut sides.passing] {
        side.run.entries.iter_mut().for_each(|entry| (entry.task, entry.what) = (bad.into(), bad.into()));
        for taken in &mut side.steps {
            taken.choice = word(&[bad]).remove(0);
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
