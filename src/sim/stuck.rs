//! Who waits for whom: what a deadlock report says of each task.

use crate::shim::observe::Site;
use crate::trace::Name;
use std::fmt;

/// A task that could not go on, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stuck {
    /// Its name.
    pub task: Name,
    /// What it waits for, as far as is known: our primitives, `sim::sleep` and tasks report, others do not.
    pub waits: Vec<Wait>,
    /// What it did when it was polled once more.
    pub probe: Probe,
}

/// Where a stuck task waits, and whether it had to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probe {
    /// Nobody asked: [`Sim::sites`](super::Sim::sites) is off, the task was about to run when the run was cut, or another
    /// turned out to be able to go on before.
    #[default]
    NotAsked,
    /// It waits, at these lines of its own code (`src/x.rs:14:23`): one, or one for each branch that it polls. Empty: where
    /// is not known, for example because the build has no line numbers.
    ///
    /// In a replay ([`explore`](crate::explore)) these are the lines of its last poll. In a plain run, which cannot know
    /// which poll will be the last, those of one poll more: if what it waited for had come unnoticed and it waits for
    /// something else by now, it is that line which is named.
    Waits(Vec<String>),
    /// Polled once more it went on: **a wakeup was lost**. What it waited for had come, and nobody told it.
    CouldGoOn,
    /// It returned `Pending` and left its waker with nobody: nothing can ever wake it. (A future that forgot to.)
    LeftNoWaker,
}

/// One thing that a task waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// In words: `Lock 1`, `task a`, `the clock, until 30 ms`.
    pub on: String,
    /// The line that made it, where it is a primitive.
    pub made: Option<Site>,
    /// The task whose end it is, if it is one's.
    pub task: Option<Name>,
    /// The task's line that waits, where it is known.
    pub site: Option<Site>,
    /// Who holds it.
    pub held_by: Vec<Holder>,
    /// When the wait began.
    pub since: Moment,
    /// Whether it surely is one: a seat that was polled within this task's poll once may be kept and polled no more.
    pub(super) is_sure: bool,
}

impl Wait {
    pub(super) fn is_for_the_clock(&self) -> bool {
        self.made.is_none() && self.task.is_none()
    }
}

/// Somebody who holds what others wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The task that took it; it may have handed the guard on since.
    pub task: Name,
    /// The line that took it; `None` for a task to whom it was handed over, and who has not polled that future since.
    pub site: Option<Site>,
    /// When it was taken.
    pub since: Moment,
}

/// A moment of a run, on two scales.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Moment {
    /// Explored or replayed: after which step of the word, counted from 1; 0 is before the first. In a plain run: in which
    /// poll.
    pub step: usize,
    /// How many entries the trace had.
    pub entry: usize,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let task = &self.task;
        if self.waits.is_empty() {
            let unknown = "something unknown: none of our primitives (a tokio Mutex, a channel, ...)";
            write!(f, "{task} waits for {unknown}{}", self.at())?;
        }
        for (nth, wait) in self.waits.iter().enumerate() {
            let and = if nth == 0 { "waits for" } else { "and for" };
            write!(f, "{}{task} {and} {wait}", if nth == 0 { "" } else { "\n  " })?;
            // Ours say where they are awaited; a task, the clock and what is foreign do not.
            if wait.site.is_none() && self.waits.len() == 1 {
                f.write_str(&self.at())?;
            }
        }
        match self.probe {
            Probe::CouldGoOn => write!(f, "\n  {task} COULD GO ON: what it waits for has come, and nobody woke it"),
            Probe::LeftNoWaker => write!(f, "\n  {task} CANNOT BE WOKEN: its future left the waker with nobody"),
            _ => Ok(()),
        }
    }
}

impl Stuck {
    /// Where it awaits, as a probe saw it: `, at src/x.rs:14:23 and src/x.rs:15:23`.
    fn at(&self) -> String {
        match &self.probe {
            Probe::Waits(sites) if !sites.is_empty() => format!(", at {}", sites.join(" and ")),
            _ => String::new(),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.on)?;
        if let Some(made) = &self.made {
            write!(f, " (made at {made})")?;
        }
        if let Some(site) = &self.site {
            write!(f, ", at {site}")?;
        }
        for holder in &self.held_by {
            match &holder.site {
                Some(site) => write!(f, "; held by {}, taken at {site}", holder.task)?,
                None => write!(f, "; handed to {}, which has not polled that future since", holder.task)?,
            }
        }
        Ok(())
    }
}
