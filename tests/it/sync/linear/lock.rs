//! `Lock` around a counter: each turn finds what the turn before left, and turns come in the order of asking.

use std::collections::VecDeque;

use async_kata::sync::{Lock, LockGuard};

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

#[derive(Clone, Copy, Debug)]
enum Op {
    Lock,
    Try,
    Unlock,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    /// Holds it, after so many turns of others.
    Turn(u32),
    Refused,
    Done,
}

/// A lock whose calls come one at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct OneByOne {
    /// Who holds it, or was handed it and has not looked since.
    owner: Option<usize>,
    line: VecDeque<usize>,
    turns: u32,
}

impl OneByOne {
    /// `who` begins a turn, as it said.
    fn turn(mut self, who: usize, answer: Answer) -> Option<Self> {
        let right = self.owner == Some(who) && answer == Answer::Turn(self.turns);
        self.turns += 1;
        right.then_some(self)
    }

    fn come(mut self, who: usize) -> Self {
        match self.owner {
            None => self.owner = Some(who),
            Some(_) => self.line.push_back(who),
        }
        self
    }

    fn hand_over(mut self) -> Self {
        self.owner = self.line.pop_front();
        self
    }

    fn next(mut self, who: usize, what: What<Op, Answer>) -> Option<Self> {
        match what {
            What::Did(Op::Try, Answer::Refused) => self.owner.is_some().then_some(self),
            What::Did(Op::Try, answer) if self.owner.is_none() => self.come(who).turn(who, answer),
            What::Did(Op::Unlock, _) if self.owner == Some(who) => Some(self.hand_over()),
            What::Did(..) => None,
            What::Looked { first, end, .. } => {
                let now = if first { self.come(who) } else { self };
                match end {
                    Some(answer) => now.turn(who, answer),
                    None => now.line.contains(&who).then_some(now),
                }
            }
            What::GaveUp { called: true, .. } => (self.owner == Some(who)).then(|| self.hand_over()),
            What::GaveUp { called: false, .. } => {
                self.line.retain(|waits| *waits != who);
                (self.owner != Some(who)).then_some(self)
            }
        }
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = Answer;

    fn steps(&self, by: usize, what: &What<Op, Answer>) -> Vec<Step<Self>> {
        self.clone().next(by, *what).map(Step::Done).into_iter().collect()
    }
}

/// Counts a turn, and tells how many there were before.
fn count(guard: &mut LockGuard<'_, u32>) -> u32 {
    let before = **guard;
    **guard = before + 1;
    before
}

/// Six times: locks or tries, and lets go.
fn play(lock: &Lock<u32>, told: &mut Scribe<'_, Op, Answer>) {
    for _ in 0..6 {
        let turn = if told.random.below(3) > 0 {
            let turn = async {
                let mut guard = lock.lock().await;
                (count(&mut guard), guard)
            };
            told.wait(Op::Lock, turn, |(before, _)| Answer::Turn(*before))
        } else {
            let turn = || lock.try_lock().map(|mut guard| (count(&mut guard), guard));
            let answer = |turn: &Option<(u32, _)>| turn.as_ref().map_or(Answer::Refused, |turn| Answer::Turn(turn.0));
            told.call(Op::Try, turn, answer)
        };
        if let Some((_, guard)) = turn {
            told.call(Op::Unlock, || drop(guard), |()| Answer::Done);
        }
    }
}

#[test]
fn turns_come_one_after_the_other() {
    // Everybody is gone: the lock is free.
    let end = |lock: &Lock<u32>, told: &mut Scribe<'_, Op, Answer>| {
        let turns = lock.try_lock().expect("everybody has let go");
        told.call(Op::Try, || *turns, |turns| Answer::Turn(*turns));
    };
    Game { threads: 3, spec: OneByOne::default(), make: || Lock::new(0), play, end }.run();
}
