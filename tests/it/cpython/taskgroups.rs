//! The cases of CPython's `TaskGroup`, for `tasks::group`: who may join, how long it waits, what each child's end means.

mod cancelled;
mod failed;

use super::story::{end_of, said};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{self, Ended, Group};
use std::fmt::Display;
use std::sync::Arc;

/// A job that succeeds.
async fn gives(ms: u64, value: u32) -> Result<u32, &'static str> {
    sleep(ms).await;
    Ok(value)
}

/// A job that fails.
async fn fails<E: Display>(ms: u64, error: E) -> Result<(), E> {
    sleep(ms).await;
    Err(error)
}

/// `TestTaskGroup.test_taskgroup_01`
///
/// - the group is over when the last of its children is, and not before;
/// - after it each child's own result is there.
#[test]
fn a_group_waits_for_all_its_children() {
    let run = sim::run(|| async {
        let group =
            tasks::group(async |g| Ok::<_, &str>((g.spawn("one", gives(100, 42)), g.spawn("two", gives(200, 11)))));
        let (one, two) = group.await.expect("nobody fails");
        log("goes on");
        assert!(one.is_finished() && two.is_finished());
        (one.await, two.await)
    });
    assert_eq!(run.end, End::Done((Ok(42), Ok(11))));
    assert_eq!(said(&run), ["200 main goes on"]);
}

/// `TestTaskGroup.test_taskgroup_02`
///
/// - the body may wait between two children: the first runs meanwhile;
/// - the group waits for the one that came later, too, and both results are there.
#[test]
fn a_child_may_join_when_another_has_ended() {
    let run = sim::run(|| async {
        let group = tasks::group(async |g| {
            let one = g.spawn("one", gives(100, 42));
            sleep(150).await;
            assert!(one.is_finished());
            Ok::<_, &str>((one, g.spawn("two", gives(200, 11))))
        });
        let (one, two) = group.await.expect("nobody fails");
        log("goes on");
        (one.await, two.await)
    });
    assert_eq!(run.end, End::Done((Ok(42), Ok(11))));
    assert_eq!(said(&run), ["350 main goes on"]);
}

/// `TestTaskGroup.test_taskgroup_03`
///
/// - a child that is cancelled by itself is no failure: the body goes on, and may spawn another;
/// - the group waits for that one; the first has ended as cancelled, the second has its result.
#[test]
fn a_child_that_is_cancelled_alone_fails_nobody() {
    let run = sim::run(|| async {
        let group = tasks::group(async |g| {
            let one = g.spawn("one", gives(1000, 42));
            sleep(150).await;
            one.cancel();
            Ok::<_, &str>((one, g.spawn("two", gives(200, 11))))
        });
        let (one, two) = group.await.expect("nobody fails");
        log("goes on");
        (one.await, two.await)
    });
    assert_eq!(run.end, End::Done((Err(Ended::Cancelled), Ok(11))));
    assert_eq!(end_of(&run, "one"), "cancelled at 150");
    assert_eq!(said(&run), ["350 main goes on"]);
}

/// `TestTaskGroup.test_taskgroup_23`
///
/// - a group that runs for long forgets the children that have ended: with one of 300 ms spawned every 100 ms it knows of
///   fewer than five at a time (of three, in fact), and of none when all have ended.
#[test]
fn a_group_forgets_the_children_that_have_ended() {
    let run = sim::run(|| async {
        let job = async || {
            sleep(300).await;
            Ok::<_, &str>(())
        };
        tasks::group(async |g| {
            for count in 0..10 {
                sleep(100).await;
                g.spawn("job", job());
                if count == 5 {
                    log(format_args!("{g:?}"));
                }
            }
            sleep(1350).await;
            log(format_args!("{g:?}"));
            Ok(())
        })
        .await
    });
    assert_eq!(run.end, End::Done(Ok(())));
    let open = |ms: u64, children: u32| format!("{ms} main Group {{ children: {children}, is_closed: false }}");
    assert_eq!(said(&run), [open(600, 3), open(2350, 0)]);
}

/// `TestTaskGroup.test_taskgroup_24`
///
/// - a child may spawn brothers and sisters when the body has long returned;
/// - the group waits for them all the same, and fails with nothing.
#[test]
fn a_child_may_spawn_children_when_the_body_is_over() {
    let run = sim::run(|| async {
        let group = tasks::group(async |g| {
            let inside = g.clone();
            g.spawn("elder", async move {
                sleep(100).await;
                inside.spawn("early", gives(100, 1));
                inside.spawn("late", gives(200, 2));
                Ok(())
            });
            Ok::<_, &str>(())
        });
        let ended = group.await;
        log("goes on");
        ended
    });
    assert_eq!(run.end, End::Done(Ok(())));
    assert_eq!((end_of(&run, "early"), end_of(&run, "late")), ("ended at 200".into(), "ended at 300".into()));
    assert_eq!(said(&run), ["300 main goes on"]);
}

/// `TestTaskGroup.test_taskgroup_task_name`
///
/// - a child has the name that it was given.
#[test]
fn a_child_has_the_name_it_was_given() {
    let run = sim::run(|| async {
        tasks::group(async |g| {
            let child = g.spawn("a name", async {
                turn().await;
                Ok(())
            });
            Ok::<_, &str>(child.name().to_string())
        })
        .await
    });
    assert_eq!(run.end, End::Done(Ok("a name".into())));
    assert_eq!(end_of(&run, "a name"), "ended at 0");
}

/// `TestTaskGroup.test_taskgroup_finished`
/// `TestTaskGroup.test_coro_closed_when_tg_closed`
///
/// - nobody can join a group that is over (in asyncio that is an error, here a task that has ended as cancelled);
/// - what should have run there is disposed of at once, and never runs.
#[test]
fn nobody_joins_a_group_that_is_over() {
    let run = sim::run(|| async {
        let mut kept: Option<Group<&str>> = None;
        let ended = tasks::group(async |g| {
            kept = Some(g);
            Ok(())
        });
        assert_eq!(ended.await, Ok(()));
        let group = kept.expect("the body has run");
        assert!(group.is_closed());
        let owned = Arc::new(());
        let inside = owned.clone();
        let refused = group.spawn("refused", async move {
            let _inside = inside;
            log("unreachable");
            Ok(())
        });
        assert_eq!(Arc::strong_count(&owned), 1, "the body that is refused is dropped at once");
        assert!(refused.is_finished());
        sleep(10).await;
        refused.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(end_of(&run, "refused"), "not in the story");
}
