//! A stuck run on the page: a sentence that names a step of the picture above it, and the lines of code that wait.

use super::graph::{drawn, words};
use super::plays::played;
use super::{book, shown, shown_alone};
use crate::report::model::{Model, Play, Run};
use crate::report::{json, timeline};
use std::collections::BTreeSet;

fn said(play: Play) -> String {
    shown_alone(play).words()
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
    let text = said(play);
    let sentence = "The cycle closed at step 5 of the picture: a waits for Lock 2, which b holds; b waits for Lock 1, which a holds. \
                    Outside it, main waits for the end of a.";
    // Once: the shortest that fails is stuck in the same cycle.
    assert_eq!(text.matches(sentence).count(), 1);
    assert_eq!(text.matches("Deadlock: nothing can run").count(), 1, "why the run ended is said, too");
}

#[test]
fn the_step_moves_with_the_entry_that_closed_the_cycle() {
    let play = played("abba");
    let closed = play.run.waits.as_ref().unwrap().closed.unwrap();
    assert_eq!((&*play.run.entries[closed].kind, play.run.entries[closed].what.as_str()), ("waits", "Lock 1"));
    let notes = timeline::steps(&play.run, None).notes;
    let mut model = book();
    model.chapters[0].scenarios.truncate(1);
    model.chapters[0].scenarios[0].plays = vec![play];
    let mut text = |closed| {
        model.chapters[0].scenarios[0].plays[0].run.waits.as_mut().unwrap().closed = closed;
        shown(&model).words()
    };
    for (entry, note) in notes.iter().enumerate() {
        // The seat of main is made before the first step.
        assert_eq!(note.step.is_none(), entry == 0, "entry {entry}");
        let sentence = match note.step {
            Some(step) => format!("The cycle closed at step {step} of the picture: a waits"),
            None => "There is a cycle: a waits".into(),
        };
        assert!(text(Some(entry)).contains(&sentence), "no {sentence:?} for entry {entry}");
    }
    assert!(text(Some(1_000_000)).contains("There is a cycle: a waits"), "the picture ends before");
}

#[test]
fn a_graph_without_a_cycle_says_so() {
    let text = said(played("forgotten"));
    let sentence =
        "No cycle is known: main waits for the end of waiter; waiter waits for Event 1, which nobody is known to have.";
    assert!(text.contains(sentence), "{text}");
    assert!(words(&drawn(&played("forgotten").run)).contains(&"nobody has it".into()));
}

#[test]
fn where_it_waits_is_a_list() {
    let page = shown_alone(played("abba"));
    let lines: Vec<String> = page.all("ul.sites")[0].all("li").into_iter().map(|line| line.words()).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    let line = include_str!("plays.rs").lines().position(|line| line.contains("_second = right.lock()")).unwrap() + 1;
    assert!(lines[1].starts_with("a waits for Lock 2, at ") && lines[1].contains(&format!("tests/plays.rs:{line}:")));
    assert!(!lines[1].contains(" and "), "one line, which both the lock and the probe know: {}", lines[1]);
    let text = said(played("each-other"));
    let unknown = "main waits for something unknown; cannot be woken: its future left the waker with nobody";
    assert!(text.contains(unknown), "{text}");
}

/// The graph stands where a player of the picture can be taken for it, and says which step it means.
#[test]
fn the_graph_of_the_paused_order_stands_under_its_picture() {
    let page = shown(&book());
    let scenario = page.one("#pitfalls/abba-deadlock");
    let order: Vec<&str> = scenario
        .elements()
        .map(|it| {
            if it.has_class("stage") {
                "stage"
            } else if it.has_class("stuck") {
                "stuck"
            } else {
                ""
            }
        })
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(order, ["stage", "stuck"]);
    let words = scenario.elements().find(|it| it.has_class("stuck")).unwrap().one("p.cycle-line").words();
    assert!(
        words.starts_with("The cycle closed at step 5 of the picture: a waits for Lock 2, which b holds;"),
        "{words}"
    );
}

#[test]
fn who_is_not_stuck_has_no_graph() {
    let has_one = |model: &_| {
        let page = shown(model);
        !page.all("div.graph").is_empty() || !page.all("ul.sites").is_empty()
    };
    let mut model = book();
    assert!(has_one(&model), "one scenario of the book is a deadlock");
    model.chapters[0].scenarios.retain(|scenario| scenario.id != "pitfalls/abba-deadlock");
    assert!(!has_one(&model));
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
