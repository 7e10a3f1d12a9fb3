//! The learner's file: how long do two waits take, one beside the other?

/// In virtual milliseconds.
pub const TAKES: u64 = 30;
