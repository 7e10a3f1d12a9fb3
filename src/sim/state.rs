//! What a run knows: its seats, its clock, its trace, and whether it goes on.

use super::driver::Gate;
use super::journal::{Journal, Written};
use super::ledger::Ledger;
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
    /// No longer; seats that arrive wait. Next: `Leaving`.
    Stopped(Stop),
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
    Flood(SeatId),
    /// Too many ticks without an entry.
    Ticks,
    /// The clock reached the horizon. Whether anything still ticks is not yet known.
    Far {
        stirred: bool,
    },
}

/// One seat.
struct Seated {
    name: Name,
    /// Its body has been polled.
    started: bool,
    /// Its body is still there.
    live: bool,
    /// Its executor's waker, from its last arrival; `None` for a seat that was never polled on its own.
    waker: Option<Waker>,
    asked_to_cancel: bool,
    /// It dropped its body because it was asked to.
    cancelled: bool,
    /// It was told to leave.
    told: bool,
}

pub(super) struct State {
    limits: Limits,
    pub(super) phase: Phase,
    pub(super) gate: Option<Gate>,
    pub(super) journal: Journal,
    pub(super) aborts: usize,
    /// Grows with everything that the driver may have to look at.
    pub(super) activity: u64,
    pub(super) driver: Option<Waker>,
    /// The driver is to be woken, and these wakers dropped, once the state is unlocked: both are foreign code.
    pub(super) poked: bool,
    pub(super) litter: Vec<Waker>,

    start: Option<Instant>,
    clock_ms: u64,
    seats: Vec<Seated>,
    names: HashMap<Arc<str>, usize>,
    /// Whose code runs now: the innermost is the last.
    inside: Vec<SeatId>,
    quiet_polls: u64,
    quiet_ticks: u64,
    last_poll: Option<Instant>,
    last_park: Option<Instant>,
    pub(super) ledger: Ledger,
}

impl State {
    pub(super) fn new(sim: &Sim, gate: Option<Gate>) -> Self {
        State {
            limits: sim.limits.clone(),
            phase: Phase::Playing,
            gate,
            journal: Journal::new(sim),
            aborts: 0,
            activity: 0,
            driver: None,
            poked: false,
            litter: Vec::new(),
            start: None,
            clock_ms: 0,
            seats: Vec::new(),
            names: HashMap::new(),
            inside: Vec::new(),
            quiet_polls: 0,
            quiet_ticks: 0,
            last_poll: None,
            last_park: None,
            ledger: Ledger::default(),
        }
    }

    pub(super) fn start(&mut self) {
        self.start = Some(Instant::now());
    }

    /// The virtual time; once the run has stopped, that of its last progress.
    pub(super) fn now_ms(&mut self) -> u64 {
        if let (Phase::Playing, Some(start)) = (&self.phase, self.start) {
            self.clock_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        }
        self.clock_ms
    }

    /// Tells the driver to look.
    fn poke(&mut self) {
        self.activity += 1;
        self.poked = true;
    }

    pub(super) fn stop(&mut self, why: Stop) {
        if self.phase == Phase::Playing {
            self.phase = Phase::Stopped(why);
            self.poke();
        }
    }

    // ---- the trace ----

    pub(super) fn note(&mut self, seat: SeatId, what: What) {
        let task = self.seats[seat.0].name.clone();
        self.note_as(task, Some(seat), what);
    }

    fn note_as(&mut self, task: Name, seat: Option<SeatId>, what: What) {
        if self.phase == Phase::Closed {
            return;
        }
        let leaving = matches!(self.phase, Phase::Leaving(_));
        let ms = self.now_ms();
        match self.journal.write(Entry { ms, task, what }, leaving) {
            Written::Story => (self.quiet_polls, self.quiet_ticks) = (0, 0),
            Written::Mechanics => {}
            Written::Full => self.stop(Stop::Flood(seat.unwrap_or(SeatId(0)))),
        }
    }

    pub(super) fn says(&mut self, what: String) {
        match self.inside.last() {
            Some(&seat) => self.note(seat, What::Said(what)),
            None => self.note_as(Name::from("stray"), None, What::Said(what)),
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
        let (started, asked_to_cancel, cancelled, told) = (false, false, false, false);
        self.seats.push(Seated { name, started, live, waker: None, asked_to_cancel, cancelled, told });
        (SeatId(self.seats.len() - 1), unique)
    }

    pub(super) fn arrives(&mut self, id: SeatId, waker: Waker) -> Turn {
        if self.inside.is_empty() {
            let before = self.seats[id.0].waker.replace(waker);
            self.litter.extend(before);
            self.activity += 1;
            match self.phase {
                Phase::Playing => drop(self.now_ms()),
                Phase::Leaving(next) if next == id => return Turn::Leave,
                _ => {
                    self.stirs();
                    return Turn::Wait;
                }
            }
            if self.gate.as_mut().is_some_and(|gate| !gate.lets_in(id)) {
                self.poke();
                return Turn::Wait;
            }
            if self.spins(id) {
                return Turn::Wait;
            }
        } else {
            // Polled within another seat's poll: it runs when that one does. The waker belongs to the outer poll.
            self.litter.push(waker);
        }
        let seat = &mut self.seats[id.0];
        // Asked to cancel before its first poll: the body never runs, and the story does not mention it.
        if !seat.started && !seat.asked_to_cancel {
            seat.started = true;
            self.note(id, What::Started);
        }
        self.note(id, What::Polled);
        Turn::Go
    }

    /// Counts a poll. Too many without an entry or a tick: the run stops, and the seat is refused.
    fn spins(&mut self, id: SeatId) -> bool {
        let now = Instant::now();
        if self.last_poll.replace(now) != Some(now) {
            self.quiet_polls = 0;
        }
        self.quiet_polls += 1;
        if self.quiet_polls > self.limits.quiet_polls {
            self.stop(Stop::Spin(id));
            return true;
        }
        false
    }

    pub(super) fn enters(&mut self, id: SeatId) {
        self.inside.push(id);
    }

    pub(super) fn exits(&mut self, id: SeatId) {
        let last = self.inside.pop();
        debug_assert_eq!(last, Some(id), "seats enter and exit like brackets");
    }

    pub(super) fn polled(&mut self, id: SeatId, how: Polled) {
        if how == Polled::Pending {
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
        self.buries(id);
        if id == SeatId(0) {
            let panic = if let Polled::Panicked(message) = how { Some(message) } else { None };
            self.stop(Stop::MainEnded(panic));
        }
        self.after_poll();
    }

    fn after_poll(&mut self) {
        if self.gate.is_some() {
            self.poke();
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
        self.buries(id);
        self.after_poll();
    }

    fn buries(&mut self, id: SeatId) {
        let seat = &mut self.seats[id.0];
        seat.live = false;
        self.litter.extend(seat.waker.take());
        if let Some(gate) = &mut self.gate {
            gate.forgets(id);
        }
    }

    pub(super) fn woken(&mut self, id: SeatId) {
        let by = self.inside.last().map(|by| self.seats[by.0].name.clone());
        self.note(id, What::Woken(by));
        self.stirs();
    }

    /// Something moves. Beyond the horizon that tells a ticker from a deadlock.
    fn stirs(&mut self) {
        if let Phase::Stopped(Stop::Far { stirred }) = &mut self.phase {
            *stirred = true;
            self.poke();
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

    /// The next to leave, in the order in which they were spawned, and how to call it.
    pub(super) fn next_to_leave(&mut self) -> Option<Waker> {
        let next = self.seats.iter().position(|seat| seat.live && !seat.told && seat.waker.is_some())?;
        self.seats[next].told = true;
        self.phase = Phase::Leaving(SeatId(next));
        self.seats[next].waker.clone()
    }

    /// Grants the gate to the seat that is chosen, and returns how to call it.
    pub(super) fn grant(&mut self) -> Option<Waker> {
        let names = &self.seats;
        let chosen = self.gate.as_mut()?.choose(|id| names[id.0].name.clone())?;
        self.seats[chosen.0].waker.clone()
    }

    /// Tasks of ours that are alive; the runtime counts all.
    pub(super) fn live(&self) -> usize {
        self.seats.iter().filter(|seat| seat.live && seat.waker.is_some()).count()
    }

    /// Forgets every waker: each may hold a task that holds this state.
    pub(super) fn close(&mut self) {
        self.phase = Phase::Closed;
        let wakers = self.seats.iter_mut().filter_map(|seat| seat.waker.take());
        self.litter.extend(wakers.chain(self.driver.take()));
    }

    /// Nothing can run, and the clock is about to jump, if it can. A jump since the last call is a tick.
    pub(super) fn parks(&mut self) {
        let now = Instant::now();
        if self.last_park.replace(now) == Some(now) {
            return;
        }
        self.quiet_ticks += 1;
        if self.quiet_ticks > self.limits.quiet_ticks {
            self.stirs();
            self.stop(Stop::Ticks);
        }
    }

    pub(super) fn name_of(&self, seat: SeatId) -> Name {
        self.seats[seat.0].name.clone()
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
