//! How the measurements are printed: times as ratios, memory as bytes.

use super::memory::Weight;
use super::ratio::{Line, Score};
use super::rows::versions;
use super::subjects::Tool;
use std::fmt::Write;

const LEGEND: &str = "
Ratios to tokio, lower is faster: of the best rounds / in the middle of all rounds.
~ lets newcomers overtake those who wait; ! a wait that is dropped may lose its item, or have sent it all the same.
ours/best: our best round in best rounds of the fastest peer with neither mark.
2 threads: who waits sleeps, so a hand-over takes microseconds, and a round without one is luck: see the middle.
event: tokio's Notify, which does less (it is an edge, ours a level). queue, 4 to 4: tokio's receiver in its Mutex.
";

pub(super) fn times(lines: &[Line], rounds: usize) -> String {
    let mut columns: Vec<Tool> = lines.iter().flat_map(|line| &line.tools).map(|score| score.tool).collect();
    columns.sort();
    columns.dedup();
    columns.retain(|tool| *tool != Tool::Tokio);
    let mut text = format!("The primitives. {rounds} rounds, interleaved.\n\n{:<38} {:>8}", "row", "tokio ns");
    for tool in &columns {
        let _ = write!(text, "  {:<11}", tool.name());
    }
    text.push_str("  ours/best\n");
    for line in lines {
        let score = |tool| line.tools.iter().find(|score| score.tool == tool);
        let base = score(Tool::Tokio).map_or(f64::NAN, |score| score.min);
        let _ = write!(text, "{:<38} {base:>8.1}", line.row);
        for tool in &columns {
            let _ = write!(text, "  {:<11}", score(*tool).map_or(String::new(), cell));
        }
        let best = line.best_strict_peer.as_ref().map(|peer| format!("{} {}", short(peer.ours), peer.tool));
        let _ = writeln!(text, "  {}", best.unwrap_or_default());
    }
    text.push_str(LEGEND);
    let versions: Vec<String> = versions().iter().map(|(name, version)| format!("{name} {version}")).collect();
    let _ = writeln!(text, "smol: async-lock, event-listener, async-channel. Measured: {}.", versions.join(", "));
    if cfg!(feature = "heap") {
        text.push_str("Every allocation was counted, which costs time: do not quote these times.\n");
    }
    without_trailing_blanks(&text)
}

fn cell(score: &Score) -> String {
    let overtakes = if score.is_fifo { "" } else { "~" };
    let inexact = if score.is_exact { "" } else { "!" };
    format!("{}/{}{overtakes}{inexact}", short(score.min_ratio), short(score.median_ratio))
}

/// `.27`, `1.2`, `45`: two digits that mean something.
fn short(ratio: f64) -> String {
    match ratio {
        ..0.995 => format!("{ratio:.2}").trim_start_matches('0').to_string(),
        0.995..9.95 => format!("{ratio:.1}"),
        _ => format!("{ratio:.0}"),
    }
}

pub(super) fn memory(weights: &[Weight]) -> String {
    let mut text = format!(
        "\nMemory, in bytes: the value, the heap behind it, the future that waits, and the heap for each waiter.\n\n\
         {:<12} {:<12} {:>7} {:>7} {:>7} {:>11}\n",
        "primitive", "of", "value", "heap", "future", "heap/waiter"
    );
    for weight in weights {
        let heap = weight.heap.map_or("?".into(), |bytes| bytes.to_string());
        let per_waiter = weight.heap_per_waiter.map_or("?".into(), |bytes| format!("{bytes:.0}"));
        let Weight { primitive, tool, value, future, .. } = weight;
        let _ = writeln!(text, "{primitive:<12} {tool:<12} {value:>7} {heap:>7} {future:>7} {per_waiter:>11}");
    }
    if cfg!(not(feature = "heap")) {
        text.push_str("? is counted with the feature `heap`, which makes the times above worse.\n");
    }
    text
}

fn without_trailing_blanks(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
