//! A spawned task, and the two ways of waiting for it: by value, which owns the wait, and by reference, which only looks.

use super::Ended;
use super::body::{self, Fallible, Place, Plain};
use super::life::{Life, Watch};
use super::owned::outlived_by;
use super::shared::Shared;
use crate::host::Chair;
use crate::shim::Arc;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Spawns a named task on the current tokio runtime.
///
/// As asyncio's `create_task`: the body first runs on a later turn, never inside this call. It runs without tokio's
/// operation budget, so it switches only where it awaits something that is not ready. `tokio::spawn` gives no name, and
/// its handle aborts where this one [cancels](Task::cancel). Nothing to cancel here: the call returns at once.
///
/// # Panics
/// Outside a tokio runtime, as `tokio::spawn`.
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async {
///     let task = tasks::spawn("a", async { 6 * 7 });
///     sim::log("spawned");
///     task.await
/// });
/// assert_eq!(run.end, sim::End::Done(Ok(42)));
/// ```
#[must_use = "dropping a Task lets it run on unobserved: await it, cancel it, or say `drop(..)`"]
#[track_caller]
pub fn spawn<F>(name: &str, future: F) -> Task<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    Task::spawned(body::spawn(Chair::new(name), name, future, |_| Some(Plain)))
}

/// As [`spawn`], for a body whose `Err` is asyncio's exception: a trace says that the task *failed*, and
/// [`wait`](super::wait()) until the [`FirstException`](super::Until::FirstException) stops at it. Whoever awaits it
/// gets the same in either way; tokio's `spawn` makes no difference between an `Ok` and an `Err`.
///
/// # Panics
/// As [`spawn`].
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async { tasks::spawn_fallible("a", async { Err::<(), _>("ValueError") }).await });
/// assert_eq!(run.end, sim::End::Done(Ok(Err("ValueError"))));
/// let failed = run.trace.story().find(|entry| entry.what.kind() == "failed").unwrap();
/// assert_eq!((failed.task.as_str(), failed.what.text()), ("a", "ValueError"));
/// ```
#[must_use = "dropping a Task lets it run on unobserved: await it, cancel it, or say `drop(..)`"]
#[track_caller]
pub fn spawn_fallible<T, E, F>(name: &str, future: F) -> Task<Result<T, E>>
where
    F: Future<Output = Result<T, E>> + Send + 'static,
    T: Send + 'static,
    E: fmt::Display + Send + 'static,
{
    Task::spawned(body::spawn(Chair::new(name), name, future, |_| Some(Fallible)))
}

/// A spawned task.
///
/// - `task.await` **owns the wait**: dropping that wait half-way cancels the task, as cancelling an asyncio task cancels
///   what it awaits. If the wait is dropped because the task (or timeout, or group) around it is cancelled, that one
///   waits until this one has ended, its clean-ups included.
/// - `(&mut task).await` only looks: dropping that wait changes nothing. [`shield`](super::shield()) is the same in
///   asyncio's words.
/// - [`shared`](Self::shared) lets many wait.
/// - Dropping a task that nobody awaits lets it run on unobserved, until `main` ends. (asyncio keeps only a weak
///   reference and may lose such a task; here it is never lost. A tokio `JoinHandle` does the same, whether dropped
///   before or in the middle of its await.)
///
/// Cancel-safety: a wait that is dropped has taken nothing; the result stays with the task. A wait by value drops both: a
/// panic while it is being cancelled in this way appears only in a trace. (In asyncio the exception takes the cancel's
/// place.)
///
/// # Panics
/// Awaiting a task again after a wait (by reference) has returned its result: the result is taken, once.
pub struct Task<T> {
    pub(super) life: Arc<Life>,
    pub(super) place: Place<T>,
    /// A wait has returned the result: there is none left.
    taken: bool,
}

impl<T> Task<T> {
    pub(super) fn new((life, place): (Arc<Life>, Place<T>)) -> Self {
        Self { life, place, taken: false }
    }

    pub(super) fn spawned(task: Option<(Arc<Life>, Place<T>)>) -> Self {
        Self::new(task.expect("nobody keeps a plain task from running"))
    }

    /// A task that never was: it has ended as cancelled, and its body never ran.
    pub(super) fn never(name: &str) -> Self {
        let life = Life::new(name.into(), None);
        life.ends(false, || None);
        let place = Place::default();
        *place.lock() = Some(Err(Ended::Cancelled));
        Self::new((life, place))
    }

    /// The name it was given; in a run, made unique.
    pub fn name(&self) -> &str {
        self.life.name()
    }

    /// Whether it has ended, in whichever way: its body is dropped, and its clean-ups have run.
    ///
    /// ```
    /// use async_kata::{host, sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let task = tasks::spawn("task", async {});
    ///     let before = task.is_finished();
    ///     host::turn().await;
    ///     (task.name().to_string(), before, task.is_finished())
    /// });
    /// assert_eq!(run.end, sim::End::Done(("task".into(), false, true)));
    /// ```
    pub fn is_finished(&self) -> bool {
        self.life.has_ended()
    }

    /// Asks it to cancel itself: a flag and a wake. On its next turn the task drops its body, destructors and all, runs
    /// what it registered by [`on_cancel`](super::on_cancel), and ends as [`Ended::Cancelled`].
    ///
    /// - Before its first turn: the body never runs.
    /// - While it could run, woken by what it waited for: it is cancelled all the same.
    /// - While its clean-ups run: the one at work is dropped.
    /// - In the very poll in which the body returns, by the body itself or from another thread: the output stands.
    /// - After its end: nothing.
    ///
    /// asyncio raises `CancelledError` inside the coroutine, which may catch it; a Rust future is dropped where it
    /// stands and cannot refuse. tokio's `abort` does the same, but not on a turn of the task, so a schedule cannot
    /// show it; that is why this is not `abort`.
    ///
    /// ```
    /// use async_kata::tasks::{self, Ended};
    /// use async_kata::{host, sim};
    ///
    /// let run = sim::run(|| async {
    ///     let sleeper = tasks::spawn("sleeper", sim::sleep(3_600_000));
    ///     host::turn().await;
    ///     sleeper.cancel();
    ///     sleeper.await
    /// });
    /// assert_eq!(run.end, sim::End::Done(Err(Ended::Cancelled)));
    /// ```
    pub fn cancel(&self) {
        self.life.cancel();
    }

    /// Gives up the result's single owner: many may await the task from now on, and each gets a clone of the result.
    /// Cancels nothing, now or later: see [`Shared`], also for what asyncio and others do.
    ///
    /// ```
    /// use async_kata::{sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let config = tasks::spawn("config", async { 7 }).shared();
    ///     let readers = ["a", "b"].map(|name| {
    ///         let config = config.clone();
    ///         tasks::spawn(name, async move { config.await })
    ///     });
    ///     tasks::gather_all(readers).await
    /// });
    /// assert_eq!(run.end, sim::End::Done(vec![Ok(Ok(7)), Ok(Ok(7))]));
    /// ```
    ///
    /// # Panics
    /// If a wait by reference has taken the result already.
    pub fn shared(self) -> Shared<T>
    where
        T: Clone,
    {
        self.has_a_result();
        Shared::new(self.life.clone(), self.place.clone())
    }

    fn has_a_result(&self) {
        assert!(!self.taken, "task {} was awaited to its end before, and its result was taken then", self.name());
    }

    /// Takes the result of a task that has ended.
    pub(super) fn take(&mut self) -> Result<T, Ended> {
        self.has_a_result();
        self.taken = true;
        self.place.lock().take().expect("a task that has ended has left its result")
    }

    fn poll_end(&mut self, watch: &mut Watch, cx: &mut Context<'_>) -> Poll<Result<T, Ended>> {
        self.has_a_result();
        ready!(watch.poll(cx));
        Poll::Ready(self.take())
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("name", &self.name()).field("is_finished", &self.is_finished()).finish()
    }
}

impl<T> IntoFuture for Task<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Joining<T>;

    fn into_future(self) -> Joining<T> {
        Joining { watch: Watch::new(self.life.clone()), task: self }
    }
}

impl<'a, T> IntoFuture for &'a mut Task<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Watching<'a, T>;

    fn into_future(self) -> Watching<'a, T> {
        Watching { watch: Watch::new(self.life.clone()), task: self }
    }
}

/// The future of `task.await`: owns the wait.
///
/// Dropped before its first poll it lets the task run on, as dropping the task would. Dropped half-way it **cancels the
/// task**. Dropped after it has returned: nothing.
#[must_use = "futures do nothing unless polled"]
pub struct Joining<T> {
    task: Task<T>,
    watch: Watch,
}

impl<T> Future for Joining<T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.task.poll_end(&mut this.watch, cx)
    }
}

impl<T> Drop for Joining<T> {
    fn drop(&mut self) {
        if self.watch.is_half_way() {
            self.task.life.cancel_by_owner();
            outlived_by(std::iter::once(&self.task.life));
        }
    }
}

/// The future of `(&mut task).await`: only looks.
#[must_use = "futures do nothing unless polled"]
pub struct Watching<'a, T> {
    task: &'a mut Task<T>,
    watch: Watch,
}

impl<T> Future for Watching<'_, T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        this.task.poll_end(&mut this.watch, cx)
    }
}
