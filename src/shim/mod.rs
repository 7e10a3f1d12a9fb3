//! The two faces of the standard library: what `sync` is built from.
//!
//! This is the std face. `loom.rs` beside it is the other one, mounted only by `tests/loom.rs`, which compiles the same
//! `sync` a second time with `crate::shim` meaning loom. So `sync` names nothing but what both faces export, and a
//! primitive that is model-checked is, letter by letter, the one that is shipped.
//!
//! [`observe`] is the third thing a primitive may look at: somebody who watches. A benchmark can mount `sync` with a face
//! of its own whose observing does nothing.

pub mod observe;

pub use observe::{Site, Tag, Wait};
pub use std::sync::Arc;
pub use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A mutex whose `lock` cannot fail.
///
/// The primitives run no user code while they hold it, so a poisoned one carries no news: whatever panicked did so
/// between two consistent states.
#[derive(Debug, Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

/// What [`Mutex::lock`] gives.
pub type MutexGuard<'a, T> = std::sync::MutexGuard<'a, T>;

impl<T> Mutex<T> {
    /// A mutex around `value`.
    pub fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    /// Locks; ignores poison, see the type.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

/// A cell in loom's calling shape: each access is a closure, so that loom sees when it begins and ends.
#[derive(Debug, Default)]
pub struct UnsafeCell<T: ?Sized>(std::cell::UnsafeCell<T>);

impl<T> UnsafeCell<T> {
    /// A cell around `value`.
    pub fn new(value: T) -> Self {
        Self(std::cell::UnsafeCell::new(value))
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Lends the value for reading.
    #[inline]
    pub fn with<R>(&self, look: impl FnOnce(*const T) -> R) -> R {
        look(self.0.get())
    }

    /// Lends the value for writing.
    #[inline]
    pub fn with_mut<R>(&self, change: impl FnOnce(*mut T) -> R) -> R {
        change(self.0.get())
    }
}
