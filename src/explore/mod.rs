//! Every order of a play: how many there are, how many fail, and the shortest that does.
//!
//! One run shows one order. [`every`] runs the same play again and again, and each time several tasks could go on it
//! takes another of them, depth first, until no choice is left untried. It is real tokio that runs: the play does not
//! know that it is explored, and need not be written for it.
//!
//! # In a test of your own
//!
//! [`check`] in a plain `#[test]` (not `#[tokio::test]`: each run has a runtime of its own), under `cargo test` or
//! nextest. The play is the body of an async test; it makes everything it uses, because it is run many times. Spawn by
//! [`tasks::spawn`](crate::tasks::spawn), or keep your spawner and put a [`seat`](crate::host::seat) around what is
//! spawned; tokio's channels, locks, timers, `JoinSet`s and `select!` stay as they are:
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
//! When a schedule fails the test fails, and says of the shortest who could run at each step, who did, and what came of
//! it. [`Explorer::judge`] counts without failing; [`Explorer::replay`] runs one word again, [`Explorer::witness`] too,
//! step by step.
//!
//! # What is a choice
//!
//! - **Whose poll is next**, among the tasks that could run: always. `main`, the play itself, runs whenever it can and is
//!   no choice, unless [`Explorer::main_competes`].
//! - **[`sim::pick`](crate::sim::pick)**: the branch of a `select!`, a random number, a fault.
//! - **A late tick**: time passes although somebody could run, so that a slow task loses to a timeout. Only with
//!   [`Bounds::late_ticks`], a budget per schedule; without it the clock moves only when nothing can run.
//!
//! An order in which all this is decided is a *schedule*, spelled as a [`Word`]: `a b +tick b pick:1 a`. n tasks of p
//! polls each have (n p)! / (p!)ⁿ of them: 6 for two of two, 1680 for three of three, 369 600 for four of three. So make
//! plays small: two or three tasks, and no more awaits than the question needs.
//!
//! # What is not explored
//!
//! - **The inside of one poll**: between two awaits that are ready nobody else runs, as in a real single-threaded
//!   runtime. On several threads more can happen.
//! - **Memory orderings.** Those, and what atomics do between threads, are loom's half: explore what awaits, model-check
//!   what is built of atomics.
//! - **When an aborted task drops its body** (`JoinHandle::abort`, a dropped `JoinSet`): tokio drops it before the next
//!   choice. [`Found`] then says [`Gap::Abort`]; [`Task::cancel`](crate::tasks::Task::cancel) is a turn like any other.
//! - **Tasks without a seat** run when tokio likes ([`Gap::Stray`]), and real threads, sockets and files are no part of a
//!   run at all.
//!
//! Whatever is left out, [`Found::complete`] is false and [`Found::gaps`] says why. Say "explored k schedules", with the
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

pub use check::{Failed, check, finishes};
pub use found::{Found, Gap, Outcome};
pub use path::{Asked, NotDeterministic};
pub use witness::Witness;
pub use word::{Misspelled, Step, Unfit, Word};

use crate::sim::{Chooser, Limits, Pace, Run, Sim, run_at};
use path::Path;
use recorder::{Lent, Speller};
use std::collections::BTreeSet;
use std::future::Future;

/// Explores every schedule of a play, when told how to judge one: see [`Explorer::judge`].
pub fn every<F, Fut>(play: F) -> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    let (sim, bounds, accepted) = (Sim::default(), Bounds::default(), BTreeSet::new());
    Explorer { play, sim, main_competes: false, deepens: false, bounds, accepted }
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
    /// How many choices of a schedule are choices; beyond, it goes on with its first way. `None`: all.
    pub depth: Option<usize>,
    /// How many schedules to run; at least one is. 100 000, some seconds in an optimised build.
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
    main_competes: bool,
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
    /// Otherwise `main` goes on as soon as it can. A `main` that gives way in a circle (`while !done { turn().await }`)
    /// then runs for ever before anybody else does, and the run is a spin: let it compete, or let it await the others.
    pub fn main_competes(mut self, competes: bool) -> Self {
        self.main_competes = competes;
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
    /// assert_eq!(found.extent(), "explored 24 schedules at preemption bound 1 (complete: no, the bound on preemptions was hit)");
    /// assert_eq!(found.shortest.unwrap().to_string(), "a b b c c a");
    /// ```
    pub fn deepening(mut self, deepens: bool) -> Self {
        self.deepens = deepens;
        self
    }

    /// Lets a [`check`] pass although this kept it from seeing everything.
    pub fn accept(mut self, gap: Gap) -> Self {
        self.accepted.insert(gap);
        self
    }

    /// Cuts each run by these limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.sim.limits = limits;
        self
    }

    /// Writes down the mechanics too, in [`replay`](Self::replay) and [`witness`](Self::witness).
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
    /// # Errors
    /// When the play is not deterministic: the same choices led to others.
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run; and if `verdict` does.
    pub fn judge(
        &self,
        verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        if self.deepens {
            return self.judge_deepening(&verdict);
        }
        self.explore(&self.bounds, &verdict)
    }

    /// As `judge`, with another bound on schedules, and all preemptions at once.
    fn judge_within(
        &self,
        schedules: usize,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        self.explore(&Bounds { schedules, ..self.bounds.clone() }, verdict)
    }

    fn judge_deepening(
        &self,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let most = self.bounds.preemptions.unwrap_or(usize::MAX);
        let (mut level, mut left) = (0, self.bounds.schedules);
        loop {
            let bounds = Bounds { preemptions: Some(level), schedules: left, ..self.bounds.clone() };
            let found = self.explore(&bounds, verdict)?;
            left = left.saturating_sub(found.schedules);
            let left_out = found.gaps.contains(&Gap::Preemptions);
            if found.failing > 0 || !left_out || level == most || left == 0 {
                return Ok(found);
            }
            level += 1;
        }
    }

    fn explore(
        &self,
        bounds: &Bounds,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let sim = Sim { sites: false, mechanics: false, ..self.sim.clone() };
        let mut found = Found::within(bounds);
        let mut path = Path::new(bounds.clone());
        loop {
            let recorder = Lent::new(path.recorder());
            let run = self.run(&sim, recorder.again(), true);
            let recorder = std::mem::take(&mut *recorder.look());
            if let Some(word) = path.learn(recorder)? {
                found.count(&run, verdict(&run), word);
            }
            let more = path.advance();
            if !more || found.schedules >= bounds.schedules {
                let mut cut = path.cut().clone();
                cut.extend(more.then_some(Gap::Schedules));
                return Ok(found.close(&cut));
            }
        }
    }

    fn run(&self, sim: &Sim, chooser: impl Chooser + 'static, quiet: bool) -> Run<Fut::Output> {
        let (main_competes, chooser) = (self.main_competes, Box::new(chooser));
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
    pub fn replay(&self, word: &Word) -> Result<Run<Fut::Output>, Unfit> {
        self.witness(word).map(|witness| witness.run)
    }

    /// As [`replay`](Self::replay), with what stood to choose at each step.
    ///
    /// # Errors
    /// As [`replay`](Self::replay).
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run.
    pub fn witness(&self, word: &Word) -> Result<Witness<Fut::Output>, Unfit> {
        let speller = Lent::new(Speller::new(word));
        let run = self.run(&self.sim, speller.again(), false);
        let marks = speller.look().close()?;
        Ok(Witness::new(run, marks))
    }
}
