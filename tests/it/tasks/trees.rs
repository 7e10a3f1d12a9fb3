//! Random trees of groups, gathers, deadlines and clean-ups, against a small reference model of who ends when, and how.
//!
//! A program is a tree; every node is a task, which works, or waits for its children. The model computes, from the tree
//! alone, each task's end: at which millisecond, and as what. A run must tell the same of every task.

use async_kata::sim::{self, End, sleep};
use async_kata::tasks::{Task, gather, group, on_cancel, spawn_fallible, timeout};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

#[derive(Clone, Debug)]
enum Node {
    /// Works so long, and returns or fails; cancelled, it cleans up.
    Work { ms: u64, fails: bool, clean_up_ms: u64 },
    /// Ends with its children.
    Group(Vec<Node>),
    /// Ends with the last, or the first that fails.
    Gather(Vec<Node>),
    /// Waits for its child so long.
    Within { ms: u64, child: Box<Node> },
}

fn nodes() -> impl Strategy<Value = Node> {
    // Far apart, and not shrunk, so that no two things happen at once: what a tie does is another test's.
    let ms = (1..1_000_000_u64).no_shrink();
    let work = (ms.clone(), prop::bool::weighted(0.3), ms.clone());
    let work = work.prop_map(|(ms, fails, clean_up_ms)| Node::Work { ms, fails, clean_up_ms });
    work.prop_recursive(4, 24, 4, move |node| {
        let several = prop::collection::vec(node.clone(), 0..4);
        prop_oneof![
            several.clone().prop_map(Node::Group),
            several.prop_map(Node::Gather),
            (ms.clone(), node).prop_map(|(ms, child)| Node::Within { ms, child: Box::new(child) }),
        ]
    })
}

// ---- the program ----

type Body = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A task's name is its way from the root: `r`, `r.0`, `r.0.2`.
fn name_of(parent: &str, nth: usize) -> String {
    format!("{parent}.{nth}")
}

fn body(node: Node, name: String) -> Body {
    Box::pin(async move {
        match node {
            Node::Work { ms, fails, clean_up_ms } => {
                on_cancel(sleep(clean_up_ms));
                sleep(ms).await;
                if fails { Err("failed".into()) } else { Ok(()) }
            }
            Node::Group(children) => {
                let whole = group(async |g| {
                    for (nth, child) in children.into_iter().enumerate() {
                        let name = name_of(&name, nth);
                        g.spawn(&name, body(child, name.clone()));
                    }
                    Ok(())
                });
                whole.await.map_err(|error| error.to_string())
            }
            Node::Gather(children) => {
                let tasks = children.into_iter().enumerate().map(|(nth, child)| start(child, name_of(&name, nth)));
                gather(tasks).await.map(drop).map_err(|error| error.to_string())
            }
            Node::Within { ms, child } => {
                let task = start(*child, name_of(&name, 0));
                let within = timeout(Duration::from_millis(ms), async |_| task.await).await;
                within.map_err(|late| late.to_string())?.map_err(|ended| ended.to_string())?
            }
        }
    })
}

fn start(node: Node, name: String) -> Task<Result<(), String>> {
    spawn_fallible(&name, body(node, name.clone()))
}

/// What a run tells of each task; the root is cancelled at each of `cancels`.
fn played(node: &Node, cancels: &[u64]) -> Fates {
    let (node, cancels) = (node.clone(), cancels.to_vec());
    let run = sim::run(move || async move {
        let root = start(node, "r".into());
        let mut now = 0;
        for at in cancels {
            sleep(at - now).await;
            now = at;
            root.cancel();
        }
        let _ = root.await;
        sleep(100_000_000).await; // those that a gather has left alone
    });
    assert_eq!((&run.end, run.strays), (&End::Done(()), 0));
    let mut fates = Fates::new();
    for entry in run.trace.story().filter(|entry| entry.task != "main" && entry.what.kind() != "started") {
        let before = fates.insert(entry.task.to_string(), Fate { at: entry.ms, how: entry.what.kind() });
        assert_eq!(before, None, "{} has ended twice", entry.task);
    }
    fates
}

// ---- the model ----

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fate {
    at: u64,
    how: &'static str,
}

type Fates = BTreeMap<String, Fate>;

const NEVER: u64 = u64::MAX;

/// The fates of a node that starts at `from` and is cancelled at each of `cancels`, and of all below it.
fn fates(node: &Node, name: &str, from: u64, cancels: &[u64]) -> Fates {
    let first = cancels.first().copied().unwrap_or(NEVER);
    if !cancels.is_empty() {
        let alone = fates(node, name, from, &[]);
        if alone[name].at <= first {
            return alone; // too late, and so are the others
        }
    }
    let (mut all, at, fails) = match node {
        Node::Work { ms, fails, clean_up_ms } => {
            let done = from + ms;
            let cut = cancels.get(1).copied().unwrap_or(NEVER);
            let at = if first < done { cut.min(first + clean_up_ms) } else { done };
            (Fates::new(), at, *fails)
        }
        Node::Group(children) => {
            // The first failure cancels the others, or the first cancel does: they are cancelled once.
            let failure = first_failure(children, name, from);
            let below = below(children, name, from, &[failure.min(first)]);
            let at = last_child(&below, name).unwrap_or(from);
            (below, at, failure < NEVER)
        }
        Node::Gather(children) => gathered(children, name, from, cancels),
        Node::Within { ms, child } => within(from + ms, child, name, from, cancels),
    };
    let how = match () {
        () if !cancels.is_empty() => "cancelled",
        () if fails => "failed",
        () => "ended",
    };
    all.insert(name.into(), Fate { at, how });
    all
}

/// Ends with the first failure, and leaves the others alone; each cancel before that goes through to all.
fn gathered(children: &[Node], name: &str, from: u64, cancels: &[u64]) -> (Fates, u64, bool) {
    let failure = first_failure(children, name, from);
    if cancels.first().is_none_or(|first| failure < *first) && failure < NEVER {
        return (below(children, name, from, &[]), failure, true);
    }
    let below = below(children, name, from, cancels);
    let at = last_child(&below, name).unwrap_or(from);
    (below, at, false)
}

/// The deadline cancels the child, or the first cancel does if it is earlier; those after it go through.
fn within(up: u64, child: &Node, name: &str, from: u64, cancels: &[u64]) -> (Fates, u64, bool) {
    let is_first = cancels.first().is_none_or(|first| *first >= up);
    let cuts: Vec<u64> = is_first.then_some(up).into_iter().chain(cancels.iter().copied()).collect();
    let below = below(std::slice::from_ref(child), name, from, &cuts);
    let end = below[&name_of(name, 0)].clone();
    (below, end.at, end.how != "ended")
}

fn below(children: &[Node], name: &str, from: u64, cancels: &[u64]) -> Fates {
    let each = children.iter().enumerate().map(|(nth, child)| fates(child, &name_of(name, nth), from, cancels));
    each.flatten().collect()
}

/// When the first of the children fails, if nobody cancels them.
fn first_failure(children: &[Node], name: &str, from: u64) -> u64 {
    let alone = below(children, name, from, &[]);
    own(&alone, name).filter(|end| end.how == "failed").map(|end| end.at).min().unwrap_or(NEVER)
}

fn last_child(below: &Fates, name: &str) -> Option<u64> {
    own(below, name).map(|end| end.at).max()
}

/// The ends of the children, without those of theirs.
fn own<'a>(below: &'a Fates, name: &'a str) -> impl Iterator<Item = &'a Fate> {
    let depth = name.matches('.').count() + 1;
    below.iter().filter(move |(task, _)| task.matches('.').count() == depth).map(|(_, end)| end)
}

#[test]
fn random_trees_end_as_the_model_says() {
    let cancels = prop::collection::btree_set((1..1_000_000_u64).no_shrink(), 0..3);
    let ran = crate::seeded::runner("tests/it/tasks/trees.proptest-regressions").run(
        &(nodes(), cancels),
        |(node, cancels)| {
            let cancels: Vec<u64> = cancels.into_iter().collect();
            prop_assert_eq!(played(&node, &cancels), fates(&node, "r", 0, &cancels));
            Ok(())
        },
    );
    if let Err(found) = ran {
        panic!("{found}");
    }
}
