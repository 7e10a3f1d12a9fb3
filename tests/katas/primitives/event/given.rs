//! What an event is built from: a mutex and atomics, under names that mean loom's when loom looks at your file.

/// `Mutex` (whose `lock` cannot fail), `AtomicBool`, `AtomicUsize`, `Ordering` and `Arc`.
///
/// Take them from here, not from `std::sync`: your file is compiled a second time, where they are loom's, which can
/// stop a thread at each of them and let another one go first.
pub use super::shim;
