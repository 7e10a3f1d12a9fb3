//! Plays that the book does not have: most end stuck, each in a way of its own.

use crate::report::gather::{play as gathered, run};
use crate::report::model::{Play, Run};
use async_kata::host::turn;
use async_kata::scenarios::{self, Expect, Main, Staged};
use async_kata::sim::{Sim, log, pick};
use async_kata::sync::{Event, Lock};
use async_kata::tasks::{Task, spawn};
use std::sync::{Arc, Mutex, OnceLock};

/// A name, how it ends, and what makes it.
type Named = (&'static str, &'static str, fn() -> Staged);

/// Those that are small enough to be explored.
const ALL: [Named; 7] = [
    ("abba", "deadlock", abba),
    ("philosophers", "deadlock", philosophers),
    ("itself", "deadlock", itself),
    ("forgotten", "deadlock", forgotten),
    ("joins", "deadlock", joins),
    ("each-other", "deadlock", each_other),
    ("picks", "done", picks),
];

/// Run, explored and written down like those of the book; once, for each that is stuck asks where, and that takes time.
pub(super) fn all() -> &'static [Play] {
    static PLAYS: OnceLock<Vec<Play>> = OnceLock::new();
    PLAYS.get_or_init(|| ALL.map(explored).into())
}

pub(super) fn played(name: &str) -> Play {
    all().iter().find(|play| play.name == name).unwrap_or_else(|| panic!("no play {name}")).clone()
}

fn explored((name, ends, run): Named) -> Play {
    let scenario = scenarios::find("pitfalls/lost-update").unwrap();
    let expect = Expect { failing: 0, of: 1 };
    let claim = "It does what it does.";
    let play = scenarios::Play { name, claim, order: "", ends, run, main: Main::Watches, expect };
    let id = format!("stuck/{name}:{name}");
    Play { id, ..gathered(scenario, &play, None).unwrap() }
}

/// The paused runs of those that are stuck, and of one that is too large to be explored.
pub(super) fn stuck_runs() -> Vec<(&'static str, Run)> {
    static CROWD: OnceLock<Run> = OnceLock::new();
    let crowd = CROWD.get_or_init(|| {
        let mut sim = Sim::default();
        sim.mechanics = true;
        run(scenarios::find("pitfalls/lost-update").unwrap(), &sim.run(crowd))
    });
    let stuck = all().iter().filter(|play| play.run.waits.is_some()).map(|play| (play.name.as_str(), play.run.clone()));
    stuck.chain([("crowd", crowd.clone())]).collect()
}

/// Two locks, taken in two orders.
fn abba() -> Staged {
    Box::pin(async {
        let (left, right) = (Arc::new(Lock::new(())), Arc::new(Lock::new(())));
        let (left2, right2) = (left.clone(), right.clone());
        let a = spawn("a", async move {
            let _first = left.lock().await;
            turn().await;
            let _second = right.lock().await;
        });
        let b = spawn("b", async move {
            let _first = right2.lock().await;
            turn().await;
            let _second = left2.lock().await;
        });
        let _ = (a.await, b.await);
        Ok("both got both".into())
    })
}

/// Three, and a fork between each two of them.
fn philosophers() -> Staged {
    Box::pin(async {
        let forks = ["left", "middle", "right"].map(|_| Arc::new(Lock::new(())));
        let names = ["Kant", "Hegel", "Marx"];
        let tasks: Vec<Task<()>> = (0..3)
            .map(|nth| {
                let (one, other) = (forks[nth].clone(), forks[(nth + 1) % 3].clone());
                spawn(names[nth], async move {
                    let _one = one.lock().await;
                    log("has one fork");
                    turn().await;
                    let _other = other.lock().await;
                    log("eats");
                })
            })
            .collect();
        for task in tasks {
            let _ = task.await;
        }
        Ok("all ate".into())
    })
}

/// One task, and one lock that it takes twice.
fn itself() -> Staged {
    Box::pin(async {
        let lock = Lock::new(());
        let _first = lock.lock().await;
        let _again = lock.lock().await;
        Ok("both".into())
    })
}

/// A chain that leads to what nobody will bring.
fn forgotten() -> Staged {
    Box::pin(async {
        let event = Arc::new(Event::new());
        let unset = event.clone();
        let waiter = spawn("waiter", async move { unset.wait().await });
        let _ = waiter.await;
        Ok("it came".into())
    })
}

/// `main` waits for the end of a task that waits for what `main` has.
fn joins() -> Staged {
    Box::pin(async {
        let lock = Arc::new(Lock::new(()));
        let asked = lock.clone();
        let held = lock.lock().await;
        let a = spawn("a", async move { drop(asked.lock().await) });
        let _ = a.await;
        drop(held);
        Ok("joined".into())
    })
}

/// Two tasks that wait for one another's end.
fn each_other() -> Staged {
    Box::pin(async {
        let slots: [Arc<Mutex<Option<Task<()>>>>; 2] = Default::default();
        for (name, own, other) in [("ping", 0, 1), ("pong", 1, 0)] {
            let seen = slots[other].clone();
            let task = spawn(name, async move {
                let other = seen.lock().unwrap().take();
                if let Some(other) = other {
                    let _ = other.await;
                }
            });
            *slots[own].lock().unwrap() = Some(task);
        }
        std::future::pending::<()>().await;
        Ok("parted".into())
    })
}

/// Four in a cycle, and four who wait for what those hold.
fn crowd() -> Staged {
    Box::pin(async {
        let locks: Vec<Arc<Lock<()>>> = (0..4).map(|_| Arc::new(Lock::new(()))).collect();
        let mut tasks: Vec<Task<()>> = (0..4)
            .map(|nth| {
                let (one, other) = (locks[nth].clone(), locks[(nth + 1) % 4].clone());
                spawn(&format!("worker-{nth}"), async move {
                    let _one = one.lock().await;
                    turn().await;
                    let _other = other.lock().await;
                })
            })
            .collect();
        turn().await;
        tasks.extend((0..4).map(|nth| {
            let lock = locks[nth].clone();
            spawn(&format!("guest-{nth}"), async move { drop(lock.lock().await) })
        }));
        for task in tasks {
            let _ = task.await;
        }
        Ok("all".into())
    })
}

/// The third way of three fails, whoever comes first; and a task has the name of a late tick.
fn picks() -> Staged {
    Box::pin(async {
        let reply = spawn("reply", async {
            turn().await;
            pick(3, "which reply comes")
        });
        let other = spawn("+tick", async { log("here") });
        let picked = reply.await.unwrap_or_default();
        let _ = other.await;
        if picked == 2 { Err("the third".into()) } else { Ok("another".into()) }
    })
}
