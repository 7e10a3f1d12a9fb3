//! What `cargo xtask ci --deep` adds: longer explorations, and real threads for longer, also with every access to memory checked.
//!
//! The tools that check memory need more than a plain check may ask for: a nightly compiler for the address sanitizer, and
//! valgrind. Whoever asks for `--deep` without them is told so before anything runs, not after a quarter of an hour.

use crate::ci::{Check, cargo, succeeds};
use crate::out::{Exit, Failure, root};
use std::process::{Command, Stdio};

const HAS_SANITIZER: bool = cfg!(any(target_os = "linux", target_os = "macos"));
const HAS_VALGRIND: bool = cfg!(target_os = "linux");

const CURE: &str =
    "the history above has no explanation, or a wake-up was lost: run it again, it may take another course";

/// The first check: is there what the others need?
pub(crate) fn tools() -> Check {
    Check { name: "tools", run: Box::new(|| missing().map_or(Ok(()), |cure| Err(Failure::new(Exit::Check, cure)))) }
}

fn missing() -> Option<&'static str> {
    let answers = |program: &str, arguments: &[&str]| {
        let asked = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    if HAS_SANITIZER && !answers("rustup", &["run", "nightly", "rustc", "--version"]) {
        return Some("no nightly compiler, which has the address sanitizer: `rustup toolchain install nightly`");
    }
    if HAS_VALGRIND && !answers("valgrind", &["--version"]) {
        return Some("no valgrind: `apt-get install valgrind`, or as your system installs things");
    }
    None
}

/// The last checks.
pub(crate) fn checks() -> Vec<Check> {
    let threads: &[&str] = &["test", "--test", "it", "sync::linear"];
    let fast: &[&str] = &["test", "--release", "--test", "it", "sync::linear"];
    let rounds: &[(&str, &str)] = &[("ASYNC_KATA_ROUNDS", "30000")];
    let mut checks = vec![
        cargo("deep", &["test", "--test", "it"], &[("ASYNC_KATA_DEEP", "1")], "see the failing table above"),
        cargo(
            "deep models",
            &["test", "--test", "loom"],
            &[("ASYNC_KATA_DEEP", "1")],
            "read the steps of the model above",
        ),
        cargo("threads", threads, rounds, CURE),
        // Optimised, they meet in other places.
        cargo("threads, fast", fast, rounds, CURE),
    ];
    if HAS_SANITIZER {
        checks.push(Check { name: "address", run: Box::new(|| sanitized("sync::linear", "detect_leaks=1")) });
        // The tests of hostile wakers leak what their hooks use (`for_ever` in tests/it/sync/stage.rs).
        checks.push(Check { name: "address, all", run: Box::new(|| sanitized("sync::", "detect_leaks=0")) });
    }
    if HAS_VALGRIND {
        checks.push(Check { name: "memcheck", run: Box::new(memcheck) });
    }
    checks
}

/// Under the address sanitizer, which only a nightly compiler switches on. Its artifacts are in a folder of their own, and
/// with a target named, the flag is for what runs there, not for build scripts.
fn sanitized(tests: &str, options: &str) -> Result<(), Failure> {
    let mut command = Command::new("rustup");
    let host = host()?;
    command.args(["run", "nightly", "cargo", "test", "--target", &host, "--test", "it"]).arg(tests);
    command.args(["--target-dir", "target/sanitized"]);
    command.env("RUSTFLAGS", "-Zsanitizer=address").env("ASAN_OPTIONS", options);
    // What our own cargo has set for us is of another compiler.
    command.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTUP_TOOLCHAIN");
    succeeds(&mut command, "what the sanitizer shows is undefined behaviour, or a leak: mend it where its stack begins")
}

/// Under valgrind's memcheck: slow, and one thread at a time, so few rounds, and a fair change between the threads.
fn memcheck() -> Result<(), Failure> {
    let runner = format!("CARGO_TARGET_{}_RUNNER", host()?.to_uppercase().replace('-', "_"));
    let valgrind = "valgrind --quiet --error-exitcode=9 --fair-sched=yes --leak-check=full --show-leak-kinds=definite \
                    --errors-for-leak-kinds=definite";
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["test", "--test", "it", "sync::linear", "--", "--test-threads=1"]);
    command.env(runner, valgrind).env("ASYNC_KATA_ROUNDS", "250");
    succeeds(&mut command, "what memcheck shows is a bad access, or a leak: mend it where its stack begins")
}

/// The triple of this machine.
fn host() -> Result<String, Failure> {
    let told = Command::new("rustc").arg("-vV").current_dir(root()).output();
    let told = told.map_err(|error| Failure::new(Exit::Internal, format!("rustc: {error}")))?;
    let told = String::from_utf8_lossy(&told.stdout);
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_string).ok_or_else(|| Failure::new(Exit::Internal, "`rustc -vV` names no host"))
}
