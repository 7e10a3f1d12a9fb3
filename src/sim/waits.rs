//! How waits and holds come into the ledger and the journal: from `host`, and from the primitives.

use super::ledger::Awaited;
use super::state::State;
use super::stuck::{Moment, Probe, Stuck, Wait};
use crate::host::{For, SeatId};
use crate::shim::observe::{Site, Thing};
use crate::trace::What;

impl State {
    pub(super) fn waits(&mut self, what: For) -> u64 {
        let on = match what {
            For::Seat(seat) => Awaited::Seat(seat),
            For::Clock(ms) => Awaited::Clock { until: self.now_ms().saturating_add(ms) },
        };
        self.begins_to_wait(on, None)
    }

    pub(super) fn waits_for_thing(&mut self, thing: Thing, site: Site) -> u64 {
        let on = Awaited::Thing(self.ledger.thing(thing));
        self.begins_to_wait(on, Some(site))
    }

    fn begins_to_wait(&mut self, on: Awaited, site: Option<Site>) -> u64 {
        let (seat, since) = (self.current(), self.moment());
        self.note_about(seat, on, What::Waits, site);
        self.ledger.begins(seat, on, site, since)
    }

    fn moment(&self) -> Moment {
        Moment { step: self.step, entry: self.journal.entries() }
    }

    pub(super) fn leaves(&mut self, wait: u64) {
        if let Some((seat, on)) = self.ledger.ends(wait) {
            self.note_about(Some(seat), on, What::Leaves, None);
        }
    }

    pub(super) fn holds(&mut self, thing: Thing, site: Site) {
        if let Some(seat) = self.current() {
            let (at, since) = (self.ledger.thing(thing), self.moment());
            self.ledger.holds(at, seat, site, since);
            self.note_about(Some(seat), Awaited::Thing(at), What::Holds, Some(site));
        }
    }

    pub(super) fn frees(&mut self, thing: Thing) {
        let at = self.ledger.thing(thing);
        let whose = self.ledger.frees(at, self.current());
        self.note_about(whose, Awaited::Thing(at), What::Frees, None);
    }

    /// Mechanics of a primitive, under the task's name. Not even the text is made when nobody reads it.
    fn note_about(&mut self, seat: Option<SeatId>, on: Awaited, what: fn(String) -> What, site: Option<Site>) {
        if let (true, Some(seat)) = (self.journal.has_mechanics(), seat) {
            let name = self.ledger.name(on, |seat| self.name_of(seat));
            self.note_at(seat, what(name), site.map(Site::location));
        }
    }

    /// What this task waits for, as far as is known, for a comparison.
    pub(super) fn waits_named(&self, seat: SeatId) -> Vec<String> {
        let mut waits: Vec<String> =
            self.ledger.waits_of(seat, |seat| self.name_of(seat)).into_iter().map(|w| w.on).collect();
        waits.sort_unstable();
        waits
    }

    /// Every task that has not ended, with what it waits for.
    pub(super) fn stuck(&self) -> Vec<Stuck> {
        let waits = |seat| {
            let mut waits = self.ledger.waits_of(seat, |seat| self.name_of(seat));
            // A seat that is polled in another's poll: the outer one waits for it.
            waits.extend(self.within(seat).map(|inner| {
                let task = self.name_of(inner);
                let (on, since) = (format!("task {task}"), Moment::default());
                Wait { on, made: None, task: Some(task), site: None, held_by: Vec::new(), since, is_sure: false }
            }));
            waits
        };
        let stuck = |seat| Stuck { task: self.name_of(seat), waits: waits(seat), probe: Probe::NotAsked };
        self.alive().map(stuck).collect()
    }
}
