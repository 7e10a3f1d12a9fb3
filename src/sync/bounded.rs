//! A semaphore that refuses permits which nobody had.
//!
//! It is a [`Semaphore`] with a number beside it. That it can tell one permit too many from one that comes home is the
//! semaphore's doing: it counts what exists, free or not.

use std::error::Error;
use std::fmt;

use super::semaphore::{Acquiring, Permit, Semaphore};

/// A [`Semaphore`] that never has more permits than it began with: giving back too many is an error.
///
/// For code that [forgets](super::Permit::forget) permits and [adds](Self::add) them again elsewhere, where one too many would
/// quietly raise the limit. (A permit that is dropped cannot be one too many.)
///
/// ```
/// use async_kata::sync::BoundedSemaphore;
/// let semaphore = BoundedSemaphore::new(1);
/// semaphore.try_acquire().unwrap().forget();
/// assert_eq!(semaphore.add(1), Ok(()));
/// assert!(semaphore.add(1).is_err());
/// ```
///
/// **Fairness, cancel-safety, memory ordering**: those of [`Semaphore`].
///
/// **Elsewhere**: CPython 3.13's `asyncio.BoundedSemaphore` raises `ValueError` from a `release` that finds all permits
/// free. It cannot tell whose permit comes home: with one of two out, a stray `release` succeeds there, and the honest
/// holder's, which comes later, raises. Here the stray one is the error, since what exists is counted. tokio and async-lock
/// have none.
pub struct BoundedSemaphore {
    semaphore: Semaphore,
    bound: usize,
}

impl BoundedSemaphore {
    /// A semaphore with so many permits, all free, and never more.
    ///
    /// # Panics
    /// If there are more than [`Semaphore::MAX_PERMITS`].
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// assert_eq!(BoundedSemaphore::new(3).bound(), 3);
    /// ```
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        BoundedSemaphore { semaphore: Semaphore::new(permits), bound: permits }
    }

    /// How many permits it began with.
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// assert_eq!(BoundedSemaphore::new(3).bound(), 3);
    /// ```
    pub fn bound(&self) -> usize {
        self.bound
    }

    /// See [`Semaphore::available`].
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// assert_eq!(BoundedSemaphore::new(3).available(), 3);
    /// ```
    pub fn available(&self) -> usize {
        self.semaphore.available()
    }

    /// Waits for one permit, see [`Semaphore::acquire`].
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// # tokio_test::block_on(async {
    /// let semaphore = BoundedSemaphore::new(1);
    /// let _permit = semaphore.acquire().await;
    /// # });
    /// ```
    ///
    /// **Cancel-safe**: as there.
    #[track_caller]
    pub fn acquire(&self) -> Acquiring<&Semaphore> {
        self.semaphore.acquire()
    }

    /// Waits for so many permits, see [`Semaphore::acquire_many`].
    ///
    /// # Panics
    /// For more than the [bound](Self::bound): they would never come.
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// # tokio_test::block_on(async {
    /// let semaphore = BoundedSemaphore::new(3);
    /// assert_eq!(semaphore.acquire_many(2).await.count(), 2);
    /// # });
    /// ```
    ///
    /// **Cancel-safe**: as there.
    #[track_caller]
    pub fn acquire_many(&self, permits: usize) -> Acquiring<&Semaphore> {
        let bound = self.bound;
        assert!(
            permits <= bound,
            "acquire_many({permits}) of a semaphore that is bounded by {bound}: they never come, take fewer"
        );
        self.semaphore.acquire_many(permits)
    }

    /// See [`Semaphore::try_acquire`].
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// assert!(BoundedSemaphore::new(0).try_acquire().is_none());
    /// ```
    #[track_caller]
    #[must_use = "the permit is given back at once when this is dropped"]
    pub fn try_acquire(&self) -> Option<Permit<&Semaphore>> {
        self.semaphore.try_acquire()
    }

    /// See [`Semaphore::try_acquire_many`].
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// assert!(BoundedSemaphore::new(2).try_acquire_many(3).is_none());
    /// ```
    #[track_caller]
    #[must_use = "the permits are given back at once when this is dropped"]
    pub fn try_acquire_many(&self, permits: usize) -> Option<Permit<&Semaphore>> {
        self.semaphore.try_acquire_many(permits)
    }

    /// Gives back so many permits that were [forgotten](super::Permit::forget).
    ///
    /// # Errors
    /// If there would be more than the [bound](Self::bound); nothing is added then.
    ///
    /// # Panics
    /// If the waker of a task that gets them does; they are given out all the same.
    ///
    /// ```
    /// # use async_kata::sync::BoundedSemaphore;
    /// let error = BoundedSemaphore::new(2).add(1).unwrap_err();
    /// assert_eq!(error.to_string(), "1 permit given back that nobody has forgotten: 2 of 2 exist");
    /// ```
    pub fn add(&self, permits: usize) -> Result<(), OverRelease> {
        self.semaphore.add_up_to(self.bound, permits)
    }
}

impl fmt::Debug for BoundedSemaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedSemaphore").field("semaphore", &self.semaphore).field("bound", &self.bound).finish()
    }
}

/// Permits were given back that nobody has. See [`BoundedSemaphore::add`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverRelease {
    existing: usize,
    permits: usize,
    most: usize,
}

impl OverRelease {
    pub(super) fn new(existing: usize, permits: usize, most: usize) -> Self {
        OverRelease { existing, permits, most }
    }
}

impl fmt::Display for OverRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OverRelease { existing, permits, most } = self;
        let permits = if *permits == 1 { "1 permit".into() } else { format!("{permits} permits") };
        write!(f, "{permits} given back that nobody has forgotten: {existing} of {most} exist")
    }
}

impl Error for OverRelease {}
