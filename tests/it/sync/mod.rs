//! The primitives, poll by poll: who is ready, who is woken, and what is left behind.
//!
//! `lock`, `event` and their sisters tell the promises one by one. `*_histories` compare any order of calls with a
//! reference model. `reentrant`, `panicking` and `hostile` hand them wakers that call back or panic. `observed` reads
//! what a watcher hears; `traits` is checked by the compiler. `linear` lets real threads loose on them. What more than
//! one thread can do to them in any schedule is in `tests/loom.rs`, and `models` sees to it that those are where the
//! sources say. `alone` compiles `sync` in a crate of its own.

mod agreements;
mod alone;
mod histories;
mod stage;
mod wakers;

mod barrier;
mod barrier_histories;
mod condition;
mod condition_histories;
mod condition_values;
mod event;
mod event_histories;
mod hostile;
mod linear;
mod lock;
mod lock_histories;
mod models;
mod observed;
mod observed_waits;
mod panicking;
mod queue;
mod queue_ends;
mod queue_histories;
mod queue_model;
mod queue_tells;
mod queue_wakers;
mod reentrant;
mod semaphore;
mod semaphore_histories;
mod traits;

use std::pin::Pin;
use std::task::Poll;

use tokio_test::task::{Spawn, spawn};

/// Polls a future as if another task did it: with that task's waker.
fn poll_in<F: Future>(task: &mut Spawn<()>, future: &mut Spawn<F>) -> Poll<F::Output> {
    task.enter(|cx, _| Pin::new(future).poll(cx))
}

/// A task that does nothing of its own, to poll others' futures in.
fn task() -> Spawn<()> {
    spawn(())
}
