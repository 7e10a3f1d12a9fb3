//! Threads that sleep until they are woken: a wake-up that is lost is seen as a thread that sleeps too long.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use async_kata::sync::{Barrier, Condition, Event, Lock, Queue, Semaphore};

use super::threads::rounds;

/// Nobody sleeps so long unless nobody wakes it, not even under memcheck on a busy machine.
const TOO_LONG: Duration = Duration::from_secs(20);

struct Sleeper {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, SeqCst);
        self.thread.unpark();
    }
}

/// Polls, and polls again only when woken.
fn sleep<F: Future>(future: F) -> F::Output {
    let sleeper = Arc::new(Sleeper { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = sleeper.clone().into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        let deadline = Instant::now() + TOO_LONG;
        while !sleeper.woken.swap(false, SeqCst) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "nobody woke a task in {TOO_LONG:?}");
            thread::park_timeout(left);
        }
    }
}

/// Polls twice, and gives up; begins anew, and sleeps.
fn give_up_and_sleep<F: Future>(make: impl Fn() -> F) -> F::Output {
    let mut first = Box::pin(make());
    for _ in 0..2 {
        if let Poll::Ready(output) = first.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
    drop(first);
    sleep(make())
}

/// Runs it on so many threads at once; each knows its number.
fn on_threads<T: Send>(n: usize, body: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let body = &body;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..n).map(|by| scope.spawn(move || body(by))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread of the test")).collect()
    })
}

/// Two threads put, two get; the last who puts waits until all is done.
#[test]
fn each_item_arrives_once_and_in_order() {
    let (queue, n, putting) = (Queue::bounded(2), rounds(), AtomicUsize::new(2));
    let got = on_threads(4, |by| {
        let mut got = Vec::new();
        if by >= 2 {
            while let Ok(item) = give_up_and_sleep(|| queue.get()) {
                got.push(item);
                queue.task_done().expect("one for each item");
            }
            return got;
        }
        (0..n).for_each(|item| give_up_and_sleep(|| queue.put((by, item))).expect("nobody has shut it"));
        if putting.fetch_sub(1, SeqCst) == 1 {
            give_up_and_sleep(|| queue.join());
            queue.shutdown();
        }
        got
    });
    for who in 0..2 {
        let of = |got: &Vec<(usize, usize)>| got.iter().filter(|item| item.0 == who).copied().collect::<Vec<_>>();
        assert!(got.iter().all(|got| of(got).is_sorted()), "first in, first out");
        let mut all: Vec<_> = got.iter().flat_map(of).collect();
        all.sort_unstable();
        assert!(all.into_iter().eq((0..n).map(|item| (who, item))), "each once");
    }
}

#[test]
fn each_turn_at_a_lock_counts() {
    let (lock, n) = (Lock::new(0), rounds());
    on_threads(3, |_| (0..n).for_each(|_| *give_up_and_sleep(|| lock.lock()) += 1));
    assert_eq!(lock.into_inner(), 3 * n);
}

#[test]
fn no_more_are_inside_than_there_are_permits() {
    let (semaphore, inside, n) = (Semaphore::new(3), AtomicUsize::new(0), rounds());
    on_threads(3, |by| {
        for nth in 0..n {
            let need = 1 + (by + nth) % 2;
            let permit = give_up_and_sleep(|| semaphore.acquire_many(need));
            assert!(inside.fetch_add(need, SeqCst) + need <= 3, "more than there are");
            inside.fetch_sub(need, SeqCst);
            drop(permit);
        }
    });
    assert_eq!(semaphore.available(), 3);
}

/// Nobody gives up here: who is dropped when the barrier was full has passed, and could not know it.
#[test]
fn all_pass_a_barrier_together() {
    let (barrier, n) = (Barrier::new(3), rounds());
    let came: Vec<_> = (0..n).map(|_| AtomicUsize::new(0)).collect();
    let numbers = on_threads(3, |_| {
        let wait = |came: &AtomicUsize| {
            came.fetch_add(1, SeqCst);
            let number = sleep(barrier.wait()).expect("nobody aborts");
            assert_eq!(came.load(SeqCst), 3, "nobody passes before all have come");
            number
        };
        came.iter().map(wait).collect::<Vec<_>>()
    });
    for nth in 0..n {
        let mut numbers: Vec<_> = numbers.iter().map(|numbers| numbers[nth]).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2]);
    }
}

/// Two tell, one clears, looks, and waits.
#[test]
fn no_news_is_missed_at_an_event() {
    let (event, news, n) = (Event::new(), AtomicUsize::new(0), rounds());
    on_threads(3, |by| {
        if by > 0 {
            for _ in 0..n {
                news.fetch_add(1, SeqCst);
                event.set();
            }
            return;
        }
        loop {
            event.clear();
            if news.load(SeqCst) == 2 * n {
                return;
            }
            give_up_and_sleep(|| event.wait());
        }
    });
}

/// Three take turns in a circle. Each notifies all, since the one that is meant may not be the one that waits longest.
#[test]
fn turns_go_round_by_a_condition() {
    let (turn, changed, n) = (Lock::new(0), Condition::new(), rounds());
    on_threads(3, |by| {
        for _ in 0..n {
            let wait = || async {
                let guard = turn.lock().await;
                changed.wait_for(guard, |turn| *turn % 3 == by).await
            };
            *give_up_and_sleep(wait) += 1;
            changed.notify_all();
        }
    });
    assert_eq!(turn.into_inner(), 3 * n);
}
