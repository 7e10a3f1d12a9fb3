//! A learner's way through one kata, in a clone: open, wrong, hints, wrong in another way, put back, solved, watched.

use super::shell;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const TILL: &str = "tests/katas/pitfalls/till";

/// What `cargo xtask kata ...` exits with and prints.
fn kata(course: &Path, arguments: &str) -> (Option<i32>, String) {
    let done = shell(&format!("cargo xtask kata {arguments}"), course, &[]);
    let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code(), told)
}

#[track_caller]
fn says(told: &(Option<i32>, String), code: i32, parts: &[&str]) {
    assert_eq!(told.0, Some(code), "{}", told.1);
    for part in parts {
        assert!(told.1.contains(part), "`{part}` is not in\n{}", told.1);
    }
}

fn hand_in(course: &Path, file: &str) {
    fs::copy(course.join(TILL).join(file), course.join(TILL).join("kata.rs")).expect("a file of the set");
}

pub(super) fn way(course: &Path) {
    says(&kata(course, "list"), 0, &["open  pitfalls/till", "0 of 6 solved", "next: cargo xtask kata next"]);
    says(&kata(course, "next"), 0, &["tasks/first-turns (predict)", "edit: tests/katas/tasks/first_turns/kata.rs"]);
    says(&kata(course, "check"), 0, &["no kata is begun"]);
    let open = kata(course, "check till");
    says(
        &open,
        2,
        &[&format!("{TILL}/kata.rs:17: open: outcome: 12 of 20 orders lose a sale"), "as it was handed out"],
    );
    says(&kata(course, "hint till"), 0, &["pitfalls/till: hint 1 of 3, for outcome: "]);
    says(&kata(course, "hint till"), 0, &["hint 1 of 3, for outcome: ", "hint 2 of 3, for outcome: "]);
    hand_in(course, "wrong/keeps_the_key.rs");
    says(&kata(course, "list"), 0, &["edited  pitfalls/till", "judges what is edited"]);
    says(&kata(course, "hint till"), 0, &["hint 1 of 3, for deadlock: "]);
    says(&kata(course, "list"), 0, &["wrong  pitfalls/till", "(deadlock)"]);
    fs::write(course.join(TILL).join("kata.rs"), "//! Saved too early.\nfn").expect("a writable clone");
    says(&kata(course, "check"), 2, &["kata.rs:2: wrong: does-not-compile: expected identifier"]);
    says(&kata(course, "hint till"), 0, &["hint 1 of 3, for does-not-compile: rustc's first message"]);
    says(&kata(course, "reset till"), 0, &["what you had is in .kata/before-reset/pitfalls-till-1.rs"]);
    let kept = fs::read_to_string(course.join(".kata/before-reset/pitfalls-till-1.rs"));
    assert_eq!(kept.ok().as_deref(), Some("//! Saved too early.\nfn"));
    says(&kata(course, "reset till"), 0, &["is as it was handed out\nnext: "]);
    hand_in(course, "answer.rs");
    says(&kata(course, "check till"), 0, &["pitfalls/till: solved, 4 of 4 points", "asyncio"]);
    says(&kata(course, "check till --lang uk"), 0, &["губиться"]);
    says(&kata(course, "list"), 0, &["solved  pitfalls/till", "1 of 6 solved"]);
    says(&kata(course, "hint till"), 0, &["pitfalls/till is solved: no hint is needed"]);
    let json = kata(course, "list --json");
    let value: serde_json::Value = serde_json::from_str(&json.1).expect("it is JSON");
    assert_eq!((&value["solved"], &value["katas"][1]["state"]), (&1.into(), &"solved".into()));
    a_forgotten_await_is_warned_of(course);
    one_does_not_compile(course);
    watched(course);
    says(&kata(course, "check till"), 2, &["spin"]);
    says(&kata(course, "reset till"), 0, &["pitfalls-till-2.rs"]);
}

/// The beginner's mistake: the verdict shows what came of it, and rustc says what it was.
fn a_forgotten_await_is_warned_of(course: &Path) {
    let file = course.join(TILL).join("kata.rs");
    let answer = fs::read_to_string(&file).expect("the answer");
    fs::write(&file, answer.replace("write(before + price).await", "write(before + price)")).expect("a writable clone");
    says(&kata(course, "check till"), 2, &["rustc warns", "futures do nothing unless you `.await` or poll them"]);
    hand_in(course, "answer.rs");
}

/// A kata that does not compile costs only itself: another is judged all the same.
fn one_does_not_compile(course: &Path) {
    let broken = course.join("tests/katas/pitfalls/two_keys/kata.rs");
    fs::write(&broken, "//! Not Rust.\nlet it be\n").expect("a writable clone");
    says(&kata(course, "check till"), 0, &["pitfalls/till: solved, 4 of 4 points"]);
    let both = kata(course, "check");
    says(&both, 2, &["pitfalls/till: solved", "does-not-compile", "1 of 2 that are begun are solved"]);
    says(&kata(course, "reset two-keys"), 0, &[]);
}

/// No terminal: a pipe. It says when it listens; a save then is judged, and after one round it ends.
fn watched(course: &Path) {
    let mut watch = Command::new("cargo");
    watch.args(["xtask", "kata", "watch", "--rounds", "1"]).current_dir(course).stdin(Stdio::null());
    watch.env("CARGO_TARGET_DIR", super::folder("clone-target")).stdout(Stdio::piped());
    let mut watch = watch.spawn().expect("cargo is installed");
    let mut lines = BufReader::new(watch.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let first = lines.next().expect("it says that it listens");
    assert!(first.starts_with("watching tests/katas"), "{first}");
    hand_in(course, "wrong/waits_in_circles.rs");
    let told: Vec<String> = lines.collect();
    assert!(told.iter().any(|line| line.contains("kata.rs:17: wrong: spin:")), "{told:?}");
    assert!(watch.wait().is_ok_and(|status| status.success()));
}
