//! A deadlock: two tasks take two locks, in opposite order.
//!
//! `a` takes the lock of the account and then that of the log; `b` takes them the other way round. Between the two each waits
//! for something, and the other comes in. Now `a` holds the account and waits for the log, `b` holds the log and waits for the
//! account, and neither will ever let go. Nothing fails and nothing is printed: the program stands.
//!
//! It stands in 4 of 6 orders only: where one task takes both locks before the other takes its first, all is well. So it
//! passes every test until the day on which the two meet.
//!
//! The cure is one order. Who takes the account first, always, waits for it before he holds anything.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "pitfalls/abba-deadlock",
    source: include_str!("abba_deadlock.rs"),
    covers: &["P10"],
    plays: &[
        Play {
            name: "naive",
            claim: "Each holds one lock and waits for the other's: nobody will ever go on.",
            order: "a took account, b took log",
            ends: "deadlock",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 4, of: 6 },
        },
        Play {
            name: "fixed",
            claim: "Both take the account first: the second waits for it with empty hands.",
            order: "a took account, a took log, b took account, b took log, main both are through",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 4 },
        },
    ],
    twin: Some(include_str!("abba_deadlock.py")),
    differs: &[],
};

type Shared = (&'static str, Arc<Lock<()>>);

async fn naive() -> Verdict {
    let (account, log) = (("account", Arc::default()), ("log", Arc::default()));
    let a = spawn("a", takes(account.clone(), log.clone()));
    let b = spawn("b", takes(log, account));
    judge(a.await, b.await)
}

async fn fixed() -> Verdict {
    let (account, log) = (("account", Arc::default()), ("log", Arc::default()));
    let a = spawn("a", takes(account.clone(), log.clone()));
    let b = spawn("b", takes(account, log));
    judge(a.await, b.await)
}

async fn takes(first: Shared, second: Shared) {
    let _first = first.1.lock().await;
    log(format_args!("took {}", first.0));
    turn().await; // a query, say
    let _second = second.1.lock().await;
    log(format_args!("took {}", second.0));
}

fn judge(a: Result<(), Ended>, b: Result<(), Ended>) -> Verdict {
    a.and(b).map_err(|ended| ended.to_string())?;
    log("both are through");
    Ok("both finished".into())
}
