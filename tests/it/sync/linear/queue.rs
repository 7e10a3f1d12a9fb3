//! `Queue`, with little room: what is put comes out once, in order, and nobody takes what another is promised.

use std::collections::VecDeque;

use async_kata::sync::Queue;
use async_kata::sync::queue::{Order, TryGetError, TryPutError};

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    Put(u32),
    Get,
    TryPut(u32),
    TryGet,
    Len,
    ShutDown,
    ShutDownNow,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Answer {
    Done,
    Got(u32),
    /// No room, or nothing there, that is not promised.
    Refused,
    ShutDown,
    Len(usize),
}

/// Which item is next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Next {
    Oldest,
    Newest,
    Smallest,
}

fn rank(item: &u32) -> i64 {
    i64::from(item % 2)
}

/// A line of waiting threads, and those who were called from it and have not looked since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Waiting {
    line: VecDeque<usize>,
    called: Vec<usize>,
}

impl Waiting {
    /// Takes back what a called one is promised.
    fn uncall(&mut self, who: usize) -> bool {
        let at = self.called.iter().position(|called| *called == who);
        at.map(|at| self.called.swap_remove(at)).is_some()
    }

    fn call(&mut self, who: usize) {
        self.called.push(who);
        self.called.sort_unstable(); // States that mean the same are the same.
    }
}

/// A queue whose calls come one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct OneByOne {
    next: Next,
    capacity: usize,
    items: Vec<u32>,
    get: Waiting,
    put: Waiting,
    is_shut: bool,
}

impl OneByOne {
    pub(super) fn new(next: Next, capacity: usize) -> Self {
        let (get, put) = (Waiting::default(), Waiting::default());
        OneByOne { next, capacity, items: Vec::new(), get, put, is_shut: false }
    }

    fn has_item(&self) -> bool {
        self.items.len() > self.get.called.len()
    }

    fn has_room(&self) -> bool {
        self.items.len() + self.put.called.len() < self.capacity
    }

    fn is_over(&self) -> bool {
        self.is_shut && self.items.is_empty()
    }

    fn take_out(&mut self) -> Option<u32> {
        let by_rank = |at: &usize| (rank(&self.items[*at]), *at);
        let at = match self.next {
            Next::Oldest => 0,
            Next::Newest => self.items.len().saturating_sub(1),
            Next::Smallest => (0..self.items.len()).min_by_key(by_rank)?,
        };
        (at < self.items.len()).then(|| self.items.remove(at))
    }

    /// Calls who can be called.
    fn settle(mut self) -> Self {
        while !self.put.line.is_empty() && (self.has_room() || self.is_shut) {
            let who = self.put.line.pop_front();
            who.into_iter().for_each(|who| self.put.call(who));
        }
        while !self.get.line.is_empty() && (self.has_item() || self.is_over()) {
            let who = self.get.line.pop_front();
            who.into_iter().for_each(|who| self.get.call(who));
        }
        self
    }

    /// Somebody's put, who is entitled to it: a newcomer for whom there is room, or who was called.
    fn put(mut self, item: u32, answer: Answer) -> Option<Self> {
        if self.is_shut {
            return (answer == Answer::ShutDown).then(|| self.settle());
        }
        self.items.push(item);
        (answer == Answer::Done).then(|| self.settle())
    }

    fn get(mut self, answer: Answer) -> Option<Self> {
        let right = self.take_out().map_or(Answer::ShutDown, Answer::Got);
        (answer == right).then(|| self.settle())
    }

    fn did(&self, op: Op, answer: Answer) -> Option<Self> {
        let mut now = self.clone();
        match op {
            Op::TryPut(item) if now.is_shut || now.has_room() => now.put(item, answer),
            Op::TryGet if now.is_over() || now.has_item() => now.get(answer),
            Op::TryPut(_) | Op::TryGet => (answer == Answer::Refused).then_some(now),
            Op::Len => (answer == Answer::Len(now.items.len())).then_some(now),
            Op::ShutDown => {
                now.is_shut = true;
                Some(now.settle())
            }
            Op::ShutDownNow => {
                now.is_shut = true;
                now.items.clear();
                Some(now.settle())
            }
            Op::Put(_) | Op::Get => None,
        }
    }

    fn waiting(&mut self, op: Op) -> &mut Waiting {
        if matches!(op, Op::Put(_)) { &mut self.put } else { &mut self.get }
    }

    /// A poll that is ready. A first one may do it at once, or stand in line for a moment, be called, and then do it:
    /// between the two its promise is seen by others.
    fn ready(&self, who: usize, op: Op, first: bool, answer: Answer) -> Vec<Step<Self>> {
        let mut now = self.clone();
        let mut steps = Vec::new();
        let was_called = now.waiting(op).uncall(who);
        let is_free = match op {
            Op::Put(_) => now.is_shut || now.has_room(),
            _ => now.is_over() || now.has_item(),
        };
        if was_called || (first && is_free) {
            let done = match op {
                Op::Put(item) => now.clone().put(item, answer),
                _ => now.clone().get(answer),
            };
            steps.extend(done.map(Step::Done));
        }
        if first && is_free && !was_called {
            now.waiting(op).call(who);
            steps.push(Step::Half(now));
        }
        steps
    }

    fn pending(&self, who: usize, op: Op, first: bool) -> Option<Self> {
        let mut now = self.clone();
        if first {
            now.waiting(op).line.push_back(who);
            now = now.settle();
        }
        now.waiting(op).line.contains(&who).then_some(now)
    }

    fn gave_up(&self, who: usize, op: Op, called: bool) -> Option<Self> {
        let mut now = self.clone();
        let waiting = now.waiting(op);
        let was_called = waiting.uncall(who);
        waiting.line.retain(|waits| *waits != who);
        (was_called == called).then(|| now.settle())
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = Answer;

    fn steps(&self, by: usize, what: &What<Op, Answer>) -> Vec<Step<Self>> {
        let next = match *what {
            What::Did(op, answer) => self.did(op, answer),
            What::Looked { op, first, end: Some(answer) } => return self.ready(by, op, first, answer),
            What::Looked { op, first, end: None } => self.pending(by, op, first),
            What::GaveUp { op, called } => self.gave_up(by, op, called),
        };
        next.map(Step::Done).into_iter().collect()
    }
}

type Told<'a> = Scribe<'a, Op, Answer>;

fn try_get(queue: &Queue<u32>, told: &mut Told<'_>) -> Option<u32> {
    let answer = |got: &Result<u32, TryGetError>| match *got {
        Ok(item) => Answer::Got(item),
        Err(TryGetError::Empty) => Answer::Refused,
        Err(TryGetError::ShutDown) => Answer::ShutDown,
    };
    told.call(Op::TryGet, || queue.try_get(), answer).ok()
}

fn try_put(queue: &Queue<u32>, item: u32, told: &mut Told<'_>) {
    let answer = |put: &Result<(), TryPutError<u32>>| match put {
        Ok(()) => Answer::Done,
        Err(TryPutError::Full(_)) => Answer::Refused,
        Err(TryPutError::ShutDown(_)) => Answer::ShutDown,
    };
    let _ = told.call(Op::TryPut(item), || queue.try_put(item), answer);
}

/// Five calls of one thread.
fn play(queue: &Queue<u32>, told: &mut Told<'_>) {
    for n in 0..5 {
        let item = u32::try_from(told.by() * 10 + n).expect("small");
        match told.random.below(40) {
            0..13 => {
                let answer = |put: &Result<(), _>| if put.is_ok() { Answer::Done } else { Answer::ShutDown };
                let _ = told.wait(Op::Put(item), queue.put(item), answer);
            }
            13..26 => {
                let answer = |got: &Result<u32, _>| got.map_or(Answer::ShutDown, Answer::Got);
                let _ = told.wait(Op::Get, queue.get(), answer);
            }
            26..31 => try_put(queue, item, told),
            31..36 => drop(try_get(queue, told)),
            36..38 => drop(told.call(Op::Len, || queue.len(), |len| Answer::Len(*len))),
            38 => told.call(Op::ShutDown, || queue.shutdown(), |()| Answer::Done),
            _ => told.call(Op::ShutDownNow, || queue.shutdown_now(), |()| Answer::Done),
        }
    }
}

fn run(next: Next, capacity: usize) {
    let order = || match next {
        Next::Oldest => Order::Oldest,
        Next::Newest => Order::Newest,
        Next::Smallest => Order::Smallest(rank),
    };
    let make = || Queue::ordered(order(), Some(capacity));
    // In the end it is emptied: what was lost or came twice is seen here, at the latest.
    let end = |queue: &Queue<u32>, told: &mut Told<'_>| while try_get(queue, told).is_some() {};
    Game { threads: 3, spec: OneByOne::new(next, capacity), make, play, end }.run();
}

#[test]
fn first_in_is_first_out_with_room_for_one() {
    run(Next::Oldest, 1);
}

#[test]
fn first_in_is_first_out_with_room_for_two() {
    run(Next::Oldest, 2);
}

#[test]
fn the_newest_is_next() {
    run(Next::Newest, 2);
}

#[test]
fn the_smallest_is_next() {
    run(Next::Smallest, 3);
}
