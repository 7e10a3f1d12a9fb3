//! The cancel-at-every-poll sweep: where it cuts, how it counts, and what it says when a schedule fails.

use async_kata::conformance::sweep::{self, Cut, Fell, Points};
use async_kata::explore;
use async_kata::host::turn;
use async_kata::sim::{self, End, Run};
use async_kata::tasks::spawn;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Two waits of one name, each of two polls. Returns how many were dropped.
async fn two_waits(points: Points) -> usize {
    let waits = spawn("a", async move {
        let first = points.at("a", turn()).await;
        let second = points.at("a", turn()).await;
        usize::from(first.is_none()) + usize::from(second.is_none())
    });
    waits.await.unwrap()
}

#[test]
fn several_waits_of_one_name_count_their_polls_on_and_one_is_dropped() {
    let ends = Mutex::new(Vec::new());
    let verdict = |run: &Run<usize>| {
        let mut ends = ends.lock().unwrap();
        ends.push(run.end.clone());
        ends.dedup();
        explore::finishes(run)
    };
    let swept = sweep::every(two_waits).judge(verdict).unwrap();
    assert_eq!(swept.to_string(), "1 waiter, 4 cuts, explored 5 schedules");
    assert_eq!(*ends.lock().unwrap(), [End::Done(0), End::Done(1)], "never both");
}

#[test]
fn points_that_no_sweep_made_drop_nobody() {
    assert_eq!(sim::run(|| two_waits(Points::default())).end, End::Done(0));
}

#[test]
fn a_sweep_that_fails_says_who_was_dropped_where_and_shows_the_shortest_story() {
    let no_drop = |run: &Run<usize>| if run.end == End::Done(0) { Ok("none".into()) } else { Err("one".into()) };
    let fell = sweep::every(two_waits).judge(no_drop).unwrap_err();
    let Fell::Fails { cut, found, .. } = &fell else { panic!("{fell}") };
    assert_eq!(*cut, Some(Cut { waiter: "a".into(), polls: 0 }));
    assert_eq!((found.failing, found.schedules), (1, 1));
    let text = "\
a dropped before its first poll: 1 of 1 schedule fails: there is only the one; the shortest: a a
ms  main       a
 0  (started)  ·
 0  ·          (started)
 0  ·          (ended)
 0  (ended)    ·
";
    assert_eq!(fell.to_string(), text);
}

#[test]
fn a_sweep_of_a_play_that_is_not_deterministic_says_so() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let told = |run: &Run<usize>| Ok(format!("{:?}", run.end));
    let fell = sweep::every(|_| async { RUNS.fetch_add(1, Relaxed) }).judge(told).unwrap_err();
    assert!(matches!(&fell, Fell::NotDeterministic(_)), "{fell}");
}
