//! The ways in which tasks, groups and scopes come to an end that is no value.

use std::fmt;

/// Why a task has no value: asyncio's `CancelledError`, or an exception that left it; tokio's `JoinError`, with a name.
///
/// ```
/// use async_kata::tasks::{self, Ended};
/// use async_kata::sim;
///
/// let run = sim::run(|| async { tasks::spawn("task", async { panic!("boom") }).await });
/// let ended: Result<(), Ended> = match run.end {
///     sim::End::Done(ended) => ended,
///     other => panic!("{}", other.name()),
/// };
/// assert_eq!(ended.unwrap_err().to_string(), "task task panicked: boom");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Its body was dropped before it returned.
    Cancelled,
    /// Its body panicked.
    Panicked {
        /// Whose panic it was.
        task: String,
        /// What it said.
        message: String,
    },
    /// A group's child returned an error. The group has it.
    Failed {
        /// Whose error it was.
        task: String,
    },
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Cancelled => f.write_str("the task was cancelled"),
            Ended::Panicked { task, message } => write!(f, "task {task} panicked: {message}"),
            Ended::Failed { task } => write!(f, "task {task} failed, and its group has the error"),
        }
    }
}

impl std::error::Error for Ended {}

/// What went wrong in one of several tasks, and in which: the error of [`gather`](super::gather()), one of those of a
/// [`group`](super::group()).
///
/// ```
/// use async_kata::tasks::{Failure, Why};
///
/// let failure = Failure { task: Some("reader".into()), why: Why::Error("no such file") };
/// assert_eq!(failure.to_string(), "task reader: no such file");
/// let failure = Failure::<&str> { task: None, why: Why::Panicked("boom".into()) };
/// assert_eq!(failure.to_string(), "the body panicked: boom");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure<E> {
    /// The task's name. `None`: it was the body of a group.
    pub task: Option<String>,
    /// What went wrong.
    pub why: Why<E>,
}

/// What went wrong in a task. See [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why<E> {
    /// It returned this error.
    Error(E),
    /// It panicked, with this message.
    Panicked(String),
    /// It was cancelled. (Never in a group, where a child that is cancelled by itself is no failure.)
    Cancelled,
}

impl<E> Failure<E> {
    /// How this task's end reads where it is a failure.
    pub(super) fn of(task: &str, ended: Ended) -> Self {
        let why = match ended {
            Ended::Panicked { message, .. } => Why::Panicked(message),
            Ended::Cancelled | Ended::Failed { .. } => Why::Cancelled,
        };
        Failure { task: Some(task.into()), why }
    }
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.task {
            Some(task) => write!(f, "task {task}")?,
            None => f.write_str("the body")?,
        }
        match &self.why {
            Why::Error(error) => write!(f, ": {error}"),
            Why::Panicked(message) => write!(f, " panicked: {message}"),
            Why::Cancelled => f.write_str(" was cancelled"),
        }
    }
}

impl<E: fmt::Display + fmt::Debug> std::error::Error for Failure<E> {}

/// Everything that went wrong in a [`group`](super::group()), in the order in which it did: asyncio's `ExceptionGroup`,
/// in which an error of the body comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupError<E> {
    /// At least one.
    pub failures: Vec<Failure<E>>,
}

impl<E: fmt::Display> fmt::Display for GroupError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, failure) in self.failures.iter().enumerate() {
            write!(f, "{}{failure}", if nth == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl<E: fmt::Display + fmt::Debug> std::error::Error for GroupError<E> {}

/// A deadline has passed: of a [`timeout`](super::timeout()), of [`wait_for`](super::wait_for), of an
/// [`as_completed`](super::as_completed()) with a timeout. asyncio's `TimeoutError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has passed")
    }
}

impl std::error::Error for Elapsed {}
