//! Models of `Queue`: items on their way, each await, each cancel.

use std::sync::Arc;

use crate::model::{Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::Queue;
use crate::sync::queue::{GetError, PutError, TryGetError, TryPutError};

fn put(queue: &Queue<u32>, item: u32) {
    wait("put", async { queue.put(item).await }).expect("nobody shuts it down");
    say(format_args!("put {item}"));
}

fn get(queue: &Queue<u32>) -> u32 {
    let item = wait("get", async { queue.get().await }).expect("nobody shuts it down");
    say(format_args!("got {item}"));
    item
}

/// A put that owns its queue, so that it can be begun in one thread and go on in another.
fn putting(queue: &Arc<Queue<u32>>, item: u32) -> Pending<Result<(), PutError<u32>>> {
    let queue = queue.clone();
    Pending::new(async move { queue.put(item).await })
}

fn getting(queue: &Arc<Queue<u32>>) -> Pending<Result<u32, GetError>> {
    let queue = queue.clone();
    Pending::new(async move { queue.get().await })
}

/// A queue for one item, with a 0 in it.
fn full() -> Arc<Queue<u32>> {
    let queue = Queue::bounded(1);
    queue.try_put(0).expect("new");
    Arc::new(queue)
}

// Catches: `Putting::join` without its second look.
#[test]
fn room_is_never_missed() {
    model("queue::room_is_never_missed", UNBOUNDED, &["went in"], || {
        let queue = full();
        let b = thread("b", {
            let queue = queue.clone();
            move || get(&queue)
        });
        put(&queue, 1);
        assert_eq!((b.join().unwrap(), queue.try_get()), (0, Ok(1)));
        "went in"
    });
}

// Catches: `Getting::join` without its second look.
#[test]
fn an_item_is_never_missed() {
    model("queue::an_item_is_never_missed", UNBOUNDED, &["came out"], || {
        let queue = Arc::new(Queue::unbounded());
        let b = thread("b", {
            let queue = queue.clone();
            move || put(&queue, 1)
        });
        assert_eq!(get(&queue), 1);
        b.join().unwrap();
        "came out"
    });
}

// Catches: a get that calls nobody who waits for room.
#[test]
fn items_keep_their_order_3_preemptions() {
    model("queue::items_keep_their_order_3_preemptions", Some(3), &["in order"], || {
        let queue = Arc::new(Queue::bounded(1));
        let b = thread("b", {
            let queue = queue.clone();
            move || (1..=2).for_each(|item| put(&queue, item))
        });
        assert_eq!([get(&queue), get(&queue)], [1, 2]);
        b.join().unwrap();
        "in order"
    });
}

// Catches: a put that was called, goes in, and keeps its promise of room.
#[test]
fn two_put_and_one_gets_2_preemptions() {
    model("queue::two_put_and_one_gets_2_preemptions", Some(2), &["1 first", "2 first"], || {
        let queue = Arc::new(Queue::bounded(1));
        let others = [("b", 1), ("c", 2)].map(|(name, item)| {
            let queue = queue.clone();
            thread(name, move || put(&queue, item))
        });
        let got = [get(&queue), get(&queue)];
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(queue.try_get(), Err(TryGetError::Empty));
        assert_eq!(queue.try_put(3), Ok(()), "all room is free again");
        match got {
            [1, 2] => "1 first",
            [2, 1] => "2 first",
            _ => "lost, or doubled",
        }
    });
}

// Catches: a put that calls two for one item.
#[test]
fn one_puts_and_two_get_2_preemptions() {
    model("queue::one_puts_and_two_get_2_preemptions", Some(2), &["b got 1", "b got 2"], || {
        let queue = Arc::new(Queue::bounded(1));
        let others = ["b", "c"].map(|name| {
            let queue = queue.clone();
            thread(name, move || get(&queue))
        });
        put(&queue, 1);
        put(&queue, 2);
        match others.map(|other| other.join().unwrap()) {
            [1, 2] => "b got 1",
            [2, 1] => "b got 2",
            _ => "lost, or doubled",
        }
    });
}

// Catches: a called put that is dropped and keeps the room it was promised.
#[test]
fn room_given_up_goes_to_the_next() {
    let ends = &["left the line", "was called, passed it on"];
    model("queue::room_given_up_goes_to_the_next", UNBOUNDED, ends, || {
        let queue = full();
        let (first, mut second) = (putting(&queue, 1), putting(&queue, 2));
        let b = thread("b", move || {
            let called = first.was_woken();
            drop(first);
            say("gave up");
            called
        });
        assert_eq!(queue.try_get(), Ok(0));
        say("made room");
        assert_eq!(second.wait("put"), Ok(()));
        let called = b.join().unwrap();
        assert_eq!((queue.try_get(), queue.try_get()), (Ok(2), Err(TryGetError::Empty)));
        if called { "was called, passed it on" } else { "left the line" }
    });
}

// Catches: a called get that is dropped and keeps the item it was promised.
#[test]
fn an_item_given_up_goes_to_the_next() {
    let ends = &["left the line", "was called, passed it on"];
    model("queue::an_item_given_up_goes_to_the_next", UNBOUNDED, ends, || {
        let queue = Arc::new(Queue::unbounded());
        let (first, mut second) = (getting(&queue), getting(&queue));
        let b = thread("b", move || {
            let called = first.was_woken();
            drop(first);
            say("gave up");
            called
        });
        queue.try_put(1).unwrap();
        say("put 1");
        assert_eq!(second.wait("get"), Ok(1));
        if b.join().unwrap() { "was called, passed it on" } else { "left the line" }
    });
}

// Catches: a put whose drop puts the item all the same.
#[test]
fn a_put_given_up_has_put_nothing() {
    model("queue::a_put_given_up_has_put_nothing", UNBOUNDED, &["put", "gave up"], || {
        let queue = full();
        let b = thread("b", {
            let queue = queue.clone();
            move || get(&queue)
        });
        let is_put = give_up("put", async { queue.put(1).await }).is_some();
        assert_eq!(b.join().unwrap(), 0);
        assert_eq!(queue.try_get(), if is_put { Ok(1) } else { Err(TryGetError::Empty) });
        if is_put { "put" } else { "gave up" }
    });
}

// Catches: a get that gives up and stays in line, to be promised an item.
#[test]
fn a_get_given_up_has_taken_nothing() {
    model("queue::a_get_given_up_has_taken_nothing", UNBOUNDED, &["got", "gave up"], || {
        let queue = Arc::new(Queue::unbounded());
        let b = thread("b", {
            let queue = queue.clone();
            move || put(&queue, 1)
        });
        let got = give_up("get", async { queue.get().await });
        b.join().unwrap();
        assert_eq!(queue.try_get(), if got.is_some() { Err(TryGetError::Empty) } else { Ok(1) });
        if got.is_some() { "got" } else { "gave up" }
    });
}

// Catches: `get` that takes what a called one is promised.
#[test]
fn a_newcomer_takes_no_promised_item() {
    model("queue::a_newcomer_takes_no_promised_item", UNBOUNDED, &["refused"], || {
        let queue = Arc::new(Queue::unbounded());
        let first = getting(&queue);
        let b = thread("b", {
            let queue = queue.clone();
            move || queue.try_get()
        });
        queue.try_put(1).unwrap();
        say("put 1");
        let tried = b.join().unwrap();
        drop(first);
        if tried == Err(TryGetError::Empty) { "refused" } else { "overtook" }
    });
}

// Catches: `put` that takes the room which a called one is promised.
#[test]
fn a_newcomer_takes_no_promised_room() {
    model("queue::a_newcomer_takes_no_promised_room", UNBOUNDED, &["refused"], || {
        let queue = full();
        let first = putting(&queue, 1);
        let b = thread("b", {
            let queue = queue.clone();
            move || queue.try_put(2)
        });
        assert_eq!(queue.try_get(), Ok(0));
        say("made room");
        let tried = b.join().unwrap();
        drop(first);
        if tried == Err(TryPutError::Full(2)) { "refused" } else { "overtook" }
    });
}

// Catches: a get in line that keeps the waker of its first poll.
#[test]
fn a_put_wakes_the_last_waker() {
    model("queue::a_put_wakes_the_last_waker", UNBOUNDED, &["woke the first", "woke the last"], || {
        let queue = Arc::new(Queue::unbounded());
        let mut next = getting(&queue);
        let b = thread("b", move || {
            assert_eq!(next.wait("get"), Ok(1));
            next.was_woken()
        });
        queue.try_put(1).unwrap();
        say("put 1");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}

// Catches: a put in line that keeps the waker of its first poll.
#[test]
fn a_get_wakes_the_last_waker() {
    model("queue::a_get_wakes_the_last_waker", UNBOUNDED, &["woke the first", "woke the last"], || {
        let queue = full();
        let mut next = putting(&queue, 1);
        let b = thread("b", move || {
            assert_eq!(next.wait("put"), Ok(()));
            next.was_woken()
        });
        assert_eq!(queue.try_get(), Ok(0));
        say("made room");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}
