//! Everything that `cargo test` checks of the library, in one binary: one link instead of ten.

mod bell;
mod conformance;
mod cpython;
mod determinism;
mod explore;
mod host;
mod house;
mod kata;
mod lang;
mod oracle;
mod scenarios;
mod seeded;
mod sim;
mod sync;
mod tasks;
mod trace;
