//! A counter of permits: tasks wait until there are enough for the one who has waited longest.
//!
//! One word of state says how many permits are free and whether anybody waits, so taking free permits is one exchange,
//! and giving them back when nobody waits is one addition:
//!
//! | state | true while the line's mutex is free | comes next |
//! |---|---|---|
//! | `free * ONE` | so many are free, nobody waits | less by `take`, more by `put_back`; `QUEUED` by `join` |
//! | `free * ONE + QUEUED` | somebody waits, and the front needs more than are free | more by `put_back`; less by `serve` |
//!
//! While `QUEUED` stands, `take` takes nothing: what is given back gathers in the count *for the front of the line*,
//! until there is enough. That is the whole of the fairness: nobody overtakes, however little they need, and a front
//! that needs many is not starved by those who need one. It also makes giving up simple: a place in line has been paid
//! nothing, so there is nothing to pay back.
//!
//! Who owns permits: a [`Permit`], or a place that was paid (called and not polled yet, or just served in `join`). Each of
//! them must, when dropped, put them back.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::bounded::OverRelease;
use super::line::{Line, Place, Served, Wakers, both, rearm};
use crate::shim::{Arc, AtomicUsize, Mutex, MutexGuard, Ordering, Site, Tag, Wait};

const QUEUED: usize = 1;
const ONE: usize = 2;

/// A number of permits that tasks share, for example "three requests at a time".
///
/// ```
/// use async_kata::sync::Semaphore;
/// # tokio_test::block_on(async {
/// let connections = Semaphore::new(2);
/// let _first = connections.acquire().await;
/// let second = connections.acquire().await;
/// assert!(connections.try_acquire().is_none());
/// drop(second);
/// assert_eq!(connections.available(), 1);
/// # });
/// ```
///
/// **Fairness**: strictly first come, first served, counted from a future's first poll. A task that needs many permits
/// and stands at the front gets the next ones that are given back, all of them, until it has enough; meanwhile nobody
/// else gets any, whether waiting or trying.
///
/// **Cancel-safety**: a dropped [`acquire`](Self::acquire) loses its place in line and nothing else. If it had its
/// permits already, they go to the next; if it stood at the front and needed many, the next who needs fewer may have
/// them at once.
///
/// **Memory ordering**: what was done before permits were given back is visible to whoever gets them.
///
/// **Elsewhere**: tokio's `Semaphore` keeps the same order; it can be closed, and assigns permits one by one to the node
/// at the front. CPython 3.13's `asyncio.Semaphore` keeps the order, too, but counts by ones, has no guard but `async
/// with`, and a release without an acquire raises its number for good, as [`add`](Self::add) does here on purpose. There
/// a newcomer also waits behind somebody who was called and has not run yet, though a permit is free; here that one has
/// its own permit already, and the newcomer goes straight in with the other.
/// async-lock's `Semaphore` lets newcomers overtake those who wait.
pub struct Semaphore {
    state: AtomicUsize,
    /// The sign: the last ticket that was paid. Moved under the line's mutex.
    served: Served,
    /// Each with the number of permits it needs.
    line: Mutex<Line<usize>>,
    /// Permits that are free or will come back, so that their number can be bounded without looking for them.
    existing: AtomicUsize,
    /// What a watcher is told. Nothing here depends on it.
    tag: Tag,
}

impl Semaphore {
    /// The most permits that a semaphore can have: a quarter of `usize::MAX`. What is counted never overflows.
    pub const MAX_PERMITS: usize = usize::MAX >> 2;

    /// A semaphore with so many permits, all free.
    ///
    /// # Panics
    /// If there are more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// assert_eq!(Semaphore::new(3).available(), 3);
    /// ```
    #[track_caller]
    pub fn new(permits: usize) -> Self {
        assert!(permits <= Self::MAX_PERMITS, "a semaphore of {permits} permits: {} is the most", Self::MAX_PERMITS);
        Semaphore {
            state: AtomicUsize::new(permits * ONE),
            served: Served::new(),
            line: Mutex::new(Line::new()),
            existing: AtomicUsize::new(permits),
            tag: Tag::new("Semaphore"),
        }
    }

    /// How many permits are free at this moment. With somebody in line they are the front's, and `try_acquire` gets none.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// let semaphore = Semaphore::new(2);
    /// let _permit = semaphore.try_acquire();
    /// assert_eq!(semaphore.available(), 1);
    /// ```
    #[inline]
    pub fn available(&self) -> usize {
        self.state.load(Ordering::Relaxed) / ONE // A snapshot: it carries nothing, whoever takes a permit does.
    }

    /// Waits for one permit.
    ///
    /// ```
    /// use async_kata::sync::Semaphore;
    /// # tokio_test::block_on(async {
    /// let semaphore = Semaphore::new(1);
    /// let _permit = semaphore.acquire().await; // given back when it is dropped
    /// # });
    /// ```
    ///
    /// The future takes its place in line at its first poll, not when it is made.
    ///
    /// **Cancel-safe**: dropping it, at any poll, gives up the place; a permit that it had already goes to the next.
    #[inline]
    #[track_caller]
    pub fn acquire(&self) -> Acquiring<&Self> {
        Acquiring::new(self, 1)
    }

    /// Waits for so many permits, and gets them together. For none it does not wait.
    ///
    /// ```
    /// use async_kata::sync::Semaphore;
    /// # tokio_test::block_on(async {
    /// let megabytes = Semaphore::new(100);
    /// let upload = megabytes.acquire_many(60).await;
    /// assert!(megabytes.try_acquire_many(60).is_none());
    /// assert_eq!(upload.count(), 60);
    /// # });
    /// ```
    ///
    /// **Deadlock**: more than will ever be there is waited for for ever, and keeps everybody behind it waiting. (It cannot be
    /// told here: [`add`](Self::add) may come. A [`BoundedSemaphore`](super::BoundedSemaphore) can tell.)
    ///
    /// # Panics
    /// For more than [`MAX_PERMITS`](Self::MAX_PERMITS).
    ///
    /// **Cancel-safe**: as [`acquire`](Self::acquire).
    #[inline]
    #[track_caller]
    pub fn acquire_many(&self, permits: usize) -> Acquiring<&Self> {
        assert_possible(permits);
        Acquiring::new(self, permits)
    }

    /// As [`acquire`](Self::acquire), for a permit that can go where it likes: it owns its semaphore.
    ///
    /// ```
    /// use async_kata::sync::{OwnedPermit, Semaphore};
    /// use std::sync::Arc;
    /// # tokio_test::block_on(async {
    /// let semaphore = Arc::new(Semaphore::new(1));
    /// let permit: OwnedPermit = semaphore.clone().acquire_owned().await;
    /// std::thread::spawn(move || drop(permit)).join().unwrap();
    /// assert_eq!(semaphore.available(), 1);
    /// # });
    /// ```
    ///
    /// **Cancel-safe**: as [`acquire`](Self::acquire).
    #[inline]
    #[track_caller]
    pub fn acquire_owned(self: Arc<Self>) -> Acquiring<Arc<Self>> {
        Acquiring::new(self, 1)
    }

    /// As [`acquire_many`](Self::acquire_many), for a permit that owns its semaphore.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// # use std::sync::Arc;
    /// # tokio_test::block_on(async {
    /// let semaphore = Arc::new(Semaphore::new(3));
    /// assert_eq!(semaphore.acquire_many_owned(2).await.count(), 2);
    /// # });
    /// ```
    ///
    /// # Panics, deadlock, cancel-safety
    /// As [`acquire_many`](Self::acquire_many).
    #[inline]
    #[track_caller]
    pub fn acquire_many_owned(self: Arc<Self>, permits: usize) -> Acquiring<Arc<Self>> {
        assert_possible(permits);
        Acquiring::new(self, permits)
    }

    /// Takes a permit if one is free now and nobody waits.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// let semaphore = Semaphore::new(1);
    /// let permit = semaphore.try_acquire();
    /// assert!(permit.is_some() && semaphore.try_acquire().is_none());
    /// ```
    #[inline]
    #[track_caller]
    #[must_use = "the permit is given back at once when this is dropped"]
    pub fn try_acquire(&self) -> Option<Permit<&Self>> {
        self.try_acquire_many(1)
    }

    /// Takes so many permits if they are free now and nobody waits.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// let semaphore = Semaphore::new(3);
    /// let two = semaphore.try_acquire_many(2);
    /// assert!(two.is_some() && semaphore.try_acquire_many(2).is_none());
    /// ```
    #[inline]
    #[track_caller]
    #[must_use = "the permits are given back at once when this is dropped"]
    pub fn try_acquire_many(&self, permits: usize) -> Option<Permit<&Self>> {
        let site = Site::here();
        // Not `then_some`: it would make the permit first, and dropping a permit gives it back.
        self.take(permits).then(|| Permit::new(self, permits, site))
    }

    /// Makes so many permits more, free from now on: what a release without an acquire does in asyncio.
    ///
    /// # Panics
    /// If more than [`MAX_PERMITS`](Self::MAX_PERMITS) would exist; nothing is added then. And if the waker of a task
    /// that gets them does; they are given out all the same.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// let tickets = Semaphore::new(0);
    /// tickets.add(2);
    /// assert_eq!(tickets.available(), 2);
    /// ```
    #[track_caller]
    pub fn add(&self, permits: usize) {
        let added = self.add_up_to(Self::MAX_PERMITS, permits);
        assert!(added.is_ok(), "{permits} permits more: a semaphore has {} at the most", Self::MAX_PERMITS);
    }

    pub(super) fn add_up_to(&self, most: usize, permits: usize) -> Result<(), OverRelease> {
        // Relaxed: this number carries nothing; whoever gets a permit gets it by `state`. Nor can free permits be more than
        // `most`: who sees the smaller number that a `forget` wrote may put back at once, but those permits left `state`
        // before they could be forgotten, and what changes one word has one order for all.
        // Model: tests/loom/semaphore.rs::forgotten_permits_make_room_for_no_more.
        let mut existing = self.existing.load(Ordering::Relaxed);
        loop {
            if permits > most.saturating_sub(existing) {
                return Err(OverRelease::new(existing, permits, most));
            }
            let more = existing + permits;
            match self.existing.compare_exchange_weak(existing, more, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => existing = now,
            }
        }
        self.put_back(permits);
        Ok(())
    }

    /// Takes free permits, unless somebody waits.
    #[inline]
    fn take(&self, need: usize) -> bool {
        // Relaxed: only a guess for the exchange.
        let mut state = self.state.load(Ordering::Relaxed);
        while need == 0 || (state & QUEUED == 0 && state / ONE >= need) {
            // Acquire: pairs with the Release in `put_back`. Carries: what those did who gave the permits back.
            // Model: tests/loom/semaphore.rs::a_permit_carries_what_was_done.
            let taken = state.wrapping_sub(need * ONE);
            match self.state.compare_exchange_weak(state, taken, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Permits come home.
    #[inline]
    fn put_back(&self, permits: usize) {
        // Release: pairs with the Acquire in `take`, `join` and `serve`. Carries: what we did with the permits.
        if self.state.fetch_add(permits * ONE, Ordering::Release) & QUEUED != 0 {
            self.serve(self.line.lock());
        }
    }

    /// Gives what is free to the front of the line, in order, as far as it goes, and wakes after it.
    #[cold]
    fn serve(&self, mut line: MutexGuard<'_, Line<usize>>) {
        let wakers = self.call_all(&mut line);
        drop(line);
        wakers.wake();
    }

    /// Calls from the front whoever can be paid.
    fn call_all(&self, line: &mut Line<usize>) -> Wakers {
        let mut wakers = Wakers::new();
        while let Some(waker) = self.call(line) {
            wakers.push(waker);
        }
        wakers
    }

    /// Pays the front and calls it, if there is enough.
    fn call(&self, line: &mut Line<usize>) -> Option<std::task::Waker> {
        let need = *line.front()?;
        // Relaxed: while QUEUED stands only we take, so what we see may have grown since and cannot have shrunk.
        if self.state.load(Ordering::Relaxed) / ONE < need {
            return None;
        }
        let called = line.call()?;
        let queued = if line.is_empty() { QUEUED } else { 0 };
        // Acquire: pairs with the Release in `put_back`. Carries: what those did who gave these permits back, and `served`
        // carries it on to the called. Model: tests/loom/semaphore.rs::two_releases_pay_one_who_needs_both.
        self.state.fetch_sub(need * ONE + queued, Ordering::Acquire);
        self.served.call(called.ticket);
        Some(called.waker)
    }

    /// A future with a place is dropped: it leaves the line or, if it is not there any more, puts its permits back.
    #[cold]
    fn give_up(&self, place: Place, need: usize) {
        let mut line = self.line.lock();
        let Some(seat) = line.leave(place) else {
            // Not in line, so the permits are ours: we were called, though we never looked (or `join` has just taken them, and
            // the drop of our waker panicked). They go on to the next.
            // Model: tests/loom/semaphore.rs::a_permit_given_up_goes_to_the_next.
            drop(line);
            return self.put_back(need);
        };
        if line.is_empty() {
            // Not a `store`: permits may come home just now. Relaxed: carries nothing.
            self.state.fetch_and(!QUEUED, Ordering::Relaxed);
        }
        // Whoever is the front now may need no more than is free.
        // Model: tests/loom/semaphore.rs::who_needed_many_makes_room.
        let wakers = self.call_all(&mut line);
        drop(line);
        both(|| wakers.wake(), || drop(seat));
    }
}

/// Whether so many permits can exist at all.
#[track_caller]
fn assert_possible(permits: usize) {
    let most = Semaphore::MAX_PERMITS;
    assert!(permits <= most, "{permits} permits can never be had: {most} is the most, take fewer");
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.load(Ordering::Relaxed); // A snapshot, old when it is read.
        let (available, waiters) = (state / ONE, state & QUEUED != 0);
        f.debug_struct("Semaphore").field("available", &available).field("waiters", &waiters).finish()
    }
}

/// A place in line for permits: the future behind [`Semaphore::acquire`] and its sisters, to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Semaphore, semaphore::Acquiring};
/// # tokio_test::block_on(async {
/// let semaphore = Semaphore::new(0);
/// let mut turn: Acquiring<&Semaphore> = semaphore.acquire();
/// let got = tokio::select! { biased; _ = &mut turn => true, () = std::future::ready(()) => false };
/// assert!(!got); // polled once: it is in line
/// semaphore.add(1);
/// assert!(semaphore.try_acquire().is_none()); // it is the permit of `turn`
/// drop(turn.await);
/// # });
/// ```
///
/// **Cancel-safe**: dropping it, at any poll, gives up the place; permits that it had already go to the next.
///
/// # Panics
/// Polled again after it has given its permit.
#[must_use = "permits are taken only when this is polled"]
pub struct Acquiring<S: Deref<Target = Semaphore>> {
    /// `None`: the permit has it.
    semaphore: Option<S>,
    need: usize,
    /// `Some`: in line, or the permits are ours already and there is no `Permit` yet; dropping it leaves the line, or puts them
    /// back. `None`: never polled, or done; dropping it has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl<S: Deref<Target = Semaphore>> Acquiring<S> {
    #[inline]
    #[track_caller]
    fn new(semaphore: S, need: usize) -> Self {
        Acquiring { semaphore: Some(semaphore), need, place: None, site: Site::here(), wait: Wait::NONE }
    }

    /// The first poll of a future that found too few permits. `true`: there are enough since, and they are ours now.
    #[cold]
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(semaphore) = self.semaphore.as_deref() else { return false }; // It is there: `is_served` has looked.
        let waker = cx.waker().clone();
        let mut line = semaphore.line.lock();
        // In line first, and noted: from here on our drop would leave the line, or put back, whatever panics below.
        let place = line.join(waker, self.need);
        self.place = Some(place);
        // Announce us, and in the same step look again. Without the second look:
        //   1. we see too few   2. a permit comes home and finds nobody in line   3. we join the line: for ever.
        // Model: tests/loom/semaphore.rs::a_release_is_never_missed.
        //
        // Acquire: pairs with the Release in `put_back`. Carries: what those did who gave the permits back.
        // Model: tests/loom/semaphore.rs::who_waits_sees_what_was_done.
        let state = semaphore.state.fetch_or(QUEUED, Ordering::Acquire);
        if state & QUEUED == 0 && state / ONE >= self.need {
            // Only we take while QUEUED stands, so they are still there. Relaxed: carries nothing more.
            semaphore.state.fetch_sub(self.need * ONE + QUEUED, Ordering::Relaxed);
            // Out of the line; but `place` stays, as if we had been called. Should the drop of our waker panic, the drop of
            // this future finds no place to leave, and puts the permits back. Else `poll` forgets it now.
            let seat = line.leave(place);
            drop(line);
            drop(seat);
            return true;
        }
        drop(line);
        self.wait = semaphore.tag.waits(self.site);
        false
    }

    /// Whether it has its permits; if not, this poll's waker is the one to wake.
    #[inline]
    fn is_served(&mut self, cx: &mut Context<'_>) -> bool {
        let semaphore = self.semaphore.as_deref().expect("polled again after it had given its permit");
        match self.place {
            None => semaphore.take(self.need) || self.join(cx),
            Some(place) => {
                semaphore.served.covers(place) || !rearm(&semaphore.line, cx.waker(), |line| line.waker(place))
            }
        }
    }
}

impl<S: Deref<Target = Semaphore> + Unpin> Future for Acquiring<S> {
    type Output = Permit<S>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Permit<S>> {
        if !self.is_served(cx) {
            return Poll::Pending;
        }
        self.place = None; // From here on the permit puts back, not our drop.
        self.wait = Wait::NONE;
        let semaphore = self.semaphore.take().expect("it was there a moment ago");
        Poll::Ready(Permit::new(semaphore, self.need, self.site))
    }
}

impl<S: Deref<Target = Semaphore>> Drop for Acquiring<S> {
    #[inline]
    fn drop(&mut self) {
        if let (Some(place), Some(semaphore)) = (self.place, self.semaphore.as_deref()) {
            self.wait = Wait::NONE;
            semaphore.give_up(place, self.need);
        }
    }
}

impl<S: Deref<Target = Semaphore>> fmt::Debug for Acquiring<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquiring").field("permits", &self.need).field("waits", &self.place.is_some()).finish()
    }
}

/// Permits of a [`Semaphore`]. Dropping it gives them back.
///
/// ```
/// use async_kata::sync::{Permit, Semaphore};
/// let semaphore = Semaphore::new(2);
/// let permit: Permit<&Semaphore> = semaphore.try_acquire_many(2).expect("nobody has any");
/// assert_eq!(permit.count(), 2);
/// drop(permit);
/// assert_eq!(semaphore.available(), 2);
/// ```
///
/// **Panics**: dropping it panics only if the waker of a task does that gets a permit; it is given out all the same.
#[must_use = "the permits are given back when this is dropped"]
pub struct Permit<S: Deref<Target = Semaphore>> {
    semaphore: S,
    count: usize,
}

/// A [`Permit`] that owns its semaphore, see [`Semaphore::acquire_owned`].
pub type OwnedPermit = Permit<Arc<Semaphore>>;

impl<S: Deref<Target = Semaphore>> Permit<S> {
    #[inline]
    fn new(semaphore: S, count: usize, site: Site) -> Self {
        let permit = Permit { semaphore, count };
        permit.semaphore.tag.holds(site);
        permit
    }

    /// How many permits these are.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// assert_eq!(Semaphore::new(1).try_acquire().unwrap().count(), 1);
    /// ```
    pub fn count(&self) -> usize {
        self.count
    }

    /// Takes these permits out of the semaphore for good: they never come back, but [`Semaphore::add`] may make others.
    ///
    /// ```
    /// # use async_kata::sync::Semaphore;
    /// let semaphore = Semaphore::new(2);
    /// semaphore.try_acquire().unwrap().forget();
    /// assert_eq!(semaphore.available(), 1);
    /// ```
    pub fn forget(mut self) {
        let count = mem::take(&mut self.count);
        // Relaxed: see `add_up_to`.
        self.semaphore.existing.fetch_sub(count, Ordering::Relaxed);
    }
}

impl<S: Deref<Target = Semaphore>> Drop for Permit<S> {
    #[inline]
    fn drop(&mut self) {
        self.semaphore.tag.frees(); // Before they are free: afterwards somebody else may report that they hold them.
        if self.count > 0 {
            self.semaphore.put_back(self.count);
        }
    }
}

impl<S: Deref<Target = Semaphore>> fmt::Debug for Permit<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("count", &self.count).finish()
    }
}
