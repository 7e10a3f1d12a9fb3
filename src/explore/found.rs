//! What an exploration found: counts, outcomes, and the shortest schedule that fails.

use super::{Bounds, Word};
use crate::sim::{End, Run};
use crate::trace::Trace;
use std::collections::{BTreeSet, HashSet};
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The result of an exploration.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Found {
    /// How many schedules were run.
    pub schedules: usize,
    /// How many of them fail.
    pub failing: usize,
    /// Whether these were all, as far as a run can see: there are no `gaps`. (Real threads are not seen.)
    pub complete: bool,
    /// Why they were not all.
    pub gaps: BTreeSet<Gap>,
    /// How far it was to go; with [deepening](super::Explorer::deepening), the level at which it stopped.
    pub bounds: Bounds,
    /// Schedules that were run at lower levels, of a search that deepens.
    pub before: usize,
    /// Whether `main`'s turns were choices. If not, `main` was always first, and what is complete is so under that rule.
    pub main_competes: bool,
    /// The outcomes, in the order in which they were first seen.
    pub outcomes: Vec<Outcome>,
    /// The shortest schedule that fails: fewest polls, then fewest switches, then the first found.
    pub shortest: Option<Word>,
    /// The stories and the orders seen, hashed: memory grows with these, not with schedules.
    stories: HashSet<u64>,
    orders: HashSet<u64>,
}

/// Why an exploration has not seen every schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Gap {
    /// [`Bounds::preemptions`] left some out.
    Preemptions,
    /// [`Bounds::depth`] left some out.
    Depth,
    /// [`Bounds::schedules`] left some out.
    Schedules,
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
            Gap::Preemptions => "the bound on preemptions was hit",
            Gap::Depth => "the bound on depth was hit",
            Gap::Schedules => "the bound on schedules was hit",
            Gap::Cut => "a run was cut by its limits",
            Gap::Stray => "a task without a seat ran outside the schedule",
            Gap::Abort => "a task was aborted: when its future is dropped was not explored",
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
    /// The witness's story, hashed: what it must tell again.
    pub(super) story: u64,
}

impl Found {
    pub(super) fn within(bounds: &Bounds, main_competes: bool) -> Self {
        Self { bounds: bounds.clone(), main_competes, ..Self::default() }
    }

    /// How many distinct orders there are of what is said ([`Trace::order`]): what a reader of the log can tell apart.
    ///
    /// ```
    /// use async_kata::{explore, sim, tasks};
    ///
    /// let found = explore::every(|| async {
    ///     let three = ["a", "b", "c"].map(|name| {
    ///         tasks::spawn(name, async {
    ///             sim::sleep(10).await;
    ///             sim::log("awake");
    ///         })
    ///     });
    ///     for task in three {
    ///         task.await.unwrap();
    ///     }
    /// })
    /// .judge(explore::finishes)
    /// .unwrap();
    /// // Six orders to begin, and six to wake up: but who began first is not said.
    /// assert_eq!((found.schedules, found.orders(), found.stories()), (36, 6, 36));
    /// ```
    pub fn orders(&self) -> usize {
        self.orders.len()
    }

    /// How many distinct stories the schedules tell, with who began and ended when: several schedules may differ only in
    /// what no entry shows.
    pub fn stories(&self) -> usize {
        self.stories.len()
    }

    /// Whether one of the schedules told this story. (By a 64-bit hash: no is certain, yes is nearly so.)
    pub fn tells(&self, trace: &Trace) -> bool {
        self.stories.contains(&story(trace))
    }

    /// Counts one run.
    pub(super) fn count<T>(&mut self, run: &Run<T>, verdict: Result<String, String>, word: Word) {
        let cut = matches!(run.end, End::Spin(_) | End::Flood(_) | End::Horizon(_));
        self.gaps.extend(cut.then_some(Gap::Cut));
        self.gaps.extend((run.strays > 0).then_some(Gap::Stray));
        self.gaps.extend((run.aborts > 0).then_some(Gap::Abort));
        self.schedules += 1;
        let story = story(&run.trace);
        self.stories.insert(story);
        self.orders.insert(order(&run.trace));
        self.tally(verdict, word, story);
    }

    fn tally(&mut self, verdict: Result<String, String>, word: Word, story: u64) {
        let passes = verdict.is_ok();
        let (Ok(label) | Err(label)) = verdict;
        if !passes {
            self.failing += 1;
            if self.shortest.as_ref().is_none_or(|shortest| shorter(&word, shortest)) {
                self.shortest = Some(word.clone());
            }
        }
        match self.outcomes.iter_mut().find(|known| known.label == label && known.passes == passes) {
            None => self.outcomes.push(Outcome { label, passes, count: 1, witness: word, story }),
            Some(known) => {
                known.count += 1;
                if shorter(&word, &known.witness) {
                    (known.witness, known.story) = (word, story);
                }
            }
        }
    }

    /// Nothing more is run: what was left out is known.
    pub(super) fn close(mut self, cut: &BTreeSet<Gap>) -> Self {
        self.gaps.extend(cut);
        self.complete = self.gaps.is_empty();
        self
    }

    /// `4 of 6 schedules fail`, in the singular where there is one.
    pub(super) fn counts(&self) -> String {
        let (failing, all) = (self.failing, self.schedules);
        match (failing, all) {
            (_, 1) if self.complete => format!("{failing} of 1 schedule fails: there is only the one"),
            (_, 1) => format!("{failing} of 1 schedule fails"),
            (1, _) => format!("1 of {all} schedules fails"),
            _ => format!("{failing} of {all} schedules fail"),
        }
    }

    /// How far it went, in a sentence: `explored 42 schedules at preemption bound 1, main always first (complete: no, the
    /// bound on preemptions was hit)`. A bound that left nothing out is not mentioned.
    pub fn extent(&self) -> String {
        let Bounds { preemptions, depth, late_ticks, .. } = self.bounds;
        let s = |n: usize| if n == 1 { "" } else { "s" };
        let mut text = format!("explored {} schedule{}", self.schedules, s(self.schedules));
        let hit = |gap| self.gaps.contains(&gap) || self.gaps.contains(&Gap::Schedules);
        if let Some(bound) = preemptions.filter(|_| hit(Gap::Preemptions)) {
            let _ = write!(text, " at preemption bound {bound}");
        }
        if let Some(depth) = depth.filter(|_| hit(Gap::Depth)) {
            let _ = write!(text, " to a depth of {depth}");
        }
        if self.before > 0 {
            let _ = write!(text, ", after {} at lower bounds", self.before);
        }
        if late_ticks > 0 {
            let _ = write!(text, ", with up to {late_ticks} late tick{}", s(late_ticks));
        }
        if !self.main_competes {
            text.push_str(", main always first");
        }
        let gaps: Vec<String> = self.gaps.iter().map(Gap::to_string).collect();
        let complete = if self.complete { "yes".into() } else { format!("no, {}", gaps.join("; ")) };
        text + &format!(" (complete: {complete})")
    }

    /// The outcomes as a table, a row each: verdict, label, count, share, the shortest schedule that ends so.
    ///
    /// ```text
    /// fails   one update lost       4 of 6   66.7 %  a b b a
    /// passes  both updates counted  2 of 6   33.3 %  b b a a
    /// ```
    ///
    /// A label with several lines is shown with its first.
    pub fn table(&self) -> String {
        let first = |outcome: &Outcome| outcome.label.lines().next().unwrap_or_default().to_string();
        let wide = self.outcomes.iter().map(|outcome| first(outcome).chars().count()).max().unwrap_or(0);
        let digits = self.schedules.to_string().len();
        let mut text = String::new();
        for outcome in &self.outcomes {
            let (mark, label, count) =
                (if outcome.passes { "passes" } else { "fails " }, first(outcome), outcome.count);
            let share = 100.0 * count as f64 / self.schedules as f64;
            let word = spelled(&outcome.witness);
            let _ =
                writeln!(text, "{mark}  {label:wide$}  {count:>digits$} of {}  {share:>5.1} %  {word}", self.schedules);
        }
        text
    }
}

impl fmt::Display for Found {
    /// `4 of 6 schedules fail; the shortest: a b b a`. A count of one is said to be one, and a cut search to be cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.counts())?;
        if let Some(word) = &self.shortest {
            write!(f, "; the shortest: {}", spelled(word))?;
        }
        self.gaps.iter().try_for_each(|gap| write!(f, " (not all: {gap})"))
    }
}

/// A word as a sentence has it.
fn spelled(word: &Word) -> String {
    if word.steps().is_empty() { "(no choice at all)".into() } else { word.to_string() }
}

fn shorter(one: &Word, other: &Word) -> bool {
    (one.polls(), one.switches()) < (other.polls(), other.switches())
}

pub(super) fn story(trace: &Trace) -> u64 {
    let mut hasher = DefaultHasher::new();
    trace.story().for_each(|entry| entry.hash(&mut hasher));
    hasher.finish()
}

fn order(trace: &Trace) -> u64 {
    let mut hasher = DefaultHasher::new();
    trace.said().for_each(|said| said.hash(&mut hasher));
    hasher.finish()
}
