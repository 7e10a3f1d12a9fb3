//! The conformance kit: laws for a primitive of your own, each one function and one sentence, judged by counting.
//!
//! 1. [`contracts`]: what a primitive must be able to do to be judged, as a trait. Ten lines fit yours to it.
//! 2. [`laws`]: what it must do, as a list of [`Law`]s. A law is kept, or it is [`Broken`], and says how: what was
//!    expected, and what happened, as a table of the shortest story in which it is broken.
//! 3. [`sweep`]: a driver that drops each waiter at each of its polls, in every schedule. Laws use it, and
//!    your tests can.
//! 4. [`subjects`]: the primitives of this crate, fitted to the contracts.
//!
//! ```
//! use async_kata::conformance::laws;
//! use async_kata::sync::Event;
//!
//! for law in laws::event::all::<Event>() {
//!     match (law.run)() {
//!         Ok(extent) => println!("{}: {extent}", law.says),
//!         Err(broken) => panic!("{}\n{broken}", law.says),
//!     }
//! }
//! ```
//!
//! # How a law looks
//!
//! - **By hand**: it polls futures one by one, with wakers that count, and asserts who is ready, who was woken, and
//!   whether a waker stayed behind. One history, without a runtime to hide behind.
//! - **In every schedule**: it is a play of two to four tasks that [`explore`](crate::explore) runs in every order,
//!   `main` always first. What happens inside one poll is not explored, nor are threads and memory orderings:
//!   model-check those with loom.
//! - **Swept**: such a play again, and in each round one waiter is dropped after so many polls.
//!
//! A law that holds was explored so far and no farther: see [`Extent`]. Laws bring their own runtime, so call them
//! outside of any. They print nothing, and a panic of the primitive is a result. A primitive that never returns from
//! one poll (or one call) cannot be cut: judge what you do not trust in a child process.
//!
//! # Whose semantics
//!
//! CPython 3.13's `asyncio.Lock` and `asyncio.Event`, and where Python has no such thing (wakers, guards, a `try_lock`)
//! the contract of `Future`. Others decided otherwise, with good reasons, so *differs* is no blame. tokio's `Mutex`
//! keeps all laws, and so does an event made of its `Notify` and a flag, as the page of [`contracts::Event`] shows it.
//! These differ (`tests/it/conformance` judges them, and `snapshots/conformance` has the tables):
//!
//! - **async-lock**, `no_newcomer_passes`: an unlock frees the lock and wakes the first in line, and who comes before
//!   that one runs takes it, until somebody has waited for half a millisecond. It costs the order, and saves switches.
//! - **async-lock**, `no_try_lock_passes`: the same. The lock is free until the one who was woken has run.
//! - **event-listener**, `set_lets_through_though_cleared`: the loop that its documentation shows looks at the flag
//!   again when it is woken, and finds it cleared.
//! - **tokio watch**, `set_lets_through_though_cleared`: a `watch` keeps the last value only, and who is woken looks at
//!   that one.
//! - **tokio watch**, `no_wake_up_is_lost`: not judged. It spreads those who wait over eight lists, by a random number,
//!   so the same schedule does not come out the same.
//! - **tokio watch**, `who_is_cancelled_is_forgotten`: not judged, for the same reason.

pub mod contracts;
pub mod laws;
pub mod subjects;
pub mod sweep;

pub use laws::{Broken, Extent, Law};
