//! One line in a `#[test]`: every schedule passes, or the test fails with a text that explains the shortest that does not.

use super::{Bounds, Explorer, Found, Gap, NotDeterministic, Step, Word, every};
use crate::sim::{End, Limits, Run};
use crate::trace::Name;
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{self, Write};
use std::future::Future;

/// A search that has not come to its end by then looks for few preemptions first, and then begins anew.
const SMALL: usize = 3_000;

/// How many preemptions are few: most mistakes need no more.
const FEW: usize = 2;

/// Rows of a witness that a failure shows; the rest is counted.
const ROWS: usize = 200;

/// Names the variable that makes a check run one schedule, aloud, instead of all.
const REPLAY: &str = "ASYNC_KATA_REPLAY";

/// Explores every schedule of a play and panics, with an explanation, if one of them fails: for a plain `#[test]`.
///
/// `verdict` judges each run, as in [`Explorer::judge`]; [`finishes`] will often do, with the play's own `assert!`s. The
/// text has the outcomes with their counts, the shortest schedule that fails, step by step, why it is stuck if it is,
/// and how to run it again. [`every`]`(play).check(verdict)` is the same with settings. What is found is returned: look at
/// its count (one schedule means that there was nothing to choose, so nothing was tried).
///
/// First `main` always goes on as soon as it can: most mistakes are seen so, and the words are short. If nothing fails all
/// is explored again, with `main`'s turns as choices. [`Explorer::main_competes`] does only the one or the other; where a
/// play's own body only spawns and awaits, `false` saves most of the time.
///
/// A search that is not over after 3000 schedules looks at all schedules with no preemption, with one and with two before
/// it begins anew and goes through all: so a witness has few of them, and is found early.
///
/// With the environment variable `ASYNC_KATA_REPLAY` set to a word, checks run that one schedule and fail with what they
/// saw: for a look with prints of your own. A failure says how.
///
/// # Panics
/// - When a schedule fails.
/// - When the search is not complete: a check that looked at a part must not look like one that looked at everything.
///   What is left out on purpose is fine: a bound on preemptions or depth that you set, a [`Gap`] that you
///   [accept](Explorer::accept).
/// - When the play is not deterministic.
/// - If `verdict` does.
/// - Always, while `ASYNC_KATA_REPLAY` is set.
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
/// assert!(found.schedules > 2, "main's turns were choices too");
/// ```
#[track_caller]
pub fn check<F, Fut>(play: F, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Found
where
    F: Fn() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    every(play).check(verdict)
}

/// The plainest verdict: `main` returned, and no task panicked, in a destructor neither.
///
/// Tasks that `main` leaves running are not looked at, even if they wait for one another for ever: [`everybody_finishes`]
/// looks at them too.
///
/// # Errors
/// Names the end (`deadlock of a, b` for a cycle of waits, `panicked: main: ...`), or the task that panicked although the play came to its end: a panic
/// is an error value for whoever awaits the task, so one that nobody awaits would pass unseen.
pub fn finishes<T>(run: &Run<T>) -> Result<String, String> {
    match (&run.end, run.failed().next()) {
        (End::Done(_), None) => Ok("done".into()),
        (End::Done(_), Some((task, message))) => Err(format!("task {task} panicked: {}", in_one_line(message))),
        (End::Deadlock(_), _) => {
            // By name: which lock is the first differs from schedule to schedule, and would make outcomes of one kind many.
            let cycle = run.end.wait_graph().cycle;
            let tasks: BTreeSet<&str> = cycle.iter().map(|edge| edge.waiter.as_str()).collect();
            let tasks = tasks.into_iter().collect::<Vec<_>>().join(", ");
            Err(if tasks.is_empty() { "deadlock".into() } else { format!("deadlock of {tasks}") })
        }
        (End::Panicked { task, message }, _) => Err(format!("panicked: {task}: {}", in_one_line(message))),
        (end, _) => Err(end.to_string().lines().next().unwrap_or_default().to_string()),
    }
}

/// As [`finishes`], and `main` left nobody running.
///
/// # Errors
/// As [`finishes`]; and names the tasks that were left over, or had not even begun.
///
/// ```
/// use async_kata::{explore, sim, tasks};
///
/// let play = || async {
///     let _forgotten = tasks::spawn("forgotten", sim::sleep(10));
///     sim::sleep(5).await;
/// };
/// assert!(explore::every(play).try_check(explore::finishes).is_ok());
/// let failed = explore::every(play).try_check(explore::everybody_finishes).unwrap_err();
/// assert!(failed.to_string().contains("left over: forgotten"));
/// ```
pub fn everybody_finishes<T>(run: &Run<T>) -> Result<String, String> {
    let done = finishes(run)?;
    let left: Vec<&str> = run.left_over().map(Name::as_str).collect();
    let never: Vec<&str> = run.never_begun.iter().map(Name::as_str).collect();
    match (left.is_empty(), never.is_empty()) {
        (true, true) => Ok(done),
        (false, true) => Err(format!("left over: {}", left.join(", "))),
        (true, false) => Err(format!("never begun: {}", never.join(", "))),
        (false, false) => Err(format!("left over: {}; never begun: {}", left.join(", "), never.join(", "))),
    }
}

/// `assert_eq!` says in its second and third line what came out: outcomes that differ there are different ones.
fn in_one_line(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(" ")
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
    pub fn check(self, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Found {
        if let Ok(word) = std::env::var(REPLAY) {
            panic!("{}", self.replayed(&word));
        }
        match self.try_check(verdict) {
            Ok(found) => found,
            Err(failed) => panic!("{failed}"),
        }
    }

    /// As [`check`], for a harness of your own: the explanation is a value, and no variable is looked at.
    ///
    /// # Errors
    /// Where [`check`] panics, but for what follows.
    ///
    /// # Panics
    /// Inside a tokio runtime, as every run; and if `verdict` does.
    #[track_caller]
    pub fn try_check(mut self, verdict: impl Fn(&Run<Fut::Output>) -> Result<String, String>) -> Result<Found, Failed> {
        let both = self.main_competes.is_none();
        self.main_competes.get_or_insert(false);
        let mut found = self.search(&verdict)?;
        if both && found.failing == 0 {
            self.main_competes = Some(true);
            found = self.search(&verdict)?;
        }
        let unaccepted: Vec<Gap> = found.gaps.difference(&self.accepted_gaps()).copied().collect();
        match (&found.shortest, unaccepted.as_slice()) {
            (Some(word), gaps) => Err(self.explain(&found, word, gaps)),
            (None, []) => Ok(found),
            (None, gaps) => {
                Err(Failed(format!("no schedule fails, but not all were run: {}\n{}", found.extent(), cures(gaps))))
            }
        }
    }

    #[track_caller]
    fn search(
        &self,
        verdict: &impl Fn(&Run<Fut::Output>) -> Result<String, String>,
    ) -> Result<Found, NotDeterministic> {
        if self.deepens || self.bounds.preemptions.is_some() || self.bounds.schedules <= SMALL {
            return self.judge(verdict);
        }
        let mut found = self.explore(&Bounds { schedules: SMALL, ..self.bounds.clone() }, verdict)?;
        if found.gaps.contains(&Gap::Schedules) {
            found = self.deepen(FEW, verdict)?;
            if found.failing == 0 {
                found = self.explore(&self.bounds, verdict)?;
            }
        }
        self.repeats(&found, verdict)?;
        Ok(found)
    }

    fn accepted_gaps(&self) -> BTreeSet<Gap> {
        let mut accepted = self.accepted.clone();
        // (A search that deepens and stops below the bound was kept from going on by another gap.)
        accepted.extend(self.bounds.preemptions.map(|_| Gap::Preemptions));
        accepted.extend(self.bounds.depth.map(|_| Gap::Depth));
        accepted
    }

    /// The counts, the outcomes, the shortest schedule that fails, and how to see it again.
    fn explain(&self, found: &Found, word: &Word, gaps: &[Gap]) -> Failed {
        let mut text = format!("{}\n{}\n{}\n", found.counts(), found.extent(), cures(gaps));
        let _ = found.table().lines().try_for_each(|line| writeln!(text, "  {line}"));
        let polls = if word.polls() == 1 { "1 poll".into() } else { format!("{} polls", word.polls()) };
        let switches = if word.switches() == 1 { "1 switch".into() } else { format!("{} switches", word.switches()) };
        let _ = writeln!(text, "\nthe shortest that fails ({polls}, {switches}):\n");
        match self.spell(true, true, word) {
            Ok(witness) => {
                let _ = witness.table_of(ROWS).lines().try_for_each(|line| writeln!(text, "  {line}"));
                let why = witness.why();
                if !why.is_empty() {
                    let _ = write!(text, "\n{why}");
                }
                if matches!(&witness.run.end, End::Spin(task) if *task == "main") && !found.main_competes {
                    text.push_str("main yields in a loop and is always polled first: add `.main_competes(true)`\n");
                }
            }
            Err(unfit) => {
                let _ = writeln!(text, "  it cannot be run again: {unfit}");
            }
        }
        let (shell, code) = (shell_line(word), self.code_line(word));
        let _ = write!(text, "\nto see it alone, with your own prints:\n  {shell}\nor in code:\n  {code}");
        Failed(text)
    }

    /// One schedule, aloud: what a check says when it is told to run nothing else.
    fn replayed(mut self, word: &str) -> String {
        let word: Word = match word.parse() {
            Ok(word) => word,
            Err(misspelled) => return format!("{REPLAY}: {misspelled}"),
        };
        // A word of a search in which main competed has main's turns.
        self.main_competes.get_or_insert(word.steps().contains(&Step::Poll("main".into())));
        match self.witness(&word) {
            Ok(witness) => {
                format!("{REPLAY} is set, so only this schedule was run, and nothing was explored:\n\n{witness}")
            }
            Err(unfit) => format!("{REPLAY}: {unfit}"),
        }
    }

    /// The code that runs a word again.
    fn code_line(&self, word: &Word) -> String {
        let competes = if self.main_competes == Some(true) { ".main_competes(true)" } else { "" };
        let limits = if self.sim.limits == Limits::default() { "" } else { ".limits(limits)" };
        let word = word.to_string();
        format!(
            "println!(\"{{}}\", explore::every(play){competes}{limits}.witness(&{word:?}.parse().unwrap()).unwrap());"
        )
    }
}

/// The command that runs a word again, in a POSIX shell. libtest names a test's thread after the test.
fn shell_line(word: &Word) -> String {
    let word = word.to_string().replace('\'', "'\\''");
    let thread = std::thread::current();
    let test = thread.name().filter(|name| *name != "main").unwrap_or("NAME");
    format!("{REPLAY}='{word}' cargo test {test} -- --exact --nocapture")
}

impl From<NotDeterministic> for Failed {
    fn from(error: NotDeterministic) -> Self {
        Failed(error.to_string())
    }
}

/// What to do about each gap, a line each; nothing where there is none.
fn cures(gaps: &[Gap]) -> String {
    let cure = |gap: &Gap| match gap {
        Gap::Preemptions | Gap::Depth | Gap::Schedules => {
            "make the play smaller; or say how far is far enough: `.preemptions(2)` finds most mistakes; or raise `schedules` \
             in `.bounds(..)`"
        }
        Gap::Cut => "raise the limit that cut it (`.limits(..)`), or return `Err` for it in the verdict",
        Gap::Stray => "spawn it with `tasks::spawn`, or seat it: `host::seat(name, future)`",
        Gap::Abort => "cancel by `tasks::Task::cancel`, which is a turn of the task's own",
    };
    let mut told: Vec<&str> = Vec::new();
    let mut text = String::new();
    for gap in gaps {
        let fresh = !told.contains(&cure(gap));
        told.push(cure(gap));
        let cure = if fresh { format!(": {}", cure(gap)) } else { String::new() };
        let _ = writeln!(text, "  {gap}{cure}; or accept it: `.accept(Gap::{gap:?})`");
    }
    text
}
