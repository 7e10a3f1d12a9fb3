//! What keeps an exploration from being complete, and that it says so.

use super::{all_counted, lost_update};
use async_kata::explore::{self, Bounds, Found, Gap};
use async_kata::host::{seat, turn};
use async_kata::sim::{Limits, log};
use async_kata::tasks::spawn;

#[test]
fn preemptions_bound_the_search_and_it_says_so() {
    let bounded = |bound: usize| -> Found {
        let mut bounds = Bounds::default();
        bounds.preemptions = Some(bound);
        explore::every(|| lost_update(&["a", "b"])).bounds(bounds).judge(all_counted(2)).unwrap()
    };
    let (none, one, many) = (bounded(0), bounded(1), bounded(4));
    // Without a preemption: aabb and bbaa. With one: also abba and baab, which each break into one pair.
    assert_eq!((none.failing, none.schedules, none.complete), (0, 2, false));
    assert_eq!((one.failing, one.schedules, one.complete), (2, 4, false));
    assert_eq!((many.failing, many.schedules, many.complete), (4, 6, true));
    assert!(none.to_string().ends_with("(not all: the bound on preemptions was hit)"), "{none}");
}

#[test]
fn the_number_of_schedules_is_a_bound_too() {
    let mut bounds = Bounds::default();
    bounds.schedules = 5;
    let found = explore::every(|| lost_update(&["a", "b"])).bounds(bounds.clone()).judge(all_counted(2)).unwrap();
    assert_eq!((found.schedules, found.complete), (5, false));
    bounds.schedules = 6;
    let found = explore::every(|| lost_update(&["a", "b"])).bounds(bounds).judge(all_counted(2)).unwrap();
    assert_eq!((found.schedules, found.complete), (6, true), "all of them, and not one more");
}

/// What a schedule cannot show keeps an exploration from being complete, and says so.
#[test]
fn strays_and_aborts_are_gaps() {
    let stray = || async {
        tokio::spawn(std::future::pending::<()>());
        spawn("a", turn()).await.unwrap();
    };
    let found = explore::every(stray).judge(|_| Ok(String::new())).unwrap();
    assert!(!found.complete);
    assert_eq!(found.to_string(), "0 of 1 schedule fails (not all: a task without a seat ran outside the schedule)");

    let abort = || async {
        let victim = tokio::spawn(seat("victim", std::future::pending::<()>()));
        turn().await;
        victim.abort();
        assert!(victim.await.is_err());
    };
    let found = explore::every(abort).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(found.gaps.iter().collect::<Vec<_>>(), [&Gap::Abort]);

    // The same by our own cancel, which is a turn of the task's own.
    let cancel = || async {
        let victim = spawn("victim", std::future::pending::<()>());
        turn().await;
        victim.cancel();
        assert!(victim.await.is_err());
    };
    let found = explore::every(cancel).judge(|_| Ok(String::new())).unwrap();
    assert!(found.complete, "{found}");
}

/// A `JoinSet` that is dropped aborts what is in it.
#[test]
fn a_dropped_join_set_is_a_gap_too() {
    let play = || async {
        let mut set = tokio::task::JoinSet::new();
        set.spawn(seat("member", std::future::pending::<()>()));
        turn().await;
        spawn("other", turn()).await.unwrap();
        drop(set);
        spawn("later", turn()).await.unwrap();
    };
    let found = explore::every(play).judge(explore::finishes).unwrap();
    assert_eq!(found.gaps.iter().collect::<Vec<_>>(), [&Gap::Abort]);
}

/// A stray that has ended by the end of the run was one all the same.
#[test]
fn strays_that_ended_are_a_gap_too() {
    let play = || async {
        let strays = [tokio::spawn(turn()), tokio::spawn(turn())];
        for stray in strays {
            stray.await.unwrap();
        }
    };
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(found.gaps.iter().collect::<Vec<_>>(), [&Gap::Stray]);
}

/// A seat that was let in and is polled by nobody any more does not shut the gate for the others.
#[test]
fn a_grant_that_nobody_takes_is_withdrawn() {
    let play = || async {
        tokio::spawn(async {
            let mut dropped = Box::pin(seat("x", turn()));
            std::future::poll_fn(|cx| {
                assert!(dropped.as_mut().poll(cx).is_pending());
                std::task::Poll::Ready(())
            })
            .await;
            std::future::pending::<()>().await;
        });
        spawn("a", turn()).await.unwrap();
    };
    let found = explore::every(play).judge(|run| Ok(run.end.name().into())).unwrap();
    assert_eq!(found.outcomes.iter().map(|o| o.label.as_str()).collect::<Vec<_>>(), ["done"]);
    assert!(!found.complete, "{found}");
}

/// A task that is aborted while it could run is not chosen any more.
#[test]
fn who_is_aborted_at_the_gate_is_forgotten() {
    let play = || async {
        let victim = tokio::spawn(seat("victim", async {
            turn().await;
            log("unreachable, if the killer came first");
        }));
        let killer = spawn("killer", async move { victim.abort() });
        killer.await.unwrap();
        turn().await;
        spawn("later", turn()).await.unwrap();
    };
    let found = explore::every(play).judge(|run| Ok(run.end.name().into())).unwrap();
    assert!(found.outcomes.iter().all(|o| o.label == "done"), "{found}");
    assert_eq!(found.outcomes[0].witness.to_string(), "killer later later");
}

/// Runs that are cut by their limits hide what would have come after.
#[test]
fn a_cut_run_is_a_gap() {
    let mut limits = Limits::default();
    limits.quiet_polls = 6;
    let play = || async {
        let tasks = ["a", "b"].map(|name| {
            spawn(name, async {
                for _ in 0..4 {
                    turn().await;
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
    };
    let found = explore::every(play).limits(limits).judge(|run| Ok(run.end.name().into())).unwrap();
    assert!(found.gaps.contains(&Gap::Cut), "{found}");
    assert!(!found.complete);
}

/// A seat that is held, or polled within another, is no task, and hides no stray.
#[test]
fn a_seat_that_is_no_task_hides_no_stray() {
    let gaps = |play: fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        let found = explore::every(play).judge(explore::finishes).unwrap();
        found.gaps.into_iter().collect::<Vec<_>>()
    };
    let held = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let _held = seat("held", std::future::pending::<()>());
            let raw = tokio::spawn(async_kata::sim::sleep(1));
            spawn("a", turn()).await.unwrap();
            raw.await.unwrap();
        })
    };
    assert_eq!(gaps(held), [Gap::Stray]);
    let two_in_one = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let stray = tokio::spawn(async_kata::sim::sleep(1)); // over before the end, where all are counted once more
            let raw = tokio::spawn(async { tokio::join!(biased; seat("x", turn()), seat("y", turn())) });
            raw.await.unwrap();
            stray.await.unwrap();
        })
    };
    assert_eq!(gaps(two_in_one), [Gap::Stray]);
    // A stray that is over before the next choice is not among the tasks any more; that it spoke is seen.
    let speaks = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let _held = seat("held", std::future::pending::<()>());
            tokio::spawn(async { log("raw") });
            spawn("a", turn()).await.unwrap();
        })
    };
    assert_eq!(gaps(speaks), [Gap::Stray]);
    let seated = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let _held = seat("held", std::future::pending::<()>());
            spawn("a", seat("within a", turn())).await.unwrap();
        })
    };
    assert_eq!(gaps(seated), []);
}

/// A late tick beside a stray that ticks on and on comes back to the gate: the run is no horizon.
#[test]
fn a_late_tick_beside_a_ticking_stray_ends() {
    let play = || async {
        tokio::spawn(async {
            loop {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        });
        spawn("a", turn()).await.unwrap();
    };
    let found = explore::every(play).late_ticks(1).judge(explore::finishes).unwrap();
    assert_eq!((found.failing, found.complete), (0, false), "{}", found.table());
    assert!(found.schedules > 1, "{}", found.table());
}
