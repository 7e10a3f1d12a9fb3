//! A task's life as others see it: its name, the request to cancel it, its end, and who watches for that.

use crate::host::{self, SeatRef};
use crate::shim::{Arc, Mutex};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Poll, Waker};

/// Shared by a task's body, its handle, and all who wait for its end.
pub(super) struct Life {
    name: Arc<str>,
    seat: Option<SeatRef>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Somebody asked, and the body has not looked yet.
    asked: bool,
    /// Whoever it belongs to has asked: the group that it is in, or a wait by value that was dropped.
    owner_asked: bool,
    /// Calls the body, when somebody asks.
    body: Option<Waker>,
    ended: bool,
    /// It panicked, or returned an error and is of those whose errors count (`spawn_fallible`, a group's child).
    failed: bool,
    /// By number, so in the order in which they came: that is the order in which they are called.
    watchers: BTreeMap<u64, Waker>,
    last: u64,
}

impl Life {
    pub(super) fn new(name: Arc<str>, seat: Option<SeatRef>) -> Arc<Self> {
        Arc::new(Self { name, seat, state: Mutex::default() })
    }

    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    pub(super) fn has_ended(&self) -> bool {
        self.state.lock().ended
    }

    pub(super) fn has_failed(&self) -> bool {
        self.state.lock().failed
    }

    /// A wait of the task that runs now for the end of this one, as a deadlock report sees it.
    pub(super) fn waiting(&self) -> host::Waiting {
        host::Waiting::for_seat(self.seat.as_ref())
    }

    /// Does something as the task, whoever runs now.
    pub(super) fn speaks(&self, act: impl FnOnce()) {
        match &self.seat {
            Some(seat) => seat.speaks(act),
            None => act(),
        }
    }

    // ---- the request to cancel ----

    /// Asks the body to drop itself on its next turn.
    pub(super) fn cancel(&self) {
        self.asks(|_| true);
    }

    /// The same, by whoever it belongs to. A child whose body awaits it by value belongs to that wait and to the group:
    /// when both go, that is one cancel. A second would cut the clean-up that the first has begun.
    pub(super) fn cancel_by_owner(&self) {
        self.asks(|state| !std::mem::replace(&mut state.owner_asked, true));
    }

    fn asks(&self, may: impl FnOnce(&mut State) -> bool) {
        let body = {
            let mut state = self.state.lock();
            if state.ended || !may(&mut state) {
                return;
            }
            state.asked = true;
            state.body.take()
        };
        if let Some(seat) = &self.seat {
            seat.asked_to_cancel();
        }
        if let Some(body) = body {
            body.wake();
        }
    }

    /// Whether somebody asked since the body looked last. In any case `waker` is called when somebody asks from now on: a
    /// body that cleans up can be asked a second time. Wakers are cloned and dropped outside the lock: both are foreign
    /// code.
    pub(super) fn takes_request(&self, waker: &Waker) -> bool {
        let mut state = self.state.lock();
        if state.body.as_ref().is_some_and(|known| known.will_wake(waker)) {
            return std::mem::take(&mut state.asked);
        }
        drop(state);
        let fresh = waker.clone();
        let mut state = self.state.lock();
        // One step looks and leaves the waker, so that whoever asks next finds it.
        let asked = std::mem::take(&mut state.asked);
        let before = state.body.replace(fresh);
        drop(state);
        drop(before);
        asked
    }

    // ---- the end ----

    /// The body is gone, and its result is in its place: whoever watches is called, in the order in which they came,
    /// after the one whom `first` names when the task has ended.
    pub(super) fn ends(&self, failed: bool, first: impl FnOnce() -> Option<Waker>) {
        let (body, watchers) = {
            let mut state = self.state.lock();
            (state.ended, state.failed) = (true, failed);
            (state.body.take(), std::mem::take(&mut state.watchers))
        };
        drop(body);
        // Whom `first` hurts (it may drop foreign values) keeps nobody from being woken.
        let first = catch_unwind(AssertUnwindSafe(first));
        let (first, panic) = first.map_or_else(|panic| (None, Some(panic)), |first| (first, None));
        wake_all(first.into_iter().chain(watchers.into_values()));
        if let (Some(panic), false) = (panic, std::thread::panicking()) {
            resume_unwind(panic);
        }
    }

    /// Registers `waker` to be called at the end. `None`: that is over, and nobody will be called.
    pub(super) fn watch(&self, waker: &Waker) -> Option<u64> {
        let fresh = waker.clone();
        let mut state = self.state.lock();
        if state.ended {
            return None;
        }
        state.last += 1;
        let id = state.last;
        state.watchers.insert(id, fresh);
        Some(id)
    }

    /// Puts another waker in the place of one that is registered, if it is another. `false`: the end has come.
    fn rewatch(&self, id: u64, waker: &Waker) -> bool {
        {
            let state = self.state.lock();
            match state.watchers.get(&id) {
                None => return false,
                Some(known) if known.will_wake(waker) => return true,
                Some(_) => {}
            }
        }
        let mut fresh = waker.clone();
        let mut state = self.state.lock();
        let known = state.watchers.get_mut(&id).map(|known| std::mem::swap(known, &mut fresh));
        drop(state);
        drop(fresh); // the one before, or this one if the end has come: outside the lock
        known.is_some()
    }

    pub(super) fn unwatch(&self, id: u64) {
        let gone = self.state.lock().watchers.remove(&id);
        drop(gone); // outside the lock
    }
}

/// Wakes all of them, though one may panic: the first panic goes on when all have been woken.
pub(super) fn wake_all(wakers: impl Iterator<Item = Waker>) {
    let mut first = None;
    for waker in wakers {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| waker.wake())) {
            first.get_or_insert(panic);
        }
    }
    if let Some(panic) = first
        && !std::thread::panicking()
    {
        resume_unwind(panic);
    }
}

/// One wait for the end of a task. Takes nothing: whoever waits looks for the result himself.
pub(super) struct Watch {
    life: Arc<Life>,
    /// Registered under this number. `None`: not yet, or no longer.
    id: Option<u64>,
    waiting: Option<host::Waiting>,
}

impl Watch {
    pub(super) fn new(life: Arc<Life>) -> Self {
        Self { life, id: None, waiting: None }
    }

    /// Whether it has been pending: somebody really waits.
    pub(super) fn is_half_way(&self) -> bool {
        self.id.is_some()
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let pending = match self.id {
            Some(id) => self.life.rewatch(id, cx.waker()),
            None => {
                self.id = self.life.watch(cx.waker());
                self.id.is_some()
            }
        };
        if pending {
            self.waiting.get_or_insert_with(|| self.life.waiting());
            return Poll::Pending;
        }
        (self.id, self.waiting) = (None, None);
        Poll::Ready(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.life.unwatch(id);
        }
    }
}
