//! Deadlines: scopes that are cancelled when the time is up, can be moved, and tell whether they expired.

use super::Elapsed;
use super::ends::Hop;
use super::scope::Scoped;
use crate::host::Waiting;
use crate::shim::{Arc, Mutex};
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

/// Runs `body` until it returns or `after` has passed, whichever is first: asyncio's `timeout`.
///
/// When the time is up, the body is cancelled: it is dropped, its clean-ups ([`on_cancel`](super::on_cancel)) run, what
/// it owned is waited for, and then this returns [`Elapsed`]; so it may take longer than `after`. The body is given the
/// [`Deadline`], by which it can move it.
///
/// - **A tie**: when the body could go on at the very moment at which the time is up, the time is up, as in asyncio,
///   whose deadline's timer was there first. tokio's `timeout` polls the body first.
/// - **Zero** (or a deadline in the past): the body runs to where it first waits, and is cancelled on the next turn; if
///   it never waits, it returns, as with asyncio's `timeout(0)`. tokio's polls it once, too, and has no turn between.
/// - **Nested**: each deadline is the end of its own scope. When two are up at once the outer one wins.
/// - `Duration::MAX` never comes, and neither does what lies beyond tokio's clock.
///
/// # Errors
/// [`Elapsed`], when the time was up first.
///
/// # Panics
/// In the first poll, outside a tokio runtime with its clock enabled. The body's own panic goes on through.
///
/// # Cancel-safety
/// Dropping it drops the body. If that is because the scope around is cancelled, the body counts as cancelled with it:
/// its clean-ups run there.
///
/// # Elsewhere
/// tokio's `timeout` takes a future, cannot be moved, drops the future at the deadline and waits for nothing.
///
/// ```
/// use async_kata::tasks::{self, Elapsed};
/// use async_kata::sim;
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let late = tasks::timeout(Duration::from_millis(10), async |deadline| {
///         sim::sleep(5).await;
///         deadline.reschedule_after(Duration::from_millis(20)); // it comes at 25 ms
///         sim::sleep(3_600_000).await;
///     });
///     assert_eq!(late.await, Err(Elapsed));
/// });
/// assert_eq!(run.trace.story().last().unwrap().ms, 25);
/// ```
pub async fn timeout<F: Future>(after: Duration, body: impl FnOnce(Deadline) -> F) -> Result<F::Output, Elapsed> {
    timeout_at(later(after), body).await
}

/// As [`timeout`], with the moment of the deadline. `None` is no deadline, until the body sets one.
///
/// # Errors, panics, cancel-safety, elsewhere
/// As [`timeout`]; asyncio's and tokio's are called `timeout_at`, too (tokio's takes a future).
///
/// ```
/// use async_kata::{sim, tasks};
/// use std::time::Duration;
/// use tokio::time::Instant;
///
/// let run = sim::run(|| async {
///     let noon = Instant::now() + Duration::from_secs(3600);
///     tasks::timeout_at(Some(noon), async |_| 7).await
/// });
/// assert_eq!(run.end, sim::End::Done(Ok(7)));
/// ```
pub async fn timeout_at<F: Future>(
    when: Option<Instant>,
    body: impl FnOnce(Deadline) -> F,
) -> Result<F::Output, Elapsed> {
    let deadline = Deadline::new(when);
    Timed::new(deadline.clone(), body(deadline)).await
}

/// Waits for a future no longer than `after`: asyncio's `wait_for`. It is [`timeout`] around `future.await`, with the
/// same tie and nesting; zero is told apart below.
///
/// A task given by value is cancelled when the time is up, and its end, clean-ups included, is waited for; by
/// reference, or [shielded](super::shield()), it is left alone. `wait_for` of zero gives the result of a task that has
/// ended, and cancels one that has not, there and then: one that could run, or was to begin, does not run any more. A
/// plain future runs to where it first waits, and is dropped there, with no turn in between; asyncio wraps it in a
/// task, which it cancels before it begins.
///
/// # Errors, panics, cancel-safety
/// As [`timeout`]. What is cancelled gives no value any more: always `Elapsed`. (In asyncio a task may finish in spite
/// of its cancel, and `wait_for` returns that.)
///
/// # Elsewhere
/// tokio's `timeout`, which drops what it waits for at the deadline, and waits for nothing.
///
/// ```
/// use async_kata::tasks::{self, Elapsed};
/// use async_kata::sim;
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let task = tasks::spawn("task", sim::sleep(3_600_000));
///     assert_eq!(tasks::wait_for(Duration::from_secs(1), task).await, Err(Elapsed));
/// });
/// let last = run.trace.story().nth(2).unwrap();
/// assert_eq!((last.ms, last.task.as_str(), last.what.kind()), (1000, "task", "cancelled"));
/// ```
pub fn wait_for<F: IntoFuture>(after: Duration, future: F) -> WaitFor<F::IntoFuture> {
    WaitFor { state: Some((after, future.into_future())), timed: None, hop: Hop::NONE, over: false }
}

/// `None`: beyond what the clock can say.
fn later(after: Duration) -> Option<Instant> {
    Instant::now().checked_add(after)
}

/// The deadline of a [`timeout`], as its body and others see it. A clone is the same deadline.
///
/// asyncio's `Timeout` object. tokio's `timeout` has none; there one moves a `Sleep` by `reset`, in a `select!` of
/// one's own.
///
/// ```
/// use async_kata::{sim, tasks};
/// use std::time::Duration;
///
/// let run = sim::run(|| async {
///     let mut kept = None;
///     let late = tasks::timeout(Duration::from_millis(5), async |deadline| {
///         kept = Some(deadline.clone());
///         assert!(deadline.when().is_some() && !deadline.expired());
///         sim::sleep(10).await;
///     });
///     assert!(late.await.is_err());
///     let deadline = kept.unwrap();
///     (deadline.expired(), deadline.reschedule(None))
/// });
/// assert_eq!(run.end, sim::End::Done((true, false)), "it has struck, and cannot be moved any more");
/// ```
#[derive(Clone)]
pub struct Deadline(Arc<Mutex<Due>>);

struct Due {
    when: Option<Instant>,
    expired: bool,
    over: bool,
    /// Calls the scope, when the deadline is moved.
    scope: Option<Waker>,
}

impl Deadline {
    fn new(when: Option<Instant>) -> Self {
        Self(Arc::new(Mutex::new(Due { when, expired: false, over: false, scope: None })))
    }

    /// When it is; `None`: never.
    pub fn when(&self) -> Option<Instant> {
        self.0.lock().when
    }

    /// Whether it has struck: the body was cancelled because of it. After a cancel it tells whether
    /// the deadline was the cause.
    pub fn expired(&self) -> bool {
        self.0.lock().expired
    }

    /// Moves it; `None` is never. Returns `false` if it is too late: it has struck, or the body has returned. (asyncio
    /// raises `RuntimeError`.) A moment in the past strikes when the body waits next.
    pub fn reschedule(&self, when: Option<Instant>) -> bool {
        let scope = {
            let mut due = self.0.lock();
            if due.expired || due.over {
                return false;
            }
            due.when = when;
            due.scope.take()
        };
        if let Some(scope) = scope {
            scope.wake();
        }
        true
    }

    /// Moves it to so long from now. See [`reschedule`](Self::reschedule); [`timeout`] has an example.
    ///
    /// # Panics
    /// Never: outside a runtime it counts from the real time.
    pub fn reschedule_after(&self, after: Duration) -> bool {
        self.reschedule(later(after))
    }

    /// Leaves the waker of the scope.
    fn listens(&self, waker: &Waker) {
        let fresh = waker.clone();
        let before = self.0.lock().scope.replace(fresh);
        drop(before);
    }

    /// The time is up, unless the deadline has been moved since it was this moment: one step looks and strikes, so that
    /// whoever moves it knows.
    fn strikes(&self, at: Instant) -> bool {
        let mut due = self.0.lock();
        due.expired = due.when == Some(at);
        due.expired
    }

    fn is_over(&self) {
        let scope = {
            let mut due = self.0.lock();
            due.over = true;
            due.scope.take()
        };
        drop(scope);
    }
}

impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline").field("when", &self.when()).field("expired", &self.expired()).finish()
    }
}

pin_project_lite::pin_project! {
    /// A body with a deadline.
    struct Timed<F> {
        #[pin]
        scoped: Scoped<F>,
        deadline: Deadline,
        clock: Option<Armed>,
        state: Running,
    }

    impl<F> PinnedDrop for Timed<F> {
        fn drop(this: Pin<&mut Self>) {
            this.deadline.is_over();
        }
    }
}

/// The deadline's own timer. Inside a run its wait is seen, as that of every timer.
struct Armed {
    sleep: Pin<Box<Sleep>>,
    _waiting: Waiting,
}

impl Armed {
    fn until(when: Instant) -> Self {
        Armed { sleep: Box::pin(sleep_until(when)), _waiting: waiting(when) }
    }
}

fn waiting(when: Instant) -> Waiting {
    // tokio's timers fire at whole milliseconds, the next after what was asked for.
    let left = when.saturating_duration_since(Instant::now()).as_nanos().div_ceil(1_000_000);
    Waiting::for_clock(u64::try_from(left).unwrap_or(u64::MAX))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    /// The body was never polled: it has its first steps before anybody looks at the clock.
    Fresh,
    Begun,
    /// The time was up, and the scope cleans up.
    Struck,
}

impl<F: Future> Timed<F> {
    fn new(deadline: Deadline, body: F) -> Self {
        Self { scoped: Scoped::new(body), deadline, clock: None, state: Running::Fresh }
    }

    /// The time is up: the scope is cancelled, and polled on until it has cleaned up.
    fn strike(self: Pin<&mut Self>) {
        let this = self.project();
        *this.state = Running::Struck;
        *this.clock = None;
        this.scoped.cancel();
    }
}

impl<F: Future> Future for Timed<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.as_mut().project();
        while *this.state == Running::Begun
            && let Some(at) = is_up(this.deadline, this.clock, cx)
        {
            if this.deadline.strikes(at) {
                self.as_mut().strike();
            }
            this = self.as_mut().project();
        }
        if let Poll::Ready(output) = this.scoped.as_mut().poll(cx) {
            this.deadline.is_over();
            return Poll::Ready(output.ok_or(Elapsed));
        }
        if *this.state != Running::Struck {
            *this.state = Running::Begun;
            // The body may have moved it; and a deadline that is up already strikes on the next turn.
            if is_up(this.deadline, this.clock, cx).is_some() {
                cx.waker().wake_by_ref();
            }
        }
        Poll::Pending
    }
}

/// The moment that is up; if none is, the waker is called when it is, or when the deadline is moved.
fn is_up(deadline: &Deadline, clock: &mut Option<Armed>, cx: &mut Context<'_>) -> Option<Instant> {
    deadline.listens(cx.waker());
    let Some(when) = deadline.when() else {
        *clock = None;
        return None;
    };
    let armed = clock.get_or_insert_with(|| Armed::until(when));
    if armed.sleep.deadline() != when {
        armed.sleep.as_mut().reset(when);
        armed._waiting = waiting(when);
    }
    armed.sleep.as_mut().poll(cx).is_ready().then_some(when)
}

pin_project_lite::pin_project! {
    /// The future of [`wait_for`].
    #[must_use = "futures do nothing unless polled"]
    pub struct WaitFor<F> {
        // None: the clock runs.
        state: Option<(Duration, F)>,
        // None: it has not begun, or has ended.
        #[pin]
        timed: Option<Timed<F>>,
        hop: Hop,
        over: bool,
    }
}

impl<F: Future> Future for WaitFor<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        assert!(!*this.over, "a wait_for was polled after its end");
        let begins = this.state.take();
        let at_once = begins.as_ref().is_some_and(|(after, _)| after.is_zero());
        if let Some((after, future)) = begins {
            let when = if at_once { None } else { later(after) };
            this.timed.set(Some(Timed::new(Deadline::new(when), future)));
        }
        if let Some(mut timed) = this.timed.as_mut().as_pin_mut() {
            let mut polled = timed.as_mut().poll(cx);
            if at_once && polled.is_pending() {
                // No turn in between, in which a task that could run would.
                timed.as_mut().strike();
                *this.hop = Hop::ONE; // asyncio hears of the end in a callback then
                polled = timed.poll(cx);
            }
            let end = ready!(polled);
            this.timed.set(None);
            if end.is_ok() {
                *this.over = true;
                return Poll::Ready(end);
            }
        }
        ready!(this.hop.poll(cx));
        *this.over = true;
        Poll::Ready(Err(Elapsed))
    }
}
