//! What a run's story says, in lines to compare: how a task ended and when, what was said, and all of it.

use async_kata::sim::Run;

/// How a task's part in the story ends, and at which millisecond: `cancelled at 10`.
pub(super) fn end_of<T>(run: &Run<T>, task: &str) -> String {
    let last = run.trace.story().filter(|entry| entry.task == task).last();
    last.map_or_else(|| "not in the story".into(), |entry| format!("{} at {}", entry.what.kind(), entry.ms))
}

/// What was said, with its millisecond: `["0 a begins", "5 a goes on"]`.
pub(super) fn said<T>(run: &Run<T>) -> Vec<String> {
    let said = run.trace.story().filter(|entry| entry.what.kind() == "said");
    said.map(|entry| format!("{} {} {}", entry.ms, entry.task, entry.what.text())).collect()
}

/// The whole story, a line an entry: `0 a (started)`.
pub(super) fn lines<T>(run: &Run<T>) -> Vec<String> {
    run.trace.story().map(|entry| format!("{} {} {}", entry.ms, entry.task, entry.what)).collect()
}
