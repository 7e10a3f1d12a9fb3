//! Drives one run: lets the play go, notices each of its ends, and sees the left-overs off.

use super::gate::{Chooser, Gate};
use super::probe::look_for_sites;
use super::quiet;
use super::stage::Stage;
use super::state::{Phase, State, Stop};
use super::{End, Run, Sim};
use crate::host::{self, turn};
use crate::shim::observe;
use crate::trace::Name;
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::task::{JoinHandle, unconstrained, yield_now};
use tokio::time::timeout;

/// Later than any timer that a program means, and earlier than 30 years, which is where tokio puts `Duration::MAX`.
const NEVER: Duration = Duration::from_secs(20 * 365 * 24 * 60 * 60);

/// The farthest horizon: with `NEVER` beyond it the sum stays below tokio's own "never".
pub(super) const MOST: Duration = Duration::from_secs(5 * 365 * 24 * 60 * 60);

/// Who runs next, when several tasks could.
pub(crate) enum Pace {
    /// tokio's own order: first woken, first polled.
    Free,
    /// Somebody chooses, each time: one seat is let in, and polled once.
    Chosen {
        /// Whether `main` is among those chosen from, or runs whenever it can.
        main_competes: bool,
        /// Whoever chooses.
        chooser: Box<dyn Chooser>,
        /// Whether the play's panics print nothing.
        quiet: bool,
    },
}

/// One run of `play` on a runtime of its own.
#[track_caller]
pub(crate) fn run_at<F, Fut>(sim: &Sim, pace: Pace, play: F) -> Run<Fut::Output>
where
    F: FnOnce() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    assert!(
        Handle::try_current().is_err(),
        "a run has a runtime of its own and cannot start inside another: call it from a plain #[test] or fn main, \
         not from #[tokio::test] or a task"
    );
    let (gate, quiet) = match pace {
        Pace::Free => (None, false),
        Pace::Chosen { main_competes, chooser, quiet } => (Some(Gate::new(main_competes, chooser)), quiet),
    };
    let _quiet = quiet.then(quiet::panics);
    let stage = Arc::new(Stage::new(State::new(sim, gate), quiet));
    let _world = host::enter(stage.clone());
    let _watched = observe::watch(stage.clone());

    let parks = stage.clone();
    let runtime = Builder::new_current_thread()
        .enable_time() // and no IO driver: nothing from outside
        .start_paused(true)
        // Polls the driver only when the queue is empty, not in its middle: fewer rounds until `settle` sees it complete.
        .event_interval(1 << 30)
        // What a thread in lock-step spawns stands in a queue of its own: looked at each turn, not each 31st, or the place of
        // a task would depend on how many turns there were before.
        .global_queue_interval(1)
        .on_thread_park(move || parks.with(State::parks))
        .build()
        .expect("a runtime with nothing but a clock asks the system for nothing");
    let (end, strays, never_begun) = runtime.block_on(conduct(&stage, sim, play));
    stage.with(State::close);
    drop(runtime);

    stage.with(|state| {
        let (trace, untold) = state.journal.close();
        let unheard = quiet::unheard();
        Run { trace, end, strays, aborts: state.aborts, untold, never_begun, unheard, polls: state.polls() }
    })
}

/// The whole run, as the future that the runtime blocks on.
async fn conduct<F, Fut>(stage: &Arc<Stage>, sim: &Sim, play: F) -> (End<Fut::Output>, usize, Vec<Name>)
where
    F: FnOnce() -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    stage.with(State::start);
    // Spawned, so that main is one task among others; unconstrained, because tokio's budget of 128 operations would
    // switch tasks where CPython does not.
    let chair = host::Chair::main();
    let made = chair.make(play);
    let main = tokio::spawn(unconstrained(chair.seat(made)));
    // A task too: its turn in the run queue comes when everybody before it has had one, which is how it knows that they
    // have. (Polled by the runtime itself it would have to let the runtime park each time, which costs half of a run.)
    let mut driver = tokio::spawn(unconstrained(drive(stage.clone())));
    let mut driven = timeout(sim.limits.horizon.min(MOST), &mut driver).await;
    if driven.is_err() {
        stage.with(State::reaches_the_horizon);
        driven = Ok(driver.await); // it sees that the run has stopped
        // Nobody is polled now. If a timer fires before the end of time, something was still ticking.
        let _ = timeout(NEVER, until(stage, |state| state.phase == Phase::Stopped(Stop::Far { stirred: true }))).await;
    }
    if let Ok(Err(died)) = driven
        && let Ok(panic) = died.try_into_panic()
    {
        std::panic::resume_unwind(panic); // somebody's waker panicked when the driver called it, or a mistake of ours
    }
    let mut end = end_of(stage, main).await;
    let alive = Handle::current().metrics().num_alive_tasks();
    let strays = stage.with(|state| state.strays.max(alive.saturating_sub(state.arrived())));
    if let (true, End::Deadlock(stuck) | End::Horizon(stuck)) = (sim.sites, &mut end) {
        look_for_sites(stage, stuck).await;
    }
    let never_begun = stage.with(|state| state.never_begun());
    see_off(stage).await;
    (end, strays, never_begun)
}

/// Lets the play go until it stops. Explored, it grants one seat at a time, when all that were woken have arrived.
async fn drive(stage: Arc<Stage>) {
    let gated = stage.with(|state| state.gate.is_some());
    loop {
        if gated {
            settle(&stage).await;
        }
        // Nobody is chosen once the run has stopped: a choice that is never taken would be counted as a schedule.
        let alive = Handle::current().metrics().num_alive_tasks();
        let next = stage.with(|state| {
            if gated {
                state.counts_tasks_at_rest(alive);
            }
            (state.phase == Phase::Playing).then(|| (state.activity, state.grant()))
        });
        let Some((seen, next)) = next else { return };
        match next {
            Some(granted) => granted.wake_by_ref(), // it arrives while we settle
            None => until(&stage, |state| state.activity != seen).await,
        }
    }
}

/// Waits until every task that was woken has reached its seat.
///
/// Without it schedules vanish silently: a task that used tokio's `yield_now` is woken later than the others, and the
/// set of those who could run is taken without it. Only the multinomial table (`tests/it/explore/counts.rs`) notices.
pub(super) async fn settle(stage: &Stage) {
    loop {
        // Whoever stands on tokio's side list, or waits for a timer that is due, is woken when the runtime parks. It parks
        // when its queue is empty, and this task has put itself on that list: there and back, and they stand in the queue.
        if stage.with(State::may_hide_somebody) {
            yield_now().await;
        }
        // A turn in the queue: all that stood in it before have had theirs.
        let seen = stage.with(|state| state.activity);
        turn().await;
        if stage.with(|state| state.activity == seen && !state.unsettled) {
            return;
        }
    }
}

/// Waits, without polling again and again, until the state is so. Whatever may make it so calls the driver.
async fn until(stage: &Stage, so: impl Fn(&State) -> bool) {
    poll_fn(|cx| {
        let waker = Arc::new(cx.waker().clone());
        stage.with(|state| {
            state.drop_later.extend(state.driver.replace(waker));
            if !so(state) {
                return Poll::Pending;
            }
            // Called from now on, the driver would be woken in the middle of `settle`, before the runtime has parked.
            state.drop_later.extend(state.driver.take());
            Poll::Ready(())
        })
    })
    .await;
}

/// How the run ended.
async fn end_of<T>(stage: &Stage, main: JoinHandle<T>) -> End<T> {
    let why = stage.with(|state| match &state.phase {
        Phase::Stopped(why) => why.clone(),
        phase => unreachable!("the driver returns when the run has stopped, not when it is {phase:?}"),
    });
    match why {
        Stop::Spin(seat) => End::Spin(stage.with(|state| state.name_of(seat))),
        Stop::Flood(task) => End::Flood(task),
        Stop::Ticks | Stop::Far { stirred: true } => End::Horizon(stage.with(|state| state.stuck())),
        Stop::Far { stirred: false } => End::Deadlock(stage.with(|state| state.stuck())),
        Stop::MainEnded(Some(message)) => End::Panicked { task: Name::from("main"), message },
        Stop::MainEnded(None) => match main.await {
            Ok(value) => End::Done(value),
            Err(error) => End::Panicked { task: Name::from("main"), message: error.to_string() },
        },
    }
}

/// Tells each left-over to go, in the order in which they were spawned, and waits until it has.
///
/// Never leave that to the runtime's drop: its order hangs on process-global task numbers, and one play gave two traces
/// in a hundred runs.
async fn see_off(stage: &Stage) {
    while let Some(waker) = stage.with(State::next_to_leave) {
        waker.wake_by_ref();
        settle(stage).await;
    }
}
