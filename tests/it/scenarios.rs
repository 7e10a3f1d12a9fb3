//! Every play of the book: its hand-written order, its verdict, its snapshot, its counts, and its three worlds.

use async_kata::explore::{self, Found};
use async_kata::scenarios::{self, Main, Play, Scenario, Verdict};
use async_kata::sim::{self, Run};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn every_play() -> impl Iterator<Item = (&'static Scenario, &'static Play)> {
    scenarios::all().flat_map(|scenario| scenario.plays.iter().map(move |play| (scenario, play)))
}

pub(super) fn run(play: &Play) -> Run<Verdict> {
    sim::run(play.run)
}

pub(super) fn explored(play: &Play) -> Found {
    let explorer = explore::every(play.run).main_competes(play.main == Main::Competes);
    explorer.judge(|run| scenarios::judge(&run.end)).unwrap_or_else(|error| panic!("{}: {error}", play.name))
}

#[test]
fn every_play_ends_as_it_declares() {
    for (scenario, play) in every_play() {
        let run = run(play);
        assert_eq!(run.end.name(), play.ends, "{}:{}: {}", scenario.id, play.name, run.end);
    }
}

/// `ORDER` is the lesson, written by hand and never generated: what is said, in order.
#[test]
fn every_play_says_what_its_order_says() {
    for (scenario, play) in every_play() {
        assert_eq!(run(play).trace.order(), play.order, "{}:{}", scenario.id, play.name);
    }
}

#[test]
fn every_count_of_schedules_is_the_declared_one() {
    for (scenario, play) in every_play() {
        let found = explored(play);
        let counts = (found.failing, found.schedules);
        assert_eq!(counts, (play.expect.failing, play.expect.of), "{}:{}", scenario.id, play.name);
        assert!(found.complete, "{}:{} was not explored to its end", scenario.id, play.name);
    }
}

/// A pitfall goes wrong in some schedule; its cure in none.
#[test]
fn a_pitfall_fails_naive_and_holds_fixed() {
    for scenario in scenarios::all().filter(|scenario| scenario.id.starts_with("pitfalls/")) {
        let expect = |name: &str| scenario.play(name).unwrap_or_else(|| panic!("{} has no {name}", scenario.id)).expect;
        assert!(expect("naive").failing > 0, "{}: naive never fails", scenario.id);
        assert_eq!(expect("fixed").failing, 0, "{}: fixed fails", scenario.id);
    }
}

/// The same compiled function: in the paused order, in every order, and on a plain multi-thread runtime, where seats
/// and `log` do nothing; but for a play whose lesson is that it never ends. The paused order is one of those explored.
#[test]
fn every_play_runs_in_three_worlds() {
    for (scenario, play) in every_play() {
        let paused = run(play);
        let found = explored(play);
        assert!(found.tells(&paused.trace), "{}:{}: the paused order is not explored", scenario.id, play.name);
        assert_eq!(paused.strays, 0, "{}:{}", scenario.id, play.name);

        if play.ends != "done" {
            continue; // on a real runtime nobody would ever come back from it
        }
        let plain = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
        let verdict = plain.block_on(async { tokio::spawn((play.run)()).await.unwrap() });
        if play.expect.failing == 0 {
            assert_eq!(verdict, scenarios::judge(&paused.end), "{}:{}", scenario.id, play.name);
        } else {
            // On real threads and a real clock a pitfall may or may not spring, in ways that no schedule of the paused
            // clock has (a slow machine wakes both timers late). That it comes to its end is what can be asked of it.
            let (Ok(label) | Err(label)) = &verdict;
            assert!(!label.is_empty(), "{}:{} ends without a word", scenario.id, play.name);
        }
    }
}

/// What a snapshot pins of one scenario.
fn evidence(scenario: &Scenario) -> String {
    let mut text = format!("{}\n{}\n", scenario.id, scenario.title());
    for play in scenario.plays {
        let (run, found) = (run(play), explored(play));
        let verdict = match scenarios::judge(&run.end) {
            Ok(what) => format!("passes: {what}"),
            Err(what) => format!("fails: {what}"),
        };
        let _ = write!(text, "\n== {}: {}\n{verdict}\n{found}\n", play.name, play.claim);
        for outcome in &found.outcomes {
            let (mark, count, all) = (if outcome.passes { "passes" } else { "fails" }, outcome.count, found.schedules);
            let _ = write!(text, "  {mark} {count} of {all}: {}", outcome.label);
            if !outcome.witness.steps().is_empty() {
                let _ = write!(text, "; for example: {}", outcome.witness);
            }
            text.push('\n');
        }
        let _ = write!(text, "\n{}", run.trace.table());
    }
    text
}

#[test]
fn every_scenario_is_as_its_snapshot() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let drifted: Vec<&str> = scenarios::all()
        .filter(|scenario| {
            let (chapter, name) = scenario.id.split_once('/').expect("an id is chapter/scenario");
            let mut settings = settings.clone();
            settings.set_snapshot_path(format!("{}/snapshots/{chapter}", env!("CARGO_MANIFEST_DIR")));
            let check = || settings.bind(|| insta::assert_snapshot!(name, evidence(scenario)));
            catch_unwind(AssertUnwindSafe(check)).is_err()
        })
        .map(|scenario| scenario.id)
        .collect();
    assert!(drifted.is_empty(), "drifted from the snapshot: {drifted:?}; see the change with `cargo xtask bless ID`");
}

#[test]
fn ids_titles_and_statements_are_in_order() {
    let known: Vec<&str> = scenarios::statements().iter().map(|statement| statement.id).collect();
    let mut ids = Vec::new();
    for chapter in scenarios::CHAPTERS {
        for scenario in chapter.scenarios {
            assert!(scenario.id.starts_with(&format!("{}/", chapter.name)), "{} is in {}", scenario.id, chapter.name);
            assert!(scenario.title().len() <= 100 && scenario.title().ends_with('.'), "{}", scenario.title());
            assert!(scenario.prose().len() > 200, "{} has no prose", scenario.id);
            assert!(scenario.code().starts_with("use "), "{}: the code follows the prose", scenario.id);
            for covered in scenario.covers {
                assert!(known.contains(covered), "{} covers {covered}, which is no statement", scenario.id);
            }
            ids.push(scenario.id);
        }
    }
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "two scenarios share an id");
    assert!(scenarios::find("pitfalls/lost-update").is_some());
    assert!(scenarios::find("pitfalls/nothing").is_none());
}
