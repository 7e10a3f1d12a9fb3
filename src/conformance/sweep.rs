//! The sweep: a play again and again, and each time one waiter is dropped after so many polls, in every schedule.
//!
//! Most mistakes of a primitive are mistakes of leaving: the place in line that nobody gives up, the call that came
//! just before. [`every`] tries them all. The play marks each wait by [`Points::at`], under a name; a mark turns the
//! wait's output into `Some`, and into `None` where the wait was dropped.
//!
//! First the play runs without a cut. Then, for each name that came up, the wait is dropped after 0 polls, after 1,
//! after 2, and so on, until no schedule has that many. It is dropped on a turn of its own, which is a choice like
//! every other: so in one schedule the wait is cancelled before anybody else has moved, in another after the line has
//! grown behind it, in another when it has been called and has not been polled yet.
//!
//! ```
//! use async_kata::conformance::sweep;
//! use async_kata::{explore, sync::Lock, tasks};
//! use std::sync::Arc;
//!
//! let swept = sweep::every(|points| async move {
//!     let lock = Arc::new(Lock::new(()));
//!     let pair = ["a", "b"].map(|name| {
//!         let (lock, points) = (lock.clone(), points.clone());
//!         tasks::spawn(name, async move {
//!             let guard = points.at(name, lock.lock()).await; // None: it was dropped
//!             async_kata::host::turn().await;
//!             drop(guard);
//!         })
//!     });
//!     for task in pair {
//!         task.await.unwrap();
//!     }
//!     assert!(lock.try_lock().is_some(), "whoever was dropped, the lock is usable");
//! })
//! .judge(explore::finishes)
//! .unwrap();
//! // a is dropped before its first poll, or after it (if b was first); so is b. 4 schedules as it is, 6 with each.
//! assert_eq!(swept.to_string(), "2 waiters, 4 cuts, explored 28 schedules");
//! ```

use crate::explore::{self, Bounds, Found, NotDeterministic};
use crate::sim::{Limits, Run};
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// Sweeps a play, when told how to judge a run: see [`Sweep::judge`].
pub fn every<F, Fut>(play: F) -> Sweep<F>
where
    F: Fn(Points) -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    Sweep { play, bounds: Bounds::default(), limits: Limits::default() }
}

/// A play, and how far each of its cuts is explored.
#[must_use = "nothing is swept until it is judged"]
pub struct Sweep<F> {
    play: F,
    bounds: Bounds,
    limits: Limits,
}

/// Where a waiter is dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    /// Its name.
    pub waiter: String,
    /// After how many polls; 0 is before the first.
    pub polls: usize,
}

impl fmt::Display for Cut {
    /// `b dropped before its first poll`, `b dropped after 2 polls`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.polls {
            0 => write!(f, "{} dropped before its first poll", self.waiter),
            1 => write!(f, "{} dropped after 1 poll", self.waiter),
            n => write!(f, "{} dropped after {n} polls", self.waiter),
        }
    }
}

/// How much a sweep looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Swept {
    /// How many waiters have a point.
    pub waiters: usize,
    /// How many cuts there are: of each waiter, before its first poll and after each poll that left it waiting.
    pub cuts: usize,
    /// How many schedules were run, of the play without a cut and of all cuts together.
    pub schedules: usize,
    /// Whether these were all, with `main` always first.
    pub complete: bool,
}

impl fmt::Display for Swept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Swept { waiters, cuts, schedules, complete } = self;
        let rest = if *complete { "" } else { " (not all)" };
        let s = if *waiters == 1 { "" } else { "s" };
        write!(f, "{waiters} waiter{s}, {cuts} cuts, explored {schedules} schedules{rest}")
    }
}

/// Why a sweep stopped.
#[derive(Clone, Debug)]
pub enum Fell<T> {
    /// A schedule fails.
    Fails {
        /// Who was dropped where; `None`: it fails with nobody dropped.
        cut: Option<Cut>,
        /// All schedules of this cut.
        found: Box<Found>,
        /// The shortest of them that fails.
        run: Box<Run<T>>,
    },
    /// The play decides by something outside of a run.
    NotDeterministic(NotDeterministic),
}

impl<T> fmt::Display for Fell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fell::Fails { cut, found, run } => {
                let cut = cut.as_ref().map_or_else(|| "nobody dropped".to_string(), Cut::to_string);
                write!(f, "{cut}: {found}\n{}", run.trace.table())
            }
            Fell::NotDeterministic(error) => error.fmt(f),
        }
    }
}

impl<T: fmt::Debug> std::error::Error for Fell<T> {}

impl<T> From<NotDeterministic> for Fell<T> {
    fn from(error: NotDeterministic) -> Self {
        Fell::NotDeterministic(error)
    }
}

impl<F, Fut> Sweep<F>
where
    F: Fn(Points) -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    /// Explores each cut no further than this.
    pub fn bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Cuts each run by these limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Runs every schedule of every cut, and judges each run as [`Explorer::judge`](crate::explore::Explorer::judge)
    /// does. `main` goes on whenever it can: let it spawn, wait, and look whether the thing is still usable.
    ///
    /// # Errors
    /// At the first cut of which a schedule fails; and when the play is not deterministic.
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run; and if `verdict` does.
    pub fn judge(
        &self,
        verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Swept, Fell<Fut::Output>> {
        let (whole, reach) = self.look(None, &verdict)?;
        let (waiters, schedules, complete) = (reach.len(), whole.schedules, whole.complete);
        let mut swept = Swept { waiters, cuts: 0, schedules, complete };
        for (waiter, most) in reach {
            for polls in 0..=most {
                let (found, _) = self.look(Some(Cut { waiter: waiter.clone(), polls }), &verdict)?;
                swept.cuts += 1;
                swept.schedules += found.schedules;
                swept.complete &= found.complete;
            }
        }
        Ok(swept)
    }

    /// Explores one cut. Returns what was found, and of each waiter the most polls after which it can be dropped.
    fn look(
        &self,
        cut: Option<Cut>,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<(Found, Reach), Fell<Fut::Output>> {
        let points = Points(Arc::new(Plan { cut: cut.clone(), ..Plan::default() }));
        let explorer = explore::every(|| (self.play)(points.again()));
        let explorer = explorer.bounds(self.bounds.clone()).limits(self.limits.clone());
        let found = explorer.judge(verdict)?;
        if let Some(word) = &found.shortest {
            let run = explorer.replay_quietly(word).map_err(NotDeterministic::from)?;
            return Err(Fell::Fails { cut, found: Box::new(found), run: Box::new(run) });
        }
        let reach = std::mem::take(&mut points.0.seen().reach);
        Ok((found, reach))
    }
}

/// Of each waiter, the most polls after which it can be dropped.
type Reach = BTreeMap<String, usize>;

/// What a play marks its waits with. Clones are the same. The default one drops nobody.
#[derive(Clone, Default)]
pub struct Points(Arc<Plan>);

/// One cut, over all schedules.
#[derive(Default)]
struct Plan {
    cut: Option<Cut>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// How often each waiter was polled in this run, and whether one has been dropped in it.
    polls: BTreeMap<String, usize>,
    is_cut: bool,
    /// The most polls, in all runs, after which a waiter still waited, or began to wait once more.
    reach: Reach,
}

impl Plan {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// The waiter waits, and so can be dropped. Is it, by this cut? Once in a run.
    fn can_drop(&mut self, waiter: &str, cut: Option<&Cut>) -> bool {
        let polls = *self.polls.entry(waiter.into()).or_default();
        let reach = self.reach.entry(waiter.into()).or_default();
        *reach = polls.max(*reach);
        !self.is_cut && cut.is_some_and(|cut| cut.waiter == waiter && cut.polls == polls)
    }
}

impl Points {
    /// The points of another run.
    fn again(&self) -> Points {
        let mut seen = self.0.seen();
        (seen.polls, seen.is_cut) = (BTreeMap::new(), false);
        drop(seen);
        self.clone()
    }

    /// Marks a wait: this is where `waiter` can be dropped. Several waits of one name count their polls on.
    ///
    /// Cancel-safe as far as the future is: dropping the point drops it.
    ///
    /// ```
    /// use async_kata::conformance::sweep::Points;
    /// use async_kata::{host, sim};
    ///
    /// let run = sim::run(|| async { Points::default().at("a", host::turn()).await });
    /// assert_eq!(run.end, sim::End::Done(Some(())), "no sweep, so nobody is dropped");
    /// ```
    ///
    /// # Panics
    /// The point, when it is polled after it was ready.
    pub fn at<F: Future>(&self, waiter: &str, future: F) -> Point<F> {
        Point { future: Some(Box::pin(future)), waiter: waiter.into(), plan: self.0.clone() }
    }
}

/// A wait that the sweep may drop: ready with `Some` output, or with `None` once it was dropped. See [`Points::at`].
#[must_use = "futures do nothing unless polled"]
pub struct Point<F> {
    /// `None`: it was dropped, or is over.
    future: Option<Pin<Box<F>>>,
    waiter: String,
    plan: Arc<Plan>,
}

impl<F: Future> Future for Point<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (plan, mut seen) = (&self.plan, self.plan.seen());
        if seen.can_drop(&self.waiter, plan.cut.as_ref()) {
            seen.is_cut = true;
            drop(seen);
            self.future = None;
            return Poll::Ready(None);
        }
        drop(seen);
        let polled = self.future.as_mut().expect("a point is over once").as_mut().poll(cx);
        let mut seen = self.plan.seen();
        *seen.polls.entry(self.waiter.clone()).or_default() += 1;
        if polled.is_pending() && seen.can_drop(&self.waiter, self.plan.cut.as_ref()) {
            drop(seen);
            cx.waker().wake_by_ref(); // the next turn is the one to be dropped on: it comes when the schedule says
            return Poll::Pending;
        }
        drop(seen);
        polled.map(|output| {
            self.future = None;
            Some(output)
        })
    }
}
