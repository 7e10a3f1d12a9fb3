//! A group of tasks that ends as one: asyncio's `TaskGroup`, as a function, so that it cannot be left open.

use super::body::{self, Ending};
use super::ends::Hop;
use super::life::Life;
use super::owned::outlived_by_children;
use super::scope::Scoped;
use super::{Ended, Failure, GroupError, Task, Why};
use crate::host::{self, Chair};
use crate::shim::{Arc, Mutex};
use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker, ready};

/// Runs `body`, which may spawn children in the group, and returns when the body **and all children** have ended:
/// asyncio's `TaskGroup`.
///
/// The first failure (a child's error or panic, an error of the body) cancels the others, the body too if it still
/// runs, and waits for them, clean-ups included. A child that is cancelled by itself is no failure.
///
/// The body is given the [`Group`], most often as `async |g| ..`. Whoever holds a clone of it, the body or a child, may
/// spawn while it is open. It closes when a failure has been heard of, when the body has ended and no child is left, or
/// when it is dropped; a child that is spawned then never runs and has ended as cancelled. (asyncio raises
/// `RuntimeError`.)
///
/// # Errors
/// *All* failures, in the order in which they happened, each with its task's name; also those of children that failed
/// while being cancelled. What the body returned is lost then. (asyncio puts an error of the body last.)
///
/// # Panics
/// A panic of the body goes on, after all children have ended; their failures are lost. A child's panic is a failure.
/// [`Group::spawn`] panics outside a tokio runtime.
///
/// # Cancel-safety
/// Dropped half-way it cancels all children. If that is because the scope around is cancelled, that scope waits for
/// them, so that they end before it does; a plain drop, in a `select!` of the body, cannot wait, and they end on their
/// next turns. A second cancel does not cancel the children again. (Nor does asyncio's, but for a child that the body
/// awaits at that moment: there the second goes through to it, and cuts its clean-up.) What the children of a group
/// that is dropped fail with is lost, and only a trace has it: there is nobody to give it to, because whoever ran the
/// group ends as cancelled, or with `Elapsed`. (In asyncio the exception takes the cancel's place.)
///
/// # Nesting
/// Groups in groups that are children of one another cost a task each. Groups that are nested in one task are polled one
/// through the other, which takes stack: some 500 levels fit into 2 MB in a debug build.
///
/// # Elsewhere
/// tokio's `JoinSet` waits for nothing by itself: dropped, it aborts; a failure cancels nobody. Its errors have no names.
///
/// ```
/// use async_kata::{sim, tasks};
///
/// let run = sim::run(|| async {
///     let sum = tasks::group(async |g| {
///         let two = g.spawn("two", async { Ok(2) });
///         let three = g.spawn("three", async { Ok(3) });
///         Ok::<_, String>(two.await.unwrap() + three.await.unwrap())
///     });
///     assert_eq!(sum.await, Ok(5));
///
///     let error = tasks::group(async |g| {
///         g.spawn("sleeper", async {
///             sim::sleep(3_600_000).await;
///             Ok(())
///         });
///         g.spawn("bad", async { Err::<(), _>("ValueError") });
///         Ok(())
///     });
///     assert_eq!(error.await.unwrap_err().to_string(), "task bad: ValueError");
/// });
/// assert_eq!(run.trace.story().last().unwrap().ms, 0); // nobody slept for an hour
/// ```
pub async fn group<R, E, F>(body: impl FnOnce(Group<E>) -> F) -> Result<R, GroupError<E>>
where
    F: Future<Output = Result<R, E>>,
{
    let group = Group { inner: Arc::new(Mutex::new(Inner::default())) };
    let open = Open(&group); // dropped after the body, half-way or not
    let mut running = Running { group: &group, value: None, panic: None, body_is_over: false, heard: false, hop: None };
    let mut scoped = pin!(Scoped::new(body(group.clone())));
    poll_fn(|cx| running.poll(scoped.as_mut(), cx)).await;
    let (value, panic) = (running.value.take(), running.panic.take());
    let failures = std::mem::take(&mut group.inner.lock().failures);
    drop(open);
    match (panic, value) {
        (Some(panic), _) => resume_unwind(panic),
        (None, Some(value)) if failures.is_empty() => Ok(value),
        _ => Err(GroupError { failures }),
    }
}

/// A group that is running, see [`group`]. A clone is the same group.
pub struct Group<E> {
    inner: Arc<Mutex<Inner<E>>>,
}

struct Inner<E> {
    /// Those that have not ended, by number, so in the order in which they were spawned.
    children: BTreeMap<u64, Child>,
    last: u64,
    failures: Vec<Failure<E>>,
    /// Nobody may join any more.
    closed: bool,
    /// Calls whoever runs the group.
    parent: Option<Waker>,
}

struct Child {
    life: Arc<Life>,
    /// The body is over, and the group waits for this one.
    waiting: Option<host::Waiting>,
}

impl<E> Default for Inner<E> {
    fn default() -> Self {
        Self { children: BTreeMap::new(), last: 0, failures: Vec::new(), closed: false, parent: None }
    }
}

impl<E> Inner<E> {
    fn lives(&self) -> impl Iterator<Item = Arc<Life>> {
        self.children.values().map(|child| child.life.clone())
    }
}

impl<E> Clone for Group<E> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<E> fmt::Debug for Group<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not under the lock: what it is written to is foreign code.
        let (children, is_closed) = {
            let inner = self.inner.lock();
            (inner.children.len(), inner.closed)
        };
        f.debug_struct("Group").field("children", &children).field("is_closed", &is_closed).finish()
    }
}

impl<E> Group<E> {
    /// Spawns a child, as [`spawn_fallible`](super::spawn_fallible) does. Its error goes to the group; whoever awaits
    /// the task gets [`Ended::Failed`] then. The handle may be dropped: the group waits for the child anyway. In a
    /// group that is closed it never runs, and has ended as cancelled.
    ///
    /// ```
    /// use async_kata::tasks::{self, Ended};
    /// use async_kata::sim;
    ///
    /// let run = sim::run(|| async {
    ///     tasks::group(async |g| {
    ///         let child = g.spawn("child", async { Ok::<_, String>(7) });
    ///         Ok(child.await)
    ///     })
    ///     .await
    /// });
    /// assert_eq!(run.end, sim::End::Done(Ok(Ok(7))));
    /// ```
    ///
    /// # Panics
    /// Outside a tokio runtime.
    ///
    /// # Cancel-safety
    /// Awaiting the child by value and dropping that half-way cancels it, as with any [`Task`]; that is no failure.
    ///
    /// # Elsewhere
    /// asyncio's `create_task` of a `TaskGroup`; tokio's `JoinSet::spawn`, whose handle can only abort.
    #[track_caller]
    pub fn spawn<T, F>(&self, name: &str, future: F) -> Task<T>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Send + 'static,
        E: Display + Send + 'static,
    {
        if self.is_closed() {
            return Task::never(name);
        }
        let group = self.clone();
        let member = move |life: &Arc<Life>| {
            let number = group.joins(life)?;
            Some(Membership { group, number, failure: None })
        };
        let joined = body::spawn(Chair::new(name), name, future, member);
        joined.map_or_else(|| Task::never(name), Task::new)
    }

    /// Whether nobody can join any more: a failure has been heard of, or the group has ended.
    ///
    /// ```
    /// use async_kata::{sim, tasks};
    ///
    /// let run = sim::run(|| async {
    ///     let leaked = tasks::group(async |g| Ok::<_, String>(g.clone())).await.unwrap();
    ///     leaked.is_closed()
    /// });
    /// assert_eq!(run.end, sim::End::Done(true));
    /// ```
    pub fn is_closed(&self) -> bool {
        self.inner.lock().closed
    }

    /// The child's number. `None`: the group has been closed meanwhile. One step looks and joins: whoever closes it
    /// finds the child, or the child finds it closed.
    fn joins(&self, life: &Arc<Life>) -> Option<u64> {
        let mut inner = self.inner.lock();
        if inner.closed {
            return None;
        }
        inner.last += 1;
        let number = inner.last;
        inner.children.insert(number, Child { life: life.clone(), waiting: None });
        Some(number)
    }

    /// Closes the group. Whoever does cancels those that are left, in the order in which they were spawned; nobody does a
    /// second time, which would cut their clean-ups.
    fn aborts(&self) -> Vec<Arc<Life>> {
        let (left, is_first): (Vec<_>, _) = {
            let mut inner = self.inner.lock();
            let left = inner.lives().collect();
            (left, !std::mem::replace(&mut inner.closed, true))
        };
        if is_first {
            left.iter().for_each(|life| life.cancel_by_owner());
        }
        left
    }

    fn fails(&self, task: Option<String>, why: Why<E>) {
        self.inner.lock().failures.push(Failure { task, why });
    }
}

/// While it lives, the group is open. However it goes, no child stays.
struct Open<'a, E>(&'a Group<E>);

impl<E> Drop for Open<'_, E> {
    fn drop(&mut self) {
        let left = self.0.aborts();
        let parent = self.0.inner.lock().parent.take();
        drop(parent);
        if !left.is_empty() {
            outlived_by_children(left);
        }
    }
}

/// A child's side of the group.
struct Membership<E> {
    group: Group<E>,
    number: u64,
    /// What the group is to hear of.
    failure: Option<Failure<E>>,
}

impl<T: Send + 'static, E: Display + Send + 'static> Ending<Result<T, E>> for Membership<E> {
    type Value = T;

    fn failing(output: &Result<T, E>) -> Option<&dyn Display> {
        output.as_ref().err().map(|error| error as &dyn Display)
    }

    fn end(&mut self, name: &str, output: Result<Result<T, E>, Ended>) -> Result<T, Ended> {
        let task = || name.to_string();
        let (result, why) = match output {
            Ok(Ok(value)) => (Ok(value), None),
            Ok(Err(error)) => (Err(Ended::Failed { task: task() }), Some(Why::Error(error))),
            Err(Ended::Panicked { task, message }) => {
                let why = Why::Panicked(message.clone());
                (Err(Ended::Panicked { task, message }), Some(why))
            }
            Err(ended) => (Err(ended), None),
        };
        self.failure = why.map(|why| Failure { task: Some(task()), why });
        result
    }

    /// Not before the task has ended: when its group returns, no child is left.
    fn tell(self) -> Option<Waker> {
        let (child, parent) = {
            let mut inner = self.group.inner.lock();
            inner.failures.extend(self.failure);
            (inner.children.remove(&self.number), inner.parent.take())
        };
        drop(child); // outside the lock: the run hears that a wait is over
        parent
    }
}

/// Whoever runs the group: the body, then the wait for the children.
struct Running<'a, R, E> {
    group: &'a Group<E>,
    value: Option<R>,
    panic: Option<Box<dyn Any + Send>>,
    body_is_over: bool,
    /// The first failure has been heard of, and the others were cancelled.
    heard: bool,
    /// CPython's turn between hearing and going on.
    hop: Option<Hop>,
}

impl<R, E> Running<'_, R, E> {
    fn poll<F>(&mut self, mut scoped: Pin<&mut Scoped<F>>, cx: &mut Context<'_>) -> Poll<()>
    where
        F: Future<Output = Result<R, E>>,
    {
        self.listens(cx.waker());
        if !self.heard && !self.group.inner.lock().failures.is_empty() {
            self.heard = true;
            self.group.aborts();
            if !self.body_is_over {
                self.hop = Some(Hop::ONE);
            }
        }
        if !self.body_is_over {
            if let Some(hop) = &mut self.hop {
                ready!(hop.poll(cx));
                self.hop = None;
                scoped.as_mut().cancel();
            }
            ready!(self.polls_body(scoped, cx));
        }
        self.waits_for_children(cx)
    }

    fn listens(&self, waker: &Waker) {
        let fresh = waker.clone();
        let before = self.group.inner.lock().parent.replace(fresh);
        drop(before);
    }

    fn polls_body<F>(&mut self, mut scoped: Pin<&mut Scoped<F>>, cx: &mut Context<'_>) -> Poll<()>
    where
        F: Future<Output = Result<R, E>>,
    {
        match catch_unwind(AssertUnwindSafe(|| scoped.as_mut().poll(cx))) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(Ok(value)))) => self.value = Some(value),
            Ok(Poll::Ready(Some(Err(error)))) => self.group.fails(None, Why::Error(error)),
            Ok(Poll::Ready(None)) => {}
            Err(panic) => self.panic = Some(panic),
        }
        self.body_is_over = true;
        if self.panic.is_some() || !self.group.inner.lock().failures.is_empty() {
            self.heard = true;
            self.group.aborts();
        }
        self.tells_whom_it_waits_for();
        Poll::Ready(())
    }

    /// For a deadlock report. The run is not called under the group's lock.
    fn tells_whom_it_waits_for(&self) {
        let lives: Vec<_> = self.group.inner.lock().lives().collect();
        let waits: Vec<_> = lives.iter().map(|life| Some(life.waiting())).collect();
        let mut inner = self.group.inner.lock();
        let mut unused = Vec::new(); // of children that have ended in between: dropped outside the lock
        let mut waits = lives.iter().zip(waits);
        for child in inner.children.values_mut() {
            let of_child = waits.by_ref().find(|(life, _)| Arc::ptr_eq(life, &child.life));
            unused.push(of_child.and_then(|(_, waiting)| std::mem::replace(&mut child.waiting, waiting)));
        }
        drop(inner);
    }

    /// The last child's end is heard of in a callback of CPython's; if none was left when the body ended, it is not.
    fn waits_for_children(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let is_over = {
            let mut inner = self.group.inner.lock();
            // One step looks and closes: nobody joins a group that is about to return.
            inner.closed |= inner.children.is_empty();
            inner.children.is_empty()
        };
        if !is_over {
            self.hop = Some(Hop::ONE);
            return Poll::Pending;
        }
        match &mut self.hop {
            Some(hop) => hop.poll(cx),
            None => Poll::Ready(()),
        }
    }
}
