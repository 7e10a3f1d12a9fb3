//! What a primitive is built from, for the laws: the standard library's, with a mutex that tells who locks it twice.

use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::TryLockError;
use std::sync::atomic::AtomicU32;

pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The standard library's mutex. A judge polls on one thread, so whoever finds it locked would wait for himself, for
/// ever.
#[derive(Debug, Default)]
pub struct Mutex<T> {
    inner: std::sync::Mutex<T>,
    /// The line in which it was locked last.
    line: AtomicU32,
}

/// What [`Mutex::lock`] gives.
#[derive(Debug)]
pub struct MutexGuard<'a, T>(std::sync::MutexGuard<'a, T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self { inner: std::sync::Mutex::new(value), line: AtomicU32::new(0) }
    }

    /// # Panics
    /// When it is locked, at the place of whoever locks it again.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let guard = match self.inner.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poison)) => poison.into_inner(),
            Err(TryLockError::WouldBlock) => {
                let (here, line) = (Location::caller().line(), self.line.load(Ordering::Relaxed));
                panic!("line {here} locks the mutex that line {line} has locked and not unlocked: it waits for itself")
            }
        };
        self.line.store(Location::caller().line(), Ordering::Relaxed);
        MutexGuard(guard)
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
