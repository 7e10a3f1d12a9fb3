//! Whether calls that overlapped could have gone one after the other: the search of Wing and Gong, with a memory.
//!
//! A history is a list of calls, each with the moments at which it began and ended. It is linearizable if every call can
//! be given one moment between the two, such that a sequential specification, run through the calls in the order of
//! those moments, answers each as it was really answered. The search tries the calls that may come next (those that began
//! before any other open one ended), and remembers where it has been, by which calls are done and in which state: so it
//! is exponential in how many threads there are, not in how many calls.
//!
//! A poll and a drop are calls like any other, and never block. That is what makes waiting, being called and giving up
//! checkable: a specification knows who stands in line, and says exactly which poll is pending. Some calls take effect in
//! several steps, such as a release that pays two who wait: between these, others may look. The specification says so
//! ([`Step::Half`]), and where it does not, the call must be one step.

use std::collections::HashSet;
use std::fmt::{Debug, Write};
use std::hash::Hash;

/// What a call did, and how it was answered.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<O, R> {
    /// A call that does not wait.
    Did(O, R),
    /// One poll of a future that does. `None`: pending.
    Looked { op: O, first: bool, end: Option<R> },
    /// The drop of a future that was pending. `called`: its waker was woken.
    GaveUp { op: O, called: bool },
}

/// A call of the thread `by`. Moments are ticks of one clock that all threads share, so no two are equal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<O, R> {
    pub(super) by: usize,
    pub(super) what: What<O, R>,
    pub(super) begun: u64,
    pub(super) ended: u64,
}

/// What a sequential specification answers to "may this happen now?", once for each way in which it may.
pub(super) enum Step<S> {
    /// Yes, and the call is over.
    Done(S),
    /// Yes, in part: the call goes on from this state. It must be another state, or the search would not end.
    Half(S),
}

/// A state of a sequential specification.
pub(super) trait Spec: Clone + Eq + Hash {
    type Op: Copy + Debug + Send;
    type Result: Copy + Debug + Send;

    /// All ways in which this call of the thread `by` may go on from here, answered like this. None: it may not.
    fn steps(&self, by: usize, what: &What<Self::Op, Self::Result>) -> Vec<Step<Self>>;
}

/// A history of a specification's calls.
pub(super) type History<S> = [Call<<S as Spec>::Op, <S as Spec>::Result>];

struct Search<'a, S: Spec> {
    history: &'a History<S>,
    been: HashSet<(u128, S)>,
    /// The calls that are done, in the order that is tried now, and the longest that ever went.
    order: Vec<usize>,
    longest: Vec<usize>,
}

/// Whether the history is one that the specification allows. If not: the history, and how far the best order went.
pub(super) fn check<S: Spec>(start: &S, history: &History<S>) -> Result<(), String> {
    assert!(history.len() < 128, "a history of {} calls: the calls that are done are one bit each", history.len());
    let mut search = Search { history, been: HashSet::new(), order: Vec::new(), longest: Vec::new() };
    if search.goes_on(0, start) { Ok(()) } else { Err(search.told()) }
}

impl<S: Spec> Search<'_, S> {
    fn open(&self, done: u128) -> impl Iterator<Item = (usize, &Call<S::Op, S::Result>)> {
        self.history.iter().enumerate().filter(move |(n, _)| done & (1 << n) == 0)
    }

    fn goes_on(&mut self, done: u128, state: &S) -> bool {
        let Some(first_end) = self.open(done).map(|(_, call)| call.ended).min() else { return true };
        if !self.been.insert((done, state.clone())) {
            return false;
        }
        if self.order.len() > self.longest.len() {
            self.longest.clone_from(&self.order);
        }
        let next: Vec<_> = self.open(done).filter(|(_, call)| call.begun < first_end).map(|(n, _)| n).collect();
        next.into_iter().any(|n| {
            let Call { by, what, .. } = self.history[n];
            state.steps(by, &what).into_iter().any(|step| match step {
                Step::Half(state) => self.goes_on(done, &state),
                Step::Done(state) => {
                    self.order.push(n);
                    let went = self.goes_on(done | (1 << n), &state);
                    self.order.pop();
                    went
                }
            })
        })
    }

    fn told(&self) -> String {
        let mut told = "no order of these calls explains their answers:\n".to_string();
        let done = self.longest.iter().map(|n| format!("{n}")).collect::<Vec<_>>().join(" ");
        let mut calls: Vec<_> = self.history.iter().enumerate().collect();
        calls.sort_by_key(|(_, call)| call.begun);
        for (n, Call { by, what, begun, ended }) in calls {
            let indent = by * 4;
            let _ = writeln!(told, "{n:4}  {begun:5}..{ended:<5} {:indent$}{by}: {what:?}", "");
        }
        let _ = writeln!(told, "the longest order that goes: {done}");
        told
    }
}
