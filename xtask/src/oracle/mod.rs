//! `cargo xtask oracle`: runs the Python twins on CPython's real asyncio, and records or compares what they did.

mod interpreter;
mod record;
#[cfg(test)]
mod tests;

use crate::out::{self, Exit, Failure, root};
use async_kata::scenarios::{self, Record, Scenario};
use async_kata::sim;
use interpreter::Interpreter;
use similar::TextDiff;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) fn run(python: Option<&Path>, write: bool) -> Result<Exit, Failure> {
    let interpreter = match python {
        Some(path) => Interpreter::at(path)?,
        None => Interpreter::find(recorded_version().as_deref())?,
    };
    out::print(&format!("CPython {} at {}\n", interpreter.version, interpreter.path.display()));
    let mut drifted: Vec<&str> = turns(&interpreter, write)?.into_iter().collect();
    for scenario in scenarios::all().filter(|scenario| scenario.twin.is_some()) {
        let path = record_of(scenario);
        let fresh = record::make(&interpreter, scenario)?;
        let old = fs::read_to_string(&path).unwrap_or_default();
        let report = if write {
            fs::write(&path, &fresh).map_err(|error| Failure::file(&path, &error))?;
            if old == fresh { "recorded, as before".into() } else { format!("recorded\n{}", difference(&old, &fresh)) }
        } else {
            match check(scenario, &old, &fresh) {
                Ok(same) => same,
                Err(drift) => {
                    drifted.push(scenario.id);
                    drift
                }
            }
        };
        out::print(&format!("  {}: {report}\n", scenario.id));
    }
    if drifted.is_empty() {
        return Ok(Exit::Ok);
    }
    let cure = "if the change is meant, `cargo xtask oracle --record` and read the difference before you commit it";
    Err(Failure::new(Exit::Drift, format!("drifted: {}; {cure}", drifted.join(", "))))
}

/// How many turns CPython takes between two moments: the numbers that `tests/it/tasks/hops.rs` holds ours against.
fn turns(interpreter: &Interpreter, write: bool) -> Result<Option<&'static str>, Failure> {
    const NAME: &str = "tasks/hops";
    let path = root().join(format!("snapshots/{NAME}.cpython.json"));
    let fresh = interpreter.run_script(&root().join("xtask/src/oracle/hops.py"))?;
    let old = fs::read_to_string(&path).unwrap_or_default();
    if old == fresh {
        out::print(&format!("  {NAME}: the same, byte by byte\n"));
        return Ok(None);
    }
    if write {
        fs::write(&path, &fresh).map_err(|error| Failure::file(&path, &error))?;
    }
    let said = if write { "recorded" } else { "the record is not what CPython does" };
    out::print(&format!("  {NAME}: {said}\n{}", difference(&old, &fresh)));
    Ok((!write).then_some(NAME))
}

/// Where a scenario's record lies.
fn record_of(scenario: &Scenario) -> PathBuf {
    root().join(format!("snapshots/{}.cpython.json", scenario.id))
}

/// The interpreter that the committed records are of, if they agree.
fn recorded_version() -> Option<String> {
    let versions = scenarios::all().filter_map(|scenario| {
        let text = fs::read_to_string(record_of(scenario)).ok()?;
        Record::parse(&text).ok().map(|record| record.python)
    });
    let mut versions: Vec<String> = versions.collect();
    versions.dedup();
    if versions.len() == 1 { versions.pop() } else { None }
}

/// Holds the fresh record against the committed one, byte by byte, and our own run against it.
fn check(scenario: &Scenario, committed: &str, fresh: &str) -> Result<String, String> {
    if committed.is_empty() {
        return Err("there is no record yet".into());
    }
    if committed != fresh {
        let other = Record::parse(committed).ok().zip(Record::parse(fresh).ok());
        let note = match other {
            Some((old, new)) if old.python != new.python => {
                format!("the record is of CPython {}, and this is {}", old.python, new.python)
            }
            _ => "the record is not what CPython does".into(),
        };
        return Err(format!("{note}\n{}", difference(committed, fresh)));
    }
    let record = Record::parse(fresh).map_err(|error| error.to_string())?;
    let mut text = "the same, byte by byte".to_string();
    for name in record.plays.keys() {
        let Some(play) = scenario.play(name) else {
            return Err(format!("the twin has a play {name}, and we have none"));
        };
        let run = sim::run(play.run);
        match record.compare(scenario, name, &run.trace, &run.end) {
            Err(difference) => return Err(format!("{name}: {difference}")),
            Ok(standing) => {
                for divergence in standing {
                    let _ = write!(text, "\n    {name}: {}", divergence.text());
                }
            }
        }
    }
    Ok(text)
}

fn difference(old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(2).header("recorded", "now").to_string()
}

#[cfg(test)]
mod comparing {
    use super::*;

    /// Any byte of difference is drift, and says whether the interpreter is another one.
    #[test]
    fn a_byte_of_difference_is_drift() {
        let scenario = scenarios::all().next().expect("the book has a scenario");
        let committed = fs::read_to_string(record_of(scenario)).expect("it is recorded");
        assert!(check(scenario, &committed, &committed).is_ok());
        let moved = committed.replacen("\"ms\":0", "\"ms\":1", 1);
        let drift = check(scenario, &committed, &moved).unwrap_err();
        assert!(drift.starts_with("the record is not what CPython does\n--- recorded\n+++ now"), "{drift}");
        let newer = committed.replace("3.13.0", "3.13.9");
        let drift = check(scenario, &committed, &newer).unwrap_err();
        assert!(drift.starts_with("the record is of CPython 3.13.0, and this is 3.13.9"), "{drift}");
        assert_eq!(check(scenario, "", &committed), Err("there is no record yet".into()));
    }

    /// The record may be what CPython does, and our own run may still tell another story.
    #[test]
    fn our_own_run_is_held_against_the_record_too() {
        let scenario = scenarios::all().next().expect("the book has a scenario");
        let committed = fs::read_to_string(record_of(scenario)).expect("it is recorded");
        let other = committed.replacen("read 0", "read 7", 1);
        let difference = check(scenario, &other, &other).unwrap_err();
        assert!(difference.contains("entry 3 differs\n     ours  0 a said read 0"), "{difference}");
    }
}
