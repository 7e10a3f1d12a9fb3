//! Threads in lock-step with a run, and outside one.

use async_kata::explore;
use async_kata::sim::{self, End, block_for, log, sleep};
use async_kata::tasks::{Elapsed, Ended, Task, Threads, gather_all, spawn, to_thread, wait_for};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn said<T>(run: &sim::Run<T>) -> String {
    let said = run.trace.story().filter(|entry| entry.what.kind() == "said");
    said.map(|entry| format!("{} {} {}\n", entry.ms, entry.task, entry.what.text())).collect()
}

#[test]
fn a_thread_sleeps_in_virtual_time_while_the_loop_goes_on() {
    let run = sim::run(|| async {
        let ticker = spawn("ticker", async {
            for _ in 0..3 {
                sleep(7).await;
                log("tick");
            }
        });
        let value = to_thread(|| {
            log("in the thread");
            block_for(ms(10));
            log("half way");
            block_for(ms(10));
            "value"
        });
        log(value.await.unwrap());
        ticker.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    let expected =
        "0 main in the thread\n7 ticker tick\n10 main half way\n14 ticker tick\n20 main value\n21 ticker tick\n";
    assert_eq!(said(&run), expected);
    assert_eq!((run.strays, run.aborts), (0, 0));
    let kinds = run.trace.story().map(|entry| entry.task.as_str()).filter(|task| !["main", "ticker"].contains(task));
    assert_eq!(kinds.count(), 0, "the thread's own task is none of the play's");
}

#[test]
fn nothing_happens_before_it_is_awaited() {
    let run = sim::run(|| async {
        let thread = to_thread(|| log("in the thread"));
        sleep(5).await;
        log("not started");
        thread.await.unwrap();
        drop(to_thread(|| log("unreachable")));
    });
    assert_eq!(said(&run), "5 main not started\n5 main in the thread\n");
}

/// As `asyncio.to_thread`: the wait ends, the thread does not.
#[test]
fn a_cancel_does_not_stop_a_thread_that_has_begun() {
    let run = sim::run(|| async {
        let work = to_thread(|| {
            block_for(ms(50));
            log("finished anyway");
        });
        assert_eq!(wait_for(ms(10), work).await, Err(Elapsed));
        log("late");
        sleep(100).await;
    });
    assert_eq!(said(&run), "10 main late\n50 main finished anyway\n");
}

/// ... and one that has not begun never does.
#[test]
fn a_job_that_queues_and_is_cancelled_never_runs() {
    let run = sim::run(|| async {
        let one = Threads::new(1);
        let first = spawn("first", one.to_thread(|| block_for(ms(20))));
        let second = spawn("second", one.to_thread(|| log("unreachable")));
        let third = spawn("third", one.to_thread(|| log("has a thread")));
        sleep(10).await;
        second.cancel();
        gather_all([first, second, third]).await
    });
    assert_eq!(run.end, End::Done(vec![Ok(Ok(())), Err(Ended::Cancelled), Ok(Ok(()))]));
    assert_eq!(said(&run), "20 third has a thread\n");
}

#[test]
fn a_panic_of_a_job_is_its_value() {
    let run = sim::run(|| async { spawn("asks", to_thread(|| -> u8 { panic!("boom") })).await });
    let panicked = Ended::Panicked { task: "asks".into(), message: "boom".into() };
    assert_eq!(run.end, End::Done(Ok(Err(panicked))));
}

#[test]
fn thirty_two_run_at_once_and_the_others_queue() {
    let run = sim::run(|| async {
        let jobs = (0..40).map(|n| spawn(&n.to_string(), to_thread(|| block_for(ms(10)))));
        gather_all(jobs.collect::<Vec<_>>()).await.len()
    });
    assert_eq!((run.end, run.trace.story().last().unwrap().ms), (End::Done(40), 20));
    let run = sim::run(|| async {
        let jobs = (0..32).map(|n| spawn(&n.to_string(), to_thread(|| block_for(ms(10)))));
        gather_all(jobs.collect::<Vec<_>>()).await.len()
    });
    assert_eq!((run.end, run.trace.story().last().unwrap().ms), (End::Done(32), 10));
}

/// A run ends although a thread of it would sleep for an hour, or for ever: it unwinds, destructors and all.
#[test]
fn a_thread_that_is_left_over_is_unwound() {
    struct Bell(Arc<AtomicUsize>);
    impl Drop for Bell {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let rung = Arc::new(AtomicUsize::new(0));
    let bell = Bell(rung.clone());
    let run = sim::run(move || async move {
        let _asks: Task<_> = spawn(
            "asks",
            to_thread(move || {
                let _bell = bell;
                loop {
                    block_for(ms(3_600_000));
                }
            }),
        );
        sleep(1).await;
    });
    assert_eq!((run.end, run.trace.story().last().unwrap().ms), (End::Done(()), 1));
    assert_eq!(rung.load(SeqCst), 1, "and it is gone when the run has ended");
}

/// The job's destructor sleeps, too, when the job is unwound: there is no time left to sleep in, and the run ends.
#[test]
fn a_thread_that_is_left_over_may_sleep_in_a_destructor() {
    struct Closes;
    impl Drop for Closes {
        fn drop(&mut self) {
            block_for(ms(5));
            log("closed");
        }
    }
    let (ended, ends) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let run = sim::run(|| async {
            let job = || {
                let _closes = Closes;
                block_for(ms(1000));
            };
            drop(spawn("asks", to_thread(job)));
            sleep(1).await;
        });
        ended.send(said(&run))
    });
    let said = ends.recv_timeout(Duration::from_secs(20));
    assert_eq!(said.as_deref(), Ok("1 asks closed\n"), "the run has not ended");
}

/// The thread of `a` reads, sleeps for 1 ms and writes; that of `b` sleeps as long, reads and writes. At 1 ms either can go
/// on, and if `b` does, it reads what `a` has not yet written.
#[test]
fn an_exploration_chooses_when_threads_go_on() {
    let play = || async {
        let sum = Arc::new(AtomicUsize::new(0));
        let (of_a, of_b) = (sum.clone(), sum.clone());
        let a = to_thread(move || {
            let seen = of_a.load(SeqCst);
            block_for(ms(1));
            of_a.store(seen + 1, SeqCst);
        });
        let b = to_thread(move || {
            block_for(ms(1));
            of_b.fetch_add(1, SeqCst);
        });
        gather_all([spawn("a", a), spawn("b", b)]).await;
        sum.load(SeqCst)
    };
    let found = explore::every(play).judge(|run| match run.end {
        End::Done(2) => Ok("both".into()),
        End::Done(1) => Err("one is lost".into()),
        ref other => Err(other.name().into()),
    });
    let found = found.unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (18, 36, true), "{}", found.table());
}

/// What a thread wakes, it wakes from outside the loop's own queue. The exploration sees it all the same: `r`, who waits for
/// what the thread sends, and `s`, who waits for the thread, can both go on, and either may be first.
#[test]
fn an_exploration_sees_whom_a_thread_has_woken() {
    let play = || async {
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        let (sent, is_sent) = tokio::sync::oneshot::channel();
        let r = spawn("r", async {
            ready.send(()).unwrap();
            is_sent.await.unwrap();
            log("r");
        });
        let s = spawn("s", async {
            is_ready.await.unwrap();
            to_thread(|| sent.send(()).unwrap()).await.unwrap();
            log("s");
        });
        gather_all([r, s]).await;
    };
    let found = explore::every(play).judge(|run| Ok(run.trace.order())).unwrap();
    let mut orders: Vec<_> = found.outcomes.iter().map(|found| (found.label.as_str(), found.count)).collect();
    orders.sort_unstable();
    assert_eq!((orders, found.complete), (vec![("r r, s s", 2), ("s s, r r", 2)], true), "{}", found.table());
}

/// Also in tokio's own queue for want of a thread.
#[test]
fn outside_a_run_a_job_that_queues_and_is_dropped_never_runs() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let (release, released) = std::sync::mpsc::channel::<()>();
        let mut first = spawn("first", to_thread(move || released.recv().unwrap_err()));
        assert_eq!(wait_for(ms(1), &mut first).await, Err(Elapsed), "it has the only thread");
        let runs = ran.clone();
        let second = to_thread(move || runs.fetch_add(1, SeqCst));
        assert_eq!(wait_for(ms(1), second).await, Err(Elapsed));
        drop(release);
        first.await.unwrap().unwrap();
        to_thread(|| ()).await.unwrap(); // the queue is through
    });
    assert_eq!(ran.load(SeqCst), 0);
}

#[test]
fn outside_a_run_it_is_tokios_pool() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let here = std::thread::current().id();
        assert_ne!(to_thread(|| std::thread::current().id()).await, Ok(here));
        let panicked: Result<(), _> = to_thread(|| panic!("boom")).await;
        assert_eq!(panicked, Err(Ended::Panicked { task: "to_thread".into(), message: "boom".into() }));

        let (most, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let pairs = Arc::new(std::sync::Barrier::new(2)); // a job ends only beside another
        let two = Threads::new(2);
        let jobs = (0..8).map(|n| {
            let (most, now, pairs) = (most.clone(), now.clone(), pairs.clone());
            let job = move || {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                pairs.wait();
                now.fetch_sub(1, SeqCst);
            };
            spawn(&n.to_string(), two.to_thread(job))
        });
        let ends = gather_all(jobs.collect::<Vec<_>>()).await;
        assert_eq!(ends, vec![Ok(Ok(())); 8]);
        assert_eq!(most.load(SeqCst), 2, "two at once, and no third");
    });
}
