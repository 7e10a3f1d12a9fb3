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
}

/// One thing that a task waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wait {
    /// In words: `Lock 1 (made at src/x.rs:3:20)`, `task a`, `the clock, until 30 ms`.
    pub on: String,
    /// The task's line that waits, where it is known.
    pub site: Option<Site>,
    /// Who holds it.
    pub held_by: Vec<Holder>,
}

/// Somebody who holds what others wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The task that took it; it may have handed the guard on since.
    pub task: Name,
    /// The line that took it; `None` for a task to whom it was handed over, and who has not polled that future since.
    pub site: Option<Site>,
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.waits.is_empty() {
            let task = &self.task;
            return write!(
                f,
                "{task} waits for something unknown: none of our primitives (a tokio Mutex, a channel, ...)"
            );
        }
        for (nth, wait) in self.waits.iter().enumerate() {
            let and = if nth == 0 { "waits for" } else { "and for" };
            write!(f, "{}{} {and} {wait}", if nth == 0 { "" } else { "\n  " }, self.task)?;
        }
        Ok(())
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.on)?;
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
