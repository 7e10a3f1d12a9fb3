//! What is cut, left out, fails or is named: plays made for it, for the book has none of some of them.

use super::{assert_balanced, book, run, tags, untagged};
use crate::report::gather::play as gathered;
use crate::report::model::{Entry, Mark, Play, Row, Shortest};
use crate::report::page;
use async_kata::scenarios::{self, CHAPTERS, Expect, Main, Record, Scenario, Staged};
use async_kata::sim::log;
use async_kata::{host::turn, tasks::spawn};

fn scenario() -> &'static Scenario {
    CHAPTERS[0].scenarios.iter().find(|scenario| scenario.id == "pitfalls/lost-update").unwrap()
}

/// A play in the place of the book's, with this record of CPython's: how it ended, and its entries.
fn played(run: fn() -> Staged, ends: &'static str, (end, entries): (&str, &str)) -> Play {
    let expect = Expect { failing: 0, of: 1 };
    let play = scenarios::Play { name: "naive", claim: "", order: "", ends, run, main: Main::Watches, expect };
    let twin = scenarios::fingerprint(scenario().twin.unwrap());
    let record = format!(
        "{{\"schema\": 1, \"python\": \"3.13.0\", \"twin_sha256\": \"{twin}\", \
         \"plays\": {{\"naive\": {{\"end\": \"{end}\", \"entries\": [{entries}]}}}}}}"
    );
    gathered(scenario(), &play, Some(&Record::parse(&record).unwrap())).unwrap()
}

fn spins() -> Staged {
    Box::pin(async {
        log("on");
        loop {
            turn().await;
        }
    })
}

fn fails() -> Staged {
    Box::pin(async {
        let _ = spawn("t", async { panic!("boom") }).await;
        Ok("as it should".into())
    })
}

const ON: &str =
    r#"{"ms":0,"task":"main","kind":"started","what":""},{"ms":0,"task":"main","kind":"said","what":"on"}"#;
const BOOM: &str = r#"{"ms":0,"task":"main","kind":"started","what":""},{"ms":0,"task":"t","kind":"started","what":""},
    {"ms":0,"task":"t","kind":"failed","what":"ValueError: boom"},{"ms":0,"task":"main","kind":"ended","what":""}"#;

/// The page, in which this play stands in the place of the book's first.
fn shown(play: Play) -> String {
    let mut model = book();
    model.chapters[0].scenarios[0].plays = vec![play];
    let page = page(&model);
    assert_balanced("the page", &page);
    page
}

#[test]
fn where_a_run_is_cut_the_rest_is_not_compared() {
    let play = played(spins, "spin", ("spin", ON));
    let twin = play.twin.as_ref().unwrap();
    assert_eq!(twin.complaint, None);
    let marks: Vec<Mark> = twin.rows.iter().map(|row| row.mark).collect();
    assert_eq!(marks, [Mark::Same, Mark::Same, Mark::Standing]);
    let text = untagged(&shown(play));
    assert!(text.contains("≈ where a run is cut CPython's story is over"));
}

#[test]
fn a_panic_beside_an_exception_is_a_standing_difference() {
    let play = played(fails, "done", ("done", BOOM));
    let twin = play.twin.unwrap();
    assert_eq!(twin.complaint, None);
    let failed = twin.rows.iter().find(|row| row.ours.as_ref().is_some_and(|ours| ours.kind == "failed")).unwrap();
    assert_eq!(failed.mark, Mark::Standing);
    assert_eq!(twin.differences.len(), 1);
}

#[test]
fn an_exploration_says_why_it_is_not_complete() {
    let play = played(spins, "spin", ("spin", ON));
    assert_eq!(play.explored.gaps, ["a run was cut by its limits"]);
    let text = untagged(&shown(play));
    assert!(text.contains("Explored 1 schedule, main always first (complete: no, a run was cut by its limits)."));
    assert!(!text.contains("a bound was hit"));
}

#[test]
fn a_play_that_ends_otherwise_than_declared_is_a_surprise() {
    let complains = |play: Play| play.surprises.iter().any(|surprise| surprise.contains("declares that it ends as"));
    assert!(complains(played(spins, "done", ("spin", ON))));
    assert!(!complains(played(spins, "spin", ("spin", ON))));
}

/// Of a run that goes on beyond its picture the end is not drawn, as if it had come there.
#[test]
fn a_picture_that_ends_before_its_run_says_so() {
    let play = played(spins, "spin", ("spin", ON));
    assert!(play.run.left_out > 0);
    let more = format!("{} more", play.run.left_out);
    let svg = super::picture(&play.run);
    assert!(svg.contains(&format!(">{more}</text>")) && !svg.contains("class=\"stop\""));
    let page = shown(play);
    assert!(page.contains(&format!("{more} entries are not drawn")));
    let mut whole = run("spin", "0 m polled\n0 m woken m\n0 m rested");
    assert!(super::picture(&whole).contains("class=\"stop\""));
    whole.left_out = 1;
    assert!(!super::picture(&whole).contains("class=\"stop\""));
}

#[test]
fn an_entry_in_the_row_of_another_says_whose_it_is() {
    let entry = |ms, task: &str| Entry { ms, task: task.into(), kind: "said", what: "hello".into() };
    let mut play = played(spins, "spin", ("spin", ON));
    let row = |ours, cpython| Row { mark: Mark::Named, ours: Some(ours), cpython: Some(cpython) };
    play.twin.as_mut().unwrap().rows =
        vec![row(entry(1, "a"), entry(1, "b")), row(entry(1, "a"), entry(2, "a")), row(entry(3, "a"), entry(3, "a"))];
    let text = untagged(&shown(play));
    assert!(text.contains("a named difference: ≈ 1 b hello"), "another task");
    assert!(text.contains("≈ 2 a hello"), "another time");
    assert!(text.contains("≈ hello") && !text.contains("≈ 3 a hello"), "the same task and time");
}

/// Its tasks stand in other lanes than those of the paused order, so they have other colours there.
#[test]
fn the_shortest_failing_schedule_has_its_story_below_and_its_own_colours() {
    let mut play =
        super::play("odd/short:naive", run("done", "0 m polled\n0 a polled\n0 a ended\n0 b polled\n0 b ended"));
    let run = run("done", "0 m polled\n0 m said only here\n0 b polled\n0 b ended");
    let word = super::word(&["m", "b"]);
    play.shortest = Some(Shortest { word, spelled: "m b".into(), is_paused_order: false, run });
    let page = shown(play);
    let details = page.split("That schedule as a picture").nth(1).unwrap().split("</details>").next().unwrap();
    assert!(tags(details).iter().any(|(tag, _, text)| *tag == "td" && *text == "only here"));
    assert!(page.contains("<span class=\"word\"><span class=\"t0\">m</span> <span class=\"t1\">b</span></span>"));
}

#[test]
fn long_names_that_differ_at_their_ends_look_different() {
    let names = ["connection-handler-worker-1", "connection-handler-worker-20"];
    let svg = super::picture(&run("done", &names.map(|name| format!("0 {name} polled\n0 {name} ended")).join("\n")));
    let shown: Vec<&str> =
        tags(&svg).iter().filter(|tag| super::attribute(tag.1, "class") == Some("name")).map(|tag| tag.2).collect();
    assert_eq!(shown, ["connection…-worker-1", "connection…worker-20"]);
}

#[test]
fn what_scrolls_can_be_reached_and_signs_can_be_heard() {
    let page = shown(played(spins, "spin", ("spin", ON)));
    assert!(page.contains("<pre class=\"end\" tabindex=\"0\">"));
    assert!(page.contains("<span class=\"sr\">same: </span><b aria-hidden=\"true\">=</b>"));
    assert!(page.contains("<span class=\"sr\">a standing difference: </span><b aria-hidden=\"true\">≈</b>"));
}
