//! Wakers that call back into a primitive, or panic, at every step where it touches them.
//!
//! Each play has a minute, of which it needs nothing: code that runs under the primitive's mutex and uses the primitive
//! would wait for itself.

mod barrier;
mod condition;
mod queue;
mod queue_panics;
mod semaphore;

use std::fmt::{self, Debug, Write};

/// Formats a primitive into a writer that is somebody's code: it runs `hook` at each piece of text.
fn write_into(shown: &dyn Debug, hook: &dyn Fn()) {
    struct Hooked<'a>(&'a dyn Fn());
    impl Write for Hooked<'_> {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            (self.0)();
            Ok(())
        }
    }
    write!(Hooked(hook), "{shown:?}").expect("it never fails");
}
