//! What a job does to the loop: whom it wakes, what it spawns, and who speaks in it.

use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, block_for, log, sleep};
use async_kata::tasks::{gather_all, spawn, to_thread, wait_for};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::task::{Context, Waker};
use std::time::Duration;
use tokio::sync::oneshot;

/// The orders of a play that begins after 0 to 39 turns: there is one. (tokio looks into the queue of other threads every
/// 31st turn, unless it is told otherwise.)
fn orders<F: Future<Output = ()> + Send + 'static>(play: fn() -> F) -> Vec<String> {
    let orders: BTreeSet<String> = (0..40)
        .map(|turns| {
            let run = sim::run(move || async move {
                for _ in 0..turns {
                    turn().await;
                }
                play().await;
            });
            assert_eq!((&run.end, run.strays, run.aborts), (&End::Done(()), 0, 0));
            run.trace.order()
        })
        .collect();
    orders.into_iter().collect()
}

async fn three_turns() {
    for nth in 0..3 {
        log(nth);
        turn().await;
    }
}

/// As CPython's `call_soon_threadsafe`, which appends to the queue.
#[test]
fn whom_a_job_wakes_stands_in_the_queue_like_any_other() {
    let orders = orders(|| async {
        let (sender, receiver) = oneshot::channel::<()>();
        let woken = spawn("woken", async {
            receiver.await.unwrap();
            log("goes on");
        });
        turn().await;
        turn().await;
        let other = spawn("other", three_turns());
        to_thread(|| sender.send(()).unwrap()).await.unwrap();
        gather_all([woken, other]).await;
    });
    assert_eq!(orders, ["other 0, woken goes on, other 1, other 2"]);
}

/// It stands in tokio's queue of other threads, which is looked at first.
#[test]
fn what_a_job_spawns_has_the_same_place_in_every_run() {
    let orders = orders(|| async {
        let other = spawn("other", three_turns());
        let spawned = to_thread(|| spawn("spawned", async { log("here") })).await.unwrap();
        gather_all([spawned, other]).await;
    });
    assert_eq!(orders, ["spawned here, other 0, other 1, other 2"]);
}

/// A job polls a seat of its own and sleeps in it: meanwhile others run, and speak in their own names.
#[test]
fn a_job_may_sleep_within_a_seat() {
    let run = sim::run(|| async {
        let other = spawn("other", three_turns());
        let job = to_thread(|| {
            let inner = async {
                block_for(Duration::from_millis(5));
                log("in the seat");
            };
            let mut inner = Box::pin(seat("inner", inner));
            assert!(inner.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
            log("in the job");
        });
        job.await.unwrap();
        log("main");
        other.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    let expected = "other 0, other 1, other 2, inner in the seat, main in the job, main main";
    assert_eq!(run.trace.order(), expected);
}

/// ... also when the run is over: the seat is left over like its task, and has not failed.
#[test]
fn a_job_that_is_left_over_within_a_seat() {
    let run = sim::run(|| async {
        let job = || {
            let mut inner = Box::pin(seat("inner", async { block_for(Duration::from_secs(1)) }));
            let _ = inner.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        };
        drop(spawn("asks", to_thread(job)));
        sleep(1).await;
    });
    assert_eq!(run.end, End::Done(()));
    let ends: Vec<_> = run.trace.story().skip(4).map(|entry| format!("{} {}", entry.task, entry.what)).collect();
    assert_eq!(ends, ["asks (left over)", "inner (left over)"]);
}

/// The wait was given up and the job goes on: its value is dropped in the name in which the job speaks.
#[test]
fn a_jobs_unwanted_value_is_dropped_in_its_tasks_name() {
    struct Says;
    impl Drop for Says {
        fn drop(&mut self) {
            log("dropped");
        }
    }
    let run = sim::run(|| async {
        let job = || {
            block_for(Duration::from_millis(50));
            Says
        };
        let waits = async move { wait_for(Duration::from_millis(10), to_thread(job)).await.is_err() };
        assert!(spawn("asks", waits).await.unwrap());
        sleep(100).await;
    });
    assert_eq!((run.end, run.trace.order().as_str(), run.strays), (End::Done(()), "asks dropped", 0));
}

/// A thread's last wakes come from the destructors of its thread-locals.
#[test]
fn whom_a_thread_local_wakes_when_it_goes_is_woken() {
    thread_local! {
        static KEPT: RefCell<Option<oneshot::Sender<()>>> = const { RefCell::new(None) };
    }
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel();
        let waits = spawn("waits", async { receiver.await.is_err() });
        turn().await;
        to_thread(move || KEPT.set(Some(sender))).await.unwrap();
        waits.await
    });
    assert_eq!(run.end, End::Done(Ok(true)));
}
