//! `Semaphore` against a model in which all is plain to see: what is free, who was paid, and who stands in line.

use std::collections::VecDeque;
use std::mem;
use std::task::Poll;

use async_kata::sync::semaphore::Acquiring;
use async_kata::sync::{Permit, Semaphore};

use super::histories::{Waiting, every, random};

/// How many permits each of the three clients needs.
const NEEDS: [usize; 3] = [1, 2, 1];

/// How many there are in the beginning: one too few for everybody.
const PERMITS: usize = 2;

/// What a client does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Begins to wait, or polls the future that waits, with a fresh waker.
    Poll(usize),
    /// Drops the future that waits; when there is none, one that was never polled.
    Cancel(usize),
    /// Drops the permit.
    Release(usize),
    /// Tries, without waiting.
    Try(usize),
    /// Forgets the permit.
    Forget(usize),
    /// Adds one. (Nobody's step.)
    Add,
}

use Step::{Add, Cancel, Forget, Poll as Ask, Release, Try};

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
    Forget(1),
    Add,
];

enum Client<'a> {
    Idle,
    Waits(Waiting<Acquiring<&'a Semaphore>>),
    Holds(Permit<&'a Semaphore>),
}

/// What is free, who has been paid (holding, or called and not polled since), and who stands in line.
struct Model {
    free: usize,
    existing: usize,
    paid: [bool; 3],
    line: VecDeque<usize>,
}

impl Model {
    /// A newcomer gets what is free, unless somebody waits.
    fn may_take(&self, client: usize) -> bool {
        self.line.is_empty() && self.free >= NEEDS[client]
    }

    fn come(&mut self, client: usize) {
        self.line.push_back(client);
        self.serve();
    }

    fn serve(&mut self) {
        while let Some(&front) = self.line.front() {
            if self.free < NEEDS[front] {
                return;
            }
            self.free -= NEEDS[front];
            self.paid[front] = true;
            self.line.pop_front();
        }
    }

    fn go(&mut self, client: usize) {
        if mem::take(&mut self.paid[client]) {
            self.free += NEEDS[client];
        }
        self.line.retain(|waits| *waits != client);
        self.serve();
    }
}

fn run(history: &[Step]) -> bool {
    let semaphore = Semaphore::new(PERMITS);
    let mut clients = [const { Client::Idle }; 3];
    let mut model = Model { free: PERMITS, existing: PERMITS, paid: [false; 3], line: VecDeque::new() };
    let mut sensible = false;
    for step in history {
        sensible = take(*step, &semaphore, &mut clients, &mut model);
        check(&semaphore, &clients, &model);
    }
    // Whatever they were doing, when all are gone everything that exists is free.
    for client in clients {
        if let Client::Waits(future) = client {
            future.give_up();
        }
    }
    assert_eq!(semaphore.available(), model.existing, "permits are neither lost nor made");
    sensible
}

fn take<'a>(step: Step, semaphore: &'a Semaphore, clients: &mut [Client<'a>; 3], model: &mut Model) -> bool {
    let (Ask(who) | Cancel(who) | Release(who) | Try(who) | Forget(who)) = step else {
        (model.free, model.existing) = (model.free + 1, model.existing + 1);
        model.serve();
        semaphore.add(1);
        return true;
    };
    let client = &mut clients[who];
    match (step, mem::replace(client, Client::Idle)) {
        (Ask(_), Client::Idle) => {
            model.come(who);
            poll(client, Waiting::new(semaphore.acquire_many(NEEDS[who])));
        }
        (Ask(_), Client::Waits(future)) => poll(client, future),
        (Try(_), Client::Idle) => try_now(semaphore, client, model, who),
        (Cancel(_), Client::Idle) => drop(semaphore.acquire_many(NEEDS[who])),
        (Cancel(_), Client::Waits(future)) => {
            model.go(who);
            future.give_up();
        }
        (Release(_), Client::Holds(permit)) => {
            model.go(who);
            drop(permit);
        }
        (Forget(_), Client::Holds(permit)) => {
            model.paid[who] = false;
            model.existing -= NEEDS[who];
            permit.forget();
        }
        (_, before) => {
            *client = before;
            return false;
        }
    }
    true
}

fn try_now<'a>(semaphore: &'a Semaphore, client: &mut Client<'a>, model: &mut Model, who: usize) {
    let permit = semaphore.try_acquire_many(NEEDS[who]);
    assert_eq!(permit.is_some(), model.may_take(who), "a newcomer gets what is free, and only if nobody waits");
    if let Some(permit) = permit {
        model.come(who);
        *client = Client::Holds(permit);
    }
}

fn poll<'a>(client: &mut Client<'a>, mut future: Waiting<Acquiring<&'a Semaphore>>) {
    *client = match future.poll() {
        Poll::Pending => Client::Waits(future),
        Poll::Ready(permit) => {
            future.give_up();
            Client::Holds(permit)
        }
    };
}

fn check(semaphore: &Semaphore, clients: &[Client<'_>; 3], model: &Model) {
    for (who, client) in clients.iter().enumerate() {
        match client {
            Client::Waits(future) => future.check(model.paid[who]),
            Client::Holds(permit) => {
                assert!(model.paid[who], "{who} holds what it was not given");
                assert_eq!(permit.count(), NEEDS[who]);
            }
            Client::Idle => {}
        }
    }
    assert_eq!(semaphore.available(), model.free);
    let shown = format!("Semaphore {{ available: {}, waiters: {} }}", model.free, !model.line.is_empty());
    assert_eq!(format!("{semaphore:?}"), shown, "the state word says what is true, no more and no less");
}

#[test]
fn every_history_of_six_steps() {
    assert_eq!(every(STEPS, 6, run), 301_833);
}

#[test]
fn random_histories() {
    random(STEPS, run, "tests/it/sync/semaphore.proptest-regressions");
}
