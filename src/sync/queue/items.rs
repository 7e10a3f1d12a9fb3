//! The order in which a queue gives out its items.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// Which of its items a [`Queue`](super::Queue) gives out next.
///
/// ```
/// use async_kata::sync::{Queue, queue::Order};
/// let errands = Queue::ordered(Order::Smallest(|errand: &(i64, &str)| errand.0), None);
/// for errand in [(2, "milk"), (1, "fire"), (2, "bread")] {
///     errands.try_put(errand).unwrap();
/// }
/// let mut next = || errands.try_get().unwrap().1;
/// assert_eq!([next(), next(), next()], ["fire", "milk", "bread"]);
/// ```
pub enum Order<T> {
    /// The oldest: first in, first out.
    Oldest,
    /// The newest: last in, first out; a stack.
    Newest,
    /// The one with the smallest rank, the oldest among equals. The function tells an item's rank; it is called once for
    /// each, by whoever puts it, before the queue looks at it. A rank is a number and not any `Ord`, since comparing runs
    /// under the queue's mutex and must not be somebody else's code: turn it round with `-`, and pack what has parts, as in
    /// `day * 24 + hour`.
    Smallest(fn(&T) -> i64),
}

impl<T> fmt::Debug for Order<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Order::Oldest => "Oldest",
            Order::Newest => "Newest",
            Order::Smallest(_) => "Smallest",
        })
    }
}

/// The items themselves. Ranks are numbers, so that comparing them is none of the user's code: it runs under the mutex.
pub(super) enum Items<T> {
    Oldest(VecDeque<T>),
    Newest(Vec<T>),
    /// By rank, then by number. The second field: how many were ever put.
    Smallest(BTreeMap<(i64, u64), T>, u64),
}

impl<T> Items<T> {
    pub(super) fn new(order: &Order<T>) -> Self {
        match order {
            Order::Oldest => Items::Oldest(VecDeque::new()),
            Order::Newest => Items::Newest(Vec::new()),
            Order::Smallest(_) => Items::Smallest(BTreeMap::new(), 0),
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        match self {
            Items::Oldest(items) => items.len(),
            Items::Newest(items) => items.len(),
            Items::Smallest(items, _) => items.len(),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, rank: i64, item: T) {
        match self {
            Items::Oldest(items) => items.push_back(item),
            Items::Newest(items) => items.push(item),
            Items::Smallest(items, n_put) => {
                *n_put += 1;
                items.insert((rank, *n_put), item);
            }
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        match self {
            Items::Oldest(items) => items.pop_front(),
            Items::Newest(items) => items.pop(),
            Items::Smallest(items, _) => items.pop_first().map(|(_, item)| item),
        }
    }

    /// Empties it. What comes back is dropped after the mutex: an item's drop is somebody else's code.
    pub(super) fn take(&mut self) -> Self {
        let empty = match self {
            Items::Oldest(_) => Items::Oldest(VecDeque::new()),
            Items::Newest(_) => Items::Newest(Vec::new()),
            Items::Smallest(_, n_put) => Items::Smallest(BTreeMap::new(), *n_put),
        };
        std::mem::replace(self, empty)
    }
}
