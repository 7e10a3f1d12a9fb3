//! What is cut, left out, fails or is named: plays made for it, for the book has none of some of them.

use super::shapes::body;
use super::{run, shown_alone};
use crate::report::both::Both;
use crate::report::gather::play as gathered;
use crate::report::model::{End, Mark, Play, Shortest};
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

/// The page's words, in which this play stands in the place of the book's first.
fn said(play: Play) -> String {
    shown_alone(play).words()
}

#[test]
fn where_a_run_is_cut_the_rest_is_not_compared() {
    let play = played(spins, "spin", ("spin", ON));
    let twin = play.twin.as_ref().unwrap();
    assert_eq!(twin.complaint, None);
    let marks: Vec<Mark> = twin.rows.iter().map(|row| row.mark).collect();
    assert_eq!(marks, [Mark::Same, Mark::Same, Mark::Standing]);
    assert!(said(play).contains("≈ where a run is cut CPython's story is over"));
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
    assert_eq!(play.explored.gaps, [Both::new("a run was cut by its limits", "запуск обірвано через його обмеження")]);
    let page = shown_alone(play);
    let en = "Explored 1 schedule, main goes on whenever it can (in the picture on top it waits for its turn); these are not all: a run was cut by its limits.";
    assert!(page.words().contains(en), "{}", page.words());
    assert!(page.text("uk").contains("Досліджено 1 порядок, main іде далі, щойно може (на діаграмі вгорі вона чекає свого ходу); це не всі: запуск обірвано"));
    assert!(!page.words().contains("a bound was hit"));
}

#[test]
fn a_play_that_ends_otherwise_than_declared_is_a_surprise() {
    let complains = |play: Play| play.surprises.iter().any(|surprise| surprise.en.contains("declares that it ends as"));
    assert!(complains(played(spins, "done", ("spin", ON))));
    assert!(!complains(played(spins, "spin", ("spin", ON))));
}

/// Of a run that goes on beyond its picture the end is not drawn, as if it had come there.
#[test]
fn a_picture_that_ends_before_its_run_says_so() {
    let play = played(spins, "spin", ("spin", ON));
    assert!(play.run.left_out > 0);
    let more = format!("{} more", play.run.left_out);
    let is_stopped = |run: &_| body(&super::picture(run)).shapes.iter().any(|shape| shape.is("stop"));
    let texts = body(&super::picture(&play.run)).texts;
    assert!(texts.iter().any(|text| text.text == more) && !is_stopped(&play.run));
    assert!(said(play.clone()).contains(&format!("(not shown: {})", play.run.left_out)));
    let mut whole = run("spin", "0 m polled\n0 m woken m\n0 m rested");
    assert!(is_stopped(&whole));
    whole.left_out = 1;
    assert!(!is_stopped(&whole));
}

/// Why a run was stopped is said in words, whether it is stuck or not.
#[test]
fn a_run_that_is_not_stuck_says_why_it_was_cut() {
    let mut play = played(spins, "spin", ("spin", ON));
    let why = "main runs on and on, and neither an entry nor the clock moves.";
    assert_eq!(said(play.clone()).matches(&format!("naive: Spin: {why}")).count(), 1);
    assert!(shown_alone(play.clone()).text("uk").contains("Крутіння на місці: main виконується без кінця"));
    play.run.end = End { name: "done".into(), text: Both::new("done", "завершено") };
    assert!(!said(play.clone()).contains("Spin"));
    let shortest = play.shortest.get_or_insert_with(|| Shortest {
        word: Vec::new(),
        spelled: String::new(),
        is_paused_order: false,
        run: play.run.clone(),
    });
    shortest.run.end = End { name: "spin".into(), text: Both::new("spin: it turns", "холостий хід") };
    (shortest.is_paused_order, play.sides, play.explored.schedules) = (false, None, 2);
    assert_eq!(said(play).matches("Spin: it turns.").count(), 1, "of the shortest that fails, too");
}

/// Its picture stands by itself, for nothing passes that it could stand beside.
#[test]
fn the_shortest_failing_schedule_has_its_picture_and_its_story() {
    let mut play =
        super::play("odd/short:naive", run("done", "0 m polled\n0 a polled\n0 a ended\n0 b polled\n0 b ended"));
    let run = run("done", "0 m polled\n0 m said only here\n0 a polled\n0 a ended\n0 b polled\n0 b ended");
    let word = super::word(&["m", "b"]);
    play.shortest = Some(Shortest { word, spelled: "m b".into(), is_paused_order: false, run });
    let page = shown_alone(play.clone());
    let sides = page.one("#odd/short:naive.sides");
    assert_eq!(sides.all("div.film").len(), 1);
    assert!(sides.all("td").iter().any(|cell| cell.words() == "only here"));
    assert!(sides.one("figcaption").words().contains("the shortest that fails"));
    assert_eq!(page.one("code.command").words(), "cargo xtask explore odd/short:naive --replay \"m b\"");
    play.shortest.as_mut().unwrap().is_paused_order = true;
    let page = shown_alone(play);
    assert!(page.all("#odd/short:naive.sides").is_empty(), "the picture above is of the same order");
    assert_eq!(page.all("code.command").len(), 1);
}
