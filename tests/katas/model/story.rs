//! The story of one execution: who did what, in order, told as a table.

use async_kata::kata::{Cause, Wrong};
use async_kata::trace::{Entry, Trace, What};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;

/// So many steps of an execution a person reads.
const READ: usize = 40;

thread_local! {
    /// Of the model that runs on this thread: all threads of loom's are one.
    static STORY: RefCell<Story> = RefCell::default();
}

#[derive(Default)]
struct Story {
    executions: usize,
    preemptions: usize,
    steps: Vec<Entry>,
    /// Who is asleep, and what for.
    asleep: BTreeMap<String, String>,
}

/// The next execution begins. Returns which it is, from 1.
pub(super) fn begins(preemptions: usize) -> usize {
    STORY.with_borrow_mut(|story| {
        let executions = story.executions + 1;
        *story = Story { executions, preemptions, ..Story::default() };
        executions
    })
}

/// The name of the thread that runs now.
pub(super) fn tells() -> String {
    loom::thread::current().name().unwrap_or("main").to_string()
}

/// Writes the next step down.
pub(super) fn say(what: impl Display) {
    let entry = Entry { ms: 0, task: tells().into(), what: What::Said(what.to_string()) };
    STORY.with_borrow_mut(|story| story.steps.push(entry));
}

/// It was pending, and sleeps until it is woken.
pub(super) fn sleeps(polls: usize) {
    is_asleep(format!("poll {polls} was pending, and nobody wakes it"));
}

/// It waits for a mutex, asked for in this line.
pub(super) fn wants(line: u32) {
    is_asleep(format!("it wants the mutex in line {line}, and nobody unlocks it"));
}

fn is_asleep(why: String) {
    let who = tells();
    STORY.with_borrow_mut(|story| story.asleep.insert(who, why));
}

/// Whatever it slept for has come.
pub(super) fn wakes_up() {
    let who = tells();
    STORY.with_borrow_mut(|story| story.asleep.remove(&who));
}

/// Who sleeps for ever. Asks nothing of loom, which may be in the middle of something.
pub(super) fn who_waits() -> String {
    STORY.with_borrow(|story| match story.asleep.len() {
        0 => "all threads wait for each other".to_string(),
        _ => {
            let each: Vec<String> =
                story.asleep.iter().map(|(who, why)| format!("{who} waits for ever: {why}")).collect();
            each.join("; ")
        }
    })
}

/// What is wrong, with the story so far.
pub(super) fn wrong((cause, message): (Cause, String)) -> Wrong {
    STORY.with_borrow(|story| {
        let (nth, bound) = (story.executions, story.preemptions);
        let table = story.steps.iter().take(READ).cloned().collect::<Trace>().table();
        let more = story.steps.len().saturating_sub(READ);
        let rest = if more == 0 { String::new() } else { format!("... and {more} steps more\n") };
        let title =
            format!("execution {nth}, of those with at most {bound} preemptions, each step at its line of your file:");
        Wrong::new(cause, message).happened(format!("{title}\n{table}{rest}"))
    })
}
