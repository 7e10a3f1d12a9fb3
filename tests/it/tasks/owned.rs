//! What a cancelled scope owned is gone before the scope is.

use super::scopes::{cleans, said};
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{Ended, on_cancel, spawn, wait_for};
use std::future::pending;
use std::time::Duration;

/// The clean-ups of what a cancelled task owned come before its own: inner first, as exceptions unwind.
#[test]
fn a_cancelled_task_waits_for_the_task_that_it_awaited() {
    let run = sim::run(|| async {
        let outer = spawn("outer", async {
            on_cancel(async { log("outer cleans up") });
            let inner = spawn("inner", async {
                on_cancel(cleans("inner"));
                pending::<()>().await;
            });
            inner.await.unwrap();
        });
        sleep(1).await;
        outer.cancel();
        outer.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(
        said(&run),
        "\
1 inner inner...
6 inner inner.
6 inner clean-up dropped
6 inner (cancelled)
6 outer outer cleans up
6 outer (cancelled)
"
    );
}

/// ... and a second cancel goes through to it, too.
#[test]
fn a_second_cancel_goes_through_to_the_task_that_is_waited_for() {
    let run = sim::run(|| async {
        let outer = spawn("outer", async {
            let inner = spawn("inner", async {
                on_cancel(cleans("inner"));
                pending::<()>().await;
            });
            inner.await.unwrap();
        });
        sleep(1).await;
        outer.cancel();
        sleep(2).await;
        outer.cancel();
        outer.await
    });
    let expected = "1 inner inner...\n3 inner clean-up dropped\n3 inner (cancelled)\n3 outer (cancelled)\n";
    assert_eq!(said(&run), expected);
}

#[test]
fn wait_for_waits_for_the_end_of_the_task_that_it_cancelled() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            on_cancel(cleans("task"));
            pending::<()>().await;
        });
        assert!(wait_for(Duration::from_millis(10), task).await.is_err());
        log("timed out");
    });
    assert_eq!(said(&run).lines().last(), Some("15 main timed out"));
}
