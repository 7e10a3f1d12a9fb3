//! Our primitives beside those of other libraries, in one process: ratios to tokio's.
//!
//! A round runs every workload with every library once. Within a workload the libraries follow each other directly, and
//! who begins rotates: so what disturbs the machine disturbs them alike, and the ratio of two neighbours says more than
//! their times do. A row shows two: the ratio of the best rounds, and the median of the ratios of each round.

mod memory;
mod ratio;
mod rows;
mod subjects;
mod table;
#[cfg(test)]
mod tests;
mod workloads;

use super::{Extent, Report};
use crate::out::{self, Exit, Failure};
use memory::Weight;
use ratio::Line;
use rows::{Row, Workers};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Odd, so that a median is a round that was measured.
pub(super) const ROUNDS: usize = if cfg!(debug_assertions) { 3 } else { 31 };

/// Code that is not optimised is ten times slower, and nobody quotes it.
const LESS: u64 = if cfg!(debug_assertions) { 10 } else { 1 };

/// How long nothing may be said.
const QUIET: Duration = Duration::from_secs(10);

pub(super) fn measure(extent: &Extent) -> Result<Report, Failure> {
    let rounds = extent.rounds;
    let rows = selected(extent.row.as_deref())?;
    // Before anything else has used the heap.
    let memory = if extent.row.is_none() { memory::measure() } else { Vec::new() };
    out::complain(&format!("measuring {} rows of the primitives, {rounds} rounds ...", rows.len()));
    let lines = lines(&rows, rounds, LESS);
    let json = json(rounds, &lines, &memory);
    let weights = if memory.is_empty() { String::new() } else { table::memory(&memory) };
    Ok(Report { json, text: table::times(&lines, rounds) + &weights })
}

fn json(rounds: usize, lines: &[Line], memory: &[Weight]) -> Value {
    serde_json::json!({
        "primitives": {
            "rounds": rounds,
            "counting_allocator": cfg!(feature = "heap"),
            "versions": rows::versions(),
            "rows": lines,
            "memory": memory,
        }
    })
}

/// All of it, tiny: for who reads it elsewhere.
#[cfg(test)]
pub(super) fn small() -> Value {
    json(1, &lines(&rows::all(), 1, 100), &memory::measure())
}

fn selected(text: Option<&str>) -> Result<Vec<Row>, Failure> {
    let mut rows = rows::all();
    let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
    rows.retain(|row| text.is_none_or(|text| row.name.contains(text)));
    match text {
        Some(text) if rows.is_empty() => {
            let message = format!("no row contains {text:?}; the rows are:\n  {}", names.join("\n  "));
            Err(Failure::new(Exit::Nothing, message))
        }
        _ => Ok(rows),
    }
}

fn lines(rows: &[Row], rounds: usize, less: u64) -> Vec<Line> {
    let (one, two) = (workloads::one_worker(), workloads::two_workers());
    // By row, by library, by round.
    let mut times: Vec<Vec<Vec<f64>>> = rows.iter().map(|row| vec![Vec::new(); row.contenders.len()]).collect();
    let (begun, mut told) = (Instant::now(), Duration::ZERO);
    for round in 0..rounds {
        for (row, times) in rows.iter().zip(&mut times) {
            for nth in 0..row.contenders.len() {
                let nth = (nth + round) % row.contenders.len();
                let runtime = if row.workers == Workers::Two { &two } else { &one };
                times[nth].push((row.contenders[nth].run)(runtime, row.n / less).nanoseconds());
            }
        }
        let elapsed = begun.elapsed();
        if elapsed - told > QUIET && round + 1 < rounds {
            out::complain(&format!("{} of {rounds} rounds, {} s ...", round + 1, elapsed.as_secs()));
            told = elapsed;
        }
    }
    rows.iter().zip(times).map(|(row, times)| ratio::line(row, times)).collect()
}
