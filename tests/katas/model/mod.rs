//! Models of a learner's file: loom runs it in every order of its atomic steps, and the first that fails is told.
//!
//! loom reports by a panic, and to unwind from there often meets a second one, which aborts. So nobody unwinds: a
//! model runs on a thread of its own, and at its first panic the hook tells what is wrong and puts that thread to
//! sleep for good. The process is the kata's own, and ends soon.
#![allow(unreachable_pub, reason = "it reads like a library, and is mounted in two programs")]

mod calling;
#[allow(unused_imports, reason = "a learner's file takes what it needs")]
pub mod plain;
mod seen;
mod story;
#[allow(dead_code, unused_imports, reason = "a learner's file takes what it needs")]
pub mod watched;

use async_kata::kata::{Cause, Check, Wrong};
use std::cell::RefCell;
use std::future::Future;
use std::panic::{self, PanicHookInfo};
use std::pin::pin;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use story::{begins, say, sleeps, tells, wakes_up};

pub use calling::{calls_when_dropped, calls_when_woken, must_call};
pub use loom::thread::JoinHandle;
pub use seen::{if_only_the_shim, only_the_shim};

/// More executions than this are not looked at: a model of this set has some hundreds.
const MOST: usize = 5_000;

/// More steps than this, in one execution, are a circle.
const MOST_STEPS: usize = 1_000;

/// A small program of two or three threads on a learner's file.
#[derive(Clone, Copy)]
pub struct Model {
    pub name: &'static str,
    pub says: &'static str,
    pub expected: &'static str,
    /// How often, at most, a thread that could go on must let another go first.
    pub preemptions: usize,
    pub play: fn(),
}

impl Model {
    /// As a check. `source` is the learner's file: if it uses what loom cannot see, nothing is explored.
    pub fn check(self, points: u32, source: &'static str) -> Check {
        let check = Check::new(self.name, points, self.says, move || {
            self.explore().map_err(|wrong| wrong.expected(self.expected))
        });
        if_only_the_shim(check, source)
    }

    fn explore(self) -> Result<(), Wrong> {
        static HOOK: Once = Once::new();
        HOOK.call_once(hear);
        let (tell, told) = mpsc::channel();
        let explorer = thread::Builder::new().name(self.name.into()).spawn(move || {
            TELL.set(Some(tell));
            let mut builder = loom::model::Builder::new();
            builder.preemption_bound = Some(self.preemptions);
            builder.max_branches = MOST_STEPS;
            builder.check(move || match begins(self.preemptions) {
                n if n > MOST => self.has_explored("the first ", MOST),
                _ => (self.play)(),
            });
            self.has_explored("", begins(self.preemptions) - 1);
        });
        explorer.map_err(|error| Wrong::new(Cause::Outcome, format!("a model cannot be started: {error}")))?;
        told.recv().unwrap_or_else(|_| Err(Wrong::new(Cause::Abort, "the thread of a model was ended")))
    }

    /// Nothing is wrong, so far as was looked.
    fn has_explored(self, first: &str, executions: usize) -> ! {
        println!("{}: explored {first}{executions} executions, {} preemptions at most", self.name, self.preemptions);
        end(Ok(()))
    }
}

thread_local! {
    /// On the thread of a model: whoever waits for what it finds.
    static TELL: RefCell<Option<Sender<Result<(), Wrong>>>> = const { RefCell::new(None) };
}

/// Says what was found, and never returns: what loom and the learner's file hold is not dropped any more.
fn end(found: Result<(), Wrong>) -> ! {
    let tell = TELL.take();
    if let Some(tell) = tell {
        let _ = tell.send(found); // nobody waits: nobody needs it
    }
    loop {
        thread::park();
    }
}

/// Puts a hook before the one of the process: it hears the panics of models.
fn hear() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if TELL.with_borrow(Option::is_some) {
            end(Err(story::wrong(cause_and_message(panic))));
        }
        others(panic);
    }));
}

/// loom's own words name its insides; these name what they mean.
fn cause_and_message(panic: &PanicHookInfo<'_>) -> (Cause, String) {
    let text = panic.payload().downcast_ref::<String>().map(String::as_str);
    let text = text.or(panic.payload().downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    if text.starts_with("deadlock; threads = ") {
        return (Cause::Deadlock, story::who_waits());
    }
    if text.starts_with("Model exceeded maximum number of branches") {
        return (Cause::Spin, format!("in circles: {MOST_STEPS} steps, and no end"));
    }
    let place = panic.location().map(|place| (place.file().replace('\\', "/").replace("/./", "/"), place.line()));
    match place {
        Some((file, line)) if file.starts_with("tests/") => {
            (Cause::Panic, format!("it panicked at {file}:{line}: {text}"))
        }
        _ if text.contains("leaked") => {
            (Cause::Leak, "a waker is kept though nothing is left that could wake it".into())
        }
        _ => (Cause::Panic, format!("loom cannot go on: {}", text.lines().next().unwrap_or_default())),
    }
}

/// What must hold in every execution; if not, that is what is wrong.
pub fn must(holds: bool, message: &str) {
    if !holds {
        end(Err(story::wrong((Cause::Outcome, message.into()))));
    }
}

/// Without the explorer's advice to use primitives that it knows: what it looks at is the learner's own.
pub fn your_own(mut wrong: Wrong, what: &str) -> Wrong {
    let lines = wrong.happened.lines().filter(|line| !line.contains("tokio's locks and channels"));
    wrong.happened = lines.map(|line| format!("{line}\n")).collect();
    let unknown = "something unknown: none of our primitives (a tokio Mutex, a channel, ...)";
    wrong.happened = wrong.happened.replace(unknown, what);
    wrong
}

/// A second or third thread.
pub fn thread<T: Send + 'static>(name: &str, body: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    loom::thread::Builder::new().name(name.into()).spawn(body).expect("loom can always start a thread")
}

/// Calls something, and tells when it began and when it was over.
pub fn calls<T>(what: &str, call: impl FnOnce() -> T) -> T {
    say(format_args!("calls {what}"));
    let returned = call();
    say(format_args!("{what} is over"));
    returned
}

/// Polls until it is ready, as an executor does: when woken, and sometimes for no reason.
pub fn wait<F: Future>(future: F) -> F::Output {
    let (mut future, mut polls) = (pin!(future), 0);
    loom::future::block_on(std::future::poll_fn(|cx| {
        wakes_up();
        polls += 1;
        let polled = tells_of(polls, |cx| future.as_mut().poll(cx), cx);
        if polled.is_pending() {
            sleeps(polls);
        }
        polled
    }))
}

/// Polls once, and then drops it, ready or not.
pub fn gives_up<F: Future>(future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let once = std::future::poll_fn(|cx| Poll::Ready(tells_of(1, |cx| future.as_mut().poll(cx), cx)));
    if let Poll::Ready(output) = loom::future::block_on(once) {
        return Some(output);
    }
    say("gives up: its future is dropped");
    drop(future);
    say("is gone");
    None
}

fn tells_of<T>(nth: usize, poll: impl FnOnce(&mut Context<'_>) -> Poll<T>, cx: &mut Context<'_>) -> Poll<T> {
    say(format_args!("poll {nth} begins"));
    let waker = Waker::from(Arc::new(Bell { name: tells(), waker: cx.waker().clone() }));
    let polled = poll(&mut Context::from_waker(&waker));
    say(format_args!("poll {nth}: {}", if polled.is_ready() { "ready" } else { "pending" }));
    polled
}

/// A waker that tells whom it wakes.
struct Bell {
    name: String,
    waker: Waker,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        say(format_args!("wakes {}", self.name));
        self.waker.wake_by_ref();
    }
}
