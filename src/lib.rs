//! Deterministic scenarios, every schedule, and readable primitives: for testing and teaching async Rust.
//!
//! The tour, in reading order:
//!
//! 1. [`trace`]: what happened. Entries of virtual time, task and event, and how they print.
//! 2. [`host`]: where a task meets its world. A *seat* names and gates a future, under any spawner; *turn* is a FIFO yield.
//! 3. [`sim`]: the paused-time runtime. One run of a play, and the six ways in which it can end.
//! 4. [`explore`]: every order in which the tasks of a play could have gone on; how many fail, and the shortest that does.
//! 5. [`sync`]: the primitives, readable in one sitting. [`shim`] is the two faces of std that they are built from.
//! 6. [`tasks`]: spawn, cancel, join; groups, gathers, waits, deadlines, threads, clean-ups that may await: with asyncio's
//!    meaning.
//! 7. [`conformance`]: laws for a primitive of your own, each one function and one sentence, and how a broken one is told.
#![cfg_attr(
    feature = "kata",
    doc = "8. [`kata`]: exercises, and how they are judged: causes by name, a bounded process for each."
)]
#![cfg_attr(not(feature = "kata"), doc = "8. `kata` (feature `kata`): exercises, and how they are judged.")]
#![cfg_attr(feature = "book", doc = "9. [`scenarios`]: the book. Every pitfall as a play, naive and fixed.")]
#![cfg_attr(not(feature = "book"), doc = "9. `scenarios` (feature `book`): every pitfall as a play, naive and fixed.")]
//!
//! To find out in how many schedules your own code goes wrong, start at [`explore::check`]; to see one run of it as a
//! table, at [`sim::run`].
//!
//! ```
//! use async_kata::{sim, tasks};
//!
//! let run = sim::run(|| async {
//!     let tea = tasks::spawn("tea", async {
//!         sim::log("kettle on");
//!         sim::sleep(180_000).await;
//!         sim::log("pour");
//!     });
//!     sim::log("reading");
//!     tea.await.unwrap();
//! });
//! assert_eq!(run.trace.order(), "main reading, tea kettle on, tea pour");
//! ```

pub mod trace;

pub mod host;

pub mod sim;

pub mod explore;

pub mod shim;

pub mod sync;

pub mod tasks;

pub mod conformance;

#[cfg(feature = "kata")]
pub mod kata;

#[cfg(feature = "book")]
pub mod scenarios;
