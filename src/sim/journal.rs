//! The journal of a run: what is written down, and what no longer is.

use super::{Limits, Sim};
use crate::trace::{Entry, Trace};
use std::panic::Location;

pub(super) struct Journal {
    trace: Trace,
    /// Entries of the story so far; the rest of the trace are mechanics.
    story: usize,
    untold: u64,
    most: usize,
    mechanics: bool,
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It is part of the story.
    Story,
    /// It is one of the mechanics, kept or not.
    Mechanics,
    /// The story is full.
    Full,
}

impl Journal {
    pub(super) fn new(sim: &Sim) -> Self {
        let Limits { entries, .. } = sim.limits;
        Self { trace: Trace::default(), story: 0, untold: 0, most: entries, mechanics: sim.mechanics }
    }

    /// Whether mechanics are kept at all.
    pub(super) fn has_mechanics(&self) -> bool {
        self.mechanics
    }

    /// How many entries there are so far.
    pub(super) fn entries(&self) -> usize {
        self.trace.entries().len()
    }

    /// Writes an entry down, if there is room. What left-overs say has room of its own (`leaving`), so that a flood does
    /// not hide how they ended; beyond that it is only counted. `site` is where it comes from in the source.
    pub(super) fn write(&mut self, entry: Entry, site: Option<&'static Location<'static>>, leaving: bool) -> Written {
        if !entry.what.is_story() {
            if self.mechanics && self.trace.entries().len() - self.story < self.most {
                self.trace.push(entry, site);
            } else {
                self.untold += u64::from(self.mechanics);
            }
            return Written::Mechanics;
        }
        let room = if leaving { 2 * self.most } else { self.most };
        if self.story >= room {
            self.untold += 1;
            return Written::Full;
        }
        self.story += 1;
        self.trace.push(entry, site);
        Written::Story
    }

    /// What is written from now on, left-overs do.
    pub(super) fn play_is_over(&mut self) {
        self.trace.play_is_over();
    }

    /// The trace, and how many entries are not in it.
    pub(super) fn close(&mut self) -> (Trace, u64) {
        (std::mem::take(&mut self.trace), self.untold)
    }
}
