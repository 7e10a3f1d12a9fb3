//! Whether a stuck task had to wait: lost wakeups, and waits that only look like one.

use super::{sites, stuck};
use async_kata::explore::{self, Word};
use async_kata::host::turn;
use async_kata::sim::{self, Probe, Run, Sim};
use async_kata::sync::Event;
use async_kata::tasks::spawn;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use tokio::sync::{Notify, mpsc};

/// See `super::line_of`.
fn line_of(mark: &str) -> String {
    super::line_of("wakeups.rs", include_str!("wakeups.rs"), mark)
}

/// The check and the wait are two steps, and `notify_waiters` wakes only who waits already.
async fn looks_then_waits() {
    let (ready, notify) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
    let (ready2, notify2) = (ready.clone(), notify.clone());
    let waiter = spawn("w", async move {
        if !ready.load(Relaxed) {
            turn().await; // anything that waits, between the look and the wait
            notify.notified().await; // on a lost notification
        }
    });
    let setter = spawn("s", async move {
        ready2.store(true, Relaxed);
        notify2.notify_waiters();
    });
    setter.await.unwrap();
    waiter.await.unwrap();
}

/// `s w`: w sees it. `w w s w`: w waits and is woken. `w s w`: the notification falls between, and w waits for ever.
#[test]
fn a_lost_wakeup_is_found_counted_explained_and_replayed() {
    let explorer = explore::every(looks_then_waits);
    let found = explorer.judge(explore::finishes).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (1, 3, true));
    let word = found.shortest.unwrap();
    assert_eq!(word.to_string(), "w s w");
    let run = explorer.replay(&word).unwrap();
    let waiter = stuck(&run).iter().find(|task| task.task == "w").unwrap();
    assert!(sites(waiter)[0].starts_with(&line_of("on a lost notification")), "{:?}", waiter.probe);
}

/// A future whose condition has come, and whose waker nobody called.
#[test]
fn a_task_that_could_go_on_was_not_woken() {
    let run = sim::run(|| async {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let waiter = spawn("waiter", async move {
            poll_fn(|cx| {
                let _kept_by_nobody_who_calls_it = cx.waker().clone();
                if seen.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            sim::log("went on: never written down, because the run is over");
        });
        turn().await;
        flag.store(true, Relaxed); // and nobody is told
        waiter.await.unwrap();
    });
    let [_, waiter] = stuck(&run) else { panic!("two are stuck") };
    assert_eq!(waiter.probe, Probe::CouldGoOn);
    assert!(
        waiter.to_string().contains("waiter COULD GO ON: what it waits for has come, and nobody woke it"),
        "{waiter}"
    );
    assert_eq!(run.trace.order(), "");
    let last: Vec<String> = run.trace.story().skip(2).map(|entry| format!("{} {}", entry.task, entry.what)).collect();
    assert_eq!(last, ["main (left over)", "waiter (left over)"], "as without the probe");
}

#[test]
fn a_future_that_leaves_its_waker_with_nobody_is_told_so() {
    let run = sim::run(|| async { spawn("deaf", pending::<()>()).await });
    let [main, deaf] = stuck(&run) else { panic!("two are stuck") };
    assert_eq!(deaf.probe, Probe::LeftNoWaker);
    assert!(deaf.to_string().contains("deaf CANNOT BE WOKEN: its future left the waker with nobody"), "{deaf}");
    assert!(matches!(main.probe, Probe::Waits(_)));
}

/// Lost, and more to wait for behind it: a replay names the loss, not the line that the task never reached.
#[test]
fn a_lost_wakeup_is_told_from_the_next_wait() {
    let play = || async {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let (sender, mut receiver) = mpsc::channel::<()>(1);
        let waiter = spawn("w", async move {
            poll_fn(|cx| {
                if seen.load(Relaxed) {
                    return Poll::Ready(());
                }
                let _kept_by_nobody = cx.waker().clone();
                Poll::Pending
            })
            .await;
            receiver.recv().await;
        });
        spawn("s", async move { flag.store(true, Relaxed) }).await.unwrap();
        waiter.await.unwrap();
        drop(sender);
    };
    let run = explore::every(play).replay(&"w s".parse().unwrap()).unwrap();
    let waiter = stuck(&run).iter().find(|task| task.task == "w").unwrap();
    assert_eq!(waiter.probe, Probe::CouldGoOn);
    // In the other order it is the channel that it waits for, rightly.
    let run = explore::every(play).replay(&"s w".parse().unwrap()).unwrap();
    let waiter = stuck(&run).iter().find(|task| task.task == "w").unwrap();
    assert!(matches!(&waiter.probe, Probe::Waits(sites) if sites.len() == 1), "{:?}", waiter.probe);
}

/// Waiting anew in each poll is waiting; and who was cut while it could run was woken.
#[test]
fn nobody_is_said_to_be_able_to_go_on_who_is_not() {
    let play = || async {
        let event = Arc::new(Event::new());
        let anew = event.clone();
        let anew = spawn("anew", poll_fn(move |cx| std::pin::pin!(anew.wait()).poll(cx)));
        let other = event.clone();
        let other = spawn("other", async move { other.wait().await });
        anew.await.unwrap();
        other.await.unwrap();
    };
    let replayed = explore::every(play).replay(&Word::default()).unwrap();
    for run in [sim::run(play), replayed] {
        assert!(stuck(&run)[1..].iter().all(|task| matches!(task.probe, Probe::Waits(_))), "{}", run.end);
    }
    let mut sim = Sim::default();
    sim.limits.quiet_ticks = 10;
    let run = sim.run(|| async {
        let ticker = spawn("ticker", async {
            loop {
                sim::sleep(1000).await;
            }
        });
        let _: Result<(), _> = ticker.await;
    });
    let ticker = stuck(&run).iter().find(|task| task.task == "ticker").unwrap();
    assert_ne!(ticker.probe, Probe::CouldGoOn);
}

/// A plain run sees it too, where what comes next is known to be waited for.
#[test]
fn a_plain_run_sees_that_a_task_begins_to_wait_for_something_else() {
    let run = sim::run(|| async {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let waiter = spawn("waiter", async move {
            poll_fn(|cx| {
                let _kept_by_nobody = cx.waker().clone();
                if seen.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            Event::new().wait().await;
        });
        turn().await;
        flag.store(true, Relaxed); // and nobody is told
        waiter.await.unwrap();
    });
    assert_eq!(stuck(&run)[1].probe, Probe::CouldGoOn);
}

/// What was dropped in the last poll (a timeout's or a select's loser) was no wait, and its line going is no move.
#[test]
fn a_branch_that_lost_is_no_lost_wakeup() {
    let after_a_timeout = || async {
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        let waiter = spawn("w", async move {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(5), receiver.recv()).await;
            receiver.recv().await; // after the timeout
        });
        waiter.await.unwrap();
    };
    let after_a_select = || async {
        let (_sender, mut receiver) = mpsc::channel::<()>(1);
        let waiter = spawn("w", async move {
            tokio::select! { biased; _ = receiver.recv() => {}, () = std::future::ready(()) => {} }
            receiver.recv().await; // after the select
        });
        waiter.await.unwrap();
    };
    let at = |run: &Run<()>| stuck(run).iter().find(|task| task.task == "w").unwrap().probe.clone();
    let told = |probe: Probe, mark: &str| matches!(&probe, Probe::Waits(sites) if sites.len() == 1 && sites[0].starts_with(&line_of(mark)));
    let word = "w".parse().unwrap();
    for run in [explore::every(after_a_timeout).replay(&word).unwrap(), sim::run(after_a_timeout)] {
        assert!(told(at(&run), "after the timeout"), "{}", run.end);
    }
    for run in [explore::every(after_a_select).replay(&word).unwrap(), sim::run(after_a_select)] {
        assert!(told(at(&run), "after the select"), "{}", run.end);
    }
}
