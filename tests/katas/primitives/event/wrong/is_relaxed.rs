//! Wrong: the flag is an atomic beside the mutex, set and read `Relaxed`: it says "set", and carries nothing.

use super::given::shim::{AtomicBool, Mutex, Ordering::Relaxed};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A gate that stands open (set) or shut.
pub struct Event {
    is_set: AtomicBool,
    state: Mutex<State>,
}

struct State {
    /// The number of the last who came.
    last: u64,
    /// Who waits, by number. `set` empties it: whoever is not in it any more has been let through.
    waiting: Vec<(u64, Waker)>,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Event { is_set: AtomicBool::new(false), state: Mutex::new(State { last: 0, waiting: Vec::new() }) }
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.is_set.load(Relaxed)
    }

    /// Opens the gate, and wakes everybody who waits: outside the mutex, because a waker may do anything.
    pub fn set(&self) {
        let mut state = self.state.lock();
        self.is_set.store(true, Relaxed);
        let woken = mem::take(&mut state.waiting);
        drop(state);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Shuts the gate for those who come from now on.
    pub fn clear(&self) {
        let _state = self.state.lock();
        self.is_set.store(false, Relaxed);
    }

    /// Waits until it is set.
    pub fn wait(&self) -> Waiting<'_> {
        Waiting { event: self, number: None }
    }
}

/// The future of [`Event::wait`].
pub struct Waiting<'a> {
    event: &'a Event,
    /// `None`: it has not begun, or is over.
    number: Option<u64>,
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut waker = cx.waker().clone();
        if self.number.is_none() && self.event.is_set() {
            return Poll::Ready(()); // the quick way, without the mutex
        }
        let mut state = self.event.state.lock();
        let number = match self.number {
            None if self.event.is_set() => return Poll::Ready(()),
            None => {
                state.last += 1;
                let number = state.last;
                state.waiting.push((number, waker));
                drop(state);
                self.number = Some(number);
                return Poll::Pending;
            }
            Some(number) => number,
        };
        let Some((_, place)) = state.waiting.iter_mut().find(|(other, _)| *other == number) else {
            drop(state);
            self.number = None;
            return Poll::Ready(());
        };
        mem::swap(place, &mut waker); // the last waker counts; the old one is dropped after the mutex
        drop(state);
        Poll::Pending
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let mut state = self.event.state.lock();
        let place = state.waiting.iter().position(|(other, _)| *other == number);
        let gone = place.map(|place| state.waiting.remove(place));
        drop(state);
        drop(gone);
    }
}
