//! Panics that print nothing: an explored run has as many as it has schedules that fail.

use std::cell::Cell;
use std::panic;
use std::sync::Once;

thread_local! {
    /// How many guards of this thread are alive.
    static QUIET: Cell<usize> = const { Cell::new(0) };
}

/// While it lives, panics of this thread print nothing. Other threads' do, as ever.
pub(super) struct Quiet(());

/// Makes this thread's panics silent until the guard is dropped.
///
/// The first call puts a hook before the process's own, for good: a hook cannot be taken away again safely while other
/// threads may panic. Whoever sets a hook of his own afterwards hears these panics too.
#[must_use]
pub(super) fn panics() -> Quiet {
    static HOOK: Once = Once::new();
    if std::thread::panicking() {
        // A hook cannot be set by a destructor of a panic; what is explored there is heard.
        return Quiet(QUIET.set(QUIET.get() + 1));
    }
    HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            // A thread that is being torn down has no cell any more, and is not one of ours.
            if QUIET.try_with(Cell::get).unwrap_or(0) == 0 {
                loud(panic);
            }
        }));
    });
    QUIET.set(QUIET.get() + 1);
    Quiet(())
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(QUIET.get() - 1);
    }
}
