//! What a primitive is built from, under loom: each access is a point where loom may switch threads, and is told.

use super::story::{say, wakes_up, wants};
use std::ops::{Deref, DerefMut};
use std::panic::Location;

pub use loom::sync::atomic::Ordering;
pub use std::sync::Arc;

/// loom's mutex, which tells who has it.
#[derive(Debug, Default)]
pub struct Mutex<T>(loom::sync::Mutex<T>);

/// What [`Mutex::lock`] gives.
#[derive(Debug)]
pub struct MutexGuard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(loom::sync::Mutex::new(value))
    }

    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let line = Location::caller().line();
        wants(line);
        let guard = self.0.lock().unwrap_or_else(|poison| poison.into_inner());
        wakes_up();
        say(format_args!("{line}: locks"));
        MutexGuard(Some(guard))
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("it is taken in `drop` only")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("it is taken in `drop` only")
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        say("unlocks");
        drop(self.0.take());
    }
}

/// An atomic of loom's, which tells what is read and written, and in which line.
macro_rules! atomic {
    ($name:ident, $value:ty, $($change:ident)+) => {
        #[derive(Debug, Default)]
        pub struct $name(loom::sync::atomic::$name);

        impl $name {
            pub fn new(value: $value) -> Self {
                Self(loom::sync::atomic::$name::new(value))
            }

            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                let line = Location::caller().line();
                let value = self.0.load(order);
                say(format_args!("{line}: reads {value}"));
                value
            }

            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                let line = Location::caller().line();
                self.0.store(value, order);
                say(format_args!("{line}: writes {value}"));
            }

            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                let line = Location::caller().line();
                let before = self.0.swap(value, order);
                say(format_args!("{line}: reads {before}, writes {value}"));
                before
            }

            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let line = Location::caller().line();
                let exchanged = self.0.compare_exchange(current, new, success, failure);
                match exchanged {
                    Ok(before) => say(format_args!("{line}: reads {before}, writes {new}")),
                    Err(before) => say(format_args!("{line}: reads {before}, not {current}")),
                }
                exchanged
            }

            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(current, new, success, failure)
            }

            $(
                #[track_caller]
                pub fn $change(&self, value: $value, order: Ordering) -> $value {
                    let line = Location::caller().line();
                    let before = self.0.$change(value, order);
                    say(format_args!("{line}: reads {before}, {} {value}", stringify!($change)));
                    before
                }
            )+
        }
    };
}

atomic!(AtomicBool, bool, fetch_and fetch_or fetch_xor);
atomic!(AtomicUsize, usize, fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min);
