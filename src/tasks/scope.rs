//! Cancel scopes: what is dropped when something is cancelled, and what still runs after that.
//!
//! A scope is a body that somebody may cancel: a [`Task`](super::Task)'s, a [`timeout`](super::timeout())'s, a
//! [`group`](super::group())'s. While its body is polled it is the thread's *current* one, and [`on_cancel`] registers in
//! it. Cancelled, a scope goes through three steps, of which the first is one call and the others may take turns:
//!
//! 1. it drops its body: destructors run, and a destructor may register, too;
//! 2. it runs what is registered, last in first out, one after the other;
//! 3. it counts as ended, and whoever cancelled it goes on.
//!
//! What the body owned is waited for in the same way: a by-value wait, a gather or a group that is dropped in step 1
//! cancels its tasks and registers the wait for their ends. So nothing that it owned outlives a scope that is
//! cancelled. (A plain drop, as of the branch of a `select!` that came second, cancels what it owned and cannot wait;
//! neither can a panic.)
//!
//! | the scope is | `body` | `running` | comes next |
//! |---|---|---|---|
//! | running | there | none | the body returns: what is registered is discarded; or it is cancelled |
//! | cancelled | gone | the clean-up at work, if one is | the next clean-up; a second cancel drops the one at work; or ended |
//! | ended | gone | none | nothing |

use crate::shim::{Arc, Mutex};
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll};

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What is registered in a scope.
#[derive(Default)]
pub(super) struct Scope(Mutex<Registered>);

#[derive(Default)]
struct Registered {
    /// By number, so in the order in which they came, whichever scope they came to first.
    list: BTreeMap<u64, Boxed>,
    /// The scope around, which has taken over what was left here.
    handed_to: Option<Arc<Scope>>,
}

/// Numbers are the process's: a clean-up keeps its own when it is handed over.
static LAST: AtomicU64 = AtomicU64::new(0);

impl Scope {
    fn push(&self, clean_up: Boxed) -> u64 {
        let id = LAST.fetch_add(1, Relaxed) + 1;
        self.0.lock().list.insert(id, clean_up);
        id
    }

    fn pop(&self) -> Option<Boxed> {
        self.0.lock().list.pop_last().map(|(_, clean_up)| clean_up)
    }

    fn remove(&self, id: u64) -> Option<Boxed> {
        let (found, handed_to) = {
            let mut registered = self.0.lock();
            (registered.list.remove(&id), registered.handed_to.clone())
        };
        found.or_else(|| handed_to?.remove(id))
    }

    /// What was registered after this number was the last.
    fn split_off(&self, after: u64) -> BTreeMap<u64, Boxed> {
        self.0.lock().list.split_off(&(after + 1))
    }

    /// Nobody will cancel it any more. What a destructor of these registers, it registers nowhere: this scope is over,
    /// and they are not the outer one's.
    fn discards(&self) {
        let discarded = self.split_off(0);
        with_current(None, || drop(discarded));
    }

    fn hand_over(&self, outer: &Arc<Scope>) {
        // One step, under both locks: in between, whoever defuses one of these from another thread would find it nowhere.
        // (Always the inner one's first; `remove` holds one at a time.)
        let mut registered = self.0.lock();
        outer.0.lock().list.append(&mut registered.list);
        registered.handed_to = Some(outer.clone());
    }
}

#[derive(Clone)]
struct Current {
    scope: Arc<Scope>,
    /// It drops something right now because it was cancelled.
    dropping: bool,
}

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
}

fn current() -> Option<Current> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// Runs `act` with `scope` as the current one.
fn within<R>(scope: &Arc<Scope>, dropping: bool, act: impl FnOnce() -> R) -> R {
    with_current(Some(Current { scope: scope.clone(), dropping }), act)
}

fn with_current<R>(inner: Option<Current>, act: impl FnOnce() -> R) -> R {
    struct Restore(Option<Current>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let inner = CURRENT.try_with(|current| current.replace(self.0.take()));
            drop(inner); // outside the borrow
        }
    }
    let _restore = Restore(CURRENT.try_with(|current| current.replace(inner)).ok().flatten());
    act()
}

/// The scope that is dropping something right now because it was cancelled, if one is.
fn dropping() -> Option<Arc<Scope>> {
    current().filter(|current| current.dropping).map(|current| current.scope)
}

/// If the current scope is dropping its body because it was cancelled, it will wait for what `make` makes before it ends.
pub(super) fn outlive<F: Future<Output = ()> + Send + 'static>(make: impl FnOnce() -> F) {
    if let Some(scope) = dropping() {
        scope.push(Box::pin(make()));
    }
}

/// Whether [`outlive`] would wait.
pub(super) fn is_dropping() -> bool {
    dropping().is_some()
}

/// Registers a clean-up that may await, in the innermost cancel scope: a [`Task`](super::Task), a
/// [`timeout`](super::timeout()) or [`wait_for`](super::wait_for), or a [`group`](super::group())'s body, whichever is
/// polled right now. (In the closure of a `to_thread` there is none.)
///
/// If that scope is **cancelled**, it drops its body and then runs its clean-ups, the last registered first, and only
/// then counts as ended: whoever cancelled it, or awaits it, waits for that. If it **returns** (an error, too) or
/// panics, they are discarded, unpolled. A clean-up that stands for a part of the body is taken back by
/// [`CleanUp::defuse`] when that part is over; dropping the handle leaves it registered.
///
/// - A second cancel drops the clean-up that is at work; the others still run. What that one had registered itself runs
///   before them. (When a clean-up runs to its end, what it registered is discarded.)
/// - A clean-up that panics is over; the others still run, and then the scope ends with that panic.
/// - Cancelled before its first poll a body has registered nothing, unless a destructor of what it was given does.
/// - A task that is *left over* when `main` of a run returns, or whose runtime is dropped, is not cancelled: nobody would
///   wait for its clean-ups, and they do not run.
/// - Outside any scope nothing can be cancelled, and the clean-up is discarded at once.
///
/// A destructor that runs because the scope is cancelled may call this, too: it is how a `Drop` gets to await.
///
/// asyncio does it by `try` and `finally`: `CancelledError` is raised where the coroutine stands, and `finally` may
/// await. In tokio a dropped future cannot await anything; one waits for a `CancellationToken` in a `select!` and
/// cleans up by hand.
///
/// ```
/// use async_kata::{host, sim, tasks};
///
/// let run = sim::run(|| async {
///     let task = tasks::spawn("task", async {
///         tasks::on_cancel(async {
///             sim::log("says good-bye");
///             sim::sleep(5).await;
///             sim::log("hangs up");
///         });
///         sim::sleep(3_600_000).await;
///     });
///     host::turn().await;
///     task.cancel();
///     let _ = task.await; // waits for the clean-up
///     sim::log("goes on");
/// });
/// assert_eq!(run.trace.order(), "task says good-bye, task hangs up, main goes on");
/// ```
pub fn on_cancel(clean_up: impl Future<Output = ()> + Send + 'static) -> CleanUp {
    CleanUp(current().map(|current| {
        let id = current.scope.push(Box::pin(clean_up));
        (current.scope, id)
    }))
}

/// A registered clean-up, see [`on_cancel`]. Dropping this leaves it registered.
pub struct CleanUp(Option<(Arc<Scope>, u64)>);

impl CleanUp {
    /// Takes the clean-up back: it will not run. Does nothing once the clean-up has begun.
    ///
    /// ```
    /// use async_kata::{host, sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let task = tasks::spawn("task", async {
    ///         let undo = tasks::on_cancel(async { sim::log("undo") });
    ///         undo.defuse(); // done: there is nothing to undo
    ///         sim::sleep(3_600_000).await;
    ///     });
    ///     host::turn().await;
    ///     task.cancel();
    ///     let _ = task.await;
    /// });
    /// assert_eq!(run.trace.order(), "");
    /// ```
    pub fn defuse(self) {
        let gone = self.0.and_then(|(scope, id)| scope.remove(id));
        drop(gone);
    }
}

impl fmt::Debug for CleanUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanUp").field("in_a_scope", &self.0.is_some()).finish()
    }
}

pin_project_lite::pin_project! {
    /// A body in a cancel scope of its own. Its table of states is the room's.
    pub(super) struct Scoped<F> {
        #[pin]
        body: Option<F>,
        inner: Inner,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.inner.let_go(|| this.body.set(None));
        }
    }
}

struct Inner {
    scope: Arc<Scope>,
    cancelled: bool,
    running: Option<Running>,
    /// A destructor or a clean-up panicked. It goes on when the others have run.
    panic: Option<Box<dyn Any + Send>>,
}

/// The clean-up at work.
struct Running {
    clean_up: Boxed,
    /// The last number when it began: what comes after it, it has registered itself.
    base: u64,
}

impl<F: Future> Scoped<F> {
    pub(super) fn new(body: F) -> Self {
        let inner = Inner { scope: Arc::default(), cancelled: false, running: None, panic: None };
        Self { body: Some(body), inner }
    }

    /// Cancels the scope: drops the body, or the clean-up at work.
    pub(super) fn cancel(self: Pin<&mut Self>) {
        let mut this = self.project();
        this.inner.cancelled = true;
        this.inner.drops(true, || this.body.set(None));
    }

    /// `Some`: the body has returned. `None`: it was cancelled, and is cleaned up.
    pub(super) fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        let mut this = self.project();
        if this.inner.cancelled {
            return this.inner.poll_clean_up(cx).map(|()| None);
        }
        let scope = this.inner.scope.clone();
        let body = this.body.as_mut().as_pin_mut().expect("a scope is not polled after its end");
        let poll = AssertUnwindSafe(|| body.poll(cx));
        let polled = within(&scope, false, || catch_unwind(poll));
        if let Ok(Poll::Pending) = polled {
            return Poll::Pending;
        }
        // By a panic, too, it has ended here: whoever caught that may still be cancelled, and these are none of his.
        let gone = catch_unwind(AssertUnwindSafe(|| within(&scope, false, || this.body.set(None))));
        scope.discards();
        match (polled, gone) {
            (Ok(output), Ok(())) => output.map(Some),
            (Err(panic), _) | (_, Err(panic)) => resume_unwind(panic),
        }
    }
}

impl Inner {
    /// Drops the body (that is what `body` does) and the clean-up at work, as the scope's own doing. A panic is kept.
    fn drops(&mut self, cancelling: bool, body: impl FnOnce()) {
        let running = self.running.take();
        let dropped = within(&self.scope, cancelling, || {
            let first = catch_unwind(AssertUnwindSafe(body));
            let second = catch_unwind(AssertUnwindSafe(|| drop(running)));
            first.and(second)
        });
        if let Err(panic) = dropped {
            self.panic.get_or_insert(panic);
        }
    }

    fn poll_clean_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.running.is_none() {
                self.running = self.scope.pop().map(|clean_up| Running { clean_up, base: LAST.load(Relaxed) });
            }
            let Some(running) = &mut self.running else {
                return match self.panic.take() {
                    Some(panic) => resume_unwind(panic),
                    None => Poll::Ready(()),
                };
            };
            let poll = || running.clean_up.as_mut().poll(cx);
            match within(&self.scope, false, || catch_unwind(AssertUnwindSafe(poll))) {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(())) => {
                    let discarded = self.scope.split_off(running.base);
                    self.drops(false, || drop(discarded));
                }
                Err(panic) => {
                    self.panic.get_or_insert(panic);
                    self.drops(false, || ()); // what it has registered still runs
                }
            }
        }
    }

    /// The scope is dropped as a whole. If that is because one around it is cancelled, so is this one: its clean-ups go
    /// to the outer one, among which each has the place of its number. Otherwise nobody would wait for them.
    fn let_go(&mut self, body: impl FnOnce()) {
        let outer = dropping();
        self.drops(outer.is_some(), body);
        match outer {
            Some(outer) => self.scope.hand_over(&outer),
            None => self.scope.discards(),
        }
        if let Some(panic) = self.panic.take()
            && !std::thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}
