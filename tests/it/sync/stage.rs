//! A stage for hostile wakers: time that runs out, panics in a few words, and a lock that is held.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use async_kata::sync::lock::Locking;
use async_kata::sync::{Lock, LockGuard};

use super::wakers::{Step, hooked};
use crate::bell::{Bell, bell};

/// Runs a play; fails, instead of hanging, if the play does.
pub(super) fn in_time(play: impl FnOnce() + Send + 'static) {
    let (done, wait) = mpsc::channel();
    let thread = thread::spawn(move || {
        play();
        done.send(()).expect("somebody waits for us");
    });
    // Only a play that hangs waits this long: code under the primitive's mutex that uses the primitive does.
    let late = wait.recv_timeout(Duration::from_secs(60)) == Err(mpsc::RecvTimeoutError::Timeout);
    assert!(!late, "the play does not end: was somebody's code run under the primitive's mutex?");
    if let Err(panic) = thread.join() {
        resume_unwind(panic);
    }
}

pub(super) fn poll<F: Future + Unpin>(future: &mut F, waker: &Waker) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(waker))
}

/// Lives as long as the hooks that use it.
pub(super) fn for_ever<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

/// A hook that panics, quietly: without the panic hook's message.
pub(super) fn panics(words: &'static str) -> impl FnOnce() + Send {
    move || resume_unwind(Box::new(words))
}

/// The words of a panic.
pub(super) fn panic_of<T>(run: impl FnOnce() -> T) -> &'static str {
    let panic = catch_unwind(AssertUnwindSafe(run)).err().expect("was to panic");
    panic.downcast_ref::<&str>().copied().expect("our own words")
}

/// A waker that runs `hook` at a step of its life, and the bell that rings then: a hook that never ran shows nothing.
///
/// It does not run while another panic unwinds, where a second one would abort the process. So, for a hook that panics,
/// the bell tells that this panic would have been survived.
pub(super) fn noted(at: Step, hook: impl FnOnce() + Send + 'static) -> (Arc<Bell>, Waker) {
    let (rings, bell) = bell();
    let noted = move || {
        bell.wake();
        hook();
    };
    (rings, hooked(at, noted))
}

pub(super) type Held = LockGuard<'static, ()>;

/// A held lock, its guard, and a task that does not get it.
pub(super) fn held() -> (&'static Lock<()>, Held, Locking<(), &'static Lock<()>>) {
    let lock = for_ever(Lock::new(()));
    (lock, lock.try_lock().expect("new"), lock.lock())
}
