//! Every schedule of the ways in which a cancel, an error, a deadline and an end can meet.
//!
//! In each: nothing outlives its group, each task ends exactly once, no error is lost, clean-ups run exactly once.

use async_kata::explore;
use async_kata::host::turn;
use async_kata::sim::{End, Run, log, sleep};
use async_kata::tasks::{CleanUp, GroupError, gather, group, on_cancel, spawn, spawn_fallible, timeout};
use async_kata::trace::Entry;
use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

/// Each task's ends: as the story tells them, in order.
fn ends<T>(run: &Run<T>) -> BTreeMap<String, Vec<&'static str>> {
    let mut ends: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for entry in run.trace.story() {
        let of = ends.entry(entry.task.to_string()).or_default();
        if !matches!(entry.what.kind(), "started" | "said") {
            of.push(entry.what.kind());
        }
    }
    ends
}

/// Each task that began has ended once, and none is left over; what was `opened` is `closed` exactly once, if the task was
/// cancelled, and never otherwise.
fn is_whole<T>(run: &Run<T>) -> Result<(), String> {
    for (task, ends) in ends(run) {
        if !matches!(ends[..], ["ended" | "failed" | "cancelled"]) {
            return Err(format!("{task} ends as {ends:?}"));
        }
        let says =
            |what: &str| run.trace.story().filter(|entry| entry.task == *task && entry.what.text() == what).count();
        let (opened, closed) = (says("opened"), says("closed"));
        let expected = if ends == ["cancelled"] { opened } else { 0 };
        if closed != expected {
            return Err(format!("{task} opened {opened}, closed {closed}, ends as {ends:?}"));
        }
    }
    if run.strays > 0 || run.aborts > 0 {
        return Err("something is alive, or was aborted".into());
    }
    Ok(())
}

/// After this entry of `who` (what it said, or its end) none of `tasks` tells anything.
fn nothing_outlives<T>(run: &Run<T>, who: &str, what: &str, tasks: &[&str]) -> Result<(), String> {
    let is_it = |entry: &Entry| entry.task == *who && (entry.what.text() == what || entry.what.kind() == what);
    let story = run.trace.story().skip_while(|entry| !is_it(entry)).skip(1);
    match story.into_iter().find(|entry| tasks.iter().any(|task| entry.task == **task)) {
        Some(late) => Err(format!("{} {} after {who} {what}", late.task, late.what)),
        None => Ok(()),
    }
}

/// Opens something, which is to be closed when the task is cancelled, on a turn of its own.
fn opens() -> CleanUp {
    log("opened");
    on_cancel(async {
        turn().await;
        log("closed");
    })
}

/// Opens, and takes so many turns.
async fn works(turns: usize) {
    opens();
    for _ in 0..turns {
        turn().await;
    }
}

/// The worker w has three polls, and one more if it is cancelled after its first: it closes on a turn of its own. The killer
/// k has one. Cancelled before it begins (`k w`), after one poll (`w k w w`) or two, or too late (`w w w k`): **4**.
#[test]
fn a_cancel_meets_a_completion() {
    let play = || async {
        let worker = Arc::new(spawn("w", works(2)));
        let killer = worker.clone();
        spawn("k", async move { killer.cancel() }).await.unwrap();
        while !worker.is_finished() {
            sleep(1).await;
        }
    };
    let found = explore::every(play).judge(|run| is_whole(run).map(|()| how(run, "w"))).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (0, 4, true), "{}", found.table());
    assert_eq!(counts(&found), "cancelled 2, ended 1, never began 1");
}

fn how<T>(run: &Run<T>, task: &str) -> String {
    ends(run).get(task).map_or("never began".into(), |ends| ends.join(" "))
}

fn counts(found: &explore::Found) -> String {
    let mut counts: Vec<String> =
        found.outcomes.iter().map(|found| format!("{} {}", found.label, found.count)).collect();
    counts.sort();
    counts.join(", ")
}

/// Two children fail, a third works: whatever the order, the group returns the error of each that failed, and of no other.
#[test]
fn no_error_of_a_group_is_lost() {
    let fails = |text: &'static str| async move {
        turn().await;
        Err::<(), _>(text)
    };
    let play = move || async move {
        let parent = spawn("parent", async move {
            let whole = group(async |g| {
                g.spawn("a", fails("a's"));
                g.spawn("b", fails("b's"));
                g.spawn("c", async {
                    works(2).await;
                    Ok(())
                });
                Ok::<_, &str>(())
            });
            let error = whole.await.unwrap_err();
            log("group returned");
            error
        });
        parent.await.unwrap()
    };
    let found = explore::every(play).judge(|run| {
        is_whole(run)?;
        nothing_outlives(run, "parent", "group returned", &["a", "b", "c"])?;
        let End::Done(GroupError { failures }) = &run.end else { return Err(run.end.name().into()) };
        let told: Vec<_> = failures.iter().map(|failure| failure.task.clone().unwrap()).collect();
        let failed: Vec<_> = run.trace.story().filter(|entry| entry.what.kind() == "failed").collect();
        let failed: Vec<_> = failed.iter().map(|entry| entry.task.to_string()).collect();
        if told == failed { Ok(told.join(" ")) } else { Err(format!("{failed:?} failed, {told:?} told")) }
    });
    let found = found.unwrap();
    assert_eq!((found.failing, found.complete), (0, true), "{}", found.table());
    assert_eq!(counts(&found), "a 483, a b 203, b 483, b a 203", "{} schedules", found.schedules);
}

/// A child's error and the deadline around the group come at the same millisecond.
#[test]
fn an_error_meets_a_deadline() {
    let play = || async {
        let parent = spawn("parent", async {
            let whole = timeout(Duration::from_millis(10), async |_| {
                group(async |g| {
                    g.spawn("bad", async {
                        sleep(10).await;
                        Err::<(), _>("bad's")
                    });
                    g.spawn("worker", async {
                        opens();
                        pending::<Result<(), &str>>().await
                    });
                    Ok(())
                })
                .await
            });
            let end = whole.await;
            log("returned");
            match end {
                Err(_) => "elapsed",
                Ok(Err(_)) => "failed",
                Ok(Ok(())) => "ended",
            }
        });
        parent.await.unwrap()
    };
    let found = explore::every(play).judge(|run| {
        is_whole(run)?;
        nothing_outlives(run, "parent", "returned", &["bad", "worker"])?;
        match &run.end {
            End::Done(how @ ("elapsed" | "failed")) => Ok((*how).into()),
            other => Err(other.name().into()),
        }
    });
    let found = found.unwrap();
    assert_eq!((found.failing, found.complete), (0, true), "{}", found.table());
    assert_eq!(counts(&found), "elapsed 10", "in a tie the time is up");
}

/// A task in two deadlines, all three of which can be over at once: each clean-up runs once, the inner ones first.
#[test]
fn cancels_of_nested_scopes_meet() {
    let play = || async {
        let task = Arc::new(spawn("t", async {
            on_cancel(async { log("3") });
            let outer = timeout(Duration::from_millis(5), async |_| {
                on_cancel(async { log("2") });
                let inner = timeout(Duration::from_millis(5), async |_| {
                    on_cancel(async {
                        log("1");
                        turn().await;
                    });
                    pending::<()>().await
                });
                inner.await.is_err()
            });
            let outer = outer.await;
            log(format_args!("outer {outer:?}"));
        }));
        let killed = task.clone();
        spawn("k", async move {
            sleep(5).await;
            killed.cancel();
        })
        .await
        .unwrap();
        while !task.is_finished() {
            sleep(1).await;
        }
    };
    let found = explore::every(play).judge(|run| is_whole(run).map(|()| run.trace.order().replace("t ", ""))).unwrap();
    assert_eq!((found.failing, found.complete), (0, true), "{}", found.table());
    assert_eq!(counts(&found), "1, 2, 3 4, 1, 2, outer Err(Elapsed) 2");
}

/// A gather of one that fails and one that works, in a task that is cancelled: either the cancel finds it waiting, and both
/// are cancelled and gone before it; or the failure came first, and the other goes on.
#[test]
fn a_cancel_meets_a_gather() {
    let play = || async {
        let outer = Arc::new(spawn("outer", async {
            let bad = spawn_fallible("bad", async {
                turn().await;
                Err::<(), _>("bad's")
            });
            let good = spawn_fallible("good", async {
                works(1).await;
                Ok(())
            });
            drop(gather([bad, good]).await.unwrap_err());
            log("failed");
        }));
        let killed = outer.clone();
        spawn("k", async move { killed.cancel() }).await.unwrap();
        while !outer.is_finished() {
            sleep(1).await;
        }
        sleep(1).await;
    };
    let found = explore::every(play).judge(|run| {
        is_whole(run)?;
        nothing_outlives(run, "outer", "cancelled", &["bad", "good"])?;
        Ok(["outer", "bad", "good"].map(|task| format!("{task} {}", how(run, task))).join(", "))
    });
    let found = found.unwrap();
    assert_eq!((found.failing, found.complete), (0, true), "{}", found.table());
    assert_eq!(found.schedules, 136);
    let whole: Vec<_> = found.outcomes.iter().filter(|found| found.label.starts_with("outer ended")).collect();
    assert_eq!((whole[0].label.as_str(), whole.len()), ("outer ended, bad failed, good ended", 1), "the other goes on");
}

/// The body awaits a child by value, and the sibling fails: the child belongs to that wait and to the group, and is cancelled
/// by one of them, once.
#[test]
fn a_failure_meets_a_child_that_the_body_awaits() {
    let play = || async {
        let parent = spawn("parent", async {
            let whole = group(async |g| {
                let child = g.spawn("child", async {
                    works(2).await;
                    Ok(())
                });
                g.spawn("bad", async { Err::<(), _>("bad's") });
                child.await.map_err(|_| "the child's")
            });
            let failures = whole.await.unwrap_err().failures.len();
            log("returned");
            failures
        });
        parent.await.unwrap()
    };
    let found = explore::every(play).judge(|run| {
        is_whole(run)?;
        nothing_outlives(run, "parent", "returned", &["child", "bad"])?;
        match run.end {
            End::Done(1) => Ok(format!("child {}", how(run, "child"))),
            ref other => Err(format!("{other:?}")),
        }
    });
    let found = found.unwrap();
    assert_eq!((found.failing, found.complete), (0, true), "{}", found.table());
    assert_eq!(counts(&found), "child cancelled 5, child ended 5, child never began 1");
}
