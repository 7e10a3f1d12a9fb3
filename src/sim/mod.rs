//! The paused-time runtime: one run of a play, its trace, and how it ended.
//!
//! [`run`] gives a play a tokio runtime of its own, single-threaded, with a clock that stands still while anything can
//! run and jumps to the next timer when nothing can. So a play of hours takes microseconds, and the same program gives
//! the same entries, byte for byte, each time.
//!
//! Besides returning, a run has five ends, each with its name: see [`End`]. So a deadlock is a result at once, and what
//! ticks or spins is cut. What cannot be cut, because nothing inside the process can take the thread away from it: code
//! that never returns from one poll (`loop {}`, a real blocking call), a task without a seat that wakes itself for ever,
//! and a destructor that spawns its like. Whoever runs code that he does not trust runs it in a child process.
//!
//! What keeps it deterministic, and is asked of a play in return:
//! - tasks are spawned by [`tasks::spawn`](crate::tasks::spawn), or seated ([`host::seat`]) under
//!   another spawner. A raw `tokio::spawn` runs, but unnamed, unlogged and ungated; [`Run::strays`] counts those that
//!   were alive at the end;
//! - [`host::turn`] instead of tokio's `yield_now`, whose order flips each round;
//! - `biased;` in every `select!`, which is random otherwise;
//! - nothing from outside: no sockets, no real threads, no hash-ordered iteration.

mod clock;
mod driver;
mod end;
mod gate;
mod graph;
mod journal;
mod ledger;
mod probe;
mod quiet;
mod seats;
mod stage;
mod state;
mod stuck;
mod turns;
mod waits;
mod watch;
mod worker;

pub use crate::shim::Site;
pub(crate) use driver::{Pace, run_at};
pub use end::{End, Limits, Run};
pub(crate) use gate::{Chooser, Next, Now};
pub use graph::{Edge, WaitGraph};
pub use stuck::{Holder, Moment, Probe, Stuck, Wait};

use crate::host;
use std::fmt::Display;
use std::future::Future;
use std::panic::Location;
use std::task::{Context, Waker};
use std::time::Duration;

/// Runs a play once, in the paused order, with the default limits.
///
/// The play becomes the task `main`, its closure included. What it leaves running is *left over* when it returns: nobody
/// is polled any more, and every such task is told, in spawn order, and drops its body as its own doing. (What `main`
/// itself had aborted by then, for example by dropping a `JoinSet`, goes before them.)
///
/// # Panics
/// When called inside a tokio runtime: a run has its own. A panic inside the play is no panic of this function, but
/// [`End::Panicked`].
///
/// ```
/// use async_kata::sim::{self, End};
///
/// let run = sim::run(|| async {
///     sim::sleep(3_600_000).await; // an hour, in no time
///     sim::log("awake");
///     6 * 7
/// });
/// assert_eq!(run.end, End::Done(42));
/// assert_eq!(run.trace.order(), "main awake");
/// assert_eq!(run.trace.story().last().unwrap().ms, 3_600_000);
/// ```
#[track_caller]
pub fn run<F, Fut>(play: F) -> Run<Fut::Output>
where
    F: FnOnce() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    Sim::default().run(play)
}

/// How to run: the limits, and how much to write down.
///
/// ```
/// use async_kata::sim::{self, End, Sim};
///
/// let mut sim = Sim::default();
/// sim.limits.entries = 3;
/// let run = sim.run(|| async {
///     loop {
///         sim::log("again");
///         sim::sleep(1).await;
///     }
/// });
/// assert!(matches!(run.end, End::Flood(task) if task == "main"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sim {
    /// When a run is cut.
    pub limits: Limits,
    /// Whether the trace has the mechanics too (spawns, polls, wakes, waits): pictures want them, nothing else does.
    pub mechanics: bool,
    /// Whether a run that is stuck polls each stuck task once more, to see at which of its lines it waits ([`Probe`]). On; it
    /// costs nothing until a run is stuck, and then some milliseconds (the first time in a process, a tenth of a second). That poll may run code of the task, if it could go on
    /// after all: what it says is not written down, but it may touch what outlives the run.
    pub sites: bool,
    /// Of each seat, which poll to watch: its last, as an earlier run of the same schedule counted them.
    pub(crate) watch: Option<std::sync::Arc<[usize]>>,
}

impl Default for Sim {
    fn default() -> Self {
        Self { limits: Limits::default(), mechanics: false, sites: true, watch: None }
    }
}

impl Sim {
    /// As [`run`], with these settings.
    ///
    /// # Panics
    /// As [`run`].
    #[track_caller]
    pub fn run<F, Fut>(&self, play: F) -> Run<Fut::Output>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output: Send> + Send + 'static,
    {
        run_at(self, Pace::Free, play)
    }
}

/// Says something, as the task that runs now. Outside a run it does nothing, so a play also runs on plain tokio.
///
/// Code that runs in no seat (a raw `tokio::spawn`) speaks under the name `stray`.
///
/// The trace keeps which line called this: [`Trace::site`](crate::trace::Trace::site). A wrapper of your own is named in
/// place of its caller, unless it is `#[track_caller]` too.
#[track_caller]
pub fn log(what: impl Display) {
    if let Some(world) = host::here() {
        world.says(what.to_string(), Location::caller());
    }
}

/// Picks one of `n` ways, from 0: what a real program leaves to chance, and an exploration tries one after the other.
///
/// In an exploration each way is a branch, like whose turn it is, and the word says which was taken (`pick:1`). In a
/// plain run, and outside any, it is the first. `why` says what is picked, for whoever reads a witness.
///
/// For the branch of a `select!` (which is random unless `biased`), a random number, a fault that may strike:
///
/// ```
/// use async_kata::{explore, sim};
///
/// let found = explore::every(|| async { sim::pick(3, "which reply comes first") })
///     .judge(|run| match run.end {
///         sim::End::Done(2) => Err("the third".into()),
///         _ => Ok("another".into()),
///     })
///     .unwrap();
/// assert_eq!(found.to_string(), "1 of 3 schedules fails; the shortest: pick:2");
/// ```
///
/// # Panics
/// If `n` is 0: there is nothing to pick.
pub fn pick(n: usize, why: &'static str) -> usize {
    assert!(n > 0, "pick(0, {why:?}): there is nothing to pick from");
    host::here().map_or(0, |world| world.picks(n, why))
}

/// Sleeps for so many milliseconds; asyncio's `sleep`, so 0 is one [`turn`](host::turn).
///
/// Equal deadlines fire in the order in which the sleeps began. (CPython fires them in the order of a heap, which is
/// not that one; the oracle cures it.) tokio's `sleep` of zero is ready at once, without a turn.
///
/// Cancel-safe: dropping it half-way disarms the timer.
pub async fn sleep(ms: u64) {
    if ms == 0 {
        return host::turn().await;
    }
    let _waiting = host::Waiting::for_clock(ms);
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// Blocks the thread: the clock moves, and nobody else runs meanwhile. Python's `time.sleep` inside a coroutine.
///
/// Inside a run it is the virtual clock that moves, and the call returns at once; in a thread of
/// [`to_thread`](crate::tasks::to_thread()) the thread sleeps in virtual time, and the loop goes on meanwhile. Outside it
/// really sleeps. A call on the loop moves the clock by five years at the most: no horizon is farther.
///
/// ```
/// use async_kata::{host, sim, tasks};
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let ticker = tasks::spawn("ticker", async {
///         sim::sleep(5).await;
///         sim::log("tick, 15 ms late");
///     });
///     host::turn().await;
///     sim::block_for(Duration::from_millis(20));
///     ticker.await.unwrap();
/// });
/// assert_eq!(run.trace.story().find(|entry| entry.task == "ticker" && entry.ms > 0).unwrap().ms, 20);
/// ```
pub fn block_for(duration: Duration) {
    if worker::block_for(duration) {
        return;
    }
    if host::here().is_none() {
        return std::thread::sleep(duration);
    }
    // The first poll of `advance` moves the clock and then yields, to let timers fire. Dropping it there leaves them
    // for the next turn of the loop, as a blocking call does.
    let advance = std::pin::pin!(tokio::time::advance(duration.min(driver::MOST))); // beyond any horizon, and no overflow
    let _ = advance.poll(&mut Context::from_waker(Waker::noop()));
}
