//! Tasks with asyncio's meaning and Rust's honesty: spawn, cancel, and the ways of waiting for several.
//!
//! The same inside and outside a run: they stand on plain tokio, and a run sees them through their seats.
//!
//! | to wait for | use | the first failure | dropped half-way (cancelled) |
//! |---|---|---|---|
//! | one task, which is yours | `task.await` | is the result | cancels the task |
//! | one task, which is not | `(&mut task).await`, [`shield`], [`Task::shared`] | is the result | leaves it alone |
//! | several, that end as one | [`group()`] | cancels the others and waits for them | cancels all |
//! | several values in order | [`gather()`] | is returned at once, the others go on | cancels all |
//! | several results in order | [`gather_all`] | is one of the results | cancels all |
//! | some of several | [`wait()`] | as [`Until`] says | leaves them alone |
//! | several, as they end | [`as_completed()`] | is one of the results | leaves them alone |
//! | anything, with a deadline | [`timeout()`], [`wait_for`] | goes on through | cancels the body |
//!
//! **Cancelling** is a request: a flag and a wake. On its next turn the task drops its body, waits for what that owned,
//! runs what it registered by [`on_cancel`], and has ended then. So whoever awaits a cancelled task finds nothing of it
//! left:
//!
//! ```
//! use async_kata::{host, sim, tasks};
//!
//! let run = sim::run(|| async {
//!     let outer = tasks::spawn("outer", async {
//!         let inner = tasks::spawn("inner", async {
//!             tasks::on_cancel(async {
//!                 sim::sleep(5).await;
//!                 sim::log("cleaned up");
//!             });
//!             sim::sleep(3_600_000).await;
//!         });
//!         inner.await.unwrap();
//!     });
//!     host::turn().await;
//!     host::turn().await;
//!     outer.cancel();
//!     let _ = outer.await;
//!     sim::log("both are gone");
//! });
//! assert_eq!(run.trace.order(), "inner cleaned up, main both are gone");
//! ```
//!
//! # The order of a plain run
//!
//! A plain run's order is held against CPython's, turn by turn. CPython spends a turn on bookkeeping between the end of a
//! task and whoever waits for it in a `gather`, `wait`, `as_completed`, `shield` or `TaskGroup`; so do these, there and
//! only there. `tests/it/tasks/hops.rs` prints the table. When a cancel goes through several tasks, the outer body is
//! dropped first here, and the inner one first in CPython; the tasks *end* in the same order and the same millisecond.
//!
//! # CPU-bound work
//!
//! asyncio sends it to a process pool, because of its lock around the interpreter. There is none here: [`to_thread`] is
//! enough for now and then, and a pool of its own (rayon, say) for much of it, with a `oneshot` to bring the result back.

mod as_completed;
mod body;
mod ended;
mod ends;
mod gather;
mod group;
mod life;
mod owned;
mod scope;
mod shared;
mod shield;
mod task;
mod thread;
mod timeout;
mod wait;

pub use as_completed::{AsCompleted, AsCompletedWithin, as_completed};
pub use ended::{Elapsed, Ended, Failure, GroupError, Why};
pub use gather::{Gather, GatherAll, gather, gather_all};
pub use group::{Group, group};
pub use scope::{CleanUp, on_cancel};
pub use shared::{Looking, Shared};
pub use shield::{Shield, shield};
pub use task::{Joining, Task, Watching, spawn, spawn_fallible};
pub use thread::{Threads, ToThread, to_thread};
pub use timeout::{Deadline, WaitFor, timeout, timeout_at, wait_for};
pub use wait::{Until, Wait, Waitable, Waited, wait};
