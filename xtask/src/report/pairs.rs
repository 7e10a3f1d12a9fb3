//! CPython's story beside ours, entry by entry.

use super::both::Both;
use super::gather::both;
use super::model::{Difference, Entry, Mark, Named, Row, Twin};
use async_kata::scenarios::{Record, Scenario, Verdict};
use async_kata::sim::{End, Run};
use async_kata::trace::Trace;
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// How this play's run stands to the record.
pub(super) fn twin(record: &Record, scenario: &Scenario, play: &str, run: &Run<Verdict>) -> Twin {
    let compared = record.compare(scenario, play, &run.trace, &run.end);
    let played = record.plays.get(play);
    let cpython = played.map(|played| story(&played.trace)).unwrap_or_default();
    let mut ours = story(&run.trace);
    // As the comparison has it: where the run is cut CPython's story is over, and what is dropped here stands alone.
    let goes_on = matches!(run.end, End::Done(_) | End::Panicked { .. });
    let compared_to = if goes_on { ours.len() } else { run.trace.before_the_end().count() };
    let dropped = ours.split_off(compared_to);
    // Only where the whole story was accepted is an entry without its counterpart one that the scenario names.
    let unmatched = if compared.is_ok() { Mark::Named } else { Mark::Differs };
    let mut rows = rows(&ours, &cpython, unmatched);
    let mut differences = Vec::new();
    if let Ok(standing) = &compared {
        let standing = standing.iter().map(|standing| both(|lang| standing.text_in(lang).into()));
        differences.extend(standing.map(|why| Difference { why, named: None }));
        let named = scenario.differs.iter().filter(|divergence| divergence.play == play);
        differences.extend(named.map(|divergence| {
            let entries = |entries: &[&str]| entries.iter().map(ToString::to_string).collect();
            let (ours, cpython) = (entries(divergence.ours), entries(divergence.cpython));
            let why = both(|lang| scenario.why_in(divergence, lang).into());
            Difference { why, named: Some(Named { ours, cpython }) }
        }));
    }
    if !dropped.is_empty() {
        let why = Both::new(
            "where a run is cut CPython's story is over; what is dropped here is not compared",
            "де запуск обірвано, там історія CPython закінчується; що знищено тут, ні з чим не порівнюється",
        );
        differences.push(Difference { why, named: None });
        rows.extend(dropped.into_iter().map(|entry| Row { mark: Mark::Standing, ours: Some(entry), cpython: None }));
    }
    let end = played.map_or_else(|| "not recorded".into(), |played| played.end.clone());
    Twin { end, rows, differences, complaint: compared.err().map(|difference| difference.to_string()) }
}

fn story(trace: &Trace) -> Vec<Entry> {
    trace.story().map(Entry::from).collect()
}

/// What two entries must share to stand in one row.
///
/// As the comparison itself sees it: what ours drops CPython cancels, and a panic is worded unlike an exception.
fn key(entry: &Entry) -> (u64, &str, &str, &str) {
    let (kind, what) = match &*entry.kind {
        "left-over" => ("cancelled", ""),
        "failed" => ("failed", ""),
        kind => (kind, entry.what.as_str()),
    };
    (entry.ms, &entry.task, kind, what)
}

fn rows(ours: &[Entry], cpython: &[Entry], unmatched: Mark) -> Vec<Row> {
    let our_keys: Vec<_> = ours.iter().map(key).collect();
    let their_keys: Vec<_> = cpython.iter().map(key).collect();
    let mut rows = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &our_keys, &their_keys) {
        let (old, new) = (op.old_range(), op.new_range());
        let same = matches!(op, DiffOp::Equal { .. });
        for nth in 0..old.len().max(new.len()) {
            let at = |entries: &[Entry], range: &std::ops::Range<usize>| {
                (nth < range.len()).then(|| entries.get(range.start + nth).cloned()).flatten()
            };
            let (ours, cpython) = (at(ours, &old), at(cpython, &new));
            let mark = if same { mark(ours.as_ref()) } else { unmatched };
            rows.push(Row { mark, ours, cpython });
        }
    }
    rows
}

/// Of two entries with the same key.
fn mark(ours: Option<&Entry>) -> Mark {
    match ours {
        Some(entry) if matches!(&*entry.kind, "cancelled" | "left-over" | "failed") => Mark::Standing,
        _ => Mark::Same,
    }
}
