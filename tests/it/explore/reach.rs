//! How far a check looks before it is content, and what it says when it could not look far enough.

use super::{all_counted, lost_update};
use async_kata::explore::{self, Bounds, Explorer, Gap};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Run};
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::time::Duration;

/// Code under test in main: its own timeout loses only where main competes, so a check looks at both.
#[test]
fn a_check_lets_main_compete_before_it_is_content() {
    let play = || async {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let late = spawn("late", async move {
            sim::sleep(10).await;
            let _ = sender.send(()).await;
        });
        let received = tokio::time::timeout(Duration::from_millis(10), receiver.recv()).await;
        drop(receiver);
        late.await.unwrap();
        received.is_ok()
    };
    let verdict = |run: &Run<bool>| match run.end {
        End::Done(true) => Err("in time".into()),
        _ => Ok("too late".to_string()),
    };
    assert!(explore::every(play).main_competes(false).try_check(verdict).is_ok());
    assert!(explore::every(play).main_competes(true).try_check(verdict).is_err());
    let failed = explore::every(play).try_check(verdict).unwrap_err().to_string();
    assert!(!failed.lines().nth(1).unwrap().contains("main always first"), "{failed}");
}

/// Not failing is not enough: what was not looked at must be left out on purpose.
#[test]
fn an_incomplete_search_fails_a_check_unless_it_is_accepted() {
    let refused =
        |explorer: Explorer<_>| explorer.main_competes(false).try_check(|_| Ok(String::new())).unwrap_err().to_string();
    let pair = || lost_update(&["a", "b"]);
    let mut few = Bounds::default();
    few.schedules = 5;
    let text = refused(explore::every(pair).bounds(few.clone()));
    let expected = "no schedule fails, but not all were run: explored 5 schedules, main always first (complete: no, the bound on schedules was \
                    hit)\n  the bound on schedules was hit: make the play smaller; or say how far is far enough: \
                    `.preemptions(2)`";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.ends_with("or accept it: `.accept(Gap::Schedules)`\n"), "{text}");
    let accepted =
        explore::every(pair).main_competes(false).bounds(few).accept(Gap::Schedules).try_check(|_| Ok(String::new()));
    assert_eq!(accepted.unwrap().schedules, 5);

    // A bound that the caller sets is one he knows of.
    let mut bounds = Bounds::default();
    (bounds.preemptions, bounds.depth) = (Some(0), Some(3));
    let found = explore::every(pair).main_competes(false).bounds(bounds).try_check(all_counted(2)).unwrap();
    assert!(!found.complete && found.schedules == 2);

    let stray = || async {
        tokio::spawn(std::future::pending::<()>());
        spawn("a", turn()).await.unwrap();
    };
    let text = explore::every(stray).try_check(explore::finishes).unwrap_err().to_string();
    assert!(text.contains("seat it: `host::seat(name, future)`"), "{text}");
    assert!(explore::every(stray).accept(Gap::Stray).try_check(explore::finishes).is_ok());

    let abort = || async {
        let victim = tokio::spawn(seat("victim", std::future::pending::<()>()));
        turn().await;
        victim.abort();
        assert!(victim.await.is_err());
    };
    let text = explore::every(abort).try_check(explore::finishes).unwrap_err().to_string();
    assert!(text.contains("`tasks::Task::cancel`, which is a turn"), "{text}");
}

/// Four tasks of three polls: 369 600 schedules. What 3000 of them, depth first, do not show, one preemption does.
#[test]
fn a_large_search_goes_on_by_preemptions() {
    let play = || async {
        let log = Arc::new(std::sync::Mutex::new(String::new()));
        let tasks = ["a", "b", "c", "d"].map(|name| {
            let log = log.clone();
            spawn(name, async move {
                for _ in 0..3 {
                    log.lock().unwrap().push_str(name);
                    turn().await;
                }
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
        log.lock().unwrap().clone()
    };
    // Wrong only if d begins first and is left at once.
    let verdict = |run: &Run<String>| match &run.end {
        End::Done(log) if log.starts_with("da") => Err("d was interrupted".into()),
        _ => Ok("fine".into()),
    };
    let failed = explore::every(play).try_check(verdict).unwrap_err().to_string();
    let extent = failed.lines().nth(1).unwrap();
    assert!(
        extent.contains(" at preemption bound 1, after 24 at lower bounds, main always first (complete: no"),
        "{extent}"
    );
    assert!(failed.contains("(16 polls, 4 switches)"), "{failed}");
}

/// More than the first search looks at, and nothing wrong: 14! / (7! 7!) schedules, all of them.
#[test]
fn a_larger_search_that_passes_is_complete() {
    let play = || async {
        let pair = ["a", "b"].map(|name| {
            spawn(name, async {
                for _ in 0..6 {
                    turn().await;
                }
            })
        });
        for task in pair {
            task.await.unwrap();
        }
    };
    let found = explore::every(play).main_competes(false).try_check(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.complete), (3432, true));
}

/// What keeps a search from being complete is said with its cure also where a schedule fails.
#[test]
fn a_failure_names_its_gaps_with_their_cures() {
    let play = || async {
        tokio::spawn(std::future::pending::<()>());
        spawn("a", turn()).await.unwrap();
        panic!("wrong")
    };
    let failed = explore::every(play).try_check(explore::finishes::<()>).unwrap_err().to_string();
    assert!(
        failed.contains("  a task without a seat ran outside the schedule: spawn it with `tasks::spawn`"),
        "{failed}"
    );
}
