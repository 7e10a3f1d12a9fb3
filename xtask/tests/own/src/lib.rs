//! The learner's file: say how long two waits take, one beside the other.

/// In virtual milliseconds.
pub const TAKES: u64 = 30;
