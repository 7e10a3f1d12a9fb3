//! A check that runs a play in every order and says of how many it went wrong, and how the shortest did.

use super::{Cause, Wrong};
use crate::explore::{Bounds, Found, Gap, NotDeterministic, Witness, Word, every};
use crate::sim::{End, Limits, Run};
use std::future::Future;

/// More orders than this are not looked at: a kata's play has some dozens.
const MOST: usize = 5_000;

/// What goes in circles does so in one of the first: each order has a circle more than the one before. It has no last order,
/// so nobody looks for it.
const FIRST: usize = 200;

/// Where there are more, all those are looked at in which a task that could go on is left for another so often at most:
/// most mistakes need no more.
const FEW: usize = 2;

/// Polls without an entry and without a tick: a kata's play has a dozen.
const QUIET_POLLS: u64 = 100;

/// Runs a learner's play in every order, and judges each run.
///
/// `fails` says what an order does in which `verdict` is an `Err`: "lose a sale" gives "4 of 6 orders lose a sale". The
/// verdict of a run that did not come to its end is not asked: it is a deadlock, a spin, a panic, by its own name.
///
/// # Errors
/// When an order fails; when there are more than 5000, even of those with two preemptions at most (where there are more in
/// all, only these are looked at, and [`Found::bounds`] says so); when a task runs without a seat, so that its order cannot be
/// chosen; when the same order led to something else the second time.
///
/// ```
/// use async_kata::{host, kata, sim, tasks};
///
/// let play = || async {
///     let pair = ["a", "b"].map(|name| tasks::spawn(name, async { sim::log("here") }));
///     for task in pair {
///         task.await.unwrap();
///     }
/// };
/// let wrong = kata::every_order(play, "begin with b", |run| match run.trace.order().as_str() {
///     "a here, b here" => Ok(()),
///     other => Err(other.to_string()),
/// });
/// assert_eq!(wrong.unwrap_err().message, "1 of 2 orders begin with b (b here, a here)");
/// ```
pub fn every_order<F, Fut>(
    play: F,
    fails: &str,
    verdict: impl Fn(&Run<Fut::Output>) -> Result<(), String>,
) -> Result<Found, Wrong>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    let bounds = |schedules| Bounds { schedules, ..Bounds::default() };
    let limits = Limits { quiet_polls: QUIET_POLLS, ..Limits::default() };
    let mut explorer = every(play).main_competes(false).bounds(bounds(FIRST)).limits(limits);
    let judge = |run: &Run<Fut::Output>| match &run.end {
        End::Done(_) => verdict(run).map(|()| "passes".to_string()),
        other => Err(other.name().to_string()),
    };
    let differs = |error: NotDeterministic| {
        let first = error.to_string().lines().next().unwrap_or_default().to_string();
        let message = format!("the same order came out in two ways, so something decides from outside: {first}");
        Wrong::new(Cause::Outcome, message)
    };
    let mut found = explorer.judge(judge).map_err(differs)?;
    if found.gaps.contains(&Gap::Schedules) && !found.gaps.contains(&Gap::Cut) {
        explorer = explorer.bounds(bounds(MOST));
        found = explorer.judge(judge).map_err(differs)?;
    }
    if found.failing == 0 && found.gaps.contains(&Gap::Schedules) {
        explorer = explorer.preemptions(FEW);
        found = explorer.judge(judge).map_err(differs)?;
    }
    if let Some(word) = &found.shortest {
        let witness = explorer.witness(word).map_err(|unfit| Wrong::new(Cause::Outcome, unfit.to_string()))?;
        if judge(&witness.run).is_ok() {
            let message = "an order that failed passes when it is run again: something decides from outside";
            return Err(Wrong::new(Cause::Outcome, message).happened(witness.run.trace.table()));
        }
        return Err(explain(&found, fails, &judge, &witness));
    }
    not_all(&found).map_or(Ok(found), Err)
}

/// Why a search that found nothing wrong has not seen everything.
fn not_all(found: &Found) -> Option<Wrong> {
    let message = match found.gaps.iter().find(|gap| ![Gap::Cut, Gap::Preemptions].contains(gap))? {
        Gap::Schedules => {
            format!("there are more than {MOST} orders with {FEW} preemptions: too many turns to look at")
        }
        Gap::Stray => "a task runs without a name, so its order cannot be chosen: spawn it by `spawn`".into(),
        gap => format!("not all orders could be looked at: {gap}"),
    };
    Some(Wrong::new(Cause::Outcome, message))
}

fn explain<T>(
    found: &Found,
    fails: &str,
    judge: &impl Fn(&Run<T>) -> Result<String, String>,
    witness: &Witness<T>,
) -> Wrong {
    let run = &witness.run;
    let of = how_many(found);
    // A task that panicked comes before the end to which that led: whoever waits for it stands still.
    let panic = run.failed().next().map(|(task, said)| format!("{task}: {}", said.lines().next().unwrap_or_default()));
    let what = match (&run.end, &panic) {
        (End::Done(_), None) => format!("{of} {fails} ({})", judge(run).err().unwrap_or_default()),
        (End::Panicked { task, message }, _) => format!("{of} end in a panic of {task}: {message}"),
        (_, Some(panic)) => format!("{of} end in a panic of {panic}"),
        (End::Deadlock(_), None) => format!("{of} end in a standstill: {}", who_waits(run)),
        (End::Spin(task), None) => {
            format!("{of} end in a spin: {task} is polled again and again, and nothing happens")
        }
        (other, None) => format!("{of} do not end: {}", other.to_string().lines().next().unwrap_or_default()),
    };
    let mut happened =
        format!("in the order `{}`, the shortest that fails:\n{}", in_short(&witness.word()), run.trace.table());
    let why = witness.why();
    if !why.is_empty() {
        happened = format!("{happened}\n{why}");
    }
    let cause = if panic.is_some() { Cause::Panic } else { Cause::of(&run.end).unwrap_or(Cause::Outcome) };
    Wrong::new(cause, what).happened(happened)
}

/// A word of which nobody reads the hundredth step.
fn in_short(word: &Word) -> String {
    const MOST: usize = 24;
    let (steps, text) = (word.steps(), word.to_string());
    match steps.len().checked_sub(MOST) {
        None | Some(0) => text,
        Some(more) => {
            let first: Vec<String> = steps[..MOST].iter().map(ToString::to_string).collect();
            format!("{} ... and {more} more", first.join(" "))
        }
    }
}

/// "4 of 6 orders", "all 6 orders", "200 of the first 200 orders". Never in the singular: it is the subject of a verb.
fn how_many(found: &Found) -> String {
    let (failing, all) = (found.failing, found.schedules);
    match found.gaps.contains(&Gap::Schedules) {
        true => format!("{failing} of the first {all} orders"),
        false if failing == all && all > 1 => format!("all {all} orders"),
        false => format!("{failing} of {all} orders"),
    }
}

/// The cycle, or the tasks that wait.
fn who_waits<T>(run: &Run<T>) -> String {
    let graph = run.end.wait_graph();
    if !graph.cycle.is_empty() {
        return graph.cycle_line();
    }
    match &run.end {
        End::Deadlock(stuck) => {
            let tasks: Vec<&str> =
                stuck.iter().map(|stuck| stuck.task.as_str()).filter(|task| *task != "main").collect();
            match tasks[..] {
                [] => "main waits for ever".into(),
                [one] => format!("{one} waits for ever"),
                _ => format!("{} wait for ever", tasks.join(", ")),
            }
        }
        _ => String::new(),
    }
}
