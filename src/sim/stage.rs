//! The world that a run puts around its tasks: the state behind a lock, as `host` and `shim::observe` see it.

use super::state::State;
use super::worker;
use crate::host::{For, Job, Polled, SeatId, Turn, Worker, World};
use crate::shim::observe::{Observer, Site, Thing};
use std::any::Any;
use std::panic::Location;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::Waker;
use tokio::runtime::Handle;

/// One run's world. The lock is never held while foreign code runs.
pub(super) struct Stage {
    state: Mutex<State>,
    pool: OnceLock<Arc<dyn Any + Send + Sync>>,
    /// Whether panics print nothing, also those of threads.
    quiet: bool,
}

impl Stage {
    pub(super) fn new(state: State, quiet: bool) -> Self {
        Self { state: Mutex::new(state), pool: OnceLock::new(), quiet }
    }

    /// Looks at the state, or changes it; afterwards, unlocked, wakes the driver and drops the wakers that it left.
    pub(super) fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        // A poisoned state is one whose own code panicked: the panic is on its way to the caller already.
        let mut state = self.state.lock().unwrap_or_else(|poison| poison.into_inner());
        let result = act(&mut state);
        let drop_later = std::mem::take(&mut state.drop_later);
        let driver = if std::mem::take(&mut state.driver_due) { state.driver.clone() } else { None };
        drop(state);
        if let Some(driver) = driver {
            driver.wake_by_ref();
        }
        drop(drop_later);
        result
    }
}

impl World for Stage {
    fn born(&self, name: &str, quiet: bool, site: Option<&'static Location<'static>>) -> (SeatId, Arc<str>) {
        self.with(|state| state.born(name, quiet, site))
    }

    fn arrives(&self, seat: SeatId, waker: &Waker) -> Turn {
        let waker = Arc::new(waker.clone()); // foreign code: before the lock, and never again under it
        let task = tokio::task::try_id();
        self.with(|state| state.arrives(seat, waker, task))
    }

    fn enters(&self, seat: SeatId) {
        self.with(|state| state.enters(seat));
    }

    fn exits(&self, seat: SeatId) {
        self.with(|state| state.exits(seat));
    }

    fn polled(&self, seat: SeatId, how: Polled) {
        let alive = Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        self.with(|state| {
            state.counts_tasks(alive);
            state.polled(seat, how);
        });
    }

    fn begins(&self, seat: SeatId) {
        self.with(|state| state.begins(seat));
    }

    fn watch(self: Arc<Self>, inner: Waker) -> Waker {
        super::watch::waker(self, inner)
    }

    fn probed(&self, seat: SeatId, pending: bool) {
        self.with(|state| state.probed(seat, pending));
    }

    fn gone(&self, seat: SeatId, panic: Option<String>) {
        self.with(|state| state.gone(seat, panic));
    }

    fn woken(&self, seat: SeatId) {
        self.with(|state| state.woken(seat));
    }

    fn asked_to_cancel(&self, seat: SeatId) {
        self.with(|state| state.asked_to_cancel(seat));
    }

    fn ends_as_cancelled(&self) {
        self.with(State::ends_as_cancelled);
    }

    fn ends_as_failed(&self, why: String) {
        self.with(|state| state.ends_as_failed(why));
    }

    fn hops(&self) -> bool {
        self.with(|state| state.gate.is_none())
    }

    fn speaker(&self) -> Option<Arc<str>> {
        self.with(|state| state.current().map(|seat| state.name_of(seat).as_str().into()))
    }

    fn hire(self: Arc<Self>, job: Job) -> Box<dyn Worker> {
        let speaker = self.with(|state| state.current());
        let quiet = self.quiet;
        Box::new(worker::hire(self, speaker, quiet, job))
    }

    fn pool(&self) -> &OnceLock<Arc<dyn Any + Send + Sync>> {
        &self.pool
    }

    fn waits(&self, what: For) -> u64 {
        self.with(|state| state.waits(what))
    }

    fn leaves(&self, wait: u64) {
        self.with(|state| state.leaves(wait));
    }

    fn says(&self, what: String, site: &'static Location<'static>) {
        self.with(|state| state.says(what, site));
    }

    fn picks(&self, n: usize, why: &'static str) -> usize {
        self.with(|state| state.picks(n, why))
    }
}

impl Observer for Stage {
    fn waits(&self, thing: Thing, site: Site) -> u64 {
        self.with(|state| state.waits_for_thing(thing, site))
    }

    fn leaves(&self, wait: u64) {
        self.with(|state| state.leaves(wait));
    }

    fn holds(&self, thing: Thing, site: Site) {
        self.with(|state| state.holds(thing, site));
    }

    fn frees(&self, thing: Thing) {
        self.with(|state| state.frees(thing));
    }
}
