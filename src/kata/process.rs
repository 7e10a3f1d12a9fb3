//! A program run within bounds: on its time, and on what is kept of its words.

use super::sieve::Sieve;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a process is asked whether it has ended, when its pipes are still open.
const LOOK: Duration = Duration::from_millis(20);

/// After its end, or its death, its pipes may be held open by others that it started: so long they are read.
const AFTERWARDS: Duration = Duration::from_millis(500);

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
    watched(command.stdin(Stdio::null()), None, limit, most, &mut |_| {})
}

/// As [`bounded`]; with `word` it is told that word in the first line of its input, which stays open while it is watched,
/// and the lines that it puts behind it are told as they come.
pub(super) fn watched(
    command: &mut Command,
    word: Option<&str>,
    limit: Duration,
    most: usize,
    told: &mut dyn FnMut(String),
) -> io::Result<Bounded> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if word.is_some() {
        command.stdin(Stdio::piped());
    }
    in_a_group(command);
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let mut input = child.stdin.take();
    if let (Some(input), Some(word)) = (&mut input, word) {
        let _ = writeln!(input, "{word}"); // if it has gone already its status will tell
    }
    let pieces = read_both(&mut child);
    // (Without a word nothing begins with it: a line that begins with NUL is no line of ours.)
    let mut sieves = [Sieve::new(word.unwrap_or("\0"), most), Sieve::new("\0", most)];
    let status = attend(&mut child, &pieces, begun + limit, &mut |(stream, bytes)| {
        let lines = sieves[stream].take(&bytes);
        if stream == 0 && word.is_some() {
            lines.into_iter().for_each(&mut *told);
        }
    })?;
    let [(stdout, cut), (stderr, more)] = sieves.map(Sieve::rest);
    Ok(Bounded { status, stdout, stderr, cut: cut + more })
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
    take: &mut dyn FnMut(Piece),
) -> io::Result<Option<ExitStatus>> {
    let (mut status, mut until, mut open) = (None, deadline, true);
    while let Some(left) = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
        if open {
            match pieces.recv_timeout(LOOK.min(left)) {
                Ok(piece) => {
                    take(piece);
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
        if status.is_some() && !open {
            break;
        }
    }
    end_group(child);
    if status.is_none() {
        let _ = child.kill(); // where there are no groups
        child.wait()?;
    }
    pieces.try_iter().for_each(take);
    Ok(status)
}

#[cfg(unix)]
fn in_a_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn in_a_group(_command: &mut Command) {}

/// What the process started may still run. (If it has ended itself and left nobody, its group's number is free; that another
/// group takes it within these milliseconds would need the system to count through all its numbers.)
#[cfg(unix)]
fn end_group(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL); // nobody left in it: well
    }
}

#[cfg(not(unix))]
fn end_group(_child: &Child) {}
