//! One of two fails: a gather lets the other go on, a group cancels it and waits.
//!
//! `writer` writes an order down, in four steps; `bank` refuses the payment in its second. Whoever waits for both rolls the
//! order back when he hears of that.
//!
//! Under a gather he hears of it at once, and nobody has told `writer`: it goes on, and writes after the roll-back. Whether it
//! does is a matter of the order: in 6 of 21 it has written before the bank refuses, and then all is well.
//!
//! Under a group he hears of it when all children have ended. `writer` is cancelled where it stands, and what is rolled back
//! stays so, in every order. That is the cure where tasks belong together; a gather is right where each result counts for
//! itself.
//!
//! tokio's `try_join!` is neither: it polls both in one task and *drops* the other at the first error, there and then.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "errors/gather-vs-task-group",
    source: include_str!("gather_vs_task_group.rs"),
    covers: &["K2", "K3", "L2"],
    plays: &[
        Play {
            name: "naive",
            claim: "A gather: the error comes at once, and the writer, whom nobody stops, writes after the roll-back.",
            order: "bank refuses, main rolls back: no money, writer wrote",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 15, of: 21 },
        },
        Play {
            name: "fixed",
            claim: "A group: the writer is cancelled, and has ended before the roll-back begins.",
            order: "bank refuses, main rolls back: no money",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 21 },
        },
        Play {
            name: "tokio",
            claim: "try_join!: both run inside main, and the writer is dropped in the poll in which the bank refuses.",
            order: "main refuses, main rolls back: no money",
            ends: "done",
            run: || Box::pin(tokio()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 1 },
        },
    ],
    twin: Some(include_str!("gather_vs_task_group.py")),
    differs: &[],
};

async fn naive() -> Verdict {
    let order = Arc::default();
    let both = [spawn_fallible("bank", bank()), spawn_fallible("writer", writer(Arc::clone(&order)))];
    let paid = gather(both).await;
    judge(paid.map(drop).map_err(|failure| failure.why), order).await
}

async fn fixed() -> Verdict {
    let order = Arc::default();
    let both = async |g: Group<&'static str>| {
        g.spawn("bank", bank());
        g.spawn("writer", writer(Arc::clone(&order)));
        Ok(())
    };
    let paid = group(both).await;
    judge(paid.map_err(|mut error| error.failures.remove(0).why), order).await
}

async fn tokio() -> Verdict {
    let order = Arc::default();
    let paid = tokio::try_join!(biased; bank(), writer(Arc::clone(&order)));
    judge(paid.map(drop).map_err(Why::Error), order).await
}

async fn bank() -> Result<(), &'static str> {
    turn().await;
    log("refuses");
    Err("no money")
}

async fn writer(order: Arc<AtomicU32>) -> Result<(), &'static str> {
    for _ in 0..4 {
        turn().await;
    }
    order.store(1, Relaxed);
    log("wrote");
    Ok(())
}

/// Rolls back what has been written, and looks again when everybody is through.
async fn judge(paid: Result<(), Why<&str>>, order: Arc<AtomicU32>) -> Verdict {
    if let Err(Why::Error(error)) = paid {
        log(format_args!("rolls back: {error}"));
        order.store(0, Relaxed);
    }
    sleep(1).await;
    if order.load(Relaxed) == 0 { Ok("rolled back".into()) } else { Err("an order without a payment".into()) }
}
