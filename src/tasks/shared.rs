//! A task that many may await.

use super::Ended;
use super::body::Place;
use super::life::{Life, Watch};
use crate::shim::Arc;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};

/// A task that many may await, each by its own clone of this handle: what an asyncio `Task` is. See
/// [`Task::shared`](super::Task::shared).
///
/// Awaiting it only looks: a wait that is dropped half-way cancels nothing, because others may wait, too. (In asyncio
/// cancelling one of those who wait cancels the task, and with it all the others: that is the surprise for which `shield`
/// was made.) Waiters are woken in the order in which they came. `futures::future::Shared` is the same for any future,
/// but polls it inside whichever task asks.
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async {
///     let task = tasks::spawn("task", async { "once" }).shared();
///     let again = task.clone();
///     (task.await, again.await)
/// });
/// assert_eq!(run.end, sim::End::Done((Ok("once"), Ok("once"))));
/// ```
///
/// Cancel-safe. Dropping the last handle lets the task run on, unobserved.
pub struct Shared<T> {
    pub(super) life: Arc<Life>,
    place: Place<T>,
    /// The result, when somebody has looked.
    result: Arc<OnceLock<Result<T, Ended>>>,
}

impl<T> Shared<T> {
    pub(super) fn new(life: Arc<Life>, place: Place<T>) -> Self {
        Self { life, place, result: Arc::default() }
    }

    /// The name it was given; in a run, made unique.
    pub fn name(&self) -> &str {
        self.life.name()
    }

    /// Whether it has ended, in whichever way.
    pub fn is_finished(&self) -> bool {
        self.life.has_ended()
    }

    /// Cancels the task, for all who wait. See [`Task::cancel`](super::Task::cancel).
    ///
    /// ```
    /// use async_kata::{sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let task = tasks::spawn("task", sim::sleep(3_600_000)).shared();
    ///     task.cancel();
    ///     (&task).await.unwrap_err();
    ///     (task.name().to_string(), task.is_finished())
    /// });
    /// assert_eq!(run.end, sim::End::Done(("task".into(), true)));
    /// ```
    pub fn cancel(&self) {
        self.life.cancel();
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { life: self.life.clone(), place: self.place.clone(), result: self.result.clone() }
    }
}

impl<T> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("name", &self.name()).field("is_finished", &self.is_finished()).finish()
    }
}

impl<T: Clone> IntoFuture for Shared<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Looking<T>;

    fn into_future(self) -> Looking<T> {
        Looking { watch: Watch::new(self.life.clone()), task: self }
    }
}

impl<T: Clone> IntoFuture for &Shared<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Looking<T>;

    fn into_future(self) -> Looking<T> {
        self.clone().into_future()
    }
}

/// The future of awaiting a [`Shared`]: only looks.
#[must_use = "futures do nothing unless polled"]
pub struct Looking<T> {
    task: Shared<T>,
    watch: Watch,
}

impl<T: Clone> Future for Looking<T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        ready!(this.watch.poll(cx));
        let Shared { place, result, .. } = &this.task;
        let taken = || place.lock().take().expect("a task that has ended has left its result");
        Poll::Ready(result.get_or_init(taken).clone()) // the clone is foreign code, and no lock is held
    }
}
