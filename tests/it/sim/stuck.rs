//! Deadlocks, and what the report knows of them.

use super::story;
use async_kata::host::{seat, turn};
use async_kata::shim::{Site, Tag};
use async_kata::sim::{self, End, sleep};
use async_kata::sync::{Event, Lock};
use async_kata::tasks::spawn;
use std::sync::Arc;

#[test]
fn a_deadlock_is_a_result_and_says_who_holds_what() {
    let run = sim::run(|| async {
        let (left, right) = (Arc::new(Lock::new(())), Arc::new(Lock::new(())));
        let (left2, right2) = (left.clone(), right.clone());
        let a = spawn("a", async move {
            let _left = left.lock().await;
            sleep(1).await;
            let _right = right.lock().await;
        });
        let b = spawn("b", async move {
            let _right = right2.lock().await;
            sleep(1).await;
            let _left = left2.lock().await;
        });
        a.await.and(b.await)
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    assert_eq!(stuck.iter().map(|task| task.task.as_str()).collect::<Vec<_>>(), ["main", "a", "b"]);
    assert_eq!(stuck[0].waits[0].on, "task a");
    let (a, b) = (&stuck[1].waits[0], &stuck[2].waits[0]);
    assert!(a.to_string().starts_with("Lock 2 (made at tests/it/sim/stuck.rs:"), "{a}");
    assert!(b.to_string().starts_with("Lock 1 (made at tests/it/sim/stuck.rs:"), "{b}");
    assert_eq!((a.held_by[0].task.as_str(), b.held_by[0].task.as_str()), ("b", "a"));
    let line = |site: Option<sim::Site>| site.expect("ours tell where").line();
    assert_eq!(line(a.site) + 3, line(a.held_by[0].site), "a waits at one line; b took it three lines further down");
    // The clock stops at the last progress: the jump to the horizon is not in the trace.
    assert!(run.trace.story().all(|entry| entry.ms <= 1));
    assert_eq!(story(&run)[3..], ["1 main (left over)", "1 a (left over)", "1 b (left over)"]);
}

#[test]
fn a_deadlock_on_something_foreign_is_unknown_and_said_so() {
    let run = sim::run(|| async {
        let mutex = tokio::sync::Mutex::new(());
        let _held = mutex.lock().await;
        let _again = mutex.lock().await;
    });
    let expected = "deadlock: nothing can run, and no timer is armed\n  \
                    main waits for something unknown: none of our primitives (a tokio Mutex, a channel, ...), at \
                    tests/it/sim/stuck.rs:";
    assert!(run.end.to_string().starts_with(expected), "{}", run.end);
}

#[test]
fn a_forgotten_set_is_a_deadlock_on_an_event_that_nobody_holds() {
    let run = sim::run(|| async {
        let event = Event::new();
        event.wait().await;
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    let wait = &stuck[0].waits[0];
    assert!(wait.to_string().starts_with("Event 1 (made at tests/it/sim/stuck.rs:"), "{wait}");
    assert_eq!(wait.held_by, []);
}

/// The "futurelock": the lock was handed to a future that its task does not poll.
#[test]
fn a_lock_handed_to_a_future_that_nobody_polls_is_said_to_be() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let guard = lock.lock().await;
        let lock2 = lock.clone();
        let sleepy = spawn("sleepy", async move {
            let mut first = std::pin::pin!(lock2.lock());
            std::future::poll_fn(|cx| {
                assert!(first.as_mut().poll(cx).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
            drop(lock2.lock().await); // behind `first`, which is never polled again
        });
        turn().await;
        drop(guard);
        sleepy.await.unwrap();
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    let holders: Vec<_> = stuck[1].waits.iter().flat_map(|wait| &wait.held_by).collect();
    assert_eq!(holders.len(), 2, "each of the two waits names whom the lock was handed to");
    assert!(holders.iter().all(|holder| holder.task == "sleepy" && holder.site.is_none()), "{holders:?}");
    assert_eq!(stuck[1].waits.len(), 2);
}

#[test]
fn who_awaits_a_seat_in_line_waits_for_that_task() {
    let run = sim::run(|| async {
        let event = Event::new();
        seat("inner", event.wait()).await;
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    assert_eq!((stuck[0].task.as_str(), stuck[0].waits[0].on.as_str()), ("main", "task inner"));
    assert!(stuck[1].waits[0].on.starts_with("Event 1"), "{}", stuck[1]);
}

/// A thing with several units: whoever gives one back gave back its own, and the other is still held.
#[test]
fn of_two_holders_the_one_who_lets_go_is_free() {
    let run = sim::run(|| async {
        let permits = Arc::new(Tag::new("Permits"));
        let hold = |name: &str, keeps: bool| {
            let permits = permits.clone();
            spawn(name, async move {
                permits.holds(Site::here());
                turn().await;
                if !keeps {
                    permits.frees();
                }
            })
        };
        let (keeper, giver) = (hold("keeper", true), hold("giver", false));
        keeper.await.and(giver.await).unwrap();
        let _wait = permits.waits(Site::here());
        std::future::pending::<()>().await;
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    let holders: Vec<&str> = stuck[0].waits[0].held_by.iter().map(|holder| holder.task.as_str()).collect();
    assert_eq!(holders, ["keeper"]);
}
