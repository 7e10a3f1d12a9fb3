//! A till's drawer, as it is: to read it takes a turn, and to write it takes another.

use async_kata::host::turn;
use async_kata::sim::log;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What is in the drawer. It is far away: whoever reads or writes gives the others a turn.
#[derive(Debug, Default)]
pub struct Drawer {
    holds: AtomicU32,
    writes: AtomicU32,
}

impl Drawer {
    /// A drawer that nobody has written yet, with so much in it.
    pub fn with(holds: u32) -> Self {
        Drawer { holds: AtomicU32::new(holds), writes: AtomicU32::new(0) }
    }

    /// What it holds.
    pub async fn read(&self) -> u32 {
        turn().await;
        let holds = self.holds.load(Relaxed);
        log(format_args!("reads {holds}"));
        holds
    }

    /// From now on it holds this.
    pub async fn write(&self, holds: u32) {
        turn().await;
        log(format_args!("writes {holds}"));
        self.holds.store(holds, Relaxed);
        self.writes.fetch_add(1, Relaxed);
    }

    /// What it holds, and how many times it was written: for the judge, without a turn.
    pub fn look(&self) -> (u32, u32) {
        (self.holds.load(Relaxed), self.writes.load(Relaxed))
    }
}
