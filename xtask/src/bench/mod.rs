//! `cargo xtask bench`: the explorer, the primitives and the tasks beside those of others, each in one run, interleaved.
//!
//! The peers are behind the feature `peers`. Without it only ours are measured, and tokio's primitives, on which every
//! ratio is based.

mod explorer;
mod kept;
mod primitives;
mod tasks;

pub(crate) use kept::{FILE as KEPT, code};

use crate::out::{self, Exit, Failure, root};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

/// What can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Programs whose every order is tried
    Explorer,
    /// Locks, semaphores, events and queues: time and memory
    Primitives,
    /// Groups of tasks, many and nested: time and memory
    Tasks,
}

/// How much of the primitives is measured.
#[derive(Args)]
pub(crate) struct Extent {
    /// Rounds of the primitives; an odd number has a middle
    #[arg(long, value_name = "N", default_value_t = primitives::ROUNDS, value_parser = at_least_one)]
    rounds: usize,
    /// Only the primitives' rows whose names contain this, for example "queue"
    #[arg(long, value_name = "TEXT")]
    row: Option<String>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "it takes a number from 1".into())
}

/// What was measured, in both forms.
struct Report {
    /// An object.
    json: Value,
    text: String,
}

pub(crate) fn run(only: Option<Part>, extent: &Extent, as_json: bool) -> Result<Exit, Failure> {
    // Who asks for a row asks for the primitives.
    let only = extent.row.as_ref().map(|_| Part::Primitives).or(only);
    let mut measured = Vec::new();
    // The explorer first: it reports the most memory that the process ever held.
    let is_asked = |part| only.is_none_or(|only| only == part);
    if is_asked(Part::Explorer) {
        measured.push((Part::Explorer, explorer::measure()));
    }
    if is_asked(Part::Primitives) {
        measured.push((Part::Primitives, primitives::measure(extent)?));
    }
    if is_asked(Part::Tasks) {
        measured.push((Part::Tasks, tasks::measure()));
    }
    // Rows alone take nobody's place: a table of some rows would look like all there is.
    let kept = extent.row.is_none().then(|| kept::keep(&root(), &measured));
    let reports: Vec<Report> = measured.into_iter().map(|(_, report)| report).collect();
    out::print(&if as_json { as_one_object(reports) } else { as_text(&reports) });
    if let Some(kept) = kept {
        out::complain(&kept?);
    }
    if cfg!(debug_assertions) {
        out::complain("this build is not optimised: add --release, see the next line");
    }
    if cfg!(debug_assertions) || cfg!(not(feature = "peers")) {
        out::complain("next: cargo run --release --package xtask --features peers -- bench");
    }
    Ok(Exit::Ok)
}

fn as_text(reports: &[Report]) -> String {
    let texts: Vec<&str> = reports.iter().map(|report| report.text.as_str()).collect();
    texts.join("\n")
}

fn as_one_object(reports: Vec<Report>) -> String {
    let mut whole = Map::new();
    whole.insert("optimised".into(), (!cfg!(debug_assertions)).into());
    for Report { json, .. } in reports {
        if let Value::Object(part) = json {
            whole.extend(part);
        }
    }
    format!("{}\n", Value::Object(whole))
}

/// Bytes on the heap now.
fn heap() -> Option<usize> {
    #[cfg(feature = "heap")]
    {
        let stats = crate::HEAP.stats();
        Some(stats.bytes_allocated.saturating_sub(stats.bytes_deallocated))
    }
    #[cfg(not(feature = "heap"))]
    None
}

fn growth(before: Option<usize>) -> Option<usize> {
    Some(heap()?.saturating_sub(before?))
}

/// What a whole run of the primitives would keep, of a tiny one.
#[cfg(test)]
pub(crate) fn kept_of_a_small_run() -> String {
    let report = Report { json: primitives::small(), text: String::new() };
    Value::Object(kept::merged(Map::new(), &[(Part::Primitives, report)], true, kept::code(&root()).as_deref()).0)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_become_one_object_or_one_text() {
        let part = |json: Value, text: &str| Report { json, text: text.into() };
        let reports = vec![part(serde_json::json!({ "a": 1 }), "one\n"), part(serde_json::json!({ "b": 2 }), "two\n")];
        assert_eq!(as_text(&reports), "one\n\ntwo\n");
        let whole: Value = serde_json::from_str(&as_one_object(reports)).unwrap();
        assert_eq!(whole, serde_json::json!({ "optimised": !cfg!(debug_assertions), "a": 1, "b": 2 }));
    }
}
