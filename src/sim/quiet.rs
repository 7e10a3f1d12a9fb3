//! Panics that print nothing: an explored run has as many as it has schedules that fail.

use crate::host::message_of;
use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;
use std::thread;

thread_local! {
    /// How many guards of this thread are alive.
    static QUIET: Cell<usize> = const { Cell::new(0) };
    /// What the silent panics of the run that is on would have printed, the first few.
    static UNHEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Silent panics of one run that are kept.
const MOST: usize = 16;

/// While it lives, panics of this thread print nothing. Other threads' do, as ever. A panic that goes on through it is none
/// of a play's, which are all caught before, and is printed then: it is a mistake of ours.
pub(super) struct Quiet(());

/// Makes this thread's panics silent until the guard is dropped.
///
/// The first call puts a hook before the process's own, for good: a hook cannot be taken away again safely while other
/// threads may panic. Whoever sets a hook of his own afterwards hears these panics too; and so does who explores in a
/// destructor while the thread panics, because no hook can be set there.
#[must_use]
pub(super) fn panics() -> Quiet {
    static HOOK: Once = Once::new();
    if !thread::panicking() {
        HOOK.call_once(set_hook);
    }
    QUIET.set(QUIET.get() + 1);
    Quiet(())
}

/// What was not printed since this was asked last, as `src/x.rs:3:5: boom`.
pub(super) fn unheard() -> Vec<String> {
    UNHEARD.take()
}

fn set_hook() {
    let loud = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        // A thread that is being torn down has no cell any more, and is not one of ours.
        if QUIET.try_with(Cell::get).unwrap_or(0) == 0 {
            return loud(panic);
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = message_of(panic.payload());
        let _ = UNHEARD.try_with(|unheard| {
            let mut unheard = unheard.borrow_mut();
            if unheard.len() < MOST {
                unheard.push(format!("{}: {said}", place.replace('\\', "/")));
            }
        });
    }));
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(QUIET.get() - 1);
        if thread::panicking() && QUIET.get() == 0 {
            unheard().iter().for_each(|panic| eprintln!("{panic}"));
        }
    }
}
