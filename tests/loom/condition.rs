//! Models of `Condition`: news, notifications, and who gives them up.

use std::sync::Arc;

use crate::model::{JoinHandle, Pending, UNBOUNDED, give_up, model, say, thread, wait};
use crate::sync::{Condition, Lock};

#[derive(Default)]
struct Desk {
    news: Lock<u32>,
    changed: Condition,
}

impl Desk {
    /// Locks, and waits until there is news.
    fn read(&self) {
        let until = async { drop(self.changed.wait_for(self.news.lock().await, |news| *news > 0).await) };
        wait("wait_for", until);
    }

    fn write(&self) {
        *wait("lock", async { self.news.lock().await }) += 1;
        say("wrote");
    }

    /// A wait for one notification, begun: it has let go of the lock, and is in line.
    fn waiting(self: &Arc<Self>) -> Pending<()> {
        let desk = self.clone();
        Pending::new(async move { drop(desk.changed.wait(desk.news.lock().await).await) })
    }
}

fn reader(name: &str, desk: &Arc<Desk>) -> JoinHandle<()> {
    let desk = desk.clone();
    thread(name, move || desk.read())
}

// Catches: a wait that unlocks first and joins the line then.
#[test]
fn news_is_never_missed() {
    model("condition::news_is_never_missed", UNBOUNDED, &["read"], || {
        let desk = Arc::new(Desk::default());
        let b = reader("b", &desk);
        desk.write();
        desk.changed.notify(1);
        say("notified");
        b.join().unwrap();
        "read"
    });
}

// Catches: a wait that forgets to unlock, or a notified one that forgets to lock.
#[test]
fn who_notifies_may_hold_the_lock_3_preemptions() {
    model("condition::who_notifies_may_hold_the_lock_3_preemptions", Some(3), &["read"], || {
        let desk = Arc::new(Desk::default());
        let b = reader("b", &desk);
        let mut news = wait("lock", async { desk.news.lock().await });
        *news += 1;
        desk.changed.notify_all();
        say("wrote, notified");
        *news += 1; // Still ours: b, though notified, waits for the lock.
        drop(news);
        b.join().unwrap();
        assert_eq!(desk.news.try_lock().as_deref(), Some(&2));
        "read"
    });
}

// Catches: a `notify` that calls one fewer than it was asked to.
#[test]
fn all_are_notified_2_preemptions() {
    model("condition::all_are_notified_2_preemptions", Some(2), &["read"], || {
        let desk = Arc::new(Desk::default());
        let others = [reader("b", &desk), reader("c", &desk)];
        desk.write();
        desk.changed.notify(2);
        say("notified");
        others.into_iter().for_each(|other| other.join().unwrap());
        "read"
    });
}

// Catches: a notified wait that is dropped and keeps its notification.
#[test]
fn a_notification_given_up_goes_to_the_next() {
    let ends = &["left the line", "was notified, passed it on"];
    model("condition::a_notification_given_up_goes_to_the_next", UNBOUNDED, ends, || {
        let desk = Arc::new(Desk::default());
        let (first, mut second) = (desk.waiting(), desk.waiting());
        let b = thread("b", move || {
            let notified = first.was_woken();
            drop(first);
            say("gave up");
            notified
        });
        desk.changed.notify(1);
        say("notified");
        second.wait("wait");
        let notified = b.join().unwrap();
        assert!(desk.news.try_lock().is_some(), "all have left");
        if notified { "was notified, passed it on" } else { "left the line" }
    });
}

// Catches: a notified wait that is dropped in the lock's line and keeps its notification.
#[test]
fn a_notification_given_up_at_the_lock_goes_to_the_next() {
    let ends = &["went on", "passed it on"];
    model("condition::a_notification_given_up_at_the_lock_goes_to_the_next", UNBOUNDED, ends, || {
        let desk = Arc::new(Desk::default());
        let (first, mut second) = (desk.waiting(), desk.waiting());
        let news = desk.news.try_lock().expect("both have let go of it");
        desk.changed.notify(1);
        say("notified");
        let b = thread("b", move || first.give_up("wait").is_some());
        drop(news);
        say("unlocked");
        let went_on = b.join().unwrap();
        if went_on {
            desk.changed.notify(1);
        }
        second.wait("wait");
        assert!(desk.news.try_lock().is_some(), "all have left");
        if went_on { "went on" } else { "passed it on" }
    });
}

// Catches: a notified wait that is dropped and stays in the lock's line.
#[test]
fn who_gives_up_holds_nothing() {
    model("condition::who_gives_up_holds_nothing", UNBOUNDED, &["went on", "gave up"], || {
        let desk = Arc::new(Desk::default());
        let mut second = desk.waiting();
        let b = thread("b", {
            let desk = desk.clone();
            move || {
                let guard = wait("lock", async { desk.news.lock().await });
                give_up("wait", async { drop(desk.changed.wait(guard).await) }).is_some()
            }
        });
        desk.changed.notify(2);
        say("notified");
        second.wait("wait");
        let went_on = b.join().unwrap();
        assert!(desk.news.try_lock().is_some(), "all have left");
        if went_on { "went on" } else { "gave up" }
    });
}

// Catches: a wait that keeps the waker of its first poll.
#[test]
fn a_notification_wakes_the_last_waker() {
    let ends = &["woke the first", "woke the last"];
    model("condition::a_notification_wakes_the_last_waker", UNBOUNDED, ends, || {
        let desk = Arc::new(Desk::default());
        let mut waiting = desk.waiting();
        let b = thread("b", move || {
            waiting.wait("wait");
            waiting.was_woken()
        });
        desk.changed.notify(1);
        say("notified");
        if b.join().unwrap() { "woke the first" } else { "woke the last" }
    });
}

// Catches: an owned lock whose guard is dropped without unlocking, or that is locked twice.
#[test]
fn an_owned_guard_waits_too() {
    model("condition::an_owned_guard_waits_too", UNBOUNDED, &["read"], || {
        let (news, changed) = (Arc::new(Lock::new(0)), Arc::new(Condition::new()));
        let b = thread("b", {
            let (news, changed) = (news.clone(), changed.clone());
            move || {
                let until = async { *changed.wait_for(news.lock_owned().await, |news| *news > 0).await += 1 };
                wait("wait_for", until);
            }
        });
        *wait("lock", async { news.clone().lock_owned().await }) += 1;
        changed.notify(1);
        say("wrote, notified");
        b.join().unwrap();
        assert_eq!(Arc::into_inner(news).map(Lock::into_inner), Some(2), "nobody keeps it alive");
        "read"
    });
}
