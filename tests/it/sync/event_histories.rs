//! `Event` against a model in which all is plain to see: whether it is set, and who was let through.

use std::task::Poll;

use async_kata::sync::Event;
use async_kata::sync::event::Waiting as Wait;

use super::histories::{Waiting, every, random};

#[derive(Clone, Copy, Debug)]
enum Step {
    /// One of three clients begins a wait, or polls the one that waits, with a fresh waker.
    Poll(usize),
    /// It drops the future that waits; when there is none, one that was never polled.
    Cancel(usize),
    Set,
    Clear,
}

use Step::{Cancel, Clear, Poll as Ask, Set};

const STEPS: &[Step] = &[Ask(0), Ask(1), Ask(2), Cancel(0), Cancel(1), Cancel(2), Set, Clear];

/// A client's wait, if it waits, and whether it was let through.
#[derive(Default)]
struct Client<'a>(Option<(Waiting<Wait<'a>>, bool)>);

fn run(history: &[Step]) -> bool {
    let event = Event::new();
    let mut clients = [const { Client(None) }; 3];
    let mut set = false;
    for step in history {
        match *step {
            Set => {
                event.set();
                set = true;
                clients.iter_mut().filter_map(|client| client.0.as_mut()).for_each(|(_, through)| *through = true);
            }
            Clear => {
                event.clear();
                set = false;
            }
            Ask(who) => ask(&event, &mut clients[who], set),
            Cancel(who) => match clients[who].0.take() {
                Some((future, _)) => future.give_up(),
                None => drop(event.wait()),
            },
        }
        assert_eq!(event.is_set(), set);
        let mut waiting = clients.iter().filter_map(|client| client.0.as_ref());
        waiting.clone().for_each(|(future, through)| future.check(*through));
        let waiters = waiting.any(|(_, through)| !through);
        let shown = format!("Event {{ set: {set}, waiters: {waiters} }}");
        assert_eq!(format!("{event:?}"), shown, "the state word says what is true, no more and no less");
    }
    clients.into_iter().filter_map(|client| client.0).for_each(|(future, _)| future.give_up());
    true
}

fn ask<'a>(event: &'a Event, client: &mut Client<'a>, set: bool) {
    let (mut future, through) = client.0.take().unwrap_or_else(|| (Waiting::new(event.wait()), set));
    let poll = future.poll();
    assert_eq!(poll.is_ready(), through, "ready when, and only when, it was let through");
    match poll {
        Poll::Ready(()) => future.give_up(),
        Poll::Pending => client.0 = Some((future, false)),
    }
}

#[test]
fn every_history_of_six_steps() {
    // Every step makes sense anywhere.
    assert_eq!(every(STEPS, 6, run), (1..=6).map(|length| STEPS.len().pow(length)).sum::<usize>());
}

#[test]
fn random_histories() {
    random(STEPS, run, "tests/it/sync/event.proptest-regressions");
}
