//! Models of a lock, on threads: what no schedule of whole polls can show.

use super::kata::Lock;
use crate::model::{JoinHandle, Model, calls, gives_up, must, thread, wait};
use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;

/// Each with the line at which to begin to look.
pub const MODELS: &[(&str, Model)] = &[
    (
        "fn poll(",
        Model {
            name: "an_unlock_is_not_missed",
            says: "Under loom: an unlock that comes in the middle of a poll, on another thread, is not missed.",
            expected: "whoever waits has the lock after it is unlocked, whenever that is",
            preemptions: 3,
            play: an_unlock_is_not_missed,
        },
    ),
    (
        "fn unlock(",
        Model {
            name: "two_threads_take_turns",
            says: "Under loom: of two threads that lock one at a time has it, and each sees what the other did.",
            expected: "both have a turn, and what they count is 2",
            preemptions: 3,
            play: two_threads_take_turns,
        },
    ),
    (
        "for Locking<'_>",
        Model {
            name: "whoever_leaves_passes_it_on",
            says: "Under loom: a wait that is dropped while the lock is unlocked takes nothing from the next.",
            expected: "the one who stays has the lock",
            preemptions: 2,
            play: whoever_leaves_passes_it_on,
        },
    ),
];

fn an_unlock_is_not_missed() {
    let lock = Arc::new(Lock::new());
    let held = lock.try_lock();
    must(held.is_some(), "a new lock is not free");
    let waiter = counts("waiter", &lock, &Arc::default());
    calls("unlock", || drop(held));
    waiter.join().unwrap();
}

fn two_threads_take_turns() {
    let (lock, count) = (Arc::new(Lock::new()), Arc::new(AtomicUsize::new(0)));
    let other = counts("other", &lock, &count);
    add(&lock, &count);
    other.join().unwrap();
    must(lock.try_lock().is_some(), "everybody has unlocked, and it is not free");
    let counted = count.load(Relaxed);
    must(counted == 2, "both had a turn, and the count is 1: one has not seen what the other did under the lock");
}

fn whoever_leaves_passes_it_on() {
    let lock = Arc::new(Lock::new());
    let held = lock.try_lock();
    must(held.is_some(), "a new lock is not free");
    let leaves = thread("leaves", {
        let lock = lock.clone();
        move || drop(gives_up(lock.lock()))
    });
    let stays = counts("stays", &lock, &Arc::default());
    calls("unlock", || drop(held));
    leaves.join().unwrap();
    stays.join().unwrap();
    must(lock.try_lock().is_some(), "everybody has left, and it is not free");
}

fn counts(name: &str, lock: &Arc<Lock>, count: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let (lock, count) = (lock.clone(), count.clone());
    thread(name, move || add(&lock, &count))
}

/// Reads and writes in two steps, `Relaxed`: nothing but the lock keeps the others out, and carries what was written.
fn add(lock: &Lock, count: &AtomicUsize) {
    let guard = wait(lock.lock());
    let before = count.load(Relaxed);
    count.store(before + 1, Relaxed);
    calls("unlock", || drop(guard));
}
