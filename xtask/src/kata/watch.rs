//! `cargo xtask kata watch`: a verdict after each save, in a terminal or not.

use super::check;
use super::course::{Course, Entry, KATAS};
use super::next::unsolved;
use crate::out::{self, Exit, Failure};
use async_kata::scenarios::Lang;
use notify::{Event, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

/// An editor saves in several steps: what comes within this time is one save.
const PAUSE: Duration = Duration::from_millis(60);

pub(crate) fn run(course: &Course, lang: Lang, rounds: Option<usize>) -> Result<Exit, Failure> {
    let (send, events) = mpsc::channel();
    let broken = |error: notify::Error| Failure::new(Exit::Internal, format!("files cannot be watched: {error}"));
    let mut watcher = notify::recommended_watcher(send).map_err(broken)?;
    watcher.watch(&course.root.join(KATAS), RecursiveMode::Recursive).map_err(broken)?;
    let mut seen = contents(course);
    let first = unsolved(course)?.map(|kata| format!(" The next is {}: {}.", kata.id, kata.file())).unwrap_or_default();
    out::print(&format!("watching {KATAS}: save a kata, and it is judged.{first} Ctrl-C ends it.\n"));
    let mut left = rounds;
    while left != Some(0) {
        let Some(changed) = wait_for_a_save(course, &events, &mut seen)? else { break };
        for kata in changed {
            let heard = check::judge(course, std::slice::from_ref(&kata.id), true);
            match heard {
                Ok(heard) => out::print(&format!("\n{}", check::told(course, &heard, lang)?)),
                Err(failure) => out::complain(&failure.message),
            }
            left = left.map(|left| left.saturating_sub(1));
            if out::is_closed() {
                return Ok(Exit::Ok);
            }
        }
    }
    Ok(Exit::Ok)
}

/// Waits until the contents of some learner's files are others than before; what only touches them is no save.
fn wait_for_a_save<'a>(
    course: &'a Course,
    events: &Receiver<notify::Result<Event>>,
    seen: &mut BTreeMap<String, Vec<u8>>,
) -> Result<Option<Vec<&'a Entry>>, Failure> {
    loop {
        let Ok(event) = events.recv() else { return Ok(None) };
        let broken = |error: notify::Error| Failure::new(Exit::Internal, format!("files cannot be watched: {error}"));
        let mut paths: BTreeSet<_> = event.map_err(broken)?.paths.into_iter().collect();
        while let Ok(event) = events.recv_timeout(PAUSE) {
            paths.extend(event.map_err(broken)?.paths);
        }
        if !paths.iter().any(|path| is_a_work(path)) {
            continue;
        }
        let now = contents(course);
        let changed: Vec<&Entry> = course.katas.iter().filter(|kata| now.get(&kata.id) != seen.get(&kata.id)).collect();
        *seen = now;
        if !changed.is_empty() {
            return Ok(Some(changed));
        }
    }
}

fn is_a_work(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name == "kata.rs") || path.extension().is_none()
}

fn contents(course: &Course) -> BTreeMap<String, Vec<u8>> {
    let read = |kata: &Entry| {
        let path = course.root.join(kata.file());
        let is_file = fs::metadata(&path).is_ok_and(|meta| meta.is_file()); // a pipe would be waited for
        if is_file { fs::read(path).unwrap_or_default() } else { Vec::new() }
    };
    course.katas.iter().map(|kata| (kata.id.clone(), read(kata))).collect()
}
