//! What is written down: mechanics, strays, and where a run may begin.

use super::{Bell, story};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Sim, log};
use async_kata::sync::Lock;
use async_kata::tasks::spawn;
use std::future::pending;
use std::sync::Arc;

#[test]
fn strays_are_counted_and_speak_as_strays() {
    let run = sim::run(|| async {
        tokio::spawn(async {
            log("who am I?");
            pending::<()>().await;
        });
        turn().await;
    });
    assert_eq!(run.strays, 1);
    assert_eq!(run.trace.order(), "stray who am I?");
    let seated = sim::run(|| async {
        tokio::spawn(seat("known", pending::<()>()));
        turn().await;
    });
    assert_eq!(seated.strays, 0);
}

#[test]
fn mechanics_are_written_down_only_when_asked_for_and_only_so_many() {
    let play = || async {
        let lock = Arc::new(Lock::new(0));
        let lock2 = lock.clone();
        let guard = lock.lock().await;
        let other = spawn("other", async move { *lock2.lock().await += 1 });
        turn().await;
        drop(guard);
        other.await.unwrap();
    };
    let plain = sim::run(play);
    assert!(plain.trace.entries().iter().all(|entry| entry.what.is_story()));

    let mut sim = Sim::default();
    sim.mechanics = true;
    let full = sim.run(play);
    assert_eq!(story(&full), story(&plain), "watching changes nothing");
    let of = |task: &str| {
        let entries = full.trace.entries().iter().filter(|entry| entry.task == task);
        entries.map(|entry| entry.what.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        of("other"),
        "(spawned: main) (started) (polled) (waits: Lock 1) (rested) (woken: main) (polled) (leaves: Lock 1) \
         (holds: Lock 1) (frees: Lock 1) (ended)"
    );
    assert_eq!(full.untold, 0);

    sim.limits.entries = 4;
    let cut = sim.run(|| async {
        for _ in 0..10 {
            turn().await;
        }
    });
    assert_eq!(cut.trace.entries().len() - cut.trace.story().count(), 4);
    assert_eq!(cut.untold, 1 + 11 + 10 + 10 - 4, "a spawn, 11 polls, 10 rests, 10 wakes, of which 4 are kept");
}

#[test]
fn a_run_inside_a_runtime_says_what_to_do() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let panic = runtime.block_on(async { std::panic::catch_unwind(|| sim::run(|| async {})) });
    let message = *panic.unwrap_err().downcast::<&str>().expect("a text");
    assert!(message.contains("call it from a plain #[test]"), "{message}");
    // And the thread has no world left over from it.
    assert_eq!(sim::run(|| async { 1 }).end, End::Done(1));
}

/// The runtime's drop ends strays in an order that is no promise, so what their destructors say is not written down.
#[test]
fn nothing_is_written_once_the_run_is_closed() {
    let run = sim::run(|| async {
        tokio::spawn(async {
            let _bell = Bell("stray");
            pending::<()>().await;
        });
        turn().await;
    });
    assert_eq!((run.strays, run.trace.order()), (1, String::new()));
}
