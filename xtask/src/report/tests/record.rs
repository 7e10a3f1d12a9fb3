//! CPython beside ours: the record as it is, missing, out of date, unreadable, and different.

use super::{book, records, shown};
use crate::report::gather;
use crate::report::model::{Mark, Model, Record};
use std::fs;

/// A folder of records with this done to each, gathered.
fn with_records(name: &str, change: impl Fn(&str) -> String) -> Model {
    let folder = std::env::temp_dir().join(format!("async-kata-report-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    for scenario in book().scenarios().filter(|scenario| scenario.python.is_some()) {
        let file = format!("{}.cpython.json", scenario.id);
        let text = fs::read_to_string(records().join(&file)).unwrap();
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, change(&text)).unwrap();
    }
    let model = gather(&folder).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    model
}

/// The page's words, in English.
fn text(model: &Model) -> String {
    shown(model).one("body").words()
}

fn marks(model: &Model) -> Vec<Mark> {
    let twins = model.scenarios().flat_map(|scenario| &scenario.plays).filter_map(|play| play.twin.as_ref());
    twins.flat_map(|twin| &twin.rows).map(|row| row.mark).collect()
}

#[test]
fn the_book_agrees_with_cpython_and_says_where_it_cannot() {
    let model = book();
    for play in model.scenarios().flat_map(|scenario| &scenario.plays) {
        let Some(twin) = &play.twin else { continue };
        assert_eq!(twin.complaint, None, "{}", play.id);
        let differs = twin.rows.iter().any(|row| row.mark != Mark::Same);
        assert_eq!(differs, !twin.differences.is_empty(), "{}: a sign without a sentence, or the reverse", play.id);
    }
    let said = text(&model);
    assert!(said.contains("the same, entry by entry, on CPython 3."));
    assert!(said.contains("≈ a standing difference: cancelled"));
    assert!(said.contains("≈ what main leaves behind asyncio.run cancels; here it is dropped."));
}

#[test]
fn a_missing_record_is_said_and_is_no_error() {
    let model = gather(&records().join("nowhere")).unwrap();
    let is_missing = |record: &Record| matches!(record, Record::Missing { file } if file.ends_with(".cpython.json"));
    assert!(model.scenarios().all(|scenario| is_missing(&scenario.record)));
    let said = text(&model);
    assert!(said.contains("CPython was not asked: there is no record pitfalls/lost-update.cpython.json."));
    assert!(said.contains("cargo xtask oracle --record"));
    assert!(!said.contains("entry by entry and millisecond"));
}

#[test]
fn an_unreadable_record_is_said_too() {
    let model = with_records("unreadable", |_| "{}".into());
    assert!(model.scenarios().all(|scenario| matches!(scenario.record, Record::Unreadable { .. })));
    assert!(text(&model).contains("CPython's record tells nothing"));
}

#[test]
fn a_record_of_an_older_twin_is_said_to_be_one() {
    let model = with_records("stale", |text| text.replace("\"twin_sha256\": \"", "\"twin_sha256\": \"0"));
    let said = text(&model);
    assert!(said.contains("CPython differs: the twin was edited after it was recorded"));
    assert!(!said.contains("entry by entry and millisecond"));
}

/// Its twin has the other plays, so this one is nobody's mistake.
#[test]
fn a_play_without_a_twin_is_no_complaint() {
    let mut model = book();
    model.chapters[0].scenarios[0].plays[1].twin = None;
    let said = text(&model);
    assert!(said.contains("CPython has no counterpart to this play."));
    assert!(!said.contains("CPython differs"));
}

#[test]
fn an_entry_that_differs_is_marked_and_named() {
    let model = with_records("other", |text| text.replace("\"what\":\"wrote 2\"", "\"what\":\"wrote 3\""));
    assert_eq!(marks(&model).iter().filter(|mark| **mark == Mark::Differs).count(), 1);
    let said = text(&model);
    assert!(said.contains("≠ differs: 0 b wrote 3"), "both sides of the row are there");
    assert!(said.contains("CPython differs: entry 8 differs"));
    let fewer = with_records("fewer", |text| {
        text.replace("{\"ms\":0,\"task\":\"b\",\"kind\":\"said\",\"what\":\"wrote 2\"},", "")
    });
    assert!(text(&fewer).contains("≠ differs: nothing"));
}
