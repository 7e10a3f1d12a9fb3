//! A timeout is a cancel: what was half done when the time was up stays half done.
//!
//! A transfer takes 10 from one account, waits 20 ms for the other bank, and gives 10 to the other. `wait_for` waits 10 ms.
//! Then it does not only stop waiting: it cancels the transfer, between the two steps, and 10 are gone. When the inner work is
//! a gather, all that it has not finished is cancelled with it.
//!
//! The cure is a clean-up, which puts back what was taken, when and only when the transfer is cancelled. Whoever waits with a
//! deadline waits for that, too, and is later than his deadline. (The other cure, a shield, is `timeouts/shield`.)
//!
//! The clock decides all of this: there is one order only, and an exploration says "1 of 1". In the play `gathered` two tasks
//! begin at the same moment, so there are two orders, and both fail.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "timeouts/wait-for-cancels",
    source: include_str!("wait_for_cancels.rs"),
    covers: &["M1", "M3", "M7"],
    plays: &[
        Play {
            name: "naive",
            claim: "The transfer is cancelled between its two steps: 10 have been taken, and nobody gets them.",
            order: "transfer took 10, main is late, main has 90 in all",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 1, of: 1 },
        },
        Play {
            name: "gathered",
            claim: "Two transfers in a gather: the quick one is through, the other is cancelled with the gather.",
            order: "quick took 10, slow took 10, quick gave 10, main is late, main has 90 in all",
            ends: "done",
            run: || Box::pin(gathered()),
            main: Main::Watches,
            expect: Expect { failing: 2, of: 2 },
        },
        Play {
            name: "fixed",
            claim: "A clean-up puts back what was taken, and the caller waits for it: 5 ms longer than its deadline.",
            order: "transfer took 10, transfer puts back 10, main is late, main has 100 in all",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 1 },
        },
    ],
    twin: Some(include_str!("wait_for_cancels.py")),
    differs: &[],
};

const PATIENCE: Duration = Duration::from_millis(10);

async fn naive() -> Verdict {
    let bank = Arc::new(AtomicU32::new(100));
    let late = wait_for(PATIENCE, spawn("transfer", transfer(bank.clone(), 20))).await;
    judge(late.is_err(), &bank)
}

async fn gathered() -> Verdict {
    let bank = Arc::new(AtomicU32::new(100));
    let both = [("quick", 5), ("slow", 20)].map(|(name, ms)| spawn(name, transfer(bank.clone(), ms)));
    let late = wait_for(PATIENCE, gather_all(both)).await;
    judge(late.is_err(), &bank)
}

async fn fixed() -> Verdict {
    let bank = Arc::new(AtomicU32::new(100));
    let of_task = bank.clone();
    let careful = async move {
        let back = of_task.clone();
        on_cancel(async move {
            sleep(5).await;
            back.fetch_add(10, Relaxed);
            log("puts back 10");
        });
        transfer(of_task, 20).await;
    };
    let late = wait_for(PATIENCE, spawn("transfer", careful)).await;
    judge(late.is_err(), &bank)
}

async fn transfer(bank: Arc<AtomicU32>, ms: u64) {
    bank.fetch_sub(10, Relaxed);
    log("took 10");
    sleep(ms).await; // the other bank
    bank.fetch_add(10, Relaxed);
    log("gave 10");
}

fn judge(late: bool, bank: &AtomicU32) -> Verdict {
    let sum = bank.load(Relaxed);
    log("is late");
    log(format_args!("has {sum} in all"));
    if late && sum == 100 { Ok("nothing is lost".into()) } else { Err(format!("{sum} of 100 are left")) }
}
