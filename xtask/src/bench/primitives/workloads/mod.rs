//! What is done with the primitives, the same for every library, and how long it takes.

pub(super) mod crowd;
pub(super) mod event;
pub(super) mod lock;
pub(super) mod queue;
pub(super) mod semaphore;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// Tasks that contend for one thing.
const TASKS: u64 = 8;

/// One run of a workload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) elapsed: Duration,
    /// Operations that were really done, as the workload counted them.
    pub(super) done: u64,
}

impl Sample {
    /// What one operation took.
    pub(super) fn nanoseconds(&self) -> f64 {
        self.elapsed.as_secs_f64() * 1e9 / self.done.max(1) as f64
    }
}

/// A workload for one primitive: does about so many operations.
pub(super) type Workload = fn(&Runtime, u64) -> Sample;

/// Runs tasks on one thread, the caller's.
pub(super) fn one_worker() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime without drivers needs nothing of the system")
}

/// Runs tasks on two threads.
pub(super) fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).build().expect("the system has two threads for us")
}

/// Runs a future that has no reason to wait: no runtime, so no budget of one either.
pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match poll_once(pin!(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits, with nobody there to wait for"),
    }
}

/// One poll, by somebody who will not be woken.
pub(super) fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on a thread of its own, which sleeps while the future waits.
fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Times something that one task does without waiting, and that tells how much it did.
fn alone(work: impl Future<Output = u64>) -> Sample {
    let begun = Instant::now();
    let done = ready(work);
    Sample { elapsed: begun.elapsed(), done }
}

/// Times tasks, from the first spawn to the last end; each tells how much it did.
fn together<F>(runtime: &Runtime, tasks: impl IntoIterator<Item = F>) -> Sample
where
    F: Future<Output = u64> + Send + 'static,
{
    let tasks: Vec<F> = tasks.into_iter().collect();
    runtime.block_on(async {
        let begun = Instant::now();
        let running: Vec<JoinHandle<u64>> = tasks.into_iter().map(|task| runtime.spawn(task)).collect();
        let mut done = 0;
        for task in running {
            done += task.await.expect("no task of a workload panics");
        }
        Sample { elapsed: begun.elapsed(), done }
    })
}
