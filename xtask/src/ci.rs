//! `cargo xtask ci`: every check that is not in `cargo test`, one after the other, each with its time.

use crate::deep;
use crate::kata::{Course, all_published};
use crate::oracle;
use crate::out::{self, Exit, Failure, root};
use crate::{browser, draw};
use async_kata::scenarios::Lang;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// One check: what it is called, and how it goes.
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) run: Box<dyn Fn() -> Result<(), Failure>>,
}

pub(crate) fn run(deep: bool) -> Result<Exit, Failure> {
    let begun = Instant::now();
    for check in checks(deep) {
        let begun = Instant::now();
        out::print(&format!("{:>12}  ...\n", check.name));
        (check.run)().map_err(|failure| {
            let message = format!("{:>12}  FAILED\n{}", check.name, failure.message);
            Failure::new(failure.exit, message)
        })?;
        out::print(&format!("{:>12}  ok, {:.1} s\n", check.name, begun.elapsed().as_secs_f64()));
    }
    out::print(&format!("all checks passed, {:.1} s\n", begun.elapsed().as_secs_f64()));
    Ok(Exit::Ok)
}

fn checks(deep: bool) -> Vec<Check> {
    let mut checks = Vec::new();
    if deep {
        checks.push(deep::tools());
    }
    checks.push(Check { name: "katas", run: Box::new(handed_out) });
    checks.extend(lints());
    checks.extend([
        cargo("xtask's tests", &["test", "--quiet", "--package", "xtask"], &[], "mend the command line"),
        Check { name: "snapshots", run: Box::new(|| nothing_pending(&root().join("snapshots"))) },
        Check { name: "oracle", run: Box::new(|| oracle::run(None, false).map(drop)) },
        Check { name: "browser", run: Box::new(|| browser::check(&draw::make(Lang::default(), None, None)?)) },
        Check { name: "1000 repeats", run: Box::new(repeats) },
    ]);
    if deep {
        checks.extend(deep::checks());
    }
    checks
}

/// What learners get is what was meant for them: nobody's solution was committed. (In a learner's own copy `cargo test` judges
/// what he wrote; this is for the course's.)
fn handed_out() -> Result<(), Failure> {
    let course = Course::read(&root())?;
    for kata in &course.katas {
        if !kata.is_open(&course.root)? {
            let cure = format!("`cargo xtask kata reset {}` puts it back, and keeps what is there", kata.id);
            return Err(Failure::new(Exit::Check, format!("{} is not its stub.rs: {cure}", kata.file())));
        }
    }
    all_published(&course)
}

fn repeats() -> Result<(), Failure> {
    let told = one_test("determinism::every_play_gives_the_same_bytes_each_time", &[("ASYNC_KATA_REPEATS", "1000")])?;
    let cure = "something outside the run decides: a hash order, a real clock, a global";
    told.map_err(|told| Failure::new(Exit::Check, format!("{told}\n{cure}")))
}

/// Runs one test of `tests/it`. The inner error is what it printed when it failed; that there is no such test is an outer
/// one, or a renamed test would pass for ever.
pub(crate) fn one_test(name: &str, variables: &[(&str, &str)]) -> Result<Result<(), String>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut test = Command::new(cargo);
    test.current_dir(root()).args(["test", "--quiet", "--test", "it", "--", "--exact", name]);
    test.envs(variables.iter().copied()).env_remove("CI");
    let ran = test.output().map_err(|error| Failure::new(Exit::Internal, format!("cargo test: {error}")))?;
    let told = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        return Ok(Err(told));
    }
    if told.contains("ok. 1 passed;") {
        return Ok(Ok(()));
    }
    Err(Failure::new(Exit::Internal, format!("there is no test {name}: it was renamed, so rename it in xtask too")))
}

fn lints() -> Vec<Check> {
    vec![
        cargo("fmt", &["fmt", "--all", "--check"], &[], "run `cargo fmt --all`"),
        cargo(
            "clippy",
            &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
            &[],
            "mend what clippy says",
        ),
        // The workspace above sees the library with the book; those who depend on it see it without.
        cargo(
            "clippy, bare",
            &["clippy", "--lib", "--", "-D", "warnings"],
            &[],
            "mend what clippy says without the book",
        ),
        // The peers of `bench` are compiled by nobody else.
        cargo(
            "clippy, peers",
            &["clippy", "--package", "xtask", "--features", "peers,heap", "--all-targets", "--", "-D", "warnings"],
            &[],
            "mend what clippy says of xtask/src/bench",
        ),
        cargo("docs", &["doc", "--no-deps", "--features", "book"], DOCS, "mend the documentation"),
        cargo("docs, bare", &["doc", "--no-deps"], DOCS, "a link leads into a room that only the book has"),
    ]
}

const DOCS: &[(&str, &str)] = &[("RUSTDOCFLAGS", "-D warnings")];

/// A check that is a cargo command.
pub(crate) fn cargo(
    name: &'static str,
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    cure: &'static str,
) -> Check {
    let run = move || {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        succeeds(Command::new(cargo).args(arguments).envs(variables.iter().copied()), cure)
    };
    Check { name, run: Box::new(run) }
}

/// Runs a command in the workspace's folder; what it says is seen.
pub(crate) fn succeeds(command: &mut Command, cure: &str) -> Result<(), Failure> {
    let status = command.current_dir(root()).status();
    let program = command.get_program().to_string_lossy().into_owned();
    let status = status.map_err(|error| Failure::new(Exit::Internal, format!("{program}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(Exit::Check, cure)) }
}

/// No snapshot is pending: whoever changed one must have read it. (One that no scenario asks for is found by `cargo test`.)
fn nothing_pending(folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))? {
        let path = entry.map_err(|error| Failure::file(folder, &error))?.path();
        if path.is_dir() {
            nothing_pending(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "new") {
            let what = format!("{} is pending: `cargo xtask bless ID` shows and accepts it", path.display());
            return Err(Failure::new(Exit::Drift, what));
        }
    }
    Ok(())
}
