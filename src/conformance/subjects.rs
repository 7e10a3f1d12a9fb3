//! The primitives of this crate, fitted to the contracts: the only file of this room that knows them.
//!
//! ```
//! use async_kata::conformance::laws;
//! use async_kata::sync::{Event, Lock};
//!
//! let mut all = laws::lock::all::<Lock<()>>();
//! all.extend(laws::event::all::<Event>());
//! assert!(all.iter().all(|law| (law.run)().is_ok()));
//! ```

use super::contracts;
use crate::sync::{Event, Lock, LockGuard};
use std::future::Future;

impl contracts::Event for Event {
    fn new() -> Self {
        Event::new()
    }

    fn set(&self) {
        self.set();
    }

    fn clear(&self) {
        self.clear();
    }

    fn is_set(&self) -> bool {
        self.is_set()
    }

    fn wait(&self) -> impl Future<Output = ()> + Send {
        self.wait()
    }
}

impl contracts::Lock for Lock<()> {
    type Guard<'a> = LockGuard<'a, ()>;

    fn new() -> Self {
        Lock::new(())
    }

    fn lock(&self) -> impl Future<Output = LockGuard<'_, ()>> + Send {
        self.lock()
    }

    fn try_lock(&self) -> Option<LockGuard<'_, ()>> {
        self.try_lock()
    }
}
