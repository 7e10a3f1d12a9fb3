//! Histories: lists of calls, tried in all orders up to a length, and at random beyond it.
//!
//! A primitive's model (`lock_histories`, `event_histories`, ...) runs one list and asserts, after each call, who is ready
//! and who was woken how often.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use proptest::collection::vec;
use proptest::sample::select;

use crate::bell::{Bell, bell};

/// Runs one history. Steps that make no sense where they stand are skipped; says whether the last one made sense.
pub(super) type Run<S> = fn(&[S]) -> bool;

/// How many histories a sweep had.
#[derive(Debug)]
pub(super) struct Count {
    n: usize,
    is_short: bool,
}

/// A sweep that was cut short on purpose has as many as anybody says.
impl PartialEq<usize> for Count {
    fn eq(&self, n: &usize) -> bool {
        self.is_short || self.n == *n
    }
}

/// All histories of up to `length` sensible steps. Returns how many there are: a number that changes with the alphabet
/// only, so a sweep that silently grew small is noticed.
///
/// `ASYNC_KATA_SHORT` makes it three steps shorter, for those who run the tests very often (`cargo mutants`), and four for
/// who runs them very slowly (Miri).
pub(super) fn every<S: Copy>(alphabet: &[S], length: usize, run: Run<S>) -> Count {
    fn extend<S: Copy>(history: &mut Vec<S>, alphabet: &[S], length: usize, run: Run<S>) -> usize {
        let mut n = 0;
        for &step in alphabet {
            history.push(step);
            if run(history) {
                n += 1;
                if history.len() < length {
                    n += extend(history, alphabet, length, run);
                }
            }
            history.pop();
        }
        n
    }
    let is_short = std::env::var_os("ASYNC_KATA_SHORT").is_some();
    let length = if is_short { length.saturating_sub(if cfg!(miri) { 4 } else { 3 }) } else { length };
    Count { n: extend(&mut Vec::new(), alphabet, length, run), is_short }
}

/// Random histories of up to 60 steps, the same ones in every run: see [`crate::seeded`].
pub(super) fn random<S: Copy + Debug>(alphabet: &'static [S], run: Run<S>, regressions: &'static str) {
    let verdict = crate::seeded::runner(regressions).run(&vec(select(alphabet), 0..60), |history| {
        run(&history);
        Ok(())
    });
    if let Err(failure) = verdict {
        panic!("{failure}");
    }
}

/// A future that waits, with the bells of all its polls. It is polled with a fresh waker each time.
pub(super) struct Waiting<F> {
    future: Pin<Box<F>>,
    bells: Vec<Arc<Bell>>,
}

impl<F: Future> Waiting<F> {
    pub(super) fn new(future: F) -> Self {
        Waiting { future: Box::pin(future), bells: Vec::new() }
    }

    pub(super) fn poll(&mut self) -> Poll<F::Output> {
        // A future that was woken may wait once more, for the next thing: a bell that has rung is done with.
        self.bells.retain(|bell| bell.rings() == 0 || Arc::strong_count(bell) > 1);
        let (bell, waker) = bell();
        self.bells.push(bell);
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// The waker of the last poll was woken once if `called`, else it is kept; all others are silent and let go.
    pub(super) fn check(&self, called: bool) {
        let (last, old) = self.bells.split_last().expect("a waiting future was polled");
        assert_eq!(last.rings(), usize::from(called), "woken once if called, else never");
        assert_eq!(Arc::strong_count(last), if called { 1 } else { 2 }, "kept until it is woken");
        assert!(
            old.iter().all(|old| old.rings() == 0 && Arc::strong_count(old) == 1),
            "old wakers are let go, unwoken"
        );
    }

    /// Drops the future. Nobody keeps any of its wakers.
    pub(super) fn give_up(self) {
        drop(self.future);
        assert!(self.bells.iter().all(|bell| Arc::strong_count(bell) == 1), "a waker stayed behind");
    }
}
