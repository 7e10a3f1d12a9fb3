//! `Condition` against a model in which all is plain to see: who has the lock, who stands in which line, who was told.

use std::collections::VecDeque;
use std::mem;
use std::task::Poll;

use async_kata::sync::condition::Waiting as Wait;
use async_kata::sync::lock::Locking;
use async_kata::sync::{Condition, Lock, LockGuard};

use super::histories::{Waiting, every, random};

/// What one of three clients does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Begins to lock, or polls the future that waits, with a fresh waker.
    Poll(usize),
    /// Turns the guard into a wait, which is not polled yet.
    Wait(usize),
    /// Drops the future that waits, at whatever stage.
    Cancel(usize),
    /// Drops the guard.
    Unlock(usize),
    /// Notifies so many. (Nobody's step.)
    Notify(usize),
}

use Step::{Cancel, Notify, Poll as Ask, Unlock, Wait as Await};

const EVERYBODY: usize = usize::MAX;

const STEPS: &[Step] = &[
    Ask(0),
    Ask(1),
    Ask(2),
    Await(0),
    Await(1),
    Await(2),
    Cancel(0),
    Cancel(1),
    Cancel(2),
    Unlock(0),
    Unlock(1),
    Unlock(2),
    Notify(1),
    Notify(2),
    Notify(EVERYBODY),
];

/// Two wait, the third holds the lock: what is interesting begins here.
const TWO_WAIT: &[Step] = &[Ask(0), Await(0), Ask(0), Ask(1), Await(1), Ask(1), Ask(2)];

/// All three wait.
const THREE_WAIT: &[Step] = &[Ask(0), Await(0), Ask(0), Ask(1), Await(1), Ask(1), Ask(2), Await(2), Ask(2)];

type Shared = Lock<u32>;

enum Client<'a> {
    Idle,
    Locks(Waiting<Locking<u32, &'a Shared>>),
    Holds(LockGuard<'a, u32>),
    Waits(Waiting<Wait<'a, u32, &'a Shared>>),
}

/// Where a wait stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    NotPolled,
    InLine,
    Notified,
    /// In the lock's line, or handed the lock.
    Locks,
}

/// Who has the lock, held or handed over; who stands in its line; who stands in the condition's; where each wait is.
#[derive(Default)]
struct Model {
    owner: Option<usize>,
    lock_line: VecDeque<usize>,
    line: VecDeque<usize>,
    stages: [Option<Stage>; 3],
    turns: u32,
    /// How many clients have done anything yet.
    n_known: usize,
}

impl Model {
    fn lock(&mut self, client: usize) {
        match self.owner {
            None => self.owner = Some(client),
            Some(_) => self.lock_line.push_back(client),
        }
    }

    fn leave_lock(&mut self, client: usize) {
        if self.owner == Some(client) {
            self.owner = self.lock_line.pop_front();
        }
        self.lock_line.retain(|waits| *waits != client);
    }

    fn notify(&mut self, n: usize) {
        for notified in self.line.drain(..n.min(self.line.len())) {
            self.stages[notified] = Some(Stage::Notified);
        }
    }

    /// A poll of a wait.
    fn poll(&mut self, client: usize) {
        match self.stages[client].expect("it waits") {
            Stage::NotPolled => {
                self.line.push_back(client);
                self.stages[client] = Some(Stage::InLine);
                self.leave_lock(client);
            }
            Stage::Notified => {
                self.stages[client] = Some(Stage::Locks);
                self.lock(client);
            }
            Stage::InLine | Stage::Locks => {}
        }
    }

    /// A wait is dropped. A notification that it had goes to the next.
    fn cancel(&mut self, client: usize) {
        let stage = self.stages[client].take();
        self.line.retain(|waits| *waits != client);
        self.leave_lock(client);
        if matches!(stage, Some(Stage::Notified | Stage::Locks)) {
            self.notify(1);
        }
    }

    /// Whether its last waker is to be woken.
    fn calls(&self, client: usize) -> bool {
        match self.stages[client] {
            Some(Stage::Notified) => true,
            Some(Stage::InLine | Stage::NotPolled) => false,
            Some(Stage::Locks) | None => self.owner == Some(client),
        }
    }
}

/// The first `n_checked` steps are not checked again.
fn run_from(history: &[Step], n_checked: usize) -> bool {
    let (lock, condition) = (Lock::new(0), Condition::new());
    let mut clients = [const { Client::Idle }; 3];
    let mut model = Model::default();
    let mut sensible = false;
    for (nth, step) in history.iter().enumerate() {
        sensible = take(*step, &lock, &condition, &mut clients, &mut model);
        if sensible && nth >= n_checked {
            check(&lock, &condition, &clients, &model);
        }
    }
    // Whatever they were doing, when all are gone the lock is free, and every turn counted.
    for client in clients {
        match client {
            Client::Locks(future) => future.give_up(),
            Client::Waits(future) => future.give_up(),
            Client::Holds(_) | Client::Idle => {}
        }
    }
    assert_eq!(*lock.try_lock().expect("everybody is gone"), model.turns);
    sensible
}

/// Whether the step makes sense where it stands.
fn take<'a>(
    step: Step,
    lock: &'a Shared,
    condition: &'a Condition,
    clients: &mut [Client<'a>; 3],
    model: &mut Model,
) -> bool {
    match step {
        Notify(n) => {
            model.notify(n);
            if n == EVERYBODY { condition.notify_all() } else { condition.notify(n) }
        }
        // The clients are alike, so the second is the one who comes second: no history is run under other names, too.
        Ask(who) if who > model.n_known => return false,
        Ask(who) if matches!(clients[who], Client::Holds(_)) => return false,
        Ask(who) => ask(lock, &mut clients[who], model, who),
        Await(who) | Cancel(who) | Unlock(who) => return go_on(step, condition, &mut clients[who], model, who),
    }
    true
}

fn ask<'a>(lock: &'a Shared, client: &mut Client<'a>, model: &mut Model, who: usize) {
    model.n_known = model.n_known.max(who + 1);
    match mem::replace(client, Client::Idle) {
        Client::Idle => {
            model.lock(who);
            ask_lock(client, Waiting::new(lock.lock()), model, who);
        }
        Client::Locks(future) => ask_lock(client, future, model, who),
        Client::Waits(future) => ask_wait(client, future, model, who),
        Client::Holds(_) => unreachable!("it need not ask"),
    }
}

/// What is done with a guard or a future: whether there is one.
fn go_on<'a>(step: Step, condition: &'a Condition, client: &mut Client<'a>, model: &mut Model, who: usize) -> bool {
    match (step, mem::replace(client, Client::Idle)) {
        (Await(_), Client::Holds(guard)) => {
            model.stages[who] = Some(Stage::NotPolled);
            *client = Client::Waits(Waiting::new(condition.wait(guard)));
        }
        (Cancel(_), Client::Locks(future)) => {
            model.leave_lock(who);
            future.give_up();
        }
        (Cancel(_), Client::Waits(future)) => {
            model.cancel(who);
            future.give_up();
        }
        (Unlock(_), Client::Holds(guard)) => {
            model.leave_lock(who);
            drop(guard);
        }
        (_, before) => {
            *client = before;
            return false;
        }
    }
    true
}

fn ask_lock<'a>(client: &mut Client<'a>, mut future: Waiting<Locking<u32, &'a Shared>>, model: &mut Model, who: usize) {
    let poll = future.poll();
    assert_eq!(poll.is_ready(), model.owner == Some(who), "it locks when, and only when, it is its turn");
    match poll {
        Poll::Pending => *client = Client::Locks(future),
        Poll::Ready(guard) => {
            future.give_up();
            hold(client, guard, model);
        }
    }
}

fn ask_wait<'a>(
    client: &mut Client<'a>,
    mut future: Waiting<Wait<'a, u32, &'a Shared>>,
    model: &mut Model,
    who: usize,
) {
    model.poll(who);
    let poll = future.poll();
    let is_over = model.stages[who] == Some(Stage::Locks) && model.owner == Some(who);
    assert_eq!(poll.is_ready(), is_over, "it is over when, and only when, it was notified and has the lock");
    match poll {
        Poll::Pending => *client = Client::Waits(future),
        Poll::Ready(guard) => {
            model.stages[who] = None;
            future.give_up();
            hold(client, guard, model);
        }
    }
}

/// A turn: it counts, in the lock's value and in the model.
fn hold<'a>(client: &mut Client<'a>, mut guard: LockGuard<'a, u32>, model: &mut Model) {
    *guard += 1;
    model.turns += 1;
    *client = Client::Holds(guard);
}

fn check(lock: &Shared, condition: &Condition, clients: &[Client<'_>; 3], model: &Model) {
    for (who, client) in clients.iter().enumerate() {
        match client {
            Client::Waits(_) if model.stages[who] == Some(Stage::NotPolled) => assert_eq!(model.owner, Some(who)),
            Client::Waits(future) => future.check(model.calls(who)),
            Client::Locks(future) => future.check(model.calls(who)),
            Client::Holds(_) => assert_eq!(model.owner, Some(who), "one holder at a time"),
            Client::Idle => {}
        }
    }
    assert_eq!(lock.try_lock().is_some(), model.owner.is_none(), "a newcomer may take a free lock, and no other");
    assert_eq!(format!("{condition:?}"), format!("Condition {{ waiters: {} }}", !model.line.is_empty()));
}

/// Of a sweep: whatever is shorter by a step has had its run.
fn run_last(history: &[Step]) -> bool {
    run_from(history, history.len() - 1)
}

fn run_all(history: &[Step]) -> bool {
    run_from(history, 0)
}

#[test]
fn every_history_of_six_steps() {
    assert_eq!(every(STEPS, 6, run_last), 24_698);
}

/// Both sweeps have the same number: what holds or waits can go on or be dropped, wherever it stands.
#[test]
fn every_history_of_five_steps_after_two_have_come() {
    assert!(run_all(TWO_WAIT));
    assert_eq!(every(STEPS, 5, |history| run_last(&[TWO_WAIT, history].concat())), 50_247);
}

#[test]
fn every_history_of_five_steps_after_three_have_come() {
    assert!(run_all(THREE_WAIT));
    assert_eq!(every(STEPS, 5, |history| run_last(&[THREE_WAIT, history].concat())), 50_247);
}

#[test]
fn random_histories() {
    random(STEPS, run_all, "tests/it/sync/condition.proptest-regressions");
}
