//! The table under the pictures: the whole story as text, beside CPython's, and what there was after each step.

use super::html::Element;
use super::{alone, odd_book, of_book, play, run, shown, shown_alone, whole};
use crate::report::model::{Entry, Mark, Model, Play, Row, Run, Twin};
use crate::report::{timeline, words};
use async_kata::scenarios::Lang;

/// A row of the table in words, cell by cell.
fn cells(row: &Element, lang: &str) -> Vec<String> {
    let cells = row.elements().filter(|cell| cell.tag == "td");
    cells.map(|cell| cell.text(lang).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The rows of each film of a stage, without the one that names it.
fn films(stage: &Element) -> Vec<Vec<&Element>> {
    let bodies = stage.one("table.entries").all("tbody");
    bodies.into_iter().map(|body| body.elements().skip(1).collect()).collect()
}

fn rows(play: Play) -> Vec<String> {
    let page = shown_alone(play);
    let stage = page.all("div.stage")[0];
    films(stage)[0].iter().map(|row| cells(row, "en").join("|")).collect()
}

/// The runs that a page has, with the stage in which each is.
fn drawn(model: &Model) -> Vec<(String, usize, Run)> {
    let mut runs = Vec::new();
    for scenario in model.scenarios() {
        for (nth, play) in scenario.plays.iter().enumerate() {
            runs.push((format!("{}.stage", scenario.id), nth, play.run.clone()));
            let id = format!("{}.sides", play.id);
            match (&play.sides, &play.shortest) {
                (Some(sides), _) => {
                    runs.push((id.clone(), 0, sides.failing.run.clone()));
                    runs.push((id, 1, sides.passing.run.clone()));
                }
                (None, Some(shortest)) if !shortest.is_paused_order => runs.push((id, 0, shortest.run.clone())),
                _ => {}
            }
        }
    }
    runs
}

#[test]
fn every_entry_of_the_story_of_every_run_has_its_row() {
    let model = odd_book();
    let page = shown(&model);
    let mut n_entries = 0;
    for (id, nth, run) in drawn(&model) {
        let rows = films(page.one(&format!("#{id}")))[nth].clone();
        let notes = timeline::steps(&run, None).notes;
        for lang in ["en", "uk"] {
            let told: Vec<Vec<String>> = rows.iter().map(|row| cells(row, lang)).collect();
            let mut told = Reader { rows: &told, row: 0, from: 0, step: None };
            for (entry, note) in run.entries.iter().zip(&notes).filter(|(entry, _)| entry.is_story()) {
                n_entries += 1;
                let both = words::entry(entry, None);
                let text = if lang == "en" { both.en } else { both.uk };
                // What no page can hold is replaced.
                let text = text.replace('\u{fffe}', "\u{fffd}").split_whitespace().collect::<Vec<_>>().join(" ");
                let step = told.find(&entry.task, &text);
                let step =
                    step.unwrap_or_else(|| panic!("{id}, film {nth}: {entry:?} has no row in its place, in {lang}"));
                assert!(
                    note.step.is_none() || step == note.step,
                    "{id}, film {nth}: {entry:?} is of {note:?}, not {step:?}"
                );
            }
        }
    }
    assert!(n_entries > 300, "only {n_entries} entries");
}

/// Reads the rows once, from the first to the last.
struct Reader<'a> {
    rows: &'a [Vec<String>],
    row: usize,
    from: usize,
    step: Option<usize>,
}

impl Reader<'_> {
    /// The step in whose row this stands, after whatever was found before.
    fn find(&mut self, task: &str, text: &str) -> Option<Option<usize>> {
        loop {
            let cells = self.rows.get(self.row)?;
            self.step = cells[0].parse().ok().or(self.step);
            let found = cells[3][self.from..].find(text).filter(|_| cells[2] == task);
            if let Some(at) = found {
                self.from += at + text.len();
                return Some(self.step);
            }
            (self.row, self.from) = (self.row + 1, 0);
        }
    }
}

#[test]
fn every_step_has_rows_and_every_first_row_its_number() {
    let model = odd_book();
    let page = shown(&model);
    for (id, nth, run) in drawn(&model) {
        let rows = films(page.one(&format!("#{id}")))[nth].clone();
        let numbers: Vec<usize> = rows.iter().filter_map(|row| cells(row, "en")[0].parse().ok()).collect();
        let n_steps = timeline::steps(&run, None).n_steps();
        assert_eq!(numbers, (1..=n_steps).collect::<Vec<_>>(), "{id}, film {nth}");
        let n_ends = rows.iter().filter(|row| cells(row, "en").len() >= 8).count();
        assert_eq!(n_ends, n_steps, "{id}, film {nth}: what there was stands in the last row of each step");
    }
}

/// Written by hand: who is whose, what there is, and nothing twice.
#[test]
fn a_row_says_who_what_and_what_there_was_then() {
    let lines = "0 m polled\n0 a spawned m\n0 m waits task a\n0 m rested\n0 a started\n0 a polled\n0 a holds Lock 1\n\
        0 a waits the clock, until 7 ms\n0 a said took it\n0 a rested\n0 b polled\n0 b waits Lock 1\n0 b rested\n\
        7 a woken\n7 a polled\n7 a leaves the clock, until 7 ms\n7 a frees Lock 1\n7 b woken a\n7 a ended\n7 m woken\n\
        7 b polled\n7 b leaves Lock 1\n7 b ended\n7 m polled\n7 m said all is well\n7 m ended";
    let mut run = run("done", lines);
    let holds = run.entries.iter().position(|entry| entry.kind == "holds").unwrap();
    let file = of_file();
    run.entries[holds].at = Some(format!("{file}:31:7"));
    let expected = [
        "1|0|m|waits for a|+a|a|m → a|",
        "2||a|started, took it, until 7 ms||–|Lock 1: a :31; m → a|a: 7",
        "3||b|waits for Lock 1||nobody, +7 ms: a|Lock 1: a :31 ← b; m → a|a: 7",
        "4|7|a|ended|b, m|b, m||",
        "5||b|ended||m||",
        "6||m|all is well, ended||–||",
    ];
    assert_eq!(rows(play("odd/hand:naive", run)), expected);
}

/// The Rust file of the scenario that `alone` puts plays into.
fn of_file() -> String {
    let model = alone(of_book("pitfalls/lost-update:naive"));
    model.scenarios().next().unwrap().rust.path.clone()
}

fn entry(ms: u64, task: &str, kind: &'static str, what: &str) -> Entry {
    Entry { ms, task: task.into(), kind: kind.into(), what: what.into(), at: None }
}

fn beside(rows: Vec<Row>) -> Play {
    let ours: Vec<Entry> = rows.iter().filter_map(|row| row.ours.clone()).collect();
    let mut entries = Vec::new();
    for entry in ours {
        entries.push(Entry { kind: "polled".into(), what: String::new(), ..entry.clone() });
        entries.push(entry);
    }
    let run = Run { entries, ..run("done", "") };
    let twin = Twin { end: "done".into(), rows, differences: Vec::new(), complaint: None };
    Play { twin: Some(twin), ..play("odd/twin:naive", run) }
}

/// What is the same needs no second word, what differs says so, and whose and when only where that is another.
#[test]
fn cpythons_entry_stands_beside_ours_with_its_sign() {
    let row = |mark, ours, cpython| Row { mark, ours, cpython };
    let hello = |ms, task: &str| Some(entry(ms, task, "said", "hello"));
    let page = shown_alone(beside(vec![
        row(Mark::Same, hello(0, "a"), hello(0, "a")),
        row(Mark::Standing, Some(entry(1, "a", "left-over", "")), Some(entry(1, "a", "cancelled", ""))),
        row(Mark::Named, hello(1, "b"), hello(1, "c")),
        row(Mark::Named, hello(2, "b"), hello(3, "b")),
        row(Mark::Differs, hello(4, "b"), Some(entry(4, "b", "said", "goodbye"))),
        row(Mark::Differs, hello(5, "b"), None),
        row(Mark::Named, None, hello(6, "b")),
    ]));
    let films = films(page.all("div.stage")[0]);
    let told = |lang| films[0].iter().map(|row| cells(row, lang)[2..5].join("|")).collect::<Vec<_>>();
    let expected = [
        "a|hello|=",
        "a|left over|≈ a standing difference: cancelled",
        "b|hello|≈ a named difference: 1 c hello",
        "b|hello|≈ a named difference: 3 b hello",
        "b|hello|≠ differs: 4 b goodbye",
        "b|hello|≠ differs: nothing",
        "||≈ a named difference: 6 b hello",
    ];
    assert_eq!(told("en"), expected);
    assert_eq!(told("uk")[1], "a|покинута|≈ постійна відмінність: скасована");
    let loud: Vec<bool> = films[0].iter().map(|row| row.has_class("differs")).collect();
    assert_eq!(loud, [false, false, false, false, true, true, false]);
    let heads = page.one("table.entries").all("th").into_iter().map(|head| head.words()).collect::<Vec<_>>();
    assert!(heads.contains(&"CPython".to_string()));
}

#[test]
fn without_a_twin_there_is_no_column_for_one() {
    let page = shown_alone(Play { twin: None, ..of_book("pitfalls/lost-update:fixed") });
    let heads: Vec<String> =
        page.one("table.entries").one("thead").all("th").into_iter().map(|it| it.words()).collect();
    assert!(!heads.contains(&"CPython".to_string()));
    assert_eq!(heads.len(), 8);
    let with = shown_alone(of_book("pitfalls/lost-update:fixed"));
    assert_eq!(with.one("table.entries").one("thead").all("th").len(), 9);
}

#[test]
fn what_is_left_out_is_counted() {
    let mut play = of_book("pitfalls/lost-update:fixed");
    let of = |play: &Play| shown_alone(play.clone()).one("table.entries").one("tbody").all("th")[0].words();
    assert_eq!(of(&play), "fixed");
    play.run.left_out = 123_456;
    assert_eq!(of(&play), "fixed (not shown: 123456)");
    assert!(whole(&alone(play), Lang::Uk).contains(">ще 123456</text>"), "and the picture says it, too");
}

/// Whoever sees no picture reads the same: it is hidden from him, and the table is not.
#[test]
fn the_table_is_there_for_whoever_sees_no_picture() {
    let page = shown(&odd_book());
    assert!(page.all("div.film").iter().all(|film| film.get("aria-hidden") == Some("true")));
    for stage in page.all("div.stage") {
        assert_eq!(stage.one("table.entries").all("tbody").len(), stage.all("div.film").len());
        assert_eq!(stage.one("details.steps").elements().next().unwrap().tag, "summary");
    }
}
