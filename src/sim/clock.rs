//! The run's clock: what it says, and how many looks at it were in vain.

use super::driver::MOST;
use super::state::{Phase, State, Stop};
use crate::host::SeatId;
use tokio::time::Instant;

impl State {
    pub(super) fn start(&mut self) {
        self.start = Some(Instant::now());
        self.last_look = self.start;
    }

    /// The virtual time; once the run has stopped, that of its last progress.
    pub(super) fn now_ms(&mut self) -> u64 {
        if let (Phase::Playing, Some(start)) = (&self.phase, self.start) {
            let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            // Moved within a poll (`block_for`), the clock has left timers behind that are due and have not fired.
            self.unsettled |= ms != self.clock_ms;
            self.clock_ms = ms;
        }
        self.clock_ms
    }

    /// Counts a poll. Too many without an entry or a tick: the run stops, and the seat is refused.
    pub(super) fn spins(&mut self, id: SeatId) -> bool {
        self.ticks();
        self.quiet_polls += 1;
        if self.quiet_polls > self.limits.quiet_polls {
            self.stop(Stop::Spin(id));
        }
        self.phase != Phase::Playing
    }

    /// A move of the clock since the last look is a tick. Too many without an entry, or one beyond the horizon, stop the
    /// run. (`block_for` in a loop moves the clock and never lets the runtime park, so its timer alone would not do.)
    fn ticks(&mut self) {
        let now = Instant::now();
        if self.last_look.replace(now) == Some(now) {
            return;
        }
        self.quiet_polls = 0;
        self.quiet_ticks += 1;
        if self.quiet_ticks > self.limits.quiet_ticks {
            self.note_progress();
            self.stop(Stop::Ticks);
        }
        if self.start.is_some_and(|start| now > start + self.limits.horizon.min(MOST)) {
            self.stop(Stop::Far { stirred: true });
        }
    }

    /// Nothing can run, and the clock is about to jump, if it can. Strays tick, too: they are seen only here.
    pub(super) fn parks(&mut self) {
        let before = self.last_look;
        self.ticks();
        if self.last_look != before && self.ticks_beside_strays() {
            self.call_driver();
        }
    }
}
