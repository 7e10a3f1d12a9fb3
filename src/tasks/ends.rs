//! The ends of many tasks, heard in the order in which they come, and the turn that CPython spends on its bookkeeping.

use super::life::Life;
use crate::host;
use crate::shim::{Arc, Mutex};
use std::collections::VecDeque;
use std::task::{Context, Poll, Wake, Waker};

/// Watches any number of tasks at a cost that does not depend on how many they are, per end.
pub(super) struct Ends {
    heard: Arc<Mutex<Heard>>,
    /// Of each task: its life, the number of the watch, and the wait as a deadlock report sees it. `None`: it has ended.
    watched: Vec<Option<Watched>>,
    left: usize,
}

struct Watched {
    life: Arc<Life>,
    id: u64,
    _waiting: host::Waiting,
}

#[derive(Default)]
struct Heard {
    ended: VecDeque<usize>,
    waker: Option<Waker>,
}

/// One task's bell.
struct Bell {
    at: usize,
    heard: Arc<Mutex<Heard>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let waker = {
            let mut heard = self.heard.lock();
            heard.ended.push_back(self.at);
            heard.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Ends {
    /// Those who have ended already are heard first, in the order given.
    pub(super) fn of<'a>(lives: impl Iterator<Item = &'a Arc<Life>>) -> Self {
        let heard = Arc::<Mutex<Heard>>::default();
        let watch = |(at, life): (usize, &Arc<Life>)| {
            let bell = Arc::new(Bell { at, heard: heard.clone() });
            match life.watch(&Waker::from(bell)) {
                Some(id) => Some(Watched { life: life.clone(), id, _waiting: life.waiting() }),
                None => {
                    heard.lock().ended.push_back(at);
                    None
                }
            }
        };
        let watched: Vec<_> = lives.enumerate().map(watch).collect();
        let left = watched.len();
        Self { heard, watched, left }
    }

    /// How many have not been heard.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// The next to end: its place among those given. Pending for ever when none is left.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<usize> {
        let fresh = cx.waker().clone(); // foreign code: before the lock
        let mut heard = self.heard.lock();
        let next = heard.ended.pop_front();
        // Called from now on, not before: one who ended since is heard above.
        let before = if next.is_none() { heard.waker.replace(fresh) } else { heard.waker.take() };
        drop(heard);
        drop(before);
        let Some(at) = next else { return Poll::Pending };
        self.watched[at] = None;
        self.left -= 1;
        Poll::Ready(at)
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        for watched in self.watched.iter().flatten() {
            watched.life.unwatch(watched.id);
        }
    }
}

/// CPython's combinators hear of an end in a callback of their own, and whoever awaits them goes on a turn later. So do
/// ours in a plain run, where the order is held against CPython's; elsewhere it takes no turn.
pub(super) struct Hop {
    turns: u8,
}

impl Hop {
    /// No turn: nobody had to wait.
    pub(super) const NONE: Self = Self { turns: 0 };
    /// The turn after the callback.
    pub(super) const ONE: Self = Self { turns: 1 };
    /// And the callback's own: CPython schedules it, even though the task had ended before.
    pub(super) const TWO: Self = Self { turns: 2 };

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.turns == 0 || !host::hops() {
            return Poll::Ready(());
        }
        self.turns -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
