//! What happens to a group when the task that runs it is cancelled.

use super::super::story::{end_of, lines};
use super::gives;
use async_kata::sim::{self, End, sleep};
use async_kata::tasks::{self, Ended, Group};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// Adds `share` if the scope that runs this is cancelled.
fn counts(count: &Arc<AtomicU32>, share: u32) {
    let count = count.clone();
    tasks::on_cancel(async move {
        count.fetch_add(share, Relaxed);
    });
}

fn spawn_five(group: &Group<&'static str>, count: &Arc<AtomicU32>) {
    for _ in 0..5 {
        let count = count.clone();
        group.spawn("child", async move {
            counts(&count, 1);
            sleep(5000).await;
            Ok(())
        });
    }
}

/// `TestTaskGroup.test_cancellation`
///
/// - the task that waits for its group's children is cancelled: each of the five is cancelled and cleans up;
/// - the task ends as cancelled, when they have.
#[test]
fn a_cancelled_group_that_waits_cancels_its_children() {
    let run = sim::run(|| async {
        let count = Arc::new(AtomicU32::new(0));
        let inside = count.clone();
        let runner = tasks::spawn("runner", async move {
            tasks::group(async |g| {
                spawn_five(&g, &inside);
                Ok(())
            })
            .await
        });
        sleep(100).await;
        assert!(!runner.is_finished());
        runner.cancel();
        (runner.await, count.load(Relaxed))
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), 5)));
    assert_eq!(end_of(&run, "runner"), "cancelled at 100");
}

/// `TestTaskGroup.test_taskgroup_07`
///
/// - the same while the group's body still waits: it cleans up, too.
#[test]
fn a_cancelled_group_cancels_its_body_and_its_children() {
    let run = sim::run(|| async {
        let count = Arc::new(AtomicU32::new(0));
        let inside = count.clone();
        let runner = tasks::spawn("runner", async move {
            tasks::group(async |g| {
                spawn_five(&g, &inside);
                counts(&inside, 10);
                sleep(10_000).await;
                Ok(())
            })
            .await
        });
        sleep(100).await;
        assert!(!runner.is_finished());
        runner.cancel();
        (runner.await, count.load(Relaxed))
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), 15)));
    assert_eq!(end_of(&run, "runner"), "cancelled at 100");
}

/// `TestTaskGroup.test_taskgroup_17`
///
/// - the same in a group without children: the body cleans up, and the task ends as cancelled.
#[test]
fn a_cancelled_group_without_children_cancels_its_body() {
    let run = sim::run(|| async {
        let count = Arc::new(AtomicU32::new(0));
        let inside = count.clone();
        let runner = tasks::spawn("runner", async move {
            tasks::group(async |_: Group<&str>| {
                counts(&inside, 10);
                sleep(10_000).await;
                Ok(())
            })
            .await
        });
        sleep(100).await;
        assert!(!runner.is_finished());
        runner.cancel();
        (runner.await, count.load(Relaxed))
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), 10)));
}

/// `TestTaskGroup.test_taskgroup_22`
///
/// - a task that waits for its group's children is cancelled: it ends as cancelled (and so do they, at that moment).
#[test]
fn a_cancelled_group_ends_as_cancelled() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |g| {
                g.spawn("one", gives(1000, 42));
                g.spawn("two", gives(2000, 11));
                Ok(())
            })
            .await
        });
        sleep(50).await;
        runner.cancel();
        runner.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    for task in ["one", "two", "runner"] {
        assert_eq!(end_of(&run, task), "cancelled at 50");
    }
}

/// Where ours is another: in `test_taskgroup_08` the children's exceptions take the place of the cancel.
#[test]
fn what_children_fail_with_when_their_group_is_cancelled_is_in_the_story_alone() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |g| {
                g.spawn("child", async {
                    tasks::on_cancel(async { panic!("ZeroDivisionError") });
                    sleep(10_000).await;
                    Ok::<_, &str>(())
                });
                sleep(10_000).await;
                Ok(())
            })
            .await
        });
        sleep(100).await;
        runner.cancel();
        runner.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    let end = ["child (failed: ZeroDivisionError)", "runner (cancelled)", "main (ended)"];
    assert_eq!(lines(&run)[3..], end.map(|line| format!("100 {line}")));
}
