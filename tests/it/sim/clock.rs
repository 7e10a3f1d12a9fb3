//! The clock: what moves it, and who goes first when it has moved.

use async_kata::host::turn;
use async_kata::sim::{self, log, sleep};
use async_kata::tasks::{Task, spawn};
use std::time::Duration;

use super::story;

#[test]
fn equal_deadlines_fire_in_the_order_in_which_they_were_armed() {
    let run = sim::run(|| async {
        let sleepers: Vec<Task<()>> = (0..12)
            .map(|nth| {
                spawn(&format!("s{nth:02}"), async {
                    sleep(1).await;
                    log("awake");
                })
            })
            .collect();
        for sleeper in sleepers {
            sleeper.await.unwrap();
        }
    });
    let order = (0..12).map(|nth| format!("s{nth:02} awake")).collect::<Vec<_>>().join(", ");
    assert_eq!(run.trace.order(), order);
}

#[test]
fn a_sleep_of_zero_is_one_turn() {
    let run = sim::run(|| async {
        let other = spawn("other", async { log("ran") });
        sleep(0).await;
        log("back");
        other.await
    });
    assert_eq!(run.trace.order(), "other ran, main back");
    assert!(run.trace.story().all(|entry| entry.ms == 0));
}

/// tokio's own `yield_now` starves a task behind a chain of wakes; `turn` does not (facts: CPython's `sleep(0)`).
#[test]
fn turns_alternate_with_a_chain_of_wakes() {
    let run = sim::run(|| async {
        let ticker = spawn("t", async {
            for nth in 0..6 {
                log(nth);
                turn().await;
            }
        });
        let mut chain = spawn("c0", async {
            turn().await;
            turn().await;
            log("woken");
        });
        for nth in 1..4 {
            chain = spawn(&format!("c{nth}"), async move {
                chain.await.unwrap();
                log("woken");
            });
        }
        chain.await.unwrap();
        ticker.await.unwrap();
    });
    assert_eq!(
        run.trace.order(),
        "t 0, t 1, t 2, c0 woken, t 3, c1 woken, t 4, c2 woken, t 5, c3 woken",
        "CPython 3.13 with sleep(0) gives the same order"
    );
}

#[test]
fn a_blocking_call_moves_the_clock_and_nobody_else() {
    let run = sim::run(|| async {
        let ticker = spawn("ticker", async {
            sleep(5).await;
            log("tick");
        });
        turn().await;
        sim::block_for(Duration::from_millis(20));
        log("unblocked");
        ticker.await.unwrap();
    });
    assert_eq!(
        story(&run),
        [
            "0 main (started)",
            "0 ticker (started)",
            "20 main unblocked",
            "20 ticker tick",
            "20 ticker (ended)",
            "20 main (ended)"
        ]
    );
}

/// No overflow: what waits after that is beyond the horizon.
#[test]
fn to_block_for_ever_goes_beyond_the_horizon() {
    let run = sim::run(|| async {
        sim::block_for(Duration::MAX);
        sim::sleep(1).await;
    });
    assert_eq!(run.end.name(), "horizon");
    assert_eq!(run.trace.order(), "");
}
