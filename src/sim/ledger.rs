//! The ledger of a run: who waits for what, and who holds it.

use super::stuck::{Holder, Moment, Wait};
use crate::host::SeatId;
use crate::shim::observe::{Site, Thing};
use crate::trace::Name;
use std::collections::BTreeMap;

/// What a task can be seen to wait for.
#[derive(Clone, Copy)]
pub(super) enum Awaited {
    /// A primitive, by its place in the ledger.
    Thing(usize),
    Seat(SeatId),
    Clock {
        until: u64,
    },
}

/// A primitive that was seen in this run.
struct Seen {
    id: u64,
    kind: &'static str,
    /// Numbered by kind, in order of appearance, so the same in every run.
    number: usize,
    made: Site,
    holders: Vec<(SeatId, Site, Moment)>,
    ever_held: bool,
}

struct Waiter {
    seat: SeatId,
    on: Awaited,
    site: Option<Site>,
    since: Moment,
}

#[derive(Default)]
pub(super) struct Ledger {
    things: Vec<Seen>,
    /// By number, so in the order in which the waits began.
    waits: BTreeMap<u64, Waiter>,
    last: u64,
}

impl Ledger {
    /// The place of a primitive, which is entered when it is first seen.
    pub(super) fn thing(&mut self, thing: Thing) -> usize {
        self.things.iter().position(|seen| seen.id == thing.id).unwrap_or_else(|| {
            let number = self.things.iter().filter(|seen| seen.kind == thing.kind).count() + 1;
            let Thing { id, kind, made } = thing;
            self.things.push(Seen { id, kind, number, made, holders: Vec::new(), ever_held: false });
            self.things.len() - 1
        })
    }

    /// A wait begins; code without a seat waits unseen. Returns the wait's number, never 0.
    pub(super) fn begins(&mut self, seat: Option<SeatId>, on: Awaited, site: Option<Site>, since: Moment) -> u64 {
        self.last += 1;
        if let Some(seat) = seat {
            self.waits.insert(self.last, Waiter { seat, on, site, since });
        }
        self.last
    }

    /// A wait is over. Returns whose it was, and for what.
    pub(super) fn ends(&mut self, wait: u64) -> Option<(SeatId, Awaited)> {
        self.waits.remove(&wait).map(|waiter| (waiter.seat, waiter.on))
    }

    pub(super) fn holds(&mut self, thing: usize, seat: SeatId, site: Site, since: Moment) {
        self.things[thing].holders.push((seat, site, since));
        self.things[thing].ever_held = true;
    }

    /// One unit was given back. Returns whose it was: the giver's own if it has one, else (a guard that was sent away)
    /// the longest held.
    pub(super) fn frees(&mut self, thing: usize, by: Option<SeatId>) -> Option<SeatId> {
        let holders = &mut self.things[thing].holders;
        let whose = holders.iter().position(|holder| Some(holder.0) == by).unwrap_or(0);
        (whose < holders.len()).then(|| holders.remove(whose).0)
    }

    /// In words: `Lock 1`, `task a`, `the clock, until 30 ms`.
    pub(super) fn name(&self, on: Awaited, name_of: impl Fn(SeatId) -> Name) -> String {
        match on {
            Awaited::Thing(at) => format!("{} {}", self.things[at].kind, self.things[at].number),
            Awaited::Seat(seat) => format!("task {}", name_of(seat)),
            Awaited::Clock { until } => format!("the clock, until {until} ms"),
        }
    }

    /// What this task waits for, for a report.
    pub(super) fn waits_of(&self, seat: SeatId, name_of: impl Fn(SeatId) -> Name) -> Vec<Wait> {
        let mine = self.waits.values().filter(|waiter| waiter.seat == seat);
        mine.map(|waiter| {
            let on = self.name(waiter.on, &name_of);
            let (mut made, mut task, mut held_by) = (None, None, Vec::new());
            match waiter.on {
                Awaited::Thing(at) => (made, held_by) = (Some(self.things[at].made), self.holders(at, &name_of)),
                Awaited::Seat(seat) => task = Some(name_of(seat)),
                Awaited::Clock { .. } => {}
            }
            Wait { on, made, task, site: waiter.site, held_by, since: waiter.since, is_sure: true }
        })
        .collect()
    }

    fn holders(&self, at: usize, name_of: impl Fn(SeatId) -> Name) -> Vec<Holder> {
        let thing = &self.things[at];
        let holders = thing.holders.iter();
        let holders = holders.map(|&(seat, site, since)| Holder { task: name_of(seat), site: Some(site), since });
        let mut holders: Vec<Holder> = holders.collect();
        // Held before, by nobody now, and still waited for: it was handed to the first in line.
        let first = self.waits.values().find(|first| matches!(first.on, Awaited::Thing(first) if first == at));
        if let (true, true, Some(first)) = (holders.is_empty(), thing.ever_held, first) {
            holders.push(Holder { task: name_of(first.seat), site: None, since: first.since });
        }
        holders
    }
}
