//! What a run knows: its seats, its clock, its trace, and whether it goes on.

use super::gate::Gate;
use super::journal::{Journal, Written};
use super::ledger::Ledger;
use super::seats::Seated;
use super::watch::Sights;
use super::{Limits, Sim};
use crate::host::SeatId;
use crate::trace::{Entry, Name, What};
use std::collections::HashMap;
use std::panic::Location;
use std::sync::Arc;
use std::task::Waker;
use tokio::time::Instant;

/// Whether bodies are polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Yes. Next: `Stopped`.
    Playing,
    /// No longer; seats that arrive wait. Next: `Probing`, or `Leaving`.
    Stopped(Stop),
    /// The run is stuck, and this one is polled once more to see where it waits. Nothing is written down. Next: another's
    /// probe, or `Leaving`.
    Probing(SeatId),
    /// The left-overs go, and it is this one's turn. Next: another's turn, or `Closed`.
    Leaving(SeatId),
    /// Nothing is written down any more: the runtime is being dropped, in an order that is no promise.
    Closed,
}

/// Why a run stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// `main` returned, or panicked with this message.
    MainEnded(Option<String>),
    Spin(SeatId),
    /// Whoever spoke: a stray has no seat.
    Flood(Name),
    /// Too many ticks without an entry.
    Ticks,
    /// The clock reached the horizon. Whether anything still ticks is not yet known.
    Far {
        stirred: bool,
    },
}

pub(super) struct State {
    pub(super) limits: Limits,
    pub(super) phase: Phase,
    pub(super) gate: Option<Gate>,
    pub(super) journal: Journal,
    pub(super) aborts: usize,
    pub(super) strays: usize,
    /// Explored: how many choices were made. Otherwise: how many polls of tasks there were.
    pub(super) step: usize,
    /// Grows with everything that the driver may have to look at.
    pub(super) activity: u64,
    /// Somebody may be woken only when the runtime parks: on tokio's side list, or by a timer that is due.
    pub(super) unsettled: bool,
    pub(super) driver: Option<Arc<Waker>>,
    /// The driver is to be woken, and these wakers dropped, once the state is unlocked: both are foreign code.
    pub(super) driver_due: bool,
    pub(super) drop_later: Vec<Arc<Waker>>,

    pub(super) start: Option<Instant>,
    pub(super) clock_ms: u64,
    pub(super) seats: Vec<Seated>,
    /// How many of them still have their body.
    pub(super) live: usize,
    pub(super) names: HashMap<Arc<str>, usize>,
    /// The executor's tasks that poll a seat that is live, and how many each.
    pub(super) tasks: HashMap<tokio::task::Id, usize>,
    /// Whose code runs now: the innermost is the last.
    pub(super) inside: Vec<SeatId>,
    pub(super) quiet_polls: u64,
    pub(super) quiet_ticks: u64,
    /// What the clock said when it was last looked at.
    pub(super) last_look: Option<Instant>,
    pub(super) ledger: Ledger,
    /// What the probe that is under way has seen.
    pub(super) sights: Sights,
}

impl State {
    pub(super) fn new(sim: &Sim, gate: Option<Gate>) -> Self {
        State {
            limits: sim.limits.clone(),
            phase: Phase::Playing,
            gate,
            journal: Journal::new(sim),
            aborts: 0,
            strays: 0,
            step: 0,
            activity: 0,
            unsettled: true,
            driver: None,
            driver_due: false,
            drop_later: Vec::new(),
            start: None,
            clock_ms: 0,
            seats: Vec::new(),
            live: 0,
            names: HashMap::new(),
            tasks: HashMap::new(),
            inside: Vec::new(),
            quiet_polls: 0,
            quiet_ticks: 0,
            last_look: None,
            ledger: Ledger::default(),
            sights: Sights::new(sim.watch.clone()),
        }
    }

    /// Tells the driver to look.
    pub(super) fn call_driver(&mut self) {
        self.activity += 1;
        self.driver_due = true;
    }

    pub(super) fn stop(&mut self, why: Stop) {
        if self.phase == Phase::Playing {
            self.phase = Phase::Stopped(why);
            self.journal.play_is_over();
            self.call_driver();
        }
    }

    // ---- the trace ----

    pub(super) fn note(&mut self, seat: SeatId, what: What) {
        self.note_at(seat, what, None);
    }

    /// Notes what comes from this line of the source.
    pub(super) fn note_at(&mut self, seat: SeatId, what: What, site: Option<&'static Location<'static>>) {
        if !what.is_story() && !self.journal.has_mechanics() {
            return; // most of what happens, and most runs: nothing is made only to be thrown away
        }
        if what.is_story() && self.seats[seat.0].quiet {
            return;
        }
        let task = self.seats[seat.0].name.clone();
        self.note_as(task, what, site);
    }

    fn note_as(&mut self, task: Name, what: What, site: Option<&'static Location<'static>>) {
        if matches!(self.phase, Phase::Closed | Phase::Probing(_)) {
            return;
        }
        let leaving = matches!(self.phase, Phase::Leaving(_));
        let ms = self.now_ms();
        match self.journal.write(Entry { ms, task: task.clone(), what }, site, leaving) {
            Written::Story => (self.quiet_polls, self.quiet_ticks) = (0, 0),
            Written::Mechanics => {}
            Written::Full => self.stop(Stop::Flood(task)),
        }
    }

    pub(super) fn says(&mut self, what: String, site: &'static Location<'static>) {
        match self.speaker() {
            Some(seat) => self.note_at(seat, What::Said(what), Some(site)),
            None => {
                self.strays = self.strays.max(usize::from(self.phase == Phase::Playing)); // whoever it is, it has no seat
                self.note_as(Name::from("stray"), What::Said(what), Some(site));
            }
        }
    }

    /// Forgets every waker: each may hold a task that holds this state.
    pub(super) fn close(&mut self) {
        self.phase = Phase::Closed;
        let wakers = self.seats.iter_mut().filter_map(|seat| seat.waker.take());
        self.drop_later.extend(wakers.chain(self.driver.take()));
    }

    pub(super) fn name_of(&self, seat: SeatId) -> Name {
        self.seats[seat.0].name.clone()
    }

    /// Those who are polled within this one's polls.
    pub(super) fn within(&self, outer: SeatId) -> impl Iterator<Item = SeatId> {
        let inner = move |at: &usize| self.seats[*at].live && self.seats[*at].within == Some(outer);
        (0..self.seats.len()).filter(inner).map(SeatId)
    }

    /// Those who began and have not ended.
    pub(super) fn alive(&self) -> impl Iterator<Item = SeatId> {
        let alive = |at: &usize| self.seats[*at].live && self.seats[*at].started;
        (0..self.seats.len()).filter(alive).map(SeatId)
    }

    /// In whose name the code that runs now says what it says.
    pub(super) fn speaker(&self) -> Option<SeatId> {
        self.current().and_then(|seat| self.seats[seat.0].speaks_as)
    }

    /// Whose code runs now.
    pub(super) fn current(&self) -> Option<SeatId> {
        self.inside.last().copied()
    }
}
