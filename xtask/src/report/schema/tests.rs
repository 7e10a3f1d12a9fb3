//! The published schema is that of the types, report.json is as it says, and its version grows when a promise is broken.

use super::check::{complaints, promises};
use super::schema;
use crate::out::root;
use crate::report::model::SCHEMA_VERSION;
use crate::report::{gather, json};
use serde_json::{Value, json};

const PUBLISHED: &str = include_str!("report.schema.json");
const PROMISES: &str = include_str!("promises.txt");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let cure = "`cargo xtask report`, look at target/report/report.schema.json, and copy it to xtask/src/report/schema";
    assert!(PUBLISHED.replace("\r\n", "\n") == schema(), "the published schema is out of date: {cure}");
}

/// A field more is no new version. One less, or one of another type, is: whoever reads version 2 counts on it.
#[test]
fn what_the_version_promises_is_kept() {
    let kept = promises(&parsed(&schema()));
    let mut lines = PROMISES.lines();
    let version = lines.next().unwrap_or_default();
    let promised: Vec<&str> = lines.collect();
    let anew = "write promises.txt anew";
    assert_eq!(
        version,
        format!("version {SCHEMA_VERSION}"),
        "the version has changed: {anew}, from\n{}",
        kept.join("\n")
    );
    let broken: Vec<_> = promised.iter().filter(|line| !kept.iter().any(|kept| kept == *line)).collect();
    let cure = format!(
        "readers of version {SCHEMA_VERSION} count on it: raise SCHEMA_VERSION and {anew}, or keep the promise"
    );
    assert!(broken.is_empty(), "a promise of report.json is broken: {broken:#?}\n{cure}");
    let more: Vec<_> = kept.iter().filter(|line| !promised.contains(&line.as_str())).collect();
    assert!(more.is_empty(), "report.json promises more: add to promises.txt, in their order, {more:#?}");
}

#[test]
fn report_json_is_as_its_schema_says() {
    let book = gather(&root().join("snapshots")).expect("every play runs");
    let report = parsed(&json(&book));
    assert_eq!(complaints(&parsed(PUBLISHED), &report), [""; 0]);
    assert_eq!(report.as_object().and_then(|report| report.keys().next()).map(String::as_str), Some("$schema"));
    assert_eq!(report["$schema"], "report.schema.json");
    assert_eq!(report["schema_version"], 2);
}

/// A judge that never complains would be none.
#[test]
fn a_report_that_is_not_as_its_schema_says_is_found() {
    let book = gather(&root().join("snapshots")).expect("every play runs");
    let (schema, whole) = (parsed(PUBLISHED), parsed(&json(&book)));
    let play = "/chapters/0/scenarios/0/plays/0";
    let wrong = [
        ("/schema_version", json!(3), "3 is not 2"),
        ("/totals", json!([]), "is no \"object\""),
        ("/totals/plays", json!(-1), "-1 is below 0"),
        ("/totals/plays", json!(1.5), "1.5 is no \"integer\""),
        (&format!("{play}/claim"), json!({ "en": "x" }), "`uk` is missing"),
        (&format!("{play}/claim"), json!({ "en": "x", "uk": "x", "de": "x" }), "does not name `de`"),
        (&format!("{play}/run/entries/0/ms"), json!("0"), "is no \"integer\""),
        (&format!("{play}/twin/rows/0/mark"), json!("alike"), "\"alike\" is not"),
        (&format!("{play}/shortest"), json!(7), "is none of these"),
        (&format!("{play}/sides/failing/steps/0/pick"), json!([1]), "fewer than 2"),
        (&format!("{play}/sides/failing/steps/0/pick"), json!([1, "x", 2]), "more than 2"),
        ("/chapters/0/scenarios/0/record", json!({ "status": "read" }), "`python` is missing"),
    ];
    for (at, value, complaint) in wrong {
        let mut report = whole.clone();
        *report.pointer_mut(at).unwrap_or_else(|| panic!("{at} is not in the report")) = value;
        let told = complaints(&schema, &report).join("\n");
        assert!(told.contains(complaint), "{at}: {told:?} does not say {complaint:?}");
    }
    assert!(complaints(&json!({ "pattern": "x" }), &json!("x"))[0].contains("does not know `pattern`"));
}
