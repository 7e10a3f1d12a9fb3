//! A meeting point: tasks wait until so many have come, and then all go on together.
//!
//! Who waits stands in the line. The one who makes it full calls everybody, and notes for each ticket the number it gets:
//! so whoever is called finds its number, and whoever is called *without* one was not let through, but sent away by
//! [`abort`](Barrier::abort) or [`reset`](Barrier::reset).

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::line::{Line, Place, Wakers, both, rearm};
use crate::shim::{Mutex, Site, Tag, Wait};

/// A point that a fixed number of tasks pass together, again and again.
///
/// ```
/// use async_kata::sync::Barrier;
/// # tokio_test::block_on(async {
/// let barrier = Barrier::new(3);
/// let meet = async || barrier.wait().await.unwrap();
/// let (a, b, c) = tokio::join!(meet(), meet(), meet());
/// assert_eq!([a, b, c], [0, 1, 2]); // the order of coming
/// # });
/// ```
///
/// **Numbers**: each of those who pass together gets another number, from 0, in the order of their first polls; the one
/// who made the barrier full has the last.
///
/// **Cancel-safety**: a wait that is dropped before the barrier is full has not come, and others move up. Dropped after
/// that it has passed, and its number is nobody's.
///
/// **Fairness**: who comes when enough are there belongs to the next round, though the others have not run yet.
///
/// **Panics**: a wait that makes the barrier full, `abort` and `reset` panic only if the waker of another task does; the
/// others are woken all the same. The wait has passed then, though it could not tell its number: polled again, it comes anew.
///
/// **Memory ordering**: what each did before it came is visible to all who pass with it.
///
/// **Elsewhere**: CPython 3.13's `asyncio.Barrier` keeps newcomers out until the last has left, gives a number twice
/// after a cancel ([gh-155233](https://github.com/python/cpython/issues/155233)), and an `abort` or `reset` there also
/// catches those who were let through and have not run yet. tokio's and async-lock's count a cancelled wait as come, and cannot be
/// aborted.
pub struct Barrier {
    hall: Mutex<Hall>,
    parties: usize,
    tag: Tag,
}

struct Hall {
    line: Line<()>,
    /// How many are in line.
    n_waiting: usize,
    /// The numbers of those who were let through and not polled since, each with its ticket; sorted, as tickets rise.
    numbers: VecDeque<(u64, usize)>,
    is_broken: bool,
}

impl Barrier {
    /// A barrier that so many tasks pass together.
    ///
    /// # Panics
    /// If that is none.
    ///
    /// ```
    /// # use async_kata::sync::Barrier;
    /// assert_eq!(Barrier::new(3).parties(), 3);
    /// ```
    #[track_caller]
    pub fn new(parties: usize) -> Self {
        assert!(parties > 0, "a barrier of 0 parties: nobody could pass it; take 1 or more");
        let hall = Hall { line: Line::new(), n_waiting: 0, numbers: VecDeque::new(), is_broken: false };
        Barrier { hall: Mutex::new(hall), parties, tag: Tag::new("Barrier") }
    }

    /// Waits until enough have come, and tells the number among them.
    ///
    /// ```
    /// use async_kata::sync::Barrier;
    /// # tokio_test::block_on(async {
    /// assert_eq!(Barrier::new(1).wait().await, Ok(0));
    /// # });
    /// ```
    ///
    /// The future comes with its first poll, not when it is made.
    ///
    /// **Cancel-safe**: dropped before the barrier is full, it has not come.
    ///
    /// # Errors
    /// If the barrier is broken, or is broken or reset while it waits.
    #[inline]
    #[track_caller]
    pub fn wait(&self) -> Waiting<'_> {
        Waiting { barrier: self, place: None, site: Site::here(), wait: Wait::NONE }
    }

    /// Breaks the barrier: who waits, and who comes later, gets an error, until it is [reset](Self::reset).
    ///
    /// ```
    /// use async_kata::sync::{Barrier, barrier::BrokenBarrier};
    /// # tokio_test::block_on(async {
    /// let barrier = Barrier::new(2);
    /// let (waited, ()) = tokio::join!(barrier.wait(), async { barrier.abort() });
    /// assert_eq!(waited, Err(BrokenBarrier));
    /// assert!(barrier.is_broken());
    /// # });
    /// ```
    pub fn abort(&self) {
        self.send_away(true);
    }

    /// Begins anew: who waits gets an error; who comes later is the first of a round.
    ///
    /// It does not reach those who were let through and have not run yet. So a task that leaves a round and resets sends away
    /// whoever has come for the next one; CPython's barrier lets nobody in before the round is out.
    ///
    /// ```
    /// use async_kata::sync::Barrier;
    /// # tokio_test::block_on(async {
    /// let barrier = Barrier::new(1);
    /// barrier.abort();
    /// barrier.reset();
    /// assert_eq!(barrier.wait().await, Ok(0));
    /// # });
    /// ```
    pub fn reset(&self) {
        self.send_away(false);
    }

    /// How many pass together.
    ///
    /// ```
    /// # use async_kata::sync::Barrier;
    /// assert_eq!(Barrier::new(2).parties(), 2);
    /// ```
    pub fn parties(&self) -> usize {
        self.parties
    }

    /// How many have come, and wait for others.
    ///
    /// ```
    /// # use async_kata::sync::Barrier;
    /// assert_eq!(Barrier::new(2).n_waiting(), 0);
    /// ```
    pub fn n_waiting(&self) -> usize {
        self.hall.lock().n_waiting
    }

    /// Whether it was [aborted](Self::abort), and not [reset](Self::reset) since.
    ///
    /// ```
    /// # use async_kata::sync::Barrier;
    /// let barrier = Barrier::new(2);
    /// barrier.abort();
    /// assert!(barrier.is_broken());
    /// ```
    pub fn is_broken(&self) -> bool {
        self.hall.lock().is_broken
    }

    /// Calls all who wait, and notes no numbers for them.
    fn send_away(&self, is_broken: bool) {
        let mut hall = self.hall.lock();
        hall.is_broken = is_broken;
        let wakers = hall.call_all(|_, _, _| ());
        drop(hall);
        wakers.wake();
    }
}

impl fmt::Debug for Barrier {
    /// `n_passing`: how many were let through and have not run since.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hall = self.hall.lock();
        let (n_waiting, n_passing, is_broken) = (hall.n_waiting, hall.numbers.len(), hall.is_broken);
        drop(hall); // Writing is somebody else's code.
        let mut shown = f.debug_struct("Barrier");
        shown.field("parties", &self.parties).field("n_waiting", &n_waiting);
        shown.field("n_passing", &n_passing).field("is_broken", &is_broken).finish()
    }
}

impl Hall {
    /// Takes all out of the line. `note` is told each ticket, and how many stood before it.
    fn call_all(&mut self, note: impl Fn(&mut VecDeque<(u64, usize)>, u64, usize)) -> Wakers {
        let mut wakers = Wakers::new();
        for nth in 0.. {
            let Some(called) = self.line.call() else { break };
            note(&mut self.numbers, called.ticket, nth);
            wakers.push(called.waker);
        }
        self.n_waiting = 0;
        wakers
    }

    /// The number of a place that was called. `None`: it was sent away.
    fn take_number(&mut self, place: Place) -> Option<usize> {
        let at = self.numbers.binary_search_by_key(&place.ticket(), |(ticket, _)| *ticket).ok()?;
        self.numbers.remove(at).map(|(_, number)| number) // Mostly the first: then nothing else moves.
    }
}

/// A wait at a [`Barrier`]: the future behind [`Barrier::wait`], to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Barrier, barrier::Waiting};
/// # tokio_test::block_on(async {
/// let barrier = Barrier::new(2);
/// let mut wait: Waiting<'_> = barrier.wait();
/// let now = tokio::select! { biased; _ = &mut wait => true, () = std::future::ready(()) => false };
/// assert!(!now && barrier.n_waiting() == 1);
/// drop(wait);
/// assert_eq!(barrier.n_waiting(), 0);
/// # });
/// ```
///
/// **Cancel-safe**: dropped before the barrier is full, it has not come.
#[derive(Debug)]
#[must_use = "nobody comes to a barrier before this is polled"]
pub struct Waiting<'a> {
    barrier: &'a Barrier,
    /// `None`: not in line, because never polled yet, or done. Dropping it then has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl Waiting<'_> {
    /// The first poll: makes the barrier full, or waits.
    fn come(&mut self, cx: &mut Context<'_>) -> Poll<Result<usize, BrokenBarrier>> {
        let barrier = self.barrier;
        let waker = cx.waker().clone();
        let mut hall = barrier.hall.lock();
        if hall.is_broken {
            drop(hall);
            return Poll::Ready(Err(BrokenBarrier));
        }
        if hall.n_waiting + 1 == barrier.parties {
            let wakers = hall.call_all(|numbers, ticket, number| numbers.push_back((ticket, number)));
            drop(hall);
            both(|| wakers.wake(), || drop(waker));
            return Poll::Ready(Ok(barrier.parties - 1));
        }
        hall.n_waiting += 1;
        self.place = Some(hall.line.join(waker, ()));
        drop(hall);
        self.wait = barrier.tag.waits(self.site);
        Poll::Pending
    }
}

impl Future for Waiting<'_> {
    type Output = Result<usize, BrokenBarrier>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(place) = self.place else { return self.come(cx) };
        if rearm(&self.barrier.hall, cx.waker(), |hall| hall.line.waker(place)) {
            return Poll::Pending;
        }
        self.place = None;
        self.wait = Wait::NONE;
        let number = self.barrier.hall.lock().take_number(place);
        Poll::Ready(number.ok_or(BrokenBarrier))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place else { return };
        self.wait = Wait::NONE;
        let mut hall = self.barrier.hall.lock();
        let seat = hall.line.leave(place);
        match seat {
            // Model: tests/loom/barrier.rs::who_gives_up_has_not_come.
            Some(_) => hall.n_waiting -= 1,
            None => drop(hall.take_number(place)),
        }
        drop(hall);
        drop(seat);
    }
}

/// Nobody passes this [`Barrier`] any more, or it was reset while we waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenBarrier;

impl fmt::Display for BrokenBarrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the barrier was aborted, or reset while waiting")
    }
}

impl Error for BrokenBarrier {}
