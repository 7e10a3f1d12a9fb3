//! The measurements: what `cargo xtask bench` kept of the primitives, as ratios to tokio's, and in bytes.

use super::{Both, Gap, text, words};
use crate::bench::KEPT;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// A table of workloads by tools, measured on one machine in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Bench {
    /// Whether the build was optimised. If not, the numbers say nothing about a program's speed.
    pub optimised: bool,
    /// Whether others than tokio's were measured too.
    pub peers: bool,
    /// Whether the primitives are still what was measured.
    pub is_current: bool,
    pub rounds: usize,
    /// Of the crates that were measured.
    pub versions: BTreeMap<String, String>,
    /// The columns: ours first, then tokio.
    pub tools: Vec<String>,
    pub rows: Vec<Row>,
    pub weights: Vec<Weight>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "BenchRow")]
pub(crate) struct Row {
    /// `lock, uncontended`.
    pub name: Both,
    /// For each of the tools; `None`: it has no such primitive.
    pub cells: Vec<Option<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Cell {
    /// Nanoseconds for one operation, in the best round; `None`, here and below: too few were done to be measured.
    pub nanoseconds: Option<f64>,
    /// To tokio: of the best rounds, and in the middle of all.
    pub min_ratio: Option<f64>,
    pub median_ratio: Option<f64>,
    /// Nobody overtakes who waits.
    pub is_fifo: bool,
    /// A wait that is dropped loses nothing.
    pub is_exact: bool,
}

/// One primitive of one library, in bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Weight {
    pub primitive: Both,
    pub tool: String,
    pub value: usize,
    /// `None`: nobody counted.
    pub heap: Option<usize>,
    pub future: usize,
    pub heap_per_waiter: Option<f64>,
}

/// The file, as far as it is read.
#[derive(Deserialize)]
struct Kept {
    primitives: Option<Part>,
}

#[derive(Deserialize)]
struct Part {
    optimised: bool,
    peers: bool,
    #[serde(default)]
    code: Option<String>,
    measured: Measured,
}

#[derive(Deserialize)]
struct Measured {
    primitives: Primitives,
}

#[derive(Deserialize)]
struct Primitives {
    rounds: usize,
    versions: BTreeMap<String, String>,
    rows: Vec<Line>,
    memory: Vec<Weighed>,
}

#[derive(Deserialize)]
struct Line {
    row: String,
    tools: Vec<Score>,
}

#[derive(Deserialize)]
struct Score {
    tool: String,
    is_fifo: bool,
    is_exact: bool,
    // What is no number is spelled `null`.
    min: Option<f64>,
    min_ratio: Option<f64>,
    median_ratio: Option<f64>,
}

#[derive(Deserialize)]
struct Weighed {
    primitive: String,
    tool: String,
    value: usize,
    heap: Option<usize>,
    future: usize,
    heap_per_waiter: Option<f64>,
}

pub(super) fn bench(root: &Path) -> Result<Bench, Gap> {
    let kept: Kept = serde_json::from_str(&text(root, KEPT)?).map_err(|error| {
        let (en, uk) = ("it is not what `cargo xtask bench` writes", "це не те, що записує `cargo xtask bench`");
        Gap::malformed(KEPT, format!("{en}: {error}"), format!("{uk}: {error}"))
    })?;
    // Other parts may have been measured alone.
    let part = kept.primitives.ok_or_else(|| Gap::Missing { file: KEPT.into() })?;
    let Part { optimised, peers, code, measured: Measured { primitives } } = part;
    let is_current = code.is_some() && code == crate::bench::code(root);
    let Primitives { rounds, versions, rows, memory } = primitives;
    let mut tools: Vec<String> = Vec::new();
    for score in rows.iter().flat_map(|line| &line.tools) {
        if !tools.contains(&score.tool) {
            tools.push(score.tool.clone());
        }
    }
    let rows = rows.into_iter().map(|line| row(&line, &tools)).collect();
    let weights = memory.into_iter().map(weight).collect();
    Ok(Bench { optimised, peers, is_current, rounds, versions, tools, rows, weights })
}

fn row(line: &Line, tools: &[String]) -> Row {
    let cell = |score: &Score| Cell {
        nanoseconds: score.min,
        min_ratio: score.min_ratio,
        median_ratio: score.median_ratio,
        is_fifo: score.is_fifo,
        is_exact: score.is_exact,
    };
    let cells = tools.iter().map(|tool| line.tools.iter().find(|score| score.tool == *tool).map(cell));
    Row { name: words::both(&line.row), cells: cells.collect() }
}

fn weight(weighed: Weighed) -> Weight {
    let Weighed { primitive, tool, value, heap, future, heap_per_waiter } = weighed;
    Weight { primitive: words::both(&primitive), tool, value, heap, future, heap_per_waiter }
}
