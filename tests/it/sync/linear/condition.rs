//! `Condition`: who waits longest is notified first, and who gives up when it was notified passes that on.

use std::collections::VecDeque;

use async_kata::sync::{Condition, Lock};

use super::checker::{Spec, Step, What};
use super::threads::{Game, Scribe};

#[derive(Clone, Copy, Debug)]
enum Op {
    Wait,
    Notify(usize),
}

/// A condition whose calls come one at a time. Notified ones that have not looked since: a bit a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct OneByOne {
    line: VecDeque<usize>,
    called: u8,
}

impl OneByOne {
    fn notify(&mut self, n: usize) {
        for who in self.line.drain(..n.min(self.line.len())) {
            self.called |= 1 << who;
        }
    }

    /// Takes a notification.
    fn uncall(&mut self, who: usize) -> bool {
        let was_called = self.called & (1 << who) != 0;
        self.called &= !(1 << who);
        was_called
    }

    fn next(mut self, who: usize, what: What<Op, ()>) -> Option<Self> {
        let right = match what {
            What::Did(Op::Notify(n), ()) => {
                self.notify(n);
                true
            }
            What::Did(..) => false,
            What::Looked { first: true, end, .. } => {
                self.line.push_back(who);
                end.is_none()
            }
            What::Looked { end: None, .. } => self.line.contains(&who),
            What::Looked { .. } => self.uncall(who),
            What::GaveUp { called, .. } => {
                let was_called = self.uncall(who);
                self.line.retain(|waits| *waits != who);
                self.notify(usize::from(was_called));
                was_called == called
            }
        };
        right.then_some(self)
    }
}

impl Spec for OneByOne {
    type Op = Op;
    type Result = ();

    fn steps(&self, by: usize, what: &What<Op, ()>) -> Vec<Step<Self>> {
        self.clone().next(by, *what).map(Step::Done).into_iter().collect()
    }
}

/// A condition, and a lock for each thread: nobody waits for a lock, so a wait is ready in the first poll after its call.
type Place = (Condition, [Lock<()>; 3]);

/// Six calls of one thread.
fn play((condition, locks): &Place, told: &mut Scribe<'_, Op, ()>) {
    let lock = &locks[told.by()];
    for _ in 0..6 {
        match told.random.below(8) {
            0..5 => {
                let wait = async {
                    let guard = lock.try_lock().expect("who gave up a wait, or ended it, does not hold the lock");
                    drop(condition.wait(guard).await);
                };
                let _ = told.wait(Op::Wait, wait, |()| ());
            }
            5 | 6 => told.call(Op::Notify(1), || condition.notify(1), |()| ()),
            _ => told.call(Op::Notify(usize::MAX), || condition.notify_all(), |()| ()),
        }
    }
}

#[test]
fn each_notification_finds_who_waits_longest() {
    let make = || (Condition::new(), [(); 3].map(Lock::new));
    Game { threads: 3, spec: OneByOne::default(), make, play, end: |_, _| () }.run();
}
