//! Why it is stuck: who waits for whom, and at which step that was settled.

use super::{sites, stuck};
use async_kata::explore::{self, Explorer, Word};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Sim};
use async_kata::sync::Lock;
use async_kata::tasks::spawn;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::Poll;

/// See `super::line_of`.
fn line_of(mark: &str) -> String {
    super::line_of("stuck.rs", include_str!("stuck.rs"), mark)
}

pub(super) async fn abba() {
    let (left, right) = (Arc::new(Lock::new(())), Arc::new(Lock::new(())));
    let (left2, right2) = (left.clone(), right.clone());
    let a = spawn("a", async move {
        let _first = left.lock().await; // a's first
        turn().await;
        let _second = right.lock().await; // a's second
    });
    let b = spawn("b", async move {
        let _first = right2.lock().await; // b's first
        turn().await;
        let _second = left2.lock().await; // b's second
    });
    a.await.unwrap();
    b.await.unwrap();
}

/// Both take their first lock before either takes its second: the four orders that do not begin with aa or bb. The cycle
/// closes when the second of them asks for its second lock, at step 4.
#[test]
fn an_abba_deadlock_is_found_counted_explained_and_replayed() {
    let explorer = explore::every(abba);
    let found = explorer.judge(explore::finishes).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (4, 6, true));
    let word = found.shortest.unwrap();
    assert_eq!(word.to_string(), "a b b a");

    let run = explorer.replay(&word).unwrap();
    let graph = run.end.wait_graph();
    let cycle = "a -waits-> Lock 2 -held-by-> b -waits-> Lock 1 -held-by-> a";
    assert_eq!(graph.cycle_line(), cycle);
    assert_eq!(graph.to_string(), "main -waits-> a; a -waits-> Lock 2 -held-by-> b; b -waits-> Lock 1 -held-by-> a");
    assert_eq!(graph.closed.unwrap().step, 4);
    assert!(found.outcomes.iter().any(|outcome| (outcome.label.as_str(), outcome.count) == ("deadlock of a, b", 4)));

    let [_, a, b] = stuck(&run) else { panic!("three are stuck") };
    for (task, second, first) in [(a, "a's second", "b's first"), (b, "b's second", "a's first")] {
        let wait = &task.waits[0];
        assert!(wait.site.unwrap().to_string().starts_with(&line_of(second)), "{task}");
        assert!(wait.held_by[0].site.unwrap().to_string().starts_with(&line_of(first)), "{task}");
        assert!(sites(task)[0].starts_with(&line_of(second)), "the probe sees the same line: {:?}", task.probe);
    }
    // In `a b a b` a asks first: its wait begins at step 3, and b's closes the cycle.
    let graph = explorer.replay(&"a b a b".parse().unwrap()).unwrap().end.wait_graph();
    assert_eq!(graph.edges[1].since.step, 3);
    assert_eq!(graph.closed.unwrap().step, 4);
}

/// Two tasks that wait for one another's end, and a third in the cycle by a lock.
#[test]
fn a_cycle_goes_through_joins_too() {
    let run = sim::run(|| async {
        let lock = Arc::new(Lock::new(()));
        let asked = lock.clone();
        let held = lock.lock().await;
        let a = spawn("a", async move { drop(asked.lock().await) });
        a.await.unwrap();
        drop(held);
    });
    let graph = run.end.wait_graph();
    assert_eq!(graph.cycle_line(), "main -waits-> a -waits-> Lock 1 -held-by-> main");
}

/// The same text each time, whatever ran before.
#[test]
fn what_a_replay_says_is_deterministic() {
    let told = |explorer: &Explorer<_>, word: &Word| explorer.replay(word).unwrap().end.to_string();
    let (explorer, word) = (explore::every(abba), "a b b a".parse().unwrap());
    let first = told(&explorer, &word);
    assert!((0..20).all(|_| told(&explorer, &word) == first));
}

/// A seat that was polled within another once, and is a task of its own now: nobody waits for it.
#[test]
fn a_seat_that_moved_out_is_no_wait_of_its_former_host() {
    let run = sim::run(|| async {
        let (_sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let mut inner = Box::pin(seat("inner", pending::<()>()));
        poll_fn(|cx| {
            assert!(inner.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        tokio::spawn(inner);
        let _never = receiver.await;
    });
    assert_eq!(stuck(&run)[0].waits, [], "main waits for its channel, and that is not known");
}

/// Who also waits for the clock goes on without the others: that is no cycle.
#[test]
fn a_wait_beside_the_clock_is_no_part_of_a_cycle() {
    let mut sim = Sim::default();
    sim.limits.quiet_ticks = 10;
    let run = sim.run(|| async {
        let lock = Lock::new(());
        let _held = lock.lock().await;
        loop {
            tokio::select! {
                biased;
                _ = lock.lock() => {}
                _ = sim::sleep(1) => {}
            }
        }
    });
    assert!(matches!(run.end, End::Horizon(_)));
    assert_eq!(run.end.wait_graph().cycle, []);
}

/// A seat that lost a select, and is kept: main does not wait for it any more, so there is no cycle.
#[test]
fn a_seat_that_is_kept_and_not_polled_closes_no_cycle() {
    let play = || async {
        let (_sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let lock = Lock::new(());
        let _held = lock.lock().await;
        let mut inner = Box::pin(seat("inner", lock.lock()));
        tokio::select! { biased; _ = &mut inner => {}, () = turn() => {} }
        let _never = receiver.await;
        drop(inner);
    };
    let replayed = explore::every(play).replay(&Word::default()).unwrap();
    for run in [sim::run(play), replayed] {
        assert_eq!(run.end.wait_graph().cycle, [], "{}", run.end);
        assert_eq!(stuck(&run)[0].waits, [], "{}", run.end);
    }
    let found = explore::every(play).judge(explore::finishes).unwrap();
    assert_eq!(found.outcomes[0].label, "deadlock", "who waits for whom is not sure before a probe");
}

/// A lock that is handed on while others wait: from then on they wait for its new holder.
#[test]
fn an_edge_is_as_old_as_the_younger_of_its_wait_and_its_hold() {
    let play = || async {
        let lock = Arc::new(Lock::new(()));
        let (first, a, b) = (lock.clone(), lock.clone(), lock);
        let first = spawn("first", async move {
            let _held = first.lock().await;
            turn().await;
        });
        let a = spawn("a", async move {
            let _held = a.lock().await;
            pending::<()>().await;
        });
        let b = spawn("b", async move { drop(b.lock().await) });
        first.await.and(a.await).and(b.await).unwrap();
    };
    let run = explore::every(play).replay(&"first a b first a".parse().unwrap()).unwrap();
    let graph = run.end.wait_graph();
    let edge = graph.edges.iter().find(|edge| edge.waiter == "b").unwrap();
    assert_eq!((edge.holder.as_ref().unwrap().as_str(), edge.since.step), ("a", 5), "{graph}");
}
