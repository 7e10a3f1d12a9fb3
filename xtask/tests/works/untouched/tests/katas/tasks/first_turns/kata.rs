//! Say what the play in `given.rs` will do, line by line, before it runs.

/// What is said, in order: each line the virtual time in ms, the task, and its words, for example `"0 main goes out"`.
pub const ORDER: &[&str] = &[];

/// In how many different orders could `tea`, `toast` and `radio` have had their turns, if nobody had to queue?
///
/// A task that gives others a turn once has two turns. `main` goes on as soon as it can, and is not counted.
pub const ORDERS: usize = 0;
