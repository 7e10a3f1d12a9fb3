//! Blocking calls in threads of their own: asyncio's `to_thread`, and pools with a limit.

use super::body::{self, Plain};
use super::life::Watch;
use super::{Ended, Task};
use crate::host::{self, Chair, Step, Worker, World};
use crate::shim::{Arc, Mutex};
use crate::sync::{OwnedPermit, Semaphore};
use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Waker, ready};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use tokio::time::{Sleep, sleep};

/// The threads of a run's default pool. CPython's has `min(32, cores + 4)`; a play must not depend on the machine.
const THREADS: usize = 32;

/// Runs a blocking closure in another thread, and waits for its value: asyncio's `to_thread`.
///
/// Nothing happens before the first poll, as in asyncio; tokio's `spawn_blocking` starts at the call.
///
/// **Outside a run** the thread is one of tokio's blocking pool (512 at most, unless the runtime was built with another
/// number). **Inside a run** it is a real thread in lock-step with the virtual clock: it runs while the loop waits for
/// it, [`sim::block_for`](crate::sim::block_for) in it is a sleep in virtual time that lets the loop go on, and a real
/// `thread::sleep` takes no virtual time at all. What it says ([`sim::log`](crate::sim::log)), it says in the name of
/// the task that waits. At most 32 run at once, the others queue, first in first out; [`Threads`] has another number. A
/// thread that waits for something that only the loop can do, by anything but `block_for`, stops the loop for good:
/// nothing inside the process can stop it; and neither can it stop a job that catches its own unwinding, for ever, when
/// the run is over.
///
/// # Errors
/// [`Ended::Panicked`], when the closure panicked; the name is that of the task that waits, or `to_thread` outside a run.
/// [`Ended::Cancelled`], when the runtime goes.
///
/// # Panics
/// In the first poll, outside a tokio runtime.
///
/// # Elsewhere
/// tokio's `spawn_blocking`, whose panic is a `JoinError`.
///
/// # Cancel-safety
/// Dropping it does not stop a thread that has begun: it goes on, and may speak in the name of a task that has ended; its
/// value is lost. A job that still queues never runs.
/// When `main` of a run returns, a thread that sleeps then is unwound where it sleeps. (`asyncio.run` waits for it to
/// end.)
///
/// ```
/// use async_kata::{sim, tasks};
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let ticker = tasks::spawn("ticker", async {
///         sim::sleep(5).await;
///         sim::log("tick");
///     });
///     let value = tasks::to_thread(|| {
///         sim::block_for(Duration::from_millis(20));
///         42
///     });
///     assert_eq!(value.await, Ok(42));
///     ticker.await.unwrap();
/// });
/// assert_eq!(run.trace.story().find(|entry| entry.what.text() == "tick").unwrap().ms, 5);
/// assert_eq!(run.trace.story().last().unwrap().ms, 20);
/// ```
///
/// CPU-bound work off the loop is the same call:
///
/// ```
/// # tokio_test::block_on(async {
/// let sum = async_kata::tasks::to_thread(|| (1..=1_000_000_u64).sum::<u64>()).await;
/// assert_eq!(sum, Ok(500_000_500_000));
/// # });
/// ```
pub fn to_thread<F, R>(job: F) -> ToThread<F, R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    ToThread { state: State::Fresh { job, pool: None } }
}

/// A pool of threads with a limit of its own: asyncio's `ThreadPoolExecutor(max_workers)`. A clone is the same pool.
///
/// In tokio: `spawn_blocking` behind a `Semaphore`, which is what this is outside a run.
///
/// ```
/// use async_kata::{sim, tasks};
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let two = tasks::Threads::new(2);
///     let jobs = ["a", "b", "c", "d", "e"].map(|name| {
///         tasks::spawn(name, two.to_thread(|| sim::block_for(Duration::from_millis(10))))
///     });
///     tasks::gather_all(jobs).await;
/// });
/// assert_eq!(run.trace.story().last().unwrap().ms, 30); // five jobs on two workers
/// ```
#[derive(Clone, Debug)]
pub struct Threads(Arc<Semaphore>);

impl Threads {
    /// A pool of at most `limit` threads at once.
    ///
    /// # Panics
    /// If it is 0: no job would ever begin. If it is more than a [`Semaphore`] can have
    /// permits.
    pub fn new(limit: usize) -> Self {
        assert!(limit > 0, "a pool of no threads would never begin a job: give it at least 1");
        Self(Arc::new(Semaphore::new(limit)))
    }

    /// As [`to_thread`], on one of these threads, with its errors, panics and cancel-safety. Who finds all of them at
    /// work queues, first in first out. [`Threads`] has an example.
    pub fn to_thread<F, R>(&self, job: F) -> ToThread<F, R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        ToThread { state: State::Fresh { job, pool: Some(self.0.clone()) } }
    }
}

/// The future of [`to_thread`].
#[must_use = "futures do nothing unless polled"]
pub struct ToThread<F, R> {
    state: State<F, R>,
}

enum State<F, R> {
    /// Never polled. Drop: nothing has happened.
    Fresh { job: F, pool: Option<Arc<Semaphore>> },
    /// Outside a run, for want of a thread. Next: `Blocking`. Drop: the job never runs.
    Queueing { job: F, turn: InLine },
    /// Outside a run. Drop: a job that has begun goes on.
    Blocking(JoinHandle<R>),
    /// In a run, whose thread is a task that the story does not tell of. Drop: a job that has begun goes on.
    Lockstep { thread: Task<Result<R, String>>, watch: Watch, begun: Arc<AtomicBool>, of: Arc<str> },
    /// It has returned. A further poll is the caller's mistake.
    Over,
}

/// A place in the line for a thread.
type InLine = Pin<Box<dyn Future<Output = OwnedPermit> + Send>>;

// Nothing in it is pinned: the job is moved to its thread, and the rest are handles.
impl<F, R> Unpin for ToThread<F, R> {}

impl<F, R> Future for ToThread<F, R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    type Output = Result<R, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let state = &mut self.get_mut().state;
        loop {
            *state = match std::mem::replace(state, State::Over) {
                State::Fresh { job, pool } => first(job, pool),
                State::Queueing { job, mut turn } => match turn.as_mut().poll(cx) {
                    Poll::Ready(permit) => State::Blocking(spawn_blocking(move || {
                        let _permit = permit;
                        job()
                    })),
                    Poll::Pending => {
                        *state = State::Queueing { job, turn };
                        return Poll::Pending;
                    }
                },
                State::Blocking(mut thread) => match Pin::new(&mut thread).poll(cx) {
                    Poll::Ready(end) => return Poll::Ready(end.map_err(died)),
                    Poll::Pending => {
                        *state = State::Blocking(thread);
                        return Poll::Pending;
                    }
                },
                State::Lockstep { mut thread, mut watch, begun, of } => match watch.poll(cx) {
                    Poll::Ready(()) => {
                        let panicked = |message| Ended::Panicked { task: of.to_string(), message };
                        return Poll::Ready(thread.take().and_then(|end| end.map_err(panicked)));
                    }
                    Poll::Pending => {
                        *state = State::Lockstep { thread, watch, begun, of };
                        return Poll::Pending;
                    }
                },
                State::Over => panic!("a to_thread was polled after its end"),
            }
        }
    }
}

impl<F, R> Drop for ToThread<F, R> {
    fn drop(&mut self) {
        match &self.state {
            State::Lockstep { thread, begun, .. } if !begun.load(Relaxed) => thread.cancel(),
            State::Blocking(thread) => thread.abort(), // reaches only a job that still queues for a thread of tokio's
            _ => {}
        }
    }
}

/// What the first poll makes of a job.
fn first<F, R>(job: F, pool: Option<Arc<Semaphore>>) -> State<F, R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    match (host::here(), pool) {
        (Some(world), pool) => begins(&world, job, pool.unwrap_or_else(|| default_pool(&*world))),
        (None, Some(pool)) => State::Queueing { job, turn: Box::pin(pool.acquire_owned()) },
        (None, None) => State::Blocking(spawn_blocking(job)),
    }
}

fn died(error: JoinError) -> Ended {
    match error.try_into_panic() {
        Ok(panic) => Ended::Panicked { task: "to_thread".into(), message: host::message_of(&*panic) },
        Err(_) => Ended::Cancelled, // the runtime was dropped
    }
}

/// The run's own, made by the first who asks.
fn default_pool(world: &dyn World) -> Arc<Semaphore> {
    let make = || -> Arc<dyn Any + Send + Sync> { Arc::new(Semaphore::new(THREADS)) };
    let pool = world.pool().get_or_init(make).clone();
    pool.downcast().expect("nobody else keeps a pool there")
}

/// Hires a thread in this run. If one is free it runs to its first sleep within this call, as CPython's does under the
/// oracle; explored, when it begins is a choice, like every further step of it.
fn begins<F, R>(world: &Arc<dyn World>, job: F, pool: Arc<Semaphore>) -> State<F, R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let value = Arc::<Mutex<Option<Result<R, String>>>>::default();
    let place = value.clone();
    let works = move || {
        let end = catch_unwind(AssertUnwindSafe(job)).map_err(|panic| host::message_of(&*panic));
        *place.lock() = Some(end);
    };
    let mut steps = Steps { worker: world.clone().hire(Box::new(works)), sleep: None, done: false };
    let begun = Arc::new(AtomicBool::new(false));
    let mut turn: InLine = Box::pin(pool.acquire_owned());
    let mut permit = None;
    if world.hops()
        && let Poll::Ready(free) = turn.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    {
        permit = Some(free);
        begun.store(true, Relaxed);
        steps.step();
    }
    let has_begun = begun.clone();
    let thread = async move {
        let _permit = match permit {
            Some(permit) => permit,
            None => turn.await,
        };
        has_begun.store(true, Relaxed);
        steps.await;
        value.lock().take().expect("a job that is over has left its value")
    };
    let of = world.speaker().unwrap_or_else(|| "to_thread".into());
    let name = format!("{of}'s thread");
    let thread = Task::spawned(body::spawn(Chair::quiet(&name), &name, thread, |_| Some(Plain)));
    let watch = Watch::new(thread.life.clone());
    State::Lockstep { thread, watch, begun, of }
}

/// The thread's steps, from sleep to sleep.
struct Steps {
    worker: Box<dyn Worker>,
    sleep: Option<(Pin<Box<Sleep>>, host::Waiting)>,
    done: bool,
}

impl Steps {
    fn step(&mut self) {
        match self.worker.resume() {
            Step::Sleeps(duration) => {
                let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
                self.sleep = Some((Box::pin(sleep(duration)), host::Waiting::for_clock(ms)));
            }
            Step::Done => self.done = true,
        }
    }
}

impl Future for Steps {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        while !this.done {
            if let Some((sleep, _)) = &mut this.sleep {
                ready!(sleep.as_mut().poll(cx));
                this.sleep = None;
            }
            this.step();
        }
        Poll::Ready(())
    }
}
