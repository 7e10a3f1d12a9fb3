//! A program run within bounds: on its time, and on what is kept of its words.

use super::groups;
use super::sieve::Sieve;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a process is asked whether it has ended, when its pipes are still open.
const LOOK: Duration = Duration::from_millis(20);

/// After its end its pipes may be held open by others that it started: so long they are read, unless it said that it was done.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// What a bounded process did.
#[derive(Debug)]
#[non_exhaustive]
pub struct Bounded {
    /// How it exited; `None`: it took too long and was ended, with what it had started where there are process groups.
    pub status: Option<ExitStatus>,
    /// What it printed, the beginning.
    pub stdout: Vec<u8>,
    /// What it complained of, the beginning.
    pub stderr: Vec<u8>,
    /// How many bytes more it printed and complained.
    pub cut: u64,
    /// The last of what it complained and is not in `stderr`.
    pub end: Vec<u8>,
}

/// Runs a program that may do anything, for `limit` at most, and keeps `most` bytes of each of its two streams.
///
/// It is given no input. Whatever it prints is read, so that it never waits for a reader.
///
/// # Errors
/// When it cannot be started.
///
/// ```
/// use async_kata::kata::bounded;
/// use std::{process::Command, time::Duration};
///
/// let done = bounded(Command::new("rustc").arg("--version"), Duration::from_secs(60), 1000).unwrap();
/// assert!(done.status.unwrap().success() && done.stdout.starts_with(b"rustc "));
/// ```
pub fn bounded(command: &mut Command, limit: Duration, most: usize) -> io::Result<Bounded> {
    watched(command.stdin(Stdio::null()), None, limit, most, &mut |_| false)
}

/// As [`bounded`]; with `word` it is told that word in the first line of its input, which stays open while it is watched,
/// and the lines that it puts behind it are told as they come, until one of them is the last (`told` says so).
pub(super) fn watched(
    command: &mut Command,
    word: Option<&str>,
    limit: Duration,
    most: usize,
    told: &mut dyn FnMut(String) -> bool,
) -> io::Result<Bounded> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if word.is_some() {
        command.stdin(Stdio::piped());
    }
    groups::begin(command);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let _group = groups::Listed::new(&child);
    let mut input = child.stdin.take();
    if let (Some(input), Some(word)) = (&mut input, word) {
        let _ = writeln!(input, "{word}"); // if it has gone already its status will tell
    }
    let pieces = read_both(&mut child);
    // (Without a word nothing begins with it: a line that begins with NUL is no line of ours.)
    let mut sieves = [Sieve::new(word.unwrap_or("\0"), most), Sieve::new("\0", most)];
    let status = attend(&mut child, &pieces, begun + limit, &mut |(stream, bytes)| {
        let lines = sieves[stream].take(&bytes);
        let mut is_last = false;
        for line in lines.into_iter().filter(|_| stream == 0 && word.is_some()) {
            is_last |= told(line);
        }
        is_last
    })?;
    let [(stdout, cut, _), (stderr, more, end)] = sieves.map(Sieve::rest);
    Ok(Bounded { status, stdout, stderr, cut: cut + more, end })
}

type Piece = (usize, Vec<u8>);

/// Threads that read until there is nothing more. One whose pipe a grandchild holds open is left behind.
fn read_both(child: &mut Child) -> Receiver<Piece> {
    let (send, pieces) = mpsc::channel();
    let pipes: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for (stream, pipe) in pipes.into_iter().enumerate() {
        let (Some(mut pipe), send) = (pipe, send.clone()) else { continue };
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n) = pipe.read(&mut buffer) {
                if n == 0 || send.send((stream, buffer[..n].to_vec())).is_err() {
                    return;
                }
            }
        });
    }
    pieces
}

/// Reads until the process has ended and its pipes are closed; at the deadline it is ended.
fn attend(
    child: &mut Child,
    pieces: &Receiver<Piece>,
    deadline: Instant,
    take: &mut dyn FnMut(Piece) -> bool,
) -> io::Result<Option<ExitStatus>> {
    let (mut status, mut until, mut open, mut done) = (None, deadline, true, false);
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if open {
            match pieces.recv_timeout(LOOK.min(left)) {
                Ok(piece) => {
                    done |= take(piece);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => open = false,
            }
        } else {
            thread::park_timeout(LOOK.min(left)); // it has closed its pipes, and lives
        }
        if status.is_none() {
            status = child.try_wait()?;
            until = if status.is_some() { Instant::now() + AFTERWARDS } else { until };
        }
        if status.is_some() && (done || !open) {
            break;
        }
    }
    groups::end(child.id());
    if status.is_none() {
        let _ = child.kill(); // where there are no groups
        child.wait()?;
    }
    for piece in pieces.try_iter() {
        take(piece);
    }
    Ok(status)
}
