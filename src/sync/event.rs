//! A gate that stands open or shut: tasks wait at it, and opening lets through everybody who is there.
//!
//! One word of state says whether the gate is open and whether anybody waits, so opening a gate at which nobody waits,
//! and walking through an open one, never touch the line:
//!
//! | state | true while the line's mutex is free | comes next |
//! |---|---|---|
//! | `SHUT` | nobody waits | `SET` by `set`; `WAITERS` by `join` |
//! | `SET` | nobody waits | `SHUT` by `clear` |
//! | `WAITERS` | shut, somebody waits | `SET` by `release_all`; `SHUT` when the last one gives up |
//!
//! `SET | WAITERS` is seen only while `join`, under the mutex, looks a second time. Every change is a
//! read-modify-write, never a plain store: so an Acquire that reads the state is paired with *all* the `set`s before,
//! not with the last only.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::line::{Line, Place, Served, Wakers, rearm};
use crate::shim::{AtomicUsize, Mutex, Ordering, Site, Tag, Wait};

const SHUT: usize = 0;
const SET: usize = 1;
const WAITERS: usize = 2;

/// Tells any number of tasks that something has happened: level-triggered, like `asyncio.Event`.
///
/// [`wait`](Self::wait) is ready while the event is set, and waits while it is not. [`set`](Self::set) lets through
/// everybody who waits at that moment, even when [`clear`](Self::clear) follows before any of them has run.
///
/// ```
/// use async_kata::sync::Event;
/// # tokio_test::block_on(async {
/// let ready = Event::new();
/// let waiter = async {
///     ready.wait().await;
///     "the waiter goes on"
/// };
/// let setter = async {
///     ready.set();
///     ready.clear(); // whoever waits at the moment of `set` goes on all the same
/// };
/// assert_eq!(tokio::join!(waiter, setter).0, "the waiter goes on");
/// # });
/// ```
///
/// **Fairness**: all who wait are let through at once, and woken in the order in which they came.
///
/// **Cancel-safety**: dropping a wait at any poll changes nothing for anybody else. There is nothing to lose: what was
/// set stays set.
///
/// **Memory ordering**: what was written before a `set` is visible after the wait that it let through, after an
/// `is_set` that saw it, and after the `clear` that took it back.
///
/// **Elsewhere**: these are the semantics of CPython 3.13's `asyncio.Event`, which also lets everybody go who waits at
/// a `set` that is cleared at once. tokio's nearest is `Notify`, an edge: `notify_waiters` reaches every
/// `notified()` that was made before, polled or not, and is forgotten; `notify_one` stores one permit that one wait takes
/// away. Its `SetOnce` is a level that cannot be cleared. event-listener, which async-lock is built on, is an edge, too, and
/// listens from the moment that `listen()` is called.
pub struct Event {
    state: AtomicUsize,
    /// Moved under the line's mutex.
    served: Served,
    line: Mutex<Line<()>>,
    tag: Tag,
}

impl Event {
    /// An event that is not set.
    ///
    /// ```
    /// # use async_kata::sync::Event;
    /// assert!(!Event::new().is_set());
    /// ```
    #[track_caller]
    pub fn new() -> Self {
        Event {
            state: AtomicUsize::new(SHUT),
            served: Served::new(),
            line: Mutex::new(Line::new()),
            tag: Tag::new("Event"),
        }
    }

    /// Whether it is set, at this moment.
    ///
    /// `true` shows everything that was written before the `set`; it promises nothing about the next moment.
    ///
    /// ```
    /// use async_kata::sync::Event;
    /// let event = Event::new();
    /// assert!(!event.is_set());
    /// event.set();
    /// assert!(event.is_set());
    /// ```
    #[inline]
    pub fn is_set(&self) -> bool {
        // Acquire: pairs with the Release in `set` and `release_all`. Carries: what the setters wrote before.
        self.state.load(Ordering::Acquire) & SET != 0
    }

    /// Sets it: lets through all who wait, and all who come until somebody [`clear`](Self::clear)s it.
    ///
    /// Setting what is set already is no error. It counts all the same: whoever clears the event after this sees what
    /// was written before this.
    ///
    /// ```
    /// use async_kata::sync::Event;
    /// # tokio_test::block_on(async {
    /// let event = Event::new();
    /// event.set();
    /// event.wait().await; // set: does not wait
    /// event.wait().await; // still set: waiting does not take it away
    /// # });
    /// ```
    ///
    /// **Panics** only if the waker of a waiting task panics; everybody else was woken by then.
    #[inline]
    pub fn set(&self) {
        let mut state = self.state.load(Ordering::Relaxed); // A guess, which the exchange verifies.
        while state & WAITERS == 0 {
            // Also when it is set already. Returning early then would strand whoever clears, looks again, and waits:
            //   1. A sets   2. B writes its news, sees A's `set`, returns   3. C clears: reads A's `set`, so learns
            //   nothing of B   4. C looks for news, may miss B's, and waits: for ever.
            // Model: tests/loom/event.rs::no_news_is_missed_by_clear_look_wait_3_preemptions.
            //
            // Release: pairs with the Acquire in `is_set`, `clear` and `join`. Carries: what we wrote before.
            match self.state.compare_exchange_weak(state, SET, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(now) => state = now,
            }
        }
        self.release_all();
    }

    /// Takes the `set` back: from now on, who comes waits. Those who were let through stay let through.
    ///
    /// It sees everything that was written before the `set` it takes back, so the usual loop misses nothing: clear,
    /// look whether there is work, wait.
    ///
    /// ```
    /// use async_kata::sync::Event;
    /// let event = Event::new();
    /// event.set();
    /// event.clear();
    /// event.clear(); // clearing what is clear is no error
    /// assert!(!event.is_set());
    /// ```
    #[inline]
    pub fn clear(&self) {
        // Acquire: pairs with the Release in `set` and `release_all`. Carries: what the setters wrote before; who
        // clears and then finds no work relies on it. Model:
        // tests/loom/event.rs::no_news_is_missed_by_clear_look_wait_3_preemptions.
        self.state.fetch_and(!SET, Ordering::Acquire);
    }

    /// Waits until it is set. Ready at once if it is.
    ///
    /// ```
    /// use async_kata::sync::Event;
    /// # tokio_test::block_on(async {
    /// let event = Event::new();
    /// tokio::select! {
    ///     biased;
    ///     () = event.wait() => unreachable!("nobody sets it"),
    ///     () = std::future::ready(()) => {} // gave up waiting: nothing is left behind
    /// }
    /// # });
    /// ```
    ///
    /// A wait begins with its first poll: an event that is set *and cleared* between this call and that poll is not
    /// seen.
    ///
    /// **Cancel-safe**: dropping it leaves no trace.
    #[inline]
    #[track_caller]
    pub fn wait(&self) -> Waiting<'_> {
        Waiting { event: self, place: None, site: Site::here(), wait: Wait::NONE }
    }

    /// The `set` that meets waiters: opens and empties the line in one step under the mutex, and wakes after it.
    #[cold]
    fn release_all(&self) {
        let mut line = self.line.lock();
        // Not a `store`, though we hold the mutex: a `set` that met no waiters comes without it.
        //   1. we see waiters   2. the last one gives up   3. B writes its news and sets, in one exchange   4. we store
        //   over it: who clears now reads our `set`, and learns nothing of B.
        // Model: tests/loom/event.rs::a_late_set_hides_no_other_3_preemptions.
        //
        // Release: pairs with the Acquire in `is_set`, `clear` and `join`. Carries: what we wrote before.
        self.state.swap(SET, Ordering::Release);
        self.served.call(line.last_ticket());
        let mut wakers = Wakers::new();
        while let Some(called) = line.call() {
            wakers.push(called.waker);
        }
        drop(line);
        wakers.wake();
    }

    /// A wait that gives up before it is ready. Being let through is nobody's property, so nothing is to be passed on.
    #[cold]
    fn give_up(&self, place: Place) {
        let mut line = self.line.lock();
        let seat = line.leave(place);
        if line.is_empty() {
            // Not a `store`: we may have been called, and it would undo that `set`.
            // Model: tests/loom/event.rs::who_gives_up_may_come_again. Relaxed: carries nothing.
            // Left standing, WAITERS would only send the next `set` the long way.
            self.state.fetch_and(!WAITERS, Ordering::Relaxed);
        }
        drop(line);
        drop(seat);
    }
}

impl Default for Event {
    #[track_caller]
    fn default() -> Self {
        Event::new()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.load(Ordering::Relaxed); // A snapshot, old when it is read.
        f.debug_struct("Event").field("set", &(state & SET != 0)).field("waiters", &(state & WAITERS != 0)).finish()
    }
}

/// A wait for an [`Event`]: the future behind [`Event::wait`], to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Event, event::Waiting};
/// # tokio_test::block_on(async {
/// let event = Event::new();
/// let mut wait: Waiting<'_> = event.wait();
/// let now = tokio::select! { biased; () = &mut wait => true, () = std::future::ready(()) => false };
/// assert!(!now); // polled once: it waits
/// event.set();
/// event.clear();
/// wait.await; // and was let through
/// # });
/// ```
///
/// **Cancel-safe**: dropping it, at any poll, leaves no trace.
#[derive(Debug)]
#[must_use = "a wait does nothing unless polled"]
pub struct Waiting<'a> {
    event: &'a Event,
    /// `None`: not in line, because never polled yet, or done. Dropping it then has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl Waiting<'_> {
    /// The first poll of a wait that found the gate shut. `true`: it has been opened since.
    #[cold]
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let event = self.event;
        let waker = cx.waker().clone();
        let mut line = event.line.lock();
        // Announce us, and in the same step look again. Without the second look:
        //   1. we see the gate shut   2. `set` finds no waiters, and opens it   3. we join the line: for ever.
        // Model: tests/loom/event.rs::a_set_is_never_missed.
        //
        // Acquire: pairs with the Release in `set` and `release_all`. Carries: what the setters wrote before.
        if event.state.fetch_or(WAITERS, Ordering::Acquire) & SET != 0 {
            // Nobody is in line, or the gate would be shut. Not a `store`: it would undo a `clear` that comes just now.
            // Model: tests/loom/event.rs::a_clear_is_not_undone. Relaxed: carries nothing.
            event.state.fetch_and(!WAITERS, Ordering::Relaxed);
            drop(line);
            return true;
        }
        self.place = Some(line.join(waker, ()));
        drop(line);
        self.wait = event.tag.waits(self.site);
        false
    }

    /// A later poll: were we let through? If not, this poll's waker is the one to wake.
    fn is_served(&self, place: Place, cx: &mut Context<'_>) -> bool {
        self.event.served.covers(place) || !rearm(&self.event.line, cx.waker(), |line| line.waker(place))
    }
}

impl Future for Waiting<'_> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let through = match self.place {
            None => self.event.is_set() || self.join(cx),
            Some(place) => self.is_served(place, cx),
        };
        if !through {
            return Poll::Pending;
        }
        self.place = None;
        self.wait = Wait::NONE;
        Poll::Ready(())
    }
}

impl Drop for Waiting<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.wait = Wait::NONE;
            self.event.give_up(place);
        }
    }
}
