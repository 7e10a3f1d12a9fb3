//! What a watcher hears of the primitives: who waits, who holds, who lets go, and by which line.

use std::sync::{Arc, Mutex};

use async_kata::shim::observe::{Observer, Site, Thing, watch};
use async_kata::sync::{Event, Lock, Queue, Semaphore, queue::Order};
use tokio_test::{assert_pending, assert_ready, task::spawn};

/// Writes down what it hears, with the lines at which it was said.
#[derive(Default)]
pub(super) struct Notes(Mutex<Vec<String>>);

impl Notes {
    pub(super) fn write(&self, note: String) {
        self.0.lock().unwrap().push(note);
    }

    pub(super) fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Observer for Notes {
    fn waits(&self, thing: Thing, site: Site) -> u64 {
        self.write(format!("waits for {} at {}", thing.kind, line_of(site)));
        1
    }

    fn leaves(&self, wait: u64) {
        self.write(format!("wait {wait} is over"));
    }

    fn holds(&self, thing: Thing, site: Site) {
        self.write(format!("holds {} by {}", thing.kind, line_of(site)));
    }

    fn frees(&self, thing: Thing) {
        self.write(format!("frees {}", thing.kind));
    }
}

/// `tests/it/sync/observed.rs:31:20` to `31`, which must be a line of this file, or of its sister.
fn line_of(site: Site) -> String {
    let site = site.to_string();
    let (file, place) = site.split_once(".rs:").expect("a line of Rust");
    let is_ours = ["observed", "observed_waits"].iter().any(|ours| file.ends_with(&format!("tests/it/sync/{ours}")));
    assert!(is_ours, "reported {site}, a line of the primitive, not of its user");
    place.split(':').next().unwrap().to_owned()
}

/// Runs a play under observation.
pub(super) fn watched(play: impl FnOnce(&Arc<Notes>)) {
    let notes = Arc::new(Notes::default());
    let watching = watch(notes.clone());
    play(&notes);
    drop(watching);
}

#[test]
fn an_uncontended_lock_is_held_and_freed() {
    watched(|notes| {
        let lock = Lock::new(());
        let line = line!() + 1;
        drop(lock.try_lock());
        drop(assert_ready!(spawn(lock.lock()).poll()));
        let next = line + 1;
        assert_eq!(
            notes.read(),
            [
                format!("holds Lock by {line}"),
                "frees Lock".into(),
                format!("holds Lock by {next}"),
                "frees Lock".into()
            ]
        );
    });
}

#[test]
fn a_hand_over_frees_and_then_the_next_one_holds() {
    watched(|notes| {
        let lock = Lock::new(());
        let held = lock.try_lock().unwrap();
        let line = line!() + 1;
        let mut turn = spawn(lock.lock());
        notes.read();
        assert_pending!(turn.poll());
        assert_pending!(turn.poll());
        assert_eq!(notes.read(), [format!("waits for Lock at {line}")], "one wait, however often it is polled");
        drop(held);
        assert_eq!(notes.read(), ["frees Lock"]);
        let held = assert_ready!(turn.poll());
        assert_eq!(notes.read(), ["wait 1 is over".to_owned(), format!("holds Lock by {line}")]);
        drop(turn);
        assert!(notes.read().is_empty());
        drop(held);
        assert_eq!(notes.read(), ["frees Lock"]);
    });
}

#[test]
fn a_wait_given_up_is_over_and_never_held() {
    watched(|notes| {
        let lock = Lock::new(());
        let held = lock.try_lock().unwrap();
        let (mut waits, mut called) = (spawn(lock.lock()), spawn(lock.lock()));
        assert_pending!(called.poll());
        assert_pending!(waits.poll());
        notes.read();
        drop(waits);
        assert_eq!(notes.read(), ["wait 1 is over"]);
        drop(held);
        assert_eq!(notes.read(), ["frees Lock"]);
        drop(called);
        assert_eq!(notes.read(), ["wait 1 is over"]);
        assert!(lock.try_lock().is_some());
    });
}

#[test]
fn an_event_is_waited_for_and_held_by_nobody() {
    watched(|notes| {
        let event = Event::new();
        let line = line!() + 1;
        let (mut through, mut dropped) = (spawn(event.wait()), spawn(event.wait()));
        assert_pending!(through.poll());
        assert_pending!(dropped.poll());
        assert_eq!(notes.read(), vec![format!("waits for Event at {line}"); 2]);
        drop(dropped);
        assert_eq!(notes.read(), ["wait 1 is over"]);
        event.set();
        event.clear();
        assert!(notes.read().is_empty(), "it is over when the task has seen it");
        assert_ready!(through.poll());
        assert_eq!(notes.read(), ["wait 1 is over"]);
    });
}

/// Collects what is waited for, and what is held.
#[derive(Default)]
struct Made(Mutex<Vec<Thing>>);

impl Observer for Made {
    fn waits(&self, thing: Thing, _: Site) -> u64 {
        self.0.lock().unwrap().push(thing);
        1
    }
    fn leaves(&self, _: u64) {}
    fn holds(&self, thing: Thing, _: Site) {
        self.0.lock().unwrap().push(thing);
    }
    fn frees(&self, _: Thing) {}
}

#[test]
fn a_primitive_is_told_by_where_it_was_made() {
    let made = Arc::new(Made::default());
    let _watching = watch(made.clone());
    let line = line!() + 1;
    let (a, b) = (Lock::new(()), Lock::<u8>::default());
    drop((a.try_lock(), b.try_lock(), a.try_lock()));
    let things = made.0.lock().unwrap();
    let [a, b] = things[..] else { panic!("two were held: {things:?}") };
    assert!(a.id != b.id);
    assert_eq!([line_of(a.made), line_of(b.made)], [line.to_string(), line.to_string()]);
}

#[test]
fn a_queue_is_told_by_where_it_was_made_whichever_way() {
    let made = Arc::new(Made::default());
    let _watching = watch(made.clone());
    let line = line!() + 1;
    let queues = [Queue::<u8>::bounded(1), Queue::unbounded(), Queue::ordered(Order::Newest, None)];
    queues.iter().for_each(|queue| assert_pending!(spawn(queue.get()).poll()));
    let lines: Vec<_> = made.0.lock().unwrap().iter().map(|thing| line_of(thing.made)).collect();
    assert_eq!(lines, vec![line.to_string(); 3]);
}

/// Permits are told of as one, however many they are: who has some, and who waits for some.
#[test]
fn permits_are_waited_for_held_and_freed() {
    watched(|notes| {
        let semaphore = Semaphore::new(2);
        let line = line!() + 1;
        let two = semaphore.try_acquire_many(2);
        let mut waits = spawn(semaphore.acquire()); // line + 1
        assert_pending!(waits.poll());
        drop(two);
        drop(assert_ready!(waits.poll()));
        let next = line + 1;
        assert_eq!(
            notes.read(),
            [
                format!("holds Semaphore by {line}"),
                format!("waits for Semaphore at {next}"),
                "frees Semaphore".into(),
                "wait 1 is over".into(),
                format!("holds Semaphore by {next}"),
                "frees Semaphore".into(),
            ]
        );
    });
}

/// A queue is waited for and held by nobody: who has room or an item has done with it.
#[test]
fn a_queue_is_waited_for_by_all_three_lines() {
    watched(|notes| {
        let queue = Queue::bounded(1);
        let line = line!() + 1;
        let mut get = spawn(queue.get());
        let mut put = spawn(queue.put(2)); // line + 1
        let mut join = spawn(queue.join()); // line + 2
        assert_pending!(get.poll());
        queue.try_put(1).unwrap();
        assert_pending!(put.poll());
        assert_pending!(join.poll());
        let waits = [line, line + 1, line + 2].map(|line| format!("waits for Queue at {line}"));
        assert_eq!(notes.read(), waits);
        queue.task_done().unwrap();
        assert_ready!(get.poll()).unwrap();
        assert_eq!(notes.read(), ["wait 1 is over"], "by the task's own poll, not by the call");
        assert_ready!(put.poll()).unwrap();
        assert_ready!(join.poll());
        assert_eq!(notes.read(), vec!["wait 1 is over"; 2]);
        let mut given_up = (spawn(queue.put(3)), spawn(queue.join()));
        assert_pending!(given_up.0.poll());
        assert_pending!(given_up.1.poll());
        notes.read();
        drop((given_up, get, put, join));
        assert_eq!(notes.read(), vec!["wait 1 is over"; 2], "one each, of those who waited");
        assert_ready!(spawn(queue.get()).poll()).unwrap();
        let mut called = spawn(queue.get());
        assert_pending!(called.poll());
        notes.read();
        drop(called);
        assert_eq!(notes.read(), ["wait 1 is over"]);
    });
}

/// An owned guard tells the same as a borrowed one.
#[test]
fn an_owned_guard_is_told_of_by_the_line_that_locked() {
    watched(|notes| {
        let lock = Arc::new(Lock::new(()));
        let line = line!() + 1;
        let held = lock.clone().try_lock_owned();
        let mut turn = spawn(lock.clone().lock_owned()); // line + 1
        assert_pending!(turn.poll());
        drop(held);
        drop(assert_ready!(turn.poll()));
        assert_eq!(
            notes.read(),
            [
                format!("holds Lock by {line}"),
                format!("waits for Lock at {}", line + 1),
                "frees Lock".into(),
                "wait 1 is over".into(),
                format!("holds Lock by {}", line + 1),
                "frees Lock".into(),
            ]
        );
    });
}
