//! `Barrier` against a model in which all is plain to see: who has come, who was let through, who was sent away.

use std::mem;
use std::task::Poll;

use async_kata::sync::Barrier;
use async_kata::sync::barrier::{BrokenBarrier, Waiting as Wait};

use super::histories::{Waiting, every, random};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// One of four clients comes, or polls the wait that it has, with a fresh waker.
    Poll(usize),
    /// It drops the wait that it has.
    Cancel(usize),
    Abort,
    Reset,
}

use Step::{Abort, Cancel, Poll as Ask, Reset};

const STEPS: &[Step] = &[Ask(0), Ask(1), Ask(2), Ask(3), Cancel(0), Cancel(1), Cancel(2), Cancel(3), Abort, Reset];

/// Three have come; the first two were let through by the third, and have not run.
const FULL: &[Step] = &[Ask(0), Ask(1), Ask(2)];

/// Who has come, in order, and what each client is to be told at its next poll.
#[derive(Default)]
struct Model {
    parties: usize,
    present: Vec<usize>,
    told: [Option<Result<usize, BrokenBarrier>>; 4],
    is_broken: bool,
    /// How many clients have done anything yet.
    n_known: usize,
}

impl Model {
    /// A first poll.
    fn come(&mut self, client: usize) {
        if self.is_broken {
            self.told[client] = Some(Err(BrokenBarrier));
            return;
        }
        self.present.push(client);
        if self.present.len() == self.parties {
            for (number, through) in mem::take(&mut self.present).into_iter().enumerate() {
                self.told[through] = Some(Ok(number));
            }
        }
    }

    fn send_away(&mut self, is_broken: bool) {
        self.is_broken = is_broken;
        for away in mem::take(&mut self.present) {
            self.told[away] = Some(Err(BrokenBarrier));
        }
    }
}

type Clients<'a> = [Option<Waiting<Wait<'a>>>; 4];

/// The first `n_checked` steps are not checked again.
fn run_from(parties: usize, history: &[Step], n_checked: usize) -> bool {
    let barrier = Barrier::new(parties);
    let mut clients: Clients<'_> = [const { None }; 4];
    let mut model = Model { parties, ..Model::default() };
    let mut sensible = false;
    for (nth, step) in history.iter().enumerate() {
        sensible = take(*step, &barrier, &mut clients, &mut model);
        if sensible && nth >= n_checked {
            check(&barrier, &clients, &model);
        }
    }
    // Whatever they were doing, when all are gone nobody has come.
    clients.into_iter().flatten().for_each(Waiting::give_up);
    assert_eq!(barrier.n_waiting(), 0);
    sensible
}

/// Whether the step makes sense where it stands.
fn take<'a>(step: Step, barrier: &'a Barrier, clients: &mut Clients<'a>, model: &mut Model) -> bool {
    match step {
        Abort => {
            barrier.abort();
            model.send_away(true);
        }
        Reset => {
            barrier.reset();
            model.send_away(false);
        }
        // The clients are alike, so the second is the one who comes second: no history is run under other names, too.
        Ask(who) if who > model.n_known => return false,
        Ask(who) => {
            model.n_known = model.n_known.max(who + 1);
            ask(barrier, &mut clients[who], model, who);
        }
        Cancel(who) => {
            let Some(future) = clients[who].take() else { return false };
            model.present.retain(|present| *present != who);
            model.told[who] = None;
            future.give_up();
        }
    }
    true
}

fn ask<'a>(barrier: &'a Barrier, client: &mut Option<Waiting<Wait<'a>>>, model: &mut Model, who: usize) {
    let mut future = client.take().unwrap_or_else(|| {
        model.come(who);
        Waiting::new(barrier.wait())
    });
    let expected = model.told[who].take().map_or(Poll::Pending, Poll::Ready);
    assert_eq!(future.poll(), expected, "let through with its number, sent away, or neither");
    match expected {
        Poll::Ready(_) => future.give_up(),
        Poll::Pending => *client = Some(future),
    }
}

fn check(barrier: &Barrier, clients: &Clients<'_>, model: &Model) {
    for (who, client) in clients.iter().enumerate() {
        if let Some(future) = client {
            future.check(model.told[who].is_some());
        }
    }
    let (n_waiting, is_broken) = (model.present.len(), model.is_broken);
    assert_eq!((barrier.n_waiting(), barrier.is_broken()), (n_waiting, is_broken));
    let n_passing = model.told.iter().filter(|told| matches!(told, Some(Ok(_)))).count();
    let shown = format!("n_waiting: {n_waiting}, n_passing: {n_passing}, is_broken: {is_broken} }}");
    assert!(format!("{barrier:?}").ends_with(&shown), "{barrier:?}, not {shown}");
}

/// Of a sweep: whatever is shorter by a step has had its run.
fn run_last(parties: usize, history: &[Step]) -> bool {
    run_from(parties, history, history.len() - 1)
}

#[test]
fn every_history_of_seven_steps_of_two_parties() {
    assert_eq!(every(STEPS, 7, |history| run_last(2, history)), 43_096);
}

#[test]
fn every_history_of_seven_steps_of_three_parties() {
    assert_eq!(every(STEPS, 7, |history| run_last(3, history)), 52_140);
}

#[test]
fn every_history_of_five_steps_after_a_round_was_let_through() {
    assert!(run_from(3, FULL, 0));
    assert_eq!(every(STEPS, 5, |history| run_last(3, &[FULL, history].concat())), 31_896);
}

#[test]
fn random_histories() {
    random(STEPS, |history| run_from(2, history, 0), "tests/it/sync/barrier_2.proptest-regressions");
    random(STEPS, |history| run_from(3, history, 0), "tests/it/sync/barrier_3.proptest-regressions");
}
