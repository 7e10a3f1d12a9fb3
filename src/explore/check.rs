//! One line in a `#[test]`: every schedule passes, or the test fails with a text that explains the shortest that does not.

use super::{Explorer, Found, Gap, every};
use crate::sim::{End, Run};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{self, Write};
use std::future::Future;

/// A search that has not come to its end by then looks for the fewest preemptions first.
const SMALL: usize = 3_000;

/// Rows of a witness that a failure shows; the rest is counted.
const ROWS: usize = 200;

/// Explores every schedule of a play and panics, with an explanation, if one of them fails: for a plain `#[test]`.
///
/// `verdict` judges each run, as in [`Explorer::judge`]; [`finishes`] will often do, with the play's own `assert!`s. The
/// text has the outcomes with their counts, the shortest schedule that fails, step by step, why it is stuck if it is,
/// and the line that runs it again. [`every`]`(play).check(verdict)` is the same with settings.
///
/// A search that is not over after 3000 schedules goes on by preemptions, as [`Explorer::deepening`] does, so that a
/// witness has as few of them as can be.
///
/// # Panics
/// - When a schedule fails.
/// - When the search is not complete: a check that looked at a part must not look like one that looked at everything.
///   What is left out on purpose is fine: a bound on preemptions or depth that you set, a [`Gap`] that you
///   [accept](Explorer::accept).
/// - When the play is not deterministic.
/// - Inside a tokio runtime, as every run: use `#[test]`, not `#[tokio::test]`.
///
/// ```
/// use async_kata::{explore, sync::Lock, tasks};
/// use std::sync::Arc;
///
/// let found = explore::check(
///     || async {
///         let sum = Arc::new(Lock::new(0));
///         let pair = ["a", "b"].map(|name| {
///             let sum = sum.clone();
///             tasks::spawn(name, async move { *sum.lock().await += 1 })
///         });
///         for task in pair {
///             task.await.unwrap();
///         }
///         assert_eq!(*sum.lock().await, 2);
///     },
///     explore::finishes,
/// );
/// assert_eq!((found.failing, found.schedules), (0, 2));
/// ```
#[track_caller]
pub fn check<F, Fut>(play: F, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Found
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    every(play).check(verdict)
}

/// The plainest verdict: the play came to its end, and no task of it panicked.
///
/// # Errors
/// Names the end (`deadlock of a, b` for a circle of waits, `panicked: main: ...`), or the task that panicked although the play came to its end: a panic
/// is an error value for whoever awaits the task, so one that nobody awaits would pass unseen.
pub fn finishes<T>(run: &Run<T>) -> Result<String, String> {
    match (&run.end, run.failed().next()) {
        (End::Done(_), None) => Ok("done".into()),
        (End::Done(_), Some((task, message))) => Err(format!("task {task} panicked: {message}")),
        (End::Deadlock(_), _) => {
            // By name: which lock is the first differs from schedule to schedule, and would make outcomes of one kind many.
            let circle = run.end.wait_graph().circle;
            let tasks: BTreeSet<&str> = circle.iter().map(|edge| edge.waiter.as_str()).collect();
            let tasks = tasks.into_iter().collect::<Vec<_>>().join(", ");
            Err(if tasks.is_empty() { "deadlock".into() } else { format!("deadlock of {tasks}") })
        }
        (end, _) => Err(end.to_string().lines().next().unwrap_or_default().to_string()),
    }
}

/// Why [`Explorer::try_check`] is not content, in many lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failed {}

impl<F, Fut> Explorer<F>
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    /// As [`check`], with these settings.
    ///
    /// # Panics
    /// As [`check`].
    #[track_caller]
    pub fn check(&self, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Found {
        self.try_check(verdict).unwrap_or_else(|failed| panic!("{failed}"))
    }

    /// As [`check`], for a harness of your own: the explanation is a value.
    ///
    /// # Errors
    /// Where [`check`] panics, but for a call inside a runtime.
    pub fn try_check(&self, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Result<Found, Failed> {
        let found = self.search(&verdict)?;
        let unaccepted: Vec<Gap> = found.gaps.difference(&self.accepted_gaps()).copied().collect();
        match (&found.shortest, unaccepted.as_slice()) {
            (Some(_), _) => Err(self.explain(&found)),
            (None, []) => Ok(found),
            (None, gaps) => Err(incomplete(&found, gaps)),
        }
    }

    fn search(&self, verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Result<Found, Failed> {
        let not_deterministic = |error: super::NotDeterministic| Failed(error.to_string());
        if self.deepens || self.bounds.preemptions.is_some() || self.bounds.schedules <= SMALL {
            return self.judge(verdict).map_err(not_deterministic);
        }
        let small = self.judge_within(SMALL, verdict).map_err(not_deterministic)?;
        if !small.gaps.contains(&Gap::Schedules) {
            return Ok(small);
        }
        self.judge_deepening(verdict).map_err(not_deterministic)
    }

    fn accepted_gaps(&self) -> BTreeSet<Gap> {
        let mut accepted = self.accepted.clone();
        accepted.extend(self.bounds.preemptions.map(|_| Gap::Preemptions));
        accepted.extend(self.bounds.depth.map(|_| Gap::Depth));
        accepted
    }

    /// The counts, the outcomes, the shortest schedule that fails, and how to see it again.
    fn explain(&self, found: &Found) -> Failed {
        let Some(word) = &found.shortest else { return Failed(found.to_string()) };
        let (failing, all) = (found.failing, found.schedules);
        let mut text = format!("{failing} of {all} schedules fail\n{}\n\n", found.extent());
        let _ = found.table().lines().try_for_each(|line| writeln!(text, "  {line}"));
        let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "es" });
        let polls = if word.polls() == 1 { "1 poll".into() } else { format!("{} polls", word.polls()) };
        let _ = writeln!(text, "\nthe shortest that fails ({polls}, {}):\n", plural(word.switches(), "switch"));
        match self.witness(word) {
            Ok(witness) => {
                let _ = witness.table_of(ROWS).lines().try_for_each(|line| writeln!(text, "  {line}"));
                let why = witness.why();
                if !why.is_empty() {
                    let _ = write!(text, "\n{why}");
                }
            }
            Err(unfit) => {
                let _ = writeln!(text, "  it cannot be run again: {unfit}");
            }
        }
        let _ = write!(text, "\nto see it alone: {}", self.call(&word.to_string()));
        Failed(text)
    }

    /// The line of code that runs a word again.
    fn call(&self, word: &str) -> String {
        let competes = if self.main_competes { ".main_competes(true)" } else { "" };
        let quoted = if word.contains('"') { format!("r#\"{word}\"#") } else { format!("{word:?}") };
        format!("println!(\"{{}}\", explore::every(play){competes}.witness(&{quoted}.parse().unwrap()).unwrap());")
    }
}

/// Nothing failed, but not everything was looked at.
fn incomplete(found: &Found, gaps: &[Gap]) -> Failed {
    let mut text = format!("no schedule fails, but not all were run: {}\n", found.extent());
    for gap in gaps {
        let cure = match gap {
            Gap::Preemptions | Gap::Depth | Gap::Schedules => {
                "make the play smaller; or say how far is far enough: `.bounds(..)` with `preemptions` (2 finds most \
                 mistakes); or raise `schedules`"
            }
            Gap::Cut => "raise the limit that cut it (`.limits(..)`), or let the verdict fail there",
            Gap::Stray => "spawn it with `tasks::spawn`, or seat it: `host::seat(name, future)`",
            Gap::Abort => "cancel by `tasks::Task::cancel`, which is a turn of the task's own",
        };
        let _ = writeln!(text, "  {gap}: {cure}; or accept it: `.accept(Gap::{gap:?})`");
    }
    Failed(text.trim_end().to_string())
}
