//! Wrong: a pending poll wakes itself, so the waiter is polled without end instead of asleep.

use super::given::shim::{AtomicBool, Ordering};
use std::pin::Pin;
use std::task::{Context, Poll};

pub struct Event {
    is_set: AtomicBool,
}

impl Event {
    pub fn new() -> Self {
        Event { is_set: AtomicBool::new(false) }
    }

    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    pub fn set(&self) {
        self.is_set.store(true, Ordering::Release);
    }

    pub fn clear(&self) {
        self.is_set.store(false, Ordering::Release);
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
        if self.event.is_set() {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
