//! Plays: small programs of two to four tasks that are run in every schedule, and how what came out is judged.

use super::{Broken, Extent, Fault};
use crate::conformance::sweep::{self, Fell, Points, Swept};
use crate::explore::{self, Bounds, Explorer, Found};
use crate::host::seat;
use crate::sim::{End, Limits, Probe, Run, Stuck};
use crate::trace::Trace;
use std::future::Future;
use std::pin::Pin;
use tokio::task::{JoinHandle, unconstrained};

/// What a task of a play found.
pub(super) type Told = Result<(), Fault>;

/// A play or a task, boxed: so the explorer is compiled once here, and not again for each law and each type.
type Body = Pin<Box<dyn Future<Output = Told> + Send>>;

/// Spawns a task of a play. (`tasks::spawn` would bring the primitives in by the back door.)
pub(super) fn task(name: &str, body: impl Future<Output = Told> + Send + 'static) -> JoinHandle<Told> {
    let body: Body = Box::pin(body);
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
pub(super) fn in_every_schedule<Fut>(expected: &str, play: impl Fn() -> Fut) -> Result<Extent, Broken>
where
    Fut: Future<Output = Told> + Send + 'static,
{
    explore_all(expected, &|| Box::pin(play()))
}

fn explore_all(expected: &str, play: &dyn Fn() -> Body) -> Result<Extent, Broken> {
    let explorer = explore::every(play).limits(limits());
    let first = look(expected, &explorer.bounds(bounds(FEW)))?;
    if first.complete {
        return Ok(Extent::explored(&first));
    }
    // More than any primitive needs whose waiters sleep. Few preemptions first: one that spins fails with one of them.
    let explorer = explore::every(play).limits(limits()).bounds(bounds(MANY)).deepening(true);
    Ok(Extent::explored(&look(expected, &explorer)?))
}

/// As `in_every_schedule`, first as it is, then with each waiter at one of the play's points dropped after each number
/// of polls.
pub(super) fn wherever_one_is_dropped<Fut>(expected: &str, play: impl Fn(Points) -> Fut) -> Result<Extent, Broken>
where
    Fut: Future<Output = Told> + Send + 'static,
{
    in_every_schedule(expected, || play(Points::default()))?;
    sweep_all(expected, &|points| Box::pin(play(points)))
}

fn sweep_all(expected: &str, play: &dyn Fn(Points) -> Body) -> Result<Extent, Broken> {
    match sweep::every(play).bounds(bounds(MANY)).limits(limits()).judge(|run| verdict(expected, run)) {
        Ok(Swept { cuts, schedules, complete, .. }) => Ok(Extent::Swept { cuts, schedules, failing: 0, complete }),
        Err(Fell::Fails { cut, found, run }) => {
            let Found { schedules, failing, complete, .. } = *found;
            let broken = broken(expected, &run, Extent::Swept { cuts: 1, schedules, failing, complete });
            let cut = cut.map(|cut| format!("{cut}: ")).unwrap_or_default();
            Err(Broken { message: cut + &broken.message, ..broken })
        }
        Err(Fell::NotDeterministic(error)) => Err(by_chance(&error)),
    }
}

/// One look at a play: what was found, if nothing is broken.
fn look<'p>(expected: &str, explorer: &Explorer<&'p (dyn Fn() -> Body + 'p)>) -> Result<Found, Broken> {
    let found = explorer.judge(|run| verdict(expected, run)).map_err(|error| by_chance(&error))?;
    let Some(word) = &found.shortest else { return Ok(found) };
    let run = explorer.replay_quietly(word).map_err(|unfit| by_chance(&unfit))?;
    Err(broken(expected, &run, Extent::explored(&found)))
}

/// Schedules of one play: twice as many as a primitive needs whose waiters sleep until they are called.
const FEW: usize = 150;
const MANY: usize = 3_000;

fn bounds(schedules: usize) -> Bounds {
    Bounds { schedules, ..Bounds::default() }
}

/// A play of a law says something every few polls, and its clock stands still.
fn limits() -> Limits {
    Limits { quiet_polls: 30, ..Limits::default() }
}

fn verdict(expected: &str, run: &Run<Told>) -> Result<String, String> {
    fault(expected, run).map_or_else(|| Ok("holds".into()), |fault| Err(fault.message))
}

/// What a run shows to be wrong. A panic comes before the end to which it led.
fn fault(expected: &str, run: &Run<Told>) -> Option<Fault> {
    let panic = run.failed().next().map(|(_, said)| said.to_string());
    let (end, message) = match (panic, &run.end) {
        (None, End::Done(told)) => return told.clone().err(),
        (Some(said), _) => ("panicked", format!("the primitive panicked: {}", one_line(&said))),
        (None, End::Panicked { message, .. }) => ("panicked", format!("the primitive panicked: {}", one_line(message))),
        (None, End::Deadlock(stuck)) => ("deadlock", who_is_stuck(stuck)),
        (None, End::Spin(task)) => ("spin", format!("{task} wakes itself again and again, and never sleeps")),
        (None, end) => (end.name(), one_line(end.to_string().lines().next().unwrap_or_default())),
    };
    Some(Fault { end, message, expected: expected.into() })
}

/// Who waits for ever; and, where the run was asked, who need not have.
fn who_is_stuck(stuck: &[Stuck]) -> String {
    let tasks = || stuck.iter().filter(|stuck| stuck.task != "main");
    let names = |stuck: Vec<&Stuck>| stuck.iter().map(|stuck| stuck.task.as_str()).collect::<Vec<_>>().join(" and ");
    let could_go_on: Vec<&Stuck> = tasks().filter(|stuck| stuck.probe == Probe::CouldGoOn).collect();
    match (could_go_on.len(), tasks().count()) {
        (0, 1) => format!("{} waits for ever: nobody wakes it", names(tasks().collect())),
        (0, _) => format!("{} wait for ever: nobody wakes them", names(tasks().collect())),
        _ => format!("{} could go on, and nobody wakes it: a wake-up was lost", names(could_go_on)),
    }
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
