//! The way through the tree of choices: which were taken, which are left.

use super::recorder::Recorder;
use super::{Bounds, Gap, Step, Unfit, Word};
use crate::trace::Name;
use std::collections::BTreeSet;
use std::fmt;

/// What a run had to choose from, at one of its choices.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// Whose turn it is: these tasks could run.
    Turn(Vec<Name>),
    /// [`sim::pick`](crate::sim::pick): one of `n`, and what for.
    Pick {
        /// How many ways there are.
        n: usize,
        /// As the play said.
        why: String,
    },
    /// Nothing: the run was over before.
    Over,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Asked::Turn(ready) => {
                let ready: Vec<&str> = ready.iter().map(Name::as_str).collect();
                write!(f, "{} could run there", ready.join(", "))
            }
            Asked::Pick { n, why } => write!(f, "a pick of one out of {n} ({why})"),
            Asked::Over => f.write_str("nobody could run there"),
        }
    }
}

/// One choice: what it was between, and which way the path takes.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) asked: Asked,
    /// The ways that the bounds allow, in the order in which they are tried: places in `asked`, and behind the last task's
    /// the late tick.
    pub(super) allowed: Vec<usize>,
    /// Which of `allowed` the path takes.
    pub(super) taken: usize,
}

impl Choice {
    pub(super) fn way(&self) -> usize {
        self.allowed[self.taken]
    }

    fn step(&self) -> Step {
        match &self.asked {
            Asked::Turn(ready) => ready.get(self.way()).map_or(Step::Tick, |name| Step::Poll(name.clone())),
            _ => Step::Pick(self.way()),
        }
    }
}

/// The current path: a stack of choices, the deepest last.
pub(super) struct Path {
    choices: Vec<Choice>,
    bounds: Bounds,
    cut: BTreeSet<Gap>,
}

impl Path {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { choices: Vec::new(), bounds, cut: BTreeSet::new() }
    }

    /// Which bounds have forbidden anything so far.
    pub(super) fn cut(&self) -> &BTreeSet<Gap> {
        &self.cut
    }

    /// What a run needs to follow this path and to write down what comes after it.
    pub(super) fn recorder(&mut self) -> Recorder {
        Recorder::new(std::mem::take(&mut self.choices), self.bounds.clone())
    }

    /// Takes the recorder back. Returns the schedule that was run; `None` if there is no such schedule, because the path
    /// ended with a late tick where no timer was armed.
    pub(super) fn learn(&mut self, recorder: Recorder) -> Result<Option<Word>, NotDeterministic> {
        let (choices, cut, vain) = recorder.close()?;
        self.cut.extend(cut);
        self.choices = choices;
        Ok((!vain).then(|| Word(self.choices.iter().map(Choice::step).collect())))
    }

    /// Goes to the next path, depth first. False: there is none.
    pub(super) fn advance(&mut self) -> bool {
        while let Some(last) = self.choices.last_mut() {
            if last.taken + 1 < last.allowed.len() {
                last.taken += 1;
                return true;
            }
            self.choices.pop();
        }
        false
    }
}

/// The same choices led to something else than before: something outside the run decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotDeterministic {
    /// Other ways stood to choose.
    Choice {
        /// At which choice, from 1.
        step: usize,
        /// What there was to choose before.
        planned: Asked,
        /// What there is this time.
        found: Asked,
    },
    /// A schedule that was run once more, when all were done, did not fit any more.
    Unfit(Unfit),
    /// A schedule that was run once more, when all were done, told another story or came to another verdict.
    Outcome {
        /// The schedule.
        word: Word,
        /// The outcome's label before.
        before: String,
        /// And this time; the same, if only the story is another.
        now: String,
    },
}

impl fmt::Display for NotDeterministic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the play is not deterministic")?;
        match self {
            Self::Choice { step, planned, found } => write!(f, " at step {step}: before, {planned}; now, {found}")?,
            Self::Unfit(unfit) => write!(f, ": a schedule that was run before no longer fits, because {unfit}")?,
            Self::Outcome { word, before, now } if before == now => {
                write!(f, ": the schedule \"{word}\" told another story when it was run again")?;
            }
            Self::Outcome { word, before, now } => {
                write!(
                    f,
                    ": the schedule \"{word}\" came out as \"{before}\", and as \"{now}\" when it was run again"
                )?;
            }
        }
        f.write_str(
            ". Look for a select! without `biased;`, a hash-ordered loop, a real clock, a real thread, a random number, or \
             state that outlives a run (a static, an Arc that is made outside the play)",
        )
    }
}

impl std::error::Error for NotDeterministic {}
