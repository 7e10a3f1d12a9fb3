//! A lock for tasks: one holder at a time, and an unlock gives it straight to whoever has waited longest.
//!
//! One word of state says whether anybody holds the lock and whether anybody waits, so taking a free lock is one
//! exchange and giving it back when nobody waits is another:
//!
//! | state | true while the line's mutex is free | comes next |
//! |---|---|---|
//! | `FREE` | nobody holds, nobody waits | `HELD` by `take` or `join` |
//! | `HELD` | somebody holds, nobody waits | `FREE` by `unlock` or, if the last in line has just left, by `hand_over`; `HELD \| WAITERS` by `join` |
//! | `HELD \| WAITERS` | somebody holds, somebody waits | the same by `join`; the same or `HELD` by `hand_over` and `give_up` |
//!
//! (`join` is [`Locking`]'s here, not the line's.) `WAITERS` is set and taken away only under the mutex, and while it stands
//! the holder's exchange fails, so that it must come for the mutex, too. So whoever has the mutex and sees `WAITERS`, or has
//! just taken the lock, may simply store: nobody else changes the word meanwhile.
//!
//! `WAITERS` never stands alone: with somebody in line an unlock does not free the lock, it hands it over. That is the
//! whole of the fairness: `take` asks for `FREE`, so a newcomer cannot overtake. It has a price, which every fair lock
//! pays: a task that was handed the lock and is not polled keeps everybody waiting.
//!
//! Who holds: one guard, or one place that owns the lock (handed over and not polled yet, or just taken in `join`), never
//! both. Each of them must, when dropped, free the lock or hand it over.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::line::{Called, Line, Place, Served, rearm};
use crate::shim::{Arc, AtomicUsize, Mutex, Ordering, Site, Tag, UnsafeCell, Wait};

const FREE: usize = 0;
const HELD: usize = 1;
const WAITERS: usize = 2;

/// A value that one task at a time may use, also across an `.await`.
///
/// ```
/// use async_kata::sync::Lock;
/// # tokio_test::block_on(async {
/// let account = Lock::new(100);
/// let pay = async |amount: u32| {
///     let mut balance = account.lock().await;
///     let before = *balance;
///     tokio::task::yield_now().await; // others run here, and find the lock held
///     *balance = before - amount;
/// };
/// tokio::join!(pay(30), pay(20));
/// assert_eq!(account.into_inner(), 50);
/// # });
/// ```
///
/// **Fairness**: strictly first come, first served, counted from the first poll of [`lock`](Self::lock). An unlock
/// hands the lock to the task that waits longest; neither a new `lock` nor a [`try_lock`](Self::try_lock) gets in
/// between.
///
/// **Cancel-safety**: a dropped `lock()` loses its place in line and nothing else. If it had been handed the lock
/// already, the next in line gets it.
///
/// **Panics**: a panic while holding the lock unlocks it; there is no poisoning. Unlocking panics only if the waker of
/// the next task does, after the hand-over. (Two panics at once, the holder's and the waker's, abort the process.)
///
/// **Memory ordering**: everything a holder did before unlocking is visible to the next holder.
///
/// **Elsewhere**: tokio's `Mutex` keeps the same promises. async-lock's lets newcomers overtake, until somebody has waited
/// for half a millisecond. CPython 3.13's `asyncio.Lock` keeps the order, too, but
/// frees the lock and wakes the first in line, who takes it when it runs; and it guards no value. `std::sync::Mutex`
/// blocks the thread: prefer it where no `.await` comes while it is held.
pub struct Lock<T: ?Sized> {
    state: AtomicUsize,
    /// The sign: the last ticket that was handed the lock. Moved under the line's mutex.
    served: Served,
    line: Mutex<Line<()>>,
    /// What a watcher is told: who waits, who holds, from which line of the source. Nothing here depends on it.
    tag: Tag,
    /// Reached by the holder's guard alone.
    value: UnsafeCell<T>,
}

// SAFETY: sharing a lock shares its value only through guards, of which there is one at a time: a `T` is used by one
// thread after the other, never by two at once. That is what `T: Send` allows.
#[allow(unsafe_code, reason = "the one cell of `sync`")]
unsafe impl<T: ?Sized + Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// A free lock around `value`.
    ///
    /// ```
    /// # use async_kata::sync::Lock;
    /// assert!(Lock::new(7).try_lock().is_some());
    /// ```
    #[track_caller]
    pub fn new(value: T) -> Self {
        Lock {
            state: AtomicUsize::new(FREE),
            served: Served::new(),
            line: Mutex::new(Line::new()),
            tag: Tag::new("Lock"),
            value: UnsafeCell::new(value),
        }
    }

    /// The value: owning the lock proves that nobody else holds it.
    ///
    /// ```
    /// # use async_kata::sync::Lock;
    /// assert_eq!(Lock::new(7).into_inner(), 7);
    /// ```
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Lock<T> {
    /// Waits for its turn, then holds the lock until the guard is dropped.
    ///
    /// ```
    /// use async_kata::sync::Lock;
    /// # tokio_test::block_on(async {
    /// let names = Lock::new(vec!["a"]);
    /// names.lock().await.push("b"); // the guard is dropped at the end of the statement
    /// assert_eq!(*names.lock().await, ["a", "b"]);
    /// # });
    /// ```
    ///
    /// The future takes its place in line at its first poll, not when it is made.
    ///
    /// **Cancel-safe**: dropping it, at any poll, gives up the place; a lock that was handed over already goes to the
    /// next.
    ///
    /// **Deadlock**: a task that locks twice waits for itself. So does one that keeps a `lock()` which it has polled and polls
    /// no more (in a `select!` over `&mut`), and locks again: once called, that future holds the lock.
    #[inline]
    #[track_caller]
    pub fn lock(&self) -> Locking<T, &Self> {
        Locking::new(self, Site::here())
    }

    /// As [`lock`](Self::lock), for a guard that can go where it likes: it owns its lock.
    ///
    /// ```
    /// use async_kata::sync::{Lock, OwnedLockGuard};
    /// use std::sync::Arc;
    /// # tokio_test::block_on(async {
    /// let lock = Arc::new(Lock::new(1));
    /// let mut guard: OwnedLockGuard<i32> = lock.clone().lock_owned().await;
    /// std::thread::spawn(move || *guard += 1).join().unwrap();
    /// assert_eq!(*lock.lock().await, 2);
    /// # });
    /// ```
    ///
    /// **Cancel-safe**: as [`lock`](Self::lock).
    #[inline]
    #[track_caller]
    pub fn lock_owned(self: Arc<Self>) -> Locking<T, Arc<Self>> {
        Locking::new(self, Site::here())
    }

    /// Holds the lock if it is free now. `None` also when it is between two holders: handed over and not picked up yet.
    ///
    /// ```
    /// use async_kata::sync::Lock;
    /// let lock = Lock::new(());
    /// let guard = lock.try_lock().expect("nobody holds it");
    /// assert!(lock.try_lock().is_none());
    /// drop(guard);
    /// assert!(lock.try_lock().is_some());
    /// ```
    #[inline]
    #[track_caller]
    #[must_use = "the lock is free again at once when this is dropped"]
    pub fn try_lock(&self) -> Option<LockGuard<'_, T>> {
        let site = Site::here();
        // Not `then_some`: it would make the guard first, and dropping a guard unlocks.
        self.take().then(|| Guard::new(self, site))
    }

    /// As [`try_lock`](Self::try_lock), for a guard that owns its lock.
    ///
    /// ```
    /// # use async_kata::sync::Lock;
    /// # use std::sync::Arc;
    /// let lock = Arc::new(Lock::new(()));
    /// let guard = lock.clone().try_lock_owned();
    /// assert!(guard.is_some() && lock.try_lock().is_none());
    /// ```
    #[inline]
    #[track_caller]
    #[must_use = "the lock is free again at once when this is dropped"]
    pub fn try_lock_owned(self: Arc<Self>) -> Option<OwnedLockGuard<T>> {
        let site = Site::here();
        self.take().then(|| Guard::new(self, site))
    }

    /// Whether somebody holds it, or was handed it. A snapshot.
    ///
    /// ```
    /// # use async_kata::sync::Lock;
    /// let lock = Lock::new(());
    /// let _guard = lock.try_lock();
    /// assert!(lock.is_locked());
    /// ```
    pub fn is_locked(&self) -> bool {
        self.state.load(Ordering::Relaxed) != FREE // Relaxed: old when it is read.
    }

    /// The value, without locking: a `&mut Lock` proves that nobody else holds it.
    ///
    /// ```
    /// # use async_kata::sync::Lock;
    /// let mut lock = Lock::new(1);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: a guard borrows the lock or keeps an `Arc` of it, and `&mut self` says that there is neither.
        #[allow(unsafe_code, reason = "the one cell of `sync`")]
        self.value.with_mut(|value| unsafe { &mut *value })
    }

    /// Takes a free lock.
    #[inline]
    fn take(&self) -> bool {
        // Acquire: pairs with the Release in `unlock` and in `hand_over`'s store of FREE. Carries: what the last holder wrote
        // into the value.
        // Relaxed: a failure tells nothing but "not free".
        self.state.compare_exchange(FREE, HELD, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// The holder, a guard or a place that owns the lock, lets go.
    #[inline]
    fn unlock(&self) {
        // Release: pairs with the Acquire in `take` and `Locking::join`. Carries: what we, or holders before us, wrote into the
        // value.
        // Relaxed: failing, we saw WAITERS; `hand_over` asks again under the mutex.
        // Model: tests/loom/lock.rs::unlocking_carries_the_value.
        if self.state.compare_exchange(HELD, FREE, Ordering::Release, Ordering::Relaxed).is_err() {
            self.hand_over();
        }
    }

    /// The holder lets go and somebody waits: gives the lock to the front of the line, without freeing it in between.
    #[cold]
    fn hand_over(&self) {
        let mut line = self.line.lock();
        let Some(Called { ticket, waker, data: () }) = line.call() else {
            // The last in line gave up between our look and the mutex.
            // Release: pairs with the Acquire in `take` and `Locking::join`. Carries: what was written into the value.
            // Model: tests/loom/lock.rs::a_wait_given_up_leaves_a_free_lock.
            self.state.store(FREE, Ordering::Release);
            return;
        };
        if line.is_empty() {
            // Relaxed: HELD carries nothing; the new holder takes over by the sign, which moves next. (Left standing, WAITERS
            // would only send the next unlock the long way.)
            self.state.store(HELD, Ordering::Relaxed);
        }
        self.served.call(ticket);
        drop(line);
        waker.wake();
    }

    /// A future with a place is dropped: it leaves the line or, if it is not there any more, passes the lock on.
    #[cold]
    fn give_up(&self, place: Place) {
        let mut line = self.line.lock();
        let Some(seat) = line.leave(place) else {
            // Not in line, so the lock is ours: we were called, though we never looked (or `join` has just taken it, and the
            // drop of our waker panicked). Without passing it on:
            //   1. an unlock hands us the lock   2. we are dropped   3. the word says HELD, but no guard and no place stands
            //   for it: nobody will unlock, and whoever waits waits for ever.
            // What the last holder wrote reached us by the mutex, and goes on by what `unlock` does.
            // Model: tests/loom/lock.rs::a_turn_given_up_goes_to_the_next.
            drop(line); // First: `unlock` may need it.
            return self.unlock();
        };
        if line.is_empty() {
            // Relaxed: as in `hand_over`. Somebody else holds the lock, since we waited; but with WAITERS standing their unlock
            // comes for the mutex, which is ours. It will find nobody, and free the lock.
            self.state.store(HELD, Ordering::Relaxed);
        }
        drop(line);
        drop(seat);
    }
}

impl<T: Default> Default for Lock<T> {
    #[track_caller]
    fn default() -> Self {
        Lock::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Lock<T> {
    /// Takes the lock for a moment if it is free, as `std::sync::Mutex` does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Lock");
        if let Some(guard) = self.try_lock() {
            return shown.field("value", &&*guard).finish();
        }
        let waiters = self.state.load(Ordering::Relaxed) & WAITERS != 0; // Relaxed: a snapshot, old when it is read.
        shown.field("value", &format_args!("<locked>")).field("waiters", &waiters).finish()
    }
}

/// A place in line for a [`Lock`]: the future behind [`Lock::lock`] and [`Lock::lock_owned`], to be named where it is
/// kept. `L` is how it reaches the lock: `&Lock<T>` or `Arc<Lock<T>>`.
///
/// ```
/// use async_kata::sync::{Lock, lock::Locking};
/// # tokio_test::block_on(async {
/// let lock = Lock::new(1);
/// let held = lock.try_lock().expect("nobody holds it");
/// let mut turn: Locking<i32, &Lock<i32>> = lock.lock();
/// let got = tokio::select! { biased; _ = &mut turn => true, () = std::future::ready(()) => false };
/// assert!(!got); // polled once: it is in line
/// drop(held);
/// assert!(lock.try_lock().is_none()); // handed over to `turn`
/// assert_eq!(*turn.await, 1);
/// # });
/// ```
///
/// **Cancel-safe**: dropping it, at any poll, gives up the place; a lock that was handed over already goes to the next.
///
/// # Panics
/// Polled again after it has given its guard.
#[must_use = "a lock is taken only when this is polled"]
pub struct Locking<T: ?Sized, L: Deref<Target = Lock<T>>> {
    /// `None`: the guard has it.
    lock: Option<L>,
    /// `Some`: in line, or the lock is ours already and there is no guard yet; dropping it leaves the line, or unlocks.
    /// `None`: never polled, or done; dropping it has nothing to undo.
    place: Option<Place>,
    /// For the watcher, as the lock's `tag`: where it was asked for, and that it waits.
    site: Site,
    wait: Wait,
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Locking<T, L> {
    #[inline]
    pub(super) fn new(lock: L, site: Site) -> Self
    where
        L: Reaches<T>,
    {
        Locking { lock: Some(lock), place: None, site, wait: Wait::NONE }
    }

    /// The first poll of a future that found the lock held. `true`: it has been freed since, and is ours now.
    #[cold]
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(lock) = self.lock.as_deref() else { return false }; // It is there: `is_served` has looked.
        let waker = cx.waker().clone();
        let mut line = lock.line.lock();
        // In line first, and noted: from here on our drop would leave the line, or unlock, whatever panics below.
        let place = line.join(waker, ());
        self.place = Some(place);
        // One step that either takes a lock freed since, or announces us to its holder. Were it two, a look and then a store,
        // the mutex would not help, since an unlock that sees nobody wait does without it:
        //   1. we see HELD   2. its holder sees no WAITERS, and frees it   3. we store HELD | WAITERS: nobody holds it, so
        //   nobody will unlock, and we wait for ever.
        // Model: tests/loom/lock.rs::two_tasks_take_turns.
        //
        // Acquire: matters if it was FREE. Pairs with the Release in `unlock` and in `hand_over`'s store of FREE. Carries:
        // what the last holder wrote into the value.
        if lock.state.fetch_or(HELD | WAITERS, Ordering::Acquire) == FREE {
            // Ours. It was FREE, so nobody else was in line, and nobody joins while we have the mutex: take WAITERS back.
            // Relaxed: as in `hand_over`.
            lock.state.store(HELD, Ordering::Relaxed);
            // Out of the line; but `place` stays, as if we had been called. Should the drop of our waker panic, the drop of
            // this future finds no place to leave, and unlocks. Else `poll` forgets it now.
            let seat = line.leave(place);
            drop(line);
            drop(seat);
            return true;
        }
        drop(line);
        self.wait = lock.tag.waits(self.site);
        false
    }

    /// Whether the lock is ours; if not, this poll's waker is the one to wake.
    #[inline]
    fn is_served(&mut self, cx: &mut Context<'_>) -> bool {
        let lock = self.lock.as_deref().expect("polled again after it had given its guard");
        match self.place {
            None => lock.take() || self.join(cx),
            // One look at the sign. If it says no, the line decides: still there, this poll's waker is kept; gone, it is ours.
            Some(place) => lock.served.covers(place) || !rearm(&lock.line, cx.waker(), |line| line.waker(place)),
        }
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>> + Unpin> Future for Locking<T, L> {
    type Output = Guard<T, L>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard<T, L>> {
        if !self.is_served(cx) {
            return Poll::Pending;
        }
        self.place = None; // From here on the guard unlocks, not our drop.
        self.wait = Wait::NONE;
        let lock = self.lock.take().expect("it was there a moment ago");
        Poll::Ready(Guard::new(lock, self.site))
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Drop for Locking<T, L> {
    #[inline]
    fn drop(&mut self) {
        if let (Some(place), Some(lock)) = (self.place, self.lock.as_deref()) {
            self.wait = Wait::NONE; // Before the lock goes on, as in `Guard::drop`.
            lock.give_up(place);
        }
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> fmt::Debug for Locking<T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locking").field("waits", &self.place.is_some()).finish()
    }
}

mod sealed {
    pub trait Sealed {}
    impl<T: ?Sized> Sealed for &super::Lock<T> {}
    impl<T: ?Sized> Sealed for super::Arc<super::Lock<T>> {}
}

/// How a guard reaches its lock: by `&Lock<T>` or `Arc<Lock<T>>`, and by nothing else.
///
/// Sealed: what a guard lends is sound because both mean the same lock each time, and so do their clones.
pub trait Reaches<T: ?Sized>: Deref<Target = Lock<T>> + Clone + Unpin + sealed::Sealed {}

impl<T: ?Sized> Reaches<T> for &Lock<T> {}
impl<T: ?Sized> Reaches<T> for Arc<Lock<T>> {}

/// The right to use a [`Lock`]'s value, as [`Lock::lock`] gives it: it borrows its lock. See [`Guard`].
pub type LockGuard<'a, T> = Guard<T, &'a Lock<T>>;

/// The right to use a [`Lock`]'s value, as [`Lock::lock_owned`] gives it: it keeps its lock alive. See [`Guard`].
pub type OwnedLockGuard<T> = Guard<T, Arc<Lock<T>>>;

/// The right to use a [`Lock`]'s value. Dropping it unlocks: frees the lock, or hands it to the next in line.
///
/// ```
/// use async_kata::sync::{Lock, LockGuard};
/// let lock = Lock::new(vec![1]);
/// let mut numbers: LockGuard<'_, Vec<i32>> = lock.try_lock().expect("nobody holds it");
/// numbers.push(2);
/// drop(numbers);
/// assert_eq!(lock.into_inner(), [1, 2]);
/// ```
///
/// It may be held over an `.await` and, if `T: Send`, go with its task from thread to thread. A guard that is leaked
/// ([`std::mem::forget`]) leaves the lock held for ever.
#[must_use = "the lock is free again when this is dropped"]
pub struct Guard<T: ?Sized, L: Deref<Target = Lock<T>>> {
    lock: L,
    /// A guard is a `&mut T` in disguise. Without this `&Lock<T>` would make it `Sync` for a `T` that is not, such as a
    /// `Cell`, and two threads could use that at once.
    /// (`Box<T>`, not `T`: a guard is `Unpin`, whatever the value is.)
    lends: PhantomData<Box<T>>,
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Guard<T, L> {
    /// The guard of a lock that is ours since this moment.
    #[inline]
    fn new(lock: L, site: Site) -> Self {
        let guard = Guard { lock, lends: PhantomData };
        guard.lock.tag.holds(site);
        guard
    }

    /// How it reaches its lock, to lock it again.
    pub(super) fn reach(&self) -> L
    where
        L: Reaches<T>,
    {
        self.lock.clone()
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Deref for Guard<T, L> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `L` is a `&Lock` or an `Arc` of it (`Reaches`: nothing else makes guards), so it means the same lock each time. One
        // guard of a lock exists at a time, and the loan ends no later than this borrow of it.
        #[allow(unsafe_code, reason = "the one cell of `sync`")]
        self.lock.value.with(|value| unsafe { &*value })
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> DerefMut for Guard<T, L> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and `&mut self` makes this the only loan from the guard.
        #[allow(unsafe_code, reason = "the one cell of `sync`")]
        self.lock.value.with_mut(|value| unsafe { &mut *value })
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Drop for Guard<T, L> {
    #[inline]
    fn drop(&mut self) {
        self.lock.tag.frees(); // Before the lock is free: afterwards somebody else may report that they hold it.
        self.lock.unlock();
    }
}

impl<T: ?Sized + fmt::Debug, L: Deref<Target = Lock<T>>> fmt::Debug for Guard<T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
