//! Plays: small programs of two to four tasks that are run in every schedule, and how what came out is judged.

use super::{Broken, Extent, Fault};
use crate::conformance::sweep::{self, Fell, Points, Swept};
use crate::explore::{self, Bounds, Explorer, Found, Gap};
use crate::host::seat;
use crate::sim::{End, Limits, Run};
use crate::trace::Trace;
use std::future::Future;
use tokio::task::{JoinHandle, unconstrained};

/// What a task of a play found.
pub(super) type Told = Result<(), Fault>;

/// Spawns a task of a play. (`tasks::spawn` would bring the primitives in by the back door.)
pub(super) fn task(name: &str, body: impl Future<Output = Told> + Send + 'static) -> JoinHandle<Told> {
    tokio::spawn(unconstrained(seat(name, body)))
}

/// Waits until all have ended. Returns the first fault; of a panic the run itself tells.
pub(super) async fn all(tasks: impl IntoIterator<Item = JoinHandle<Told>>) -> Told {
    let mut told = Ok(());
    for task in tasks {
        told = told.and(task.await.unwrap_or(Ok(())));
    }
    told
}

/// Judges every schedule of a play. `expected` is what a run that comes to no result was expected to do.
pub(super) fn in_every_schedule<F, Fut>(expected: &str, play: F) -> Result<Extent, Broken>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Told> + Send + 'static,
{
    judge(expected, play).map(|found| Extent::explored(&found))
}

/// As `in_every_schedule`; what holds is told in full.
pub(super) fn judge<F, Fut>(expected: &str, play: F) -> Result<Found, Broken>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Told> + Send + 'static,
{
    // A primitive that wakes itself makes the tree of schedules immense: without preemptions it is small, and shows it.
    let first = look(expected, &bounded(&play, Some(0)))?;
    let is_cut = first.found.gaps.contains(&Gap::Cut);
    let last = if is_cut || first.found.complete { first } else { look(expected, &bounded(&play, None))? };
    match last.broken {
        Some(broken) => Err(broken),
        None => Ok(last.found),
    }
}

/// As `in_every_schedule`, first as it is, then with each waiter at one of the play's points dropped after each number of polls.
pub(super) fn wherever_one_is_dropped<F, Fut>(expected: &str, play: F) -> Result<Extent, Broken>
where
    F: Fn(Points) -> Fut,
    Fut: Future<Output = Told> + Send + 'static,
{
    judge(expected, || play(Points::default()))?;
    let verdict = |run: &Run<Told>| verdict(expected, run);
    match sweep::every(&play).bounds(bounds(None)).limits(limits()).judge(verdict) {
        Ok(swept) => {
            let Swept { cuts, schedules, complete, .. } = swept;
            Ok(Extent::Swept { cuts, schedules, failing: 0, complete })
        }
        Err(Fell::Fails { cut, found, run }) => {
            let Found { schedules, failing, complete, .. } = *found;
            let extent = Extent::Swept { cuts: 1, schedules, failing, complete };
            let broken = broken(expected, &run, extent);
            let cut = cut.map(|cut| format!("{cut}: ")).unwrap_or_default();
            Err(Broken { message: cut + &broken.message, ..broken })
        }
        Err(Fell::NotDeterministic(error)) => Err(by_chance(&error)),
    }
}

/// One look at a play: what was found, and how it is broken.
struct Look {
    found: Found,
    broken: Option<Broken>,
}

fn look<F, Fut>(expected: &str, explorer: &Explorer<F>) -> Result<Look, Broken>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Told> + Send + 'static,
{
    let found = explorer.judge(|run| verdict(expected, run)).map_err(|error| by_chance(&error))?;
    let broken = match &found.shortest {
        None => None,
        Some(word) => match explorer.replay_quietly(word) {
            Ok(run) => Some(broken(expected, &run, Extent::explored(&found))),
            Err(unfit) => return Err(by_chance(&unfit)),
        },
    };
    Ok(Look { found, broken })
}

fn bounded<F, Fut>(play: F, preemptions: Option<usize>) -> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    explore::every(play).bounds(bounds(preemptions)).limits(limits())
}

/// A right primitive needs a tenth of these schedules.
fn bounds(preemptions: Option<usize>) -> Bounds {
    Bounds { preemptions, schedules: 3_000, ..Bounds::default() }
}

/// A play of a law says something every few polls, and its clock stands still.
fn limits() -> Limits {
    Limits { quiet_polls: 100, ..Limits::default() }
}

fn verdict(expected: &str, run: &Run<Told>) -> Result<String, String> {
    fault(expected, run).map_or_else(|| Ok("holds".into()), |fault| Err(fault.message))
}

/// What a run shows to be wrong. A panic comes before the end to which it led.
fn fault(expected: &str, run: &Run<Told>) -> Option<Fault> {
    let panic = run.failed().next().map(|(task, said)| (task, said.to_string()));
    let (end, message) = match (panic, &run.end) {
        (None, End::Done(told)) => return told.clone().err(),
        (Some((task, said)), _) => ("panicked", format!("{task} panicked: {}", one_line(&said))),
        (None, End::Panicked { task, message }) => ("panicked", format!("{task} panicked: {}", one_line(message))),
        (None, End::Deadlock(stuck)) => {
            let who: Vec<&str> = stuck.iter().map(|stuck| stuck.task.as_str()).filter(|task| *task != "main").collect();
            let wait = if who.len() == 1 { "waits" } else { "wait" };
            ("deadlock", format!("{} {wait} for ever: nobody wakes them", who.join(" and ")))
        }
        (None, end) => (end.name(), one_line(end.to_string().lines().next().unwrap_or_default())),
    };
    Some(Fault { end, message, expected: expected.into() })
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn broken(expected: &str, run: &Run<Told>, extent: Extent) -> Broken {
    let unlike = || Fault { end: "chance", message: "run again, it came out well".into(), expected: expected.into() };
    let Fault { end, message, expected } = fault(expected, run).unwrap_or_else(unlike);
    // Without what those left over did after the end.
    let happened = run.trace.before_the_end().cloned().collect::<Trace>().table();
    Broken { message, end, extent, expected, happened }
}

fn by_chance(error: &dyn std::error::Error) -> Broken {
    Broken {
        message: one_line(&error.to_string()),
        end: "chance",
        extent: Extent::Explored { schedules: 0, failing: 0, complete: false },
        expected: "the same schedule comes out the same each time".into(),
        happened: String::new(),
    }
}
