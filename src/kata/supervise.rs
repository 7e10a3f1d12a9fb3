//! The judging side: starts a process for one kata, bounds it, and turns what it told and how it ended into a verdict.

use super::judge::Told;
use super::process::{Bounded, watched};
use super::wrong::visible;
use super::{Cause, CheckState, Checked, Judged, Kata, State, Wrong};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// Of each stream of a kata's own so many bytes are kept, and shown: as much as a person reads.
const OUTPUT: usize = 2_000;

/// Asks a program that runs this kata, told the word in the first line of its input, and judges what it says.
///
/// # Errors
/// When the program cannot be started.
pub(super) fn judge(kata: &Kata, program: &mut Command, limit: Duration) -> io::Result<Judged> {
    let checks = (kata.checks)();
    let mut judged = Judged::new(kata, &checks);
    let mut panic = None;
    let mut done = false;
    let mut current = None;
    let bounded = watched(program, Some(&word()), limit, OUTPUT, &mut |line| {
        match Told::from_line(&line) {
            Some(Told::Begins(nth)) => (current, panic) = (Some(nth), None),
            Some(Told::Passes(nth)) => judged.set(nth, CheckState::Passed),
            Some(Told::Fails(nth, wrong)) => judged.set(nth, CheckState::Failed(wrong)),
            Some(Told::Panics(message)) => panic = panic.take().or(Some(message)),
            Some(Told::Done) => done = true,
            None => {}
        }
        done
    })?;
    let told = [&bounded.stdout, &bounded.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if !done || bounded.status.is_none_or(|status| !status.success()) {
        let says = current.and_then(|nth| checks.get(nth)).map(|check| check.says);
        let wrong = without_verdict(&bounded, panic, says, limit);
        // It ends where it stood: at the check that had begun, or, after the last, at the kata as a whole.
        let nth = current.unwrap_or(0);
        if judged.checks.get(nth).is_none_or(|check| check.state != CheckState::NotReached) {
            judged.checks.iter_mut().for_each(|check| check.state = CheckState::NotReached);
        }
        judged.set(nth, CheckState::Failed(wrong));
    }
    judged.output = words(&told);
    judged.output_is_cut = bounded.cut > 0;
    Ok(judged.close(kata))
}

/// Drawn anew for every process, so that nothing that a file prints can begin with it.
fn word() -> String {
    let draw = |nth: u32| RandomState::new().hash_one(nth);
    format!("{:016x}{:016x}", draw(0), draw(1))
}

/// What it printed, then what it complained of; without what the standard library says when it dies, which the verdict says.
fn words(told: &[String; 2]) -> String {
    let lines = told.iter().flat_map(|text| text.lines()).map(str::trim_end).filter(|line| !line.is_empty());
    let dying = [
        "has overflowed its stack",
        "fatal runtime error: stack overflow",
        "memory allocation of ",
        "note: run with `RUST_BACKTRACE",
    ];
    let lines = lines.filter(|line| !dying.iter().any(|words| line.contains(words)));
    visible(&lines.fold(String::new(), |text, line| text + line + "\n"))
}

/// Why a process ended without saying that it was done.
fn without_verdict(bounded: &Bounded, panic: Option<String>, says: Option<&str>, limit: Duration) -> Wrong {
    let during = says.map(|says| format!(", while this was checked: {says}")).unwrap_or_default();
    let during = during.trim_end_matches('.');
    let Some(status) = bounded.status else {
        let seconds = limit.as_secs_f64();
        let message = format!("no end within {seconds} s of real time{during}");
        return Wrong::new(Cause::Timeout, message)
            .happened("a loop without an await, or a thread that waits: neither lets go, so no clock can help\n");
    };
    // The last words of the standard library; a file that only prints them has not died of it.
    let stderr = String::from_utf8_lossy(&bounded.stderr) + String::from_utf8_lossy(&bounded.end);
    let is_aborted = status.code().is_none_or(is_windows_abort);
    if is_aborted && stderr.contains("has overflowed its stack") || is_windows_overflow(status) {
        return Wrong::new(Cause::Overflow, format!("the stack overflowed{during}"));
    }
    if is_aborted && stderr.contains("memory allocation of ") {
        return Wrong::new(Cause::Memory, format!("it wanted more memory than a kata may have (512 MiB){during}"));
    }
    let how = match status.code() {
        Some(code) if !is_windows_abort(code) => format!("the process was left by exit code {code}"),
        _ => "the process was aborted".to_string(),
    };
    match panic {
        Some(panic) => Wrong::new(Cause::Abort, format!("{how} after a panic{during}")).happened(panic + "\n"),
        None => Wrong::new(Cause::Abort, format!("{how}{during}")),
    }
}

/// STATUS_STACK_BUFFER_OVERRUN: by which Windows ends who aborts.
fn is_windows_abort(code: i32) -> bool {
    cfg!(windows) && code == 0xC000_0409_u32 as i32
}

/// STATUS_STACK_OVERFLOW.
fn is_windows_overflow(status: ExitStatus) -> bool {
    status.code() == Some(0xC000_00FD_u32 as i32)
}

impl Judged {
    fn new(kata: &Kata, checks: &[super::Check]) -> Self {
        let checks = checks.iter().map(|check| Checked {
            name: check.name.into(),
            says: check.says.into(),
            of: check.points,
            state: CheckState::NotReached,
        });
        Self {
            id: kata.id.into(),
            kind: kata.kind,
            file: kata.file.into(),
            state: State::Open,
            checks: checks.collect(),
            output: String::new(),
            output_is_cut: false,
        }
    }

    /// A kata that nobody has touched: nothing is run.
    pub(super) fn open(kata: &Kata) -> Self {
        Self::new(kata, &(kata.checks)())
    }

    fn set(&mut self, nth: usize, state: CheckState) {
        if let Some(check) = self.checks.get_mut(nth) {
            check.state = state;
        }
    }

    /// The state that the checks add up to; and a place for what is wrong, where its text names one in the learner's file.
    fn close(mut self, kata: &Kata) -> Self {
        for check in &mut self.checks {
            if let CheckState::Failed(wrong) = &mut check.state {
                wrong.line = wrong.line.or_else(|| place_in(kata.file, wrong));
            }
        }
        let solved = self.checks.iter().all(|check| check.state == CheckState::Passed);
        self.state = if solved { State::Solved } else { State::Wrong };
        self
    }
}

/// The first line of this file that a text names: `tests/katas/pitfalls/till/kata.rs:23`.
fn place_in(file: &str, wrong: &Wrong) -> Option<u32> {
    [&wrong.message, &wrong.happened].into_iter().find_map(|text| {
        let text = text.replace('\\', "/");
        let (_, after) = text.split_once(&format!("{file}:"))?;
        after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    })
}
