//! The wait-for graph of a stuck run: who waits for whom, and the cycle that they wait in.

use super::stuck::{Moment, Stuck, Wait};
use crate::trace::Name;
use std::fmt;

/// Who waits for whom.
///
/// "Held by" names whoever took it. A guard that was sent to another task counts as its taker's all the same.
///
/// ```
/// use async_kata::{sim, sync::Lock};
///
/// let run = sim::run(|| async {
///     let lock = Lock::new(());
///     let _first = lock.lock().await;
///     let _again = lock.lock().await;
/// });
/// let graph = run.end.wait_graph();
/// assert_eq!(graph.to_string(), "main -waits-> Lock 1 -held-by-> main");
/// assert_eq!(graph.cycle.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitGraph {
    /// Every known wait, in the order of the stuck tasks.
    pub edges: Vec<Edge>,
    /// The edges of a cycle, each waiter the former one's holder: they wait for one another, and for ever. Empty if there
    /// is none: then somebody waits for what nobody holds, or for what is not known.
    pub cycle: Vec<Edge>,
    /// When the last of the cycle's edges came to be.
    pub closed: Option<Moment>,
}

/// One wait.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge {
    /// Who waits.
    pub waiter: Name,
    /// For what: `Lock 1`, `task a`, `the clock, until 30 ms`.
    pub on: String,
    /// Who has it, or is it; `None`: nobody that is known.
    pub holder: Option<Name>,
    /// When both had come to be: the wait, and the hold.
    pub since: Moment,
}

impl Edge {
    /// Whether it waits for the holder itself, not for what the holder has.
    pub fn is_join(&self) -> bool {
        self.holder.as_ref().is_some_and(|holder| self.on.strip_prefix("task ") == Some(holder.as_str()))
    }
}

impl WaitGraph {
    pub(super) fn of(stuck: &[Stuck]) -> Self {
        let edges: Vec<Edge> = stuck.iter().flat_map(|task| edges_of(task, |_| true)).collect();
        let sure: Vec<Edge> = stuck.iter().flat_map(|task| edges_of(task, |wait| wait.is_sure)).collect();
        let cycle = cycle(stuck, &sure);
        let closed = cycle.iter().map(|edge| edge.since).max();
        Self { edges, cycle, closed }
    }

    /// The cycle in one line, `a -waits-> Lock 2 -held-by-> b -waits-> Lock 1 -held-by-> a`; empty if there is none.
    pub fn cycle_line(&self) -> String {
        let first = self.cycle.first().map(|edge| edge.waiter.to_string());
        self.cycle.iter().fold(first.unwrap_or_default(), |line, edge| line + &tail(edge))
    }
}

fn edges_of(stuck: &Stuck, counts: impl Fn(&Wait) -> bool) -> Vec<Edge> {
    let edge = |on: &str, holder, since| Edge { waiter: stuck.task.clone(), on: on.into(), holder, since };
    let mut edges = Vec::new();
    for wait in stuck.waits.iter().filter(|wait| counts(wait)) {
        match (&wait.task, wait.held_by.as_slice()) {
            (Some(task), _) => edges.push(edge(&wait.on, Some(task.clone()), wait.since)),
            (None, []) => edges.push(edge(&wait.on, None, wait.since)),
            (None, holders) => edges.extend(
                holders.iter().map(|holder| edge(&wait.on, Some(holder.task.clone()), wait.since.max(holder.since))),
            ),
        }
    }
    edges
}

/// The first cycle that a walk from each stuck task in turn finds.
fn cycle(stuck: &[Stuck], edges: &[Edge]) -> Vec<Edge> {
    // Who waits for the clock as well will go on without the others: of a horizon, not of a deadlock.
    let mut walked: Vec<Name> = stuck
        .iter()
        .filter(|task| task.waits.iter().any(Wait::is_for_the_clock))
        .map(|task| task.task.clone())
        .collect();
    stuck.iter().find_map(|task| walk(&task.task, edges, &mut Vec::new(), &mut walked)).unwrap_or_default()
}

/// Depth first: `way` leads here, and `done` are those from whom no cycle is to be reached.
fn walk(from: &Name, edges: &[Edge], way: &mut Vec<Edge>, done: &mut Vec<Name>) -> Option<Vec<Edge>> {
    if let Some(at) = way.iter().position(|edge| edge.waiter == *from) {
        return Some(way[at..].to_vec());
    }
    if done.contains(from) {
        return None;
    }
    for edge in edges.iter().filter(|edge| edge.waiter == *from) {
        let Some(holder) = &edge.holder else { continue };
        way.push(edge.clone());
        if let Some(found) = walk(holder, edges, way, done) {
            return Some(found);
        }
        way.pop();
    }
    done.push(from.clone());
    None
}

/// An edge without its waiter.
fn tail(edge: &Edge) -> String {
    match &edge.holder {
        Some(holder) if edge.is_join() => format!(" -waits-> {holder}"),
        Some(holder) => format!(" -waits-> {} -held-by-> {holder}", edge.on),
        None => format!(" -waits-> {}", edge.on),
    }
}

impl fmt::Display for WaitGraph {
    /// Every edge: `a -waits-> Lock 2 -held-by-> b; main -waits-> a`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, edge) in self.edges.iter().enumerate() {
            write!(f, "{}{}{}", if nth == 0 { "" } else { "; " }, edge.waiter, tail(edge))?;
        }
        Ok(())
    }
}
