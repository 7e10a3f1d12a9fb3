//! Who made a seat: an entry of the mechanics, which moves nothing else.

use super::story;
use async_kata::explore;
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Run, Sim, log};
use async_kata::sync::Lock;
use async_kata::tasks::{group, spawn, spawn_fallible, to_thread};
use std::future::pending;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::Duration;

fn with_mechanics() -> Sim {
    let mut sim = Sim::default();
    sim.mechanics = true;
    sim
}

/// `b (spawned: a)`: what was spawned, in order.
fn spawned<T>(run: &Run<T>) -> Vec<String> {
    let spawned = run.trace.entries().iter().filter(|entry| entry.what.kind() == "spawned");
    spawned.map(|entry| format!("{} {}", entry.task, entry.what)).collect()
}

#[test]
fn each_seat_says_in_whose_turn_it_was_made() {
    let run = with_mechanics().run(|| async {
        let a = spawn("a", async { spawn("b", async {}).await });
        let seated = tokio::spawn(seat("a", async {}));
        drop(seat("never polled", async {}));
        spawn_fallible("fallible", async { Ok::<_, String>(()) }).await.unwrap().unwrap();
        group(async |g| Ok::<_, String>(g.spawn("child", async { Ok(()) }).await.is_ok())).await.unwrap();
        tokio::spawn(async { seat("a stray's", async {}).await }).await.unwrap();
        to_thread(|| ()).await.unwrap();
        (a.await.unwrap(), seated.await.unwrap())
    });
    assert_eq!(
        spawned(&run),
        [
            "main (spawned)",
            "a (spawned: main)",
            "a#2 (spawned: main)",
            "never polled (spawned: main)",
            "fallible (spawned: main)",
            "b (spawned: a)",
            "child (spawned: main)",
            "a stray's (spawned)",
            "main's thread (spawned: main)",
        ]
    );
}

#[test]
fn it_stands_where_the_seat_was_made() {
    let run = with_mechanics().run(|| async {
        sim::block_for(Duration::from_millis(5));
        log("before");
        let a = spawn("a", async {});
        log("after");
        a.await.unwrap();
    });
    let entries: Vec<_> = run.trace.entries().iter().map(|e| format!("{} {} {}", e.ms, e.task, e.what)).collect();
    assert_eq!(entries[..2], ["0 main (spawned)", "0 main (started)"]);
    let at = entries.iter().position(|entry| entry.contains("before")).unwrap();
    assert_eq!(entries[at..at + 3], ["5 main before", "5 a (spawned: main)", "5 main after"]);
}

#[test]
fn nothing_is_written_unless_asked_for_and_nothing_is_story() {
    let play = || async { spawn("a", async { log("hello") }).await.unwrap() };
    let (plain, full) = (sim::run(play), with_mechanics().run(play));
    assert_eq!(spawned(&plain), [""; 0]);
    assert_eq!(spawned(&full), ["main (spawned)", "a (spawned: main)"]);
    assert_eq!(story(&full), story(&plain));
    assert!(full.trace.before_the_end().eq(plain.trace.before_the_end()));
    assert!(full.trace.story().all(|entry| entry.what.kind() != "spawned"));
}

/// What is spawned is no progress, and no flood: a loop that only spawns is cut at the same poll as ever.
#[test]
fn spawns_are_no_sign_of_life() {
    let play = || async {
        for n in 0.. {
            drop(seat("x", async {}));
            sim::block_for(Duration::from_millis(u64::from(n % 7 == 0)));
            turn().await;
        }
    };
    let mut sim = with_mechanics();
    (sim.limits.quiet_polls, sim.limits.quiet_ticks, sim.limits.entries) = (20, 10, 12);
    sim.limits.horizon = Duration::from_secs(1); // where it would end otherwise, and later than it should
    let full = sim.run(play);
    sim.mechanics = false;
    let plain = sim.run(play);
    assert!(matches!((&full.end, &plain.end), (End::Horizon(_), End::Horizon(_))), "{:?} {:?}", full.end, plain.end);
    assert_eq!(story(&full), story(&plain));
    assert!(full.untold > 0 && full.trace.entries().len() - full.trace.story().count() == 12);
}

/// A moment of a wait counts the entries before it, whatever they are.
#[test]
fn since_when_a_task_waits_is_its_entry() {
    let run = with_mechanics().run(|| async {
        let lock = Arc::new(Lock::new(()));
        let guard = lock.clone().lock_owned().await;
        let _a = spawn("a", async move { drop(lock.lock().await) });
        turn().await;
        let _guard = guard;
        pending::<()>().await;
    });
    let End::Deadlock(stuck) = &run.end else { panic!("{}", run.end) };
    let waits = &stuck.iter().find(|stuck| stuck.task == "a").unwrap().waits[0];
    assert_eq!(run.trace.entries()[waits.since.entry].what.to_string(), "(waits: Lock 1)");
    let held = &run.trace.entries()[waits.held_by[0].since.entry];
    assert_eq!((held.task.as_str(), held.what.to_string().as_str()), ("main", "(holds: Lock 1)"));
}

/// Makes a seat when it is woken: in nobody's turn, between the end of a task and the wake of whom it had let wait.
struct Seats;

impl Wake for Seats {
    fn wake(self: Arc<Self>) {
        drop(seat("made by a waker", async {}));
    }
}

#[test]
fn a_seat_that_is_made_does_not_hide_who_woke_a_task() {
    let play = || async {
        let a = spawn("a", async {}).shared();
        let mut first = Box::pin(std::future::IntoFuture::into_future(a.clone()));
        let waker = Waker::from(Arc::new(Seats));
        assert!(first.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        a.await.unwrap();
    };
    let explorer = explore::every(play).main_competes(true);
    let witness = explorer.witness(&"main a main".parse().unwrap()).unwrap();
    assert!(spawned(&witness.run).contains(&"made by a waker (spawned)".into()), "{:?}", spawned(&witness.run));
    let table = witness.table();
    assert!(table.contains("the end of a"), "{table}");
}
