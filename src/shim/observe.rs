//! A watcher's seat: primitives tell who waits, who holds and who lets go.
//!
//! Outside a run nobody watches, and telling costs one relaxed load. `sim` installs an [`Observer`] for the thread it
//! runs on; from then on each primitive used there reports under its [`Tag`], and a deadlock report can say who holds
//! what the stuck tasks wait for.

use std::cell::RefCell;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// Which primitive: its kind, where it was made, and a number that no other has in this process.
#[derive(Clone, Copy, Debug)]
pub struct Thing {
    /// `"Lock"`, `"Event"`, ...
    pub kind: &'static str,
    /// Unique in the process. Not the same from run to run: a watcher numbers things anew, as they appear.
    pub id: u64,
    /// The line that made it.
    pub made: Site,
}

/// Somebody who watches what the primitives of a thread do. Called inside a task's poll or drop, never under a lock.
///
/// It must neither panic nor use the primitive that reports: that one is between two steps, and may have told of a turn that
/// it has not taken or given back yet.
pub trait Observer {
    /// The task that runs now begins to wait. Returns the number of this wait, never 0.
    fn waits(&self, thing: Thing, site: Site) -> u64;
    /// A wait is over: served, or given up.
    fn leaves(&self, wait: u64);
    /// The task that runs now holds the thing (one unit of it).
    fn holds(&self, thing: Thing, site: Site);
    /// One unit was given back, by whichever task runs now.
    fn frees(&self, thing: Thing);
}

/// How many observers are installed, on all threads together: the cheap first look.
static WATCHED: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static OBSERVER: RefCell<Option<Arc<dyn Observer>>> = const { RefCell::new(None) };
}

/// Installs an observer on this thread until the guard is dropped.
#[must_use = "the observer leaves when this is dropped"]
pub fn watch(observer: Arc<dyn Observer>) -> Watched {
    WATCHED.fetch_add(1, Relaxed);
    Watched { before: OBSERVER.with(|here| here.replace(Some(observer))) }
}

/// Gives the thread's former observer back when it is dropped.
pub struct Watched {
    before: Option<Arc<dyn Observer>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let ours = OBSERVER.with(|here| here.replace(self.before.take()));
        WATCHED.fetch_sub(1, Relaxed);
        drop(ours); // outside the borrow: a drop may be somebody's code
    }
}

/// Calls the observer, if there is one.
#[inline]
fn tell<R>(what: impl FnOnce(&dyn Observer) -> R) -> Option<R> {
    // Relaxed: an observer is installed by the thread that will report to it.
    if WATCHED.load(Relaxed) == 0 { None } else { tell_ours(what) }
}

/// The watched half, kept out of every caller's fast path. A thread that is being torn down has no observer.
#[cold]
fn tell_ours<R>(what: impl FnOnce(&dyn Observer) -> R) -> Option<R> {
    let observer = OBSERVER.try_with(|here| here.borrow().clone()).ok().flatten()?;
    Some(what(&*observer))
}

/// A line of the user's source, by `#[track_caller]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Site(&'static Location<'static>);

impl Site {
    /// Where the caller stands.
    #[track_caller]
    #[inline]
    pub fn here() -> Self {
        Self(Location::caller())
    }

    /// The same, as std has it.
    pub(crate) fn location(self) -> &'static Location<'static> {
        self.0
    }

    /// Its line, from 1.
    pub fn line(&self) -> u32 {
        self.0.line()
    }
}

impl fmt::Display for Site {
    /// `src/x.rs:31:20`, with `/` on every system.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.0.file().replace('\\', "/"), self.0.line(), self.0.column())
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A primitive's name badge.
#[derive(Debug)]
pub struct Tag {
    kind: &'static str,
    made: Site,
    /// 0 until the first report: an unobserved primitive never takes a number.
    id: AtomicU64,
}

impl Tag {
    /// A badge for a primitive of this kind, made where the caller stands.
    #[track_caller]
    #[inline]
    pub fn new(kind: &'static str) -> Self {
        Self { kind, made: Site::here(), id: AtomicU64::new(0) }
    }

    fn thing(&self) -> Thing {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let mut id = self.id.load(Relaxed);
        if id == 0 {
            let fresh = LAST.fetch_add(1, Relaxed) + 1;
            // Two threads may race for the first report; the loser takes the winner's number.
            id = self.id.compare_exchange(0, fresh, Relaxed, Relaxed).err().unwrap_or(fresh);
        }
        Thing { kind: self.kind, id, made: self.made }
    }

    /// The task that runs now begins to wait, at `site`. The wait is over when the returned value is dropped.
    #[inline]
    pub fn waits(&self, site: Site) -> Wait {
        Wait(tell(|o| o.waits(self.thing(), site)).unwrap_or(0))
    }

    /// The task that runs now holds it, by the call at `site`.
    #[inline]
    pub fn holds(&self, site: Site) {
        tell(|o| o.holds(self.thing(), site));
    }

    /// It was given back.
    #[inline]
    pub fn frees(&self) {
        tell(|o| o.frees(self.thing()));
    }
}

/// One wait, from joining the line until it is served or given up: dropping it says so.
#[derive(Debug, Default)]
pub struct Wait(u64);

impl Wait {
    /// Not waiting.
    pub const NONE: Wait = Wait(0);
}

impl Drop for Wait {
    #[inline]
    fn drop(&mut self) {
        if self.0 != 0 {
            tell(|o| o.leaves(self.0));
        }
    }
}
