//! Where a task meets its world: a seat that names, logs and gates a future, under any spawner.
//!
//! [`seat`] wraps a future. In production nothing is behind it and every call goes straight through. Inside a run
//! (`sim::run`, or an exploration) the thread has a *world*, and the seat asks it before each poll: go, wait, or leave.
//! That is all the control a run needs, so it works for whatever the future is spawned with: `tokio::spawn`, a
//! `JoinSet`, a spawner of your own.
//!
//! This room is a leaf: it imports nothing of ours and no runtime. `tasks` calls it, `sim` implements its world.

mod seat;

pub(crate) use seat::Chair;
pub use seat::{Seat, seat};

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::Location;
use std::sync::{Arc, OnceLock};
use std::task::{Poll, Waker};
use std::time::Duration;

/// The number of a seat in its run: seats are numbered as they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SeatId(pub(crate) usize);

/// What a seat is told when its executor polls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Poll the body.
    Go,
    /// Poll it with a waker that sees where it is cloned ([`World::watch`]): nothing else is different.
    Watch,
    /// Not now. The world keeps the waker and calls it when the answer may be another.
    Wait,
    /// The run is stuck: poll the body once more, watched, with a waker that wakes nobody. It comes to no end by that:
    /// whatever it returns is dropped, and it leaves later, as it would have.
    Probe,
    /// The same for a body within that body, whose end the outer one may go on with.
    ProbeWithin,
    /// The run is over: drop the body, on this turn.
    Leave,
}

/// How a poll of a body went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Polled {
    Pending,
    Ready,
    Panicked(String),
}

/// What a task may wait for that is not a primitive of `sync` (those report through `shim::observe`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// The end of another task.
    Seat(SeatId),
    /// The clock, for so many milliseconds.
    Clock(u64),
}

/// The world that a run puts around its tasks. Production has none.
pub(crate) trait World: Send + Sync {
    /// A seat is made. Returns its number, and the name it really got: unique in the run. A quiet one is no task of the
    /// play's: the story does not tell of it. `site` is the line that makes it, if that is one of the play's.
    fn born(&self, name: &str, quiet: bool, site: Option<&'static Location<'static>>) -> (SeatId, Arc<str>);
    /// The executor polls the seat, with this waker.
    fn arrives(&self, seat: SeatId, waker: &Waker) -> Turn;
    /// The task begins, before its first poll.
    fn begins(&self, seat: SeatId);
    /// The seat's code (a poll or a drop of its body) is about to run; `exits` says that it no longer does.
    fn enters(&self, seat: SeatId);
    /// See `enters`. The two nest.
    fn exits(&self, seat: SeatId);
    /// A poll of the body is over.
    fn polled(&self, seat: SeatId, how: Polled);
    /// A waker that does what `inner` does and sees where it is cloned.
    fn watch(self: Arc<Self>, inner: Waker) -> Waker;
    /// A probe's poll is over.
    fn probed(&self, seat: SeatId, pending: bool);
    /// The body was dropped before it returned; a destructor may have panicked, with this message.
    fn gone(&self, seat: SeatId, panic: Option<String>);
    /// The waker that the body was polled with was called.
    fn woken(&self, seat: SeatId);
    /// Somebody asked this task to cancel itself.
    fn asked_to_cancel(&self, seat: SeatId);
    /// The task that runs now has just dropped its body because it was asked to: it ends as cancelled.
    fn ends_as_cancelled(&self);
    /// The task that runs now is about to return an error: it ends as failed, and says so with this text.
    fn ends_as_failed(&self, why: String);
    /// Whether a combinator takes the turn that CPython spends on its bookkeeping: where the order of a plain run is held
    /// against CPython's, and not where every order is tried anyway.
    fn hops(&self) -> bool;
    /// The name of the task that runs now.
    fn speaker(&self) -> Option<Arc<str>>;
    /// A thread for a job of the task that runs now. It begins when it is resumed.
    fn hire(self: Arc<Self>, job: Job) -> Box<dyn Worker>;
    /// What the rooms above keep for the run: its default pool of threads.
    fn pool(&self) -> &OnceLock<Arc<dyn Any + Send + Sync>>;
    /// The task that runs now begins to wait. Returns the number of this wait.
    fn waits(&self, what: For) -> u64;
    /// A wait is over.
    fn leaves(&self, wait: u64);
    /// The task that runs now says something, by the call at `site`.
    fn says(&self, what: String, site: &'static Location<'static>);
    /// The task that runs now asks which of `n` ways to go: one of them, from 0.
    fn picks(&self, n: usize, why: &'static str) -> usize;
}

/// What a thread is to do.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// What a job unwinds with when its run is over before it is: nobody's panic.
pub(crate) struct LeftOver;

/// A thread that runs in lock-step with the loop. Dropped, it unwinds the job at its next sleep, and waits for that.
pub(crate) trait Worker: Send {
    /// Lets it go on, and waits until it sleeps or has finished. Not called again after `Done`.
    fn resume(&mut self) -> Step;
}

/// Where a thread has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It sleeps for so long.
    Sleeps(Duration),
    /// The job is over.
    Done,
}

thread_local! {
    static HERE: RefCell<Option<Arc<dyn World>>> = const { RefCell::new(None) };
}

thread_local! {
    /// Whom a thread in lock-step has woken. `None` on the loop's own thread.
    static WOKEN: RefCell<Option<Vec<Waker>>> = const { RefCell::new(None) };
}

/// From now on this thread wakes nobody itself: the loop's thread does, when it has the turn again, so that whoever is woken
/// stands in the run queue where he would for a wake by the loop. (tokio has another queue for other threads, and looks into
/// it every so many turns.)
pub(crate) fn keep_wakes() {
    WOKEN.set(Some(Vec::new()));
}

/// Whom this thread was to wake since it was asked last.
pub(crate) fn kept_wakes() -> Vec<Waker> {
    WOKEN.with_borrow_mut(|woken| woken.as_mut().map(std::mem::take)).unwrap_or_default()
}

/// The thread is about to go: whom it wakes from now on (destructors of its thread-locals may), it wakes itself. Nobody would
/// ask any more.
pub(crate) fn keep_no_wakes() {
    WOKEN.set(None);
}

fn wake_or_keep(waker: &Waker) {
    if !WOKEN.try_with(|woken| woken.borrow().is_some()).unwrap_or(false) {
        return waker.wake_by_ref();
    }
    let kept = waker.clone(); // foreign code: outside the borrow
    WOKEN.with_borrow_mut(|woken| woken.get_or_insert_default().push(kept));
}

/// The world of this thread, if a run is on.
pub(crate) fn here() -> Option<Arc<dyn World>> {
    HERE.try_with(|here| here.borrow().clone()).ok().flatten()
}

/// Makes `world` this thread's world until the guard is dropped.
#[must_use]
pub(crate) fn enter(world: Arc<dyn World>) -> Entered {
    Entered(HERE.with(|here| here.replace(Some(world))))
}

/// Gives the thread its former world back.
pub(crate) struct Entered(Option<Arc<dyn World>>);

impl Drop for Entered {
    fn drop(&mut self) {
        let ours = HERE.with(|here| here.replace(self.0.take()));
        drop(ours); // outside the borrow
    }
}

/// A seat as others see it: enough to wait for it and to ask it to cancel itself.
#[derive(Clone)]
pub(crate) struct SeatRef {
    world: Arc<dyn World>,
    id: SeatId,
}

impl SeatRef {
    pub(crate) fn asked_to_cancel(&self) {
        self.world.asked_to_cancel(self.id);
    }

    /// Does something as this task: what a destructor says in it, it says in the task's name.
    pub(crate) fn speaks(&self, act: impl FnOnce()) {
        let _inside = seat::Inside::of(&self.world, self.id);
        act();
    }
}

/// A wait of the task that runs now, until it is dropped. Nothing outside a run.
#[derive(Default)]
pub(crate) struct Waiting(Option<(Arc<dyn World>, u64)>);

impl Waiting {
    /// Waits for another task's end.
    pub(crate) fn for_seat(seat: Option<&SeatRef>) -> Self {
        Self(seat.map(|seat| (seat.world.clone(), seat.world.waits(For::Seat(seat.id)))))
    }

    /// Waits for the clock.
    pub(crate) fn for_clock(ms: u64) -> Self {
        Self(here().map(|world| {
            let wait = world.waits(For::Clock(ms));
            (world, wait)
        }))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((world, wait)) = self.0.take() {
            world.leaves(wait);
        }
    }
}

/// Lets every other runnable task have a turn: back to the end of the run queue, once.
///
/// It is FIFO, as asyncio's `sleep(0)`: two tasks that take turns alternate for ever. tokio's own `yield_now` waits on
/// a side list until the queue is empty, which starves the caller behind a chain of wakes and flips the order each
/// round. Works in any runtime.
///
/// Cancel-safe: dropping it half-way forgets the turn and nothing else.
///
/// ```
/// use async_kata::{host, sim, tasks};
///
/// let run = sim::run(|| async {
///     let pair = ["a", "b"].map(|name| {
///         tasks::spawn(name, async {
///             for round in 1..=2 {
///                 sim::log(format_args!("round {round}"));
///                 host::turn().await;
///             }
///         })
///     });
///     for task in pair {
///         task.await.unwrap();
///     }
/// });
/// assert_eq!(run.trace.order(), "a round 1, b round 1, a round 2, b round 2");
/// ```
pub async fn turn() {
    let mut asked = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut asked, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Says that the task that runs now has dropped its body because it was asked to. Nothing outside a run.
pub(crate) fn ends_as_cancelled() {
    if let Some(world) = here() {
        world.ends_as_cancelled();
    }
}

/// Says that the task that runs now is about to return an error. Nothing outside a run; the text is made only inside.
pub(crate) fn ends_as_failed(why: impl FnOnce() -> String) {
    if let Some(world) = here() {
        world.ends_as_failed(why());
    }
}

/// Whether a combinator takes CPython's bookkeeping turn here: see [`World::hops`].
pub(crate) fn hops() -> bool {
    here().is_some_and(|world| world.hops())
}

/// What a panic said: the text of `panic!`, or that it carried something else.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic whose payload is no text".to_string())
}
