//! Models of how a `Queue` ends: shut down, emptied, all work done.

use std::sync::Arc;

use loom::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::model::{JoinHandle, Pending, UNBOUNDED, model, say, thread, wait};
use crate::sync::Queue;
use crate::sync::queue::{GetError, PutError};

/// A queue with these items in it.
fn queue_of(items: &[u32]) -> Arc<Queue<u32>> {
    let queue = Queue::bounded(items.len().max(1));
    items.iter().for_each(|item| queue.try_put(*item).expect("new"));
    Arc::new(queue)
}

fn getting(queue: &Arc<Queue<u32>>) -> Pending<Result<u32, GetError>> {
    let queue = queue.clone();
    Pending::new(async move { queue.get().await })
}

/// A thread that gets one item, works, and says so. (Relaxed: only the queue orders the work.)
fn worker(name: &str, queue: &Arc<Queue<u32>>, work: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let (queue, work) = (queue.clone(), work.clone());
    thread(name, move || {
        queue.try_get().expect("one for each");
        work.store(1, Relaxed);
        queue.task_done().expect("one for each");
        say("done");
    })
}

// Catches: a `shutdown` that leaves those who wait for an item in line.
#[test]
fn a_get_hears_of_the_shutdown() {
    model("queue_ends::a_get_hears_of_the_shutdown", UNBOUNDED, &["told"], || {
        let queue = queue_of(&[]);
        let b = thread("b", {
            let queue = queue.clone();
            move || queue.shutdown()
        });
        assert_eq!(wait("get", async { queue.get().await }), Err(GetError));
        b.join().unwrap();
        "told"
    });
}

// Catches: a `shutdown` that leaves those who wait for room in line.
#[test]
fn a_put_hears_of_the_shutdown() {
    model("queue_ends::a_put_hears_of_the_shutdown", UNBOUNDED, &["got its item back"], || {
        let queue = queue_of(&[0]);
        let b = thread("b", {
            let queue = queue.clone();
            move || queue.shutdown()
        });
        assert_eq!(wait("put", async { queue.put(1).await }), Err(PutError(1)));
        b.join().unwrap();
        "got its item back"
    });
}

// Catches: a put that was called and goes in, though the queue was shut down since.
#[test]
fn nothing_goes_in_after_the_shutdown() {
    model("queue_ends::nothing_goes_in_after_the_shutdown", UNBOUNDED, &["went in", "came too late"], || {
        let queue = queue_of(&[0]);
        let mut put = Pending::new({
            let queue = queue.clone();
            async move { queue.put(1).await }
        });
        let b = thread("b", move || put.wait("put"));
        assert_eq!(queue.try_get(), Ok(0));
        queue.shutdown();
        say("shut down");
        let before = queue.len();
        let went_in = b.join().unwrap().is_ok();
        assert_eq!((before, queue.len()), (usize::from(went_in), usize::from(went_in)));
        if went_in { "went in" } else { "came too late" }
    });
}

// Catches: a `shutdown` that sends all away who wait, while an item is promised and may come free again.
#[test]
fn the_last_item_of_a_queue_shut_down_is_not_forgotten() {
    let ends = &["the first got it", "the second got it"];
    model("queue_ends::the_last_item_of_a_queue_shut_down_is_not_forgotten", UNBOUNDED, ends, || {
        let queue = queue_of(&[]);
        let (first, mut second) = (getting(&queue), getting(&queue));
        let b = thread("b", move || first.give_up("get"));
        queue.try_put(1).unwrap();
        queue.shutdown();
        say("put 1, shut down");
        let got = second.wait("get");
        match (b.join().unwrap(), got) {
            (Some(Ok(1)), Err(GetError)) => "the first got it",
            (None, Ok(1)) => "the second got it",
            _ => "nobody got it, or both",
        }
    });
}

// Catches: a `shutdown_now` that leaves the items, for somebody to get.
#[test]
fn an_item_is_got_or_gone() {
    model("queue_ends::an_item_is_got_or_gone", UNBOUNDED, &["got", "gone"], || {
        let queue = queue_of(&[]);
        let mut get = getting(&queue);
        let b = thread("b", move || get.wait("get"));
        queue.try_put(1).unwrap();
        say("put 1");
        queue.shutdown_now();
        say("shut down");
        assert!(queue.is_empty());
        if b.join().unwrap() == Ok(1) { "got" } else { "gone" }
    });
}

// Catches: `Joining::join` that does not look whether the work is done since.
#[test]
fn the_end_of_the_work_is_never_missed() {
    model("queue_ends::the_end_of_the_work_is_never_missed", UNBOUNDED, &["seen"], || {
        let (queue, work) = (queue_of(&[1]), Arc::new(AtomicUsize::new(0)));
        let b = worker("b", &queue, &work);
        wait("join", async { queue.join().await });
        assert_eq!(work.load(Relaxed), 1, "the work was done before it was said to be");
        b.join().unwrap();
        "seen"
    });
}

// Catches: a `task_done` that lets joiners go before all is done.
#[test]
fn joiners_see_the_work_of_all_2_preemptions() {
    model("queue_ends::joiners_see_the_work_of_all_2_preemptions", Some(2), &["seen"], || {
        let (queue, work) = (queue_of(&[1, 2]), [Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0))]);
        let others = [worker("b", &queue, &work[0]), worker("c", &queue, &work[1])];
        wait("join", async { queue.join().await });
        assert_eq!(work.each_ref().map(|work| work.load(Relaxed)), [1, 1]);
        others.into_iter().for_each(|other| other.join().unwrap());
        "seen"
    });
}

// Catches: a `shutdown_now` that counts the items it drops as work to be done.
#[test]
fn nobody_joins_for_items_that_are_gone() {
    model("queue_ends::nobody_joins_for_items_that_are_gone", UNBOUNDED, &["let go"], || {
        let queue = queue_of(&[1, 2]);
        let b = thread("b", {
            let queue = queue.clone();
            move || queue.shutdown_now()
        });
        wait("join", async { queue.join().await });
        b.join().unwrap();
        "let go"
    });
}

// Catches: a `task_done` that lets only the first joiner go.
#[test]
fn one_of_two_joiners_gives_up() {
    model("queue_ends::one_of_two_joiners_gives_up", UNBOUNDED, &["let go", "gave up"], || {
        let queue = queue_of(&[1]);
        let join = |queue: &Arc<Queue<u32>>| {
            let queue = queue.clone();
            Pending::new(async move { queue.join().await })
        };
        let (first, mut second) = (join(&queue), join(&queue));
        let b = thread("b", move || first.give_up("join"));
        assert_eq!((queue.try_get(), queue.task_done()), (Ok(1), Ok(())));
        say("done");
        second.wait("join");
        if b.join().unwrap().is_some() { "let go" } else { "gave up" }
    });
}
