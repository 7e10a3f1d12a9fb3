//! The explorer: counts, findings, gaps, words.

mod bounds;
mod cancel;
mod check;
mod choices;
mod counts;
mod found;
mod gaps;
mod honest;
mod reach;
mod sites;
mod stranger;
mod stuck;
mod wakeups;
mod words;

use async_kata::host::turn;
use async_kata::sim::{End, Probe, Run, Stuck};
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Each adds one by reading, giving way so many times, and writing.
async fn lost_update(names: &'static [&'static str]) -> usize {
    let counter = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = names
        .iter()
        .map(|name| {
            let counter = counter.clone();
            spawn(name, async move {
                let seen = counter.load(Relaxed);
                turn().await;
                counter.store(seen + 1, Relaxed);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    counter.load(Relaxed)
}

fn all_counted(wanted: usize) -> impl Fn(&Run<usize>) -> Result<String, String> {
    move |run| match &run.end {
        End::Done(count) if *count == wanted => Ok(format!("x={count}")),
        End::Done(count) => Err(format!("x={count}")),
        other => Err(other.name().into()),
    }
}

/// The line of a test's file that ends with a mark: what a report must name.
fn line_of(file: &str, source: &str, mark: &str) -> String {
    let mark = format!("// {mark}");
    let line = source.lines().position(|line| line.ends_with(&mark));
    format!("tests/it/explore/{file}:{}:", line.expect("the mark is there") + 1)
}

fn stuck<T>(run: &Run<T>) -> &[Stuck] {
    match &run.end {
        End::Deadlock(stuck) | End::Horizon(stuck) => stuck,
        other => panic!("it ended as {}", other.name()),
    }
}

fn sites(stuck: &Stuck) -> &[String] {
    match &stuck.probe {
        Probe::Waits(sites) => sites,
        other => panic!("{}: {other:?}", stuck.task),
    }
}
