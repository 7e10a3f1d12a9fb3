//! Accounts, each behind a lock of its own, as they are: to ask the bank takes a turn.

use async_kata::host::turn;
use async_kata::sim::log;
use async_kata::sync::Lock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// An account. Whoever reads or changes its balance holds its lock.
#[derive(Debug)]
pub struct Account {
    /// No other account has this number.
    pub id: u32,
    /// What is on it.
    pub balance: Lock<u32>,
    asked: AtomicU32,
}

impl Account {
    /// An account with so much on it.
    pub fn new(id: u32, balance: u32) -> Self {
        Account { id, balance: Lock::new(balance), asked: AtomicU32::new(0) }
    }

    /// Asks the bank whether this account may be paid into. The bank is far away: it takes a turn, and says yes.
    pub async fn ask_the_bank(&self) {
        log(format_args!("asks for {}", self.id));
        self.asked.fetch_add(1, Relaxed);
        turn().await;
    }

    /// How often the bank was asked for it: for the judge.
    pub fn was_asked(&self) -> u32 {
        self.asked.load(Relaxed)
    }
}
