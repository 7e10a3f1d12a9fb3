//! CPython's cases of `test_locks.py`, each primitive in a file of its own.

mod barrier;
mod condition;
mod event;
mod lock;
mod semaphore;

use std::fmt::Debug;

/// Whether somebody stands in its line: its `Debug` says so. (Of a lock only while it is held.)
fn somebody_waits(primitive: &impl Debug) -> bool {
    let shown = format!("{primitive:?}");
    let (yes, no) = (shown.contains("waiters: true"), shown.contains("waiters: false"));
    assert!(yes != no, "it does not say: {shown}");
    yes
}
