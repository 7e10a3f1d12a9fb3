//! How a model is explored, and how a failing one is told: by name, with the steps of the execution that failed.
//!
//! loom reports a failure by a panic, and unwinding from there often meets a second one, which aborts the process with
//! pages of backtrace. So each test plays two roles. Started by you it starts itself once more, as a child that runs
//! nothing else; the child explores, and at the first panic prints its story and exits with 101. No model can take the
//! others down with it, and a story has one owner.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::panic::PanicHookInfo;
use std::path::Path;
use std::pin::{Pin, pin};
use std::process::{Command, exit};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::task::{Context, Poll, Wake};
use std::time::{Duration, Instant};

#[path = "record.rs"]
mod record;

pub(crate) use loom::thread::JoinHandle;

/// Every schedule: what two threads afford.
pub(crate) const UNBOUNDED: Option<usize> = None;

/// Beyond this a model is too wide for `cargo test`: give it a bound.
const MOST_EXECUTIONS: usize = 200_000;

/// Beyond this, too, though the machine be slow and busy.
const MOST_TIME: Duration = Duration::from_secs(120);

/// Set for a child: the model it is to explore.
pub(crate) const CHILD: &str = "ASYNC_KATA_MODEL";

/// How far the models go that have a bound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// `ASYNC_KATA_SHORT`, for `cargo mutants`, which runs everything once for each change that it makes: one preemption,
    /// and not all ends need be met.
    Short,
    Plain,
    /// `ASYNC_KATA_DEEP`, for `cargo xtask ci --deep`: one preemption more, and it may take long.
    Deep,
}

impl Reach {
    fn asked() -> Self {
        let is_set = |name| std::env::var_os(name).is_some();
        match (is_set("ASYNC_KATA_SHORT"), is_set("ASYNC_KATA_DEEP")) {
            (true, _) => Reach::Short,
            (false, true) => Reach::Deep,
            (false, false) => Reach::Plain,
        }
    }

    fn bound(self, bound: Option<usize>) -> Option<usize> {
        bound.map(|n| match self {
            Reach::Short => n.min(1),
            Reach::Plain => n,
            Reach::Deep => n + 1,
        })
    }

    fn most_executions(self) -> usize {
        if self == Reach::Deep { MOST_EXECUTIONS * 100 } else { MOST_EXECUTIONS }
    }

    fn most_time(self) -> Duration {
        if self == Reach::Deep { MOST_TIME * 15 } else { MOST_TIME }
    }
}

/// Explores the model of the test called `name` (its path, as `cargo test` prints it).
///
/// `play` is run in every schedule with at most `bound` preemptions, and returns how it ended. Together the executions
/// must meet all of `ends` and no other: an end that nobody meets would mean that the model does not model. How many there
/// were, and how many met which end, is what `snapshots/models.txt` says.
#[track_caller]
pub(crate) fn model(name: &'static str, bound: Option<usize>, ends: &'static [&'static str], play: Play) {
    if let Some((code, told)) = explored_by_a_child(name, bound, ends, play) {
        assert!(code == Some(0), "\n{told}\n");
        assert!(!told.is_empty(), "no test is called {name:?}: give `model` the path that `cargo test` prints");
        eprint!("{told}");
        if Reach::asked() == Reach::Plain {
            // Here and not in the child: a mutant must be caught by its model, not by a count.
            record::hold(name, found(name, &told));
        }
    }
}

/// What a child that explored the whole model found: its line without the time that it took.
fn found<'a>(name: &str, told: &'a str) -> &'a str {
    let title = format!("{name} (");
    let line = told.lines().find(|line| line.starts_with(&title));
    line.and_then(|line| line.rsplit_once("; ")).map_or(told, |(found, _)| found)
}

/// As [`model`], for a model that must fail: what the child told. `None` in the child itself.
#[track_caller]
pub(crate) fn refuted(
    name: &'static str,
    bound: Option<usize>,
    ends: &'static [&'static str],
    play: Play,
) -> Option<String> {
    let (code, told) = explored_by_a_child(name, bound, ends, play)?;
    assert_eq!(code, Some(101), "the model was to fail, and to say so:\n{told}");
    Some(told)
}

pub(crate) type Play = fn() -> &'static str;

/// The parent's role: exit code and words of the child. The child's role: explores, and returns `None`.
fn explored_by_a_child(
    name: &'static str,
    bound: Option<usize>,
    ends: &'static [&'static str],
    play: Play,
) -> Option<(Option<i32>, String)> {
    if std::env::var(CHILD).is_ok_and(|model| model == name) {
        explore(name, bound, ends, play);
        return None;
    }
    let mut child = Command::new(std::env::current_exe().expect("a test knows its own binary"));
    child.args(["--exact", name, "--nocapture", "--test-threads=1"]).env(CHILD, name);
    no_settings(&mut child);
    let done = child.output().expect("a test can start itself");
    // What the child says goes to stderr: its stdout belongs to the test harness.
    Some((done.status.code(), String::from_utf8_lossy(&done.stderr).replace('\r', "")))
}

/// A child without settings of its parent's: backtraces are loom's insides, and loom's own would make a run less than it
/// says, or fail it.
pub(crate) fn no_settings(child: &mut Command) {
    let unset = std::env::vars_os().map(|(key, _)| key).filter(|key| {
        let key = key.to_string_lossy();
        key.starts_with("LOOM_") || key.ends_with("_BACKTRACE")
    });
    for key in unset {
        child.env_remove(key);
    }
}

/// What the child tells: the execution that runs now, and how the ones before ended.
struct Story {
    executions: usize,
    steps: Vec<String>,
    ends: BTreeMap<&'static str, usize>,
}

/// A mutex of std's, which loom does not see: telling adds no schedules.
static STORY: Mutex<Story> = Mutex::new(Story { executions: 0, steps: Vec::new(), ends: BTreeMap::new() });

fn story() -> MutexGuard<'static, Story> {
    STORY.lock().unwrap_or_else(PoisonError::into_inner)
}

fn explore(name: &str, bound: Option<usize>, ends: &[&str], play: Play) {
    let reach = Reach::asked();
    let bound = reach.bound(bound);
    let title = match bound {
        None => format!("{name} (unbounded)"),
        Some(n) => format!("{name} ({n} preemptions)"),
    };
    std::panic::set_hook(Box::new({
        let title = title.clone();
        move |panic| tell_and_exit(&title, panic)
    }));
    let started = Instant::now();
    let ended = end_in_time(title.clone(), reach.most_time());
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = bound;
    builder.max_branches = 5_000;
    builder.check(move || {
        begin(reach.most_executions());
        let end = play();
        *story().ends.entry(end).or_default() += 1;
    });
    drop(ended);
    let Story { executions, ends: met, .. } = &*story();
    let mut declared = ends.to_vec();
    declared.sort_unstable();
    let as_declared =
        if reach == Reach::Short { met.keys().all(|end| ends.contains(end)) } else { met.keys().eq(&declared) };
    if !as_declared {
        eprintln!("{title}: ends in {met:?}, but {declared:?} were declared");
        exit(101);
    }
    eprintln!("{title}: {executions} executions, ends {met:?}; {} ms", started.elapsed().as_millis());
}

/// Nothing of loom's can run for ever, but what a model does between two steps can. Dropping the sender says "ended".
fn end_in_time(title: String, most: Duration) -> mpsc::Sender<()> {
    let (ended, wait) = mpsc::channel();
    std::thread::spawn(move || {
        if wait.recv_timeout(most) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!("{title}: no end after {most:?}");
            exit(101);
        }
    });
    ended
}

fn begin(most: usize) {
    let mut story = story();
    story.steps.clear();
    story.executions += 1;
    let executions = story.executions;
    drop(story); // Before any panic: the hook needs it.
    assert!(executions <= most, "more than {most} executions: give the model a bound");
}

/// The panic hook of a child. It exits, so whatever would panic next while unwinding is never reached.
fn tell_and_exit(title: &str, panic: &PanicHookInfo<'_>) {
    let story = story();
    let what = panic.payload();
    let what = what.downcast_ref::<String>().map(String::as_str).or(what.downcast_ref::<&str>().copied());
    eprintln!("{title}: fails in execution {}", story.executions);
    eprintln!("{}", what.unwrap_or("a panic without words").trim_end());
    // loom's own panics (an absolute path, into the registry) are no news; a failed assertion of the model is.
    if let Some(place) = panic.location().filter(|place| Path::new(place.file()).is_relative()) {
        eprintln!("  at {}:{}", place.file(), place.line());
    }
    story.steps.iter().zip(1..).for_each(|(step, n)| eprintln!("{n:4} {step}"));
    exit(101);
}

/// Writes the next step of the story: who, and what.
///
/// Order in the story is the order of running. Under weak memory that is not always the order of effects: a thread may
/// read, further down, what somebody has overwritten further up.
pub(crate) fn say(what: impl Display) {
    let thread = loom::thread::current();
    let who = thread.name().unwrap_or("main");
    let step = format!("{who:5} {what}"); // Before the mutex: formatting may panic, and the hook needs it.
    story().steps.push(step);
}

/// A second or third thread of the model.
pub(crate) fn thread<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    loom::thread::Builder::new().name(name.into()).spawn(body).expect("loom can always start a thread")
}

/// Polls until ready, as an executor would: when woken, and sometimes for no reason.
pub(crate) fn wait<F: Future>(what: &str, future: F) -> F::Output {
    let mut future = pin!(future);
    loom::future::block_on(std::future::poll_fn(|cx| told(what, future.as_mut().poll(cx))))
}

/// Polls at most twice, with another waker each time, and gives up: that is a cancel, before or after being called.
pub(crate) fn give_up<F: Future>(what: &str, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..2 {
        let once = std::future::poll_fn(|cx| Poll::Ready(told(what, future.as_mut().poll(cx))));
        if let Poll::Ready(output) = loom::future::block_on(once) {
            return Some(output);
        }
    }
    say(format_args!("{what}: gives up"));
    None
}

fn told<T>(what: &str, poll: Poll<T>) -> Poll<T> {
    say(format_args!("{what}: {}", if poll.is_ready() { "ready" } else { "pending" }));
    poll
}

/// A future that was polled once, and is pending: it can go to another thread, and be waited for or dropped there.
pub(crate) struct Pending<T> {
    future: Pin<Box<dyn Future<Output = T> + Send>>,
    bell: Arc<Bell>,
}

/// Somebody's waker, as seen by the model: std's, so it adds no schedules.
struct Bell(AtomicBool);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

impl<T> Pending<T> {
    pub(crate) fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        let bell = Arc::new(Bell(AtomicBool::new(false)));
        let mut future = Box::pin(future);
        let poll = future.as_mut().poll(&mut Context::from_waker(&bell.clone().into()));
        assert!(poll.is_pending(), "the model begins with this future in line");
        Pending { future, bell }
    }

    /// Whether its first waker was woken.
    pub(crate) fn was_woken(&self) -> bool {
        self.bell.0.load(Relaxed)
    }

    /// Polls until ready, with a waker of its own: the one of the first poll is old by then.
    pub(crate) fn wait(&mut self, what: &str) -> T {
        wait(what, &mut self.future)
    }

    /// Polls at most twice, with another waker each time, and drops it.
    pub(crate) fn give_up(self, what: &str) -> Option<T> {
        give_up(what, self.future)
    }
}
