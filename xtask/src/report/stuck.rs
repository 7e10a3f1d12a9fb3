//! Who waits for whom at the end of a stuck run, as plain data.

use super::both::Both;
use super::model::{Edge, Stuck, Waits};
use async_kata::sim::{self, End, Probe};

/// `None` unless the run is stuck.
pub(super) fn waits<T>(end: &End<T>) -> Option<Waits> {
    let (End::Deadlock(stuck) | End::Horizon(stuck)) = end else { return None };
    let graph = end.wait_graph();
    Some(Waits {
        tasks: stuck.iter().map(task).collect(),
        edges: graph.edges.iter().map(edge).collect(),
        cycle: graph.cycle.iter().map(edge).collect(),
        closed: graph.closed.map(|closed| closed.entry),
    })
}

fn edge(edge: &sim::Edge) -> Edge {
    let (waiter, holder) = (edge.waiter.to_string(), edge.holder.as_ref().map(ToString::to_string));
    Edge { waiter, on: edge.on.clone(), holder, is_join: edge.is_join() }
}

/// Our primitives say where they are awaited, and the probe saw where anything is: mostly the same line, though perhaps
/// another column of it.
fn task(stuck: &sim::Stuck) -> Stuck {
    let mut sites: Vec<String> = Vec::new();
    let told = stuck.waits.iter().filter_map(|wait| wait.site.as_ref()).map(ToString::to_string);
    let seen: &[String] = if let Probe::Waits(seen) = &stuck.probe { seen } else { &[] };
    for site in told.chain(seen.iter().cloned()) {
        if !sites.iter().any(|known| is_same_line(known, &site)) {
            sites.push(site);
        }
    }
    let found = match stuck.probe {
        Probe::CouldGoOn => Some(Both::new(
            "could go on: what it waits for has come, and nobody woke it",
            "могла б продовжити: те, на що вона чекає, уже є, але її ніхто не розбудив",
        )),
        Probe::LeftNoWaker => Some(Both::new(
            "cannot be woken: its future left the waker with nobody",
            "розбудити її неможливо: її футура нікому не залишила свого waker",
        )),
        _ => None,
    };
    let waits = stuck.waits.iter().map(|wait| wait.on.clone()).collect();
    Stuck { task: stuck.task.to_string(), waits, sites, found }
}

/// One of them may have the package's folder before the other's path.
fn is_same_line(one: &str, other: &str) -> bool {
    let line = |site: &'_ str| site.rsplit_once(':').map_or(site.len(), |(line, _)| line.len());
    let (one, other) = (&one[..line(one)], &other[..line(other)]);
    one.ends_with(other) || other.ends_with(one)
}
