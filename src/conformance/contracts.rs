//! Contracts: what a primitive must be able to do before the laws can judge it.
//!
//! They are small on purpose: ten lines fit a primitive of yours, or a stranger's, to one of them. They name nothing of
//! [`sync`](crate::sync), so a type that is compiled a second time (against loom, say) can fulfil them too.

use std::future::Future;

/// A gate that stands open or shut, like CPython 3.13's `asyncio.Event`.
///
/// What the functions promise is said by the [laws](super::laws::event), not here: a type that breaks them all still
/// fulfils this contract.
///
/// ```
/// use async_kata::conformance::contracts;
/// use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
/// use tokio::sync::Notify;
///
/// /// tokio has no event: here is one, from a flag and a `Notify`.
/// struct Gate(AtomicBool, Notify);
///
/// impl contracts::Event for Gate {
///     fn new() -> Self {
///         Gate(AtomicBool::new(false), Notify::new())
///     }
///     fn set(&self) {
///         self.0.store(true, SeqCst);
///         self.1.notify_waiters();
///     }
///     fn clear(&self) {
///         self.0.store(false, SeqCst);
///     }
///     fn is_set(&self) -> bool {
///         self.0.load(SeqCst)
///     }
///     async fn wait(&self) {
///         let notified = self.1.notified(); // before the look: a `set` after it is not missed
///         if !self.is_set() {
///             notified.await;
///         }
///     }
/// }
/// ```
pub trait Event: Send + Sync + 'static {
    /// An event that is not set.
    fn new() -> Self;

    /// Opens the gate.
    fn set(&self);

    /// Shuts the gate.
    fn clear(&self);

    /// Whether the gate is open.
    fn is_set(&self) -> bool;

    /// Waits until the gate is open.
    fn wait(&self) -> impl Future<Output = ()> + Send;
}

/// A turn that one task at a time may have, like CPython 3.13's `asyncio.Lock`.
///
/// A lock that guards a value is judged with any value, `()` say: the laws never look at it. What the functions promise
/// is said by the [laws](super::laws::lock).
///
/// ```
/// use async_kata::conformance::contracts;
/// use tokio::sync::{Mutex, MutexGuard};
///
/// struct Tokios(Mutex<()>);
///
/// impl contracts::Lock for Tokios {
///     type Guard<'a> = MutexGuard<'a, ()>;
///
///     fn new() -> Self {
///         Tokios(Mutex::new(()))
///     }
///     async fn lock(&self) -> MutexGuard<'_, ()> {
///         self.0.lock().await
///     }
///     fn try_lock(&self) -> Option<MutexGuard<'_, ()>> {
///         self.0.try_lock().ok()
///     }
/// }
/// ```
pub trait Lock: Send + Sync + 'static {
    /// Holds the lock until it is dropped.
    type Guard<'a>: Send;

    /// A free lock.
    fn new() -> Self;

    /// Waits for the lock, then holds it.
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send;

    /// Takes the lock if it is free, and never waits. (`asyncio.Lock` has no such thing: there a look at `locked()` and
    /// an `acquire` without an await between them are one step.)
    fn try_lock(&self) -> Option<Self::Guard<'_>>;
}
