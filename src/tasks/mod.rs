//! Tasks with asyncio's meaning and Rust's honesty: spawn, cancel, join.
//!
//! The same inside and outside a run: they stand on plain tokio, and a run sees them through their seats.

use crate::host::{self, Seat, SeatRef};
use crate::shim::{Arc, Mutex};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use tokio::task::{JoinError, JoinHandle, unconstrained};

/// Spawns a named task on the current tokio runtime.
///
/// As asyncio's `create_task`: the body first runs on a later turn, never inside this call. It runs without tokio's
/// operation budget, so it switches only where it awaits something that is not ready.
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
pub fn spawn<F>(name: &str, future: F) -> Task<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let flag = Arc::new(Flag::default());
    let seat = host::seat(name, Body { future: Some(future), flag: flag.clone() });
    let name = seat.name().unwrap_or_else(|| name.into());
    let seat_ref = Seat::as_ref(&seat);
    Task { name, seat: seat_ref, flag, join: tokio::spawn(unconstrained(seat)), taken: false }
}

/// A spawned task.
///
/// - `task.await` **owns the wait**: dropping that wait half-way cancels the task, as cancelling an asyncio task cancels
///   what it awaits.
/// - `(&mut task).await` only looks: dropping that wait changes nothing.
/// - Dropping a task that nobody awaits lets it run on unobserved, until `main` ends. (asyncio keeps only a weak
///   reference and may lose such a task; here it is never lost.)
///
/// Cancel-safety: a wait that is dropped has taken nothing; the result stays with the task.
///
/// # Panics
/// Awaiting a task again after a wait (by reference) has returned its result: the result is taken, once.
#[must_use = "dropping a Task lets it run on unobserved: await it, or cancel it"]
pub struct Task<T> {
    name: Arc<str>,
    seat: Option<SeatRef>,
    flag: Arc<Flag>,
    join: JoinHandle<Result<T, Ended>>,
    /// A wait has returned the result: there is none left.
    taken: bool,
}

impl<T> Task<T> {
    /// The name it was given; in a run, made unique.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has ended, in whichever way.
    pub fn is_finished(&self) -> bool {
        self.join.is_finished()
    }

    /// Asks it to cancel itself: a flag and a wake. On its next turn the task drops its body, destructors and all, and
    /// ends as [`Ended::Cancelled`]. Before its first turn: the body never runs. After its end: nothing.
    ///
    /// asyncio raises `CancelledError` inside the coroutine, which may catch it; a Rust future is dropped where it
    /// stands and cannot refuse. tokio's `abort` does the same on no turn of the task's own, which a schedule cannot
    /// show; that is why this is not `abort`.
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
        if let Some(seat) = &self.seat {
            seat.asked_to_cancel();
        }
        self.flag.raise();
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("name", &self.name).field("is_finished", &self.is_finished()).finish()
    }
}

impl<T> IntoFuture for Task<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Joining<T>;

    fn into_future(self) -> Joining<T> {
        Joining { task: self, state: Wait::Fresh }
    }
}

impl<'a, T> IntoFuture for &'a mut Task<T> {
    type Output = Result<T, Ended>;
    type IntoFuture = Watching<'a, T>;

    fn into_future(self) -> Watching<'a, T> {
        Watching { task: self, waiting: None }
    }
}

/// Why a task has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Its body was dropped before it returned.
    Cancelled,
    /// Its body panicked.
    Panicked {
        /// Whose panic it was.
        task: String,
        /// What it said.
        message: String,
    },
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Cancelled => f.write_str("the task was cancelled"),
            Ended::Panicked { task, message } => write!(f, "task {task} panicked: {message}"),
        }
    }
}

impl std::error::Error for Ended {}

/// The future of `task.await`: owns the wait.
#[must_use = "futures do nothing unless polled"]
pub struct Joining<T> {
    task: Task<T>,
    state: Wait,
}

enum Wait {
    /// Never polled. Drop: lets the task run on, as dropping the task would.
    Fresh,
    /// Polled, and the task had not ended. Drop: **cancels the task**. Holds what a deadlock report reads.
    Half { _waiting: host::Waiting },
    /// The result was taken. Drop: nothing.
    Over,
}

impl<T> Future for Joining<T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.task.poll_end(cx);
        match (&polled, &this.state) {
            (Poll::Ready(_), _) => this.state = Wait::Over,
            (Poll::Pending, Wait::Fresh) => {
                this.state = Wait::Half { _waiting: host::Waiting::for_seat(this.task.seat.as_ref()) };
            }
            (Poll::Pending, _) => {}
        }
        polled
    }
}

impl<T> Drop for Joining<T> {
    fn drop(&mut self) {
        if matches!(self.state, Wait::Half { .. }) {
            self.task.cancel();
        }
    }
}

/// The future of `(&mut task).await`: only looks.
#[must_use = "futures do nothing unless polled"]
pub struct Watching<'a, T> {
    task: &'a mut Task<T>,
    waiting: Option<host::Waiting>,
}

impl<T> Future for Watching<'_, T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.task.poll_end(cx);
        if polled.is_ready() {
            this.waiting = None;
        } else if this.waiting.is_none() {
            this.waiting = Some(host::Waiting::for_seat(this.task.seat.as_ref()));
        }
        polled
    }
}

impl<T> Task<T> {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Ended>> {
        assert!(!self.taken, "task {} was awaited to its end before, and its result was taken then", self.name);
        Pin::new(&mut self.join).poll(cx).map(|end| {
            self.taken = true;
            end.unwrap_or_else(|error| Err(self.died(error)))
        })
    }

    fn died(&self, error: JoinError) -> Ended {
        match error.try_into_panic() {
            Ok(panic) => Ended::Panicked { task: self.name.to_string(), message: host::message_of(&*panic) },
            Err(_) => Ended::Cancelled, // the runtime was dropped
        }
    }
}

/// The request to cancel, between whoever asks and the body.
#[derive(Default)]
struct Flag(Mutex<Request>);

#[derive(Default)]
struct Request {
    raised: bool,
    waker: Option<Waker>,
}

impl Flag {
    fn raise(&self) {
        let waker = {
            let mut request = self.0.lock();
            request.raised = true;
            request.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether it is raised; if not, `waker` is called when it is. Wakers are cloned and dropped outside the lock.
    fn poll_raised(&self, waker: &Waker) -> bool {
        let fresh = waker.clone();
        let mut request = self.0.lock();
        // One step looks and leaves the waker, so that whoever raises the flag next finds it.
        let raised = request.raised;
        let before = request.waker.replace(fresh);
        drop(request);
        drop(before);
        raised
    }
}

pin_project_lite::pin_project! {
    /// A task's body, which drops itself when it is asked to.
    struct Body<F> {
        #[pin]
        future: Option<F>,
        flag: Arc<Flag>,
    }
}

impl<F: Future> Future for Body<F> {
    type Output = Result<F::Output, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.flag.poll_raised(cx.waker()) {
            this.future.set(None); // here, on the task's own turn: its destructors speak as the task
            host::ends_as_cancelled();
            return Poll::Ready(Err(Ended::Cancelled));
        }
        let future = this.future.as_pin_mut().expect("a body is not polled after its end");
        future.poll(cx).map(Ok)
    }
}
