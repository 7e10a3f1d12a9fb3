//! What is found: outcomes, the shortest schedule that fails, and ends that are no ends of the play.

use super::{all_counted, lost_update};
use async_kata::explore::{self, Bounds};
use async_kata::host::turn;
use async_kata::sim::{End, Limits, Run, log};
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

/// Ends that are no ends of the play: outcomes like any other, whatever the other schedules do.
#[test]
fn panics_spins_and_floods_are_outcomes() {
    let verdict = |run: &Run<()>| match &run.end {
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

/// An item that a select drops: the branch has taken it and still waits, when the other branch wins.
async fn takes_and_loses() -> (bool, bool) {
    let (items, mut queue) = tokio::sync::mpsc::unbounded_channel();
    let (ticks, mut clock) = tokio::sync::mpsc::unbounded_channel();
    let (taken, kept) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (taken2, kept2) = (taken.clone(), kept.clone());
    let consumer = spawn("c", async move {
        tokio::select! {
            biased;
            _ = clock.recv() => {}
            item = async {
                let item = queue.recv().await.unwrap();
                taken2.store(1, Relaxed);
                turn().await; // it works on the item
                item
            } => kept2.store(item, Relaxed),
        }
    });
    let producer = spawn("p", async move { items.send(1).unwrap() });
    let ticker = spawn("t", async move { ticks.send(()).unwrap() });
    let _ = (producer.await, ticker.await, consumer.await);
    (taken.load(Relaxed) == 1, kept.load(Relaxed) == 1)
}

/// If t sends before c begins, the tick wins at once: 3 orders of c, p, t. Otherwise c waits, and
/// - p has sent before c begins: c takes it, and then `c t` keeps it, `t c` **loses it**;
/// - p sends next: c takes it, and then as above; or t sends before c looks, and the item stays in the queue: 3;
/// - t sends next: the tick wins, before p or after it: 2.
///
/// That is 3 + 2 + 3 + 2 = 10, of which 2 lose what was taken.
#[test]
fn an_item_is_lost_by_a_select() {
    let verdict = |run: &Run<(bool, bool)>| match run.end {
        End::Done((true, false)) => Err("taken and lost".into()),
        End::Done(_) => Ok("kept, or not taken".into()),
        ref other => Err(other.name().into()),
    };
    let explorer = explore::every(takes_and_loses);
    let found = explorer.judge(verdict).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (2, 10, true), "{}", found.table());
    let word = found.shortest.unwrap();
    assert_eq!(word.to_string(), "p c t c");
    assert_eq!(explorer.replay(&word).unwrap().end, End::Done((true, false)));
}
