//! CPython's cases of `Event`: who is let through, and when.

use super::somebody_waits;
use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::sync::Event;
use async_kata::tasks::{Ended, Task, spawn};
use std::sync::Arc;

fn waiter(name: &str, event: &Arc<Event>) -> Task<()> {
    let event = event.clone();
    spawn(name, async move {
        event.wait().await;
        log("goes on");
    })
}

/// `EventTests.test_wait`
///
/// - A new event is not set, and two who wait at it stand still.
/// - Set, it lets both through in the order in which they came; but a third, whose first turn came before theirs and after
///   the `set`, does not wait at all, and is ahead of them.
/// - All three end within that turn.
#[test]
fn a_set_lets_through_all_who_wait_in_their_order() {
    let run = sim::run(|| async {
        let event = Arc::new(Event::new());
        assert!(!event.is_set());
        let (a, b) = (waiter("a", &event), waiter("b", &event));
        turn().await;

        let c = waiter("c", &event);
        log("sets");
        event.set();
        turn().await;
        log("looks");
        for task in [a, b, c] {
            assert!(task.is_finished());
            assert_eq!(task.await, Ok(()));
        }
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main sets, c goes on, a goes on, b goes on, main looks");
}

/// `EventTests.test_wait_on_set`
///
/// - Waiting at an event that is set returns, without a turn in between.
#[test]
fn who_comes_to_a_set_event_does_not_wait() {
    let run = sim::run(|| async {
        let event = Event::new();
        event.set();
        let other = spawn("other", async { log("has a turn") });
        event.wait().await;
        log("goes on");
        other.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main goes on, other has a turn");
}

/// `EventTests.test_wait_cancel`
///
/// - A task that waits and is cancelled ends as cancelled.
/// - Nobody is in line after that.
#[test]
fn a_cancelled_wait_leaves_the_line() {
    let run = sim::run(|| async {
        let event = Arc::new(Event::new());
        let task = waiter("a", &event);
        turn().await;
        assert!(somebody_waits(&event));
        task.cancel();
        assert_eq!(task.await, Err(Ended::Cancelled));
        assert!(!somebody_waits(&event));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "");
}

/// `EventTests.test_clear`
///
/// - A new event is not set; after a `set` it is; after a `clear` it is not.
#[test]
fn a_clear_takes_the_set_back() {
    let event = Event::new();
    assert!(!event.is_set());
    event.set();
    assert!(event.is_set());
    event.clear();
    assert!(!event.is_set());
}

/// `EventTests.test_clear_with_waiters`
///
/// - Somebody waits. Set and cleared at once, the event is not set; set twice after that, it has not let anybody run yet.
/// - A turn later the one who waited has gone on, once, and ended; nobody is in line.
#[test]
fn who_waited_at_a_set_goes_on_once_whatever_follows() {
    let run = sim::run(|| async {
        let event = Arc::new(Event::new());
        let task = waiter("a", &event);
        turn().await;
        assert!(somebody_waits(&event));

        event.set();
        event.clear();
        assert!(!event.is_set());
        event.set();
        event.set();
        log("has set");
        assert!(!task.is_finished());
        turn().await;
        assert!(!somebody_waits(&event));
        assert!(task.is_finished());
        assert_eq!(task.await, Ok(()));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main has set, a goes on");
}
