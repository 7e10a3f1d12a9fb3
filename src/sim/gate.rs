//! The gate of an explored run: one seat is let in at a time, and somebody chooses which.

use crate::host::SeatId;
use crate::trace::Name;

/// Whoever chooses how an explored run goes on.
pub(crate) trait Chooser: Send {
    /// Who goes on, of those who could, named in the order in which they became able to. Never asked of nobody.
    fn turn(&mut self, ready: &[Name], now: Now) -> Next;
    /// One of `n` ways, from 0; `n` is at least 1.
    fn pick(&mut self, n: usize, why: &'static str, now: Now) -> usize;
    /// The late tick that was chosen last was none: no timer is armed, and there is no such schedule.
    fn ticked_in_vain(&mut self);
}

/// Where the run stands when somebody is asked.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Now {
    /// How many entries its trace has.
    pub(crate) entries: usize,
    /// Virtual milliseconds.
    pub(crate) ms: u64,
}

/// How an explored run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The seat at this place of the ready ones is polled, once.
    Seat(usize),
    /// All of them are slow: time passes until the next timer fires.
    Tick,
}

/// The gate before each poll.
pub(super) struct Gate {
    main_competes: bool,
    chooser: Box<dyn Chooser>,
    /// Those who could run, in the order in which they arrived, and their names.
    ready: Vec<SeatId>,
    names: Vec<Name>,
    /// Who has been let in, and has not come through yet.
    granted: Option<SeatId>,
    /// The clock is to move although somebody could run.
    ticking: bool,
}

/// What the gate's driver does next.
pub(super) enum Move {
    /// Calls this seat.
    Let(SeatId),
    /// Waits until the clock has moved.
    Tick,
    /// Waits until somebody can run.
    Rest,
}

impl Gate {
    pub(super) fn new(main_competes: bool, chooser: Box<dyn Chooser>) -> Self {
        Self { main_competes, chooser, ready: Vec::new(), names: Vec::new(), granted: None, ticking: false }
    }

    /// Whether the seat may pass. If not, it is among the ready from now on.
    pub(super) fn lets_in(&mut self, seat: SeatId, name: &Name) -> bool {
        if seat == SeatId(0) && !self.main_competes {
            return true;
        }
        if self.granted == Some(seat) {
            self.granted = None;
            return true;
        }
        if !self.ready.contains(&seat) {
            self.ready.push(seat);
            self.names.push(name.clone());
        }
        false
    }

    pub(super) fn forgets(&mut self, seat: SeatId) {
        if let Some(at) = self.ready.iter().position(|&ready| ready == seat) {
            self.take(at);
        }
        if self.granted == Some(seat) {
            self.granted = None;
        }
    }

    fn take(&mut self, at: usize) -> SeatId {
        self.names.remove(at);
        self.ready.remove(at)
    }

    /// Chooses how to go on. Called when every task that was woken has arrived: a grant that is still open was given to a
    /// seat that nobody polls any more (a stray polled it once and lost interest), and is withdrawn.
    pub(super) fn choose(&mut self, now: Now) -> Move {
        self.granted = None;
        self.ticking = false;
        if self.ready.is_empty() {
            return Move::Rest;
        }
        match self.chooser.turn(&self.names, now) {
            Next::Tick => {
                self.ticking = true;
                Move::Tick
            }
            Next::Seat(at) => {
                let seat = self.take(at.min(self.ready.len() - 1));
                self.granted = Some(seat);
                Move::Let(seat)
            }
        }
    }

    pub(super) fn pick(&mut self, n: usize, why: &'static str, now: Now) -> usize {
        self.chooser.pick(n, why, now).min(n - 1)
    }

    pub(super) fn is_ticking(&self) -> bool {
        self.ticking
    }

    /// The clock has reached the horizon. Was it sent there by a late tick, with nothing to stop it before?
    pub(super) fn overshoots(&mut self) {
        if self.ticking {
            self.chooser.ticked_in_vain();
        }
    }
}
