//! Whose turn it is: the gate's grants, the picks of a play, and the order in which left-overs go.

use super::gate::{Gate, Move, Now};
use super::state::{Phase, State, Stop};
use crate::host::SeatId;
use crate::trace::Name;
use std::backtrace::Backtrace;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::task::Waker;

impl State {
    fn now(&mut self) -> Now {
        Now { entries: self.journal.entries(), ms: self.now_ms() }
    }

    /// Grants the gate to the seat that is chosen, and returns how to call it. `None`: nobody is, for now.
    pub(super) fn grant(&mut self) -> Option<Arc<Waker>> {
        if self.phase != Phase::Playing {
            return None;
        }
        let now = self.now();
        match self.gate.as_mut()?.choose(now) {
            Move::Let(seat) => {
                self.step += 1;
                self.waker_of(seat)
            }
            Move::Tick => {
                self.step += 1;
                None
            }
            Move::Rest => None,
        }
    }

    /// The task that runs now asks which of `n` ways to go. The first, where nobody explores.
    pub(super) fn picks(&mut self, n: usize, why: &'static str) -> usize {
        let now = self.now();
        match self.gate.as_mut().filter(|_| self.phase == Phase::Playing) {
            Some(gate) => {
                self.step += 1;
                gate.pick(n, why, now)
            }
            None => 0,
        }
    }

    /// Whether the runtime should park once more before everybody who was woken can be said to have arrived.
    pub(super) fn may_hide_somebody(&mut self) -> bool {
        std::mem::take(&mut self.unsettled)
    }

    /// Nothing ran, and the clock is at the end of its way.
    pub(super) fn reaches_the_horizon(&mut self) {
        if let Some(gate) = self.gate.as_mut().filter(|_| self.phase == Phase::Playing) {
            gate.overshoots();
        }
        self.stop(Stop::Far { stirred: false });
    }

    // ---- strays ----

    /// The executor polls this seat in that task; no longer, if it is none.
    pub(super) fn is_polled_by(&mut self, seat: SeatId, task: Option<tokio::task::Id>) {
        let before = std::mem::replace(&mut self.seats[seat.0].task, task);
        if before == task {
            return;
        }
        if let Some(Entry::Occupied(mut seats)) = before.map(|before| self.tasks.entry(before)) {
            *seats.get_mut() -= 1;
            if *seats.get() == 0 {
                seats.remove();
            }
        }
        if let Some(task) = task {
            *self.tasks.entry(task).or_default() += 1;
        }
    }

    /// The executor's tasks that are ours, and alive: those that poll a seat on its own. A seat that was never polled so
    /// may be no task; and a task may poll several.
    pub(super) fn arrived(&self) -> usize {
        self.tasks.len()
    }

    /// The runtime has so many tasks, one of them the driver, at a moment at which all that were spawned have arrived:
    /// whatever else there is are strays.
    pub(super) fn counts_tasks_at_rest(&mut self, alive: usize) {
        self.strays = self.strays.max(alive.saturating_sub(self.arrived() + 1));
    }

    /// The same at any moment of the play: more tasks than seats, and one driver, are strays for sure.
    pub(super) fn counts_tasks(&mut self, alive: usize) {
        if self.phase == Phase::Playing {
            self.strays = self.strays.max(alive.saturating_sub(self.live + 1));
            self.unsettled |= self.strays > 0; // a stray tells nobody whom it wakes, or that it waits
        }
    }

    /// A late tick ends with whatever a timer wakes. A stray does not say that it was woken, so beside one a tick ends
    /// when the clock has moved.
    pub(super) fn ticks_beside_strays(&self) -> bool {
        self.strays > 0 && self.gate.as_ref().is_some_and(Gate::is_ticking)
    }

    // ---- after the end ----

    /// The next to leave, in the order in which they were spawned, and how to call it.
    pub(super) fn next_to_leave(&mut self) -> Option<Arc<Waker>> {
        let next = self.first_untold()?;
        self.phase = Phase::Leaving(next);
        self.waker_of(next)
    }

    /// Those who began, have not ended, are polled on their own, and wait: the ones whose await sites can be looked for.
    pub(super) fn probeable(&self) -> Vec<SeatId> {
        let waits = |seat: &SeatId| self.seats[seat.0].waker.is_some() && !self.seats[seat.0].runnable;
        self.alive().filter(waits).collect()
    }

    /// This seat is to be polled once more, to see where it waits.
    pub(super) fn begins_to_probe(&mut self, seat: SeatId) -> Option<Arc<Waker>> {
        self.phase = Phase::Probing(seat);
        self.waker_of(seat)
    }

    /// A body has been polled with the probe's waker. One that is polled within another's may have ended.
    pub(super) fn probed(&mut self, seat: SeatId, pending: bool) {
        self.sights.ended |= !pending;
        self.activity += 1;
        if !pending && Phase::Probing(seat) != self.phase {
            self.removes(seat);
        }
    }

    /// Whether this poll, the seat's so-manieth, is the one to be watched.
    pub(super) fn is_watched(&mut self, seat: SeatId, polls: usize) -> bool {
        self.phase == Phase::Playing && self.sights.watches(seat, polls)
    }

    /// A watched waker is cloned, by the task whose code runs now.
    pub(super) fn sees_a_clone(&mut self, from: Backtrace) {
        if let Some(seat) = self.current() {
            self.sights.sees(matches!(self.phase, Phase::Probing(_)), seat, from);
        }
    }

    /// Those who are tasks, and have not had their first poll.
    pub(super) fn never_begun(&self) -> Vec<Name> {
        let waits = self.seats.iter().filter(|seat| seat.live && !seat.started && seat.waker.is_some());
        waits.map(|seat| seat.name.clone()).collect()
    }

    /// How many times each body was polled.
    pub(super) fn polls(&self) -> Vec<usize> {
        self.seats.iter().map(|seat| seat.polls).collect()
    }
}
