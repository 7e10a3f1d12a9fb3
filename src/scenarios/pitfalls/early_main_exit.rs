//! An early exit of main: it returns, and whoever is still at work is cut off where it stands.
//!
//! Starting a task is no promise that it will finish. When `main` returns the program is over, and what is left is not
//! waited for: asyncio cancels it, tokio drops it. Destructors still run, as `finally` does in Python, and nothing
//! complains: `slow` closes its file and has saved nothing. `quick` is done in time, so the program works until the day on
//! which the work takes a little longer.
//!
//! Sleeping "long enough" is no cure, only a bet. The cure is to wait for each task that was started, by awaiting it.
//!
//! In this play `main` competes with the others for its turns, because when it goes on is the question. It makes no
//! difference: the clock decides who finishes first, and the naive play fails in every schedule.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "pitfalls/early-main-exit",
    source: include_str!("early_main_exit.rs"),
    covers: &["J3", "P4"],
    plays: &[
        Play {
            name: "naive",
            claim: "Main returns after 10 ms; slow, which needs 20, is left over and never saves.",
            order: "quick saving, slow saving, quick saved, quick closes, main returns, slow closes",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Competes,
            expect: Expect { failing: 2, of: 2 },
        },
        Play {
            name: "fixed",
            claim: "Main awaits both tasks before it returns, however long they take.",
            order: "quick saving, slow saving, quick saved, quick closes, slow saved, slow closes, main returns",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Competes,
            expect: Expect { failing: 0, of: 2 },
        },
    ],
    twin: Some(include_str!("early_main_exit.py")),
    differs: &[],
};

async fn naive() -> Verdict {
    let saved = Arc::new(AtomicU32::new(0));
    let _quick = spawn("quick", save(5, saved.clone()));
    let _slow = spawn("slow", save(20, saved.clone()));
    sleep(10).await; // "long enough"
    judge(saved.load(Relaxed))
}

async fn fixed() -> Verdict {
    let saved = Arc::new(AtomicU32::new(0));
    let quick = spawn("quick", save(5, saved.clone()));
    let slow = spawn("slow", save(20, saved.clone()));
    quick.await.and(slow.await).map_err(|ended| ended.to_string())?;
    judge(saved.load(Relaxed))
}

async fn save(ms: u64, saved: Arc<AtomicU32>) {
    let _file = File;
    log("saving");
    sleep(ms).await;
    saved.fetch_add(1, Relaxed);
    log("saved");
}

/// Closes when it is dropped, at the end of `save` or wherever `save` is cut off: Python's `finally`.
struct File;

impl Drop for File {
    fn drop(&mut self) {
        log("closes");
    }
}

fn judge(saved: u32) -> Verdict {
    log("returns");
    if saved == 2 { Ok("both saved".into()) } else { Err(format!("{saved} of 2 saved")) }
}
