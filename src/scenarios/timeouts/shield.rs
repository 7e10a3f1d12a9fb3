//! A shield: the caller stops waiting, the work goes on.
//!
//! `save` takes 20 ms, and its caller waits 10. Awaited by value the task belongs to whoever waits, and the deadline cancels
//! it. Behind a shield it does not: the caller is late, says so, and comes back later for the result.
//!
//! A shield is no fire-and-forget. Somebody must still wait for the task in the end, or an early exit of main cuts it.
//!
//! In Rust a shield is a wait by reference, `(&mut task).await`, under another name; asyncio needs a function for it, because
//! there every `await task` cancels through.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "timeouts/shield",
    source: include_str!("shield.rs"),
    covers: &["M8"],
    plays: &[
        Play {
            name: "naive",
            claim: "The deadline cancels the task that is waited for: it never saves.",
            order: "save begins, main is late, main found nothing",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 1, of: 1 },
        },
        Play {
            name: "fixed",
            claim: "Behind a shield it goes on, and its result is there when main comes back for it.",
            order: "save begins, main is late, save saved, main found 7",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 1 },
        },
    ],
    twin: Some(include_str!("shield.py")),
    differs: &[],
};

const PATIENCE: Duration = Duration::from_millis(10);

async fn naive() -> Verdict {
    let task = spawn("save", save());
    if wait_for(PATIENCE, task).await.is_err() {
        log("is late");
    }
    sleep(20).await;
    log("found nothing");
    Err("it was never saved".into())
}

async fn fixed() -> Verdict {
    let mut task = spawn("save", save());
    if wait_for(PATIENCE, shield(&mut task)).await.is_err() {
        log("is late");
    }
    let found = task.await.map_err(|ended| ended.to_string())?;
    log(format_args!("found {found}"));
    Ok("saved".into())
}

async fn save() -> u32 {
    log("begins");
    sleep(20).await;
    log("saved");
    7
}
