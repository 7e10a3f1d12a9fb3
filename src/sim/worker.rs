//! Threads in lock-step with a run: a real one runs while the loop's thread waits for it, until it sleeps or has finished.
//!
//! So a run with threads is as deterministic as one without, and an exploration chooses when each goes on. The two hand one
//! token to and fro:
//!
//! | whose turn | who waits | comes next |
//! |---|---|---|
//! | the worker's | the loop's thread, in `resume` | `Loop`, when the job sleeps (`block_for`) or is over |
//! | the loop's | the worker, in `block_for` | `Worker`, by `resume`; `Released`, when the run ends before the job does |

use super::quiet;
use super::stage::Stage;
use crate::host::{self, Job, LeftOver, SeatId, Step, Worker};
use crate::shim::observe;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::Waker;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::runtime::Handle;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Worker,
    Loop(Step),
    /// The run is over, and the job is to unwind.
    Released,
}

struct Token {
    turn: Mutex<Turn>,
    changed: Condvar,
    /// Whom the job has woken in its last turn.
    woken: Mutex<Vec<Waker>>,
}

impl Token {
    fn set(&self, turn: Turn) {
        *self.turn.lock().unwrap_or_else(|poison| poison.into_inner()) = turn;
        self.changed.notify_all();
    }

    /// Gives the turn to the loop for so long, and returns when it comes back, or the run is over: a job that unwinds may
    /// sleep once more (in a destructor), and nobody would give it another turn.
    fn sleeps(&self, duration: Duration) -> Turn {
        let mut turn = self.turn.lock().unwrap_or_else(|poison| poison.into_inner());
        if *turn != Turn::Released {
            *turn = Turn::Loop(Step::Sleeps(duration));
            self.changed.notify_all();
        }
        drop(turn);
        self.wait_while(|turn| matches!(turn, Turn::Loop(_)))
    }

    /// Wakes whom the job has woken. On the loop's thread.
    fn wake_all(&self) {
        let woken = std::mem::take(&mut *self.woken.lock().unwrap_or_else(|poison| poison.into_inner()));
        woken.into_iter().for_each(Waker::wake);
    }

    /// Waits while it is so, and returns what it is then.
    fn wait_while(&self, so: impl Fn(Turn) -> bool) -> Turn {
        let turn = self.turn.lock().unwrap_or_else(|poison| poison.into_inner());
        *self.changed.wait_while(turn, |turn| so(*turn)).unwrap_or_else(|poison| poison.into_inner())
    }
}

/// The loop's side of a thread.
pub(super) struct Lockstep {
    token: Arc<Token>,
    /// Not begun yet.
    job: Option<(Job, Me)>,
    thread: Option<JoinHandle<()>>,
}

/// The worker's side: who it is while its code runs.
#[derive(Clone)]
struct Me {
    token: Arc<Token>,
    stage: Arc<Stage>,
    quiet: bool,
    /// Whose clock it is. (Outside its runtime tokio tells the real time.)
    runtime: Handle,
    /// While the job has the turn: how many run below it. While it has not: who runs in it, the innermost last. (It may poll a
    /// seat, and sleep in that.)
    inside: Arc<Mutex<(usize, Vec<SeatId>)>>,
}

thread_local! {
    static ME: RefCell<Option<Me>> = const { RefCell::new(None) };
}

/// A thread for `job`, which says what it says in the name of `speaker`.
pub(super) fn hire(stage: Arc<Stage>, speaker: Option<SeatId>, quiet: bool, job: Job) -> Lockstep {
    let token = Arc::new(Token { turn: Mutex::new(Turn::Worker), changed: Condvar::new(), woken: Mutex::default() });
    let inside = Arc::new(Mutex::new((0, speaker.into_iter().collect())));
    let me = Me { token: token.clone(), stage, quiet, runtime: Handle::current(), inside };
    Lockstep { token, job: Some((job, me)), thread: None }
}

impl Worker for Lockstep {
    fn resume(&mut self) -> Step {
        match self.job.take() {
            None => self.token.set(Turn::Worker),
            Some((job, me)) => {
                let thread = Builder::new().name("to_thread".into()).spawn(move || me.works(job));
                self.thread = Some(thread.expect("the system has a thread left"));
            }
        }
        let Turn::Loop(step) = self.token.wait_while(|turn| turn == Turn::Worker) else {
            unreachable!("only the loop's side releases a worker, when it goes")
        };
        if step == Step::Done {
            self.joins();
        }
        self.token.wake_all();
        step
    }
}

impl Lockstep {
    fn joins(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // its own panics are caught; no thread outlives its run
        }
    }
}

impl Drop for Lockstep {
    fn drop(&mut self) {
        if let Some((job, me)) = self.job.take() {
            me.enters(); // what it took with it is dropped as the task's own doing
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(job)));
            me.exits();
            if let (Err(panic), false) = (dropped, std::thread::panicking()) {
                resume_unwind(panic);
            }
        }
        if self.thread.is_some() {
            self.token.set(Turn::Released);
            self.joins();
            self.token.wake_all();
        }
    }
}

impl Me {
    /// The whole life of the thread.
    fn works(self, job: Job) {
        struct HandsBack(Arc<Token>);
        impl Drop for HandsBack {
            fn drop(&mut self) {
                self.0.set(Turn::Loop(Step::Done));
            }
        }
        let _hands_back = HandsBack(self.token.clone());
        let _quiet = self.quiet.then(quiet::panics);
        let _runtime = self.runtime.enter();
        host::keep_wakes();
        let _world = host::enter(self.stage.clone());
        let _watched = observe::watch(self.stage.clone());
        ME.set(Some(self.clone()));
        self.enters();
        let _ = catch_unwind(AssertUnwindSafe(job));
        self.exits();
        host::keep_no_wakes();
        ME.take();
    }

    fn inside(&self) -> MutexGuard<'_, (usize, Vec<SeatId>)> {
        self.inside.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    // `Stage::with` runs foreign code when it has unlocked, so `inside` is not locked around it.

    fn enters(&self) {
        let mut ours = std::mem::take(&mut self.inside().1);
        let below = self.stage.with(|state| {
            let below = state.inside.len();
            state.inside.append(&mut ours);
            below
        });
        self.inside().0 = below;
    }

    fn exits(&self) {
        let below = self.inside().0;
        let ours = self.stage.with(|state| {
            // Whom the job has spawned stands in the queue for other threads, which the loop looks at when it parks.
            state.unsettled = true;
            state.inside.split_off(below)
        });
        self.inside().1 = ours;
        let woken = host::kept_wakes();
        self.token.woken.lock().unwrap_or_else(|poison| poison.into_inner()).extend(woken);
    }
}

/// If this is a worker's thread: sleeps in the run's time, and returns `true`.
pub(super) fn block_for(duration: Duration) -> bool {
    let Some(me) = ME.with(|me| me.borrow().clone()) else { return false };
    if duration.is_zero() {
        return true;
    }
    me.exits();
    let turn = me.token.sleeps(duration);
    me.enters();
    // Not out of a destructor that runs because the job unwinds already: that would abort the process.
    if turn == Turn::Released && !std::thread::panicking() {
        resume_unwind(Box::new(LeftOver)); // no panic: nothing is printed
    }
    true
}
