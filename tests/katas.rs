//! The katas: what a learner has made of them, judged. `cargo xtask kata` leads the way through.

#[path = "katas/model/mod.rs"]
mod model;
#[macro_use]
#[path = "katas/mount.rs"]
mod mount;

mod katas {
    kata!(first_turns, Predict, "tasks/first-turns", "tasks" / "first_turns", "kata.rs");
    kata!(till, Fix, "pitfalls/till", "pitfalls" / "till", "kata.rs");
    kata!(two_keys, Fix, "pitfalls/two-keys", "pitfalls" / "two_keys", "kata.rs");
    kata!(tea, Predict, "timeouts/tea", "timeouts" / "tea", "kata.rs");
    kata_with_models!(event, Build, "primitives/event", "primitives" / "event", "kata.rs");
    kata_with_models!(lock, Build, "primitives/lock", "primitives" / "lock", "kata.rs");

    /// In the order of `katas/syllabus.txt`.
    pub(super) const ALL: &[async_kata::kata::Kata] =
        &[first_turns::KATA, till::KATA, two_keys::KATA, tea::KATA, event::KATA, lock::KATA];
}

fn main() -> std::process::ExitCode {
    async_kata::kata::main(katas::ALL, Vec::new())
}
