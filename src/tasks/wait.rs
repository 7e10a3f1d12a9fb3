//! Waiting for some of several tasks, and taking nothing: which have ended, and which have not.

use super::ends::{Ends, Hop};
use super::life::Life;
use super::{Shared, Task};
use crate::shim::Arc;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Until when [`wait`] waits: asyncio's `return_when`.
///
/// ```
/// use async_kata::tasks::{self, Until};
/// use async_kata::sim;
///
/// let run = sim::run(|| async {
///     let bad = tasks::spawn_fallible("bad", async { Err("ValueError") });
///     let slow = tasks::spawn_fallible("slow", async {
///         sim::sleep(10).await;
///         Ok::<(), _>(())
///     });
///     tasks::wait([bad, slow], Until::FirstException).await.pending[0].name().to_string()
/// });
/// assert_eq!(run.end, sim::End::Done("slow".into()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Until {
    /// Until all have ended.
    AllCompleted,
    /// Until one has ended, in whichever way.
    FirstCompleted,
    /// Until one has failed, or all have ended. A task fails by a panic, or by an error if it was spawned by
    /// [`spawn_fallible`](super::spawn_fallible) or in a group; one that was cancelled has not failed, as in asyncio.
    FirstException,
}

/// What can be waited for together with its like: a [`Task`], a reference to one, a [`Shared`]. Sealed: nothing else can.
///
/// ```
/// use async_kata::tasks::{self, Until};
/// use async_kata::sim;
///
/// let run = sim::run(|| async {
///     let shared = tasks::spawn("task", async { 7 }).shared();
///     let waited = tasks::wait([&shared, &shared], Until::AllCompleted).await;
///     waited.done.len()
/// });
/// assert_eq!(run.end, sim::End::Done(2));
/// ```
pub trait Waitable: sealed::Lives {}

impl<W: sealed::Lives> Waitable for W {}

mod sealed {
    use super::{Arc, Life, Shared, Task};

    /// A task's life, of which nobody outside sees anything.
    pub struct Handle<'a>(pub(in crate::tasks) &'a Arc<Life>);

    pub trait Lives {
        fn life(&self) -> Handle<'_>;
    }

    impl<T> Lives for Task<T> {
        fn life(&self) -> Handle<'_> {
            Handle(&self.life)
        }
    }

    impl<T> Lives for Shared<T> {
        fn life(&self) -> Handle<'_> {
            Handle(&self.life)
        }
    }

    impl<W: Lives> Lives for &W {
        fn life(&self) -> Handle<'_> {
            (**self).life()
        }
    }

    impl<W: Lives> Lives for &mut W {
        fn life(&self) -> Handle<'_> {
            (**self).life()
        }
    }
}

/// What [`wait`] found: all that it was given, each in the order given.
#[derive(Debug)]
pub struct Waited<W> {
    /// Those that have ended.
    pub done: Vec<W>,
    /// Those that have not.
    pub pending: Vec<W>,
}

/// Waits for tasks, without taking a result or cancelling anything: asyncio's `wait`.
///
/// Gives back what it was given, parted into what has ended and what has not: tasks, or references to them. Of nothing
/// it is ready at once. (asyncio calls that an error.)
///
/// # Cancel-safety
/// Dropping it, or a [timeout](Wait::timeout) of it, cancels nothing. Given tasks by value, a drop loses their handles
/// with it, and they run on unobserved: give `&tasks` if that may happen.
///
/// # Panics
/// If it is polled after it has returned; a [timeout](Wait::timeout) needs a runtime.
///
/// # Elsewhere
/// tokio has `select!` for a fixed number and `JoinSet::join_next` for the first; dropping a `JoinSet` aborts the others.
///
/// ```
/// use async_kata::tasks::{self, Until, Waited};
/// use async_kata::sim;
///
/// let run = sim::run(|| async {
///     let tasks = [(30, "slow"), (10, "fast")].map(|(ms, name)| tasks::spawn(name, sim::sleep(ms)));
///     let Waited { done, pending } = tasks::wait(tasks, Until::FirstCompleted).await;
///     sim::log(format_args!("{} is done, {} is not", done[0].name(), pending[0].name()));
///     tasks::wait(pending, Until::AllCompleted).await;
/// });
/// assert_eq!(run.trace.order(), "main fast is done, slow is not");
/// assert_eq!(run.trace.story().last().unwrap().ms, 30);
/// ```
pub fn wait<W: Waitable>(tasks: impl IntoIterator<Item = W>, until: Until) -> Wait<W> {
    Wait { tasks: tasks.into_iter().collect(), until, state: State::Fresh { within: None } }
}

/// The future of [`wait`].
#[must_use = "futures do nothing unless polled"]
pub struct Wait<W> {
    tasks: Vec<W>,
    until: Until,
    state: State,
}

enum State {
    /// Never polled. Next: any of the others.
    Fresh { within: Option<Duration> },
    /// Next: `Hopping`, or over.
    Waiting { ends: Ends, clock: Option<Pin<Box<Sleep>>>, waited: bool },
    /// It is decided. Who ends meanwhile counts as done. Next: over.
    Hopping(Hop),
    /// It has returned. A further poll is the caller's mistake.
    Over,
}

impl<W> Unpin for Wait<W> {}

impl<W> Wait<W> {
    /// Waits no longer than this, counted from the first poll. It raises nothing and cancels nothing: what has not
    /// ended by then is pending.
    ///
    /// ```
    /// use async_kata::tasks::{self, Until};
    /// use async_kata::sim;
    /// use std::time::Duration;
    ///
    /// let run = sim::run(|| async {
    ///     let mut slow = tasks::spawn("slow", sim::sleep(30));
    ///     let waited = tasks::wait([&mut slow], Until::AllCompleted).timeout(Duration::from_millis(10)).await;
    ///     assert_eq!((waited.done.len(), waited.pending.len()), (0, 1));
    ///     slow.await
    /// });
    /// assert_eq!(run.end, sim::End::Done(Ok(())));
    /// ```
    pub fn timeout(mut self, after: Duration) -> Self {
        if let State::Fresh { within } = &mut self.state {
            *within = Some(after);
        }
        self
    }
}

impl<W: Waitable> Wait<W> {
    /// Whether this end is what was waited for.
    fn is_enough(until: Until, ended: &W, left: usize) -> bool {
        match until {
            _ if left == 0 => true,
            Until::AllCompleted => false,
            Until::FirstCompleted => true,
            Until::FirstException => ended.life().0.has_failed(),
        }
    }

    fn part(&mut self) -> Waited<W> {
        self.state = State::Over;
        let (done, pending) = self.tasks.drain(..).partition(|task| task.life().0.has_ended());
        Waited { done, pending }
    }
}

impl<W: Waitable> Future for Wait<W> {
    type Output = Waited<W>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Waited<W>> {
        let this = self.get_mut();
        if let State::Fresh { within } = this.state {
            if this.tasks.is_empty() {
                return Poll::Ready(this.part());
            }
            let ends = Ends::of(this.tasks.iter().map(|task| task.life().0));
            let clock = within.map(|within| Box::pin(sleep(within)));
            this.state = State::Waiting { ends, clock, waited: false };
        }
        if let State::Waiting { ends, clock, waited } = &mut this.state {
            let mut enough = false;
            while !enough && let Poll::Ready(at) = ends.poll_next(cx) {
                enough = Self::is_enough(this.until, &this.tasks[at], ends.left());
            }
            if !enough {
                *waited = true;
                // The clock's end is CPython's callback itself: no turn on top of it.
                return match clock.as_mut().map(|clock| clock.as_mut().poll(cx)) {
                    Some(Poll::Ready(())) => Poll::Ready(this.part()),
                    _ => Poll::Pending,
                };
            }
            this.state = State::Hopping(if *waited { Hop::ONE } else { Hop::TWO });
        }
        let State::Hopping(hop) = &mut this.state else { panic!("a wait was polled after its end") };
        ready!(hop.poll(cx));
        Poll::Ready(this.part())
    }
}
