//! The models' own test: what is broken must be seen, and its story must be readable.
//!
//! Each of these plays makes one classic mistake. A child explores it and fails, and we read what it told.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::model::{UNBOUNDED, refuted, say, thread, wait};
use crate::shim::{AtomicUsize, Mutex, Ordering};

/// An event that can only be set, and whose waiters do not look a second time.
struct Doorbell {
    rung: AtomicUsize,
    waiting: Mutex<Vec<Waker>>,
}

impl Doorbell {
    fn new() -> Self {
        Doorbell { rung: AtomicUsize::new(0), waiting: Mutex::new(Vec::new()) }
    }

    fn ring(&self) {
        self.rung.store(1, Ordering::Release);
        say("rings");
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.into_iter().for_each(Waker::wake);
    }

    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.rung.load(Ordering::Acquire) == 1 {
            return Poll::Ready(());
        }
        say("looks: not rung");
        // The mistake: `ring` may have come and gone since we looked.
        self.waiting.lock().push(cx.waker().clone());
        say("joins the line");
        Poll::Pending
    }
}

#[test]
fn a_lost_wakeup_is_seen() {
    let told = refuted("refuted::a_lost_wakeup_is_seen", UNBOUNDED, &["heard"], || {
        let bell = Arc::new(Doorbell::new());
        let b = thread("b", {
            let bell = bell.clone();
            move || bell.ring()
        });
        wait("wait", poll_fn(|cx| bell.poll(cx)));
        b.join().unwrap();
        "heard"
    });
    let Some(told) = told else { return };
    let (what, steps) = read(&told, "refuted::a_lost_wakeup_is_seen (unbounded): fails in execution ");
    assert!(what.starts_with("deadlock; "), "{told}");
    assert_eq!(steps, ["main  looks: not rung", "b     rings", "main  joins the line", "main  wait: pending"]);
}

#[test]
fn a_stale_value_is_seen() {
    let told = refuted("refuted::a_stale_value_is_seen", UNBOUNDED, &["1"], || {
        let (free, value) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let b = thread("b", {
            let (free, value) = (free.clone(), value.clone());
            move || {
                value.store(1, Ordering::Relaxed);
                free.store(1, Ordering::Relaxed); // The mistake: an unlock that is not Release.
                say("writes 1, unlocks");
            }
        });
        if free.load(Ordering::Acquire) == 1 {
            let value = value.load(Ordering::Relaxed);
            say(format_args!("locks, reads {value}"));
            assert_eq!(value, 1, "the lock did not carry the value");
        }
        b.join().unwrap();
        "1"
    });
    let Some(told) = told else { return };
    let (what, steps) = read(&told, "refuted::a_stale_value_is_seen (unbounded): fails in execution ");
    assert!(what.contains("the lock did not carry the value"), "{told}");
    assert_eq!(steps, ["b     writes 1, unlocks", "main  locks, reads 0"]);
}

#[test]
fn an_end_that_nobody_declared_is_seen() {
    let ends = &["b was first", "main was first"];
    let told = refuted("refuted::an_end_that_nobody_declared_is_seen", UNBOUNDED, ends, || {
        let seats = Arc::new(AtomicUsize::new(0));
        let b = thread("b", {
            let seats = seats.clone();
            move || seats.fetch_add(1, Ordering::Relaxed) == 0
        });
        let looked = seats.load(Ordering::Relaxed);
        match (b.join().unwrap(), looked) {
            (true, 1) => "b was first",
            _ => "nobody can tell",
        }
    });
    let Some(told) = told else { return };
    assert!(told.contains(r#""nobody can tell": "#), "{told}");
    assert!(told.ends_with("but [\"b was first\", \"main was first\"] were declared\n"), "{told}");
}

/// The two halves of a story: what went wrong, and the steps that led to it, without their numbers.
fn read<'a>(told: &'a str, title: &str) -> (&'a str, Vec<&'a str>) {
    let mut lines = told.lines();
    let first = lines.next().expect("a title");
    assert!(first.starts_with(title), "{told}");
    let what = lines.next().expect("what went wrong");
    let numbered = |line: &'a str| line.split_at_checked(5).filter(|(n, _)| n.trim().parse::<u32>().is_ok());
    (what, lines.filter_map(numbered).map(|(_, step)| step).collect())
}
