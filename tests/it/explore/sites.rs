//! Where a stuck task waits, whatever it waits for.

use super::{sites, stuck};
use async_kata::explore::{self};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Probe, Run, Sim};
use async_kata::sync::Event;
use async_kata::tasks::spawn;
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use tokio::sync::{Notify, mpsc};

/// See `super::line_of`.
fn line_of(mark: &str) -> String {
    super::line_of("sites.rs", include_str!("sites.rs"), mark)
}

/// tokio's primitives report nothing, and leave their waker all the same: the line is known.
#[test]
fn the_line_that_awaits_something_foreign_is_known() {
    let run = sim::run(|| async {
        let (sender, mut receiver) = mpsc::channel::<()>(1);
        let mutex = Arc::new(tokio::sync::Mutex::new(()));
        let locked = mutex.clone();
        let asks = spawn("asks", async move {
            let _held = locked.lock().await;
            let _again = locked.lock().await; // on a mutex
        });
        let notify = Notify::new();
        let both = spawn("both", async move {
            #[rustfmt::skip]
            tokio::select! { // on a select
                biased;
                _ = receiver.recv() => {}
                _ = notify.notified() => {}
            }
        });
        asks.await.unwrap(); // on a task
        drop((both, sender));
    });
    let [main, asks, both] = stuck(&run) else { panic!("three are stuck") };
    assert!(sites(main)[0].starts_with(&line_of("on a task")), "{:?}", main.probe);
    assert!(sites(asks)[0].starts_with(&line_of("on a mutex")), "{:?}", asks.probe);
    // The branches are tokio's own futures: the line of ours that awaits both is the macro's.
    assert!(sites(both).len() == 1 && sites(both)[0].starts_with(&line_of("on a select")), "{:?}", both.probe);
    let told = both.to_string();
    assert!(
        told.starts_with(
            "both waits for something unknown: none of our primitives (a tokio Mutex, a channel, ...), at "
        ),
        "{told}"
    );
    assert!(main.to_string().starts_with("main waits for task asks, at tests/it/explore/sites.rs:"), "{main}");
}

/// Waits for what nobody holds: a forgotten `set`, an item that was never sent. No cycle, but a line for each.
#[test]
fn who_waits_for_what_nobody_will_bring_is_told_where() {
    let run = sim::run(|| async {
        let event = Arc::new(Event::new());
        let unset = event.clone();
        let waiter = spawn("waiter", async move { unset.wait().await }); // on an event
        let (sender, mut receiver) = mpsc::unbounded_channel::<u32>();
        let reader = spawn("reader", async move { receiver.recv().await }); // on an item
        waiter.await.unwrap();
        drop((event, sender, reader));
    });
    let [_, waiter, reader] = stuck(&run) else { panic!("three are stuck") };
    assert!(sites(waiter)[0].starts_with(&line_of("on an event")), "{:?}", waiter.probe);
    assert!(sites(reader)[0].starts_with(&line_of("on an item")), "{:?}", reader.probe);
    let graph = run.end.wait_graph();
    assert_eq!((graph.cycle.len(), graph.closed), (0, None));
    assert_eq!(graph.to_string(), "main -waits-> waiter; waiter -waits-> Event 1");
}

/// A body without a line of ours: that it waits is known, and no line is made up (the test's own stands further out).
#[test]
fn a_body_that_is_a_librarys_own_future_has_no_line() {
    let run = sim::run(|| async {
        let notify = Arc::new(Notify::new());
        spawn("foreign", notify.notified_owned()).await
    });
    let [main, foreign] = stuck(&run) else { panic!("two are stuck") };
    assert_eq!(foreign.probe, Probe::Waits(Vec::new()));
    assert_eq!(sites(main).len(), 1);
}

/// A task that is polled within another has its own line.
#[test]
fn a_seat_within_a_seat_has_a_line_of_its_own() {
    let run = sim::run(|| async {
        let (_sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let inner = async {
            let _never = receiver.await; // in the inner one
        };
        seat("inner", inner).await
    });
    let [_, inner] = stuck(&run) else { panic!("two are stuck") };
    assert!(sites(inner)[0].starts_with(&line_of("in the inner one")), "{:?}", inner.probe);
}

/// A probe is a poll, and a poll may panic: the run is stuck all the same, and nothing is printed or lost.
#[test]
fn a_probe_that_panics_is_no_end_of_the_run() {
    let run = sim::run(|| async {
        let first = AtomicBool::new(true);
        spawn(
            "moody",
            poll_fn(move |_| if first.swap(false, Relaxed) { Poll::<()>::Pending } else { panic!("again?") }),
        )
        .await
    });
    let [_, moody] = stuck(&run) else { panic!("two are stuck") };
    assert_eq!(moody.probe, Probe::CouldGoOn);
    assert_eq!(run.failed().count(), 0);
}

/// Without sites nobody is polled once more; and an exploration looks for none, because it may be stuck very often.
#[test]
fn sites_are_looked_for_only_where_they_are_wanted() {
    let mut sim = Sim::default();
    sim.sites = false;
    let run = sim.run(abba_from_the_start);
    assert!(stuck(&run).iter().all(|task| task.probe == Probe::NotAsked));
    let verdict = |run: &Run<()>| match &run.end {
        End::Deadlock(stuck) if stuck.iter().all(|task| task.probe == Probe::NotAsked) => Ok("not asked".into()),
        other => Err(other.name().into()),
    };
    assert_eq!(explore::every(abba_from_the_start).judge(verdict).unwrap().failing, 0);
}

async fn abba_from_the_start() {
    spawn("deaf", pending::<()>()).await.unwrap();
}

/// What stands in `tells` is the story that an exploration saw: a replay's is the same, destructors and all.
#[test]
fn a_replay_that_looks_for_sites_tells_the_explored_story() {
    struct Says;
    impl Drop for Says {
        fn drop(&mut self) {
            sim::log("released");
        }
    }
    let play = || async {
        let flag = Arc::new(AtomicBool::new(false));
        let seen = flag.clone();
        let waiter = spawn("w", async move {
            let _says = Says;
            let condition = poll_fn(|cx| {
                let _kept_by_nobody = cx.waker().clone();
                if seen.load(Relaxed) { Poll::Ready(()) } else { Poll::Pending }
            });
            seat("inner", condition).await;
        });
        turn().await;
        flag.store(true, Relaxed); // and nobody is told
        waiter.await.unwrap();
    };
    let explorer = explore::every(play).main_competes(true);
    let found = explorer.judge(explore::finishes).unwrap();
    let run = explorer.replay(&found.shortest.clone().unwrap()).unwrap();
    assert!(found.tells(&run.trace), "{}", run.trace.table());
    assert_eq!(run.trace.order(), "w released");
    assert_eq!(stuck(&run)[1].probe, Probe::CouldGoOn);
}

/// Very many lines are not all named, and that is said.
#[test]
fn lines_beyond_the_limit_are_told_of() {
    let run = sim::run(|| async {
        let notify = Notify::new();
        let mut waits: Vec<_> = (0..100).map(|_| Box::pin(notify.notified())).collect();
        poll_fn(|cx| {
            assert!(waits.iter_mut().all(|wait| wait.as_mut().poll(cx).is_pending()));
            Poll::<()>::Pending
        })
        .await;
    });
    let Probe::Waits(sites) = &stuck(&run)[0].probe else { panic!("{}", run.end) };
    assert_eq!(sites.last().unwrap(), "more lines than are looked at");
}
