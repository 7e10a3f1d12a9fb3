//! What a watcher hears of `Queue`, `Condition` and `Barrier`, which are waited for and held by nobody.

use std::sync::Arc;
use std::task::Waker;

use async_kata::sync::{Barrier, Condition, Lock, Queue, Semaphore};
use tokio_test::{assert_pending, assert_ready, task::spawn};

use super::observed::{Notes, watched};
use super::stage::poll;
use super::wakers::{Step, hooked};

/// Of each kind of wait for a queue one is served and one is given up. An item is held by nobody that a queue knows.
#[test]
fn a_queue_is_waited_for_by_who_puts_gets_and_joins() {
    watched(|notes| {
        let (empty, full) = (Queue::bounded(1), Queue::bounded(1));
        full.try_put(1).unwrap();
        let line = line!() + 1;
        let (mut get, mut no_get) = (spawn(empty.get()), spawn(empty.get()));
        let (mut put, mut no_put) = (spawn(full.put(2)), spawn(full.put(3))); // line + 1
        let (mut join, mut no_join) = (spawn(full.join()), spawn(full.join())); // line + 2
        for waits in 0..2 {
            assert_pending!(get.poll());
            assert_pending!(no_get.poll());
            assert_pending!(put.poll());
            assert_pending!(no_put.poll());
            assert_pending!(join.poll());
            assert_pending!(no_join.poll());
            let told = [0, 0, 1, 1, 2, 2].map(|after| format!("waits for Queue at {}", line + after));
            assert_eq!(notes.read(), if waits == 0 { &told[..] } else { &[] }, "one wait, however often it is polled");
        }
        drop((no_get, no_put, no_join));
        assert_eq!(notes.read(), ["wait 1 is over"; 3]);
        full.task_done().unwrap();
        assert_eq!((empty.try_put(1), full.try_get()), (Ok(()), Ok(1)));
        assert!(notes.read().is_empty(), "it is over when the task has seen it");
        assert_eq!(assert_ready!(get.poll()), Ok(1));
        assert_eq!(notes.read(), ["wait 1 is over"]);
        assert_ready!(put.poll()).unwrap();
        assert_eq!(notes.read(), ["wait 1 is over"]);
        assert_ready!(join.poll());
        assert_eq!(notes.read(), ["wait 1 is over"]);
        drop((get, put, join));
        assert!(notes.read().is_empty());
    });
}

#[test]
fn who_finds_what_it_wants_never_waits() {
    watched(|notes| {
        let queue = Queue::bounded(1);
        assert_ready!(spawn(queue.join()).poll());
        assert_ready!(spawn(queue.put(1)).poll()).unwrap();
        assert_ready!(spawn(queue.get()).poll()).unwrap();
        assert_ready!(spawn(Barrier::new(1).wait()).poll()).unwrap();
        assert!(notes.read().is_empty());
    });
}

/// A wait lets go of the lock, waits for the condition, then for the lock, and holds it: all by the line that waits.
#[test]
fn a_condition_is_waited_for_and_then_its_lock() {
    watched(|notes| {
        let (lock, condition) = (Lock::new(()), Condition::new());
        let guard = lock.try_lock().unwrap();
        let line = line!() + 1;
        let mut wait = spawn(condition.wait(guard));
        notes.read();
        assert_pending!(wait.poll());
        assert_pending!(wait.poll());
        assert_eq!(notes.read(), [format!("waits for Condition at {line}"), "frees Lock".into()]);
        let held = lock.try_lock();
        condition.notify(1);
        assert_eq!(notes.read(), [format!("holds Lock by {}", line + 5)], "nobody holds a condition");
        assert_pending!(wait.poll());
        assert_eq!(notes.read(), ["wait 1 is over".to_owned(), format!("waits for Lock at {line}")]);
        drop(held);
        let guard = assert_ready!(wait.poll());
        assert_eq!(notes.read(), ["frees Lock".to_owned(), "wait 1 is over".into(), format!("holds Lock by {line}")]);
        drop(guard);
        assert_eq!(notes.read(), ["frees Lock"]);
    });
}

#[test]
fn a_wait_for_a_condition_is_over_when_it_is_given_up() {
    watched(|notes| {
        let (lock, condition) = (Lock::new(()), Condition::new());
        let [in_line, mut notified] = [(); 2].map(|()| {
            let mut wait = spawn(condition.wait(lock.try_lock().unwrap()));
            assert_pending!(wait.poll());
            wait
        });
        notes.read();
        drop(in_line);
        assert_eq!(notes.read(), ["wait 1 is over"]);
        condition.notify(1);
        let held = lock.try_lock();
        assert_pending!(notified.poll());
        notes.read();
        drop(notified);
        assert_eq!(notes.read(), ["wait 1 is over"], "that for the lock");
        drop(held);
    });
}

#[test]
fn a_wait_for_a_predicate_is_told_of_by_its_own_line() {
    watched(|notes| {
        let (lock, condition) = (Lock::new(0), Condition::new());
        let guard = lock.try_lock().unwrap();
        let line = line!() + 1;
        let mut wait = spawn(condition.wait_for(guard, |n| *n == 2));
        notes.read();
        assert_pending!(wait.poll());
        let waits = [format!("waits for Condition at {line}"), "frees Lock".to_owned()];
        assert_eq!(notes.read(), waits);
        condition.notify(1);
        assert_pending!(wait.poll()); // the news was not for it
        let again = ["wait 1 is over".to_owned(), format!("holds Lock by {line}")].into_iter().chain(waits);
        assert_eq!(notes.read(), again.collect::<Vec<_>>());
        drop(wait);
        assert_eq!(notes.read(), ["wait 1 is over"]);
    });
}

#[test]
fn a_barrier_is_waited_for_and_held_by_nobody() {
    watched(|notes| {
        let barrier = Barrier::new(2);
        let line = line!() + 1;
        let [mut first, mut gone, mut away] = [(); 3].map(|()| spawn(barrier.wait()));
        assert_pending!(gone.poll());
        assert_eq!(notes.read(), [format!("waits for Barrier at {line}")]);
        drop(gone);
        assert_eq!(notes.read(), ["wait 1 is over"]);
        assert_pending!(first.poll());
        assert_pending!(first.poll());
        assert_eq!(notes.read(), [format!("waits for Barrier at {line}")]);
        assert_ready!(spawn(barrier.wait()).poll()).unwrap();
        assert!(
            notes.read().is_empty(),
            "who makes it full does not wait; for the other it is over when it has seen it"
        );
        assert_ready!(first.poll()).unwrap();
        assert_eq!(notes.read(), ["wait 1 is over"]);
        assert_pending!(away.poll());
        barrier.abort();
        assert_ready!(away.poll()).unwrap_err();
        assert_eq!(notes.read(), [format!("waits for Barrier at {line}"), "wait 1 is over".into()]);
    });
}

/// Two wait, the first is called and dropped: its wait is over before it wakes the second.
fn is_over_before_the_next_is_woken<F: Future + Unpin>(
    notes: &Arc<Notes>,
    wait: impl Fn() -> F,
    call_one: impl FnOnce(),
) {
    let (mut gone, noted) = (wait(), notes.clone());
    assert!(poll(&mut gone, Waker::noop()).is_pending());
    let mut next = wait();
    let wakes = hooked(Step::Woken, move || noted.write("the next is woken".into()));
    assert!(poll(&mut next, &wakes).is_pending());
    call_one();
    notes.read();
    drop(gone);
    assert_eq!(notes.read(), ["wait 1 is over", "the next is woken"]);
}

/// Otherwise a watcher who is asked by the one that is woken would count a wait that is given up.
#[test]
fn a_wait_given_up_is_over_before_the_next_is_woken() {
    watched(|notes| {
        let lock = Lock::new(());
        let held = lock.try_lock();
        is_over_before_the_next_is_woken(notes, || lock.lock(), || drop(held));
        let condition = Condition::new();
        let wait = || condition.wait(lock.try_lock().unwrap());
        is_over_before_the_next_is_woken(notes, wait, || condition.notify(1));
        let semaphore = Semaphore::new(0);
        is_over_before_the_next_is_woken(notes, || semaphore.acquire(), || semaphore.add(1));
        let queue = Queue::bounded(1);
        is_over_before_the_next_is_woken(notes, || queue.get(), || queue.try_put(1).unwrap());
        is_over_before_the_next_is_woken(notes, || queue.put(2), || assert!(queue.try_get().is_ok()));
    });
}
