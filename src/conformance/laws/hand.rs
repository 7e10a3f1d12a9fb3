//! Polling by hand: a story that is written while futures are polled one by one, with wakers that count.

use super::play::in_every_schedule;
use super::{Broken, Extent, Fault};
use crate::trace::{Entry, Trace, What};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// The hand that polls. It keeps the story; clones share it.
#[derive(Clone, Default)]
pub(super) struct Hand(Arc<Mutex<Vec<Entry>>>);

/// Runs a script once (and, as every exploration, a few times more, to see that it is deterministic).
pub(super) fn by_hand(script: fn(&Hand) -> Result<(), Fault>) -> Result<Extent, Broken> {
    let hand = Hand::default();
    let judged = in_every_schedule("no panic", || {
        let hand = hand.clone();
        hand.story().clear();
        async move { script(&hand) }
    });
    let broken = match judged {
        Ok(_) => return Ok(Extent::ByHand),
        Err(broken) => broken,
    };
    if broken.end == "panicked" {
        hand.story().push(Entry { ms: 0, task: "main".into(), what: What::Failed(broken.message.clone()) });
    }
    let happened = Trace::from_iter(hand.story().drain(..)).table();
    Err(Broken { extent: Extent::ByHand, happened, ..broken })
}

impl Hand {
    fn story(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what `task` does.
    pub(super) fn says(&self, task: &str, what: impl ToString) {
        self.story().push(Entry { ms: 0, task: task.into(), what: What::Said(what.to_string()) });
    }

    /// Somebody with a future of his own.
    pub(super) fn waiter<F: Future>(&self, name: &'static str, future: F) -> Waiter<F> {
        let bell = Bell::new(self, name, "is woken");
        Waiter { hand: self.clone(), name, future: Some(Box::pin(future)), bell, polls: 0 }
    }

    /// Somebody with a future of his own, who has polled it once, and must wait.
    pub(super) fn waiting<F: Future>(&self, name: &'static str, why: &str, future: F) -> Result<Waiter<F>, Fault> {
        let mut waiter = self.waiter(name, future);
        waiter.must_wait(why)?;
        Ok(waiter)
    }
}

/// A wrong result, if `holds` does not: `message`, where `expected` was.
pub(super) fn must(holds: bool, end: &'static str, message: &str, expected: &str) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault { end, message: message.into(), expected: expected.into() }) }
}

/// A waker that counts, and by its references shows whether anybody keeps it.
pub(super) struct Bell {
    rings: AtomicUsize,
    hand: Hand,
    name: &'static str,
    says: &'static str,
}

impl Bell {
    fn new(hand: &Hand, name: &'static str, says: &'static str) -> Arc<Self> {
        Arc::new(Bell { rings: AtomicUsize::new(0), hand: hand.clone(), name, says })
    }

    pub(super) fn rings(&self) -> usize {
        self.rings.load(Relaxed)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rings.fetch_add(1, Relaxed);
        self.hand.says(self.name, self.says);
    }
}

/// A future, and the waker that it is polled with.
pub(super) struct Waiter<F: Future> {
    hand: Hand,
    name: &'static str,
    future: Option<Pin<Box<F>>>,
    bell: Arc<Bell>,
    polls: usize,
}

impl<F: Future> Waiter<F> {
    /// Polls once. A future that is ready is dropped, as an `.await` does.
    fn poll(&mut self) -> Poll<F::Output> {
        let future = self.future.as_mut().expect("the law polls nobody who has ended");
        self.polls += 1;
        let polled = future.as_mut().poll(&mut Context::from_waker(&Waker::from(self.bell.clone())));
        let how = if polled.is_ready() { "ready" } else { "pending" };
        self.hand.says(self.name, format_args!("poll {}: {how}", self.polls));
        if polled.is_ready() {
            self.future = None;
        }
        polled
    }

    /// Polls once, and must be through; `why` says what is so that it must.
    pub(super) fn must_get(&mut self, why: &str) -> Result<F::Output, Fault> {
        match self.poll() {
            Poll::Ready(output) => Ok(output),
            Poll::Pending => Err(self.wrong("outcome", "pending", "ready", why)),
        }
    }

    /// Polls once, and must not be through; `why` says what is so that it must not.
    pub(super) fn must_wait(&mut self, why: &str) -> Result<(), Fault> {
        self.must_wait_or(why, "outcome")
    }

    /// As `must_wait`, where being through is being first, before another.
    pub(super) fn must_wait_for_its_turn(&mut self, why: &str) -> Result<(), Fault> {
        self.must_wait_or(why, "order")
    }

    fn must_wait_or(&mut self, why: &str, end: &'static str) -> Result<(), Fault> {
        match self.poll() {
            Poll::Pending => Ok(()),
            Poll::Ready(_) => Err(self.wrong(end, "ready", "pending", why)),
        }
    }

    fn wrong(&self, end: &'static str, is: &str, must_be: &str, why: &str) -> Fault {
        let whose = format!("{}'s poll {}", self.name, self.polls);
        let (message, expected) = (format!("{whose} is {is}, though {why}"), format!("{whose} is {must_be}: {why}"));
        Fault { end, message, expected }
    }

    /// Must have been woken, since its future was made or its waker replaced; `why` says by what.
    pub(super) fn must_be_woken(&self, why: &str) -> Result<(), Fault> {
        let name = self.name;
        must(
            self.is_woken(),
            "wake",
            &format!("{name} was not woken, though {why}"),
            &format!("{name} is woken: {why}"),
        )
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn is_woken(&self) -> bool {
        self.bell.rings() > 0
    }

    /// It is over: its waker, which nobody should keep.
    pub(super) fn over(self) -> Arc<Bell> {
        self.bell.clone()
    }

    /// From now on another task polls it, so with another waker. Returns the old one.
    pub(super) fn moves(&mut self) -> Arc<Bell> {
        self.hand.says(self.name, "moves to another task: another waker");
        let new = Bell::new(&self.hand, self.name, "is woken by its new waker");
        std::mem::replace(&mut self.bell, new)
    }

    /// Drops the future, as whoever is cancelled does. Returns its waker, which nobody should keep.
    pub(super) fn gives_up(self) -> Arc<Bell> {
        self.hand.says(self.name, "is cancelled: its future is dropped");
        self.bell.clone()
    }
}

/// A destructor that panics may do so for each of several waiters, and a second panic on the way of a first would
/// abort.
impl<F: Future> Drop for Waiter<F> {
    fn drop(&mut self) {
        let future = self.future.take();
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(future)));
        if let Err(panic) = dropped
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}

/// Nobody but us must keep this waker; `when` says at which moment.
pub(super) fn must_be_let_go(bell: &Arc<Bell>, when: &str) -> Result<(), Fault> {
    let (name, kept) = (bell.name, Arc::strong_count(bell) - 1);
    let times = if kept == 1 { "once".to_string() } else { format!("{kept} times") };
    let message = format!("{name}'s waker is still kept {times} {when}");
    must(kept == 0, "leak", &message, &format!("nobody keeps {name}'s waker {when}"))
}
