//! The loom face: the same names, each access a point where loom may switch threads. Mounted only by `tests/loom.rs`.
//!
//! `Arc` stays std's: loom need not model our reference counts, and its own is no method receiver. Nobody watches a
//! model, so the name badges weigh nothing.

pub use loom::cell::UnsafeCell;
pub use loom::sync::MutexGuard;
pub use loom::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
pub use std::sync::Arc;

/// loom's mutex, with the std face's `lock`.
#[derive(Debug)]
pub struct Mutex<T>(loom::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

/// Where a caller stands: nobody asks under loom.
#[derive(Clone, Copy, Debug)]
pub struct Site;

impl Site {
    pub fn here() -> Self {
        Site
    }
}

/// A name badge that nobody reads.
#[derive(Debug)]
pub struct Tag;

impl Tag {
    pub fn new(_kind: &'static str) -> Self {
        Tag
    }

    pub fn waits(&self, _site: Site) -> Wait {
        Wait
    }

    pub fn holds(&self, _site: Site) {}

    pub fn frees(&self) {}
}

/// A wait that nobody counts.
#[derive(Debug)]
pub struct Wait;

impl Wait {
    pub const NONE: Wait = Wait;
}
