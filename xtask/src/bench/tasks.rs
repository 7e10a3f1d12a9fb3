//! Groups beside tokio's `JoinSet`: what a child costs, in time and memory, as they become many, and as groups are nested.
//!
//! Linear is what the column shows when its figures stay the same from line to line: each is for one child.

use super::{Report, heap};
use crate::out;
use async_kata::sync::Event;
use async_kata::tasks::{GroupError, gather_all, group, spawn};
use serde::Serialize;
use std::fmt::Write;
use std::future::{Future, pending, poll_fn};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// Rounds of each line; the best counts.
const ROUNDS: usize = 7;

/// A runtime, how many, and where to note the heap while all are alive.
type Work = fn(&Runtime, usize, &mut Option<usize>);

/// A row: what is done, its numbers, ours and tokio's.
const ROWS: [(&str, [usize; 3], Work, Work); 4] = [
    ("children that end", [1_000, 10_000, 100_000], group_ends, set_ends),
    ("children cancelled by a failure", [1_000, 10_000, 100_000], group_fails, set_fails),
    ("tasks gathered", [1_000, 10_000, 100_000], gathered, handles_joined),
    ("nested groups, each a child", [100, 1_000, 10_000], groups_nested, sets_nested),
];

#[derive(Serialize)]
struct Line {
    row: &'static str,
    n: usize,
    ours_ns: f64,
    tokio_ns: f64,
    /// Heap for each, while all are alive.
    ours_bytes: Option<f64>,
    tokio_bytes: Option<f64>,
}

pub(super) fn measure() -> Report {
    out::complain("measuring tasks ...");
    let lines = lines(if cfg!(debug_assertions) { 10 } else { 1 }, ROUNDS);
    Report { json: serde_json::json!({ "tasks": lines }), text: table(&lines) }
}

/// Each row, with numbers that are so many times smaller.
fn lines(smaller: usize, rounds: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (row, numbers, ours, tokio) in ROWS {
        for n in numbers.map(|n| n / smaller) {
            let (mut best, mut bytes) = ([Duration::MAX; 2], [None; 2]);
            for round in 0..rounds {
                // Interleaved, and who goes first alternates.
                for nth in [round % 2, 1 - round % 2] {
                    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
                    let before = heap();
                    let mut during = None;
                    let begun = Instant::now();
                    [ours, tokio][nth](&runtime, n, &mut during);
                    best[nth] = best[nth].min(begun.elapsed());
                    let each = |(during, before): (usize, usize)| during.saturating_sub(before) as f64 / n as f64;
                    bytes[nth] = during.zip(before).map(each);
                }
            }
            let [ours_ns, tokio_ns] = best.map(|best| best.as_nanos() as f64 / n as f64);
            lines.push(Line { row, n, ours_ns, tokio_ns, ours_bytes: bytes[0], tokio_bytes: bytes[1] });
        }
    }
    lines
}

fn table(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<34} {:>7}  {:>8} {:>8} {:>6}  {:>8} {:>8}\n",
        "for each of n", "n", "ours ns", "tokio ns", "ratio", "ours B", "tokio B"
    );
    let bytes = |bytes: Option<f64>| bytes.map_or("-".into(), |bytes| format!("{bytes:.0}"));
    for line in lines {
        let Line { row, n, ours_ns, tokio_ns, ours_bytes, tokio_bytes } = line;
        let (ratio, ours_bytes, tokio_bytes) = (ours_ns / tokio_ns, bytes(*ours_bytes), bytes(*tokio_bytes));
        let _ = writeln!(
            text,
            "{row:<34} {n:>7}  {ours_ns:>8.0} {tokio_ns:>8.0} {ratio:>6.2}  {ours_bytes:>8} {tokio_bytes:>8}"
        );
    }
    text
}

/// A gate that holds all of them until the last is there, and somebody has looked at the heap.
fn gate() -> (Arc<Event>, impl Fn() -> Pin<Box<dyn Future<Output = ()> + Send>>) {
    let gate = Arc::new(Event::new());
    let of_them = gate.clone();
    (gate, move || {
        let gate = of_them.clone();
        Box::pin(async move { gate.wait().await })
    })
}

fn group_ends(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    let (gate, waits) = gate();
    let whole = runtime.block_on(group(async |g| {
        for _ in 0..n {
            let waits = waits();
            g.spawn("child", async move {
                waits.await;
                Ok::<_, String>(())
            });
        }
        tokio::task::yield_now().await;
        *during = heap();
        gate.set();
        Ok(())
    }));
    black_box(whole).expect("no child fails");
}

fn set_ends(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    let (gate, waits) = gate();
    runtime.block_on(async {
        let mut set = JoinSet::new();
        for _ in 0..n {
            set.spawn(waits());
        }
        tokio::task::yield_now().await;
        *during = heap();
        gate.set();
        while let Some(end) = set.join_next().await {
            black_box(end).expect("no child fails");
        }
    });
}

fn group_fails(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    let whole: Result<(), GroupError<&str>> = runtime.block_on(group(async |g| {
        for _ in 0..n {
            g.spawn("child", pending::<Result<(), _>>());
        }
        tokio::task::yield_now().await;
        *during = heap();
        Err("fails")
    }));
    assert!(black_box(whole).is_err(), "the body fails");
}

fn set_fails(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    runtime.block_on(async {
        let mut set = JoinSet::new();
        for _ in 0..n {
            set.spawn(pending::<()>());
        }
        tokio::task::yield_now().await;
        *during = heap();
        set.abort_all();
        while let Some(end) = set.join_next().await {
            assert!(black_box(end).is_err(), "aborted");
        }
    });
}

fn gathered(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    let (gate, waits) = gate();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..n).map(|_| spawn("task", waits())).collect();
        let mut all = std::pin::pin!(gather_all(tasks));
        let first = poll_fn(|cx| Poll::Ready(all.as_mut().poll(cx).is_ready())).await;
        assert!(!first, "they wait at the gate");
        tokio::task::yield_now().await;
        *during = heap();
        gate.set();
        black_box(all.await);
    });
}

fn handles_joined(runtime: &Runtime, n: usize, during: &mut Option<usize>) {
    let (gate, waits) = gate();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..n).map(|_| tokio::spawn(waits())).collect();
        tokio::task::yield_now().await;
        *during = heap();
        gate.set();
        for task in tasks {
            black_box(task.await).expect("no task fails");
        }
    });
}

type Nested = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

fn nested(depth: usize) -> Nested {
    Box::pin(async move {
        let whole = group(async |g| {
            if depth > 1 {
                g.spawn("group", nested(depth - 1));
            }
            Ok(())
        });
        whole.await.map_err(|error| error.to_string())
    })
}

fn groups_nested(runtime: &Runtime, n: usize, _: &mut Option<usize>) {
    runtime.block_on(nested(n)).expect("no group fails");
}

fn nested_set(depth: usize) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let mut set = JoinSet::new();
        if depth > 1 {
            set.spawn(nested_set(depth - 1));
        }
        while let Some(end) = set.join_next().await {
            end.expect("no set fails");
        }
    })
}

fn sets_nested(runtime: &Runtime, n: usize, _: &mut Option<usize>) {
    runtime.block_on(nested_set(n));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_measured_at_each_of_its_numbers() {
        let lines = lines(100, 1);
        assert_eq!(lines.len(), 3 * ROWS.len());
        assert!(lines.iter().all(|line| line.n > 0 && line.ours_ns > 0.0 && line.tokio_ns > 0.0));
        let table = table(&lines);
        assert_eq!(table.lines().count(), 1 + lines.len());
        assert!(ROWS.iter().all(|(row, ..)| table.matches(row).count() == 3), "{table}");
    }
}
