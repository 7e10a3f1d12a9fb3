//! Reads a former report.json, so that it can be drawn again without running anything.

use super::gather::MOST_ENTRIES;
use super::model::{Model, Play, Run, SCHEMA_VERSION};
use serde_json::{Error, Value};
use std::collections::BTreeSet;

/// The ids of what is no scenario.
const PAGES: [&str; 8] = ["index", "reading", "asyncio", "compiler", "models", "peers", "katas", "statements"];

/// The largest number that every reader of JSON reads alike. No run counts so far, and none that counts further is drawn.
const MOST: u64 = (1 << 53) - 1;

/// A report.json's model. What this program does not know of it is passed over: a field more is no new version.
///
/// # Errors
/// In a sentence, when it is no JSON, no report, or one of another version.
pub(crate) fn from_json(text: &str) -> Result<Model, String> {
    // Some editors begin a file with a mark of its encoding.
    let text = text.trim_start_matches('\u{feff}');
    let value: Value = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    // This first: of another version the rest may mean anything.
    match value.get("schema_version") {
        None => return Err("it is no report: it has no schema_version".into()),
        Some(version) if *version != SCHEMA_VERSION => {
            return Err(format!("its schema_version is {version}, and this program reads {SCHEMA_VERSION}"));
        }
        Some(_) => {}
    }
    if let Some(number) = too_large(&value) {
        return Err(format!("it is no report: no run counts to {number}"));
    }
    let model: Model = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
    match complaint(&model) {
        None => Ok(model),
        Some(complaint) => Err(format!("it is no report of this program: {complaint}")),
    }
}

/// What a report never has: the page would take for ever, or have one id twice.
fn complaint(model: &Model) -> Option<String> {
    let plays = || model.scenarios().flat_map(|scenario| &scenario.plays);
    if let Some(run) = plays().flat_map(runs).find(|run| run.entries.len() > MOST_ENTRIES) {
        return Some(format!("a run has {} entries, and none has more than {MOST_ENTRIES}", run.entries.len()));
    }
    let mut ids: BTreeSet<&str> = PAGES.into_iter().collect();
    let chapters = model.chapters.iter().map(|chapter| &chapter.name);
    let all = chapters.chain(model.scenarios().map(|scenario| &scenario.id)).chain(plays().map(|play| &play.id));
    let twice = all.map(String::as_str).find(|id| !ids.insert(id));
    twice.map(|id| format!("the id {id} is there twice, or is one of the page's own"))
}

fn runs(play: &Play) -> Vec<&Run> {
    let sides = play.sides.iter().flat_map(|sides| [&sides.failing.run, &sides.passing.run]);
    [&play.run].into_iter().chain(play.shortest.iter().map(|shortest| &shortest.run)).chain(sides).collect()
}

fn too_large(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64().filter(|number| *number > MOST),
        Value::Array(items) => items.iter().find_map(too_large),
        Value::Object(fields) => fields.values().find_map(too_large),
        _ => None,
    }
}

/// With the line and the column, which the error has at its end.
fn unreadable(error: &Error) -> String {
    if error.is_data() { format!("it is no report: {error}") } else { format!("it is not JSON: {error}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::out::root;
    use crate::report::both::Both;
    use crate::report::model::{Entry, Record};
    use crate::report::{exports, gather, json, page, picture};
    use async_kata::scenarios::Lang;

    fn book() -> Model {
        gather(&root().join("snapshots")).expect("every play runs")
    }

    /// All that is drawn is the same, byte for byte.
    fn assert_drawn_alike(name: &str, model: &Model) {
        let written = json(model);
        let read = from_json(&written).unwrap_or_else(|error| panic!("{name}: {error}"));
        for lang in [Lang::En, Lang::Uk] {
            assert!(page(&read, lang) == page(model, lang), "{name}: the page is another");
        }
        assert!(picture(&read) == picture(model), "{name}: the picture is another");
        assert!(exports(&read) == exports(model), "{name}: an export is another");
        assert!(json(&read) == written, "{name}: report.json is another");
    }

    #[test]
    fn a_report_that_is_read_is_drawn_as_the_one_that_ran() {
        assert_drawn_alike("the book", &book());
    }

    /// Nothing of report.json is lost on the way in: it holds no field that the model does not.
    #[test]
    fn every_field_is_read() {
        let written = json(&book());
        let value: Value = serde_json::from_str(&written).expect("it is JSON");
        let read = from_json(&written).expect("it is a report");
        assert!(serde_json::to_value(read).expect("it is JSON") == value);
    }

    type Oddity = (&'static str, fn(&mut Model));

    /// What a report may hold, and the book does not.
    const ODDITIES: [Oddity; 6] = [
        ("no chapter", |model| model.chapters.clear()),
        ("no scenario", |model| model.chapters[0].scenarios.clear()),
        ("an empty run", |model| model.chapters[0].scenarios[0].plays[0].run.entries.clear()),
        ("nothing beside it", |model| {
            let scenario = &mut model.chapters[0].scenarios[0];
            (scenario.python, scenario.record) = (None, Record::Unreadable { why: "</script>".into() });
            let play = &mut scenario.plays[0];
            (play.shortest, play.sides, play.twin) = (None, None, None);
            play.run.left_out = MOST;
        }),
        ("hostile texts", |model| {
            let text = "</script><b>\"'&amp;\\ \u{0}\u{7}\u{2028}\u{fffe}🙂 `x` \r\n\t";
            let play = &mut model.chapters[0].scenarios[0].plays[0];
            (play.claim, play.run.end.name) = (Both::new(text, "інше"), text.into());
            play.surprises = vec![Both::same(text)];
            play.run.entries.iter_mut().for_each(|entry| entry.what = text.into());
            play.run.entries.push(Entry {
                ms: MOST,
                task: text.into(),
                kind: text.into(),
                what: String::new(),
                at: Some(text.into()),
            });
        }),
        ("a deadlock with all its parts", |model| {
            let stuck = model.scenarios().flat_map(|scenario| &scenario.plays).find(|play| play.run.waits.is_some());
            let stuck = stuck.expect("the book has a deadlock").clone();
            let named = |nth: usize| Play { id: format!("pitfalls/lost-update:{nth}"), ..stuck.clone() };
            model.chapters[0].scenarios[0].plays = (0..3).map(named).collect();
        }),
    ];

    /// The page would have an id twice, or take for ever: whoever wrote that was no report.
    #[test]
    fn what_no_report_has_is_refused() {
        let refused = |change: fn(&mut Model)| {
            let mut model = book();
            change(&mut model);
            from_json(&json(&model)).map(drop).expect_err("it is refused")
        };
        let twice = refused(|model| {
            let scenario = model.chapters[0].scenarios[0].clone();
            model.chapters[0].scenarios.push(scenario);
        });
        assert!(twice.ends_with("the id pitfalls/lost-update is there twice, or is one of the page's own"), "{twice}");
        let index = refused(|model| model.chapters[0].scenarios[0].id = "index".into());
        assert!(index.contains("the id index is there twice"), "{index}");
        let long = refused(|model| {
            let run = &mut model.chapters[0].scenarios[0].plays[0].run;
            let entry = run.entries[0].clone();
            run.entries.resize(MOST_ENTRIES + 1, entry);
        });
        assert!(long.ends_with("a run has 401 entries, and none has more than 400"), "{long}");
    }

    #[test]
    fn odd_reports_are_drawn_alike_too() {
        for (name, change) in ODDITIES {
            let mut model = book();
            change(&mut model);
            assert_drawn_alike(name, &model);
        }
    }

    #[test]
    fn what_is_no_report_is_refused_with_its_place() {
        let whole = json(&book());
        let wrong = [
            (String::new(), "it is not JSON: EOF while parsing a value at line 1 column 0"),
            ("<html>".into(), "it is not JSON: expected value at line 1 column 1"),
            (whole[..whole.len() / 2].into(), "it is not JSON: EOF while parsing"),
            (whole.clone() + "x", "it is not JSON: trailing characters at line"),
            ("[]".into(), "it is no report: it has no schema_version"),
            ("{}".into(), "it is no report: it has no schema_version"),
            (r#"{"schema_version": 1}"#.into(), "its schema_version is 1, and this program reads 2"),
            (r#"{"schema_version": "2"}"#.into(), "its schema_version is \"2\", and this program reads 2"),
            ("{\n\"schema_version\": 2\n}".into(), "it is no report: missing field `totals` at line 3 column 1"),
            (
                whole.replacen("\"ms\": 0", "\"ms\": 9007199254740992", 1),
                "it is no report: no run counts to 9007199254740992",
            ),
            (
                whole.replacen("\"ms\": 0", "\"ms\": -1", 1),
                "it is no report: invalid value: integer `-1`, expected u64 at line",
            ),
        ];
        for (text, expected) in wrong {
            let error = from_json(&text).expect_err(expected);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_field_more_and_a_mark_of_the_encoding_are_passed_over() {
        let whole = json(&book());
        let more = whole.replacen("\"totals\"", "\"comment\": [1], \"totals\"", 1);
        let read = from_json(&format!("\u{feff}{more}")).expect("a field more is no new version");
        assert!(json(&read) == whole);
    }
}
