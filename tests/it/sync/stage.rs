//! A stage for hostile wakers: time that runs out, and a lock that is held.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use async_kata::sync::lock::Locking;
use async_kata::sync::{Lock, LockGuard};

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

pub(super) type Held = LockGuard<'static, ()>;

/// A held lock, its guard, and a task that does not get it.
pub(super) fn held() -> (&'static Lock<()>, Held, Locking<(), &'static Lock<()>>) {
    let lock = for_ever(Lock::new(()));
    (lock, lock.try_lock().expect("new"), lock.lock())
}
