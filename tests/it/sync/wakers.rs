//! A waker whose every step is somebody's code: it runs a hook when it is cloned, woken or dropped.
//!
//! `std::task::Wake` lets user code in at `wake` and at the last drop, not at `clone`. A hand-made `RawWaker` does, and
//! an executor is free to have one. This is the only `unsafe` of the tests.

use std::mem::ManuallyDrop;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{RawWaker, RawWakerVTable, Waker};

/// A step in a waker's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Cloned,
    Woken,
    Dropped,
}

pub(super) type Hook = Box<dyn FnOnce() + Send>;

struct Hooked {
    /// Each is taken by the first step of its kind.
    hooks: Mutex<Vec<(Step, Hook)>>,
}

impl Hooked {
    fn step(&self, step: Step) {
        // A test that has failed drops its wakers, too: a second panic then would abort all tests.
        if std::thread::panicking() {
            return;
        }
        let mut hooks = self.hooks.lock().unwrap_or_else(PoisonError::into_inner);
        let hook = hooks.iter().position(|(at, _)| *at == step).map(|at| hooks.remove(at));
        drop(hooks); // a hook may use the waker
        if let Some((_, hook)) = hook {
            hook();
        }
    }
}

/// A waker that runs `hook` the first time that `at` happens to it or to a clone of it.
pub(super) fn hooked(at: Step, hook: impl FnOnce() + Send + 'static) -> Waker {
    hooked_at(vec![(at, Box::new(hook))])
}

/// The same, with several hooks.
#[allow(unsafe_code, reason = "a waker whose clone is user code")]
pub(super) fn hooked_at(hooks: Vec<(Step, Hook)>) -> Waker {
    let hooked = Arc::new(Hooked { hooks: Mutex::new(hooks) });
    // SAFETY: the pointer comes from `Arc::into_raw` and carries one count, as all functions of the table expect.
    // `Hooked` is `Send + Sync`, so they may be called from any thread.
    unsafe { Waker::from_raw(raw(hooked)) }
}

fn raw(hooked: Arc<Hooked>) -> RawWaker {
    RawWaker::new(Arc::into_raw(hooked).cast(), &TABLE)
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// # Safety
///
/// `data` comes from [`raw`], and its count is still there.
#[allow(unsafe_code, reason = "a waker whose clone is user code")]
unsafe fn lend(data: *const ()) -> ManuallyDrop<Arc<Hooked>> {
    // SAFETY: made by `Arc::into_raw`, says the caller. The count stays with the waker: it is not dropped here.
    ManuallyDrop::new(unsafe { Arc::from_raw(data.cast()) })
}

#[allow(unsafe_code, reason = "a waker whose clone is user code")]
unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: called for a living waker, by the contract of the table.
    let hooked = unsafe { lend(data) };
    hooked.step(Step::Cloned); // May panic: no count was taken yet.
    raw(Arc::clone(&hooked))
}

#[allow(unsafe_code, reason = "a waker whose clone is user code")]
unsafe fn wake(data: *const ()) {
    // SAFETY: called at the end of a waker's life, by the contract of the table: its count is ours to drop.
    let hooked = ManuallyDrop::into_inner(unsafe { lend(data) });
    hooked.step(Step::Woken);
}

#[allow(unsafe_code, reason = "a waker whose clone is user code")]
unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: called for a living waker, by the contract of the table.
    unsafe { lend(data) }.step(Step::Woken);
}

#[allow(unsafe_code, reason = "a waker whose clone is user code")]
unsafe fn drop_waker(data: *const ()) {
    // SAFETY: called at the end of a waker's life, by the contract of the table: its count is ours to drop.
    let hooked = ManuallyDrop::into_inner(unsafe { lend(data) });
    hooked.step(Step::Dropped);
}
