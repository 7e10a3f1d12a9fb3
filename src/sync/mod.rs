//! Primitives for tasks: they wait without blocking a thread, serve in the order of asking, and may be cancelled.
//!
//! In reading order:
//!
//! - `line`, private: the line of waiting tasks that all of them share, and the "now serving" sign above it.
//! - [`event`]: [`Event`], a gate that stands open or shut. The simplest use of the line: all are let through at once.
//! - [`lock`]: [`Lock`], one holder at a time. A turn belongs to somebody, so it can be lost, and must be passed on.
//! - [`semaphore`]: [`Semaphore`], a number of permits. Who needs many waits until they have gathered, and nobody
//!   overtakes. [`bounded`]: [`BoundedSemaphore`], which refuses permits that nobody had.
//!
//! What holds for all:
//!
//! - **Nothing but the standard library**, seen through `crate::shim`: no runtime, no clock. They run under any
//!   executor, and `tests/loom.rs` compiles this very folder a second time, against loom's face, and explores it.
//! - **First come, first served**, counted from a future's first poll. Nobody who comes later overtakes.
//! - **Cancel-safe**: dropping a future at any point leaves the primitive as if that future had never come. The one
//!   thing lost is its place in the line.
//! - **Wakers are other people's code.** No primitive clones, drops or wakes one while it holds a lock of its own, so a
//!   waker that calls back into the primitive finds it usable; a waker that panics costs nobody else a wake-up.
//! - **A future keeps the waker of its last poll**, as the contract of [`Future`] asks.
//!
//! The semantics come from [CPython 3.13's asyncio](https://docs.python.org/3.13/library/asyncio-sync.html) where it
//! has the primitive, and from [tokio](https://docs.rs/tokio/1/tokio/sync/) where a value is guarded. *Elsewhere*, at
//! each type, tells in what these two differ.

mod line;

pub mod barrier;
pub mod bounded;
pub mod condition;
pub mod event;
pub mod lock;
pub mod queue;
pub mod semaphore;

pub use barrier::Barrier;
pub use bounded::{BoundedSemaphore, OverRelease};
pub use condition::Condition;
pub use event::Event;
pub use lock::{Lock, LockGuard, OwnedLockGuard};
pub use queue::Queue;
pub use semaphore::{OwnedPermit, Permit, Semaphore};
