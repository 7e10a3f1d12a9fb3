//! `Barrier`: nobody passes before all have come, and each who passes has a number of its own.

use async_kata::sync::Barrier;
use async_kata::sync::barrier::BrokenBarrier;

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

#[derive(Clone, Copy, Debug)]
enum Op {
    Wait,
    Abort,
    Reset,
    Waiting,
    IsBroken,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Number(usize),
    SentAway,
    Done,
    Waiting(usize),
    IsBroken(bool),
}

/// A barrier whose calls come one at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OneByOne {
    parties: usize,
    is_broken: bool,
    /// In the order of coming.
    waiting: Vec<usize>,
    /// By thread: the number of who was let through, nothing for who was sent away; for those who have not looked since.
    called: [Option<Option<usize>>; 3],
}

impl OneByOne {
    fn send_away(&mut self, is_broken: bool) {
        self.is_broken = is_broken;
        self.waiting.drain(..).for_each(|who| self.called[who] = Some(None));
    }

    /// What a newcomer is answered; nothing if it waits.
    fn come(&mut self, who: usize) -> Option<Answer> {
        if self.is_broken {
            return Some(Answer::SentAway);
        }
        if self.waiting.len() + 1 < self.parties {
            self.waiting.push(who);
            return None;
        }
        for (number, waits) in self.waiting.drain(..).enumerate() {
            self.called[waits] = Some(Some(number));
        }
        Some(Answer::Number(self.parties - 1))
    }

    fn next(mut self, who: usize, what: What<Op, Answer>) -> Option<Self> {
        let right = match what {
            What::Did(Op::Abort, _) => {
                self.send_away(true);
                true
            }
            What::Did(Op::Reset, _) => {
                self.send_away(false);
                true
            }
            What::Did(Op::IsBroken, answer) => answer == Answer::IsBroken(self.is_broken),
            What::Did(_, answer) => answer == Answer::Waiting(self.waiting.len()),
            What::Looked { first: true, end, .. } => self.come(who) == end,
            What::Looked { end, .. } => {
                let called = self.called[who].take();
                let right = called.map(|number| number.map_or(Answer::SentAway, Answer::Number));
                right == end && (end.is_some() || self.waiting.contains(&who))
            }
            What::GaveUp { called, .. } => {
                self.waiting.retain(|waits| *waits != who);
                self.called[who].take().is_some() == called
            }
        };
        right.then_some(self)
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = Answer;

    fn steps(&self, by: usize, what: &What<Op, Answer>) -> Vec<Step<Self>> {
        self.clone().next(by, *what).map(Step::Done).into_iter().collect()
    }
}

/// Six calls of one thread.
fn play(barrier: &Barrier, told: &mut Scribe<'_, Op, Answer>) {
    for _ in 0..6 {
        match told.random.below(16) {
            0..11 => {
                let answer = |number: &Result<usize, BrokenBarrier>| number.map_or(Answer::SentAway, Answer::Number);
                let _ = told.wait(Op::Wait, barrier.wait(), answer);
            }
            11 => told.call(Op::Abort, || barrier.abort(), |()| Answer::Done),
            12 | 13 => told.call(Op::Reset, || barrier.reset(), |()| Answer::Done),
            14 => drop(told.call(Op::Waiting, || barrier.n_waiting(), |n| Answer::Waiting(*n))),
            _ => drop(told.call(Op::IsBroken, || barrier.is_broken(), |broken| Answer::IsBroken(*broken))),
        }
    }
}

fn run(parties: usize) {
    let spec = OneByOne { parties, is_broken: false, waiting: Vec::new(), called: [None; 3] };
    let end = |barrier: &Barrier, told: &mut Scribe<'_, Op, Answer>| {
        let n = told.call(Op::Waiting, || barrier.n_waiting(), |n| Answer::Waiting(*n));
        assert_eq!(n, 0, "everybody has gone");
    };
    Game { threads: 3, spec, make: || Barrier::new(parties), play, end }.run();
}

#[test]
fn two_pass_together() {
    run(2);
}

#[test]
fn three_pass_together() {
    run(3);
}
