//! The other ends: horizon, spin, flood, panicked.

use super::{Panics, limits, story};
use async_kata::host::turn;
use async_kata::sim::{self, End, Run, Sim, log, sleep};
use async_kata::tasks::spawn;
use std::future::pending;
use std::time::Duration;

/// A deadlock beside something that ticks is cut by the ticks, in debug too: 100 000 of them, without an entry.
#[test]
fn a_deadlock_beside_a_silent_ticker_is_a_horizon() {
    for every in [1, 1000] {
        let run = sim::run(move || async move {
            let _ticker = spawn("ticker", async move {
                loop {
                    sleep(every).await;
                }
            });
            pending::<()>().await;
        });
        let End::Horizon(stuck) = &run.end else { panic!("{}", run.end) };
        assert_eq!(stuck.iter().map(|task| task.task.as_str()).collect::<Vec<_>>(), ["main", "ticker"]);
        assert!(stuck[1].waits[0].on.starts_with("the clock, until "), "{}", stuck[1].waits[0].on);
    }
}

#[test]
fn a_stray_that_ticks_is_a_horizon_too() {
    let run = limits(|limits| limits.quiet_ticks = 1000).run(|| async {
        tokio::spawn(async {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        pending::<()>().await;
    });
    assert!(matches!(run.end, End::Horizon(_)), "{}", run.end);
    assert_eq!(run.strays, 1);
}

/// A slow ticker reaches thirty days first; a sleep that ends after them is a horizon, not a deadlock; and one that
/// never ends is no timer at all.
#[test]
fn the_horizon_is_thirty_days() {
    let day = 24 * 60 * 60 * 1000;
    let ends_with = |ms: u64| sim::run(move || async move { sleep(ms).await }).end.name();
    assert_eq!(ends_with(30 * day - 1), "done");
    assert_eq!(ends_with(31 * day), "horizon");
    let never = sim::run(|| async { tokio::time::sleep(Duration::MAX).await });
    assert_eq!(never.end.name(), "deadlock");
    let hourly = sim::run(|| async {
        loop {
            sleep(60 * 60 * 1000).await;
        }
    });
    assert_eq!(hourly.end.name(), "horizon");
}

#[test]
fn a_task_that_wakes_itself_for_ever_is_a_spin() {
    let run = sim::run(|| async {
        let spinner = spawn("spinner", async {
            loop {
                turn().await;
            }
        });
        spinner.await
    });
    assert_eq!(run.end, End::Spin("spinner".into()));
    assert_eq!(story(&run)[2..], ["0 main (left over)", "0 spinner (left over)"]);
}

/// 10 000 polls are a spin only if neither an entry nor a tick is among them.
#[test]
fn an_entry_and_a_tick_each_reset_the_spin_count() {
    let turns = |count: usize, between: fn() -> Option<u64>| {
        limits(|limits| limits.quiet_polls = 100).run(move || async move {
            for _ in 0..5 {
                for _ in 0..count {
                    turn().await;
                }
                match between() {
                    Some(ms) => sleep(ms).await,
                    None => log("still here"),
                }
            }
        })
    };
    assert_eq!(turns(98, || Some(1)).end, End::Done(()));
    assert_eq!(turns(98, || None).end, End::Done(()));
    assert_eq!(turns(101, || Some(1)).end, End::Spin("main".into()));
}

#[test]
fn an_endless_logger_is_a_flood() {
    let run = sim::run(|| async {
        let logger = spawn("logger", async {
            loop {
                log("again");
                sleep(1).await;
            }
        });
        logger.await
    });
    assert_eq!(run.end, End::Flood("logger".into()));
    // As many as the limit allows, and the left-overs after them.
    assert_eq!(run.trace.story().count(), 100_000 + 2);
}

#[test]
fn a_flood_within_one_poll_takes_no_more_memory_than_the_limit() {
    let run = limits(|limits| limits.entries = 10).run(|| async {
        for _ in 0..1_000_000 {
            log("again");
        }
    });
    assert_eq!(run.end, End::Flood("main".into()));
    assert_eq!(run.trace.entries().len(), 10);
}

#[test]
fn mains_panic_is_an_end_and_anothers_an_entry() {
    let run = sim::run(|| async {
        let ended = spawn("a", async { panic!("boom {}", 1) }).await;
        assert_eq!(ended.map(|()| unreachable!()).unwrap_err().to_string(), "task a panicked: boom 1");
        panic!("main too");
    });
    let run: Run<()> = run;
    assert_eq!(run.end, End::Panicked { task: "main".into(), message: "main too".into() });
    assert_eq!(story(&run), ["0 main (started)", "0 a (started)", "0 a (failed: boom 1)", "0 main (failed: main too)"]);
}

#[test]
fn a_blocking_call_in_a_circle_is_a_horizon() {
    let run = sim::run(|| async {
        loop {
            sim::block_for(Duration::from_millis(1));
            turn().await;
        }
    });
    assert!(matches!(run.end, End::Horizon(_)), "{}", run.end);
    let days = sim::run(|| async {
        loop {
            sim::block_for(Duration::from_secs(24 * 60 * 60));
            turn().await;
        }
    });
    assert!(matches!(days.end, End::Horizon(_)), "{}", days.end);
    let last = days.trace.story().last().map(|entry| entry.ms / (24 * 60 * 60 * 1000));
    assert_eq!(last, Some(31), "cut at the first poll beyond thirty days");
}

#[test]
fn quiet_ticks_are_counted_one_by_one() {
    let ticks = |count: u64| {
        limits(|limits| limits.quiet_ticks = 50).run(move || async move {
            for _ in 0..count {
                sleep(1).await;
            }
        })
    };
    assert_eq!(ticks(50).end, End::Done(()));
    assert!(matches!(ticks(51).end, End::Horizon(_)));
}

#[test]
fn a_far_horizon_is_five_years() {
    let mut sim = Sim::default();
    sim.limits.horizon = Duration::MAX;
    assert_eq!(sim.run(pending::<()>).end.name(), "deadlock");
    let year: u64 = 365 * 24 * 60 * 60 * 1000;
    assert_eq!(sim.run(move || sleep(4 * year)).end, End::Done(()));
    assert_eq!(sim.run(move || sleep(6 * year)).end.name(), "horizon");
}

#[test]
fn a_stray_that_floods_is_named_as_a_stray() {
    let run = limits(|limits| limits.entries = 10).run(|| async {
        tokio::spawn(async {
            for _ in 0..20 {
                log("again");
            }
        });
        turn().await;
    });
    assert_eq!(run.end, End::Flood("stray".into()));
    assert_eq!(run.untold, 20 - 9, "main's start and nine words are kept");
}

/// What the play's closure does before its future exists, it does as `main`.
#[test]
fn the_closure_of_a_play_is_main() {
    let run = sim::run(|| {
        log("makes");
        let task = spawn("a", async { log("runs") });
        async move { task.await.unwrap() }
    });
    assert_eq!((run.end.clone(), run.trace.order()), (End::Done(()), "main makes, a runs".into()));
    assert_eq!(story(&run)[0], "0 main (started)");
    let run = sim::run(|| -> std::future::Ready<()> { panic!("before there is a future") });
    let message = "before there is a future".into();
    assert_eq!(run.end, End::Panicked { task: "main".into(), message });
}

/// tokio makes a task give way after 128 operations that were ready at once; CPython does not, and so neither do we.
#[test]
fn no_task_has_a_budget() {
    async fn many(permits: &tokio::sync::Semaphore) {
        for _ in 0..300 {
            drop(permits.acquire().await.unwrap());
        }
        log("done");
    }
    let run = sim::run(|| async {
        let other = spawn("other", async {
            many(&tokio::sync::Semaphore::new(1)).await;
        });
        let last = spawn("last", async { log("ran") });
        many(&tokio::sync::Semaphore::new(1)).await;
        other.await.and(last.await).unwrap();
    });
    assert_eq!(run.trace.order(), "main done, other done, last ran");
}

#[test]
fn a_destructor_that_panics_at_a_bodys_end_is_the_tasks_panic() {
    let run = sim::run(|| async {
        let captured = Panics;
        spawn("a", async move {
            let _kept = &captured;
        })
        .await
    });
    let End::Done(Err(ended)) = run.end else { panic!("{}", run.trace.table()) };
    assert_eq!(ended.to_string(), "task a panicked: in drop");
    assert!(run.trace.table().contains("(failed: in drop)"), "{}", run.trace.table());
}
