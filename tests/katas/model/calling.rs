//! Wakers that call back: whoever wakes one, or drops the last of it, while he holds a mutex waits for himself.

use async_kata::kata::{Cause, Wrong};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};
use std::thread;

/// A waker that calls this when it is woken for the first time.
pub fn calls_when_woken(call: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(WhenWoken { call, was_woken: AtomicBool::new(false) }))
}

/// A waker that calls this when nobody has it any more.
pub fn calls_when_dropped(call: impl Fn() + Send + Sync + 'static) -> Waker {
    Waker::from(Arc::new(WhenDropped(call)))
}

struct WhenWoken<F> {
    call: F,
    /// What it calls may wake it again, and so on.
    was_woken: AtomicBool,
}

impl<F: Fn() + Send + Sync + 'static> Wake for WhenWoken<F> {
    fn wake(self: Arc<Self>) {
        if !self.was_woken.swap(true, Ordering::Relaxed) {
            (self.call)();
        }
    }
}

struct WhenDropped<F: Fn()>(F);

impl<F: Fn() + Send + Sync + 'static> Wake for WhenDropped<F> {
    fn wake(self: Arc<Self>) {}
}

impl<F: Fn()> Drop for WhenDropped<F> {
    fn drop(&mut self) {
        if !thread::panicking() {
            (self.0)();
        }
    }
}

/// Nothing in the play may panic; `what` is done to a waker in it.
///
/// # Errors
/// What panicked: the mutex of the shim, as a rule, at whoever locks it twice.
pub fn must_call(what: &str, play: impl FnOnce()) -> Result<(), Wrong> {
    catch_unwind(AssertUnwindSafe(play)).map_err(|payload| {
        let said = payload.downcast_ref::<String>().map(String::as_str);
        let said = said.or(payload.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
        let message = format!("a waker that is {what} calls back, and cannot: {said}");
        Wrong::new(Cause::Panic, message)
    })
}
