//! What a run knows: its seats, its clock, its trace, and whether it goes on.

use super::gate::Gate;
use super::journal::{Journal, Written};
use super::ledger::Ledger;
use super::probe::Sights;
use super::{Limits, Sim};
use crate::host::{Polled, SeatId, Turn};
use crate::trace::{Entry, Name, What};
use std::collections::HashMap;
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

/// One seat.
pub(super) struct Seated {
    name: Name,
    /// Its body has been polled.
    started: bool,
    /// Its body is still there.
    pub(super) live: bool,
    /// Its executor's waker, from its last arrival; `None` for a seat that was never polled on its own.
    pub(super) waker: Option<Waker>,
    /// Its waker was called since its last poll began.
    woken: bool,
    /// In whose poll it was polled, if not on its own.
    within: Option<SeatId>,
    asked_to_cancel: bool,
    /// It dropped its body because it was asked to.
    cancelled: bool,
    /// It was told to leave.
    told: bool,
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
    pub(super) driver: Option<Waker>,
    /// The driver is to be woken, and these wakers dropped, once the state is unlocked: both are foreign code.
    pub(super) driver_due: bool,
    pub(super) drop_later: Vec<Waker>,

    pub(super) start: Option<Instant>,
    pub(super) clock_ms: u64,
    pub(super) seats: Vec<Seated>,
    /// How many of them still have their body.
    pub(super) live: usize,
    names: HashMap<Arc<str>, usize>,
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
            inside: Vec::new(),
            quiet_polls: 0,
            quiet_ticks: 0,
            last_look: None,
            ledger: Ledger::default(),
            sights: Sights::default(),
        }
    }

    /// Tells the driver to look.
    fn call_driver(&mut self) {
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
        if !what.is_story() && !self.journal.has_mechanics() {
            return; // most of what happens, and most runs: nothing is made only to be thrown away
        }
        let task = self.seats[seat.0].name.clone();
        self.note_as(task, what);
    }

    fn note_as(&mut self, task: Name, what: What) {
        if matches!(self.phase, Phase::Closed | Phase::Probing(_)) {
            return;
        }
        let leaving = matches!(self.phase, Phase::Leaving(_));
        let ms = self.now_ms();
        match self.journal.write(Entry { ms, task: task.clone(), what }, leaving) {
            Written::Story => (self.quiet_polls, self.quiet_ticks) = (0, 0),
            Written::Mechanics => {}
            Written::Full => self.stop(Stop::Flood(task)),
        }
    }

    pub(super) fn says(&mut self, what: String) {
        self.moves();
        match self.inside.last() {
            Some(&seat) => self.note(seat, What::Said(what)),
            None => self.note_as(Name::from("stray"), What::Said(what)),
        }
    }

    // ---- seats ----

    pub(super) fn born(&mut self, name: &str) -> (SeatId, Arc<str>) {
        let mut unique: Arc<str> = name.into();
        // "a", "a#2", "a#3": a schedule is written in names, so no two tasks may share one.
        while self.names.contains_key(&unique) {
            let nth = self.names.get_mut(name).expect("the bare name was taken first");
            *nth += 1;
            unique = format!("{name}#{nth}").into();
        }
        self.names.insert(unique.clone(), 1);
        let (live, name) = (true, Name::from(unique.clone()));
        let (started, woken, asked_to_cancel, cancelled, told) = (false, false, false, false, false);
        let within = None;
        self.seats.push(Seated { name, started, live, waker: None, woken, within, asked_to_cancel, cancelled, told });
        self.live += 1;
        (SeatId(self.seats.len() - 1), unique)
    }

    pub(super) fn arrives(&mut self, id: SeatId, waker: Waker) -> Turn {
        if self.inside.is_empty() {
            let before = self.seats[id.0].waker.replace(waker);
            self.drop_later.extend(before);
            self.activity += 1;
            match self.phase {
                Phase::Playing => drop(self.now_ms()),
                Phase::Leaving(next) if next == id => return Turn::Leave,
                Phase::Probing(next) if next == id => return Turn::Probe,
                _ => {
                    self.note_progress();
                    return Turn::Wait;
                }
            }
            let name = &self.seats[id.0].name;
            if self.gate.as_mut().is_some_and(|gate| !gate.lets_in(id, name)) {
                self.call_driver();
                return Turn::Wait;
            }
            if self.spins(id) {
                return Turn::Wait;
            }
            self.step += usize::from(self.gate.is_none());
        } else {
            // Polled within another seat's poll: it runs when that one does. The waker belongs to the outer poll.
            self.drop_later.push(waker);
            self.seats[id.0].within = self.current();
            if matches!(self.phase, Phase::Probing(_)) {
                return Turn::ProbeWithin;
            }
        }
        let seat = &mut self.seats[id.0];
        seat.woken = false;
        // Asked to cancel before its first poll: the body never runs, and the story does not mention it.
        if !seat.started && !seat.asked_to_cancel {
            seat.started = true;
            self.note(id, What::Started);
        }
        self.note(id, What::Polled);
        Turn::Go
    }

    pub(super) fn enters(&mut self, id: SeatId) {
        self.inside.push(id);
    }

    pub(super) fn exits(&mut self, id: SeatId) {
        let last = self.inside.pop();
        debug_assert_eq!(last, Some(id), "seats enter and exit like brackets");
    }

    pub(super) fn polled(&mut self, id: SeatId, how: Polled) {
        self.now_ms(); // the poll may have moved the clock
        if how == Polled::Pending {
            self.unsettled |= !self.seats[id.0].woken;
            self.note(id, What::Rested);
            return self.after_poll();
        }
        let seat = &self.seats[id.0];
        let story = match &how {
            Polled::Panicked(message) => Some(What::Failed(message.clone())),
            _ if !seat.started => None,
            _ if seat.cancelled => Some(What::Cancelled),
            _ => Some(What::Ended),
        };
        if let Some(what) = story {
            self.note(id, what);
        }
        self.removes(id);
        if id == SeatId(0) {
            let panic = if let Polled::Panicked(message) = how { Some(message) } else { None };
            self.stop(Stop::MainEnded(panic));
        }
        self.after_poll();
    }

    fn after_poll(&mut self) {
        if self.gate.is_some() {
            self.call_driver();
        } else {
            self.activity += 1;
        }
    }

    pub(super) fn gone(&mut self, id: SeatId) {
        // Dropped by nobody's turn: neither its own (it was told to leave) nor that of a task which owned it.
        self.aborts += usize::from(self.phase == Phase::Playing && self.inside.is_empty());
        if self.seats[id.0].started {
            let what = if self.phase == Phase::Playing { What::Cancelled } else { What::LeftOver };
            self.note(id, what);
        }
        self.removes(id);
        self.after_poll();
    }

    pub(super) fn removes(&mut self, id: SeatId) {
        let seat = &mut self.seats[id.0];
        self.live -= usize::from(std::mem::take(&mut seat.live));
        self.drop_later.extend(seat.waker.take());
        if let Some(gate) = &mut self.gate {
            gate.forgets(id);
        }
    }

    pub(super) fn woken(&mut self, id: SeatId) {
        self.seats[id.0].woken = true;
        if self.journal.has_mechanics() {
            let by = self.inside.last().map(|by| self.seats[by.0].name.clone());
            self.note(id, What::Woken(by));
        }
        self.note_progress();
    }

    /// Something moves. Beyond the horizon that tells a ticker from a deadlock.
    pub(super) fn note_progress(&mut self) {
        if let Phase::Stopped(Stop::Far { stirred }) = &mut self.phase {
            *stirred = true;
            self.call_driver();
        }
    }

    pub(super) fn asked_to_cancel(&mut self, id: SeatId) {
        self.seats[id.0].asked_to_cancel = true;
    }

    pub(super) fn ends_as_cancelled(&mut self) {
        if let Some(id) = self.inside.last() {
            self.seats[id.0].cancelled = true;
        }
    }

    pub(super) fn waker_of(&self, seat: SeatId) -> Option<Waker> {
        self.seats[seat.0].waker.clone()
    }

    /// The first who has not been told to leave, and is polled on its own. Telling is this.
    pub(super) fn first_untold(&mut self) -> Option<SeatId> {
        let next = self.seats.iter().position(|seat| seat.live && !seat.told && seat.waker.is_some())?;
        self.seats[next].told = true;
        Some(SeatId(next))
    }

    /// Notes that a task has begun, before its first poll: `main`, while its closure runs.
    pub(super) fn begins(&mut self, id: SeatId) {
        self.seats[id.0].started = true;
        self.note(id, What::Started);
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

    /// Whose code runs now.
    pub(super) fn current(&self) -> Option<SeatId> {
        self.inside.last().copied()
    }
}
