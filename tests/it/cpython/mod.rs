//! CPython's own cases, held against ours: which of the tests of its `test_asyncio` apply here, and where each is covered.
//!
//! Beside each Rust file lies a list, `<file>.cases`: the name of every test that `Lib/test/test_asyncio/test_<file>.py` of
//! CPython 3.13.0 has, as its syntax tree gives them. A name alone is a case that applies: a test here covers it, and says
//! so on a line of its doc comment (``/// `LockTests.test_lock` ``), followed by what the original asserts, in our words. A
//! name with a reason is left out. Nothing is copied: a case is a behaviour.

mod locks;
mod queues;
mod runners;
mod story;
mod taskgroups;
mod tasks;
mod threads;
mod timeouts;
mod waitfor;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files, with how many cases each has, how many of them apply, and how many were left out for each kind of reason.
const TABLE: &str = "\
file        cases  apply  left out
locks          75     48  python 7, types 8, cancel 2, choice 10
queues         41     35  python 5, types 1
taskgroups     39     20  python 5, types 3, cancel 6, choice 5
timeouts       34     22  python 7, types 3, choice 2
waitfor        19     15  cancel 2, choice 2
tasks         159     59  python 75, types 15, cancel 7, choice 3
threads         6      5  python 1
runners        29      6  python 19, types 3, cancel 1
all           402    210
";

const FILES: &[&str] = &["locks", "queues", "taskgroups", "timeouts", "waitfor", "tasks", "threads", "runners"];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cpython").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of a list: name, and why it is left out.
fn cases(file: &str) -> Vec<(String, Option<String>)> {
    let text = read(&format!("{file}.cases"));
    let case = |line: &str| match line.split_once(": ") {
        Some((name, reason)) => (name.to_string(), Some(reason.to_string())),
        None => (line.to_string(), None),
    };
    text.lines().map(case).collect()
}

/// The cases that the tests of a file (of `locks.rs`, and of those in `locks/`) say they cover, and which tests those are.
fn covered(file: &str) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cpython").join(file);
    let mut texts = vec![read(&format!("{file}.rs"))];
    for entry in fs::read_dir(folder).into_iter().flatten() {
        texts.push(fs::read_to_string(entry.expect("a readable folder").path()).expect("a readable file"));
    }
    let mut covered: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in texts {
        let mut names: Vec<&str> = Vec::new();
        let mut is_test = false;
        for line in text.lines() {
            let case = line.strip_prefix("/// `").and_then(|rest| rest.strip_suffix('`'));
            names.extend(case.filter(|case| case.contains(".test_")));
            is_test |= line == "#[test]";
            if let Some(test) = line.strip_prefix("fn ") {
                let test = test.split('(').next().unwrap_or_default();
                assert!(names.is_empty() || is_test, "{file}: {test} names a case and is no test");
                for name in std::mem::take(&mut names) {
                    covered.entry(name.to_string()).or_default().push(test.to_string());
                }
                is_test = false;
            }
        }
    }
    covered
}

#[test]
fn every_case_is_covered_or_left_out_with_its_reason() {
    for file in FILES {
        let (cases, covered) = (cases(file), covered(file));
        for (case, reason) in &cases {
            let tests = covered.get(case);
            assert!(
                tests.is_some() != reason.is_some(),
                "{file}: {case} is {}: cover it by a test, or give a reason in {file}.cases, and not both",
                if reason.is_some() { "left out and covered" } else { "neither covered nor left out" }
            );
        }
        for case in covered.keys() {
            let known = cases.iter().any(|(name, _)| name == case);
            assert!(known, "{file}: a test says it covers {case}, which CPython 3.13.0 has not");
        }
    }
}

/// A reason begins with its kind: `python` (of the language, its objects or its loop, and of nothing that Rust has),
/// `types` (the compiler refuses it), `cancel` (asks for a `CancelledError` that can be caught), or `choice` (ours is
/// another on purpose, and the documentation says so).
const KINDS: [&str; 4] = ["python", "types", "cancel", "choice"];

#[test]
fn so_many_of_cpythons_cases_apply_and_are_covered() {
    let mut table = String::from("file        cases  apply  left out\n");
    let (mut all, mut applying) = (0, 0);
    for file in FILES {
        let cases = cases(file);
        let mut kinds = KINDS.map(|kind| (kind, 0));
        for (case, reason) in &cases {
            let Some(reason) = reason else { continue };
            let kind = kinds.iter_mut().find(|(kind, _)| reason.starts_with(&format!("{kind}, ")));
            kind.unwrap_or_else(|| panic!("{file}: the reason of {case} begins with none of {KINDS:?}")).1 += 1;
        }
        let left = kinds.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>();
        let apply = cases.iter().filter(|(_, reason)| reason.is_none()).count();
        table.push_str(format!("{file:<10} {:>6} {apply:>6}  {}", cases.len(), left.join(", ")).trim_end());
        table.push('\n');
        (all, applying) = (all + cases.len(), applying + apply);
    }
    if all > 0 {
        table.push_str(&format!("{:<10} {all:>6} {applying:>6}\n", "all"));
    }
    println!("{table}");
    let readme = include_str!("../../../README.md");
    assert!(readme.contains(&format!("({applying} of its {all} apply)")), "README.md tells another number");
    assert_eq!(table, TABLE, "another number of cases is covered: put the new table here, and read what changed");
}
