//! Where in the source an entry comes from.

use async_kata::host::{seat, turn};
use async_kata::sim::{self, Run, Sim, log};
use async_kata::sync::Lock;
use async_kata::tasks::{group, spawn, spawn_fallible, to_thread};
use async_kata::trace::Entry;
use std::sync::Arc;

fn with_mechanics() -> Sim {
    let mut sim = Sim::default();
    sim.mechanics = true;
    sim
}

/// The line, in this file, that an entry comes from.
fn line_of<T>(run: &Run<T>, nth: usize) -> Option<u32> {
    let site = run.trace.site(nth)?;
    let file = site.file().replace('\\', "/");
    assert!(file.ends_with("tests/it/sim/sites.rs"), "{site} is a line of somebody else");
    Some(site.line())
}

/// The lines of those entries, and that no other entry has one.
fn lines<T>(run: &Run<T>, of: impl Fn(&Entry) -> bool) -> Vec<Option<u32>> {
    let entries = run.trace.entries().iter().enumerate();
    entries.filter(|(_, entry)| of(entry)).map(|(nth, _)| line_of(run, nth)).collect()
}

#[test]
fn what_is_said_comes_from_the_line_that_calls_log() {
    let first = line!() + 3;
    let play = || {
        // Line by line: the closure that makes main's body, its body, a task, a thread, a stray, a destructor.
        log("the closure");
        async {
            log("main");
            spawn("a", async { log("a task") }).await.unwrap();
            to_thread(|| log("a thread")).await.unwrap();
            tokio::spawn(async { log("a stray") }).await.unwrap();
            drop(super::Bell("elsewhere"));
        }
    };
    for run in [sim::run(play), with_mechanics().run(play)] {
        let said = |entry: &Entry| entry.what.kind() == "said" && !entry.what.text().starts_with("drops");
        assert_eq!(lines(&run, said), [0, 2, 3, 4, 5].map(|nth| Some(first + nth)));
        let bell = run.trace.entries().iter().position(|entry| entry.what.text() == "drops elsewhere").unwrap();
        assert!(run.trace.site(bell).unwrap().file().replace('\\', "/").ends_with("tests/it/sim/mod.rs"));
    }
}

#[track_caller]
fn says_twice(what: &str) {
    log(what);
    [what].into_iter().for_each(log);
}

/// A wrapper that passes its caller on is not named; `log` passed as a value has no call of one's own.
#[test]
fn a_wrapper_may_pass_its_caller_on() {
    let (line, run) = (line!(), sim::run(|| async { says_twice("hello") }));
    let said = run.trace.entries().iter().position(|entry| entry.what.kind() == "said").unwrap();
    assert_eq!(line_of(&run, said), Some(line));
    assert!(run.trace.site(said + 1).is_some());
}

#[test]
fn waits_and_holds_come_from_the_call_that_asked() {
    let first = line!() + 3;
    let run = with_mechanics().run(|| async {
        let lock = Arc::new(Lock::new(0));
        let guard = lock.lock().await;
        let lock2 = lock.clone();
        let a = spawn("a", async move {
            *lock2.lock().await += 1;
        });
        turn().await;
        drop(guard);
        sim::sleep(1).await;
        a.await.unwrap();
    });
    let of = |task: &'static str, kind: &'static str| {
        lines(&run, move |entry: &Entry| {
            entry.task == task && entry.what.kind() == kind && entry.what.text() == "Lock 1"
        })
    };
    assert_eq!(of("main", "holds"), [Some(first)]);
    assert_eq!((of("a", "waits"), of("a", "holds")), (vec![Some(first + 3)], vec![Some(first + 3)]));
    assert_eq!((of("a", "leaves"), of("a", "frees"), of("main", "frees")), (vec![None], vec![None], vec![None]));
}

#[test]
fn a_spawn_comes_from_the_line_that_spawns() {
    let first = line!() + 2;
    let run = with_mechanics().run(|| async {
        spawn("a", async {}).await.unwrap();
        spawn_fallible("a", async { Ok::<_, String>(()) }).await.unwrap().unwrap();
        seat("a", async {}).await;
        group(async |g| Ok::<_, String>(g.spawn("a", async { Ok(()) }).await.is_ok())).await.unwrap();
        to_thread(|| ()).await.unwrap();
    });
    let spawned = lines(&run, |entry| entry.what.kind() == "spawned");
    assert_eq!(spawned, [None, Some(first), Some(first + 1), Some(first + 2), Some(first + 3), None]);
}

/// Started, ended, failed, polled, rested, woken, and waits for a task or the clock.
#[test]
fn every_other_entry_comes_from_no_line() {
    let run = with_mechanics().run(|| async {
        let fails = spawn("fails", async { panic!("on purpose") });
        let never = spawn("never", std::future::pending::<()>());
        assert!(fails.await.is_err());
        never.cancel();
        assert!(never.await.is_err());
        let _left_over = spawn("left over", std::future::pending::<()>());
        sim::sleep(1).await;
    });
    let seen: std::collections::BTreeSet<_> = run.trace.entries().iter().map(|entry| entry.what.kind()).collect();
    let kinds = ["cancelled", "ended", "failed", "leaves", "left-over", "polled", "rested", "spawned", "started"];
    assert_eq!(seen, kinds.into_iter().chain(["waits", "woken"]).collect());
    let others = lines(&run, |entry| entry.what.kind() != "spawned");
    assert!(others.iter().all(Option::is_none), "{others:?}");
}

/// Where a play stands in the source is no part of what it does.
#[test]
fn traces_of_two_places_are_equal() {
    let one = sim::run(|| async { log("hello") });
    let other = sim::run(|| async { log("hello") });
    assert_ne!(line_of(&one, 1), line_of(&other, 1));
    assert_eq!(one.trace, other.trace);
    let longer = sim::run(|| async { [log("hello"), log("hello")] });
    assert_ne!(one.trace, longer.trace);
    // Nor equal without its end: where the play was over counts.
    assert_ne!(one.trace, one.trace.entries().iter().cloned().collect());
}
