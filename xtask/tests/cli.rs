//! The command line as its user meets it: what it prints, and how it exits.

use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn xtask(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.env_remove("ASYNC_KATA_LANG");
    command.args(arguments).stdin(Stdio::null()).output().expect("xtask starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it exits")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it prints text")
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it prints text")
}

#[test]
fn help_is_no_error_and_a_wrong_argument_is_usage() {
    for command in ["list", "play", "explore", "oracle", "bless", "report", "kata", "grade", "bench", "ci"] {
        let help = xtask(&[command, "--help"]);
        assert_eq!(code(&help), 0, "{command}");
        assert!(out(&help).contains("Usage: cargo xtask"), "{command}: {}", out(&help));
    }
    assert!(out(&xtask(&["--help"])).contains("Exit codes: 0 ok"));
    let cases: [&[&str]; 5] = [&[], &["lst"], &["play"], &["explore", "x", "--bound", "many"], &["list", "--jsn"]];
    for wrong in cases {
        let output = xtask(wrong);
        assert_eq!(code(&output), 1, "{wrong:?}");
        assert!(out(&output).is_empty() && !told(&output).is_empty(), "{wrong:?}");
    }
    assert!(told(&xtask(&["lst"])).contains("'list'"), "{}", told(&xtask(&["lst"])));
}

#[test]
fn an_unknown_id_selects_nothing_and_suggests() {
    for command in ["play", "explore", "bless"] {
        let output = xtask(&[command, "pitfalls/lost-updat"]);
        assert_eq!(code(&output), 4, "{command}");
        assert!(told(&output).contains("did you mean pitfalls/lost-update?"), "{}", told(&output));
    }
}

#[test]
fn play_prints_an_object_a_line() {
    let output = xtask(&["play", "pitfalls/lost-update:naive", "--json"]);
    assert_eq!(code(&output), 0);
    let text = out(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2], r#"{"ms":0,"task":"a","kind":"said","what":"read 0"}"#);
    assert_eq!(lines.len(), 11);
    assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    let both = xtask(&["play", "pitfalls/lost-update", "--json"]);
    assert_eq!(code(&both), 1);
    assert!(told(&both).contains("pitfalls/lost-update:naive or pitfalls/lost-update:fixed"));
}

#[test]
fn play_prints_a_table_with_a_verdict_and_a_next_command() {
    let text = out(&xtask(&["play", "pitfalls/early-main-exit"]));
    for part in [
        "10  ·          ·          (left over)",
        "fails, as it should: 1 of 2 saved",
        "passes: both saved",
        "next: cargo xtask explore pitfalls/early-main-exit:fixed",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour in a pipe");
}

#[test]
fn explore_counts_and_replays() {
    let found: Value =
        serde_json::from_str(&out(&xtask(&["explore", "pitfalls/lost-update:naive", "--json"]))).unwrap();
    assert_eq!((&found["schedules"], &found["failing"], &found["complete"]), (&6.into(), &4.into(), &true.into()));
    assert_eq!(found["shortest"], "a b b a");
    assert_eq!(found["outcomes"][0]["count"], 4);

    let bounded = xtask(&["explore", "pitfalls/lost-update:naive", "--bound", "0", "--json"]);
    let bounded: Value = serde_json::from_str(&out(&bounded)).unwrap();
    assert_eq!(
        (&bounded["schedules"], &bounded["failing"], &bounded["complete"]),
        (&2.into(), &0.into(), &false.into())
    );

    let good = xtask(&["explore", "pitfalls/lost-update:naive", "--replay", "a a b b"]);
    assert!(out(&good).contains("counter is 2"), "{}", out(&good));
    assert_eq!(code(&good), 0);
    let unfit = xtask(&["explore", "pitfalls/lost-update:naive", "--replay", "a c"]);
    assert_eq!(code(&unfit), 1);
    assert!(told(&unfit).starts_with("step 2 of the word is c, but only b, a could run there"), "{}", told(&unfit));
}

/// How far to explore is said in each form, and a replay takes none of it.
#[test]
fn explore_says_how_far_it_went() {
    let naive = "pitfalls/lost-update:naive";
    let extent = |arguments: &[&str]| {
        let output = xtask(&[&["explore", naive], arguments].concat());
        assert_eq!(code(&output), 0, "{arguments:?}: {}", told(&output));
        let text = out(&output);
        text.lines().find(|line| line.starts_with("explored")).expect("it says so").to_string()
    };
    let main = "main always first";
    assert_eq!(extent(&[]), format!("explored 6 schedules, {main} (complete: yes)"));
    assert_eq!(
        extent(&["--deepen"]),
        format!(
            "explored 4 schedules at preemption bound 1, after 2 at lower bounds, {main} (complete: no, the bound on \
             preemptions was hit)"
        )
    );
    assert_eq!(
        extent(&["--depth", "1", "--late", "2"]),
        format!(
            "explored 2 schedules to a depth of 1, with up to 2 late ticks, {main} (complete: no, the bound on depth was \
             hit)"
        )
    );
    assert_eq!(
        extent(&["--schedules", "1"]),
        format!("explored 1 schedule, {main} (complete: no, the bound on schedules was hit)")
    );
    for flag in [["--late", "1"], ["--bound", "1"], ["--depth", "1"], ["--schedules", "1"]] {
        let output = xtask(&["explore", naive, "--replay", "a", flag[0], flag[1]]);
        assert_eq!(code(&output), 1, "{flag:?}");
        assert!(told(&output).contains("cannot be used with"), "{}", told(&output));
    }
    assert_eq!(code(&xtask(&["explore", naive, "--replay", "a", "--deepen"])), 1);
    let misspelled = xtask(&["explore", naive, "--replay", "a +tock"]);
    assert_eq!(code(&misspelled), 1);
    assert!(told(&misspelled).contains("+tock is no step: write +tick, pick:1"), "{}", told(&misspelled));
}

/// The shortest schedule that fails is shown step by step, and so is one that is asked for.
#[test]
fn explore_shows_the_shortest_failure_step_by_step() {
    let text = out(&xtask(&["explore", "pitfalls/lost-update"]));
    for part in [
        "the shortest that fails (4 polls, 2 switches), step by step:",
        "     2   0  ·             ·          (started)  b, a; preempts a",
        "  6 distinct orders of the log lines, 6 of all entries",
        "next: cargo xtask explore pitfalls/lost-update:naive --replay \"a b b a\"",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert_eq!(text.matches("step by step").count(), 1, "the cure does not fail");
    let replayed = out(&xtask(&["explore", "pitfalls/early-main-exit:naive", "--replay", "main +tick main"]));
    assert!(replayed.contains("quick, slow, but time passes"), "{replayed}");
    assert!(replayed.contains("fails, as it should: 0 of 2 saved"), "{replayed}");
    let found = xtask(&["explore", "pitfalls/early-main-exit:naive", "--late", "1", "--json"]);
    let found: Value = serde_json::from_str(&out(&found)).unwrap();
    assert_eq!((&found["bounds"]["late_ticks"], &found["stories"]), (&1.into(), &19.into()));
    assert_eq!(found["waits"]["edges"], serde_json::json!([]));
}

/// One row, one round: the whole way from the arguments to the JSON.
#[test]
fn bench_measures_what_is_selected() {
    let output = xtask(&["bench", "--row", "try_lock", "--rounds", "1", "--json"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    let found: Value = serde_json::from_str(&out(&output)).unwrap();
    let primitives = &found["primitives"];
    assert_eq!((&primitives["rounds"], &primitives["rows"][0]["row"]), (&1.into(), &"try_lock".into()));
    assert_eq!(primitives["rows"].as_array().map(Vec::len), Some(1));
    assert!(primitives["rows"][0]["tools"][0]["min"].as_f64() > Some(0.0), "{found}");
    assert!(found.get("explorer").is_none(), "who asks for a row asks for the primitives");
    assert!(
        !told(&output).contains("bench.json"),
        "some rows are not the table that a report shows: {}",
        told(&output)
    );

    let none = xtask(&["bench", "primitives", "--row", "rwlock"]);
    assert_eq!(code(&none), 4);
    assert!(told(&none).contains("no row contains \"rwlock\"; the rows are:\n  lock, uncontended"), "{}", told(&none));
    for wrong in [["bench", "--rounds=0"], ["bench", "explorers"]] {
        assert_eq!(code(&xtask(&wrong)), 1, "{wrong:?}");
    }
}

#[test]
fn list_counts_the_statements() {
    let list: Value = serde_json::from_str(&out(&xtask(&["list", "--json"]))).unwrap();
    assert_eq!(list["scenarios"][0]["id"], "pitfalls/lost-update");
    assert_eq!(list["scenarios"][0]["statements"], serde_json::json!(["P7", "P9"]));
    assert_eq!(list["statements"]["of"], 106);
    assert!(out(&xtask(&["list"])).contains(" of 106 statements"));
}

/// Titles and claims; what is said in the play, the verdict and the next command stay as they are.
#[test]
fn titles_and_claims_come_in_ukrainian_too() {
    let list = out(&xtask(&["list", "--lang", "uk"]));
    assert!(list.starts_with("Пастки\n  pitfalls/lost-update "), "{list}");
    assert!(list.contains("  Втрачене оновлення: "), "{list}");
    let list: Value = serde_json::from_str(&out(&xtask(&["list", "--json", "--lang=uk"]))).unwrap();
    assert!(list["scenarios"][0]["title"].as_str().unwrap().starts_with("Втрачене оновлення: "));

    let played = out(&xtask(&["play", "pitfalls/lost-update:naive", "--lang", "uk"]));
    assert!(played.starts_with("Втрачене оновлення: ") && played.contains("одне оновлення втрачено.\n"), "{played}");
    assert!(played.contains("fails, as it should: one update lost\nnext: cargo xtask explore"), "{played}");
    let english = out(&xtask(&["play", "pitfalls/lost-update:naive"]));
    assert_eq!(english, out(&xtask(&["play", "pitfalls/lost-update:naive", "--lang=en"])));
    assert!(english.starts_with("A lost update: "), "{english}");

    let unknown = xtask(&["list", "--lang", "xx"]);
    assert_eq!(code(&unknown), 1);
    assert!(told(&unknown).contains("there is no book in `xx`: take en or uk"), "{}", told(&unknown));
}

#[test]
fn a_wrong_interpreter_is_usage_with_the_cure() {
    let output = xtask(&["oracle", "--python", "no/such/python"]);
    assert_eq!(code(&output), 1);
    assert!(told(&output).contains("name one with --python"), "{}", told(&output));
}

/// `cargo xtask list | head -1`: the reader goes away, and nobody panics.
#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let mut child = command.arg("list").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("xtask starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it exits");
    assert_eq!((code(&output), told(&output)), (0, String::new()));
}
