//! Seats: transparent outside a run, gated inside one, under any spawner.

use async_kata::explore;
use async_kata::host::{seat, turn};
use async_kata::sim::{self, log};
use std::future::{pending, poll_fn};
use std::task::Poll;
use tokio_test::task::spawn as by_hand;
use tokio_test::{assert_pending, assert_ready_eq};

#[test]
fn outside_a_run_a_seat_is_the_future_itself() {
    let mut seated = by_hand(seat("nobody sees this", async {
        turn().await;
        7
    }));
    assert_pending!(seated.poll());
    assert!(seated.is_woken());
    assert_ready_eq!(seated.poll(), 7);
}

#[test]
fn a_seat_in_another_seats_poll_speaks_for_itself_and_is_no_choice() {
    let play = || async {
        let inner = seat("inner", async {
            log("one");
            turn().await;
            log("two");
        });
        inner.await;
    };
    let run = sim::run(play);
    assert_eq!(run.trace.order(), "inner one, inner two");
    let found = explore::every(play).main_competes(true).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(found.schedules, 1, "inner runs when main does");
}

#[test]
fn a_seat_that_is_dropped_half_way_is_cancelled() {
    let run = sim::run(|| async {
        let mut half = Box::pin(seat("half", async {
            log("begins");
            pending::<()>().await;
        }));
        poll_fn(|cx| {
            assert!(half.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(half);
        log("goes on");
    });
    assert_eq!(run.aborts, 0, "whose owner dropped it was dropped on a turn");
    assert_eq!(
        format!("\n{}", run.trace.table()),
        "
ms  main       half
 0  (started)  ·
 0  ·          (started)
 0  ·          begins
 0  ·          (cancelled)
 0  goes on    ·
 0  (ended)    ·
"
    );
}

#[test]
fn seats_under_a_join_set_are_gated() {
    let play = || async {
        let mut set = tokio::task::JoinSet::new();
        for name in ["a", "b"] {
            set.spawn(seat(name, async move {
                turn().await;
                name
            }));
        }
        let mut order = String::new();
        while let Some(name) = set.join_next().await {
            order += name.unwrap();
        }
        order
    };
    let found = explore::every(play).judge(|run| Ok(format!("{:?}", run.end))).unwrap();
    assert_eq!((found.schedules, found.outcomes.len()), (6, 2), "ab and ba");
}

/// A future may keep the waker of its last poll and ask whether it still wakes the same task: a seat must not hide that.
#[test]
fn a_seats_waker_stays_the_same_from_poll_to_poll() {
    let run = sim::run(|| async {
        let mut before: Option<std::task::Waker> = None;
        for _ in 0..3 {
            turn().await;
            poll_fn(|cx| {
                if let Some(before) = &before {
                    assert!(before.will_wake(cx.waker()));
                }
                before = Some(cx.waker().clone());
                Poll::Ready(())
            })
            .await;
        }
    });
    assert_eq!(run.end, sim::End::Done(()));
}
