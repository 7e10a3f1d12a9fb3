//! The katas: what a learner has made of them, judged. `cargo xtask kata` leads the way through.

#[macro_use]
#[path = "katas/mount.rs"]
mod mount;

kata!(
    till,
    Fix,
    "pitfalls/till",
    "pitfalls/till/kata.rs",
    "pitfalls/till/given.rs",
    "pitfalls/till/judge.rs",
    "pitfalls/till/stub.rs"
);

fn main() -> std::process::ExitCode {
    async_kata::kata::main(&[till::KATA], Vec::new())
}
