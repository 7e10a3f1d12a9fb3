//! Those who choose for a run: one follows a path and finds what comes after it, one spells a word.

use super::path::Choice;
use super::{Asked, Bounds, Gap, NotDeterministic, Step, Unfit, Word};
use crate::sim::{Chooser, Next, Now};
use crate::trace::Name;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

/// A chooser that is lent to a run, and asked afterwards what it saw.
pub(super) struct Lent<C>(Arc<Mutex<C>>);

impl<C> Lent<C> {
    pub(super) fn new(chooser: C) -> Self {
        Self(Arc::new(Mutex::new(chooser)))
    }

    pub(super) fn again(&self) -> Self {
        Self(self.0.clone())
    }

    /// A panic of the run has come out of it before: poison is no news.
    pub(super) fn look(&self) -> MutexGuard<'_, C> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

impl<C: Chooser> Chooser for Lent<C> {
    fn turn(&mut self, ready: &[Name], now: Now) -> Next {
        self.look().turn(ready, now)
    }

    fn pick(&mut self, n: usize, why: &'static str, now: Now) -> usize {
        self.look().pick(n, why, now)
    }

    fn ticked_in_vain(&mut self) {
        self.look().ticked_in_vain();
    }
}

/// Follows a path in one run and writes down the choices that come after it.
#[derive(Default)]
pub(super) struct Recorder {
    choices: Vec<Choice>,
    /// How many of the choices are given; the rest are found by this run.
    prefix: usize,
    step: usize,
    bounds: Bounds,
    /// Preemptions and late ticks so far in this run.
    preemptions: usize,
    ticks: usize,
    /// Who was polled last; nobody counts as preempted by a late tick.
    last: Option<Name>,
    cut: BTreeSet<Gap>,
    vain: bool,
    misfit: Option<NotDeterministic>,
}

impl Recorder {
    pub(super) fn new(choices: Vec<Choice>, bounds: Bounds) -> Self {
        Self { prefix: choices.len(), choices, bounds, ..Self::default() }
    }

    /// The choices of the run, which bounds forbade some, and whether its late tick was in vain.
    pub(super) fn close(self) -> Result<(Vec<Choice>, BTreeSet<Gap>, bool), NotDeterministic> {
        if let Some(misfit) = self.misfit {
            return Err(misfit);
        }
        if self.step < self.prefix {
            let planned = self.choices[self.step].asked.clone();
            return Err(NotDeterministic::Choice { step: self.step + 1, planned, found: Asked::Over });
        }
        Ok((self.choices, self.cut, self.vain))
    }

    /// The way to take. `asks` says whether a known choice is this one, `asked` and `allowed` make a new one.
    fn choose(
        &mut self,
        is_this: impl FnOnce(&Asked) -> bool,
        asked: impl FnOnce() -> Asked,
        allowed: impl FnOnce(&mut Self) -> Vec<usize>,
    ) -> usize {
        let at = self.step;
        self.step += 1;
        if self.misfit.is_some() {
            return 0; // the rest of this run is of no use
        }
        if at < self.prefix {
            let planned = &self.choices[at];
            if is_this(&planned.asked) {
                return planned.way();
            }
            let planned = planned.asked.clone();
            self.misfit = Some(NotDeterministic::Choice { step: at + 1, planned, found: asked() });
            return 0;
        }
        let mut allowed = allowed(self);
        if allowed.len() > 1 && self.bounds.depth.is_some_and(|depth| at >= depth) {
            self.cut.insert(Gap::Depth);
            allowed.truncate(1);
        }
        let way = allowed[0];
        self.choices.push(Choice { asked: asked(), allowed, taken: 0 });
        way
    }

    /// The turns that the bounds allow: never none, because to go on with the last task costs nothing.
    fn allowed(&mut self, ready: &[Name]) -> Vec<usize> {
        let free = self.bounds.preemptions.is_none_or(|bound| self.preemptions < bound);
        let affordable = |at: &usize| free || !self.preempts(&ready[*at], ready);
        let mut allowed: Vec<usize> = (0..ready.len()).filter(affordable).collect();
        if allowed.len() < ready.len() {
            self.cut.insert(Gap::Preemptions);
        }
        allowed.extend((self.ticks < self.bounds.late_ticks).then_some(ready.len()));
        allowed
    }

    /// Whether taking `name` leaves a task that could have gone on.
    fn preempts(&self, name: &Name, ready: &[Name]) -> bool {
        self.last.as_ref().is_some_and(|last| last != name && ready.contains(last))
    }
}

impl Chooser for Recorder {
    fn turn(&mut self, ready: &[Name], _now: Now) -> Next {
        let is_this = |asked: &Asked| matches!(asked, Asked::Turn(planned) if planned == ready);
        let way = self.choose(is_this, || Asked::Turn(ready.to_vec()), |this| this.allowed(ready));
        let Some(name) = ready.get(way) else {
            self.ticks += 1;
            self.last = None;
            return Next::Tick;
        };
        self.preemptions += usize::from(self.preempts(name, ready));
        self.last = Some(name.clone());
        Next::Seat(way)
    }

    fn pick(&mut self, n: usize, why: &'static str, _now: Now) -> usize {
        let is_this = |asked: &Asked| matches!(asked, Asked::Pick { n: m, why: w } if *m == n && w == why);
        self.choose(is_this, || Asked::Pick { n, why: why.into() }, |_| (0..n).collect())
    }

    fn ticked_in_vain(&mut self) {
        self.vain = true;
    }
}

/// Where a run stood when a step of its word was taken.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) step: Step,
    pub(super) asked: Asked,
    pub(super) now: Now,
}

/// Spells a word; beyond its end, whoever came first.
pub(super) struct Speller {
    word: Word,
    marks: Vec<Mark>,
    unfit: Option<Unfit>,
}

impl Speller {
    pub(super) fn new(word: &Word) -> Self {
        Self { word: word.clone(), marks: Vec::new(), unfit: None }
    }

    /// The steps that were taken; or what kept the run from spelling the whole word.
    pub(super) fn close(&mut self) -> Result<Vec<Mark>, Unfit> {
        let taken = self.marks.len();
        let short = self.word.0.get(taken).map(|wanted| (taken + 1, wanted.clone()));
        match (self.unfit.take(), short) {
            (Some(unfit), _) => Err(unfit),
            (None, Some((step, wanted))) => Err(Unfit { step, wanted, asked: Asked::Over }),
            (None, None) => Ok(std::mem::take(&mut self.marks)),
        }
    }

    fn wanted(&self) -> Option<Step> {
        self.word.0.get(self.marks.len()).cloned()
    }

    /// Notes the step that is taken. `None`: what the word wants does not fit.
    fn mark(&mut self, taken: Option<Step>, instead: Step, asked: Asked, now: Now) {
        if let (None, None, Some(wanted)) = (&taken, &self.unfit, self.wanted()) {
            self.unfit = Some(Unfit { step: self.marks.len() + 1, wanted, asked: asked.clone() });
        }
        self.marks.push(Mark { step: taken.unwrap_or(instead), asked, now });
    }
}

impl Chooser for Speller {
    fn turn(&mut self, ready: &[Name], now: Now) -> Next {
        let first = Step::Poll(ready[0].clone());
        let (taken, next) = match self.wanted() {
            None => (Some(first.clone()), Next::Seat(0)),
            Some(Step::Tick) => (Some(Step::Tick), Next::Tick),
            Some(Step::Pick(_)) => (None, Next::Seat(0)),
            Some(Step::Poll(name)) => match ready.iter().position(|ready| *ready == name) {
                Some(at) => (Some(Step::Poll(name)), Next::Seat(at)),
                None => (None, Next::Seat(0)),
            },
        };
        self.mark(taken, first, Asked::Turn(ready.to_vec()), now);
        next
    }

    fn pick(&mut self, n: usize, why: &'static str, now: Now) -> usize {
        let (taken, way) = match self.wanted() {
            None => (Some(Step::Pick(0)), 0),
            Some(Step::Pick(way)) if way < n => (Some(Step::Pick(way)), way),
            Some(_) => (None, 0),
        };
        self.mark(taken, Step::Pick(0), Asked::Pick { n, why: why.into() }, now);
        way
    }

    fn ticked_in_vain(&mut self) {
        if let (None, Some(mark)) = (&self.unfit, self.marks.last()) {
            self.unfit = Some(Unfit { step: self.marks.len(), wanted: Step::Tick, asked: mark.asked.clone() });
        }
    }
}
