//! What an exploration found: counts, outcomes, and the shortest schedule that fails.

use super::Word;
use crate::sim::{End, Run};
use crate::trace::Trace;
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The result of an exploration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Found {
    /// How many schedules were run.
    pub schedules: usize,
    /// How many of them fail.
    pub failing: usize,
    /// Whether these were all: there are no `gaps`.
    pub complete: bool,
    /// Why they were not all.
    pub gaps: BTreeSet<Gap>,
    /// The outcomes, in the order in which they were first seen.
    pub outcomes: Vec<Outcome>,
    /// The shortest schedule that fails: fewest polls, then fewest switches, then the first found.
    pub shortest: Option<Word>,
    /// The stories seen, hashed: memory grows with distinct orders, not with schedules.
    orders: HashSet<u64>,
}

/// Why an exploration has not seen every schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Gap {
    /// A bound was hit.
    Bound,
    /// A run was cut by its limits (a spin, a flood, a horizon): what would have come after was not explored.
    Cut,
    /// A task without a seat ran: when it goes on was not chosen.
    Stray,
    /// A task was aborted (`JoinHandle::abort`, a dropped `JoinSet`): when its body is dropped was not chosen.
    Abort,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Gap::Bound => "a bound was hit",
            Gap::Cut => "a run was cut by its limits",
            Gap::Stray => "a task without a seat ran outside the schedule",
            Gap::Abort => "a task was aborted, which is no turn of its own: `Task::cancel` is",
        })
    }
}

/// Schedules that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// What the verdict said.
    pub label: String,
    /// Whether it passes.
    pub passes: bool,
    /// How many schedules.
    pub count: usize,
    /// The shortest of them.
    pub witness: Word,
}

impl Found {
    /// How many distinct stories the schedules tell: several schedules may differ only in what no entry shows.
    pub fn orders(&self) -> usize {
        self.orders.len()
    }

    /// Whether one of the schedules told this story. (By a 64-bit hash: no is certain, yes is nearly so.)
    pub fn tells(&self, trace: &Trace) -> bool {
        self.orders.contains(&hash(trace))
    }

    /// Counts one run.
    pub(super) fn count<T>(&mut self, run: &Run<T>, verdict: Result<String, String>, word: Word) {
        let cut = matches!(run.end, End::Spin(_) | End::Flood(_) | End::Horizon(_));
        self.gaps.extend(cut.then_some(Gap::Cut));
        self.gaps.extend((run.strays > 0).then_some(Gap::Stray));
        self.gaps.extend((run.aborts > 0).then_some(Gap::Abort));
        self.tally(&run.trace, verdict, word);
    }

    fn tally(&mut self, trace: &Trace, verdict: Result<String, String>, word: Word) {
        self.schedules += 1;
        self.orders.insert(hash(trace));
        let passes = verdict.is_ok();
        let (Ok(label) | Err(label)) = verdict;
        if !passes {
            self.failing += 1;
            if self.shortest.as_ref().is_none_or(|shortest| shorter(&word, shortest)) {
                self.shortest = Some(word.clone());
            }
        }
        match self.outcomes.iter_mut().find(|known| known.label == label && known.passes == passes) {
            None => self.outcomes.push(Outcome { label, passes, count: 1, witness: word }),
            Some(known) => {
                known.count += 1;
                if shorter(&word, &known.witness) {
                    known.witness = word;
                }
            }
        }
    }
}

impl fmt::Display for Found {
    /// `4 of 6 schedules fail; the shortest: a b b a`. A count of one is said to be one, and a cut search to be cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failing, all) = (self.failing, self.schedules);
        match (failing, all) {
            (_, 1) if self.complete => write!(f, "{failing} of 1 schedule fails: there is only the one")?,
            (_, 1) => write!(f, "{failing} of 1 schedule fails")?,
            (1, _) => write!(f, "1 of {all} schedules fails")?,
            _ => write!(f, "{failing} of {all} schedules fail")?,
        }
        if let Some(word) = &self.shortest {
            let word = word.to_string();
            write!(f, "; the shortest: {}", if word.is_empty() { "(no choice at all)" } else { &word })?;
        }
        self.gaps.iter().try_for_each(|gap| write!(f, " (not all: {gap})"))
    }
}

fn shorter(one: &Word, other: &Word) -> bool {
    (one.polls(), one.switches()) < (other.polls(), other.switches())
}

fn hash(trace: &Trace) -> u64 {
    let mut hasher = DefaultHasher::new();
    trace.story().for_each(|entry| entry.hash(&mut hasher));
    hasher.finish()
}
