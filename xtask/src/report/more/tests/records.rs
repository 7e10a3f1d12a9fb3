//! Models, laws, gallery and measurements: what is read of each record.

use super::Copy;
use crate::out::root;
use crate::report::both::Both;
use crate::report::more::More;
use crate::report::more::laws::{Extent, Verdict};
use async_kata::conformance::laws;
use async_kata::sync;
use std::time::{Duration, Instant};

#[test]
fn each_model_is_read_with_its_bound_and_with_what_it_catches() {
    let models = More::gather(&root()).models.whole();
    let names: Vec<&str> = models.primitives.iter().map(|primitive| primitive.name.as_str()).collect();
    assert_eq!(names, ["barrier", "condition", "event", "lock", "queue", "semaphore"]);
    let all = || models.primitives.iter().flat_map(|primitive| &primitive.models);
    let blind: Vec<_> = all().filter(|model| model.catches.is_none()).map(|model| &model.id).collect();
    assert!(blind.is_empty(), "no mutation is named for {blind:?}");
    assert_eq!((models.models, models.mutations), (all().count(), all().count()));
    assert!(models.unbounded > 0 && models.unbounded < models.models);
    for model in all() {
        let ended: usize = model.ends.iter().map(|ended| ended.executions).sum();
        assert_eq!(ended, model.executions, "{}", model.id);
        let named = model.name.strip_suffix("_preemptions").and_then(|name| name.rsplit_once('_')).map(|(_, n)| n);
        assert_eq!(model.bound.map(|n| n.to_string()).as_deref(), named, "{}: the name says its bound", model.id);
    }
}

#[test]
fn each_law_has_its_verdicts_and_how_far_it_was_looked_at() {
    let laws = More::gather(&root()).laws.whole();
    let [locks, events] = &laws.contracts[..] else { panic!("two contracts") };
    assert_eq!((locks.laws.len(), events.laws.len()), (15, 12));
    for contract in [locks, events] {
        let mut differs = 0;
        for law in &contract.laws {
            assert_eq!(law.verdicts.len(), contract.subjects.len(), "{}", law.name);
            assert!(law.extent.is_some(), "ours does not keep {}", law.name);
            assert!(law.broken_by > 0, "no mutant breaks {}", law.name);
            differs += law.verdicts.iter().filter(|verdict| **verdict != Verdict::Holds).count();
        }
        assert_eq!(differs, contract.differences.len(), "each difference has its reason");
    }
    assert_eq!(events.laws[7].verdicts[3], Verdict::Chance);
    let mutant = locks.mutants.iter().find(|mutant| mutant.name == "NotPassedOn").unwrap();
    let breach = &mutant.breaks[0];
    assert_eq!((breach.law.as_str(), breach.end.en.as_str()), ("who_is_cancelled_leaves_no_hole", "deadlock"));
    assert_eq!(breach.extent, Extent::Swept { cuts: 1, schedules: 21, failing: 6, complete: true });
}

/// Each extent of the library is read out of its text as it is.
#[test]
fn extents_are_read_as_the_library_prints_them() {
    let begun = Instant::now();
    let mut seen = Vec::new();
    for law in laws::lock::all::<sync::Lock<()>>().into_iter().chain(laws::event::all::<sync::Event>()) {
        let extent = (law.run)().unwrap();
        assert_eq!(Extent::read(&extent.to_string()), Some(extent.clone().into()), "{extent}");
        seen.push(extent);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "a report judges ours: that is to be quick");
    assert!(seen.iter().any(|extent| extent.to_string().contains("cuts")));
    assert_eq!(Extent::read("12 of 24 schedules looked at"), None);
}

#[test]
fn a_table_of_other_laws_is_out_of_date() {
    let copy = Copy::new();
    copy.change("snapshots/conformance/locks.snap", |text| {
        text.replace("first_come_first_served ", "last_come_first_served ")
    });
    let (file, why) = copy.gather().laws.wrong().unwrap();
    assert_eq!(file, "snapshots/conformance/locks.snap");
    assert!(why.en.starts_with("it has other laws"), "{why:?}");
}

#[test]
fn each_case_has_its_code_its_words_and_what_to_do_instead() {
    let gallery = More::gather(&root()).gallery.whole();
    assert!(gallery.cases.len() >= 6);
    for case in &gallery.cases {
        assert!(case.told.starts_with("error"), "{}: {}", case.name, case.told);
        assert!(case.told.contains(&format!("--> {}:", case.path)), "{}", case.name);
        assert!(case.code.starts_with(&format!("//! {}", case.title.en)), "{}", case.name);
        assert!(case.instead.en != case.title.en, "{}", case.name);
    }
}

#[test]
fn a_case_without_words_and_words_without_a_case_are_seen() {
    let copy = Copy::new();
    copy.change("tests/ui/words.txt", |text| text.replace("\nforgotten_await\n", "\nforgotten\n"));
    let (file, why) = copy.gather().gallery.wrong().unwrap();
    assert_eq!((file.as_str(), why.en.as_str()), ("tests/ui/words.txt", "`forgotten_await` is missing"));
    copy.change("tests/ui/words.txt", |text| {
        text.replace("\nforgotten\n", "\nforgotten_await\n") + "\ngone\nНемає.\nNothing.\nНічого.\n"
    });
    let (_, why) = copy.gather().gallery.wrong().unwrap();
    assert_eq!(why, Both::new("`gone` is no case", "`gone` — не випадок"));
}

#[test]
fn what_bench_kept_is_a_table_of_workloads_by_tools() {
    let copy = Copy::new();
    copy.change("target/bench.json", |_| crate::bench::kept_of_a_small_run());
    let bench = copy.gather().bench.whole();
    assert_eq!(bench.tools[..2], ["async-kata", "tokio"]);
    assert!(bench.optimised && bench.peers == cfg!(feature = "peers") && bench.rounds == 1);
    assert!(bench.versions.contains_key("tokio"));
    for row in &bench.rows {
        assert_eq!(row.cells.len(), bench.tools.len(), "{}", row.name.en);
        let [Some(ours), Some(tokio), ..] = &row.cells[..] else { panic!("{}: ours and tokio's", row.name.en) };
        assert!(ours.min_ratio > Some(0.0) && tokio.min_ratio == Some(1.0), "{row:?}");
        assert!(tokio.nanoseconds > Some(0.0), "{row:?}");
    }
    assert!(bench.weights.iter().any(|weight| weight.tool == "async-kata" && weight.primitive.uk == "м’ютекс"));
}

#[test]
fn where_only_other_parts_were_measured_there_is_no_table() {
    let copy = Copy::new();
    copy.change("target/bench.json", |_| r#"{"tasks": {"optimised": true, "peers": false, "measured": {}}}"#.into());
    assert_eq!(copy.gather().bench, super::Read::Missing { file: "target/bench.json".into() });
}

/// A tool that has no such primitive has a cell too: an empty one.
#[test]
fn a_tool_without_a_primitive_has_an_empty_cell() {
    let copy = Copy::new();
    let score = |tool: &str| {
        format!(r#"{{"tool":"{tool}","is_fifo":true,"is_exact":true,"min":2,"min_ratio":1,"median_ratio":null}}"#)
    };
    let rows = format!(r#"{{"row":"a","tools":[{}]}},{{"row":"b","tools":[{}]}}"#, score("x"), score("y"));
    let measured = format!(r#"{{"primitives":{{"rounds":3,"versions":{{}},"rows":[{rows}],"memory":[]}}}}"#);
    copy.change("target/bench.json", |_| {
        format!(r#"{{"primitives":{{"optimised":false,"peers":true,"measured":{measured}}}}}"#)
    });
    let bench = copy.gather().bench.whole();
    let there: Vec<Vec<bool>> = bench.rows.iter().map(|row| row.cells.iter().map(Option::is_some).collect()).collect();
    assert_eq!(there, [[true, false], [false, true]]);
    assert!(!bench.optimised);
}

/// Numbers of other code than there is now say so.
#[test]
fn a_measurement_knows_whether_its_code_is_still_there() {
    let copy = Copy::new();
    let small = crate::bench::kept_of_a_small_run();
    let measured = crate::bench::code(&root()).unwrap();
    copy.change("src/sync/lock.rs", |_| "fn lock() {}".into());
    copy.change("target/bench.json", |_| small.clone());
    assert!(!copy.gather().bench.whole().is_current, "another lock");
    let code = crate::bench::code(&copy.0).unwrap();
    copy.change("target/bench.json", |_| small.replace(&measured, &code));
    assert!(copy.gather().bench.whole().is_current);
    copy.change("target/bench.json", |_| small.replace(&format!("\"{measured}\""), "null"));
    assert!(!copy.gather().bench.whole().is_current, "nobody knows");
}
