//! What a wait leaves behind: no waker, woken or given up; and what may cross threads.

use super::real::Alive;
use crate::bell::bell;
use async_kata::sync::Event;
use async_kata::tasks::{
    AsCompleted, Gather, GatherAll, Group, Joining, Shared, Task, Threads, ToThread, Until, WaitFor, as_completed,
    gather, gather_all, group, on_cancel, shield, spawn, spawn_fallible, timeout, to_thread, wait, wait_for,
};
use std::future::{Future, IntoFuture, pending};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

fn is_send<T: Send>() {}
fn is_sync<T: Sync>() {}

const _: fn() = || {
    is_send::<Task<u8>>();
    is_sync::<Task<u8>>();
    is_send::<Joining<u8>>();
    is_send::<Shared<u8>>();
    is_sync::<Shared<u8>>();
    is_send::<Gather<u8, u8>>();
    is_send::<GatherAll<u8>>();
    is_send::<AsCompleted<u8>>();
    is_send::<Group<u8>>();
    is_sync::<Group<u8>>();
    is_send::<WaitFor<Joining<u8>>>();
    is_send::<ToThread<fn() -> u8, u8>>();
    is_sync::<Threads>();
};

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Lets everything that can run have its turns.
fn settle(runtime: &Runtime) {
    runtime.block_on(async {
        for _ in 0..20 {
            yield_now().await;
        }
    });
}

/// Polls `make`'s future with two wakers, one after the other: the first is let go, the second kept. Then `end` lets it end,
/// or it is dropped: nobody keeps the second.
fn leaves_no_waker<F: Future>(what: &str, make: impl Fn(Arc<Event>) -> F) {
    for given_up in [false, true] {
        let runtime = runtime();
        let _inside = runtime.enter();
        let gate = Arc::new(Event::new());
        let mut future = Box::pin(make(gate.clone()));
        let bells = [bell(), bell()].map(|(bell, waker)| {
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "{what}");
            drop(waker);
            settle(&runtime);
            bell
        });
        let [first, second] = &bells;
        assert_eq!(Arc::strong_count(first), 1, "{what}: the waker of an earlier poll is let go");
        assert!(Arc::strong_count(second) > 1, "{what}: the last one is kept");
        if !given_up {
            gate.set();
            settle(&runtime);
            assert!(second.rings() > 0, "{what}: it is woken");
            let (last, waker) = bell();
            // A deadline or a timer may have been left in the wheel, but no waker of ours.
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready(), "{what}: and ends");
            drop((future, waker));
            assert_eq!(Arc::strong_count(&last), 1, "{what}: the end keeps no waker");
        } else {
            drop(future);
        }
        settle(&runtime);
        assert_eq!(Arc::strong_count(second), 1, "{what}, given up: {given_up}: no waker stays");
    }
}

#[test]
fn no_wait_leaves_a_waker_behind() {
    let opens = |gate: Arc<Event>| async move { gate.wait().await };
    let falls = |gate: Arc<Event>| async move {
        gate.wait().await;
        Ok::<_, String>(())
    };
    leaves_no_waker("a task by value", |gate| spawn("t", opens(gate)).into_future());
    leaves_no_waker("a task by reference", |gate| async move { (&mut spawn("t", opens(gate))).await });
    leaves_no_waker("a shared task", |gate| spawn("t", opens(gate)).shared().into_future());
    leaves_no_waker("gather", |gate| {
        gather([spawn_fallible("t", falls(gate.clone())), spawn_fallible("u", falls(gate))])
    });
    leaves_no_waker("gather_all", |gate| gather_all([spawn("t", opens(gate.clone())), spawn("u", opens(gate))]));
    leaves_no_waker("wait", |gate| {
        wait([spawn("t", opens(gate.clone())), spawn("u", opens(gate))], Until::AllCompleted)
    });
    leaves_no_waker("as_completed", |gate| async move { as_completed([spawn("t", opens(gate))]).next().await });
    leaves_no_waker("shield", |gate| async move { shield(&mut spawn("t", opens(gate))).await });
    leaves_no_waker("wait_for", |gate| wait_for(Duration::from_secs(1000), spawn("t", opens(gate))));
    leaves_no_waker("timeout", |gate| timeout(Duration::from_secs(1000), async move |_| gate.wait().await));
    leaves_no_waker("group", |gate| {
        group(async move |g| {
            g.spawn("t", falls(gate.clone()));
            falls(gate).await
        })
    });
}

#[test]
fn a_thread_leaves_no_waker_behind() {
    let runtime = runtime();
    let _inside = runtime.enter();
    let (send, receive) = std::sync::mpsc::channel::<()>();
    let mut future = pin!(to_thread(move || receive.recv().is_ok()));
    let (bell, waker) = bell();
    assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    send.send(()).unwrap();
    let ended = runtime.block_on(std::future::poll_fn(|cx| future.as_mut().poll(cx)));
    drop(waker);
    assert_eq!((ended, Arc::strong_count(&bell)), (Ok(true), 1));
}

/// What a scope keeps goes with it, also when a clean-up holds the handle of another, or its own task.
#[test]
fn nothing_is_kept_in_a_circle() {
    let alive = Arc::new(AtomicUsize::new(0));
    let made = alive.clone();
    let runtime = runtime();
    runtime.block_on(async move {
        for cancelled in [false, true] {
            let counted = Alive::new(&made);
            let task = spawn("t", async move {
                let other = on_cancel(pending());
                let kept = Alive::new(&counted.0);
                on_cancel(async move { drop((other, kept)) });
                yield_now().await;
                yield_now().await;
            });
            let task = task.shared();
            let circle = task.clone();
            let watcher = spawn("watcher", async move { circle.await });
            yield_now().await;
            if cancelled {
                task.cancel();
            }
            // Of a task that was cancelled the second cancel cuts the clean-up that waits for ever; otherwise it has ended.
            for _ in 0..5 {
                yield_now().await;
            }
            task.cancel();
            assert_eq!(task.await.is_err(), cancelled);
            drop(watcher.await);
        }
        assert_eq!(made.load(SeqCst), 0);
    });
    drop(runtime);
    assert_eq!(alive.load(SeqCst), 0);
}

/// A foreign waker may panic: the others are woken, and the task has ended.
#[test]
fn a_waker_that_panics_keeps_nobody_from_being_woken() {
    struct Panics;
    impl std::task::Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("a waker's");
        }
    }
    let runtime = runtime();
    let _inside = runtime.enter();
    let task = spawn("t", yield_now()).shared();
    let mut waits = [(); 3].map(|()| Box::pin(task.clone().into_future()));
    let (bell, waker) = bell();
    let wakers = [waker.clone(), Arc::new(Panics).into(), waker];
    for (wait, waker) in waits.iter_mut().zip(&wakers) {
        assert!(wait.as_mut().poll(&mut Context::from_waker(waker)).is_pending());
    }
    settle(&runtime);
    assert_eq!((bell.rings(), task.is_finished()), (2, true));
    assert!(matches!(waits[2].as_mut().poll(&mut Context::from_waker(&wakers[0])), Poll::Ready(Ok(()))));
}
