//! Our stories against CPython's: the committed records, read in plain `cargo test`, without Python.

use async_kata::scenarios::{self, Difference, Record, Scenario, Standing, fingerprint};
use async_kata::sim::{self, End};
use async_kata::trace::{Entry, Trace, What};
use std::fs;
use std::path::Path;

fn record(scenario: &Scenario) -> Record {
    let path = format!("{}/snapshots/{}.cpython.json", env!("CARGO_MANIFEST_DIR"), scenario.id);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!("{}: {error}: record it with `cargo xtask oracle --record`", scenario.id);
    });
    Record::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", scenario.id))
}

#[test]
fn every_play_tells_cpythons_story() {
    for scenario in scenarios::all().filter(|scenario| scenario.twin.is_some()) {
        let record = record(scenario);
        for name in record.plays.keys() {
            let play = scenario.play(name).unwrap_or_else(|| panic!("{} has no play {name}", scenario.id));
            let run = sim::run(play.run);
            if let Err(difference) = record.compare(scenario, name, &run.trace, &run.end) {
                panic!("{}:{name}: {difference}", scenario.id);
            }
        }
        let twinned = |name: &str| record.plays.contains_key(name) || name == "tokio";
        assert!(scenario.plays.iter().all(|play| twinned(play.name)), "{}: a play has no twin", scenario.id);
    }
}

/// The pitfalls that the standing divergences are declared for, and no others.
#[test]
fn standing_divergences_are_seen_where_they_belong() {
    let seen = |id: &str, play: &str| {
        let scenario = scenarios::find(id).unwrap();
        let run = sim::run(scenario.play(play).unwrap().run);
        record(scenario).compare(scenario, play, &run.trace, &run.end).unwrap()
    };
    assert_eq!(seen("pitfalls/early-main-exit", "naive"), [Standing::LeftOverIsCancelled]);
    assert_eq!(seen("pitfalls/early-main-exit", "fixed"), []);
    assert_eq!(seen("pitfalls/lost-update", "naive"), []);
}

/// Of no scenario: tests/it/tasks/hops.rs and tests/it/conformance read them.
const OTHERS: &[&str] = &[
    "tasks/hops.cpython.json",
    "conformance/locks.snap",
    "conformance/events.snap",
    "conformance/mutants-of-a-lock.snap",
    "conformance/mutants-of-an-event.snap",
];

#[test]
fn no_record_is_left_without_its_scenario() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots");
    for chapter in fs::read_dir(root).unwrap().map(|chapter| chapter.unwrap().path()) {
        if chapter.ends_with("katas") || chapter.ends_with("models.txt") {
            continue; // the next test; and of loom's models, whose own tests hold it
        }
        for file in fs::read_dir(chapter).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if name.ends_with(".snap.new") {
                continue; // pending: another test says so, and `cargo xtask bless` shows it
            }
            if OTHERS.contains(&name.as_str()) {
                continue;
            }
            let id = name.trim_end_matches(".snap").trim_end_matches(".cpython.json").trim_end_matches(".svg");
            assert!(scenarios::find(id).is_some(), "snapshots/{name} belongs to no scenario: remove it");
        }
    }
}

#[test]
fn no_verdict_is_left_without_its_kata() {
    let syllabus = include_str!("../katas/syllabus.txt").lines().filter(|line| !line.starts_with('#'));
    let katas: Vec<&str> = syllabus.map(|line| line.split(' ').next().unwrap_or(line)).collect();
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/katas"));
    for entry in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let files: Vec<_> = match entry.is_dir() {
            true => fs::read_dir(&entry).unwrap().map(|file| file.unwrap().path()).collect(),
            false => vec![entry],
        };
        for file in files {
            let name = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            let id = name.trim_end_matches(".new").trim_end_matches(".snap");
            let is_known = katas.contains(&id) || id == "hostile";
            assert!(is_known, "snapshots/katas/{name} belongs to no kata: remove it");
        }
    }
}

// ---- the comparison itself, on small records ----

const TWIN: &str = "async def naive(log): ...\n";

fn scenario(differs: &'static [scenarios::Divergence]) -> Scenario {
    Scenario { id: "test/one", source: "", covers: &[], plays: &[], twin: Some(TWIN), differs }
}

fn recorded(entries: &str) -> Record {
    let json = format!(
        r#"{{"schema": 1, "python": "3.13.0", "twin_sha256": "{}", "plays": {{"naive": {{"end": "done", "entries": [{entries}]}}}}}}"#,
        fingerprint(TWIN)
    );
    Record::parse(&json).unwrap()
}

fn said(ms: u64, task: &str, text: &str) -> Entry {
    Entry { ms, task: task.into(), what: What::Said(text.into()) }
}

fn trace(entries: &[Entry]) -> Trace {
    entries.iter().cloned().collect()
}

const ONE: &str = r#"{"ms": 0, "task": "a", "kind": "said", "what": "one"}"#;
const TWO: &str = r#"{"ms": 5, "task": "a", "kind": "said", "what": "two"}"#;

#[test]
fn the_first_differing_entry_is_named() {
    let record = recorded(&format!("{ONE}, {TWO}"));
    let differs = |entries: &[Entry]| {
        record.compare(&scenario(&[]), "naive", &trace(entries), &End::Done(())).unwrap_err().to_string()
    };
    assert_eq!(
        differs(&[said(0, "a", "one"), said(6, "a", "two")]),
        "entry 2 differs\n     ours  6 a said two\n  cpython  5 a said two"
    );
    assert_eq!(
        differs(&[said(0, "a", "one")]),
        "entry 2 differs\n     ours  (the story is over)\n  cpython  5 a said two"
    );
    assert_eq!(
        differs(&[said(0, "a", "one"), said(5, "a", "two"), said(5, "a", "three")]),
        "entry 3 differs\n     ours  5 a said three\n  cpython  (the story is over)"
    );
    let same = trace(&[said(0, "a", "one"), said(5, "a", "two")]);
    assert_eq!(record.compare(&scenario(&[]), "naive", &same, &End::Done(())), Ok(vec![]));
    let end = record.compare(&scenario(&[]), "naive", &same, &End::Deadlock::<()>(vec![])).unwrap_err();
    assert_eq!(end, Difference::End("deadlock".into(), "done".into()));
    let no_play = record.compare(&scenario(&[]), "fixed", &same, &End::Done(())).unwrap_err();
    assert_eq!(no_play, Difference::NoPlay("fixed".into()));
}

const NAMED: &[scenarios::Divergence] = &[scenarios::Divergence {
    play: "naive",
    ours: &["0 a said early"],
    cpython: &["0 a said one", "5 a said two"],
    why: "because",
}];

#[test]
fn a_named_divergence_is_allowed_where_it_occurs_and_must_occur() {
    let record = recorded(&format!("{ONE}, {TWO}"));
    let compare = |entries: &[Entry]| record.compare(&scenario(NAMED), "naive", &trace(entries), &End::Done(()));
    assert_eq!(compare(&[said(0, "a", "early")]), Ok(vec![]));
    let healed = compare(&[said(0, "a", "one"), said(5, "a", "two")]).unwrap_err();
    assert_eq!(healed.to_string(), "the divergence \"because\" does not occur any more: remove it");
}

#[test]
fn an_edited_twin_needs_a_new_record() {
    let mut record = recorded(ONE);
    record.twin_sha256 = fingerprint("async def naive(log): pass\n");
    let stale = record.compare(&scenario(&[]), "naive", &trace(&[said(0, "a", "one")]), &End::Done(())).unwrap_err();
    assert_eq!(stale, Difference::StaleTwin);
    assert_eq!(fingerprint("a\r\nb"), fingerprint("a\nb"), "line ends do not count");
    assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "FIPS 180-2");
}

#[test]
fn a_broken_record_says_what_is_wrong_and_what_to_do() {
    let error = |text: &str| Record::parse(text).unwrap_err().to_string();
    assert!(error("{").contains("then write it anew with `cargo xtask oracle --record`"));
    assert!(error("{}").contains("its schema is null"), "{}", error("{}"));
    let no_entry = r#"{"schema": 1, "python": "3", "twin_sha256": "", "plays": {"naive": {"end": "done", "entries": [{"ms": 0, "task": "a", "kind": "danced"}]}}}"#;
    assert!(error(no_entry).contains("this is no entry"), "{}", error(no_entry));
}

/// After a deadlock CPython's story is over; ours goes on with the left-overs, which do not count. Who is stuck does.
#[test]
fn a_deadlock_is_compared_by_who_is_stuck() {
    let twin = "async def naive(log): ...\n";
    let json = |stuck: &str| {
        let sha = fingerprint(twin);
        format!(
            r#"{{"schema": 1, "python": "3.13.0", "twin_sha256": "{sha}", "plays": {{"naive": {{"end": "deadlock",
                "stuck": [{stuck}], "entries": [{{"ms": 0, "task": "main", "kind": "started", "what": ""}}]}}}}}}"#
        )
    };
    let run = sim::run(std::future::pending::<()>);
    assert_eq!(run.trace.story().count(), 2, "started, and left over");
    let compare =
        |stuck: &str| Record::parse(&json(stuck)).unwrap().compare(&scenario(&[]), "naive", &run.trace, &run.end);
    assert_eq!(compare(r#""main""#), Ok(vec![]));
    let other = Difference::End("deadlock of main".into(), "deadlock of main, a".into());
    assert_eq!(compare(r#""main", "a""#), Err(other));
}

/// What a left-over's destructors say after a cut is no part of the play either.
#[test]
fn what_follows_a_cut_is_not_compared() {
    struct Bell;
    impl Drop for Bell {
        fn drop(&mut self) {
            sim::log("cleans up");
        }
    }
    let recorded = |end: &str| {
        let started = r#"{"ms": 0, "task": "main", "kind": "started", "what": ""}"#;
        let json = format!(
            r#"{{"schema": 1, "python": "3.13.0", "twin_sha256": "{}", "plays": {{"naive": {{"end": "{end}",
                "stuck": [], "entries": [{started}]}}}}}}"#,
            fingerprint(TWIN)
        );
        Record::parse(&json).unwrap()
    };
    let run = sim::run(|| async {
        let _bell = Bell;
        loop {
            async_kata::host::turn().await;
        }
    });
    assert_eq!(run.trace.order(), "main cleans up");
    assert_eq!(recorded("spin").compare(&scenario(&[]), "naive", &run.trace, &run.end), Ok(vec![]));
    let other = Difference::End("spin".into(), "horizon".into());
    assert_eq!(recorded("horizon").compare(&scenario(&[]), "naive", &run.trace, &run.end), Err(other));
}

#[test]
fn a_fraction_of_a_millisecond_has_a_cure_of_its_own() {
    let json = r#"{"schema": 1, "python": "3", "twin_sha256": "", "plays": {"naive": {"end": "done", "entries": [{"ms": 0.5, "task": "a", "kind": "ended"}]}}}"#;
    let error = Record::parse(json).unwrap_err().to_string();
    assert!(error.contains("let the twin sleep whole ones; then write it anew"), "{error}");
}
