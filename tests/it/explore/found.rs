//! What is found: outcomes, the shortest schedule that fails, and ends that are no ends of the play.

use super::{all_counted, lost_update};
use async_kata::explore::{self, Bounds};
use async_kata::host::turn;
use async_kata::sim::{End, Limits, log};
use async_kata::sync::Lock;
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[test]
fn a_lost_update_is_found_counted_and_replayed() {
    let explorer = explore::every(|| lost_update(&["a", "b"]));
    let found = explorer.judge(all_counted(2)).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (4, 6, true));
    let shortest = found.shortest.clone().unwrap();
    assert_eq!(shortest.to_string(), "a b b a", "four polls, and only two switches");
    let outcomes: Vec<_> = found.outcomes.iter().map(|o| (o.label.as_str(), o.count, o.passes)).collect();
    assert_eq!(outcomes, [("x=1", 4, false), ("x=2", 2, true)]);
    let run = explorer.replay(&shortest).unwrap();
    assert_eq!(run.end, End::Done(1));

    // Three tasks: 84 of 90. Only the 3! orders in which each does both its polls at once come out right.
    let found = explore::every(|| lost_update(&["a", "b", "c"])).judge(all_counted(3)).unwrap();
    assert_eq!((found.failing, found.schedules), (84, 90));
}

async fn abba() {
    let (left, right) = (Arc::new(Lock::new(())), Arc::new(Lock::new(())));
    let (left2, right2) = (left.clone(), right.clone());
    let a = spawn("a", async move {
        let _first = left.lock().await;
        turn().await;
        let _second = right.lock().await;
    });
    let b = spawn("b", async move {
        let _first = right2.lock().await;
        turn().await;
        let _second = left2.lock().await;
    });
    a.await.unwrap();
    b.await.unwrap();
}

/// Both take their first lock before either takes its second: the four orders that do not begin with aa or bb.
#[test]
fn a_deadlock_is_an_outcome() {
    let verdict = |end: &End<()>| match end {
        End::Done(()) => Ok("done".to_string()),
        other => Err(other.name().to_string()),
    };
    let found = explore::every(abba).judge(verdict).unwrap();
    assert_eq!((found.failing, found.schedules), (4, 6));
    assert_eq!(found.outcomes.iter().find(|o| !o.passes).unwrap().label, "deadlock");
}

/// Ends that are no ends of the play: outcomes like any other, whatever the other schedules do.
#[test]
fn panics_spins_and_floods_are_outcomes() {
    let verdict = |end: &End<()>| match end {
        End::Done(()) => Ok("done".to_string()),
        other => Err(other.name().to_string()),
    };
    // Goes wrong, in three ways, only if `b` looks before `a` has set the flag.
    let early = |wrong: fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        move || async move {
            let flag = Arc::new(AtomicUsize::new(0));
            let (setter, looker) = (flag.clone(), flag);
            let a = spawn("a", async move { setter.store(1, Relaxed) });
            let b = spawn("b", async move {
                if looker.load(Relaxed) == 0 {
                    wrong().await;
                }
            });
            let (a, b) = (a.await, b.await);
            a.and(b).unwrap();
        }
    };
    let mut limits = Limits::default();
    (limits.quiet_polls, limits.entries) = (20, 20);
    let outcomes = |wrong| {
        let mut bounds = Bounds::default();
        bounds.preemptions = Some(0);
        let found = explore::every(early(wrong)).limits(limits.clone()).bounds(bounds).judge(verdict).unwrap();
        found.outcomes.iter().map(|o| format!("{} {}", o.label, o.count)).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(|| Box::pin(forever(|| ()))), ["done 1", "spin 1"]);
    assert_eq!(outcomes(|| Box::pin(forever(|| log("again")))), ["done 1", "flood 1"]);
    assert_eq!(outcomes(|| Box::pin(async { panic!("too early") })), ["done 1", "panicked 1"]);
}

async fn forever(each: fn()) {
    loop {
        each();
        turn().await;
    }
}
