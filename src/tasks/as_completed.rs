//! Tasks one after the other, in the order in which they end.

use super::ends::{Ends, Hop};
use super::{Elapsed, Task};
use futures_core::Stream;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Gives these tasks back in the order in which they end, each when it has: asyncio's `as_completed`, as Python 3.13's
/// `async for` does.
///
/// A [`Stream`] of tasks that have ended, so that a task's name is at hand, and `task.await` gives its result without
/// waiting. It goes on after a task that failed. Whoever takes its items by [`next`](AsCompleted::next) needs no stream
/// library.
///
/// # Cancel-safety
/// Dropping a `next` loses nothing: the task is given by the one after it. Dropping the whole cancels nothing, and the
/// tasks that it still has run on, unobserved; [`into_pending`](AsCompleted::into_pending) gives them back.
///
/// # Panics
/// Never; its [`timeout`](AsCompleted::timeout) needs a runtime.
///
/// # Elsewhere
/// tokio's `JoinSet::join_next`, which gives results without names, and aborts the others when it is dropped;
/// `FuturesUnordered`, which polls all in one task.
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async {
///     let tasks = [(30, "slow"), (10, "fast")].map(|(ms, name)| tasks::spawn(name, sim::sleep(ms)));
///     let mut done = tasks::as_completed(tasks);
///     while let Some(task) = done.next().await {
///         sim::log(task.name());
///         task.await.unwrap();
///     }
/// });
/// assert_eq!(run.trace.order(), "main fast, main slow");
/// ```
pub fn as_completed<T>(tasks: impl IntoIterator<Item = Task<T>>) -> AsCompleted<T> {
    AsCompleted { tasks: tasks.into_iter().map(Some).collect(), ends: None, next: None }
}

/// The stream of [`as_completed`].
#[must_use = "streams do nothing unless polled"]
pub struct AsCompleted<T> {
    tasks: Vec<Option<Task<T>>>,
    ends: Option<Ends>,
    /// Somebody waits for the next: whether it has been heard of, and the turn after that.
    next: Option<(Option<usize>, Hop)>,
}

impl<T> Unpin for AsCompleted<T> {}

impl<T> AsCompleted<T> {
    /// The next task to end; `None` when all have been given.
    ///
    /// ```
    /// use async_kata::{sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let mut done = tasks::as_completed([tasks::spawn("one", async { 1 })]);
    ///     let task = done.next().await.unwrap();
    ///     assert!(task.is_finished() && done.next().await.is_none());
    ///     task.await
    /// });
    /// assert_eq!(run.end, sim::End::Done(Ok(1)));
    /// ```
    ///
    /// Cancel-safe: what would have been given is given by the next call.
    pub async fn next(&mut self) -> Option<Task<T>> {
        poll_fn(|cx| self.poll_next_task(cx)).await
    }

    /// Gives up after this time, counted from this call: the item after that is `Err(Elapsed)`, once, and then the
    /// stream is over. Nothing is cancelled.
    ///
    /// ```
    /// use async_kata::tasks::{self, Elapsed};
    /// use async_kata::sim;
    /// use std::time::Duration;
    ///
    /// let run = sim::run(|| async {
    ///     let slow = tasks::spawn("slow", sim::sleep(30));
    ///     let mut done = tasks::as_completed([slow]).timeout(Duration::from_millis(10));
    ///     assert!(matches!(done.next().await, Some(Err(Elapsed))));
    ///     assert!(done.next().await.is_none());
    ///     for task in done.into_pending() {
    ///         task.await.unwrap();
    ///     }
    /// });
    /// assert_eq!(run.trace.story().last().unwrap().ms, 30);
    /// ```
    ///
    /// # Panics
    /// Outside a tokio runtime with its clock enabled.
    pub fn timeout(self, after: Duration) -> AsCompletedWithin<T> {
        AsCompletedWithin { inner: self, clock: Some(Box::pin(sleep(after))) }
    }

    /// Those that have not been given, in the order in which they came. Some of them may have ended.
    ///
    /// ```
    /// use async_kata::{sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let tasks = [tasks::spawn("a", sim::sleep(1)), tasks::spawn("b", sim::sleep(2))];
    ///     let mut done = tasks::as_completed(tasks);
    ///     drop(done.next().await);
    ///     done.into_pending()[0].name().to_string()
    /// });
    /// assert_eq!(run.end, sim::End::Done("b".into()));
    /// ```
    pub fn into_pending(self) -> Vec<Task<T>> {
        self.tasks.into_iter().flatten().collect()
    }

    fn poll_next_task(&mut self, cx: &mut Context<'_>) -> Poll<Option<Task<T>>> {
        // The first who is asked for may have ended before: see `Hop::TWO`.
        let first = if self.ends.is_none() { Hop::TWO } else { Hop::NONE };
        let lives = || self.tasks.iter().flatten().map(|task| &task.life);
        let ends = self.ends.get_or_insert_with(|| Ends::of(lives()));
        if self.next.is_none() && ends.left() == 0 {
            return Poll::Ready(None);
        }
        let (heard, hop) = self.next.get_or_insert((None, first));
        if heard.is_none() {
            let Poll::Ready(at) = ends.poll_next(cx) else {
                *hop = Hop::ONE;
                return Poll::Pending;
            };
            *heard = Some(at);
        }
        ready!(hop.poll(cx));
        let at = self.next.take().and_then(|(heard, _)| heard);
        Poll::Ready(at.and_then(|at| self.tasks[at].take()))
    }
}

impl<T> Stream for AsCompleted<T> {
    type Item = Task<T>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Task<T>>> {
        self.get_mut().poll_next_task(cx)
    }
}

/// The stream of [`AsCompleted::timeout`].
#[must_use = "streams do nothing unless polled"]
pub struct AsCompletedWithin<T> {
    inner: AsCompleted<T>,
    /// `None`: it has struck.
    clock: Option<Pin<Box<Sleep>>>,
}

impl<T> AsCompletedWithin<T> {
    /// The next task to end, or that the time is up; `None` when all have been given, or the time was up before. See
    /// [`AsCompleted::timeout`] for an example.
    ///
    /// # Errors
    /// [`Elapsed`], once.
    ///
    /// Cancel-safe.
    pub async fn next(&mut self) -> Option<Result<Task<T>, Elapsed>> {
        poll_fn(|cx| self.poll_next_task(cx)).await
    }

    /// Those that have not been given, in the order in which they came. See [`AsCompleted::timeout`] for an example.
    pub fn into_pending(self) -> Vec<Task<T>> {
        self.inner.into_pending()
    }

    fn poll_next_task(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Task<T>, Elapsed>>> {
        let Some(clock) = &mut self.clock else { return Poll::Ready(None) };
        if let Poll::Ready(task) = self.inner.poll_next_task(cx) {
            return Poll::Ready(task.map(Ok));
        }
        ready!(clock.as_mut().poll(cx));
        self.clock = None;
        Poll::Ready(Some(Err(Elapsed)))
    }
}

impl<T> Stream for AsCompletedWithin<T> {
    type Item = Result<Task<T>, Elapsed>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_next_task(cx)
    }
}
