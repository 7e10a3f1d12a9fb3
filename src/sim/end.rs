//! How a run ends, and when it is cut.

use super::{Stuck, WaitGraph};
use crate::trace::{Name, Trace};
use std::fmt;
use std::time::Duration;

/// One run of a play.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Run<T> {
    /// What happened. Its clock stops at the last progress: a jump to the horizon is not in it.
    pub trace: Trace,
    /// How it ended.
    pub end: End<T>,
    /// Tasks without a seat, the most that were seen at once, after some poll or at the end: the run did not control them,
    /// and its order is no promise. (One that begins and ends within one poll of another is not seen.)
    pub strays: usize,
    /// Tasks that were aborted (`JoinHandle::abort`, a dropped `JoinSet`): tokio drops the body on no turn of the task's
    /// own, so no schedule shows when.
    pub aborts: usize,
    /// Tasks that were spawned and had not had their first poll when `main` ended, or the run was stopped.
    pub(crate) never_begun: Vec<Name>,
    /// What panics would have printed, where they were silent: `src/x.rs:3:5: boom`.
    pub(crate) unheard: Vec<String>,
    /// How many times the body of each seat was polled, in the order in which the seats were made.
    pub(crate) polls: Vec<usize>,
    /// Entries that are not in the trace: mechanics and story beyond [`Limits::entries`] each, and what destructors of
    /// left-overs said beyond twice that.
    pub untold: u64,
}

/// The end of a run: done, or one of five others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End<T> {
    /// `main` returned this.
    Done(T),
    /// Nothing could run, and no timer was armed: these tasks would wait for ever.
    Deadlock(Vec<Stuck>),
    /// Something ticked on and on, and `main` did not end: [`Limits::horizon`] or [`Limits::quiet_ticks`] was reached.
    Horizon(Vec<Stuck>),
    /// This task was polled when [`Limits::quiet_polls`] polls had passed without an entry and without a tick.
    Spin(Name),
    /// This task said one thing more than [`Limits::entries`].
    Flood(Name),
    /// `main` panicked. (Another task's panic is an error value for whoever awaits it.)
    Panicked {
        /// Whose panic it was.
        task: Name,
        /// What it said.
        message: String,
    },
}

impl<T> Run<T> {
    /// The tasks that panicked, with what they said, in order: also those whose panic nobody looked at.
    pub fn failed(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.trace.story().filter(|entry| entry.what.kind() == "failed").map(|entry| (&entry.task, entry.what.text()))
    }

    /// The tasks that had begun and not ended when `main` did, or when the run was stopped.
    pub fn left_over(&self) -> impl Iterator<Item = &Name> {
        self.trace.story().filter(|entry| entry.what.kind() == "left-over").map(|entry| &entry.task)
    }
}

impl<T> End<T> {
    /// The end's name: `done`, `deadlock`, `horizon`, `spin`, `flood` or `panicked`.
    pub fn name(&self) -> &'static str {
        match self {
            End::Done(_) => "done",
            End::Deadlock(_) => "deadlock",
            End::Horizon(_) => "horizon",
            End::Spin(_) => "spin",
            End::Flood(_) => "flood",
            End::Panicked { .. } => "panicked",
        }
    }

    /// Whether it is one of the two ends that have stuck tasks.
    pub(crate) fn is_stuck(&self) -> bool {
        matches!(self, End::Deadlock(_) | End::Horizon(_))
    }

    /// Who waits for whom, where the run is stuck; without edges elsewhere.
    pub fn wait_graph(&self) -> WaitGraph {
        match self {
            End::Deadlock(stuck) | End::Horizon(stuck) => WaitGraph::of(stuck),
            _ => WaitGraph::default(),
        }
    }

    /// The same end with `done`'s value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> End<U> {
        match self {
            End::Done(value) => End::Done(change(value)),
            End::Deadlock(stuck) => End::Deadlock(stuck),
            End::Horizon(stuck) => End::Horizon(stuck),
            End::Spin(task) => End::Spin(task),
            End::Flood(task) => End::Flood(task),
            End::Panicked { task, message } => End::Panicked { task, message },
        }
    }
}

impl<T> fmt::Display for End<T> {
    /// One sentence; for the two ends that have stuck tasks, a line for each of them after it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stuck = match self {
            End::Done(_) => return f.write_str("done"),
            End::Spin(task) => {
                return write!(f, "spin: {task} runs on and on, and neither an entry nor the clock moves");
            }
            End::Flood(task) => return write!(f, "flood: {task} says more than a run may hold"),
            End::Panicked { task, message } => return write!(f, "panicked: {task}: {message}"),
            End::Deadlock(stuck) => {
                f.write_str("deadlock: nothing can run, and no timer is armed")?;
                stuck
            }
            End::Horizon(stuck) => {
                f.write_str("horizon: timers keep firing, and main does not end")?;
                stuck
            }
        };
        stuck.iter().try_for_each(|task| write!(f, "\n  {task}"))
    }
}

/// When a run is cut. Virtual, so the same on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Virtual time after which a run that still ticks is a [`End::Horizon`]. 30 days; more than five years count as five
    /// years, because tokio's clock has a "never" of its own.
    pub horizon: Duration,
    /// Ticks (moves of the clock) without an entry, likewise. 100 000.
    pub quiet_ticks: u64,
    /// Polls without an entry and without a tick, after which the next poll is a [`End::Spin`]. 10 000.
    pub quiet_polls: u64,
    /// Story entries that a run may have; one more is a [`End::Flood`]. Also how many mechanics are kept. 100 000.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            horizon: Duration::from_secs(30 * 24 * 60 * 60),
            quiet_ticks: 100_000,
            quiet_polls: 10_000,
            entries: 100_000,
        }
    }
}
