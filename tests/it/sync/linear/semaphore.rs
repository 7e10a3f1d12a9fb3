//! `Semaphore`: never more permits are out than there are, nobody overtakes, and what is given up goes to the next.

use std::collections::VecDeque;

use async_kata::sync::{Permit, Semaphore};

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

const PERMITS: usize = 3;

#[derive(Clone, Copy, Debug)]
enum Op {
    Acquire(usize),
    Try(usize),
    Release(usize),
    Add(usize),
    Available,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Done,
    Refused,
    Free(usize),
}

/// A semaphore whose calls come one at a time, except that who gives permits back pays those who wait one by one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OneByOne {
    free: usize,
    /// Who waits, and for how many.
    line: VecDeque<(usize, usize)>,
    /// Who was paid and has not looked since.
    paid: Vec<(usize, usize)>,
    /// Who stands in line for a moment, in a poll that will be ready.
    joining: Option<usize>,
    /// Who has given back, and is paying.
    paying: Vec<usize>,
}

impl OneByOne {
    fn is_for(&self, need: usize) -> bool {
        self.line.is_empty() && self.free >= need
    }

    /// Pays the front, if there is enough.
    fn pay(&mut self) -> bool {
        match self.line.front() {
            Some(&(who, need)) if need <= self.free && self.joining != Some(who) => {
                self.free -= need;
                self.paid.push((who, need));
                self.paid.sort_unstable();
                self.line.pop_front();
                true
            }
            _ => false,
        }
    }

    fn unpaid(&mut self, who: usize) -> Option<usize> {
        let at = self.paid.iter().position(|paid| paid.0 == who)?;
        Some(self.paid.swap_remove(at).1)
    }

    /// `begin` gives back, or leaves the line; then whoever can be paid is, one by one.
    fn serve(&self, who: usize, begin: impl Fn(&mut Self) -> bool) -> Vec<Step<Self>> {
        let mut now = self.clone();
        if let Some(at) = now.paying.iter().position(|paying| *paying == who) {
            if now.pay() {
                return vec![Step::Half(now)];
            }
            now.paying.swap_remove(at);
            return vec![Step::Done(now)];
        }
        if !begin(&mut now) {
            return Vec::new();
        }
        let mut all = now.clone();
        if !all.pay() {
            return vec![Step::Done(now)];
        }
        while all.pay() {}
        now.paying.push(who);
        now.paying.sort_unstable();
        vec![Step::Done(all), Step::Half(now)]
    }

    fn ready(&self, who: usize, need: usize, first: bool) -> Vec<Step<Self>> {
        let mut now = self.clone();
        if !first {
            return now.unpaid(who).map(|_| Step::Done(now)).into_iter().collect();
        }
        if now.joining == Some(who) {
            // Only those who wait take, and we are the first of them: what we found is still there.
            now.joining = None;
            now.line.pop_front();
            now.free -= need;
            return vec![Step::Done(now)];
        }
        if !now.is_for(need) {
            return Vec::new();
        }
        let mut at_once = now.clone();
        at_once.free -= need;
        now.joining = Some(who);
        now.line.push_back((who, need));
        vec![Step::Done(at_once), Step::Half(now)]
    }

    fn pending(&self, who: usize, need: usize, first: bool) -> Option<Self> {
        let mut now = self.clone();
        if first {
            if now.is_for(need) {
                return None;
            }
            now.line.push_back((who, need));
        }
        now.line.contains(&(who, need)).then_some(now)
    }

    fn did(&self, op: Op, answer: Answer) -> Option<Self> {
        let mut now = self.clone();
        let right = match op {
            Op::Try(need) if now.is_for(need) => {
                now.free -= need;
                Answer::Done
            }
            Op::Try(_) => Answer::Refused,
            _ => Answer::Free(now.free),
        };
        (answer == right).then_some(now)
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = Answer;

    fn steps(&self, by: usize, what: &What<Op, Answer>) -> Vec<Step<Self>> {
        let next = match *what {
            What::Did(Op::Release(n) | Op::Add(n), _) => {
                return self.serve(by, |now| {
                    now.free += n;
                    true
                });
            }
            What::GaveUp { called, .. } => {
                return self.serve(by, |now| {
                    let paid = now.unpaid(by);
                    now.line.retain(|waits| waits.0 != by);
                    now.free += paid.unwrap_or(0);
                    paid.is_some() == called
                });
            }
            What::Looked { op: Op::Acquire(need), first, end: Some(_) } => return self.ready(by, need, first),
            What::Looked { op: Op::Acquire(need), first, end: None } => self.pending(by, need, first),
            What::Did(op, answer) => self.did(op, answer),
            What::Looked { .. } => None,
        };
        next.map(Step::Done).into_iter().collect()
    }
}

/// Six calls of one thread, and what it still has in the end.
fn play(semaphore: &Semaphore, told: &mut Scribe<'_, Op, Answer>) {
    let mut has: Vec<Permit<&Semaphore>> = Vec::new();
    for _ in 0..6 {
        let need = usize::try_from(1 + told.random.below(2)).expect("small");
        match told.random.below(16) {
            0..6 => has.extend(told.wait(Op::Acquire(need), semaphore.acquire_many(need), |_| Answer::Done)),
            6..9 => {
                let answer = |permit: &Option<_>| if permit.is_some() { Answer::Done } else { Answer::Refused };
                has.extend(told.call(Op::Try(need), || semaphore.try_acquire_many(need), answer));
            }
            9..15 => {
                if let Some(permit) = has.pop() {
                    told.call(Op::Release(permit.count()), || drop(permit), |()| Answer::Done);
                }
            }
            _ => drop(told.call(Op::Available, || semaphore.available(), |free| Answer::Free(*free))),
        }
    }
    for permit in has {
        told.call(Op::Release(permit.count()), || drop(permit), |()| Answer::Done);
    }
}

#[test]
fn never_more_permits_are_out_than_there_are() {
    let spec = OneByOne { free: PERMITS, line: VecDeque::new(), paid: Vec::new(), joining: None, paying: Vec::new() };
    // All have come home.
    let end = |semaphore: &Semaphore, told: &mut Scribe<'_, Op, Answer>| {
        let free = told.call(Op::Available, || semaphore.available(), |free| Answer::Free(*free));
        assert_eq!(free, PERMITS);
    };
    Game { threads: 3, spec, make: || Semaphore::new(PERMITS), play, end }.run();
}

/// Three wait for one each, and one gives three at once: who was paid first runs while the others are being paid.
#[test]
fn who_pays_several_at_once_may_be_seen_half_way() {
    let spec = OneByOne { free: 0, line: VecDeque::new(), paid: Vec::new(), joining: None, paying: Vec::new() };
    let play = |semaphore: &Semaphore, told: &mut Scribe<'_, Op, Answer>| {
        if told.by() == 0 {
            told.call(Op::Add(4), || semaphore.add(4), |()| Answer::Done);
        } else if let Some(permit) = told.wait(Op::Acquire(1), semaphore.acquire(), |_| Answer::Done) {
            let answer = |permit: &Option<_>| if permit.is_some() { Answer::Done } else { Answer::Refused };
            let second = told.call(Op::Try(1), || semaphore.try_acquire(), answer);
            second.into_iter().chain([permit]).for_each(Permit::forget);
        }
    };
    Game { threads: 4, spec, make: || Semaphore::new(0), play, end: |_, _| () }.run();
}
