//! The page is drawn from the data: without any one of its entries it is another page, and another picture.

use super::{book, odd_runs, picture, whole};
use crate::report::model::{Entry, Model, Run, Scenario};
use async_kata::scenarios::Lang;

/// Why nobody may miss this entry; `None`: somebody must.
fn excuse(entries: &[Entry], nth: usize, in_words: bool) -> Option<&'static str> {
    let entry = &entries[nth];
    let is_life = |entry: &Entry| matches!(&*entry.kind, "polled" | "rested" | "ended" | "failed");
    let alive = entries.iter().rposition(is_life);
    match &*entry.kind {
        "started" if !in_words => Some("the poll that follows begins the lane, too; only the table says it in words"),
        "leaves" if !rests_again(entries, nth) => {
            Some("a wait that was over when the poll began, and no other comes after it")
        }
        "leaves" if !in_words => Some("the line ended where the task was woken; only what there was then tells of it"),
        "woken" if alive < Some(nth) => Some("whom a destructor wakes never runs"),
        "woken" if is_woken_again(entries, nth) => Some("of two wakes before a poll either is enough"),
        "spawned" if entry.what.is_empty() => Some("`main`, which nobody spawns, is simply there"),
        "spawned" if is_awaited_in_line(entries, nth) => Some("its owner polls it, and its lane begins with that"),
        _ => None,
    }
}

/// Whether the task is polled before the poll that was going on then had returned.
fn is_awaited_in_line(entries: &[Entry], nth: usize) -> bool {
    let polled = entries[nth..].iter().position(|it| it.kind == "polled" && it.task == entries[nth].task);
    let before =
        polled.and_then(|at| entries[..nth + at].iter().rfind(|it| it.kind != "woken" && it.kind != "started"));
    before.is_some_and(|before| !matches!(&*before.kind, "rested" | "ended" | "failed" | "cancelled" | "left-over"))
}

/// Whether the task is woken twice without being polled between: once by this entry.
fn is_woken_again(entries: &[Entry], nth: usize) -> bool {
    let of_task = |entry: &&Entry| entry.task == entries[nth].task && matches!(&*entry.kind, "woken" | "polled");
    let before = entries[..nth].iter().rev().find(of_task);
    let after = entries[nth + 1..].iter().find(of_task);
    [before, after].into_iter().flatten().any(|entry| entry.kind == "woken")
}

/// Whether a later poll of the task ends without an end and without a wake by itself, so that all its waits are told.
fn rests_again(entries: &[Entry], nth: usize) -> bool {
    let task = &entries[nth].task;
    let mut ready = false;
    for entry in entries[nth..].iter().filter(|entry| entry.task == *task) {
        match &*entry.kind {
            "woken" => ready |= entry.what == *task,
            "polled" => ready = false,
            "rested" if !ready => return true,
            _ => {}
        }
    }
    false
}

/// A picture from which an entry can be missing unnoticed would be a picture of something else.
#[test]
fn every_entry_changes_the_picture() {
    for (name, run) in odd_runs().into_iter().chain(book_runs()) {
        let whole = picture(&run);
        for nth in 0..run.entries.len() {
            let mut less = run.clone();
            let entry = less.entries.remove(nth);
            let is_missed = picture(&less) != whole;
            assert!(is_missed || excuse(&run.entries, nth, false).is_some(), "{name}: nobody misses {nth}, {entry:?}");
        }
    }
}

fn book_runs() -> Vec<(&'static str, Run)> {
    let model = book();
    model.scenarios().flat_map(|scenario| &scenario.plays).map(|play| ("the book", play.run.clone())).collect()
}

/// The runs of a scenario that its page draws: those in the paused order, and the two beside each other.
fn runs(scenario: &mut Scenario) -> Vec<(String, &mut Run)> {
    let mut runs = Vec::new();
    for play in &mut scenario.plays {
        let id = play.id.clone();
        runs.push((id.clone(), &mut play.run));
        match (&mut play.sides, &mut play.shortest) {
            (Some(sides), _) => {
                runs.push((format!("{id}, failing"), &mut sides.failing.run));
                runs.push((format!("{id}, passing"), &mut sides.passing.run));
            }
            (None, Some(shortest)) if !shortest.is_paused_order => {
                runs.push((format!("{id}, shortest"), &mut shortest.run));
            }
            _ => {}
        }
    }
    runs
}

#[test]
fn every_entry_of_every_run_changes_the_page() {
    let book = book();
    let (mut n_entries, mut n_excused) = (0, 0);
    for scenario in book.scenarios() {
        let mut model = only(scenario);
        let page = whole(&model, Lang::En);
        let n_runs = runs(&mut scenario.clone()).len();
        for nth_run in 0..n_runs {
            let n = runs(&mut model.chapters[0].scenarios[0])[nth_run].1.entries.len();
            for nth in 0..n {
                let mut less = model.clone();
                let mut runs = runs(&mut less.chapters[0].scenarios[0]);
                let (name, run) = &mut runs[nth_run];
                let excused = excuse(&run.entries, nth, true);
                let (name, entry) = (name.clone(), run.entries.remove(nth));
                n_entries += 1;
                n_excused += usize::from(excused.is_some());
                let is_missed = whole(&less, Lang::En) != page;
                assert!(is_missed || excused.is_some(), "{name}: nobody misses {nth}, {entry:?}");
            }
        }
    }
    assert!(n_entries > 500 && n_excused * 8 < n_entries, "{n_excused} of {n_entries} are excused");
}

/// The book with this scenario alone.
fn only(scenario: &Scenario) -> Model {
    let book = book();
    let mut model = Model { chapters: book.chapters[..1].to_vec(), ..book };
    model.chapters[0].scenarios = vec![scenario.clone()];
    model
}

/// What is no entry counts too: an outcome, a row of CPython's, a claim, a statement, a line of code.
#[test]
fn everything_else_of_a_scenario_changes_its_page() {
    for scenario in book().scenarios() {
        let model = only(scenario);
        let page = whole(&model, Lang::En);
        let changed = |what: &str, change: &dyn Fn(&mut Scenario)| {
            let mut less = model.clone();
            change(&mut less.chapters[0].scenarios[0]);
            assert!(whole(&less, Lang::En) != page, "{}: nobody misses {what}", scenario.id);
        };
        for (nth, play) in scenario.plays.iter().enumerate() {
            let has_table = play.explored.schedules > 1 || !play.explored.complete;
            for outcome in 0..if has_table { play.explored.outcomes.len() } else { 0 } {
                changed("an outcome", &|it| drop(it.plays[nth].explored.outcomes.remove(outcome)));
            }
            for row in 0..play.twin.as_ref().map_or(0, |twin| twin.rows.len()) {
                changed(&format!("row {row}"), &|it| drop(it.plays[nth].twin.as_mut().unwrap().rows.remove(row)));
            }
            changed("the claim", &|it| it.plays[nth].claim.uk.push('!'));
            changed("the label", &|it| it.plays[nth].run.verdict.label.uk.push('!'));
        }
        for covers in 0..scenario.covers.len() {
            changed("a statement", &|it| drop(it.covers.remove(covers)));
        }
        changed("a line of Rust", &|it| it.rust.pieces[0].text.push_str("\nx"));
        changed("a line of Python", &|it| it.python.as_mut().unwrap().pieces[0].text.push_str("\nx"));
        changed("the prose", &|it| it.prose.uk.push('!'));
        changed("the title", &|it| it.title.uk.push('!'));
    }
}

#[test]
fn every_statement_and_every_scenario_changes_the_index() {
    let mut model = book();
    for statement in &mut model.statements {
        statement.shown_by.clear();
    }
    model.chapters.iter_mut().for_each(|chapter| chapter.scenarios.clear());
    let page = whole(&model, Lang::En);
    for nth in 0..model.statements.len() {
        let mut less = model.clone();
        let statement = less.statements.remove(nth);
        assert!(whole(&less, Lang::En) != page, "nobody misses {}", statement.id);
    }
    for nth in 0..model.chapters.len() {
        let mut less = model.clone();
        let chapter = less.chapters.remove(nth);
        assert!(whole(&less, Lang::En) != page, "nobody misses {}", chapter.name);
    }
}
