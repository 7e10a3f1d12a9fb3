//! `Event`: who waits is let through by a `set` that came while it waited, and by nothing else.

use async_kata::sync::Event;

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

#[derive(Clone, Copy, Debug)]
enum Op {
    Wait,
    Set,
    Clear,
    IsSet,
}

/// An event whose calls come one at a time. Who waits, and who was let through and has not looked since: a bit a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct OneByOne {
    is_set: bool,
    waiting: u8,
    called: u8,
}

impl OneByOne {
    fn next(mut self, who: usize, what: What<Op, bool>) -> Option<Self> {
        let who = 1 << who;
        match what {
            What::Did(Op::Set, _) => {
                self.is_set = true;
                self.called |= std::mem::take(&mut self.waiting);
            }
            What::Did(Op::Clear, _) => self.is_set = false,
            What::Did(_, is_set) if is_set != self.is_set => return None,
            What::Did(..) => {}
            What::Looked { first: true, end: None, .. } if !self.is_set => self.waiting |= who,
            What::Looked { first: true, end: Some(_), .. } if self.is_set => {}
            What::Looked { first: false, end: None, .. } if self.waiting & who != 0 => {}
            What::Looked { first: false, end: Some(_), .. } if self.called & who != 0 => self.called &= !who,
            What::Looked { .. } => return None,
            What::GaveUp { called, .. } if called != (self.called & who != 0) => return None,
            What::GaveUp { .. } => {
                self.waiting &= !who;
                self.called &= !who;
            }
        }
        Some(self)
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = bool;

    fn steps(&self, by: usize, what: &What<Op, bool>) -> Vec<Step<Self>> {
        self.clone().next(by, *what).map(Step::Done).into_iter().collect()
    }
}

/// Seven calls of one thread.
fn play(event: &Event, told: &mut Scribe<'_, Op, bool>) {
    for _ in 0..7 {
        match told.random.below(8) {
            0..4 => drop(told.wait(Op::Wait, event.wait(), |()| true)),
            4 | 5 => told.call(Op::Set, || event.set(), |()| true),
            6 => told.call(Op::Clear, || event.clear(), |()| true),
            _ => drop(told.call(Op::IsSet, || event.is_set(), |is_set| *is_set)),
        }
    }
}

#[test]
fn a_set_lets_through_who_waits() {
    let end = |event: &Event, told: &mut Scribe<'_, Op, bool>| {
        told.call(Op::IsSet, || event.is_set(), |is_set| *is_set);
        let shown = format!("{event:?}");
        assert!(shown.contains("waiters: false"), "nobody is left: {shown}");
    };
    Game { threads: 3, spec: OneByOne::default(), make: Event::new, play, end }.run();
}
