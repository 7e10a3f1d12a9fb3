//! What a failure does to a group: of a child, of several, of the body, of a group inside.

use super::super::story::{end_of, said};
use super::{fails, gives};
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended, Failure, Group, GroupError, Why};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn failure<E>(task: &str, error: E) -> Failure<E> {
    Failure { task: Some(task.into()), why: Why::Error(error) }
}

/// `TestTaskGroup.test_taskgroup_04`
///
/// - a child's error cancels the other one, whose clean-up runs, and which does not get to its end;
/// - the group's error holds that one error, and nothing behind the group runs in the task that it ends.
#[test]
fn a_childs_error_cancels_the_other() {
    let run = sim::run(|| async {
        let mut sleeper = None;
        let group = tasks::group(async |g| {
            g.spawn("bad", fails(100, "ZeroDivisionError"));
            sleeper = Some(g.spawn("sleeper", async {
                tasks::on_cancel(async { log("is cancelled") });
                sleep(1000).await;
                log("unreachable");
                Ok(())
            }));
            Ok(())
        });
        let error = group.await.unwrap_err();
        assert_eq!(error.failures, [failure("bad", "ZeroDivisionError")]);
        sleeper.expect("the body has run").await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(said(&run), ["100 sleeper is cancelled"]);
}

/// `TestTaskGroup.test_cancel_children_on_child_error`
///
/// - several children fail in one moment: the sleeping child is cancelled, and the body, which still waits, too; both
///   clean up, and neither goes on;
/// - the group's error holds errors of that one kind (all three of them: none is lost).
#[test]
fn children_that_fail_together_cancel_child_and_body() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |g| {
                for name in ["first", "second", "third"] {
                    g.spawn(name, fails(100, "ZeroDivisionError"));
                }
                g.spawn("sleeper", async {
                    tasks::on_cancel(async { log("is cancelled") });
                    sleep(5000).await;
                    log("unreachable");
                    Ok(())
                });
                tasks::on_cancel(async { log("its body is cancelled") });
                sleep(10_000).await;
                log("unreachable");
                Ok(())
            })
            .await
        });
        runner.await.expect("the runner itself is not cancelled").map_err(|error| error.failures)
    });
    let failures = ["first", "second", "third"].map(|name| failure(name, "ZeroDivisionError"));
    assert_eq!(run.end, End::Done(Err(failures.into())));
    assert_eq!(said(&run), ["100 sleeper is cancelled", "100 runner its body is cancelled"]);
}

/// `TestTaskGroup.test_taskgroup_09`
///
/// - an error of the body, while children sleep, is in the group's error, and both children end as cancelled.
#[test]
fn the_bodys_error_cancels_the_children() {
    let run = sim::run(|| async {
        let mut children = None;
        let group = tasks::group(async |g| {
            children = Some((g.spawn("one", gives(1000, 42)), g.spawn("two", gives(2000, 11))));
            sleep(100).await;
            Err::<(), _>("ZeroDivisionError")
        });
        let error = group.await.unwrap_err();
        assert_eq!(error.failures, [Failure { task: None, why: Why::Error("ZeroDivisionError") }]);
        let (one, two) = children.expect("the body has run");
        (one.await, two.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!((end_of(&run, "one"), end_of(&run, "two")), ("cancelled at 100".into(), "cancelled at 100".into()));
}

/// `TestTaskGroup.test_taskgroup_10`
///
/// - the same when the body fails before any child has begun: both end as cancelled, and no time passes.
#[test]
fn the_bodys_error_cancels_children_that_have_not_begun() {
    let run = sim::run(|| async {
        let mut children = None;
        let group = tasks::group(async |g| {
            children = Some((g.spawn("one", gives(1000, 42)), g.spawn("two", gives(2000, 11))));
            Err::<(), _>("ZeroDivisionError")
        });
        let error = group.await.unwrap_err();
        assert_eq!(error.failures, [Failure { task: None, why: Why::Error("ZeroDivisionError") }]);
        let (one, two) = children.expect("the body has run");
        (one.await, two.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Err(Ended::Cancelled))));
    assert_eq!(end_of(&run, "main"), "ended at 0");
    assert_eq!(end_of(&run, "one"), "not in the story");
}

/// `TestTaskGroup.test_taskgroup_13`
///
/// - a child of the outer group fails while its body waits in an inner group: that one is cancelled, its child with it;
/// - the outer error holds the child's error alone, and nothing of the inner group.
#[test]
fn an_outer_failure_cancels_the_group_inside() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |outer| {
                outer.spawn("early", fails(100, "ValueError"));
                let inner = tasks::group(async |inner| {
                    inner.spawn("late", fails(10_000, "ValueError"));
                    Ok(())
                });
                inner.await.map_err(|_| "unreachable")
            })
            .await
        });
        runner.await.expect("the runner itself is not cancelled").map_err(|error| error.failures)
    });
    assert_eq!(run.end, End::Done(Err(vec![failure("early", "ValueError")])));
    assert_eq!(end_of(&run, "late"), "cancelled at 100");
    assert_eq!(end_of(&run, "runner"), "ended at 100");
}

/// An error that may be that of a group inside.
#[derive(Clone, Debug, PartialEq)]
enum Crash {
    Value,
    Inside(GroupError<&'static str>),
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// `TestTaskGroup.test_taskgroup_14`
///
/// - a child of the inner group fails: the inner group's error is the error of the outer body, and cancels the outer child;
/// - the outer error holds a group's error, and that one the child's.
#[test]
fn an_inner_failure_is_the_outer_bodys_error() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |outer| {
                outer.spawn("late", fails(10_000, Crash::Value));
                let inner = tasks::group(async |inner| {
                    inner.spawn("early", fails(100, "ValueError"));
                    Ok(())
                });
                inner.await.map_err(Crash::Inside)
            })
            .await
        });
        runner.await.expect("the runner itself is not cancelled").map_err(|error| error.failures)
    });
    let inside = Crash::Inside(GroupError { failures: vec![failure("early", "ValueError")] });
    assert_eq!(run.end, End::Done(Err(vec![Failure { task: None, why: Why::Error(inside) }])));
    assert_eq!(end_of(&run, "late"), "cancelled at 100");
}

type Weed = Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send>>;

/// Where one was, two grow.
fn weed(group: Group<&'static str>, grown: Arc<AtomicU32>) -> Weed {
    Box::pin(async move {
        grown.fetch_add(1, Relaxed);
        sleep(10).await;
        for _ in 0..2 {
            group.spawn("weed", weed(group.clone(), grown.clone()));
        }
        Ok(())
    })
}

/// `TestTaskGroup.test_taskgroup_25`
///
/// - a group whose children spawn ever more children comes to an end when one of them fails, with that one's error alone;
/// - by then there were at least ten of them (31 here, and nobody joined afterwards).
#[test]
fn a_failure_ends_a_group_that_grows_and_grows() {
    let run = sim::run(|| async {
        let grown = Arc::new(AtomicU32::new(0));
        let group = tasks::group(async |g| {
            g.spawn("weed", weed(g.clone(), grown.clone()));
            let seen = grown.clone();
            g.spawn("gardener", async move {
                while seen.load(Relaxed) < 10 {
                    sleep(15).await;
                }
                Err::<(), _>("ZeroDivisionError")
            });
            Ok(())
        });
        let error = group.await.unwrap_err();
        assert_eq!(error.failures, [failure("gardener", "ZeroDivisionError")]);
        assert_eq!(grown.load(Relaxed), 31);
        sleep(100).await;
        grown.load(Relaxed)
    });
    assert_eq!(run.end, End::Done(31));
}

/// `TestTaskGroup.test_taskgroup_no_create_task_after_failure`
///
/// - a group that has heard of a failure is closed: a child that cleans up cannot spawn another there (in asyncio that is
///   an error, here a task that has ended as cancelled and never ran);
/// - the group's error holds the first failure alone.
#[test]
fn nobody_joins_a_group_that_has_failed() {
    let run = sim::run(|| async {
        let group = tasks::group(async |g| {
            g.spawn("bad", fails(1, "ZeroDivisionError"));
            let inside = g.clone();
            g.spawn("sleeper", async move {
                tasks::on_cancel(async move {
                    assert!(inside.is_closed());
                    let refused = inside.spawn("refused", fails(1, "unreachable"));
                    assert_eq!(refused.await, Err(Ended::Cancelled));
                    log("was refused");
                });
                sleep(1000).await;
                Ok(())
            });
            Ok(())
        });
        group.await.map_err(|error| error.failures)
    });
    assert_eq!(run.end, End::Done(Err(vec![failure("bad", "ZeroDivisionError")])));
    assert_eq!(said(&run), ["1 sleeper was refused"]);
}

/// Where ours is another: in `test_taskgroup_19` what the body raises when it is cancelled joins the child's error.
#[test]
fn a_body_that_panics_when_it_is_cancelled_panics_through() {
    let run = sim::run(|| async {
        let runner = tasks::spawn("runner", async {
            tasks::group(async |g| {
                g.spawn("bad", fails(100, "ZeroDivisionError"));
                tasks::on_cancel(async { panic!("on its way out") });
                sleep(10_000).await;
                Ok(())
            })
            .await
        });
        runner.await
    });
    let panicked = Ended::Panicked { task: "runner".into(), message: "on its way out".into() };
    assert_eq!(run.end, End::Done(Err(panicked)));
    assert_eq!(end_of(&run, "runner"), "failed at 100");
}
