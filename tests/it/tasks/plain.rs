//! A plain run's order, which takes CPython's turns, is one of those that an exploration finds without them.

use async_kata::explore;
use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::tasks::{
    Until, as_completed, gather, gather_all, group, on_cancel, shield, spawn, spawn_fallible, to_thread, wait,
};
use std::future::{Future, pending};
use std::pin::Pin;

type Play = fn() -> Pin<Box<dyn Future<Output = ()> + Send>>;

async fn says(name: &'static str, turns: usize) -> Result<(), String> {
    for nth in 0..turns {
        log(nth);
        turn().await;
    }
    log("ends");
    if name == "bad" { Err("no".into()) } else { Ok(()) }
}

/// Each waits for two tasks in its own way, while a third says when it has its turns.
const PLAYS: &[(&str, Play)] = &[
    ("gather", || {
        Box::pin(async {
            let _ = gather(["bad", "b"].map(|name| spawn_fallible(name, says(name, 1)))).await;
            log("goes on");
        })
    }),
    ("gather_all", || {
        Box::pin(async {
            gather_all(["a", "b"].map(|name| spawn(name, says(name, 1)))).await;
            log("goes on");
        })
    }),
    ("group", || {
        Box::pin(async {
            let whole = group(async |g| {
                g.spawn("bad", says("bad", 1));
                g.spawn("b", async {
                    on_cancel(async { log("cleans up") });
                    pending::<Result<(), String>>().await
                });
                Ok(())
            });
            let _ = whole.await;
            log("goes on");
        })
    }),
    ("wait", || {
        Box::pin(async {
            let tasks = [("a", 1), ("b", 2)].map(|(name, turns)| spawn(name, says(name, turns)));
            let left = wait(tasks, Until::FirstCompleted).await.pending;
            log(format_args!("goes on, {} is left", left.len()));
        })
    }),
    ("as_completed", || {
        Box::pin(async {
            let mut done = as_completed([("a", 2), ("b", 1)].map(|(name, turns)| spawn(name, says(name, turns))));
            while let Some(task) = done.next().await {
                log(task.name());
            }
        })
    }),
    ("shield", || {
        Box::pin(async {
            shield(&mut spawn("a", says("a", 1))).await.unwrap().unwrap();
            log("goes on");
        })
    }),
    ("to_thread", || {
        Box::pin(async {
            to_thread(|| log("in the thread")).await.unwrap();
            log("goes on");
        })
    }),
];

#[test]
fn a_plain_order_is_among_the_explored_ones() {
    for (name, play) in PLAYS {
        let whole = move || async move {
            let third = spawn("third", says("third", 2));
            let waits = spawn("waits", play());
            waits.await.unwrap();
            third.await.unwrap().unwrap();
        };
        let run = sim::run(whole);
        assert_eq!(run.end, End::Done(()), "{name}");
        let plain = run.trace.order();
        let found = explore::every(whole).judge(|run| Ok(run.trace.order())).unwrap();
        assert!(found.complete, "{name}: {} schedules", found.schedules);
        let orders: Vec<&str> = found.outcomes.iter().map(|found| found.label.as_str()).collect();
        assert!(orders.len() > 1, "{name}: there is a choice");
        assert!(orders.contains(&plain.as_str()), "{name}: {plain}\nis none of {}", orders.len());
    }
}
