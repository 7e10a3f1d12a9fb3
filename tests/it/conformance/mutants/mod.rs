//! Each law can be broken: small wrong primitives, the laws that each of them breaks, and what the laws say of it.

mod event;
mod lock;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use async_kata::conformance::{Broken, Law, laws};

use super::snapshot;

/// Which laws are broken, a line each, with the message.
fn broken(laws: &[Law], by: &mut BTreeSet<&'static str>) -> String {
    let mut text = String::new();
    for law in laws {
        if let Err(Broken { message, end, extent, .. }) = (law.run)() {
            by.insert(law.name);
            let _ = writeln!(text, "  {} [{end}, {extent}]\n    {message}", law.name);
        }
    }
    text
}

/// What all mutants break. Every law is broken by some mutant; the one without a mistake breaks none; no two read the
/// same.
fn told<B: Copy + Debug>(laws: &[Law], bugs: &[B], make: impl Fn(B)) -> String {
    let (mut text, mut all, mut tellings) = (String::new(), BTreeSet::new(), BTreeSet::new());
    for bug in bugs {
        make(*bug);
        let telling = broken(laws, &mut all);
        let _ = write!(text, "{bug:?}\n{telling}");
        assert!(tellings.insert(telling), "{bug:?} reads like another mutant");
    }
    assert!(tellings.contains(""), "without a mistake nothing is broken");
    let unbroken: Vec<_> = laws.iter().filter(|law| !all.contains(law.name)).map(|law| law.name).collect();
    assert!(unbroken.is_empty(), "a law that no mutant breaks may have nothing to say: {unbroken:?}");
    text
}

#[test]
fn each_law_of_a_lock_is_broken_by_some_mutant() {
    let laws = laws::lock::all::<lock::Lock>();
    snapshot("mutants-of-a-lock", &told(&laws, lock::BUGS, |bug| lock::BUG.set(bug)));
}

#[test]
fn each_law_of_an_event_is_broken_by_some_mutant() {
    let laws = laws::event::all::<event::Event>();
    snapshot("mutants-of-an-event", &told(&laws, event::BUGS, |bug| event::BUG.set(bug)));
}

#[test]
fn a_broken_law_tells_the_whole_story() {
    lock::BUG.set(lock::Bug::NotPassedOn);
    let laws = laws::lock::all::<lock::Lock>();
    let law = laws.iter().find(|law| law.name == "who_is_cancelled_leaves_no_hole").unwrap();
    let text = "\
a dropped after 1 poll: b waits for ever: nobody wakes it
  broken by: deadlock (6 of 21 schedules explored with this cut)
  expected:  everybody who is not dropped has a turn, and the lock is free then
  happened:
    ms  main       holder        a                                    b
     0  (started)  ·             ·                                    ·
     0  ·          (started)     ·                                    ·
     0  ·          has the lock  ·                                    ·
     0  ·          ·             (started)                            ·
     0  ·          ·             asks                                 ·
     0  ·          ·             ·                                    (started)
     0  ·          ·             ·                                    asks
     0  ·          unlocks       ·                                    ·
     0  ·          (ended)       ·                                    ·
     0  ·          ·             is cancelled: its future is dropped  ·
     0  ·          ·             (ended)                              ·
";
    assert_eq!((law.run)().unwrap_err().to_string(), text);
}
