//! A wait that cancels nothing, in asyncio's words.

use super::ends::Hop;
use super::life::Watch;
use super::{Ended, Task};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Waits for a task without owning the wait: cancelling whoever waits here leaves the task alone. asyncio's `shield`.
///
/// The same as `(&mut task).await`; asyncio needs a function for it, because there `await task` cancels through. The
/// task's handle stays with the caller, who can wait again: in asyncio it is the caller's business to keep a reference.
/// If it is the task itself that is cancelled, so is this wait's result.
///
/// Cancel-safe: a wait that is dropped has taken nothing.
///
/// # Panics
/// If a wait by reference has taken the result before.
///
/// # Elsewhere
/// tokio: `(&mut join_handle).await`, or `join_handle.await`, because there dropping a handle cancels nothing.
///
/// ```
/// use async_kata::{sim, tasks};
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let mut task = tasks::spawn("task", async {
///         sim::sleep(20).await;
///         "saved"
///     });
///     let late = tasks::wait_for(Duration::from_millis(10), tasks::shield(&mut task)).await;
///     assert!(late.is_err());
///     task.await
/// });
/// assert_eq!(run.end, sim::End::Done(Ok("saved")));
/// ```
pub fn shield<T>(task: &mut Task<T>) -> Shield<'_, T> {
    Shield { watch: Watch::new(task.life.clone()), task, hop: Hop::NONE }
}

/// The future of [`shield`].
#[must_use = "futures do nothing unless polled"]
pub struct Shield<'a, T> {
    task: &'a mut Task<T>,
    watch: Watch,
    hop: Hop,
}

impl<T> Future for Shield<'_, T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.watch.poll(cx).is_pending() {
            this.hop = Hop::ONE;
            return Poll::Pending;
        }
        ready!(this.hop.poll(cx));
        Poll::Ready(this.task.take())
    }
}
