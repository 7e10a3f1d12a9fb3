//! Wrong: whoever leaves drops his waker while he holds the mutex, and with the last of it may go who calls the event.

use super::given::shim::Mutex;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// A gate that stands open (set) or shut.
pub struct Event {
    state: Mutex<State>,
}

struct State {
    is_set: bool,
    /// The number of the last who came.
    last: u64,
    /// Who waits, by number. `set` empties it: whoever is not in it any more has been let through.
    waiting: Vec<(u64, Waker)>,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Event { state: Mutex::new(State { is_set: false, last: 0, waiting: Vec::new() }) }
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.state.lock().is_set
    }

    /// Opens the gate, and wakes everybody who waits: outside the mutex, because a waker may do anything.
    pub fn set(&self) {
        let mut state = self.state.lock();
        state.is_set = true;
        let woken = mem::take(&mut state.waiting);
        drop(state);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    /// Shuts the gate for those who come from now on.
    pub fn clear(&self) {
        self.state.lock().is_set = false;
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
        let mut state = self.event.state.lock();
        let number = match self.number {
            None if state.is_set => return Poll::Ready(()),
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
        if let Some(place) = place {
            state.waiting.remove(place);
        }
    }
}
