//! A waker that sees where it is cloned, and what was seen.
//!
//! A future that is to be woken later keeps a clone of the waker that it is polled with: who clones it, waits.

use super::stage::Stage;
use crate::host::SeatId;
use std::backtrace::Backtrace;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// Of one poll of one seat no more clones are kept than this: somebody who waits for a thousand things need not hear of
/// all of them, and a line costs a millisecond to name. The report says that there are more.
pub(super) const MOST: usize = 64;

/// Where wakers were cloned.
#[derive(Default)]
pub(super) struct Sights {
    /// Of each seat, which poll to watch.
    plan: Option<Arc<[usize]>>,
    /// Whose watched polls are under way.
    watching: Vec<SeatId>,
    /// In the polls that were to be watched.
    pub(super) watched: Vec<Sight>,
    /// In the probe that is under way, or was the last.
    pub(super) probed: Vec<Sight>,
    /// Who was polled within the task of that probe.
    pub(super) within: Vec<SeatId>,
    /// In that probe a body came to its end.
    pub(super) ended: bool,
}

/// Who cloned a waker, and where.
pub(super) type Sight = (SeatId, Backtrace);

impl Sights {
    pub(super) fn new(plan: Option<Arc<[usize]>>) -> Self {
        Self { plan, ..Self::default() }
    }

    /// Whether polls were watched in this run.
    pub(super) fn has_watched(&self) -> bool {
        self.plan.is_some()
    }

    /// Whether this poll is one to be watched. If so, it begins.
    pub(super) fn watches(&mut self, seat: SeatId, polls: usize) -> bool {
        let is_planned = self.plan.as_ref().and_then(|plan| plan.get(seat.0)) == Some(&polls);
        self.watching.extend(is_planned.then_some(seat));
        is_planned
    }

    pub(super) fn stops_watching(&mut self, seat: SeatId) {
        self.watching.retain(|&watching| watching != seat);
    }

    pub(super) fn sees(&mut self, probing: bool, seat: SeatId, from: Backtrace) {
        let sights = match probing {
            true => &mut self.probed,
            false if self.watching.contains(&seat) => &mut self.watched,
            false => return,
        };
        if sights.iter().filter(|(whose, _)| *whose == seat).count() <= MOST {
            sights.push((seat, from));
        }
    }
}

/// The waker, and what it holds.
struct Seen {
    stage: Arc<Stage>,
    inner: Waker,
}

/// A waker that does what `inner` does, and tells the stage where it is cloned.
pub(super) fn waker(stage: Arc<Stage>, inner: Waker) -> Waker {
    let seen = Arc::into_raw(Arc::new(Seen { stage, inner }));
    // SAFETY: the pointer comes from `Arc::into_raw` of the type that `TABLE`'s functions expect, and carries the one
    // reference that this waker owns; `Seen` is `Send` and `Sync`.
    #[allow(unsafe_code, reason = "a waker whose clone is code of ours has no safe constructor")]
    unsafe {
        Waker::from_raw(RawWaker::new(seen.cast(), &TABLE))
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, forget);

/// The reference that a waker owns, taken from it.
#[allow(unsafe_code, reason = "see `waker`")]
fn take(seen: *const ()) -> Arc<Seen> {
    // SAFETY: called by `TABLE`'s functions only, which are given a waker's pointer, made by `into_raw`; those that do not
    // consume the waker never drop what they are given here.
    unsafe { Arc::from_raw(seen.cast::<Seen>()) }
}

fn clone(seen: *const ()) -> RawWaker {
    let own = ManuallyDrop::new(take(seen)); // stays the waker's that is cloned
    let from = Backtrace::force_capture();
    own.stage.with(|state| state.sees_a_clone(from));
    RawWaker::new(Arc::into_raw(Arc::clone(&own)).cast(), &TABLE)
}

fn wake(seen: *const ()) {
    take(seen).inner.wake_by_ref();
}

fn wake_by_ref(seen: *const ()) {
    let own = ManuallyDrop::new(take(seen)); // stays the waker's, even if waking panics
    own.inner.wake_by_ref();
}

fn forget(seen: *const ()) {
    drop(take(seen));
}
