//! Every order of a play: how many there are, how many fail, and the shortest that does.
//!
//! One run shows one order. [`every`] runs the same play again and again, and each time several tasks could go on it
//! takes another of them, depth first, until no choice is left untried. It is real tokio that runs: the play does not
//! know that it is explored, and need not be written for it.
//!
//! Words: a *seat* is what a task is polled through, by which a run knows its name and lets it wait; a *turn* is one poll
//! of it; a *schedule* is an order in which everything was decided, spelled as a [`Word`] like `a b b a`; a *story* is what
//! a run's log tells.
//!
//! # In a test of your own
//!
//! [`check`] in a plain `#[test]` (not `#[tokio::test]`: each run has a runtime of its own), under `cargo test` or
//! nextest. The play is the body of an async test, and `Send`. It makes everything that it uses, because it is run many
//! times; what it takes from outside must not change (a `move` closure may capture a `Copy` value).
//!
//! tokio's channels, locks, timers and `JoinSet`s stay as they are; a `select!` needs `biased;`, because it is random
//! otherwise. Spawn by [`tasks::spawn`](crate::tasks::spawn), or keep your spawner and put a [`seat`](crate::host::seat)
//! around what is spawned:
//!
//! ```
//! use async_kata::{explore, host::seat};
//! use std::time::Duration;
//! use tokio::{sync::mpsc, task::JoinSet, time::timeout};
//!
//! explore::check(
//!     || async {
//!         let (sender, mut receiver) = mpsc::channel(1);
//!         let mut senders = JoinSet::new();
//!         for n in 1..=2 {
//!             let sender = sender.clone();
//!             let name = format!("sender {n}");
//!             senders.spawn(seat(&name, async move { sender.send(n).await.unwrap() }));
//!         }
//!         drop(sender);
//!         let mut sum = 0;
//!         while let Ok(Some(n)) = timeout(Duration::from_secs(1), receiver.recv()).await {
//!             sum += n;
//!         }
//!         senders.join_all().await;
//!         assert_eq!(sum, 3);
//!     },
//!     explore::finishes,
//! );
//! ```
//!
//! Code that spawns by itself needs the seat inside. For unit tests a shim is enough, and production sees nothing of it:
//!
//! ```
//! #[cfg(test)]
//! use async_kata::host::seat;
//! #[cfg(not(test))]
//! fn seat<F>(_name: &str, future: F) -> F {
//!     future
//! }
//! # fn main() {}
//! ```
//!
//! Tests in `tests/` see the crate as others do, without `cfg(test)`: there async-kata is an ordinary dependency, perhaps
//! behind a feature of yours. A seat outside a run only forwards each poll.
//!
//! When a schedule fails the test fails, and says of the shortest who could run at each step, who did, who had woken it,
//! and what came of it; [`sim::log`](crate::sim::log) adds what your code has to say. [`Explorer::judge`] counts without
//! failing; [`Explorer::replay`] runs one word again, [`Explorer::witness`] too, step by step. A run of a small play takes
//! some tenths of a millisecond in a debug build and a tenth of that in an optimised one; `[profile.dev.package."*"]` with
//! `opt-level = 3` gets most of it for tests.
//!
//! # What is a choice
//!
//! - **Whose poll is next**, among the tasks that could run: always. `main`, the play's own body, is one of them only with
//!   [`Explorer::main_competes`], which [`check`] sees to. Otherwise it goes on whenever it can, *before everybody else*:
//!   right for a body that only spawns and awaits, and wrong for code under test, whose timeouts then never lose.
//! - **[`sim::pick`](crate::sim::pick)**: the branch of a `select!`, a random number, a fault.
//! - **A late tick**: time passes although somebody could run, so that a slow task loses to a timeout. Only with
//!   [`Explorer::late_ticks`], a budget per schedule; without it the clock moves only when nothing can run.
//!
//! n tasks of p polls each have (n p)! / (p!)ⁿ schedules: 6 for two of two, 1680 for three of three, 369 600 for four of
//! three. So make plays small: two or three tasks, and no more awaits than the question needs.
//!
//! # What is not explored
//!
//! - **The inside of one poll.** An await that is ready at once gives nobody else a turn: two tasks that take two free locks
//!   in opposite order, without anything between, never meet here, and do on several threads. Put a
//!   [`turn().await`](crate::host::turn) where somebody could come in. Branches of a `select!` or `join!` are polled in one
//!   poll, seats in them too.
//! - **Memory orderings.** Those, and what atomics do between threads, are loom's half: explore what awaits, model-check
//!   what is built of atomics.
//! - **When an aborted task drops its body** (`JoinHandle::abort`, a dropped `JoinSet`): tokio drops it before the next
//!   choice. [`Found`] then says [`Gap::Abort`]; [`Task::cancel`](crate::tasks::Task::cancel) is a turn like any other.
//! - **Tasks without a seat** run when tokio likes ([`Gap::Stray`]). A seat under a raw `tokio::spawn` keeps tokio's
//!   budget, and yields after 128 operations that were ready; one from `tasks::spawn` does not.
//! - **What is outside**: real threads, `spawn_blocking`, sockets and files are no part of a run, and are not even noticed:
//!   the clock does not wait for them. Nor is chance, unless it shows: the shortest schedule of each outcome is run again at
//!   the end, and [`NotDeterministic`] says if it came out otherwise.
//!
//! Whatever else is left out, [`Found::complete`] is false and [`Found::gaps`] says why. Say "explored k schedules", with the
//! bound: [`Found::extent`] does.
//!
//! # Counting
//!
//! ```
//! use async_kata::{explore, host, sim, tasks};
//! use std::sync::{Arc, Mutex};
//!
//! let found = explore::every(|| async {
//!     let counter = Arc::new(Mutex::new(0));
//!     let pair = ["a", "b"].map(|name| {
//!         let counter = counter.clone();
//!         tasks::spawn(name, async move {
//!             let seen = *counter.lock().unwrap();
//!             host::turn().await;
//!             *counter.lock().unwrap() = seen + 1;
//!         })
//!     });
//!     for task in pair {
//!         task.await.unwrap();
//!     }
//!     let sum = *counter.lock().unwrap();
//!     sum
//! })
//! .judge(|run| match run.end {
//!     sim::End::Done(2) => Ok("both counted".into()),
//!     ref other => Err(format!("{other:?}")),
//! })
//! .unwrap();
//! assert_eq!(found.to_string(), "4 of 6 schedules fail; the shortest: a b b a");
//! ```

mod check;
mod found;
mod path;
mod recorder;
mod witness;
mod word;

pub use check::{Failed, check, everybody_finishes, finishes};
pub use found::{Found, Gap, Outcome};
pub use path::{Asked, NotDeterministic};
pub use witness::{Taken, Witness};
pub use word::{Misspelled, Step, Unfit, Word};

use crate::sim::{Chooser, End, Limits, Pace, Run, Sim, run_at};
use path::Path;
use recorder::{Lent, Speller};
use std::collections::BTreeSet;
use std::future::Future;

/// How many runs, at least, a search ends with that must come out as they did before.
const REPEATS: usize = 8;

/// Explores every schedule of a play, when told how to judge one: see [`Explorer::judge`].
pub fn every<F, Fut>(play: F) -> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    let (sim, bounds, accepted) = (Sim::default(), Bounds::default(), BTreeSet::new());
    Explorer { play, sim, main_competes: None, deepens: false, bounds, accepted }
}

/// How far to explore. Of what the first three cut off, [`Found::complete`] and [`Found::gaps`] tell.
///
/// ```
/// use async_kata::explore::Bounds;
///
/// let mut bounds = Bounds::default();
/// bounds.preemptions = Some(2);
/// bounds.late_ticks = 1;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// How many times a schedule may leave a task that could have gone on for another. `None`: any number. Few mistakes
    /// need more than two.
    pub preemptions: Option<usize>,
    /// How many steps of a schedule are choices (one with a single way counts too); beyond, it goes on with the first way.
    /// `None`: all.
    pub depth: Option<usize>,
    /// How many schedules one search may run, at least one. 100 000: some seconds in an optimised build. ([`check`] searches
    /// up to three times, and again with `main` competing, so it may run several times as many.)
    pub schedules: usize,
    /// How many times a schedule may let time pass although somebody could run. 0. It is part of the question, and no cut:
    /// with it there are more schedules, not fewer. Where no timer is armed there is nothing to wait for, which the
    /// explorer finds out by a run that does not count.
    pub late_ticks: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { preemptions: None, depth: None, schedules: 100_000, late_ticks: 0 }
    }
}

/// A play, and how to explore it.
#[must_use = "nothing is explored until it is judged"]
pub struct Explorer<F> {
    play: F,
    sim: Sim,
    /// `None`: as is usual for what is asked of it.
    main_competes: Option<bool>,
    deepens: bool,
    bounds: Bounds,
    accepted: BTreeSet<Gap>,
}

impl<F, Fut> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    /// Makes `main` a choice like every other task: for plays whose lesson is when `main` goes on.
    ///
    /// Otherwise `main` goes on as soon as it can: it is always first, so its own timers and messages lose to nobody. Code
    /// under test belongs in a task, or `main` has to compete. ([`check`] does both, one after the other, unless it is told.)
    /// A `main` that yields in a loop (`while !done { turn().await }`) is polled again before everybody else, so the run ends
    /// as a spin: let it compete, or let it await the tasks.
    pub fn main_competes(mut self, competes: bool) -> Self {
        self.main_competes = Some(competes);
        self
    }

    /// Explores only schedules with at most so many preemptions: [`Bounds::preemptions`].
    pub fn preemptions(mut self, most: usize) -> Self {
        self.bounds.preemptions = Some(most);
        self
    }

    /// Lets time pass up to so many times in a schedule although somebody could run: [`Bounds::late_ticks`].
    ///
    /// ```
    /// use async_kata::{explore, host, tasks};
    /// use std::time::Duration;
    ///
    /// let play = || async {
    ///     let work = tasks::spawn("work", host::turn());
    ///     tokio::time::timeout(Duration::from_millis(10), work).await.is_ok()
    /// };
    /// let in_time = |run: &_| match run {
    ///     async_kata::sim::Run { end: async_kata::sim::End::Done(true), .. } => Ok("in time".to_string()),
    ///     _ => Err("too late".to_string()),
    /// };
    /// let found = explore::every(play).judge(in_time).unwrap();
    /// assert_eq!((found.failing, found.schedules), (0, 1), "the clock stands still while the work can run");
    /// let found = explore::every(play).late_ticks(1).judge(in_time).unwrap();
    /// assert_eq!((found.failing, found.schedules), (2, 3), "it may be slow before its first poll, or before its second");
    /// ```
    pub fn late_ticks(mut self, most: usize) -> Self {
        self.bounds.late_ticks = most;
        self
    }

    /// Explores no further than this.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Explores at preemption bound 0, then 1, and so on, each time from the beginning, and stops at the first level at
    /// which a schedule fails or nothing is left out. So the witness has as few preemptions as can be, which makes it easy
    /// to read, and in a large tree it is found early.
    ///
    /// What is found is what that level has: "36 of 42 at preemption bound 1". [`Bounds::schedules`] counts over all
    /// levels, and [`Bounds::preemptions`] is the last of them.
    ///
    /// ```
    /// use async_kata::{explore, host, sim, tasks};
    ///
    /// let play = || async {
    ///     let three = ["a", "b", "c"].map(|name| {
    ///         tasks::spawn(name, async {
    ///             sim::log("in");
    ///             host::turn().await;
    ///             sim::log("out");
    ///         })
    ///     });
    ///     for task in three {
    ///         task.await.unwrap();
    ///     }
    /// };
    /// let found = explore::every(play).deepening(true).judge(|run| match run.trace.order() {
    ///     order if order.contains("a in, b in") => Err("both inside".into()),
    ///     _ => Ok("one after the other".into()),
    /// });
    /// let found = found.unwrap();
    /// assert_eq!(found.extent(), "explored 24 schedules at preemption bound 1, after 6 at lower bounds, main always first (complete: no, the bound on \
    ///     preemptions was hit)");
    /// assert_eq!(found.shortest.unwrap().to_string(), "a b b c c a");
    /// ```
    pub fn deepening(mut self, deepens: bool) -> Self {
        self.deepens = deepens;
        self
    }

    /// Lets a [`check`] pass although this kept it from seeing everything.
    ///
    /// ```
    /// use async_kata::explore::{self, Gap};
    ///
    /// let play = || async {
    ///     tokio::spawn(std::future::pending::<()>()); // a task without a seat
    /// };
    /// assert!(explore::every(play).try_check(explore::finishes).is_err());
    /// assert!(explore::every(play).accept(Gap::Stray).try_check(explore::finishes).is_ok());
    /// ```
    pub fn accept(mut self, gap: Gap) -> Self {
        self.accepted.insert(gap);
        self
    }

    /// Cuts each run by these limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.sim.limits = limits;
        self
    }

    /// Writes down the mechanics too (spawns, polls, wakes, waits), in the [`trace`](crate::trace::Trace::entries) of a
    /// [`replay`](Self::replay). A [`witness`](Self::witness) has them in any case.
    pub fn mechanics(mut self, mechanics: bool) -> Self {
        self.sim.mechanics = mechanics;
        self
    }

    /// Runs every schedule and judges each run: `Ok` passes, `Err` fails, and the text is the outcome's label.
    ///
    /// Schedules with the same label are one [`Outcome`], so let it say what came out, not how: `x=1`, not the whole trace.
    /// What ends without `main`'s return (a deadlock, a panic, a spin) is judged like everything else; panics print
    /// nothing meanwhile. [`Stuck::probe`](crate::sim::Stuck::probe) is left out: a replay has it.
    ///
    /// When all are done the shortest schedule of each outcome is run once more (a few outcomes several times), and must
    /// come out as before: `verdict` is called for those runs too.
    ///
    /// # Errors
    /// When the play is not deterministic: the same choices led to something else.
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run; and if `verdict` does.
    #[track_caller]
    pub fn judge(
        &self,
        verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let most = self.bounds.preemptions.unwrap_or(usize::MAX);
        let found = if self.deepens { self.deepen(most, &verdict)? } else { self.explore(&self.bounds, &verdict)? };
        self.repeats(&found, &verdict)?;
        Ok(found)
    }

    /// Runs the witness of each outcome once more, and of few outcomes several times: whatever decides from outside a run
    /// (a select without `biased`, a static) does not always change what there is to choose, and would count as a result.
    #[track_caller]
    fn repeats(
        &self,
        found: &Found,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<(), NotDeterministic> {
        let rounds = REPEATS.div_ceil(found.outcomes.len().max(1));
        for outcome in found.outcomes.iter().take(REPEATS).cycle().take(found.outcomes.len().min(REPEATS) * rounds) {
            let Outcome { witness: word, label, passes, story, .. } = outcome;
            let run = match self.spell_once(&self.silent(), true, word) {
                Ok(witness) => witness.run,
                Err(unfit) => return Err(unfit.into()),
            };
            let verdict = verdict(&run);
            let passed = verdict.is_ok();
            let (Ok(now) | Err(now)) = verdict;
            if (&now, passed, found::story(&run.trace)) != (label, *passes, *story) {
                return Err(NotDeterministic::Outcome { word: word.clone(), before: label.clone(), now });
            }
        }
        Ok(())
    }

    /// As the settings, without what only a reader of one run wants.
    fn silent(&self) -> Sim {
        Sim { sites: false, mechanics: false, ..self.sim.clone() }
    }

    #[track_caller]
    fn deepen(
        &self,
        most: usize,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let (mut level, mut left, mut before) = (0, self.bounds.schedules, 0);
        loop {
            let bounds = Bounds { preemptions: Some(level), schedules: left, ..self.bounds.clone() };
            let mut found = self.explore(&bounds, verdict)?;
            found.before = before;
            (left, found.bounds.schedules) = (left.saturating_sub(found.schedules), self.bounds.schedules);
            before += found.schedules;
            let left_out = found.gaps.contains(&Gap::Preemptions);
            if found.failing > 0 || !left_out || level >= most {
                return Ok(found);
            }
            if left == 0 {
                return Ok(found.close(&BTreeSet::from([Gap::Schedules])));
            }
            level += 1;
        }
    }

    #[track_caller]
    fn explore(
        &self,
        bounds: &Bounds,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let sim = self.silent();
        let mut found = Found::within(bounds, self.main_competes == Some(true));
        let mut path = Path::new(bounds.clone());
        loop {
            let recorder = Lent::new(path.recorder());
            let run = self.run(&sim, recorder.again(), true);
            let recorder = std::mem::take(&mut *recorder.look());
            let word = path.learn(recorder)?;
            if word.is_none() && matches!(run.end, End::Horizon(_)) {
                found.gaps.insert(Gap::Cut); // not in vain: there was a timer, and it lies beyond the horizon
            }
            if let Some(word) = word {
                if found.schedules >= bounds.schedules.max(1) {
                    // One more, which tells that there are more: what is left over may have been ticks in vain.
                    let mut cut = path.cut().clone();
                    cut.insert(Gap::Schedules);
                    return Ok(found.close(&cut));
                }
                found.count(&run, verdict(&run), word);
            }
            if !path.advance() {
                return Ok(found.close(path.cut()));
            }
        }
    }

    #[track_caller]
    fn run(&self, sim: &Sim, chooser: impl Chooser + 'static, quiet: bool) -> Run<Fut::Output> {
        let (main_competes, chooser) = (self.main_competes == Some(true), Box::new(chooser));
        run_at(sim, Pace::Chosen { main_competes, chooser, quiet }, &self.play)
    }

    /// Runs the one schedule that this word spells. Beyond the word's end the first who could run is taken, and of a pick
    /// the first way.
    ///
    /// # Errors
    /// When what the word names cannot happen at its place.
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run.
    ///
    /// ```
    /// use async_kata::{explore, sim, tasks};
    ///
    /// let play = || async {
    ///     let pair = ["a", "b"].map(|name| tasks::spawn(name, async { sim::log("here") }));
    ///     for task in pair {
    ///         task.await.unwrap();
    ///     }
    /// };
    /// let run = explore::every(play).replay(&"b a".parse().unwrap()).unwrap();
    /// assert_eq!(run.trace.order(), "b here, a here");
    /// let unfit = explore::every(play).replay(&"a a".parse().unwrap()).unwrap_err();
    /// assert_eq!(unfit.to_string(), "step 2 of the word is a, but only b could run there");
    /// ```
    #[track_caller]
    pub fn replay(&self, word: &Word) -> Result<Run<Fut::Output>, Unfit> {
        self.spell(self.sim.mechanics, false, word).map(|witness| witness.run)
    }

    /// As [`replay`](Self::replay), and panics print nothing: for the rooms above, which tell them in their own words.
    #[track_caller]
    pub(crate) fn replay_quietly(&self, word: &Word) -> Result<Run<Fut::Output>, Unfit> {
        self.spell(false, true, word).map(|witness| witness.run)
    }

    /// As [`replay`](Self::replay), with what stood to choose at each step, and the mechanics in any case.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run.
    #[track_caller]
    pub fn witness(&self, word: &Word) -> Result<Witness<Fut::Output>, Unfit> {
        self.spell(true, false, word)
    }

    /// One schedule, and if it is stuck the same again with each task's last poll watched: so the run is what an exploration
    /// saw, to the letter, and still says where everybody waits.
    #[track_caller]
    fn spell(&self, mechanics: bool, quiet: bool, word: &Word) -> Result<Witness<Fut::Output>, Unfit> {
        let mut witness = self.spell_once(&Sim { mechanics, ..self.silent() }, quiet, word)?;
        if self.sim.sites && witness.run.end.is_stuck() {
            let watch = Some(witness.run.polls.clone().into());
            let watched = self.spell_once(&Sim { watch, ..self.sim.clone() }, true, word)?;
            if watched.run.end.is_stuck() {
                witness.run.end = watched.run.end;
            }
        }
        Ok(witness)
    }

    #[track_caller]
    fn spell_once(&self, sim: &Sim, quiet: bool, word: &Word) -> Result<Witness<Fut::Output>, Unfit> {
        let speller = Lent::new(Speller::new(word));
        let run = self.run(sim, speller.again(), quiet);
        let marks = speller.look().close()?;
        Ok(Witness::new(run, marks))
    }
}
