//! What a queue must do, told without lines and promises: who came in which order, and what is there for them.
//!
//! Nobody is *marked* as called. Whoever came to get and has not got yet stands in one list, called or not, and the first
//! so many of it are called as there are items; likewise to put, and free places. So there is nothing to keep in step:
//! each question is answered from what is there, and an answer is wrong only if the sentence is.

use std::task::Poll;

use async_kata::sync::queue::{GetError, PutError, TooManyDone, TryGetError, TryPutError};

/// Which item goes first. A queue's `Order`, to be copied and compared.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Oldest,
    Newest,
    Smallest,
}

/// Odd items go before even ones. So ranks are often equal, and never follow the order of the numbers.
pub(super) fn rank(item: usize) -> i64 {
    if item % 2 == 1 { -1 } else { 0 }
}

/// Items are numbers, none twice; an item's number also names who puts it.
pub(super) struct Model {
    rule: Rule,
    capacity: usize,
    /// In the order in which they were put.
    pub(super) items: Vec<usize>,
    /// Who came to put, and has neither put nor given up, in the order they came.
    pub(super) putters: Vec<usize>,
    /// The same of those who came to get.
    getters: Vec<usize>,
    /// Who waits for the work to be done, and whether it was done since.
    joiner: Option<bool>,
    unfinished: usize,
    is_shut: bool,
}

impl Model {
    pub(super) fn new(rule: Rule, capacity: usize) -> Self {
        let [items, putters, getters] = [const { Vec::new() }; 3];
        Model { rule, capacity, items, putters, getters, joiner: None, unfinished: 0, is_shut: false }
    }

    /// How many of those who came to put are called, from the first.
    fn n_put(&self) -> usize {
        let free = if self.is_shut { usize::MAX } else { self.capacity - self.items.len() };
        free.min(self.putters.len())
    }

    /// How many of those who came to get are called, from the first.
    fn n_get(&self) -> usize {
        let there = if self.is_over() { usize::MAX } else { self.items.len() };
        there.min(self.getters.len())
    }

    fn is_over(&self) -> bool {
        self.is_shut && self.items.is_empty()
    }

    pub(super) fn may_put(&self, item: usize) -> bool {
        self.putters[..self.n_put()].contains(&item)
    }

    pub(super) fn may_get(&self, who: usize) -> bool {
        self.getters[..self.n_get()].contains(&who)
    }

    pub(super) fn may_go(&self) -> bool {
        self.joiner == Some(true)
    }

    /// Somebody comes to put and is polled for the first time, or is polled again.
    pub(super) fn put(&mut self, item: usize) -> Poll<Result<(), PutError<usize>>> {
        if !self.putters.contains(&item) {
            self.putters.push(item);
        }
        if !self.may_put(item) {
            return Poll::Pending;
        }
        self.give_up_put(item);
        if self.is_shut {
            return Poll::Ready(Err(PutError(item)));
        }
        self.add(item);
        Poll::Ready(Ok(()))
    }

    pub(super) fn give_up_put(&mut self, item: usize) {
        self.putters.retain(|other| *other != item);
    }

    pub(super) fn try_put(&mut self, item: usize) -> Result<(), TryPutError<usize>> {
        if self.is_shut {
            return Err(TryPutError::ShutDown(item));
        }
        // Everybody who came before must have a place, and there must be one more.
        if self.items.len() + self.putters.len() >= self.capacity {
            return Err(TryPutError::Full(item));
        }
        self.add(item);
        Ok(())
    }

    fn add(&mut self, item: usize) {
        self.items.push(item);
        self.unfinished += 1;
    }

    /// Somebody comes to get and is polled for the first time, or is polled again.
    pub(super) fn get(&mut self, who: usize) -> Poll<Result<usize, GetError>> {
        if !self.getters.contains(&who) {
            self.getters.push(who);
        }
        if !self.may_get(who) {
            return Poll::Pending;
        }
        self.give_up_get(who);
        Poll::Ready(if self.items.is_empty() { Err(GetError) } else { Ok(self.take()) })
    }

    pub(super) fn give_up_get(&mut self, who: usize) {
        self.getters.retain(|other| *other != who);
    }

    pub(super) fn try_get(&mut self) -> Result<usize, TryGetError> {
        if self.is_over() {
            return Err(TryGetError::ShutDown);
        }
        if self.getters.len() >= self.items.len() {
            return Err(TryGetError::Empty);
        }
        Ok(self.take())
    }

    fn take(&mut self) -> usize {
        let all = 0..self.items.len();
        let next = match self.rule {
            Rule::Oldest => all.min(),
            Rule::Newest => all.max(),
            // Of equals the first, which is the oldest.
            Rule::Smallest => all.min_by_key(|at| rank(self.items[*at])),
        };
        self.items.remove(next.expect("asked only when there is an item"))
    }

    pub(super) fn join(&mut self) -> Poll<()> {
        let may_go = self.joiner.unwrap_or(self.unfinished == 0);
        self.joiner = if may_go { None } else { Some(false) };
        if may_go { Poll::Ready(()) } else { Poll::Pending }
    }

    pub(super) fn give_up_join(&mut self) {
        self.joiner = None;
    }

    pub(super) fn task_done(&mut self) -> Result<(), TooManyDone> {
        if self.unfinished == 0 {
            return Err(TooManyDone);
        }
        self.finish(1);
        Ok(())
    }

    fn finish(&mut self, n: usize) {
        self.unfinished = self.unfinished.saturating_sub(n);
        if self.unfinished == 0 {
            self.joiner = self.joiner.map(|_| true);
        }
    }

    pub(super) fn shut_down(&mut self) {
        self.is_shut = true;
    }

    pub(super) fn shut_down_now(&mut self) {
        self.finish(self.items.len());
        self.items.clear();
        self.is_shut = true;
    }

    /// What `Debug` must print.
    pub(super) fn shown(&self) -> String {
        let capacity = if self.capacity == usize::MAX { None } else { Some(self.capacity) };
        format!(
            "Queue {{ len: {}, capacity: {capacity:?}, unfinished: {}, waiting_to_get: {}, waiting_to_put: {}, \
             shut_down: {}, promised_items: {}, promised_room: {} }}",
            self.items.len(),
            self.unfinished,
            self.getters.len() > self.n_get(),
            self.putters.len() > self.n_put(),
            self.is_shut,
            self.n_get(),
            self.n_put(),
        )
    }
}
