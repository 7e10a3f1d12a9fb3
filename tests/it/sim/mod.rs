//! The paused-time runtime: the clock, the six ends, the left-overs.

mod clock;
mod ends;
mod journal;
mod left_overs;
mod sites;
mod spawned;
mod stuck;

use async_kata::sim::{Limits, Run, Sim, log};

fn story<T>(run: &Run<T>) -> Vec<String> {
    run.trace.story().map(|entry| format!("{} {} {}", entry.ms, entry.task, entry.what)).collect()
}

/// Other limits, for plays that are to be cut.
fn limits(change: impl FnOnce(&mut Limits)) -> Sim {
    let mut sim = Sim::default();
    change(&mut sim.limits);
    sim
}

/// Logs when it is dropped.
struct Bell(&'static str);

impl Drop for Bell {
    fn drop(&mut self) {
        log(format_args!("drops {}", self.0));
    }
}

/// Panics when it is dropped.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("in drop");
    }
}
