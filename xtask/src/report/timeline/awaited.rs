//! Which seats never stand in the run queue: those that their owner polls itself.

use crate::report::model::Entry;

/// Whether the seat that this entry makes is polled within another's poll: then it never stands in the run queue.
pub(super) fn is_awaited_in_line(entries: &[Entry], made: usize) -> bool {
    let task = entries.get(made).map(|entry| &entry.task);
    let mut polled: Option<&String> = None;
    for (nth, entry) in entries.iter().enumerate() {
        match &*entry.kind {
            "polled" if nth > made && Some(&entry.task) == task => return polled.is_some(),
            "polled" => polled = Some(&entry.task),
            "rested" | "ended" | "failed" | "cancelled" | "left-over" if polled == Some(&entry.task) => polled = None,
            _ => {}
        }
    }
    false
}
