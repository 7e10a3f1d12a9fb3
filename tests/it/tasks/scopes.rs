//! Clean-ups that may await: which run, in which order, who waits for them, and what cuts them.

use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::{Ended, Task, on_cancel, spawn, timeout};
use std::future::pending;
use std::time::Duration;

/// Says something when it is dropped.
struct Bell(&'static str);
impl Drop for Bell {
    fn drop(&mut self) {
        log(self.0);
    }
}

/// A clean-up that takes 5 ms.
pub(super) async fn cleans(what: &'static str) {
    let _bell = Bell("clean-up dropped");
    log(format_args!("{what}..."));
    sleep(5).await;
    log(format_args!("{what}."));
}

pub(super) fn said<T>(run: &sim::Run<T>) -> String {
    let story = run.trace.story().filter(|entry| matches!(entry.what.kind(), "said" | "cancelled" | "failed"));
    story.map(|entry| format!("{} {} {}\n", entry.ms, entry.task, entry.what)).collect()
}

#[test]
fn what_was_registered_runs_last_in_first_out_after_the_body_is_dropped() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let _body = Bell("body dropped");
            on_cancel(cleans("first"));
            on_cancel(cleans("second"));
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        let ended = task.await;
        log("main goes on");
        ended
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(
        said(&run),
        "\
0 task body dropped
0 task second...
5 task second.
5 task clean-up dropped
5 task first...
10 task first.
10 task clean-up dropped
10 task (cancelled)
10 main main goes on
"
    );
}

/// Removing the wait for clean-ups makes this red.
#[test]
fn whoever_cancelled_waits_for_the_clean_up() {
    let run = sim::run(|| async {
        let late = timeout(Duration::from_millis(10), async |_| {
            on_cancel(cleans("closing"));
            pending::<()>().await;
        });
        assert!(late.await.is_err());
        log("timed out");
    });
    assert_eq!(said(&run), "10 main closing...\n15 main closing.\n15 main clean-up dropped\n15 main timed out\n");
}

#[test]
fn on_a_normal_end_they_are_discarded_unpolled() {
    let run = sim::run(|| async {
        let value = spawn("value", async {
            on_cancel(cleans("never"));
            7
        });
        let error = spawn("error", async {
            on_cancel(cleans("never"));
            Err::<(), _>("no")
        });
        let panic = spawn("panic", async {
            on_cancel(cleans("never"));
            panic!("boom");
        });
        let in_time = timeout(Duration::from_millis(10), async |_| {
            on_cancel(cleans("never"));
        });
        in_time.await.unwrap();
        sleep(20).await;
        let panicked: Result<(), Ended> = panic.await;
        (value.await, error.await, panicked.is_err())
    });
    assert_eq!(run.end, End::Done((Ok(7), Ok(Err("no")), true)));
    assert_eq!(run.trace.order(), "");
}

#[test]
fn before_its_first_turn_a_body_has_registered_nothing() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            on_cancel(cleans("never"));
            pending::<()>().await;
        });
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(run.trace.order(), "");
}

/// In asyncio the second `CancelledError` is raised in the `finally` that is at work; those outside it still run.
#[test]
fn a_second_cancel_drops_the_clean_up_at_work_and_no_other() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            on_cancel(cleans("outer"));
            on_cancel(async {
                on_cancel(cleans("of the inner one"));
                cleans("inner").await;
            });
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        sleep(2).await;
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(
        said(&run),
        "\
0 task inner...
2 task clean-up dropped
2 task of the inner one...
7 task of the inner one.
7 task clean-up dropped
7 task outer...
12 task outer.
12 task clean-up dropped
12 task (cancelled)
"
    );
}

#[test]
fn what_a_clean_up_registers_is_discarded_when_it_is_through() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            on_cancel(async {
                on_cancel(cleans("never"));
                log("through");
            });
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!(run.end, End::Done(Err(Ended::Cancelled)));
    assert_eq!(run.trace.order(), "task through");
}

#[test]
fn defused_it_does_not_run() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let first = on_cancel(async { log("first") });
            on_cancel(async { log("second") });
            first.defuse();
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!(run.trace.order(), "task second");
}

#[test]
fn a_destructor_may_register_while_the_scope_is_cancelled() {
    struct Connection;
    impl Drop for Connection {
        fn drop(&mut self) {
            on_cancel(cleans("closing"));
        }
    }
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let _connection = Connection;
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        let _ = task.await;
    });
    assert_eq!(run.trace.order(), "task closing..., task closing., task clean-up dropped");
}

#[test]
fn a_clean_up_that_panics_is_over_and_the_others_run() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            on_cancel(cleans("outer"));
            on_cancel(async { panic!("in the clean-up") });
            pending::<()>().await;
        });
        turn().await;
        task.cancel();
        task.await
    });
    let panicked = Ended::Panicked { task: "task".into(), message: "in the clean-up".into() };
    assert_eq!(run.end, End::Done(Err(panicked)));
    assert_eq!(run.trace.order(), "task outer..., task outer., task clean-up dropped");
}

/// The scope around is cancelled while an inner one runs, or cleans up: its clean-ups run in the outer one, before those.
#[test]
fn an_inner_scope_hands_its_clean_ups_to_the_outer_one() {
    let nested = |cancel_at| {
        let run = sim::run(move || async move {
            let task = spawn("task", async {
                on_cancel(async { log("outer") });
                let inner = timeout(Duration::from_millis(10), async |_| {
                    on_cancel(async { log("inner, first") });
                    on_cancel(cleans("inner, second"));
                    pending::<()>().await;
                });
                inner.await.unwrap();
            });
            sleep(cancel_at).await;
            task.cancel();
            assert_eq!(task.await, Err(Ended::Cancelled));
        });
        assert_eq!(run.end, End::Done(()));
        run.trace.order().replace("task ", "")
    };
    let whole = "inner, second..., inner, second., clean-up dropped, inner, first, outer";
    assert_eq!(nested(5), whole, "while it runs");
    let cut = "inner, second..., clean-up dropped, inner, first, outer";
    assert_eq!(nested(12), cut, "while it cleans up: the one at work is dropped");
}

#[test]
fn outside_any_scope_a_clean_up_is_discarded() {
    let run = sim::run(|| async {
        let clean_up = on_cancel(cleans("never"));
        assert_eq!(format!("{clean_up:?}"), "CleanUp { in_a_scope: false }");
        clean_up.defuse();
    });
    assert_eq!((run.end, run.trace.order()), (End::Done(()), String::new()));
}

/// Nobody waits for what is left over, so its clean-ups do not run.
#[test]
fn what_is_left_over_is_not_cancelled() {
    let run = sim::run(|| async {
        let task: Task<()> = spawn("task", async {
            on_cancel(cleans("never"));
            pending::<()>().await;
        });
        turn().await;
        drop(task);
    });
    assert_eq!(run.trace.order(), "");
}

/// A clean-up that was handed over is still the one that its handle names.
#[test]
fn defused_after_it_was_handed_over_it_does_not_run() {
    let run = sim::run(|| async {
        let task = spawn("task", async {
            let inner = timeout(Duration::from_secs(1), async |_| {
                let first = on_cancel(async { log("first") });
                on_cancel(async {
                    log("defuses it");
                    first.defuse();
                });
                pending::<()>().await;
            });
            inner.await.unwrap();
        });
        turn().await;
        task.cancel();
        task.await
    });
    assert_eq!(run.trace.order(), "task defuses it");
}
