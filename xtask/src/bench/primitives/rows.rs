//! The rows of the table: which workload, with which primitives, on how many workers, how often.

use super::subjects::*;
use super::workloads::{Workload, crowd, event, lock, queue, semaphore};
use std::collections::BTreeMap;

/// A line of the table, to be measured.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) workers: Workers,
    /// About so many operations a round: some milliseconds.
    pub(super) n: u64,
    pub(super) contenders: Vec<Contender>,
}

/// Threads of the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Workers {
    /// No runtime: one poll does it all, or threads run themselves.
    None,
    One,
    Two,
}

/// One library in one row.
pub(super) struct Contender {
    pub(super) tool: Tool,
    pub(super) contract: Contract,
    pub(super) run: Workload,
}

fn contender<S: Subject>(run: Workload) -> Contender {
    Contender { tool: S::TOOL, contract: S::CONTRACT, run }
}

/// A workload with each of these primitives; those behind the semicolon are peers.
macro_rules! each {
    ($module:ident::$run:ident: $($subject:ident)*; $($peer:ident)*) => {
        Vec::from([
            $(contender::<$subject>($module::$run::<$subject>),)*
            $(#[cfg(feature = "peers")] contender::<$peer>($module::$run::<$peer>),)*
        ])
    };
}

macro_rules! locks {
    ($module:ident::$run:ident) => {
        each!($module::$run: OurLock TokioLock; BandLock IntrusiveLock SmolLock FuturesLock)
    };
}

macro_rules! semaphores {
    ($module:ident::$run:ident) => {
        each!($module::$run: OurSemaphore TokioSemaphore; BandSemaphore IntrusiveSemaphore SmolSemaphore)
    };
}

macro_rules! events {
    ($module:ident::$run:ident) => {
        each!($module::$run: OurEvent TokioEvent; BandEvent IntrusiveEvent SmolEvent)
    };
}

macro_rules! queues {
    ($module:ident::$run:ident) => {
        each!($module::$run: OurQueue TokioQueue;
            BandQueue IntrusiveQueue SmolQueue FuturesQueue FlumeQueue KanalQueue)
    };
}

macro_rules! shared_queues {
    ($module:ident::$run:ident) => {
        each!($module::$run: OurQueue TokioSharedQueue; BandQueue IntrusiveQueue SmolQueue FlumeQueue KanalQueue)
    };
}

fn row(name: &'static str, workers: Workers, n: u64, contenders: Vec<Contender>) -> Row {
    Row { name, workers, n, contenders }
}

pub(super) fn all() -> Vec<Row> {
    let mut rows = locks_and_semaphores();
    rows.extend(events_and_crowds());
    rows.extend(all_queues());
    rows
}

fn locks_and_semaphores() -> Vec<Row> {
    use Workers::{None, One, Two};
    vec![
        row("lock, uncontended", None, 200_000, locks!(lock::uncontended)),
        row("try_lock", None, 200_000, locks!(lock::tried)),
        row("lock, 2 threads, short", None, 40_000, locks!(lock::threads_short)),
        row("lock, 2 threads, ~100 ns", None, 20_000, locks!(lock::threads_long)),
        row("lock, 8 tasks, short, 2 workers", Two, 40_000, locks!(lock::tasks_short)),
        row("lock, 8 tasks, over a turn, 1 worker", One, 20_000, locks!(lock::tasks_over_a_turn)),
        row("lock, 8 tasks, over a turn, 2 workers", Two, 20_000, locks!(lock::tasks_over_a_turn)),
        row("semaphore, uncontended", None, 200_000, semaphores!(semaphore::uncontended)),
        row("semaphore, 8 tasks for 2, 1 worker", One, 20_000, semaphores!(semaphore::tasks_over_a_turn)),
        row("semaphore, 8 tasks for 2, 2 workers", Two, 20_000, semaphores!(semaphore::tasks_over_a_turn)),
        row("lock, 1 of 1000 gives up", None, 500, locks!(crowd::give_up_lock)),
    ]
}

fn events_and_crowds() -> Vec<Row> {
    use Workers::{None, One, Two};
    vec![
        row("event, set + wait + clear", None, 200_000, events!(event::in_one_task)),
        row("event, set, nobody waits", None, 200_000, events!(event::nobody_waits)),
        row("event, ping-pong, 1 worker", One, 10_000, events!(event::ping_pong)),
        row("event, ping-pong, 2 workers", Two, 10_000, events!(event::ping_pong)),
        row("event lets 1000 go, for each", None, 5_000, events!(crowd::release)),
        row(
            "semaphore lets 1000 go, for each",
            None,
            5_000,
            each!(crowd::release: OurTurnstile TokioTurnstile; BandTurnstile IntrusiveTurnstile SmolTurnstile),
        ),
        row(
            "barrier lets 1000 go, for each",
            None,
            5_000,
            each!(crowd::release: OurBarrier TokioBarrier; BandBarrier SmolBarrier),
        ),
    ]
}

fn all_queues() -> Vec<Row> {
    use Workers::{None, One, Two};
    vec![
        row("queue, put + get in one task", None, 100_000, queues!(queue::in_one_task)),
        row("queue, 1 to 1, 1 worker", One, 50_000, queues!(queue::one_to_one)),
        row("queue, 1 to 1, 2 workers", Two, 50_000, queues!(queue::one_to_one)),
        row("queue, 4 to 1, 1 worker", One, 50_000, queues!(queue::four_to_one)),
        row("queue, 4 to 1, 2 workers", Two, 50_000, queues!(queue::four_to_one)),
        row("queue, 4 to 4, 1 worker", One, 50_000, shared_queues!(queue::four_to_four)),
        row("queue, 4 to 4, 2 workers", Two, 50_000, shared_queues!(queue::four_to_four)),
        row("queue, 1 of 1000 getters gives up", None, 500, shared_queues!(crowd::give_up_get)),
    ]
}

/// Which crates, as this build's lock file has them.
pub(super) fn versions() -> BTreeMap<&'static str, &'static str> {
    let measured = [
        "asyncband",
        "async-channel",
        "async-lock",
        "event-listener",
        "flume",
        "futures-channel",
        "futures-intrusive",
        "futures-util",
        "kanal",
    ];
    let peers: &[&str] = if cfg!(feature = "peers") { &measured } else { &[] };
    let is_measured = |name: &str| name == "tokio" || peers.contains(&name);
    let packages = include_str!("../../../../Cargo.lock").split("[[package]]").filter_map(|package| {
        let field =
            |key| package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
        Some((field("name")?, field("version")?))
    });
    packages.filter(|(name, _)| is_measured(name)).collect()
}
