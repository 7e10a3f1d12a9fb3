//! The results of several tasks, in the order of the tasks.

use super::ends::{Ends, Hop};
use super::life::Life;
use super::owned::outlived_by;
use super::{Ended, Failure, Task, Why};
use crate::shim::Arc;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Waits for all of these tasks: their values, in the order of the tasks, or the **first failure at once**, while the
/// others go on. asyncio's `gather`.
///
/// It takes tasks, which you spawned and named: a name is never invented, and what runs is what you spawned. Of nothing
/// it is ready at once, with nothing.
///
/// # Errors
/// The first failure, in time: an error that a task returned, its panic, or that it was cancelled by itself. The others
/// run on, unobserved: what becomes of them is lost (asyncio drops a second exception without a word, too).
/// [`gather_all`] loses nothing.
///
/// # Cancel-safety
/// Dropped half-way it cancels those that have not ended; if that is because the scope around it is cancelled, that scope
/// waits for all of them. (In asyncio a cancelled `gather` returns at the first child that ends as cancelled.) Dropped
/// before its first poll it lets them run on, as dropping the tasks would.
///
/// # Elsewhere
/// tokio's `try_join!` polls its futures in one task and *drops* the others at the first error. `try_join_all` over
/// `JoinHandle`s lets them run, and stops at the first panic or cancellation; dropped, it cancels nothing.
///
/// # Panics
/// If a task's result was taken before, by a wait by reference.
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async {
///     let bad = tasks::spawn_fallible("bad", async { Err::<u8, _>("ValueError") });
///     let good = tasks::spawn_fallible("good", async {
///         sim::sleep(5).await;
///         sim::log("goes on");
///         Ok(7)
///     });
///     let error = tasks::gather([good, bad]).await.unwrap_err();
///     sim::log(error);
///     sim::sleep(10).await;
/// });
/// assert_eq!(run.trace.order(), "main task bad: ValueError, good goes on");
/// ```
pub fn gather<T, E>(tasks: impl IntoIterator<Item = Task<Result<T, E>>>) -> Gather<T, E> {
    let sort = |name: &str, end: Result<Result<T, E>, Ended>| match end {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(Failure { task: Some(name.into()), why: Why::Error(error) }),
        Err(ended) => Err(Failure::of(name, ended)),
    };
    Gather(Gathering::new(tasks, sort))
}

/// Waits for all of these tasks, whatever their ends: the results, in the order of the tasks. asyncio's
/// `gather(return_exceptions=True)`.
///
/// # Cancel-safety, panics
/// As [`gather`].
///
/// # Elsewhere
/// `join_all` over tokio's `JoinHandle`s; dropped, it cancels nothing.
///
/// ```
/// use async_kata::tasks::{self, Ended};
/// use async_kata::sim;
///
/// let run = sim::run(|| async {
///     let two = [tasks::spawn("a", async { 1 }), tasks::spawn("b", async { 2 })];
///     two[1].cancel();
///     tasks::gather_all(two).await
/// });
/// assert_eq!(run.end, sim::End::Done(vec![Ok(1), Err(Ended::Cancelled)]));
/// ```
pub fn gather_all<T>(tasks: impl IntoIterator<Item = Task<T>>) -> GatherAll<T> {
    GatherAll(Gathering::new(tasks, |_, end| Ok(end)))
}

/// The future of [`gather`].
#[must_use = "futures do nothing unless polled"]
pub struct Gather<T, E>(Gathering<Result<T, E>, T, Failure<E>>);

impl<T, E> Future for Gather<T, E> {
    type Output = Result<Vec<T>, Failure<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().0.poll(cx)
    }
}

/// The future of [`gather_all`].
#[must_use = "futures do nothing unless polled"]
pub struct GatherAll<T>(Gathering<T, Result<T, Ended>, Infallible>);

impl<T> Future for GatherAll<T> {
    type Output = Vec<Result<T, Ended>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().0.poll(cx).map(|all| all.unwrap_or_else(|never| match never {}))
    }
}

/// What a task's end is to whoever gathers: a value, or the end of the gathering.
type Sort<T, V, F> = fn(&str, Result<T, Ended>) -> Result<V, F>;

struct Gathering<T, V, F> {
    tasks: Vec<Task<T>>,
    sort: Sort<T, V, F>,
    values: Vec<Option<V>>,
    state: State<F>,
}

enum State<F> {
    /// Never polled. Drop: the tasks run on.
    Fresh,
    /// Next: `Hopping`, with the first failure, or when all have been heard. Drop: cancels those that have not ended.
    Waiting {
        ends: Ends,
        waited: bool,
    },
    /// It is decided. Next: `Over`. Drop: nothing.
    Hopping {
        hop: Hop,
        failure: Option<F>,
    },
    Over,
}

// Nothing in it is pinned: the values are moved out, and the tasks are handles.
impl<T, V, F> Unpin for Gathering<T, V, F> {}

impl<T, V, F> Gathering<T, V, F> {
    fn new(tasks: impl IntoIterator<Item = Task<T>>, sort: Sort<T, V, F>) -> Self {
        let tasks: Vec<_> = tasks.into_iter().collect();
        let values = tasks.iter().map(|_| None).collect();
        Self { tasks, sort, values, state: State::Fresh }
    }

    fn lives(&self) -> impl Iterator<Item = &Arc<Life>> {
        self.tasks.iter().map(|task| &task.life)
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Vec<V>, F>> {
        if let State::Fresh = self.state {
            self.state = State::Waiting { ends: Ends::of(self.lives()), waited: false };
        }
        if let State::Waiting { ends, waited } = &mut self.state {
            let mut failure = None;
            while failure.is_none() && ends.left() > 0 {
                let Poll::Ready(at) = ends.poll_next(cx) else {
                    *waited = true;
                    return Poll::Pending;
                };
                let task = &mut self.tasks[at];
                let end = task.take();
                match (self.sort)(task.name(), end) {
                    Ok(value) => self.values[at] = Some(value),
                    Err(first) => failure = Some(first),
                }
            }
            let hop = if *waited { Hop::ONE } else { Hop::NONE };
            self.state = State::Hopping { hop, failure };
        }
        let State::Hopping { hop, failure } = &mut self.state else { panic!("a gather was polled after its end") };
        ready!(hop.poll(cx));
        let failure = failure.take();
        self.state = State::Over;
        Poll::Ready(match failure {
            Some(failure) => Err(failure),
            None => Ok(self.values.drain(..).flatten().collect()),
        })
    }
}

impl<T, V, F> Drop for Gathering<T, V, F> {
    fn drop(&mut self) {
        if let State::Waiting { .. } = self.state {
            let unfinished = || self.lives().filter(|life| !life.has_ended());
            unfinished().for_each(|life| life.cancel_by_owner());
            outlived_by(unfinished());
        }
    }
}
