//! A lost update: two tasks add one to a counter, and the counter says one.
//!
//! Each task reads the counter, gives the other a turn, and writes what it read plus one. The turn between reading and
//! writing is the mistake: whoever reads in it reads a number that is about to be old, and the later write buries the
//! earlier. No thread and no memory model is needed for that; one `await` between read and write is enough, in Rust as
//! in Python.
//!
//! Two tasks with two steps each can be ordered in six ways. Only the two in which one task does both its steps before
//! the other begins come out right.
//!
//! The cure is a lock that is held from the read to the write. The turn is still there, but it is now spent inside the
//! lock: the other task may run, and finds the door shut.

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "pitfalls/lost-update",
    source: include_str!("lost_update.rs"),
    covers: &["P7", "P9"],
    plays: &[
        Play {
            name: "naive",
            claim: "Both tasks read 0, so both write 1: one update is lost.",
            order: "a read 0, b read 0, a wrote 1, b wrote 1, main counter is 1",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 4, of: 6 },
        },
        Play {
            name: "fixed",
            claim: "A lock held from read to write: the second task reads what the first one wrote.",
            order: "a read 0, a wrote 1, b read 1, b wrote 2, main counter is 2",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 4 },
        },
    ],
    twin: Some(include_str!("lost_update.py")),
    differs: &[],
};

async fn naive() -> Verdict {
    let counter = Arc::new(AtomicU32::new(0));
    let [a, b] = ["a", "b"].map(|name| {
        let counter = counter.clone();
        spawn(name, async move {
            let seen = counter.load(Relaxed);
            log(format_args!("read {seen}"));
            turn().await; // anything that waits: a query, a file, another task
            counter.store(seen + 1, Relaxed);
            log(format_args!("wrote {}", seen + 1));
        })
    });
    judge(a.await, b.await, counter.load(Relaxed))
}

async fn fixed() -> Verdict {
    let counter = Arc::new(Lock::new(0));
    let [a, b] = ["a", "b"].map(|name| {
        let counter = counter.clone();
        spawn(name, async move {
            let mut counter = counter.lock().await;
            let seen = *counter;
            log(format_args!("read {seen}"));
            turn().await;
            *counter = seen + 1;
            log(format_args!("wrote {}", seen + 1));
        })
    });
    judge(a.await, b.await, *counter.lock().await)
}

fn judge(a: Result<(), Ended>, b: Result<(), Ended>, counter: u32) -> Verdict {
    a.and(b).map_err(|ended| ended.to_string())?;
    log(format_args!("counter is {counter}"));
    if counter == 2 { Ok("both updates counted".into()) } else { Err("one update lost".into()) }
}
