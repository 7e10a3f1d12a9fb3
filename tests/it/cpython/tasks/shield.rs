//! Waits that leave alone what they wait for.

use super::super::story::{end_of, lines};
use super::gives;
use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::tasks::{self, Elapsed, Ended, Why, shield};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::oneshot;

/// `BaseTaskTests.test_shield_result`
/// `BaseTaskTests.test_shield_shortcut`
///
/// - through a shield comes the value: of a task that has yet to end, and of one that has ended.
#[test]
fn the_value_comes_through_a_shield() {
    let run = sim::run(|| async {
        let mut later = tasks::spawn("later", gives(10, 42));
        let mut before = tasks::spawn("before", async { 42 });
        turn().await;
        assert!(before.is_finished() && !later.is_finished());
        (shield(&mut before).await, shield(&mut later).await)
    });
    assert_eq!(run.end, End::Done((Ok(42), Ok(42))));
}

/// `BaseTaskTests.test_shield_exception`
///
/// - through a shield comes the failure: an error, and a panic.
#[test]
fn the_failure_comes_through_a_shield() {
    let run = sim::run(|| async {
        let mut errs = tasks::spawn_fallible("errs", gives(10, Err::<u32, _>("expected")));
        let mut panics = tasks::spawn("panics", async { panic!("expected") });
        let panicked: Result<(), _> = shield(&mut panics).await;
        (shield(&mut errs).await, panicked)
    });
    let panicked = Ended::Panicked { task: "panics".into(), message: "expected".into() };
    assert_eq!(run.end, End::Done((Ok(Err("expected")), Err(panicked))));
}

/// `BaseTaskTests.test_shield_cancel_inner`
///
/// - the task behind the shield is cancelled: so is the wait's result.
#[test]
fn the_cancel_of_the_task_comes_through_a_shield() {
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel::<()>();
        let mut inner = tasks::spawn("inner", receiver);
        turn().await;
        inner.cancel(); // a request: the wait below begins before it is heard
        assert!(!inner.is_finished());
        let outer = shield(&mut inner).await;
        assert!(inner.is_finished() && sender.is_closed());
        outer.map(drop)
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
}

/// `BaseTaskTests.test_shield_cancel_outer`
/// `BaseTaskTests.test_shield_effect`
///
/// - whoever waits behind a shield is cancelled: he ends as cancelled, and does not go on;
/// - the task is left alone, and comes to its end when what it waits for has come. Nobody listens to it any more.
#[test]
fn a_shield_keeps_the_cancel_from_the_task() {
    let run = sim::run(|| async {
        let (sender, receiver) = oneshot::channel();
        let outer = tasks::spawn("outer", async {
            let mut inner = tasks::spawn("inner", async {
                receiver.await.expect("it is sent");
                log("goes on");
            });
            let _ = shield(&mut inner).await;
            log("unreachable");
        });
        turn().await;
        turn().await;
        outer.cancel();
        let ended = outer.await;
        sender.send(()).expect("inner waits");
        turn().await;
        ended
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    let end = ["0 outer (cancelled)", "0 inner goes on", "0 inner (ended)", "0 main (ended)"];
    assert_eq!(lines(&run)[3..], end);
}

/// `BaseTaskTests.test_shield_gather`
///
/// - a gathering behind a shield outlives the cancel of whoever waits for it: when both children have ended, their values
///   are there, in order. (Here a gathering is shielded by a wait by reference, and the scope that is cancelled is that of a
///   deadline.)
#[test]
fn a_gathering_can_be_shielded() {
    let run = sim::run(|| async {
        let child = |name: &str, value: u32| tasks::spawn_fallible(name, gives(20, Ok::<_, Infallible>(value)));
        let mut parent = tasks::gather([child("one", 1), child("two", 2)]);
        let outer = tasks::wait_for(Duration::from_millis(10), &mut parent).await;
        assert_eq!(outer, Err(Elapsed));
        parent.await
    });
    assert_eq!(run.end, End::Done(Ok(vec![1, 2])));
    assert_eq!((end_of(&run, "one"), end_of(&run, "two")), ("ended at 20".into(), "ended at 20".into()));
}

/// `BaseTaskTests.test_gather_shield`
///
/// - a gathering of waits behind shields is cancelled: those waits are cancelled, and the tasks behind them are left alone
///   and come to their ends.
#[test]
fn shields_in_a_gathering_keep_the_cancel_from_the_tasks() {
    let run = sim::run(|| async {
        let (senders, inner): (Vec<_>, Vec<_>) = ["one", "two"]
            .map(|name| {
                let (sender, receiver) = oneshot::channel::<u32>();
                let mut child = tasks::spawn(name, async { receiver.await.unwrap_or(0) });
                let waits = async move { Ok::<_, Infallible>(shield(&mut child).await) };
                (sender, tasks::spawn_fallible(&format!("waits for {name}"), waits))
            })
            .into_iter()
            .unzip();
        let parent = tasks::spawn("parent", tasks::gather(inner));
        turn().await;
        turn().await;
        parent.cancel();
        let ended = parent.await.map_err(|ended| ended == Ended::Cancelled).is_err_and(|cancelled| cancelled);
        for (value, sender) in (1..).zip(senders) {
            sender.send(value).expect("the child waits");
        }
        turn().await;
        ended
    });
    assert_eq!(run.end, End::Done(true));
    for (task, end) in
        [("waits for one", "cancelled"), ("waits for two", "cancelled"), ("one", "ended"), ("two", "ended")]
    {
        assert_eq!(end_of(&run, task), format!("{end} at 0"), "{task}");
    }
}

/// The failure of a gathering behind a shield comes through, too: what `gather` says of a cancelled child.
#[test]
fn a_shielded_gathering_tells_its_failure() {
    let run = sim::run(|| async {
        let child = tasks::spawn_fallible("child", gives(20, Ok::<u32, Infallible>(1)));
        child.cancel();
        let mut parent = tasks::gather([child]);
        (&mut parent).await.map_err(|failure| failure.why)
    });
    assert_eq!(run.end, End::Done(Err(Why::Cancelled)));
}
