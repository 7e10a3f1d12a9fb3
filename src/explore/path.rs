//! The way through the tree of choices: which were taken, which are left.

use super::{Unfit, Word};
use crate::trace::Name;
use std::fmt;

/// One choice: who could run, and whom the path takes.
#[derive(Clone, Debug)]
struct Choice {
    ready: Vec<Name>,
    /// The places in `ready` that the bound allows, in the order in which they are tried.
    allowed: Vec<usize>,
    /// Which of `allowed` the path takes.
    taken: usize,
}

impl Choice {
    fn name(&self) -> &Name {
        &self.ready[self.allowed[self.taken]]
    }
}

/// The current path: a stack of choices, the deepest last.
pub(super) struct Path {
    choices: Vec<Choice>,
    preemptions: Option<usize>,
    cut: bool,
}

impl Path {
    pub(super) fn new(preemptions: Option<usize>) -> Self {
        Self { choices: Vec::new(), preemptions, cut: false }
    }

    /// Whether the bound has forbidden anything so far.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    /// What a run needs to follow this path and to write down what comes after it.
    pub(super) fn recorder(&mut self) -> Recorder {
        let choices = std::mem::take(&mut self.choices);
        Recorder { prefix: choices.len(), choices, preemptions: self.preemptions, ..Recorder::default() }
    }

    /// Takes the recorder back. Returns the schedule that was run.
    pub(super) fn learn(&mut self, recorder: Recorder) -> Result<Word, NotDeterministic> {
        if let Some(misfit) = recorder.misfit {
            return Err(misfit);
        }
        if recorder.step < recorder.prefix {
            let planned = recorder.choices[recorder.step].ready.clone();
            return Err(NotDeterministic { step: recorder.step + 1, planned, found: Vec::new() });
        }
        self.cut |= recorder.cut;
        self.choices = recorder.choices;
        Ok(Word(self.choices.iter().map(|choice| choice.name().clone()).collect()))
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

/// Follows a path in one run and writes down the choices that come after it.
#[derive(Default)]
pub(super) struct Recorder {
    choices: Vec<Choice>,
    /// How many of the choices are given; the rest are found by this run.
    prefix: usize,
    step: usize,
    preemptions: Option<usize>,
    /// Preemptions so far in this run.
    spent: usize,
    last: Option<Name>,
    cut: bool,
    misfit: Option<NotDeterministic>,
    /// The word to spell instead of a path.
    spelling: Option<Word>,
    unfit: Option<Unfit>,
}

impl Recorder {
    pub(super) fn spelling(word: &Word) -> Self {
        Self { spelling: Some(word.clone()), ..Self::default() }
    }

    /// What kept the run from spelling the whole word.
    pub(super) fn unfit(&self, word: &Word) -> Option<Unfit> {
        let short = || Unfit { step: self.step + 1, wanted: word.0[self.step].clone(), ready: Vec::new() };
        self.unfit.clone().or_else(|| (self.step < word.polls()).then(short))
    }

    /// Called by the run at each choice.
    pub(super) fn choose(&mut self, ready: &[Name]) -> usize {
        let chosen = match &self.spelling {
            Some(word) => self.spelled(word.0.get(self.step).cloned(), ready),
            None => self.followed(ready),
        };
        self.spent += usize::from(self.preempts(&ready[chosen], ready));
        self.last = Some(ready[chosen].clone());
        self.step += 1;
        chosen
    }

    fn spelled(&mut self, wanted: Option<Name>, ready: &[Name]) -> usize {
        let Some(wanted) = wanted else { return 0 };
        let at = ready.iter().position(|name| *name == wanted);
        if at.is_none() && self.unfit.is_none() {
            self.unfit = Some(Unfit { step: self.step + 1, wanted, ready: ready.to_vec() });
        }
        at.unwrap_or(0)
    }

    fn followed(&mut self, ready: &[Name]) -> usize {
        if self.misfit.is_some() {
            return 0; // the rest of this run is of no use
        }
        if self.step < self.prefix {
            let planned = &self.choices[self.step];
            if planned.ready == ready {
                return planned.allowed[planned.taken];
            }
            let planned = planned.ready.clone();
            self.misfit.get_or_insert(NotDeterministic { step: self.step + 1, planned, found: ready.to_vec() });
            return 0;
        }
        let affordable = |at: &usize| {
            let cost = self.spent + usize::from(self.preempts(&ready[*at], ready));
            self.preemptions.is_none_or(|bound| cost <= bound)
        };
        let allowed: Vec<usize> = (0..ready.len()).filter(affordable).collect();
        self.cut |= allowed.len() < ready.len();
        let chosen = allowed[0];
        self.choices.push(Choice { ready: ready.to_vec(), allowed, taken: 0 });
        chosen
    }

    /// Whether taking `name` leaves a task that could have gone on.
    fn preempts(&self, name: &Name, ready: &[Name]) -> bool {
        self.last.as_ref().is_some_and(|last| last != name && ready.contains(last))
    }
}

/// The same choices led to other tasks than before: something outside the run decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotDeterministic {
    /// At which choice, from 1.
    pub step: usize,
    /// Who could run there before.
    pub planned: Vec<Name>,
    /// Who could run there this time. Empty: the run ended before it.
    pub found: Vec<Name>,
}

impl fmt::Display for NotDeterministic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |names: &[Name]| names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let (planned, found) = (names(&self.planned), names(&self.found));
        let found = if found.is_empty() { "nobody" } else { &found };
        write!(
            f,
            "the play is not deterministic at step {}: {planned} could run there before, and now {found}. Look for an \
             unbiased select!, a hash-ordered loop, a real clock, a random number, or state that outlives a run",
            self.step
        )
    }
}

impl std::error::Error for NotDeterministic {}
