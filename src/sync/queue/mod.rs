//! A queue between tasks: whoever gets waits for an item, whoever puts waits for room.
//!
//! Unlike its sisters it has no word of state beside the line: every step takes the mutex for a moment, and what that
//! guards is ordinary data, to be read as if there were one thread. So there is no memory ordering to get wrong.
//!
//! In reading order: `hall.rs`, what is done under the mutex; this file, what tasks call; `futures.rs`, how they wait;
//! `items.rs`, in which order; `errors.rs`.

mod errors;
mod futures;
mod hall;
mod items;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub use errors::{GetError, PutError, TooManyDone, TryGetError, TryPutError};
pub use futures::{Getting, Joining, Putting};
use hall::Hall;
pub use items::Order;

use super::line::both;
use crate::shim::{Mutex, MutexGuard, Site, Tag};

/// Items on their way from tasks that put them to tasks that get them.
///
/// ```
/// use async_kata::sync::Queue;
/// # tokio_test::block_on(async {
/// let queue = Queue::bounded(2);
/// let produce = async {
///     for n in 1..=5 {
///         queue.put(n).await.unwrap(); // waits whenever two are in it
///     }
///     queue.shutdown();
/// };
/// let consume = async {
///     let mut sum = 0;
///     while let Ok(n) = queue.get().await {
///         sum += n;
///     }
///     sum
/// };
/// assert_eq!(tokio::join!(produce, consume).1, 15);
/// # });
/// ```
///
/// **Order**: first in, first out, unless [another](Order) was asked for. An item is in when its put is ready, not when its
/// put began to wait: so concurrent histories are linearizable, and giving up is exact.
///
/// **Fairness**: tasks are *called* first come, first served, counted from a future's first poll, among those who put and
/// among those who get; and a newcomer, waiting or trying, never takes what a called one is promised. Of several who are
/// called at once, each puts or takes when it is polled: if an executor polls the second first (as a worker of tokio's
/// multi-thread runtime does with the task woken last), the second item goes in first. Executors that run tasks in the order
/// of their wake-ups, such as tokio's current-thread runtime, keep the order throughout.
///
/// **Cancel-safety**: a [`put`](Self::put) that is dropped before it returned has put nothing, a [`get`](Self::get) that
/// is dropped before it returned has taken nothing, whether they waited or were called already. What they were promised
/// goes to the next.
///
/// **Panics**: no item is lost to a waker that panics, except the one that a panicking `get` or `try_get` was about to
/// return: it is dropped, and reported [done](Self::task_done).
///
/// **Memory ordering**: what was done before a put is visible to whoever gets the item; what was done before
/// [`task_done`](Self::task_done), to whoever [`join`](Self::join) lets go.
///
/// **Elsewhere**: CPython 3.13's `asyncio.Queue` promises nothing: a newcomer may take the room that a woken `put` was
/// woken for, and items change places ([gh-83055](https://github.com/python/cpython/issues/83055)); its `PriorityQueue`
/// compares items, and is not stable. tokio's `mpsc` has one receiver, and no `join`. flume and kanal let a waiting send
/// go before its task is polled: if that is dropped then, the item was sent all the same. async-channel lets newcomers
/// overtake those who wait.
pub struct Queue<T> {
    hall: Mutex<Hall<T>>,
    capacity: Option<usize>,
    /// `None`: the order needs no ranks.
    rank: Option<fn(&T) -> i64>,
    tag: Tag,
}

impl<T> Queue<T> {
    /// An empty queue, first in, first out, that holds so many items at the most.
    ///
    /// # Panics
    /// If that is none: no item could ever go through.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::bounded(1);
    /// assert!(queue.try_put('a').is_ok() && queue.try_put('b').is_err());
    /// ```
    #[track_caller]
    pub fn bounded(capacity: usize) -> Self {
        Self::ordered(Order::Oldest, Some(capacity))
    }

    /// An empty queue, first in, first out, in which nobody waits to put.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::unbounded();
    /// (0..1000).for_each(|n| queue.try_put(n).unwrap());
    /// ```
    #[track_caller]
    pub fn unbounded() -> Self {
        Self::ordered(Order::Oldest, None)
    }

    /// An empty queue that gives out its items in this order, with this capacity or, for `None`, without one.
    ///
    /// # Panics
    /// If the capacity is 0.
    ///
    /// ```
    /// use async_kata::sync::{Queue, queue::Order};
    /// let stack = Queue::ordered(Order::Newest, None);
    /// stack.try_put(1).unwrap();
    /// stack.try_put(2).unwrap();
    /// assert_eq!(stack.try_get(), Ok(2));
    /// ```
    #[track_caller]
    pub fn ordered(order: Order<T>, capacity: Option<usize>) -> Self {
        assert!(
            capacity != Some(0),
            "a queue of capacity 0: no item could go through it; take 1 or more, or `unbounded`"
        );
        let hall = Mutex::new(Hall::new(&order, capacity.unwrap_or(usize::MAX)));
        let rank = if let Order::Smallest(rank) = order { Some(rank) } else { None };
        Queue { hall, capacity, rank, tag: Tag::new("Queue") }
    }

    /// Puts an item, when there is room.
    ///
    /// ```
    /// use async_kata::sync::Queue;
    /// # tokio_test::block_on(async {
    /// let queue = Queue::bounded(8);
    /// queue.put("a").await.unwrap();
    /// assert_eq!(queue.len(), 1);
    /// # });
    /// ```
    ///
    /// The future takes its place in line at its first poll, not when it is made.
    ///
    /// **Cancel-safe**: dropped before it is ready, it has put nothing, and drops the item.
    ///
    /// # Errors
    /// If the queue was shut down. The item comes back.
    ///
    /// # Panics
    /// If the function of [`Order::Smallest`] does, at this call. A poll: if the waker of the task that gets the item
    /// does; the item is in the queue then.
    #[inline]
    #[track_caller]
    pub fn put(&self, item: T) -> Putting<'_, T> {
        Putting::new(self, item, Site::here())
    }

    /// Puts an item if there is room now that nobody else is promised.
    ///
    /// ```
    /// use async_kata::sync::{Queue, queue::TryPutError};
    /// let queue = Queue::bounded(1);
    /// assert_eq!(queue.try_put('a'), Ok(()));
    /// assert_eq!(queue.try_put('b'), Err(TryPutError::Full('b')));
    /// ```
    ///
    /// # Errors
    /// If there is no room, or the queue was shut down. The item comes back.
    ///
    /// # Panics
    /// As [`put`](Self::put).
    #[inline]
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        let rank = self.rank_of(&item);
        self.change(|hall| hall.put(rank, item))
    }

    /// Gets the next item, when there is one.
    ///
    /// ```
    /// use async_kata::sync::Queue;
    /// # tokio_test::block_on(async {
    /// let queue = Queue::unbounded();
    /// queue.try_put(7).unwrap();
    /// assert_eq!(queue.get().await, Ok(7));
    /// # });
    /// ```
    ///
    /// The future takes its place in line at its first poll, not when it is made.
    ///
    /// **Cancel-safe**: dropped before it is ready, it has taken nothing.
    ///
    /// # Errors
    /// If the queue was shut down and is empty.
    ///
    /// # Panics
    /// If the waker of a task that gets the room does; the item is dropped then.
    #[inline]
    #[track_caller]
    pub fn get(&self) -> Getting<'_, T> {
        Getting::new(self, Site::here())
    }

    /// Gets the next item if there is one now that nobody else is promised.
    ///
    /// ```
    /// use async_kata::sync::{Queue, queue::TryGetError};
    /// let queue = Queue::unbounded();
    /// queue.try_put(7).unwrap();
    /// assert_eq!(queue.try_get(), Ok(7));
    /// assert_eq!(queue.try_get(), Err(TryGetError::Empty));
    /// ```
    ///
    /// # Errors
    /// If there is none, or if the queue was shut down and is empty.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[inline]
    pub fn try_get(&self) -> Result<T, TryGetError> {
        self.take(Hall::get)
    }

    /// How many items are in it, promised ones among them.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::unbounded();
    /// queue.try_put('a').unwrap();
    /// assert_eq!(queue.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.hall.lock().len()
    }

    /// Whether there is no item in it.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// assert!(Queue::<u8>::unbounded().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all room is taken or promised, so that a [`try_put`](Self::try_put) would fail. A snapshot.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::bounded(1);
    /// queue.try_put('a').unwrap();
    /// assert!(queue.is_full());
    /// ```
    pub fn is_full(&self) -> bool {
        !self.hall.lock().has_room()
    }

    /// Whether it was [shut down](Self::shutdown).
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::<u8>::unbounded();
    /// queue.shutdown();
    /// assert!(queue.is_shut_down());
    /// ```
    pub fn is_shut_down(&self) -> bool {
        self.hall.lock().is_shut()
    }

    /// How many items it holds at the most; `None` for an unbounded queue.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// assert_eq!(Queue::<u8>::bounded(3).capacity(), Some(3));
    /// ```
    pub fn capacity(&self) -> Option<usize> {
        self.capacity
    }

    /// Reports the work on one item done. Whoever gets an item calls it once, if anybody [joins](Self::join).
    ///
    /// ```
    /// use async_kata::sync::{Queue, queue::TooManyDone};
    /// let queue = Queue::unbounded();
    /// queue.try_put("job").unwrap();
    /// queue.try_get().unwrap();
    /// assert_eq!(queue.task_done(), Ok(()));
    /// assert_eq!(queue.task_done(), Err(TooManyDone));
    /// ```
    ///
    /// # Errors
    /// If it was called for every item already.
    ///
    /// # Panics
    /// If the waker of a task that joins does; the work is done all the same.
    pub fn task_done(&self) -> Result<(), TooManyDone> {
        self.change(Hall::task_done)
    }

    /// Waits until the work on every item that was put [is done](Self::task_done). Ready at once if it is.
    ///
    /// ```
    /// use async_kata::sync::Queue;
    /// # tokio_test::block_on(async {
    /// let queue = Queue::bounded(1);
    /// let work = async {
    ///     while let Ok(_job) = queue.get().await {
    ///         queue.task_done().unwrap();
    ///     }
    /// };
    /// let order = async {
    ///     queue.put(1).await.unwrap();
    ///     queue.put(2).await.unwrap();
    ///     queue.join().await;
    ///     queue.shutdown();
    /// };
    /// tokio::join!(work, order);
    /// # });
    /// ```
    ///
    /// Who waits when the last work is done is let go, also if another item is put before it runs.
    ///
    /// **Deadlock**: a `get` without its `task_done` keeps everybody waiting for ever.
    ///
    /// **Cancel-safe**: dropping it leaves no trace.
    #[inline]
    #[track_caller]
    pub fn join(&self) -> Joining<'_, T> {
        Joining::new(self, Site::here())
    }

    /// No more puts; gets go on until the queue is empty. Once is enough: again does nothing.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::unbounded();
    /// queue.try_put(7).unwrap();
    /// queue.shutdown();
    /// assert!(queue.try_put(8).is_err());
    /// assert!(queue.try_get().is_ok() && queue.try_get().is_err());
    /// ```
    ///
    /// Who waits to put gets its item back, also if it was called already. Who waits to get is told when the last item
    /// is gone.
    ///
    /// # Panics
    /// If the waker of a task that waits does; the others are woken all the same.
    pub fn shutdown(&self) {
        self.change(Hall::shut_down);
    }

    /// As [`shutdown`](Self::shutdown), and drops what is in the queue: gets go on no longer, and nobody
    /// [joins](Self::join) for those items.
    ///
    /// ```
    /// # use async_kata::sync::Queue;
    /// let queue = Queue::unbounded();
    /// queue.try_put(7).unwrap();
    /// queue.shutdown_now();
    /// assert!(queue.try_get().is_err());
    /// ```
    ///
    /// # Panics
    /// As [`shutdown`](Self::shutdown), and if an item's drop does, after everybody was woken.
    pub fn shutdown_now(&self) {
        let mut hall = self.hall.lock();
        let (items, wakers) = (hall.shut_down_now(), hall.call());
        drop(hall);
        both(|| wakers.wake(), || drop(items));
    }

    fn rank_of(&self, item: &T) -> i64 {
        self.rank.map_or(0, |rank| rank(item))
    }

    /// One step under the mutex; who can go on by it is called, and woken after it.
    ///
    /// Inlined always, and so are the polls that call it, or the compiler keeps them apart. Together with a task's code they
    /// need no future in memory: an item put and got without waiting takes half the time. What is rare is `#[cold]`.
    #[inline(always)]
    fn change<R>(&self, step: impl FnOnce(&mut Hall<T>) -> R) -> R {
        let mut hall = self.hall.lock();
        let result = step(&mut hall);
        if hall.calls_somebody() {
            Self::call(hall);
        }
        result
    }

    #[cold]
    fn call(mut hall: MutexGuard<'_, Hall<T>>) {
        let wakers = hall.call();
        drop(hall);
        wakers.wake();
    }

    /// As [`change`](Self::change), for a step that takes an item out.
    #[inline(always)]
    fn take<E>(&self, step: impl FnOnce(&mut Hall<T>) -> Result<T, E>) -> Result<T, E> {
        let mut hall = self.hall.lock();
        let taken = step(&mut hall);
        if hall.calls_somebody() { self.call_and_give(hall, taken) } else { taken }
    }

    #[cold]
    fn call_and_give<E>(&self, mut hall: MutexGuard<'_, Hall<T>>, taken: Result<T, E>) -> Result<T, E> {
        let wakers = hall.call();
        drop(hall);
        let Err(panic) = catch_unwind(AssertUnwindSafe(|| wakers.wake())) else { return taken };
        // Nobody will get the item, so nobody would report it done, and whoever joins would wait for ever.
        let is_lost = taken.is_ok();
        let report = || {
            if is_lost {
                let _ = self.task_done();
            }
        };
        both(|| resume_unwind(panic), || both(|| drop(taken), report));
        unreachable!("the panic went on")
    }

    fn hall(&self) -> MutexGuard<'_, Hall<T>> {
        self.hall.lock()
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hall = self.hall();
        let (len, unfinished, is_shut) = (hall.len(), hall.unfinished(), hall.is_shut());
        let (get, put) = (!hall.getters.is_empty(), !hall.putters.is_empty());
        let (promised_items, promised_room) = hall.promised();
        drop(hall); // Writing is somebody else's code.
        let mut shown = f.debug_struct("Queue");
        shown.field("len", &len).field("capacity", &self.capacity).field("unfinished", &unfinished);
        shown.field("waiting_to_get", &get).field("waiting_to_put", &put).field("shut_down", &is_shut);
        shown.field("promised_items", &promised_items).field("promised_room", &promised_room).finish()
    }
}
