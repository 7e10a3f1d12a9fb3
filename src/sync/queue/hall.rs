//! What a queue's mutex guards: the items, the lines in front of them, and what those who were called are promised.
//!
//! Nobody who was called gets a certain item or a certain place: they are promised *one*, and take it when they are
//! polled. Two counts are the whole of it:
//!
//! ```text
//!   items     [ a ][ b ][ c ]                three items, two of them promised:
//!               \____/                       a newcomer may take one, the oldest there is
//!              promised                      (promises are a count, not a mark on `a` and `b`)
//!
//!   room      [   ][   ]                     two places free, one of them promised
//! ```
//!
//! That is what makes a queue exact when somebody gives up. A get that is dropped takes its promise back, and no item has
//! ever moved; a put that is dropped takes its item along, which was never in. Had each called getter been handed an item
//! of its own, one that gives up would have to put it back in front, after others had already got what came behind it:
//! then the second item would have been given out before the first.
//!
//! While the mutex is free (and the queue not both shut down and empty):
//!
//! - so many items are promised as getters were called and not polled since; the same for room and putters;
//! - somebody waits to get only while every item is promised, and to put only while all room is.
//!
//! So a newcomer who finds something that is not promised overtakes nobody. After every step [`Hall::call`] makes these
//! true again, whatever the step was: it promises what is free to whoever waits for it, from the front.

use std::task::Waker;

use super::errors::{GetError, PutError, TooManyDone, TryGetError, TryPutError};
use super::items::{Items, Order};
use crate::sync::line::{Line, Place, Wakers};

pub(super) struct Hall<T> {
    items: Items<T>,
    capacity: usize,
    promised_items: usize,
    promised_room: usize,
    pub(super) getters: Line<()>,
    pub(super) putters: Line<()>,
    pub(super) joiners: Line<()>,
    /// Items put and not yet reported done.
    unfinished: usize,
    is_shut: bool,
}

impl<T> Hall<T> {
    pub(super) fn new(order: &Order<T>, capacity: usize) -> Self {
        Hall {
            items: Items::new(order),
            capacity,
            promised_items: 0,
            promised_room: 0,
            getters: Line::new(),
            putters: Line::new(),
            joiners: Line::new(),
            unfinished: 0,
            is_shut: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// So many who were called to get, and to put, have not been polled since.
    pub(super) fn promised(&self) -> (usize, usize) {
        (self.promised_items, self.promised_room)
    }

    pub(super) fn is_shut(&self) -> bool {
        self.is_shut
    }

    /// A newcomer's put.
    #[inline]
    pub(super) fn put(&mut self, rank: i64, item: T) -> Result<(), TryPutError<T>> {
        if self.is_shut {
            return Err(TryPutError::ShutDown(item));
        }
        if !self.has_room() {
            return Err(TryPutError::Full(item));
        }
        self.push(rank, item);
        Ok(())
    }

    /// The put of somebody who was called.
    pub(super) fn put_as_promised(&mut self, rank: i64, item: T) -> Result<(), PutError<T>> {
        self.promised_room -= 1;
        if self.is_shut {
            return Err(PutError(item));
        }
        self.push(rank, item);
        Ok(())
    }

    #[inline]
    fn push(&mut self, rank: i64, item: T) {
        self.items.push(rank, item);
        self.unfinished += 1;
    }

    /// A newcomer's get.
    #[inline]
    pub(super) fn get(&mut self) -> Result<T, TryGetError> {
        if self.has_items()
            && let Some(item) = self.items.pop()
        {
            return Ok(item);
        }
        Err(if self.is_over() { TryGetError::ShutDown } else { TryGetError::Empty })
    }

    /// The get of somebody who was called.
    pub(super) fn get_as_promised(&mut self) -> Result<T, GetError> {
        self.promised_items -= 1;
        // Empty only if the queue is over: else what is promised is there.
        self.items.pop().ok_or(GetError)
    }

    /// A put that waits, or was called, is dropped. What comes back is dropped after the mutex.
    pub(super) fn give_up_put(&mut self, place: Place) -> Option<(Waker, ())> {
        let seat = self.putters.leave(place);
        if seat.is_none() {
            // Called: the room is free again, and goes to the next.
            // Model: tests/loom/queue.rs::room_given_up_goes_to_the_next.
            self.promised_room -= 1;
        }
        seat
    }

    /// A get that waits, or was called, is dropped. What comes back is dropped after the mutex.
    pub(super) fn give_up_get(&mut self, place: Place) -> Option<(Waker, ())> {
        let seat = self.getters.leave(place);
        if seat.is_none() {
            // Called: the item is free again, and goes to the next.
            // Model: tests/loom/queue.rs::an_item_given_up_goes_to_the_next.
            self.promised_items -= 1;
        }
        seat
    }

    pub(super) fn task_done(&mut self) -> Result<(), TooManyDone> {
        self.unfinished = self.unfinished.checked_sub(1).ok_or(TooManyDone)?;
        Ok(())
    }

    /// No more puts.
    pub(super) fn shut_down(&mut self) {
        self.is_shut = true;
    }

    /// The same, and the items go. What comes back is dropped after the mutex.
    pub(super) fn shut_down_now(&mut self) -> Items<T> {
        let items = self.items.take();
        // Not below zero: some may have been reported done that were not yet got.
        self.unfinished = self.unfinished.saturating_sub(items.len());
        self.shut_down();
        items
    }

    /// Nothing will ever be got again. (From then on the promises count nothing that exists.)
    #[inline]
    fn is_over(&self) -> bool {
        self.is_shut && self.items.len() == 0
    }

    #[inline]
    fn has_items(&self) -> bool {
        self.items.len() > self.promised_items
    }

    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.items.len() + self.promised_room < self.capacity
    }

    /// Whether the front of the getters can get an item, or must be told that there will be none.
    #[inline]
    fn calls_a_getter(&self) -> bool {
        !self.getters.is_empty() && (self.has_items() || self.is_over())
    }

    /// Whether the front of the putters has room for its item, or must be told that it is too late.
    #[inline]
    fn calls_a_putter(&self) -> bool {
        !self.putters.is_empty() && (self.has_room() || self.is_shut)
    }

    /// Whether somebody waits for the work to be done, and it is.
    #[inline]
    fn calls_a_joiner(&self) -> bool {
        !self.joiners.is_empty() && self.unfinished == 0
    }

    /// After every step: whether somebody is to be [called](Self::call).
    #[inline]
    pub(super) fn calls_somebody(&self) -> bool {
        // Mostly nobody waits at all: one branch for that instead of three is a tenth of an uncontended put.
        let nobody_waits = self.getters.is_empty() & self.putters.is_empty() & self.joiners.is_empty();
        !nobody_waits && (self.calls_a_getter() || self.calls_a_putter() || self.calls_a_joiner())
    }

    /// Calls everybody who can go on, each line from its front, and promises them what they go on for.
    #[cold]
    pub(super) fn call(&mut self) -> Wakers {
        let mut wakers = Wakers::new();
        while self.calls_a_getter() {
            self.promised_items += 1;
            wakers.extend(self.getters.call());
        }
        while self.calls_a_putter() {
            self.promised_room += 1;
            wakers.extend(self.putters.call());
        }
        while self.calls_a_joiner() {
            wakers.extend(self.joiners.call());
        }
        wakers
    }
}
