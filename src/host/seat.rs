//! A future with a name, which asks its world before each poll.

use super::{LeftOver, Polled, SeatId, SeatRef, Turn, World, here, message_of};
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// Seats a future under a name, in the world of the thread that calls this.
///
/// Inside a run the future appears in the trace under this name, and an exploration can choose when it goes on; a name
/// that is taken gets `#2`, `#3`, ... Outside a run nothing happens: the future is polled as if it stood alone.
///
/// A seat that is polled inside another seat's poll (awaited in line, or in a `select!`) logs under its own name, but
/// runs when the outer one does: what happens inside one poll is not scheduled.
///
/// Cancel-safety, fairness and panics are those of the future. Use [`tasks::spawn`](crate::tasks::spawn) where you can;
/// this is for other spawners:
///
/// ```
/// use async_kata::{host::seat, sim};
///
/// let run = sim::run(|| async {
///     let mut set = tokio::task::JoinSet::new();
///     set.spawn(seat("worker", async { sim::log("hello") }));
///     set.join_next().await;
/// });
/// assert_eq!(run.trace.order(), "worker hello");
/// ```
#[track_caller]
pub fn seat<F: Future>(name: &str, future: F) -> Seat<F> {
    Seat { body: Some(future), place: place(name, false, Some(Location::caller())) }
}

/// A seat whose future is yet to be made.
pub(crate) struct Chair(Option<Place>);

/// A future, or the panic of the code that was to make it.
pub(crate) type Made<F> = Result<F, Box<dyn Any + Send>>;

impl Chair {
    /// A chair for a task that the caller's line makes.
    #[track_caller]
    pub(crate) fn new(name: &str) -> Self {
        Chair(place(name, false, Some(Location::caller())))
    }

    /// The chair of `main`, which no line of the play makes.
    pub(crate) fn main() -> Self {
        Chair(place("main", false, None))
    }

    /// A chair of which the story does not tell.
    pub(crate) fn quiet(name: &str) -> Self {
        Chair(place(name, true, None))
    }

    /// The name in the run; `None` outside one.
    pub(crate) fn name(&self) -> Option<Arc<str>> {
        self.0.as_ref().map(|place| place.name.clone())
    }

    /// The seat as others see it; `None` outside a run.
    pub(crate) fn as_ref(&self) -> Option<SeatRef> {
        self.0.as_ref().map(|place| SeatRef { world: place.world.clone(), id: place.id })
    }

    /// Seats a future that was made elsewhere.
    pub(crate) fn hold<F>(self, future: F) -> Seat<F> {
        Seat { body: Some(future), place: self.0 }
    }

    /// Makes the future as the task's own doing: what `make` says, it says under the task's name.
    pub(crate) fn make<F>(&self, make: impl FnOnce() -> F) -> Made<F> {
        catch_unwind(AssertUnwindSafe(|| {
            let _inside = self.0.as_ref().map(|place| {
                place.world.begins(place.id);
                Inside::new(place)
            });
            make()
        }))
    }

    /// Seats what was made; a panic becomes the task's, in its first poll.
    pub(crate) fn seat<F: Future>(self, made: Made<F>) -> Seat<impl Future<Output = F::Output>> {
        let body = async move {
            match made {
                Ok(future) => future.await,
                Err(panic) => resume_unwind(panic),
            }
        };
        Seat { body: Some(body), place: self.0 }
    }
}

fn place(name: &str, quiet: bool, site: Option<&'static Location<'static>>) -> Option<Place> {
    let world = here()?;
    let (id, name) = world.born(name, quiet, site);
    Some(Place { world, id, name, waker: None, state: State::Open })
}

pin_project_lite::pin_project! {
    /// A seated future, see [`seat()`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Seat<F> {
        // None: it returned, panicked, or was told to leave.
        #[pin]
        body: Option<F>,
        // None: outside a run.
        place: Option<Place>,
    }

    impl<F> PinnedDrop for Seat<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(place) = this.place {
                place.let_go(this.body);
            }
        }
    }
}

impl<F: Future> Future for Seat<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(place) = this.place else {
            return this.body.as_pin_mut().expect("a seat outside a run keeps its body").poll(cx);
        };
        if place.state == State::Left {
            return Poll::Pending;
        }
        match place.world.arrives(place.id, cx.waker()) {
            Turn::Wait => Poll::Pending,
            Turn::Leave => {
                place.let_go(this.body);
                Poll::Pending
            }
            Turn::Go => place.poll(this.body.as_mut(), cx.waker(), false),
            Turn::Watch => place.poll(this.body.as_mut(), cx.waker(), true),
            Turn::Probe => {
                let polled = place.probe(this.body.as_mut());
                drop(catch_unwind(AssertUnwindSafe(|| drop(polled))));
                Poll::Pending
            }
            Turn::ProbeWithin => match place.probe(this.body.as_mut()) {
                Ok(Poll::Pending) => Poll::Pending,
                ended => {
                    place.state = State::Ended;
                    drop(catch_unwind(AssertUnwindSafe(|| this.body.set(None))));
                    ended.unwrap_or_else(|panic| resume_unwind(panic))
                }
            },
        }
    }
}

/// A seat's place in a world.
struct Place {
    world: Arc<dyn World>,
    id: SeatId,
    name: Arc<str>,
    /// The executor's waker, and ours around it. Kept, so that `will_wake` stays true from poll to poll.
    waker: Option<(Waker, Waker)>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The body is there. Next: either of the others. Drop: the body goes first, and the world is told.
    Open,
    /// The body returned or panicked, and the world knows. A further poll is the caller's mistake. Drop: nothing.
    Ended,
    /// The body was dropped before it returned, and the world knows. Polls stay pending. Drop: nothing.
    Left,
}

impl Place {
    /// Polls the body, with the world knowing who runs.
    fn poll<F: Future>(&mut self, mut body: Pin<&mut Option<F>>, outer: &Waker, watched: bool) -> Poll<F::Output> {
        let mut bell = self.bell(outer);
        if watched {
            bell = self.world.clone().watch(bell);
        }
        let future = body.as_mut().as_pin_mut().expect("polled after it had ended");
        let inside = Inside::new(self);
        // Caught only to be noted under the task's name; it goes on unwinding below, as it would have.
        let polled = catch_unwind(AssertUnwindSafe(|| poll_body(future, &bell)));
        if matches!(polled, Ok(Poll::Pending)) {
            drop(inside);
            self.world.polled(self.id, Polled::Pending);
            return Poll::Pending;
        }
        self.state = State::Ended;
        let dropped = catch_unwind(AssertUnwindSafe(|| body.set(None)));
        drop(inside);
        match (polled, dropped) {
            (Ok(ready), Ok(())) => {
                self.world.polled(self.id, Polled::Ready);
                ready
            }
            (Err(panic), _) | (_, Err(panic)) => {
                if panic.is::<LeftOver>() {
                    self.world.gone(self.id, None); // a seat that a job polls, and slept in when the run was over
                } else {
                    self.world.polled(self.id, Polled::Panicked(message_of(&*panic)));
                }
                resume_unwind(panic)
            }
        }
    }

    /// Polls the body once more, with a waker that sees where it is cloned and wakes nobody.
    fn probe<F: Future>(&mut self, body: Pin<&mut Option<F>>) -> Made<Poll<F::Output>> {
        let Some(future) = body.as_pin_mut() else { return Ok(Poll::Pending) };
        let waker = self.world.clone().watch(Waker::noop().clone());
        let inside = Inside::new(self);
        let polled = catch_unwind(AssertUnwindSafe(|| poll_body(future, &waker)));
        drop(inside);
        self.world.probed(self.id, matches!(polled, Ok(Poll::Pending)));
        polled
    }

    /// Drops the body, if it is still there, as the task's own doing: what its destructors say, they say as the task.
    fn let_go<F>(&mut self, mut body: Pin<&mut Option<F>>) {
        if self.state != State::Open {
            return;
        }
        self.state = State::Left;
        let dropped = {
            let _inside = Inside::new(self);
            catch_unwind(AssertUnwindSafe(|| body.set(None)))
        };
        self.world.gone(self.id, dropped.as_ref().err().map(|panic| message_of(&**panic)));
        if let Err(panic) = dropped
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }

    /// Our waker around the executor's: made anew only when the executor's changed.
    fn bell(&mut self, outer: &Waker) -> Waker {
        match &self.waker {
            Some((known, ours)) if known.will_wake(outer) => ours.clone(),
            _ => {
                let bell = Bell { world: self.world.clone(), seat: self.id, outer: outer.clone() };
                let ours: Waker = Arc::new(bell).into();
                self.waker = Some((outer.clone(), ours.clone()));
                ours
            }
        }
    }
}

/// Never inlined: its name marks, on the stack of whatever clones the waker, where the seat's own business begins.
#[inline(never)]
fn poll_body<F: Future>(body: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    body.poll(&mut Context::from_waker(waker))
}

/// The waker that a body sees: it tells the world, then wakes the task.
struct Bell {
    world: Arc<dyn World>,
    seat: SeatId,
    outer: Waker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.world.woken(self.seat);
        super::wake_or_keep(&self.outer);
    }
}

/// While it lives, the world knows that this seat's code runs. Survives a panic.
pub(super) struct Inside {
    world: Arc<dyn World>,
    seat: SeatId,
}

impl Inside {
    fn new(place: &Place) -> Self {
        Self::of(&place.world, place.id)
    }

    pub(super) fn of(world: &Arc<dyn World>, seat: SeatId) -> Self {
        world.enters(seat);
        Self { world: world.clone(), seat }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.world.exits(self.seat);
    }
}
