//! Wrong: there is room for one waker only, so whoever comes last is woken, and nobody else.

use super::given::shim::Mutex;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

pub struct Event {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_set: bool,
    waker: Option<Waker>,
}

impl Event {
    pub fn new() -> Self {
        Event { state: Mutex::new(State::default()) }
    }

    pub fn is_set(&self) -> bool {
        self.state.lock().is_set
    }

    pub fn set(&self) {
        let mut state = self.state.lock();
        state.is_set = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub fn clear(&self) {
        self.state.lock().is_set = false;
    }

    pub fn wait(&self) -> Waiting<'_> {
        Waiting { event: self }
    }
}

pub struct Waiting<'a> {
    event: &'a Event,
}

impl Future for Waiting<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.event.state.lock();
        if state.is_set {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
