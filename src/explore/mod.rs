//! Every order of a play: how many there are, how many fail, and the shortest that does.
//!
//! One run shows one order. [`every`] runs the same play again and again, and each time several tasks could go on it
//! takes another of them, depth first, until no choice is left untried. It is real tokio that runs: the play does not
//! know that it is explored, and need not be written for it.
//!
//! **What is a choice:** whose poll is next, among the tasks that could run. `main` runs whenever it can and is no
//! choice, unless [`Explorer::main_competes`]. The clock moves only when nothing can run.
//!
//! **What is not explored:** the inside of one poll (the branches of a `select!`, the futures of a `join!`), "what if
//! that had taken longer" (time never passes while somebody can run), and memory orderings: those are loom's half.
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
//! .judge(|end| match end {
//!     sim::End::Done(2) => Ok("both counted".into()),
//!     other => Err(format!("{other:?}")),
//! })
//! .unwrap();
//! assert_eq!(found.to_string(), "4 of 6 schedules fail; the shortest: a b b a");
//! ```

mod found;
mod path;
mod word;

pub use found::{Found, Gap, Outcome};
pub use path::NotDeterministic;
pub use word::{Unclosed, Unfit, Word};

use crate::sim::{End, Limits, Pace, Run, Sim, run_at};
use path::{Path, Recorder};
use std::future::Future;
use std::sync::{Arc, Mutex};

/// Explores every schedule of a play, when told how to judge one: see [`Explorer::judge`].
pub fn every<F, Fut>(play: F) -> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    Explorer { play, sim: Sim::default(), main_competes: false, bounds: Bounds::default() }
}

/// How far to explore. Whatever is cut off, [`Found::complete`] is false.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bounds {
    /// How many times a schedule may leave a task that could have gone on for another. `None`: any number.
    pub preemptions: Option<usize>,
    /// How many schedules to run; at least one is. 1 000 000.
    pub schedules: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { preemptions: None, schedules: 1_000_000 }
    }
}

/// A play, and how to explore it.
#[must_use = "nothing is explored until it is judged"]
pub struct Explorer<F> {
    play: F,
    sim: Sim,
    main_competes: bool,
    bounds: Bounds,
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

    /// Cuts each run by these limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.sim.limits = limits;
        self
    }

    /// Writes down the mechanics too, in [`replay`](Self::replay).
    pub fn mechanics(mut self, mechanics: bool) -> Self {
        self.sim.mechanics = mechanics;
        self
    }

    /// Runs every schedule and judges how each ended: `Ok` passes, `Err` fails, and the text is the outcome's label.
    ///
    /// # Errors
    /// When the play is not deterministic: the same choices led to other tasks.
    pub fn judge(
        &self,
        verdict: impl Fn(&End<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        let mut found = Found::default();
        let mut path = Path::new(self.bounds.preemptions);
        loop {
            let (run, word) = self.follow(&mut path)?;
            found.count(&run, verdict(&run.end), word);
            let more = path.advance();
            if !more || found.schedules >= self.bounds.schedules {
                found.gaps.extend((more || path.is_cut()).then_some(Gap::Bound));
                found.complete = found.gaps.is_empty();
                return Ok(found);
            }
        }
    }

    /// One run along the path, which learns the choices that come after its prefix.
    fn follow(&self, path: &mut Path) -> Result<(Run<Fut::Output>, Word), NotDeterministic> {
        let recorder = Arc::new(Mutex::new(path.recorder()));
        let run = self.run_with(recorder.clone());
        let recorder = std::mem::take(&mut *lock(&recorder));
        path.learn(recorder).map(|word| (run, word))
    }

    fn run_with(&self, recorder: Arc<Mutex<Recorder>>) -> Run<Fut::Output> {
        let choose = Box::new(move |ready: &[crate::trace::Name]| lock(&recorder).choose(ready));
        run_at(&self.sim, Pace::Chosen { main_competes: self.main_competes, choose }, &self.play)
    }

    /// Runs the one schedule that this word spells. Beyond the word's end the first who could run is taken.
    ///
    /// # Errors
    /// When a task that the word names cannot run at its place.
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
        let recorder = Arc::new(Mutex::new(Recorder::spelling(word)));
        let run = self.run_with(recorder.clone());
        let unfit = lock(&recorder).unfit(word);
        unfit.map_or(Ok(run), Err)
    }
}

/// The recorder is shared with one run on this thread; a panic of that run has already come out of it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}
