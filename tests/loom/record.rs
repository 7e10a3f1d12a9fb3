//! How far each model went, as a committed record: what changes is seen, and is read before it is accepted.
//!
//! loom leaves nothing to chance: a model that does the same steps has the same number of executions, on every machine and
//! in every order of the tests. Another number says that a primitive, a model or loom itself takes other steps than before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Set by who wants the record to say what was found now.
const RECORD: &str = "ASYNC_KATA_RECORD";

const CURE: &str = "If that is what was meant, write it down by `ASYNC_KATA_RECORD=1 cargo test --test loom`, and read the \
                    difference.";

/// By name, each model's line: `lock::two_tasks_take_turns (unbounded): 240 executions, ends {..}`.
type Record = BTreeMap<String, String>;

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/models.txt")
}

fn is_asked() -> bool {
    env::var_os(RECORD).is_some()
}

/// The lines of the record; none, if there is no record.
fn read() -> Record {
    let text = fs::read_to_string(path()).unwrap_or_default();
    text.lines().map(|line| (name_of(line).into(), line.trim_end().into())).collect()
}

fn name_of(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

/// Holds what a model found against its line in the record; or writes the line, where that is asked for.
#[track_caller]
pub(super) fn hold(name: &str, found: &str) {
    if is_asked() {
        return change(|record| drop(record.insert(name.into(), found.into())));
    }
    if let Err(complaint) = held(&read(), name, found) {
        panic!("\n{complaint}\n{CURE}\n");
    }
}

fn held(record: &Record, name: &str, found: &str) -> Result<(), String> {
    match record.get(name) {
        Some(line) if line == found => Ok(()),
        Some(line) => Err(format!("snapshots/models.txt says\n  {line}\nand now it is\n  {found}")),
        None => Err(format!("snapshots/models.txt does not have the line\n  {found}")),
    }
}

/// Changes the record. Each model is a test of its own, and tests run at once: one after the other comes here, and whoever
/// reads finds a whole record, the old one or the new.
fn change(with: impl FnOnce(&mut Record)) {
    let test = env::current_exe().expect("a test knows its own binary");
    let lock = fs::File::create(test.with_extension("models.lock")).expect("a writable target folder");
    lock.lock().expect("a lock on a file");
    let mut record = read();
    with(&mut record);
    let text: String = record.values().map(|line| format!("{line}\n")).collect();
    let aside = path().with_extension("txt.new");
    let written = fs::write(&aside, text).and_then(|()| fs::rename(&aside, path()));
    written.unwrap_or_else(|error| panic!("{}: {error}", path().display()));
}

/// All tests of this binary, by the names that the models give.
fn tests() -> Vec<String> {
    let test = env::current_exe().expect("a test knows its own binary");
    let done = Command::new(test).args(["--list", "--format", "terse"]).output().expect("a test can start itself");
    let told = String::from_utf8_lossy(&done.stdout);
    told.lines().filter_map(|line| line.trim_end().strip_suffix(": test").map(str::to_string)).collect()
}

#[test]
fn each_line_of_the_record_is_of_a_model() {
    let tests = tests();
    if is_asked() {
        return change(|record| record.retain(|name, _| tests.contains(name)));
    }
    let record = read();
    let gone: Vec<_> = record.keys().filter(|name| !tests.contains(name)).collect();
    assert!(gone.is_empty(), "snapshots/models.txt has lines of models that are gone: {gone:?}\n{CURE}");
    let text = fs::read_to_string(path()).unwrap_or_else(|error| panic!("{}: {error}\n{CURE}", path().display()));
    let sorted: String = record.values().map(|line| format!("{line}\n")).collect();
    assert!(text.replace('\r', "") == sorted, "snapshots/models.txt is not sorted, or has a model twice\n{CURE}");
}

#[test]
fn a_line_that_differs_and_one_that_is_missing_are_seen() {
    let line =
        |executions: usize| format!("lock::a (unbounded): {executions} executions, ends {{\"had\": {executions}}}");
    let record = Record::from([("lock::a".into(), line(7))]);
    assert_eq!(held(&record, "lock::a", &line(7)), Ok(()));
    let other = held(&record, "lock::a", &line(8)).expect_err("it differs");
    assert!(other.contains(&line(7)) && other.contains(&line(8)), "{other}");
    let missing = held(&record, "lock::b", "lock::b (unbounded)").expect_err("there is no such line");
    assert!(missing.ends_with("lock::b (unbounded)"), "{missing}");
}
