//! Our primitives beside the peers, as this machine measured them last.

use super::super::words;
use crate::report::more::bench;
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Bench {
    optimised: bool,
    is_current: bool,
    rounds: usize,
    versions: Vec<(String, String)>,
    tools: Vec<String>,
    rows: Vec<Row>,
    weights: Vec<Weight>,
}

#[derive(Serialize)]
struct Row {
    name: Value,
    cells: Vec<Option<Cell>>,
}

#[derive(Serialize)]
struct Cell {
    /// `0.71`; `–` where too little was done to be measured.
    ratio: String,
    /// The same of the best rounds, as the nanoseconds are.
    best: String,
    nanoseconds: Option<String>,
    /// Faster than tokio by a tenth or more, slower likewise, or neither: a class and a glyph.
    sign: (&'static str, &'static str),
    /// Where it promises less than ours.
    lacks: Vec<&'static str>,
}

#[derive(Serialize)]
struct Weight {
    primitive: Value,
    tool: String,
    value: usize,
    heap: Option<usize>,
    future: usize,
    heap_per_waiter: Option<String>,
}

impl Bench {
    pub(super) fn of(bench: &bench::Bench) -> Bench {
        let row = |row: &bench::Row| Row {
            name: words(&row.name),
            cells: row.cells.iter().map(|cell| cell.as_ref().map(self::cell)).collect(),
        };
        let weight = |weight: &bench::Weight| Weight {
            primitive: words(&weight.primitive),
            tool: weight.tool.clone(),
            value: weight.value,
            heap: weight.heap,
            future: weight.future,
            heap_per_waiter: weight.heap_per_waiter.map(|bytes| format!("{bytes:.0}")),
        };
        Bench {
            optimised: bench.optimised,
            is_current: bench.is_current,
            rounds: bench.rounds,
            versions: bench.versions.iter().map(|(name, version)| (name.clone(), version.clone())).collect(),
            tools: bench.tools.clone(),
            rows: bench.rows.iter().map(row).collect(),
            weights: bench.weights.iter().map(weight).collect(),
        }
    }
}

fn cell(cell: &bench::Cell) -> Cell {
    let ratio = cell.median_ratio;
    let lacks = [(cell.is_fifo, "fifo"), (cell.is_exact, "exact")];
    Cell {
        ratio: ratio.map_or("–".into(), |ratio| format!("{ratio:.2}")),
        best: cell.min_ratio.map_or("–".into(), |ratio| format!("{ratio:.2}")),
        nanoseconds: cell.nanoseconds.map(|ns| if ns < 100.0 { format!("{ns:.1}") } else { format!("{ns:.0}") }),
        sign: match ratio {
            Some(ratio) if ratio <= 0.9 => ("passes", "▼"),
            Some(ratio) if ratio >= 1.1 => ("fails", "▲"),
            _ => ("", ""),
        },
        lacks: lacks.into_iter().filter(|(has, _)| !has).map(|(_, what)| what).collect(),
    }
}
