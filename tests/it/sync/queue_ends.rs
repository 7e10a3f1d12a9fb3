//! `Queue`, poll by poll: the work that is done, the queue that is shut down, and the words for it all.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use async_kata::sync::Queue;
use async_kata::sync::queue::{GetError, Order, PutError, TooManyDone, TryGetError, TryPutError};
use tokio_test::{assert_pending, assert_ready, assert_ready_eq, assert_ready_ok, task::spawn};

use super::{poll_in, task};

/// An unbounded queue with these items.
fn with<T>(items: impl IntoIterator<Item = T>) -> Queue<T> {
    let queue = Queue::unbounded();
    items.into_iter().for_each(|item| assert!(queue.try_put(item).is_ok()));
    queue
}

#[test]
fn after_a_shutdown_nothing_is_put() {
    let queue = Queue::bounded(1);
    let mut fresh = spawn(queue.put('a'));
    queue.shutdown();
    assert_ready_eq!(fresh.poll(), Err(PutError('a')));
    assert_eq!(queue.try_put('b'), Err(TryPutError::ShutDown('b')));
    assert!(queue.is_empty());
}

#[test]
fn a_shutdown_gives_back_the_items_of_all_who_wait_to_put() {
    let queue = Queue::bounded(1);
    queue.try_put('a').unwrap();
    let (mut called, mut waits, mut last) = (spawn(queue.put('b')), spawn(queue.put('c')), spawn(queue.put('d')));
    assert_pending!(called.poll());
    assert_pending!(waits.poll());
    assert_pending!(last.poll());
    queue.try_get().unwrap();
    assert_eq!((called.is_woken(), waits.is_woken(), last.is_woken()), (true, false, false));
    queue.shutdown();
    assert!(waits.is_woken() && last.is_woken());
    assert_ready_eq!(last.poll(), Err(PutError('d')));
    drop(waits);
    assert_ready_eq!(called.poll(), Err(PutError('b')), "there was room, and it is too late");
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
}

#[test]
fn gets_go_on_after_a_shutdown_until_nothing_is_left() {
    let queue = with(['a', 'b', 'c']);
    queue.shutdown();
    assert_eq!(queue.try_get(), Ok('a'));
    assert_ready_eq!(spawn(queue.get()).poll(), Ok('b'));
    queue.shutdown(); // again: nothing
    assert_eq!(queue.try_get(), Ok('c'));
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
    assert_ready_eq!(spawn(queue.get()).poll(), Err(GetError));
}

#[test]
fn who_waits_at_an_empty_queue_is_told_at_once() {
    let queue = Queue::<u8>::bounded(1);
    let mut gets = [spawn(queue.get()), spawn(queue.get())];
    gets.iter_mut().for_each(|get| assert_pending!(get.poll()));
    queue.shutdown();
    for get in &mut gets {
        assert!(get.is_woken());
        assert_ready_eq!(get.poll(), Err(GetError));
    }
}

#[test]
fn who_waits_behind_a_called_get_is_told_when_the_last_item_is_gone() {
    let queue = Queue::bounded(1);
    let (mut called, mut behind) = (spawn(queue.get()), spawn(queue.get()));
    assert_pending!(called.poll());
    assert_pending!(behind.poll());
    queue.try_put('a').unwrap();
    queue.shutdown();
    assert_eq!(queue.try_get(), Err(TryGetError::Empty), "not over: the called one may give up");
    assert!(!behind.is_woken());
    assert_pending!(behind.poll());
    assert_ready_eq!(called.poll(), Ok('a'));
    assert!(behind.is_woken());
    assert_ready_eq!(behind.poll(), Err(GetError));
}

#[test]
fn who_waits_behind_a_called_get_that_gives_up_gets_the_last_item() {
    let queue = Queue::bounded(1);
    let (mut called, mut behind) = (spawn(queue.get()), spawn(queue.get()));
    assert_pending!(called.poll());
    assert_pending!(behind.poll());
    queue.try_put('a').unwrap();
    queue.shutdown();
    drop(called);
    assert!(behind.is_woken());
    assert_ready_eq!(behind.poll(), Ok('a'));
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
}

#[test]
fn an_immediate_shutdown_leaves_nothing_for_anybody() {
    let queue = Queue::bounded(1);
    let (mut called, mut behind) = (spawn(queue.get()), spawn(queue.get()));
    assert_pending!(called.poll());
    assert_pending!(behind.poll());
    queue.try_put('a').unwrap();
    let mut put = spawn(queue.put('b'));
    assert_pending!(put.poll());
    queue.shutdown_now();
    assert!(queue.is_empty() && behind.is_woken() && put.is_woken());
    assert_ready_eq!(behind.poll(), Err(GetError));
    assert_ready_eq!(called.poll(), Err(GetError), "what it was promised is gone");
    assert_ready_eq!(put.poll(), Err(PutError('b')));
    assert_eq!(queue.try_get(), Err(TryGetError::ShutDown));
}

#[test]
fn an_immediate_shutdown_may_follow_an_ordinary_one() {
    let queue = with(['a', 'b']);
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.shutdown();
    assert_eq!(queue.try_get(), Ok('a'));
    queue.shutdown_now();
    assert!(queue.is_empty() && !join.is_woken(), "`a` is worked on");
    queue.shutdown_now(); // again: nothing
    queue.task_done().unwrap();
    assert_ready!(join.poll());
}

#[test]
fn whoever_joins_is_let_go_when_the_last_work_is_done() {
    let queue = Queue::unbounded();
    assert_ready!(spawn(queue.join()).poll());
    (0..2).for_each(|n| queue.try_put(n).unwrap());
    let mut joins = [spawn(queue.join()), spawn(queue.join())];
    joins.iter_mut().for_each(|join| assert_pending!(join.poll()));
    assert_eq!([queue.try_get(), queue.try_get()], [Ok(0), Ok(1)]);
    queue.task_done().unwrap();
    joins.iter_mut().for_each(|join| assert_pending!(join.poll()));
    queue.task_done().unwrap();
    for join in &mut joins {
        assert!(join.is_woken());
        assert_ready!(join.poll());
    }
}

#[test]
fn whoever_joins_is_let_go_though_more_is_put_before_it_runs() {
    let queue = with(['a']);
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.task_done().unwrap();
    queue.try_put('b').unwrap();
    assert_pending!(spawn(queue.join()).poll());
    assert_ready!(join.poll());
}

#[test]
fn a_join_that_is_dropped_leaves_no_trace() {
    let queue = with(['a']);
    let mut gone = task();
    let (mut join, mut other) = (spawn(queue.join()), spawn(queue.join()));
    assert_pending!(poll_in(&mut gone, &mut join));
    assert_pending!(other.poll());
    drop((join, queue.join()));
    assert_eq!((gone.waker_ref_count(), gone.is_woken()), (1, false));
    queue.task_done().unwrap();
    drop(other); // called already: nothing to pass on
    assert_ready!(spawn(queue.join()).poll());
}

#[test]
fn work_is_counted_by_puts_that_were_done() {
    let queue = Queue::bounded(1);
    assert_eq!(queue.task_done(), Err(TooManyDone));
    queue.try_put('a').unwrap();
    queue.try_put('b').unwrap_err();
    let (mut put, mut dropped) = (spawn(queue.put('c')), spawn(queue.put('d')));
    assert_pending!(put.poll());
    assert_pending!(dropped.poll());
    drop(dropped);
    assert_eq!([queue.task_done(), queue.task_done()], [Ok(()), Err(TooManyDone)], "one was put, whoever has it");
    queue.try_get().unwrap();
    assert_ready_ok!(put.poll());
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.task_done().unwrap();
    assert_ready!(join.poll());
}

#[test]
fn nobody_joins_for_what_an_immediate_shutdown_drops() {
    let queue = with(['a', 'b']);
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.shutdown_now();
    assert!(join.is_woken());
    assert_ready!(join.poll());
    assert_eq!(queue.task_done(), Err(TooManyDone));
}

/// Work may be reported before it is got: then there is less left to drop than is there.
#[test]
fn work_that_was_reported_early_is_not_dropped_twice() {
    let queue = with(['a', 'b', 'c']);
    queue.task_done().unwrap();
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.shutdown_now();
    assert_ready!(join.poll());
    assert_eq!(queue.task_done(), Err(TooManyDone));
}

#[test]
fn errors_say_what_happened_and_nothing_of_the_item() {
    /// An item that nobody can print.
    #[derive(PartialEq)]
    struct Secret;
    fn words(error: &dyn Error) -> (String, String) {
        (error.to_string(), format!("{error:?}"))
    }
    let both = |words: &(String, String)| format!("{} | {}", words.0, words.1);
    let said = [
        words(&PutError(Secret)),
        words(&TryPutError::Full(Secret)),
        words(&TryPutError::ShutDown(Secret)),
        words(&GetError),
        words(&TryGetError::Empty),
        words(&TryGetError::ShutDown),
        words(&TooManyDone),
    ];
    let expected = "\
the queue was shut down | PutError(..)
the queue is full | Full(..)
the queue was shut down | ShutDown(..)
the queue was shut down, and is empty | GetError
the queue is empty | Empty
the queue was shut down, and is empty | ShutDown
task_done was called more often than items were put | TooManyDone";
    assert_eq!(said.each_ref().map(both).join("\n"), expected);
    assert!(TryPutError::Full(Secret).into_inner() == TryPutError::ShutDown(Secret).into_inner());
}

#[test]
fn debug_shows_what_is_in_it_and_who_waits() {
    let queue = Queue::bounded(1);
    assert_eq!(shown(&queue), "0 of Some(1), 0 unfinished, get false, put false, shut false, promised 0 and 0");
    let (mut get, mut put) = (spawn(queue.get()), spawn(queue.put('b')));
    assert_eq!(format!("{get:?} {put:?} {:?}", queue.join()).matches("waits: false").count(), 3);
    assert_pending!(get.poll());
    assert_eq!(shown(&queue), "0 of Some(1), 0 unfinished, get true, put false, shut false, promised 0 and 0");
    queue.try_put('a').unwrap();
    assert_pending!(put.poll());
    assert_eq!(shown(&queue), "1 of Some(1), 1 unfinished, get false, put true, shut false, promised 1 and 0");
    let mut join = spawn(queue.join());
    assert_pending!(join.poll());
    queue.shutdown();
    assert_eq!(shown(&queue), "1 of Some(1), 1 unfinished, get false, put false, shut true, promised 1 and 1");
    assert_eq!(
        format!("{:?} {:?} {:?}", *get, *put, *join),
        "Getting { waits: true } Putting { waits: true } Joining { waits: true }"
    );
    queue.task_done().unwrap();
    assert_ready_eq!(get.poll(), Ok('a'));
    assert_ready_eq!(put.poll(), Err(PutError('b')));
    assert_ready!(join.poll());
    assert_eq!(format!("{:?} {:?} {:?}", *get, *put, *join).matches("waits: false").count(), 3, "done, and gone");
    assert_eq!(
        shown(&Queue::unbounded()),
        "0 of None, 0 unfinished, get false, put false, shut false, promised 0 and 0"
    );
    let orders = [Order::Oldest, Order::Newest, Order::Smallest(|_: &u8| 0)];
    assert_eq!(format!("{orders:?}"), "[Oldest, Newest, Smallest]");
}

/// The text of a queue, in fewer words.
fn shown(queue: &Queue<char>) -> String {
    let mut text = format!("{queue:?}");
    for (name, short) in [
        ("Queue { len: ", ""),
        (", capacity:", " of"),
        (", unfinished: ", ", "),
        (", waiting_to_get:", " unfinished, get"),
        ("waiting_to_put:", "put"),
        ("shut_down:", "shut"),
        ("promised_items:", "promised"),
        (", promised_room:", " and"),
        (" }", ""),
    ] {
        assert_eq!(text.matches(name).count(), 1, "{text}");
        text = text.replace(name, short);
    }
    text
}

#[test]
fn a_put_that_is_done_cannot_be_polled_again() {
    let queue = Queue::bounded(1);
    let (mut at_once, mut waits, mut refused) = (spawn(queue.put('a')), spawn(queue.put('b')), spawn(queue.put('c')));
    assert_ready_ok!(at_once.poll());
    assert_pending!(waits.poll());
    queue.try_get().unwrap();
    assert_ready_ok!(waits.poll());
    queue.shutdown();
    assert_ready_eq!(refused.poll(), Err(PutError('c')));
    for mut done in [at_once, waits, refused] {
        let panic = catch_unwind(AssertUnwindSafe(|| done.poll().is_ready())).unwrap_err();
        let words: Option<&String> = panic.downcast_ref();
        let words = words.map(String::as_str).or(panic.downcast_ref().copied());
        assert_eq!(words, Some("polled again after it was ready"));
    }
    assert_eq!((queue.try_get(), queue.try_get()), (Ok('b'), Err(TryGetError::ShutDown)), "nothing was put twice");
}
