//! `Queue` against its model, in all orders of calls: results, who is woken, what is shown, and where each item went.

use std::array;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::Poll;

use async_kata::sync::Queue;
use async_kata::sync::queue::{Getting, Joining, Order, PutError, Putting, TryPutError};

use super::histories::{Waiting, every, random};
use super::queue_model::{Model, Rule, rank};

/// What happens next. Clients of one kind are alike: of those who are idle only the first may begin.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A client begins to put, or polls the put that waits, with a fresh waker.
    Put(usize),
    /// It drops the put that waits.
    Keep(usize),
    /// A client begins to get, or polls the get that waits, with a fresh waker.
    Get(usize),
    /// It drops the get that waits.
    Leave(usize),
    /// Somebody tries, without waiting.
    TryPut,
    TryGet,
    /// Somebody begins to wait for the work to be done, or polls that wait, with a fresh waker.
    Join,
    /// Drops that wait.
    Quit,
    Done,
    Shut,
    ShutNow,
}

use Step::{Done, Get, Join, Keep, Leave, Put, Quit, Shut, ShutNow, TryGet, TryPut};

/// Two who put and two who get: each may be called and wait behind one who is.
const FLOW: &[Step] = &[Put(0), Put(1), Keep(0), Keep(1), Get(0), Get(1), Leave(0), Leave(1), TryPut, TryGet];

/// One more who gets, for two items: of two called ones either may be the first to take, or to leave.
const CROWD: &[Step] = &[Put(0), Keep(0), Get(0), Get(1), Get(2), Leave(0), Leave(1), Leave(2), TryPut, TryGet];

/// With one who waits for the work to be done.
const WORK: &[Step] = &[Put(0), Put(1), Keep(0), Keep(1), Get(0), Get(1), Leave(1), TryPut, TryGet, Join, Quit, Done];

/// And all that ends, with one who waits for the end.
const ENDS: &[Step] = &[
    Put(0),
    Put(1),
    Keep(0),
    Keep(1),
    Get(0),
    Get(1),
    Leave(0),
    Leave(1),
    TryPut,
    TryGet,
    Join,
    Quit,
    Done,
    Shut,
    ShutNow,
];

/// How often each item was dropped, by its number.
type Drops = Rc<RefCell<Vec<usize>>>;

struct Item {
    number: usize,
    drops: Drops,
}

impl Drop for Item {
    fn drop(&mut self) {
        self.drops.borrow_mut()[self.number] += 1;
    }
}

/// Drops an item that came out.
fn number(item: Item) -> usize {
    item.number
}

struct Play<'a> {
    queue: &'a Queue<Item>,
    model: Model,
    drops: Drops,
    /// Each with the number of the item that it would put.
    putters: [Option<(usize, Waiting<Putting<'a, Item>>)>; 2],
    getters: [Option<Waiting<Getting<'a, Item>>>; 3],
    joiner: Option<Waiting<Joining<'a, Item>>>,
}

/// In which order items go, and how many there may be.
type Setting = (Rule, Option<usize>);

const ONE: Setting = (Rule::Oldest, Some(1));
const TWO: Setting = (Rule::Oldest, Some(2));
const STACK: Setting = (Rule::Newest, None);
const RANKS: Setting = (Rule::Smallest, Some(2));

/// Plays a history, if its last step makes sense, and looks around after that one only.
///
/// That is enough for all histories: a shorter one is tried before those that begin with it, and a queue does the same
/// whenever it is asked the same.
fn to_the_last(history: &[Step], setting: Setting) -> bool {
    let (last, before) = history.split_last().expect("a step at least");
    play(setting, |play| {
        before.iter().for_each(|step| assert!(play.step(*step), "it was tried, and made sense"));
        let is_sensible = play.step(*last);
        if is_sensible {
            play.check();
        }
        is_sensible
    })
}

/// Plays a history, and looks around after each step.
fn step_by_step(history: &[Step], setting: Setting) -> bool {
    play(setting, |play| {
        for step in history {
            if play.step(*step) {
                play.check();
            }
        }
        true
    })
}

/// On a new queue. If all was done, sees to it that everything ends well.
fn play((rule, capacity): Setting, steps: impl FnOnce(&mut Play<'_>) -> bool) -> bool {
    let order = match rule {
        Rule::Oldest => Order::Oldest,
        Rule::Newest => Order::Newest,
        Rule::Smallest => Order::Smallest(|item: &Item| rank(item.number)),
    };
    let queue = Queue::ordered(order, capacity);
    let model = Model::new(rule, capacity.unwrap_or(usize::MAX));
    let (putters, getters) = (array::from_fn(|_| None), array::from_fn(|_| None));
    let mut play = Play { queue: &queue, model, drops: Drops::default(), putters, getters, joiner: None };
    if !steps(&mut play) {
        return false;
    }
    let drops = play.end();
    drop(queue);
    assert!(drops.borrow().iter().all(|n| *n == 1), "each item ends in one place: {:?}", drops.borrow());
    true
}

impl<'a> Play<'a> {
    fn step(&mut self, step: Step) -> bool {
        match step {
            Put(who) => return self.put(who),
            Get(who) => return self.get(who),
            Keep(who) => {
                let Some((number, future)) = self.putters[who].take() else { return false };
                self.model.give_up_put(number);
                future.give_up();
            }
            Leave(who) => {
                let Some(future) = self.getters[who].take() else { return false };
                self.model.give_up_get(who);
                future.give_up();
            }
            TryPut => self.try_put(),
            TryGet => assert_eq!(self.queue.try_get().map(number), self.model.try_get()),
            Join => self.join(),
            Quit => {
                let Some(future) = self.joiner.take() else { return false };
                self.model.give_up_join();
                future.give_up();
            }
            Done => assert_eq!(self.queue.task_done(), self.model.task_done()),
            Shut => {
                self.model.shut_down();
                self.queue.shutdown();
            }
            ShutNow => {
                self.model.shut_down_now();
                self.queue.shutdown_now();
            }
        }
        true
    }

    /// The next item: the numbers tell in which order they were made.
    fn item(&self) -> (usize, Item) {
        let number = self.drops.borrow().len();
        self.drops.borrow_mut().push(0);
        (number, Item { number, drops: self.drops.clone() })
    }

    fn try_put(&mut self) {
        let (number, item) = self.item();
        let tried = self.queue.try_put(item).map_err(|error| match error {
            TryPutError::Full(item) => TryPutError::Full(item.number),
            TryPutError::ShutDown(item) => TryPutError::ShutDown(item.number),
        });
        assert_eq!(tried, self.model.try_put(number));
    }

    fn put(&mut self, who: usize) -> bool {
        if self.putters[..who].iter().any(Option::is_none) && self.putters[who].is_none() {
            return false;
        }
        let (number, mut future) = self.putters[who].take().unwrap_or_else(|| {
            let (number, item) = self.item();
            (number, Waiting::new(self.queue.put(item)))
        });
        let poll = future.poll().map_err(|PutError(item)| PutError(item.number));
        assert_eq!(poll, self.model.put(number));
        match poll {
            Poll::Pending => self.putters[who] = Some((number, future)),
            Poll::Ready(_) => future.give_up(),
        }
        true
    }

    fn get(&mut self, who: usize) -> bool {
        if self.getters[..who].iter().any(Option::is_none) && self.getters[who].is_none() {
            return false;
        }
        let mut future = self.getters[who].take().unwrap_or_else(|| Waiting::new(self.queue.get()));
        let poll = future.poll().map_ok(number);
        assert_eq!(poll, self.model.get(who));
        match poll {
            Poll::Pending => self.getters[who] = Some(future),
            Poll::Ready(_) => future.give_up(),
        }
        true
    }

    fn join(&mut self) {
        let mut future = self.joiner.take().unwrap_or_else(|| Waiting::new(self.queue.join()));
        let poll = future.poll();
        assert_eq!(poll, self.model.join());
        match poll {
            Poll::Pending => self.joiner = Some(future),
            Poll::Ready(()) => future.give_up(),
        }
    }

    fn check(&self) {
        for (number, future) in self.putters.iter().flatten() {
            future.check(self.model.may_put(*number));
        }
        for (who, future) in self.getters.iter().enumerate() {
            if let Some(future) = future {
                future.check(self.model.may_get(who));
            }
        }
        if let Some(future) = &self.joiner {
            future.check(self.model.may_go());
        }
        assert_eq!(self.queue.len(), self.model.items.len());
        assert_eq!(format!("{:?}", self.queue), self.model.shown());
        for (number, n_drops) in self.drops.borrow().iter().enumerate() {
            let is_kept = self.model.items.contains(&number) || self.model.putters.contains(&number);
            assert_eq!(*n_drops, usize::from(!is_kept), "{number}: kept by the queue or its put, else gone, once");
        }
    }

    /// When all are gone, nobody is promised anything: all items can be had, and then all places.
    fn end(mut self) -> Drops {
        for step in [Keep(0), Keep(1), Leave(0), Leave(1), Leave(2), Quit] {
            self.step(step);
        }
        while !self.queue.is_empty() {
            self.step(TryGet);
        }
        // One more than there is room for, unless there is no bound.
        for step in [TryGet, TryPut, TryPut, TryPut] {
            self.step(step);
        }
        self.check();
        self.drops
    }
}

#[test]
fn every_history_of_seven_steps_through_one_place() {
    assert_eq!(every(FLOW, 7, |history| to_the_last(history, ONE)), 114_798);
}

#[test]
fn every_history_of_six_steps_through_two_places() {
    assert_eq!(every(CROWD, 6, |history| to_the_last(history, TWO)), 17_190);
}

#[test]
fn every_history_of_five_steps_with_all_that_ends() {
    assert_eq!(every(ENDS, 5, |history| to_the_last(history, ONE)), 47_853);
}

#[test]
fn every_history_of_five_steps_in_other_orders() {
    assert_eq!(every(CROWD, 5, |history| to_the_last(history, STACK)), 2_947);
    assert_eq!(every(CROWD, 5, |history| to_the_last(history, RANKS)), 2_995);
}

#[test]
fn random_histories() {
    random(FLOW, |history| step_by_step(history, ONE), "tests/it/sync/queue_one.proptest-regressions");
    random(CROWD, |history| step_by_step(history, TWO), "tests/it/sync/queue_two.proptest-regressions");
    random(WORK, |history| step_by_step(history, TWO), "tests/it/sync/queue_work.proptest-regressions");
    random(ENDS, |history| step_by_step(history, TWO), "tests/it/sync/queue_ends.proptest-regressions");
    random(CROWD, |history| step_by_step(history, STACK), "tests/it/sync/queue_stack.proptest-regressions");
    random(CROWD, |history| step_by_step(history, RANKS), "tests/it/sync/queue_ranks.proptest-regressions");
}
