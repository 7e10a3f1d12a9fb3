//! The judged side: a process that runs one kata's checks, and tells of each as it comes.

use super::{Kata, Wrong};
use crate::host::message_of;
use serde_json::{Value, json};
use std::io::{self, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process;
use std::sync::mpsc;
use std::thread;

/// What a check wants of the heap, and a file on the disk, at most.
#[cfg(unix)]
const MEMORY: u64 = 512 << 20;
#[cfg(unix)]
const FILE: u64 = 64 << 20;

/// How an abandoned process exits: nobody reads it any more.
const ABANDONED: i32 = 3;

/// What the judged process says of itself, a line each behind the word.
pub(super) enum Told {
    /// This check has begun.
    Begins(usize),
    /// It passed.
    Passes(usize),
    /// It did not.
    Fails(usize, Wrong),
    /// Something panicked, here: what is known if the process does not survive it.
    Panics(String),
    /// All checks were run.
    Done,
}

impl Told {
    fn to_json(&self) -> Value {
        match self {
            Told::Begins(nth) => json!({"begins": nth}),
            Told::Passes(nth) => json!({"passes": nth}),
            Told::Fails(nth, wrong) => json!({"fails": nth, "wrong": wrong.to_json()}),
            Told::Panics(message) => json!({"panics": message}),
            Told::Done => json!({"done": true}),
        }
    }

    pub(super) fn from_line(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let nth = |key: &str| value.get(key)?.as_u64().and_then(|nth| usize::try_from(nth).ok());
        if let Some(nth) = nth("begins") {
            return Some(Told::Begins(nth));
        }
        if let Some(nth) = nth("passes") {
            return Some(Told::Passes(nth));
        }
        if let Some(nth) = nth("fails") {
            return Some(Told::Fails(nth, Wrong::from_json(value.get("wrong")?)?));
        }
        if let Some(message) = value.get("panics") {
            return Some(Told::Panics(message.as_str()?.to_string()));
        }
        value.get("done").map(|_| Told::Done)
    }
}

/// Runs a kata's checks in this process, which was started for nothing else, and ends it.
///
/// The word is the first line of stdin. It is kept in this call alone, in no variable of the process.
pub(super) fn judged(kata: &Kata) -> ! {
    let word = first_line(&mut io::stdin().lock());
    end_with_the_parent();
    bound_the_process();
    // Not the main thread: its stack differs from system to system.
    let checks = kata.checks;
    let judge = thread::Builder::new().name("kata".into()).spawn(move || run(checks, &word));
    let done =
        judge.map_err(|error| error.to_string()).and_then(|judge| judge.join().map_err(|_| "it died".to_string()));
    if let Err(error) = done {
        eprintln!("the judge could not go on: {error}");
    }
    process::exit(0);
}

fn run(checks: fn() -> Vec<super::Check>, word: &str) {
    let tell = |told: &Told| {
        // One write: nobody's text can come between. It begins a line of its own, whatever was printed before.
        let line = format!("\n{word} {}\n", told.to_json());
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()); // nobody reads: nobody judges
    };
    let (panics, panicked) = mpsc::channel::<String>();
    hear(word.to_string(), panics);
    for (nth, check) in checks().into_iter().enumerate() {
        tell(&Told::Begins(nth));
        let _ = panicked.try_iter().count();
        match panic::catch_unwind(AssertUnwindSafe(|| check.run())) {
            Ok(Ok(())) => tell(&Told::Passes(nth)),
            Ok(Err(wrong)) => tell(&Told::Fails(nth, wrong)),
            Err(payload) => {
                let message = panicked.try_iter().next().unwrap_or_else(|| message_of(&*payload).to_string());
                tell(&Told::Fails(nth, Wrong::new(super::Cause::Panic, message)));
                // What it held may be in any state; a destructor may panic too.
                std::mem::forget(payload);
            }
        }
    }
    tell(&Told::Done);
}

/// Tells of each panic at once, with its place: the process may not live to tell more. Those of a run are the run's.
fn hear(word: String, panics: mpsc::Sender<String>) {
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|place| format!(" at {}:{}", place.file().replace('\\', "/"), place.line()));
        let said = format!("panicked{}: {}", place.unwrap_or_default(), message_of(panic.payload()));
        let line = format!("\n{word} {}\n", Told::Panics(super::wrong::cut(said.clone(), 4096)).to_json());
        // Not `lock`ed for long, and not at all if this very thread holds it: stdout's lock is reentrant.
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
        let _ = panics.send(said);
    }));
}

/// A line, read byte by byte: what follows it is left for others.
fn first_line(from: &mut impl Read) -> String {
    let mut line = Vec::new();
    let mut byte = [0];
    while from.read(&mut byte).is_ok_and(|n| n == 1) && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    String::from_utf8_lossy(&line).into_owned()
}

/// The parent holds the other end of stdin. When that is gone the parent is, and nobody is left to bound this process.
fn end_with_the_parent() {
    thread::spawn(|| {
        let mut rest = [0; 64];
        while io::stdin().lock().read(&mut rest).is_ok_and(|n| n > 0) {}
        process::exit(ABANDONED);
    });
}

#[cfg(unix)]
fn bound_the_process() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    // No core dump of an abort, no disk full of one file, no machine without memory. What cannot be set stays as it is: the
    // bound on time holds in any case.
    for (resource, most) in [(Resource::Core, 0), (Resource::Fsize, FILE), (Resource::Data, MEMORY)] {
        let hard = getrlimit(resource).maximum;
        let most = hard.map_or(most, |hard| hard.min(most));
        let _ = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

#[cfg(not(unix))]
fn bound_the_process() {}
