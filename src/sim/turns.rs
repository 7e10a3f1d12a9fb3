//! Whose turn it is: the gate's grants, the picks of a play, and the order in which left-overs go.

use super::gate::{Move, Now};
use super::state::{Phase, State, Stop};
use crate::host::SeatId;
use std::backtrace::Backtrace;
use std::task::Waker;

impl State {
    fn now(&mut self) -> Now {
        Now { entries: self.journal.entries(), ms: self.now_ms() }
    }

    /// Grants the gate to the seat that is chosen, and returns how to call it. `None`: nobody is, for now.
    pub(super) fn grant(&mut self) -> Option<Waker> {
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

    /// Tasks of ours that are alive; the runtime counts all. A seat counts once it has been polled on its own: until
    /// then it may be no task, and at a run's end every task has been.
    pub(super) fn arrived(&self) -> usize {
        self.seats.iter().filter(|seat| seat.live && seat.waker.is_some()).count()
    }

    /// The runtime has so many tasks, at some moment of the play: more than there are seats, and one driver, are strays.
    pub(super) fn counts_tasks(&mut self, alive: usize) {
        if self.phase == Phase::Playing {
            self.strays = self.strays.max(alive.saturating_sub(self.live + 1));
            self.unsettled |= self.strays > 0; // a stray tells nobody whom it wakes, or that it waits
        }
    }

    // ---- after the end ----

    /// The next to leave, in the order in which they were spawned, and how to call it.
    pub(super) fn next_to_leave(&mut self) -> Option<Waker> {
        let next = self.first_untold()?;
        self.phase = Phase::Leaving(next);
        self.waker_of(next)
    }

    /// Those who began, have not ended, and are polled on their own: the ones whose await sites can be looked for.
    pub(super) fn probeable(&self) -> Vec<SeatId> {
        self.alive().filter(|&seat| self.waker_of(seat).is_some()).collect()
    }

    /// The body that is being probed does something: it was not waiting.
    pub(super) fn moves(&mut self) {
        self.sights.moved |= matches!(self.phase, Phase::Probing(_)) && !self.inside.is_empty();
    }

    /// The probe's waker is cloned, by the task whose code runs now.
    pub(super) fn sees_a_clone(&mut self, from: Backtrace) {
        if let (Phase::Probing(_), Some(seat)) = (&self.phase, self.current()) {
            self.sights.sees(seat, from);
        }
    }

    /// A body has been polled with the probe's waker. One that is polled within another's may have ended.
    pub(super) fn probed(&mut self, seat: SeatId, pending: bool) {
        self.sights.moved |= !pending;
        self.activity += 1;
        if !pending && Phase::Probing(seat) != self.phase {
            self.removes(seat);
        }
    }

    /// This seat is to be polled once more, to see where it waits.
    pub(super) fn begins_to_probe(&mut self, seat: SeatId) -> Option<Waker> {
        self.phase = Phase::Probing(seat);
        self.waker_of(seat)
    }
}
