//! A run's seats: how they are made, arrive, are polled, and go.

use super::state::{Phase, State, Stop};
use crate::host::{Polled, SeatId, Turn};
use crate::trace::{Name, What};
use std::panic::Location;
use std::sync::Arc;
use std::task::Waker;

/// One seat.
pub(super) struct Seated {
    pub(super) name: Name,
    /// Its body has been polled.
    pub(super) started: bool,
    /// Its body is still there.
    pub(super) live: bool,
    /// Its executor's waker, from its last arrival; `None` for a seat that was never polled on its own.
    pub(super) waker: Option<Arc<Waker>>,
    /// The executor's task that polls it, from its last arrival.
    pub(super) task: Option<tokio::task::Id>,
    /// Its waker was called since its last poll began: it is about to run, or was refused.
    pub(super) runnable: bool,
    /// How many times its body was polled.
    pub(super) polls: usize,
    /// In whose poll it was polled, if not on its own.
    pub(super) within: Option<SeatId>,
    pub(super) asked_to_cancel: bool,
    /// It dropped its body because it was asked to.
    pub(super) cancelled: bool,
    /// It is about to return this error.
    pub(super) failed: Option<String>,
    /// It is no task of the play's.
    pub(super) quiet: bool,
    /// In whose name it says what it says: its own, or, of a quiet one, that of the task that made it, if a task did.
    pub(super) speaks_as: Option<SeatId>,
    /// It was told to leave.
    pub(super) told: bool,
}

impl State {
    pub(super) fn born(
        &mut self,
        name: &str,
        quiet: bool,
        site: Option<&'static Location<'static>>,
    ) -> (SeatId, Arc<str>) {
        let mut unique: Arc<str> = name.into();
        // "a", "a#2", "a#3": a schedule is written in names, so no two tasks may share one.
        while self.names.contains_key(&unique) {
            let nth = self.names.get_mut(name).expect("the bare name was taken first");
            *nth += 1;
            unique = format!("{name}#{nth}").into();
        }
        self.names.insert(unique.clone(), 1);
        let (id, live, name) = (SeatId(self.seats.len()), true, Name::from(unique.clone()));
        let speaks_as = if quiet { self.speaker() } else { Some(id) };
        let (started, asked_to_cancel, cancelled, told) = (false, false, false, false);
        let (task, within, runnable, polls, waker, failed) = (None, None, false, 0, None, None);
        self.seats.push(Seated {
            name,
            started,
            live,
            waker,
            task,
            runnable,
            polls,
            within,
            asked_to_cancel,
            cancelled,
            failed,
            quiet,
            speaks_as,
            told,
        });
        self.live += 1;
        let by = self.current().filter(|_| self.journal.has_mechanics()).map(|by| self.name_of(by));
        self.note_at(id, What::Spawned(by), site);
        (id, unique)
    }

    /// The executor polls the seat: on its own, or within another seat's poll.
    pub(super) fn arrives(&mut self, id: SeatId, waker: Arc<Waker>, task: Option<tokio::task::Id>) -> Turn {
        let turn = match self.current() {
            None => self.arrives_on_its_own(id, waker, task),
            Some(outer) => self.arrives_within(id, waker, outer),
        };
        if turn != Turn::Go {
            return turn;
        }
        let seat = &mut self.seats[id.0];
        seat.runnable = false;
        seat.polls += 1;
        let polls = seat.polls;
        // Asked to cancel before its first poll: the body never runs, and the story does not mention it.
        if !seat.started && !seat.asked_to_cancel {
            seat.started = true;
            self.note(id, What::Started);
        }
        self.note(id, What::Polled);
        if self.is_watched(id, polls) { Turn::Watch } else { Turn::Go }
    }

    fn arrives_on_its_own(&mut self, id: SeatId, waker: Arc<Waker>, task: Option<tokio::task::Id>) -> Turn {
        self.is_polled_by(id, task);
        let seat = &mut self.seats[id.0];
        seat.within = None;
        let before = seat.waker.replace(waker);
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
        Turn::Go
    }

    /// It runs when the outer one does, and the waker belongs to the outer poll.
    fn arrives_within(&mut self, id: SeatId, waker: Arc<Waker>, outer: SeatId) -> Turn {
        self.drop_later.push(waker);
        self.seats[id.0].within = Some(outer);
        if matches!(self.phase, Phase::Probing(_)) {
            self.sights.within.push(id);
            return Turn::ProbeWithin;
        }
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
        self.sights.stops_watching(id);
        self.now_ms(); // the poll may have moved the clock
        if how == Polled::Pending {
            // Whatever it has woken or clones of which wakers it has left: a part of it may stand on tokio's side list.
            self.unsettled = true;
            self.note(id, What::Rested);
            return self.after_poll();
        }
        let seat = &mut self.seats[id.0];
        let failed = seat.failed.take();
        let story = match &how {
            Polled::Panicked(message) => Some(What::Failed(message.clone())),
            _ if failed.is_some() => failed.map(What::Failed),
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

    pub(super) fn gone(&mut self, id: SeatId, panic: Option<String>) {
        // Dropped by nobody's turn: neither its own (it was told to leave) nor that of a task which owned it.
        self.aborts += usize::from(self.phase == Phase::Playing && self.inside.is_empty());
        if self.seats[id.0].started {
            self.note(
                id,
                match panic {
                    Some(message) => What::Failed(message),
                    None if self.phase == Phase::Playing => What::Cancelled,
                    None => What::LeftOver,
                },
            );
        }
        self.removes(id);
        self.after_poll();
    }

    pub(super) fn removes(&mut self, id: SeatId) {
        self.is_polled_by(id, None);
        let seat = &mut self.seats[id.0];
        self.live -= usize::from(std::mem::take(&mut seat.live));
        self.drop_later.extend(seat.waker.take());
        if let Some(gate) = &mut self.gate {
            gate.forgets(id);
        }
    }

    pub(super) fn woken(&mut self, id: SeatId) {
        self.seats[id.0].runnable = true;
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

    pub(super) fn ends_as_failed(&mut self, why: String) {
        if let Some(id) = self.inside.last() {
            self.seats[id.0].failed = Some(why);
        }
    }

    pub(super) fn waker_of(&self, seat: SeatId) -> Option<Arc<Waker>> {
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
}
