//! Primitives for tasks: they wait without blocking a thread, serve in the order of asking, and may be cancelled.
//!
//! | | in one sentence | asyncio's | tokio's |
//! |---|---|---|---|
//! | [`Event`] | a gate that stands open or shut | `Event` | `Notify`, nearly |
//! | [`Lock`] | a value that one task at a time may use | `Lock` | `Mutex` |
//! | [`Semaphore`], [`BoundedSemaphore`] | a number of permits | the same | `Semaphore`; none |
//! | [`Queue`] | items on their way from task to task | `Queue`, `LifoQueue`, `PriorityQueue` | `mpsc`, nearly |
//! | [`Condition`] | a place to wait until a lock's value has changed | `Condition` | none |
//! | [`Barrier`] | a point that so many tasks pass together | `Barrier` | `Barrier`, nearly |
//!
//! # How it works: a line of tickets
//!
//! All of them wait in the same way, the way of a bakery with a ticket machine and a sign. (Queue, condition and barrier have
//! no sign: they look whether their ticket is still in the line.)
//!
//! ```text
//!         the sign                the line
//!       NOW SERVING      front                    back
//!        .-------.      .-----.   .-----.   .-----.
//!        |   4   |      |  5  |   |  6  |   |  7  |      next ticket: 8
//!        '-------'      '-----'   '-----'   '-----'
//!                        ann       bob       eve          (their wakers)
//! ```
//!
//! Who cannot go on draws the next ticket and leaves a waker at the back of the line. Who is called is called from the
//! front: taken out of the line, the sign raised to that ticket, and then woken. So the sign shows the last ticket that was
//! called. (Who finds a primitive free goes straight in, and draws none.)
//!
//! The line is sorted, and only its front is ever called. So a ticket that its owner has not given up **was called if it is
//! not above the sign**, and to see that takes one look at the sign, whatever others in line have done.
//!
//! Leaving early is what makes such lines hard. Bob gives up:
//!
//! ```text
//!    before he is called                   after he is called, but not polled
//!
//!     the sign       the line               the sign       the line
//!     .-------.   .-----.     .-----.       .-------.         .-----.
//!     |   4   |   |  5  | (6) |  7  |       |   6   |    (6)  |  7  |
//!     '-------'   '-----'     '-----'       '-------'         '-----'
//!                   ann   bob   eve                      bob    eve
//! ```
//!
//! - Before: he steps out of the line. When ann has been called, the next call raises the sign from 5 to 7. Eve compares it
//!   with her own ticket alone: above 5, not called; not above 7, called.
//! - After: the call was for him, and whatever it gave is his: the lock, some permits, the promise of an item. He is not in
//!   the line any more, so there is nothing to step out of. **He must pass it on**, or nobody has it, and eve waits for ever.
//!
//! A future that is dropped asks which of the two it is, under the line's mutex: *is my ticket still in the line?* If it
//! is, it steps out. If it is not, it has been called, and does what the task would have done at the end of its turn: a lock
//! is unlocked (which calls the next), permits are put back, a promise is given back, a notification is sent again.
//! An event has nothing to pass on: that the gate was opened is nobody's property.
//!
//! The other hard moment is joining. Between the look "is it free?" and the place in the line it may become free, and
//! whoever freed it saw nobody to call. So everybody who joins **looks again, in the same step** in which others learn
//! that somebody waits. Each primitive says at that place in the code what would go wrong otherwise, step by step, and which
//! model of `tests/loom` sees it.
//!
//! # In reading order
//!
//! 1. `line`, private: the line, and the sign above it.
//! 2. [`event`]: the simplest use of it; all are called at once.
//! 3. [`lock`]: a turn belongs to somebody, so it can be lost, and must be passed on.
//! 4. [`semaphore`]: who needs many waits until they have gathered. [`bounded`] refuses permits that nobody had.
//! 5. [`queue`]: two lines, for items and for room; called tasks are promised one, and take it when they run.
//! 6. [`condition`]: between a lock and a line. [`barrier`]: the last to come calls everybody.
//!
//! # What holds for all
//!
//! - **Nothing but the standard library**, seen through `crate::shim`: no runtime, no clock. They run under any
//!   executor, and `tests/loom.rs` compiles this very folder a second time, with the types of the model checker loom behind
//!   `crate::shim`, and explores it.
//! - **First come, first served**, counted from the moment when a future's first poll joins the line: tasks are called in
//!   that order, and nobody who comes later takes what a called one was given. What those do who are called *together*, two
//!   getters at a queue, or two notified at a condition, they do in the order in which they are polled.
//! - **Cancel-safe**: dropping a future at any point leaves the primitive as if that future had never come. The one
//!   thing lost is its place in the line. (Two things cannot be undone, and say so: a barrier that was full has been passed,
//!   and a condition's wait has let go of the lock.)
//! - **A future that is forgotten** ([`std::mem::forget`]) instead of dropped keeps what it was given, or its place, for ever.
//! - **A future that was ready is not polled again**: that panics, or begins to wait anew.
//! - **A price**: a task that was called and is not polled keeps others waiting. Every fair primitive pays it.
//! - **Wakers are other people's code.** No primitive clones, drops or wakes one while it holds a lock of its own, so a
//!   waker that calls back into the primitive finds it usable; a waker that panics costs nobody else a wake-up.
//!   (Any poll may panic by the clone or the drop of a waker, then; at each type, *Panics* tells of the others'.)
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

pub use barrier::{Barrier, BrokenBarrier};
pub use bounded::{BoundedSemaphore, OverRelease};
pub use condition::Condition;
pub use event::Event;
pub use lock::{Lock, LockGuard, OwnedLockGuard};
pub use queue::Queue;
pub use semaphore::{OwnedPermit, Permit, Semaphore};
