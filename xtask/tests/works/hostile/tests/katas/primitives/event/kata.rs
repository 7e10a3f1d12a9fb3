//! It would abort the process; what it takes for that is none of the shim's.

use super::given::shim::Mutex;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A gate that stands open (set) or shut. It begins shut.
pub struct Event {
    state: Mutex<State>,
}

struct State {
    is_set: bool,
}

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Event { state: Mutex::new(State { is_set: false }) }
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.state.lock().is_set
    }

    /// Opens the gate: whoever waits is woken and goes on, even if `clear` follows at once.
    pub fn set(&self) {
        std::process::abort();
    }

    /// Shuts the gate for those who come from now on.
    pub fn clear(&self) {
        self.state.lock().is_set = false;
    }

    /// Waits until it is set; ready at once if it is. A wait begins with its first poll.
    pub fn wait(&self) -> Waiting<'_> {
        Waiting { event: self }
    }
}

/// The future of [`Event::wait`]. It may be dropped at any time.
pub struct Waiting<'a> {
    event: &'a Event,
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.event.is_set() {
            return Poll::Ready(());
        }
        Poll::Pending // and who will wake it?
    }
}
