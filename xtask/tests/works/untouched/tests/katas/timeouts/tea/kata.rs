//! Say what the play in `given.rs` will do, line by line, before it runs; and what nobody will ever say.

/// What is said, in order: each line the virtual time in ms, the task, and its words, for example `"5 egg is done"`.
pub const ORDER: &[&str] = &[];

/// What stands in the play and is never said: the task and its words, in any order, for example `"egg is done"`.
pub const NEVER: &[&str] = &[];
