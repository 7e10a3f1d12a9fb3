//! What there is between two steps: who can run, who waits for the clock, who holds what, and who stands in line for it.

use super::steps::{Held, Moment, Steps};

/// A wait, as it is known when a turn ends.
pub(super) struct Waiting {
    /// The number of the wait: who began first stands first in line.
    pub since: usize,
    pub lane: usize,
    pub thing: String,
}

impl Steps {
    /// A step begins: who can run now could have gone on instead.
    pub(super) fn next_turn(&mut self, queue: &[usize]) {
        if let Some(moment) = self.moments.last_mut() {
            moment.ready = queue.into();
            if moment.jump == 0 {
                moment.is_left_by(queue);
            }
        }
        self.moments.push(Moment::default());
    }

    /// Who holds what, and who waits, as the turn ends. Who can run is not known before the next one begins: the clock may
    /// wake somebody in between.
    pub(super) fn turn_is_over(&mut self, mut waiting: Vec<Waiting>, queue: &[usize]) {
        waiting.sort_unstable_by_key(|wait| wait.since);
        let (mut timers, mut waits) = (Vec::new(), Vec::new());
        for Waiting { lane, thing, .. } in waiting {
            match until(&thing) {
                Some(until) => timers.push((until, lane)),
                None => waits.push((lane, thing)),
            }
        }
        // Those of one time stay in the order in which they were armed.
        timers.sort_by_key(|(until, _)| *until);
        let held = self.holds.iter().filter(|hold| hold.to.is_none());
        let holds = held.map(|hold| Held { thing: hold.thing.clone(), lane: hold.lane, at: hold.at.clone() }).collect();
        if let Some(moment) = self.moments.last_mut() {
            *moment = Moment { ready: queue.into(), jump: moment.jump, timers, holds, waits };
        }
    }

    /// What there was before the jump stays as it was: whom the clock wakes then is told of by itself.
    pub(super) fn clock_jumps(&mut self, by: u64, queue: &[usize]) {
        if let Some(moment) = self.moments.last_mut() {
            moment.is_left_by(queue);
            moment.jump += by;
        }
    }
}

impl Moment {
    /// Who was woken after the turn, by its end, waits no longer.
    fn is_left_by(&mut self, queue: &[usize]) {
        self.waits.retain(|(lane, _)| !queue.contains(lane));
        self.timers.retain(|(_, lane)| !queue.contains(lane));
    }
}

/// Until when, if it is the clock that is waited for.
fn until(thing: &str) -> Option<u64> {
    thing.strip_prefix("the clock, until ")?.strip_suffix(" ms")?.parse().ok()
}
