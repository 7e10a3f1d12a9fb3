//! How tasks wait at a queue: to put, to get, and until all work is done.
//!
//! All three go the same way. The first poll tries as a newcomer; if there is nothing for it, it joins its line *and looks
//! again in the same step*. A later poll that finds its place gone was called, and takes what it is promised. A drop
//! leaves the line or, when called, gives the promise back.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Queue;
use super::errors::{GetError, PutError, TryGetError, TryPutError};
use super::hall::Hall;
use crate::shim::{Site, Wait};
use crate::sync::line::{Place, rearm};

/// A put that waits for room: the future behind [`Queue::put`], to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Queue, queue::Putting};
/// # tokio_test::block_on(async {
/// let queue = Queue::bounded(1);
/// queue.try_put(1).unwrap();
/// let mut put: Putting<'_, i32> = queue.put(2);
/// let now = tokio::select! { biased; _ = &mut put => true, () = std::future::ready(()) => false };
/// assert!(!now); // polled once: it is in line
/// assert_eq!(queue.try_get(), Ok(1));
/// drop(put); // called, and never polled since: nothing was put
/// assert!(queue.is_empty());
/// # });
/// ```
///
/// **Cancel-safe**: dropped before it is ready, it has put nothing, and drops the item.
///
/// # Panics
/// Polled again after it was ready. And as [`Queue::put`].
#[must_use = "an item is put only when this is polled"]
pub struct Putting<'a, T> {
    queue: &'a Queue<T>,
    /// `None`: done.
    item: Option<T>,
    rank: i64,
    /// `None`: not in line, because never polled yet, or done. Dropping it then has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl<T> Unpin for Putting<'_, T> {}

impl<'a, T> Putting<'a, T> {
    #[inline]
    pub(super) fn new(queue: &'a Queue<T>, item: T, site: Site) -> Self {
        let rank = queue.rank_of(&item);
        Putting { queue, item: Some(item), rank, place: None, site, wait: Wait::NONE }
    }

    /// The first poll of a put that found no room. `true`: it was called at once.
    #[cold]
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let waker = cx.waker().clone();
        let mut hall = self.queue.hall();
        self.place = Some(hall.putters.join(waker, ()));
        // Look again. Without this line:
        //   1. we see no room   2. a get makes some, and finds nobody in line   3. we join it: for ever.
        // Model: tests/loom/queue.rs::room_is_never_missed.
        let ours = hall.call(); // Calls nobody but us: with others in line, there is no room for us.
        drop(hall);
        let called = !ours.is_empty();
        drop(ours); // Whatever this waker's drop does, our place is noted: we give back what we are promised.
        if !called {
            self.wait = self.queue.tag.waits(self.site);
        }
        called
    }

    /// A put that waits, or was called, is dropped.
    #[cold]
    fn give_up(&mut self, place: Place) {
        self.wait = Wait::NONE;
        drop(self.queue.change(|hall| hall.give_up_put(place)));
    }
}

impl<T> Future for Putting<'_, T> {
    type Output = Result<(), PutError<T>>;

    #[inline(always)] // See `Queue::change`.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (queue, rank) = (self.queue, self.rank);
        let called = match self.place {
            None => {
                let item = self.item.take().expect("polled again after it was ready");
                match queue.change(|hall| hall.put(rank, item)) {
                    Ok(()) => return Poll::Ready(Ok(())),
                    Err(TryPutError::ShutDown(item)) => return Poll::Ready(Err(PutError(item))),
                    Err(TryPutError::Full(item)) => self.item = Some(item),
                }
                self.join(cx)
            }
            Some(place) => !rearm(&queue.hall, cx.waker(), |hall| hall.putters.waker(place)),
        };
        if !called {
            return Poll::Pending;
        }
        self.place = None;
        self.wait = Wait::NONE;
        let item = self.item.take().expect("kept while it waits");
        Poll::Ready(queue.change(|hall| hall.put_as_promised(rank, item)))
    }
}

impl<T> Drop for Putting<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.give_up(place);
        }
    }
}

impl<T> fmt::Debug for Putting<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Putting").field("waits", &self.place.is_some()).finish()
    }
}

/// A get that waits for an item: the future behind [`Queue::get`], to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Queue, queue::Getting};
/// # tokio_test::block_on(async {
/// let queue = Queue::unbounded();
/// let mut get: Getting<'_, i32> = queue.get();
/// let now = tokio::select! { biased; _ = &mut get => true, () = std::future::ready(()) => false };
/// assert!(!now); // polled once: it is in line
/// queue.try_put(1).unwrap();
/// assert!(queue.try_get().is_err()); // it is promised to `get`
/// drop(get); // called, and never polled since: nothing was taken
/// assert_eq!(queue.try_get(), Ok(1));
/// # });
/// ```
///
/// **Cancel-safe**: dropped before it is ready, it has taken nothing.
#[must_use = "an item is taken only when this is polled"]
pub struct Getting<'a, T> {
    queue: &'a Queue<T>,
    /// `None`: not in line, because never polled yet, or done. Dropping it then has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl<'a, T> Getting<'a, T> {
    #[inline]
    pub(super) fn new(queue: &'a Queue<T>, site: Site) -> Self {
        Getting { queue, place: None, site, wait: Wait::NONE }
    }

    /// The first poll of a get that found no item. `true`: it was called at once.
    #[cold]
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let waker = cx.waker().clone();
        let mut hall = self.queue.hall();
        self.place = Some(hall.getters.join(waker, ()));
        // Look again. Without this line:
        //   1. we see no item   2. one is put, and nobody is in line   3. we join it: for ever.
        // Model: tests/loom/queue.rs::an_item_is_never_missed.
        let ours = hall.call(); // Calls nobody but us: with others in line, there is no item for us.
        drop(hall);
        let called = !ours.is_empty();
        drop(ours); // Whatever this waker's drop does, our place is noted: we give back what we are promised.
        if !called {
            self.wait = self.queue.tag.waits(self.site);
        }
        called
    }

    /// A get that waits, or was called, is dropped.
    #[cold]
    fn give_up(&mut self, place: Place) {
        self.wait = Wait::NONE;
        drop(self.queue.change(|hall| hall.give_up_get(place)));
    }
}

impl<T> Future for Getting<'_, T> {
    type Output = Result<T, GetError>;

    #[inline(always)] // See `Queue::change`.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let queue = self.queue;
        let called = match self.place {
            None => match queue.try_get() {
                Ok(item) => return Poll::Ready(Ok(item)),
                Err(TryGetError::ShutDown) => return Poll::Ready(Err(GetError)),
                Err(TryGetError::Empty) => self.join(cx),
            },
            Some(place) => !rearm(&queue.hall, cx.waker(), |hall| hall.getters.waker(place)),
        };
        if !called {
            return Poll::Pending;
        }
        self.place = None;
        self.wait = Wait::NONE;
        Poll::Ready(queue.take(Hall::get_as_promised))
    }
}

impl<T> Drop for Getting<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.give_up(place);
        }
    }
}

impl<T> fmt::Debug for Getting<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Getting").field("waits", &self.place.is_some()).finish()
    }
}

/// A wait until all work is done: the future behind [`Queue::join`], to be named where it is kept.
///
/// ```
/// use async_kata::sync::{Queue, queue::Joining};
/// # tokio_test::block_on(async {
/// let queue = Queue::<u8>::unbounded();
/// let join: Joining<'_, u8> = queue.join();
/// join.await; // nothing was put
/// # });
/// ```
///
/// **Cancel-safe**: dropping it leaves no trace.
#[must_use = "a wait does nothing unless polled"]
pub struct Joining<'a, T> {
    queue: &'a Queue<T>,
    /// `None`: not in line, because never polled yet, or done. Dropping it then has nothing to undo.
    place: Option<Place>,
    site: Site,
    wait: Wait,
}

impl<'a, T> Joining<'a, T> {
    #[inline]
    pub(super) fn new(queue: &'a Queue<T>, site: Site) -> Self {
        Joining { queue, place: None, site, wait: Wait::NONE }
    }

    /// The first poll. `true`: the work is done.
    fn join(&mut self, cx: &mut Context<'_>) -> bool {
        let waker = cx.waker().clone();
        let mut hall = self.queue.hall();
        self.place = Some(hall.joiners.join(waker, ()));
        let ours = hall.call(); // Calls nobody but us: with others in line, there is work left.
        drop(hall);
        if ours.is_empty() {
            self.wait = self.queue.tag.waits(self.site);
        }
        !ours.is_empty()
    }
}

impl<T> Future for Joining<'_, T> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let is_done = match self.place {
            None => self.join(cx),
            Some(place) => !rearm(&self.queue.hall, cx.waker(), |hall| hall.joiners.waker(place)),
        };
        if !is_done {
            return Poll::Pending;
        }
        self.place = None;
        self.wait = Wait::NONE;
        Poll::Ready(())
    }
}

impl<T> Drop for Joining<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.wait = Wait::NONE;
            let seat = self.queue.hall().joiners.leave(place);
            drop(seat); // With the mutex free.
        }
    }
}

impl<T> fmt::Debug for Joining<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joining").field("waits", &self.place.is_some()).finish()
    }
}
