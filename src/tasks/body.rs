//! What is really spawned: a body in its scope and its seat; its end puts the result in place and calls who waits.

use super::Ended;
use super::life::Life;
use super::scope::Scoped;
use crate::host::{self, Chair, Seat, message_of};
use crate::shim::{Arc, Mutex};
use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use tokio::task::unconstrained;

/// Where a task's result lies until a wait takes it.
pub(super) type Place<T> = Arc<Mutex<Option<Result<T, Ended>>>>;

/// What a task's output means, and who hears of its end before those who wait for it.
pub(super) trait Ending<V>: Send + 'static {
    /// What the task's handle gives.
    type Value: Send + 'static;

    /// The error that the output is, if it counts as one.
    fn failing(output: &V) -> Option<&dyn Display>;

    /// The body is gone: what the handle gives. Nobody hears of it yet.
    fn end(&mut self, name: &str, output: Result<V, Ended>) -> Result<Self::Value, Ended>;

    /// The task has ended. Returns who is to be called before those who wait for it.
    fn tell(self) -> Option<Waker>
    where
        Self: Sized,
    {
        None
    }
}

/// Any output is a value.
pub(super) struct Plain;

impl<V: Send + 'static> Ending<V> for Plain {
    type Value = V;

    fn failing(_: &V) -> Option<&dyn Display> {
        None
    }

    fn end(&mut self, _: &str, output: Result<V, Ended>) -> Result<V, Ended> {
        output
    }
}

/// An output is a value or an error, and the handle gives either.
pub(super) struct Fallible;

impl<T: Send + 'static, E: Display + Send + 'static> Ending<Result<T, E>> for Fallible {
    type Value = Result<T, E>;

    fn failing(output: &Result<T, E>) -> Option<&dyn Display> {
        output.as_ref().err().map(|error| error as &dyn Display)
    }

    fn end(&mut self, _: &str, output: Result<Result<T, E>, Ended>) -> Result<Result<T, E>, Ended> {
        output
    }
}

/// Spawns a body. Returns its life, and where its result will be.
///
/// `ending` is made when the life is there and the body does not run yet. `None`: it is not to run at all.
pub(super) fn spawn<F, N>(
    chair: Chair,
    name: &str,
    future: F,
    ending: impl FnOnce(&Arc<Life>) -> Option<N>,
) -> Option<(Arc<Life>, Place<N::Value>)>
where
    F: Future<Output: Send> + Send + 'static,
    N: Ending<F::Output>,
{
    let life = Life::new(chair.name().unwrap_or_else(|| name.into()), chair.as_ref());
    let ending = Some(ending(&life)?);
    let body = Body { scoped: Scoped::new(future), life: life.clone(), failing: N::failing };
    let place = Place::default();
    let seat = Some(chair.hold(body));
    drop(tokio::spawn(unconstrained(Spawned { seat, life: life.clone(), place: place.clone(), ending })));
    Some((life, place))
}

pin_project_lite::pin_project! {
    /// A task's body, which drops itself when it is asked to, and then runs its clean-ups.
    struct Body<F: Future> {
        #[pin]
        scoped: Scoped<F>,
        life: Arc<Life>,
        failing: fn(&F::Output) -> Option<&dyn Display>,
    }
}

impl<F: Future> Future for Body<F> {
    /// The output, and whether it counts as an error.
    type Output = Result<(F::Output, bool), Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if this.life.takes_request(cx.waker()) {
            this.scoped.as_mut().cancel(); // here, on the task's own turn: its destructors speak as the task
        }
        match ready!(this.scoped.poll(cx)) {
            // Asked in this very poll, by itself or from another thread: what has been computed is not thrown away.
            Some(output) => {
                let error = (this.failing)(&output);
                if let Some(error) = error {
                    host::ends_as_failed(|| error.to_string());
                }
                let failed = error.is_some();
                Poll::Ready(Ok((output, failed)))
            }
            None => {
                host::ends_as_cancelled();
                Poll::Ready(Err(Ended::Cancelled))
            }
        }
    }
}

pin_project_lite::pin_project! {
    /// The whole task. Outside the seat: whoever is called at its end is called when the seat has said that it ended.
    struct Spawned<F: Future, N: Ending<F::Output>> {
        // None: it has ended.
        #[pin]
        seat: Option<Seat<Body<F>>>,
        life: Arc<Life>,
        place: Place<N::Value>,
        ending: Option<N>,
    }

    impl<F: Future, N: Ending<F::Output>> PinnedDrop for Spawned<F, N> {
        fn drop(this: Pin<&mut Self>) {
            // The runtime goes, and takes its tasks with it.
            let mut this = this.project();
            let dropped = catch_unwind(AssertUnwindSafe(|| this.seat.set(None)));
            let output = Err(match dropped {
                Ok(()) => Ended::Cancelled,
                Err(panic) => panicked(this.life, &*panic),
            });
            ends(this.life, this.place, this.ending, output, false);
        }
    }
}

impl<F: Future, N: Ending<F::Output>> Future for Spawned<F, N> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let Some(seat) = this.seat.as_mut().as_pin_mut() else { return Poll::Ready(()) };
        let polled = catch_unwind(AssertUnwindSafe(|| seat.poll(cx)));
        let (output, failed) = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Ok((output, failed)))) => (Ok(output), failed),
            Ok(Poll::Ready(Err(ended))) => (Err(ended), false),
            Err(panic) => (Err(panicked(this.life, &*panic)), true),
        };
        // Nothing of the body is left when others hear of its end. A destructor's second panic has nobody to go to.
        let _ = catch_unwind(AssertUnwindSafe(|| this.seat.set(None)));
        ends(this.life, this.place, this.ending, output, failed);
        Poll::Ready(())
    }
}

fn panicked(life: &Life, panic: &(dyn std::any::Any + Send)) -> Ended {
    Ended::Panicked { task: life.name().to_string(), message: message_of(panic) }
}

/// Once: puts the result in its place, and calls whoever waits for it.
fn ends<V, N: Ending<V>>(
    life: &Life,
    place: &Place<N::Value>,
    ending: &mut Option<N>,
    output: Result<V, Ended>,
    failed: bool,
) {
    if let Some(mut ending) = ending.take() {
        let result = ending.end(life.name(), output);
        if Arc::strong_count(place) == 1 {
            // Nobody has its handle any more: what the result says when it is dropped, it says as the task. If it panics
            // then, the task has ended all the same, and those who wait for that are called.
            let _ = catch_unwind(AssertUnwindSafe(|| life.speaks(|| drop(result))));
        } else {
            *place.lock() = Some(result);
        }
        life.ends(failed, || ending.tell());
    }
}
