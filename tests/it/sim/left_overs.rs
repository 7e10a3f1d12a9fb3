//! What main leaves behind, and in which order it goes.

use super::{Bell, Panics, story};
use async_kata::host::turn;
use async_kata::sim::{self, End, log, sleep};
use async_kata::tasks::spawn;
use std::future::pending;

#[test]
fn left_overs_go_in_spawn_order_each_as_its_own_doing() {
    let run = sim::run(|| async {
        let _tasks = ["a", "b", "c"].map(|name| {
            spawn(name, async move {
                let _bell = Bell(name);
                // b is runnable when main returns, a and c are not: it makes no difference to the order.
                if name == "b" { sleep(10).await } else { pending::<()>().await }
            })
        });
        sleep(10).await;
        log("returns");
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(
        story(&run)[4..],
        [
            "10 main returns",
            "10 main (ended)",
            "10 a drops a",
            "10 a (left over)",
            "10 b drops b",
            "10 b (left over)",
            "10 c drops c",
            "10 c (left over)"
        ]
    );
}

#[test]
fn a_task_that_never_ran_has_no_story() {
    let run = sim::run(|| async {
        let _never = spawn("never", async { log("unreachable") });
    });
    assert_eq!(story(&run), ["0 main (started)", "0 main (ended)"]);
}

#[test]
fn a_destructor_that_spawns_is_seen_off_too() {
    struct Spawns;
    impl Drop for Spawns {
        fn drop(&mut self) {
            let _orphan = spawn("orphan", async { log("unreachable") });
            log("spawned an orphan");
        }
    }
    let run = sim::run(|| async {
        let _task = spawn("a", async {
            let _spawns = Spawns;
            pending::<()>().await;
        });
        turn().await;
    });
    assert_eq!(story(&run)[3..], ["0 a spawned an orphan", "0 a (left over)"]);
}

#[test]
fn a_panicking_destructor_costs_only_its_own_task() {
    let run = sim::run(|| async {
        let _a = spawn("a", async {
            let _panics = Panics;
            pending::<()>().await;
        });
        let _b = spawn("b", async {
            let _bell = Bell("b");
            pending::<()>().await;
        });
        turn().await;
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(story(&run)[4..], ["0 a (failed: in drop)", "0 b drops b", "0 b (left over)"]);
}
