//! A condition variable: tasks that hold a lock let go of it, wait for news, and lock again.
//!
//! It has no state but its line. What makes it work is an order of steps: a wait joins the line *while it still holds the
//! lock*, and only then unlocks. Whoever changes the value needs the lock, so every change comes either before the wait
//! looked at the value, or after it stood in line to be notified.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::line::{Line, Place, Wakers, both, rearm};
use super::lock::{Guard, Lock, Locking, Reaches};
use crate::shim::{Mutex, Site, Tag, Wait};

/// A place to wait until something about a [`Lock`]'s value has changed.
///
/// ```
/// use async_kata::sync::{Condition, Lock};
/// # tokio_test::block_on(async {
/// let (stock, changed) = (Lock::new(0), Condition::new());
/// let buy = async {
///     let guard = stock.lock().await;
///     let mut stock = changed.wait_for(guard, |stock| *stock >= 2).await; // holds the lock again
///     *stock -= 2;
/// };
/// let deliver = async {
///     for _ in 0..3 {
///         *stock.lock().await += 1;
///         changed.notify(1);
///         tokio::task::yield_now().await;
///     }
/// };
/// tokio::join!(buy, deliver);
/// assert_eq!(stock.into_inner(), 1);
/// # });
/// ```
///
/// **Fairness**: notifications go to those who have waited longest, in order; they then queue for the lock like
/// everybody else.
///
/// **Cancel-safety**: a wait that is dropped holds nothing: neither its place, nor the lock. If it was notified already,
/// its notification goes to the next; that one may find that the news was not for it, so look at the value in a loop, or
/// let [`wait_for`](Self::wait_for) do it.
///
/// **Panics**: notifying panics only if the waker of a notified task does; the others are woken all the same.
///
/// **Memory ordering**: the lock's. A notification carries no value of its own.
///
/// **Elsewhere**: CPython 3.13's `asyncio.Condition` owns its lock, where here every wait brings a guard; and `notify` without holding it is an error. Here, as
/// with `std::sync::Condvar`, it is none: the value cannot change without the lock, which is what that rule is for. A
/// wait that asyncio cancels locks again before it raises; a dropped future cannot wait, and drops its claim instead.
/// tokio and async-lock have no condition.
pub struct Condition {
    line: Mutex<Line<()>>,
    tag: Tag,
}

impl Condition {
    /// A condition that nobody waits for.
    ///
    /// ```
    /// # use async_kata::sync::Condition;
    /// Condition::new().notify_all(); // nobody is there
    /// ```
    #[track_caller]
    pub fn new() -> Self {
        Condition { line: Mutex::new(Line::new()), tag: Tag::new("Condition") }
    }

    /// Unlocks, waits for a notification, and locks again.
    ///
    /// ```
    /// use async_kata::sync::{Condition, Lock};
    /// # tokio_test::block_on(async {
    /// let (ready, changed) = (Lock::new(false), Condition::new());
    /// let wait = async {
    ///     let mut guard = ready.lock().await;
    ///     while !*guard {
    ///         guard = changed.wait(guard).await;
    ///     }
    /// };
    /// let set = async {
    ///     *ready.lock().await = true;
    ///     changed.notify(1);
    /// };
    /// tokio::join!(wait, set);
    /// # });
    /// ```
    ///
    /// The lock is held until the first poll, and let go of in it. One condition may be waited for with guards of
    /// different locks; each wait locks its own again.
    ///
    /// **Spurious**: a wait may return though the news was another's, see the type.
    ///
    /// **Cancel-safe**: dropping it, at any poll, drops what it has: the guard, its place, or its place in the lock's
    /// line. A notification that it had goes to the next.
    #[inline]
    #[track_caller]
    pub fn wait<T: ?Sized, L>(&self, guard: Guard<T, L>) -> Waiting<'_, T, L>
    where
        L: Reaches<T>,
    {
        self.wait_from(guard, Site::here())
    }

    /// Waits until `is_met` says yes. Looks before the first wait, and after each; the lock is held while it looks.
    ///
    /// ```
    /// use async_kata::sync::{Condition, Lock};
    /// # tokio_test::block_on(async {
    /// let (n, changed) = (Lock::new(7), Condition::new());
    /// let guard = changed.wait_for(n.lock().await, |n| *n > 5).await; // met already: no wait
    /// assert_eq!(*guard, 7);
    /// # });
    /// ```
    ///
    /// **Cancel-safe**: as [`wait`](Self::wait).
    ///
    /// (An `impl Future`, to be pinned where it is polled by reference: it keeps `is_met`, whose type has no name.)
    #[track_caller]
    pub fn wait_for<T: ?Sized, L>(
        &self,
        mut guard: Guard<T, L>,
        mut is_met: impl FnMut(&mut T) -> bool,
    ) -> impl Future<Output = Guard<T, L>>
    where
        L: Reaches<T>,
    {
        let site = Site::here();
        async move {
            while !is_met(&mut guard) {
                guard = self.wait_from(guard, site).await;
            }
            guard
        }
    }

    /// Wakes so many of those who wait, the longest waiting first; all of them, if they are fewer.
    ///
    /// A notification is not kept: who begins to wait later has missed it.
    ///
    /// ```
    /// # use async_kata::sync::Condition;
    /// Condition::new().notify(1);
    /// ```
    pub fn notify(&self, n: usize) {
        let mut wakers = Wakers::new();
        let mut line = self.line.lock();
        for _ in 0..n {
            let Some(called) = line.call() else { break };
            wakers.push(called.waker);
        }
        drop(line);
        wakers.wake();
    }

    /// Wakes all who wait.
    ///
    /// ```
    /// # use async_kata::sync::Condition;
    /// Condition::new().notify_all();
    /// ```
    pub fn notify_all(&self) {
        self.notify(usize::MAX);
    }

    fn wait_from<T: ?Sized, L: Deref<Target = Lock<T>>>(&self, guard: Guard<T, L>, site: Site) -> Waiting<'_, T, L> {
        Waiting { condition: self, stage: Stage::Holds(guard), site, wait: Wait::NONE }
    }

    /// A wait in line is dropped.
    fn give_up(&self, place: Place) {
        let seat = self.line.lock().leave(place);
        if seat.is_none() {
            // Notified, and it will never act on it. Without passing it on:
            //   1. one is notified   2. we are dropped   3. the next waits for news that has been told: for ever.
            // Model: tests/loom/condition.rs::a_notification_given_up_goes_to_the_next.
            self.notify(1);
        }
    }
}

impl Default for Condition {
    #[track_caller]
    fn default() -> Self {
        Condition::new()
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiters = !self.line.lock().is_empty(); // Not in the call below: writing is somebody else's code.
        f.debug_struct("Condition").field("waiters", &waiters).finish()
    }
}

/// A wait at a [`Condition`]: the future behind [`Condition::wait`], to be named where it is kept. `L` is how the guard
/// reaches its lock: `&Lock<T>` or `Arc<Lock<T>>`.
///
/// ```
/// use async_kata::sync::{Condition, Lock, condition::Waiting};
/// # tokio_test::block_on(async {
/// let (lock, changed) = (Lock::new(1), Condition::new());
/// let wait: Waiting<'_, i32, &Lock<i32>> = changed.wait(lock.lock().await);
/// assert!(lock.try_lock().is_none()); // not polled yet: it still has the guard
/// drop(wait);
/// assert!(lock.try_lock().is_some());
/// # });
/// ```
///
/// **Cancel-safe**: dropping it, at any poll, drops what it has. A notification that it had goes to the next.
///
/// # Panics
/// Polled again after it was ready.
#[must_use = "a wait unlocks and waits only when it is polled"]
pub struct Waiting<'a, T: ?Sized, L: Deref<Target = Lock<T>>> {
    condition: &'a Condition,
    stage: Stage<T, L>,
    site: Site,
    wait: Wait,
}

enum Stage<T: ?Sized, L: Deref<Target = Lock<T>>> {
    /// Never polled. Drop: unlocks.
    Holds(Guard<T, L>),
    /// Unlocked and in line, or notified and not polled since. Drop: leaves the line, or passes the notification on.
    InLine(Place, L),
    /// Notified, and in line for the lock. Drop: leaves that line, and passes the notification on.
    Locks(Locking<T, L>),
    /// Gave the guard back. Drop: nothing.
    Done,
}

impl<T: ?Sized, L: Reaches<T>> Waiting<'_, T, L> {
    /// The first poll: joins the line, and only then unlocks.
    fn join(&mut self, cx: &mut Context<'_>) {
        let waker = cx.waker().clone();
        let Stage::Holds(guard) = &self.stage else { return };
        let lock = guard.reach();
        // In line before the lock is free. The other way round:
        //   1. we unlock   2. another locks, changes the value, and finds nobody to notify   3. we join the line: for ever.
        // Model: tests/loom/condition.rs::news_is_never_missed.
        let place = self.condition.line.lock().join(waker, ());
        let held = mem::replace(&mut self.stage, Stage::InLine(place, lock));
        self.wait = self.condition.tag.waits(self.site);
        drop(held);
    }

    /// Goes on to the lock if we were notified.
    fn is_notified(&mut self, place: Place, cx: &mut Context<'_>) -> bool {
        if rearm(&self.condition.line, cx.waker(), |line| line.waker(place)) {
            return false;
        }
        self.wait = Wait::NONE;
        if let Stage::InLine(_, lock) = &self.stage {
            self.stage = Stage::Locks(Locking::new(lock.clone(), self.site));
        }
        true
    }
}

impl<T: ?Sized, L: Reaches<T>> Future for Waiting<'_, T, L> {
    type Output = Guard<T, L>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Guard<T, L>> {
        let this = self.get_mut();
        if let Stage::Holds(_) = this.stage {
            this.join(cx);
            return Poll::Pending;
        }
        if let Stage::InLine(place, _) = this.stage
            && !this.is_notified(place, cx)
        {
            return Poll::Pending;
        }
        let Stage::Locks(locking) = &mut this.stage else { panic!("polled again after it was ready") };
        let locked = Pin::new(locking).poll(cx);
        if locked.is_ready() {
            this.stage = Stage::Done;
        }
        locked
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> Drop for Waiting<'_, T, L> {
    fn drop(&mut self) {
        self.wait = Wait::NONE;
        match mem::replace(&mut self.stage, Stage::Done) {
            Stage::Holds(_) | Stage::Done => {}
            Stage::InLine(place, _) => self.condition.give_up(place),
            // Model: tests/loom/condition.rs::a_notification_given_up_at_the_lock_goes_to_the_next.
            Stage::Locks(locking) => both(|| self.condition.notify(1), || drop(locking)),
        }
    }
}

impl<T: ?Sized, L: Deref<Target = Lock<T>>> fmt::Debug for Waiting<'_, T, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.stage {
            Stage::Holds(_) => "Waiting(not polled yet)",
            Stage::InLine(..) => "Waiting(in line)",
            Stage::Locks(_) => "Waiting(notified)",
            Stage::Done => "Waiting(done)",
        })
    }
}
