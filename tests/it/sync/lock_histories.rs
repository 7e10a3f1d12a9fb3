//! `Lock` against a model in which all is plain to see: who has the lock, and who stands in line.

use std::collections::VecDeque;
use std::mem;
use std::task::Poll;

use async_kata::sync::lock::Locking;
use async_kata::sync::{Lock, LockGuard};

use super::histories::{Waiting, every, random};

/// What one of three clients does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Begins a turn, or polls the one that waits, with a fresh waker.
    Poll(usize),
    /// Drops the future that waits; when there is none, one that was never polled.
    Cancel(usize),
    /// Drops the guard.
    Release(usize),
    /// Tries, without waiting.
    Try(usize),
}

use Step::{Cancel, Poll as Ask, Release, Try};

const STEPS: &[Step] = &[
    Ask(0),
    Ask(1),
    Ask(2),
    Cancel(0),
    Cancel(1),
    Cancel(2),
    Release(0),
    Release(1),
    Release(2),
    Try(0),
    Try(1),
    Try(2),
];

enum Client<'a> {
    Idle,
    Waits(Waiting<Locking<u32, &'a Lock<u32>>>),
    Holds(LockGuard<'a, u32>),
}

/// Who has the lock, held or handed over, and who stands in line.
#[derive(Default)]
struct Model {
    owner: Option<usize>,
    line: VecDeque<usize>,
    turns: u32,
}

impl Model {
    fn come(&mut self, client: usize) {
        match self.owner {
            None => self.owner = Some(client),
            Some(_) => self.line.push_back(client),
        }
    }

    fn go(&mut self, client: usize) {
        if self.owner == Some(client) {
            self.owner = self.line.pop_front();
        }
        self.line.retain(|waits| *waits != client);
    }
}

fn run(history: &[Step]) -> bool {
    let lock = Lock::new(0);
    let mut clients = [const { Client::Idle }; 3];
    let mut model = Model::default();
    let mut sensible = false;
    for step in history {
        sensible = take(*step, &lock, &mut clients, &mut model);
        check(&lock, &clients, &model);
    }
    // Whatever they were doing, when all are gone the lock is free, and every turn counted.
    for client in clients {
        if let Client::Waits(future) = client {
            future.give_up();
        }
    }
    assert_eq!(*lock.try_lock().expect("everybody is gone"), model.turns);
    sensible
}

fn take<'a>(step: Step, lock: &'a Lock<u32>, clients: &mut [Client<'a>; 3], model: &mut Model) -> bool {
    let (Ask(who) | Cancel(who) | Release(who) | Try(who)) = step;
    let client = &mut clients[who];
    let got = match (step, mem::replace(client, Client::Idle)) {
        (Ask(_), Client::Idle) => {
            model.come(who);
            poll(client, Waiting::new(lock.lock()))
        }
        (Ask(_), Client::Waits(future)) => poll(client, future),
        (Try(_), Client::Idle) => {
            let guard = lock.try_lock();
            assert_eq!(guard.is_some(), model.owner.is_none(), "a newcomer gets a free lock only");
            guard.inspect(|_| model.come(who))
        }
        (Cancel(_), Client::Idle) => {
            drop(lock.lock());
            None
        }
        (Cancel(_), Client::Waits(future)) => {
            model.go(who);
            future.give_up();
            None
        }
        (Release(_), Client::Holds(guard)) => {
            model.go(who);
            drop(guard);
            None
        }
        (_, before) => {
            *client = before;
            return false;
        }
    };
    if let Some(guard) = got {
        hold(client, guard, model);
    }
    true
}

/// A turn: it counts, in the lock's value and in the model.
fn hold<'a>(client: &mut Client<'a>, mut guard: LockGuard<'a, u32>, model: &mut Model) {
    *guard += 1;
    model.turns += 1;
    *client = Client::Holds(guard);
}

fn poll<'a>(client: &mut Client<'a>, mut future: Waiting<Locking<u32, &'a Lock<u32>>>) -> Option<LockGuard<'a, u32>> {
    match future.poll() {
        Poll::Ready(guard) => {
            future.give_up();
            Some(guard)
        }
        Poll::Pending => {
            *client = Client::Waits(future);
            None
        }
    }
}

fn check(lock: &Lock<u32>, clients: &[Client<'_>; 3], model: &Model) {
    for (who, client) in clients.iter().enumerate() {
        match client {
            Client::Waits(future) => future.check(model.owner == Some(who)),
            Client::Holds(_) => assert_eq!(model.owner, Some(who), "one holder at a time"),
            Client::Idle => {}
        }
    }
    assert_eq!(lock.try_lock().is_some(), model.owner.is_none(), "a newcomer may take a free lock, and no other");
    let shown = match (model.owner, model.line.is_empty()) {
        (None, _) => format!("Lock {{ value: {} }}", model.turns),
        (Some(_), nobody_waits) => format!("Lock {{ value: <locked>, waiters: {} }}", !nobody_waits),
    };
    assert_eq!(format!("{lock:?}"), shown, "the state word says what is true, no more and no less");
}

#[test]
fn every_history_of_six_steps() {
    assert_eq!(every(STEPS, 6, run), 202_914);
}

#[test]
fn random_histories() {
    random(STEPS, run, "tests/it/sync/lock.proptest-regressions");
}
