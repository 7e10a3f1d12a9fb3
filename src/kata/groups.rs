//! Groups of processes: what a bounded process started ends with it, and all that are on when somebody presses Ctrl-C.

use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};

/// The groups that are on. (A terminal's Ctrl-C does not reach them: they are not the terminal's.)
static ON: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A group in the list, as long as it lives.
pub(super) struct Listed(u32);

impl Listed {
    pub(super) fn new(child: &Child) -> Self {
        ON.lock().unwrap_or_else(PoisonError::into_inner).push(child.id());
        Self(child.id())
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        ON.lock().unwrap_or_else(PoisonError::into_inner).retain(|group| *group != self.0);
    }
}

/// Ends everything that [`bounded`](super::bounded) has started and not seen the end of: for a handler of Ctrl-C.
///
/// ```
/// async_kata::kata::end_all(); // nothing is on
/// ```
pub fn end_all() {
    ON.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().for_each(end);
}

/// Makes it the first of a group of its own.
#[cfg(unix)]
pub(super) fn begin(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
pub(super) fn begin(_command: &mut Command) {}

/// What the process started may still run. (If it has ended itself and left nobody, its group's number is free; that another
/// group takes it within these milliseconds would need the system to count through all its numbers.)
#[cfg(unix)]
pub(super) fn end(group: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL); // nobody left in it: well
    }
}

#[cfg(not(unix))]
pub(super) fn end(_group: u32) {}
