//! How many schedules there are: against the multinomial, and against counts that were worked out by hand.

use async_kata::explore::{self, Bounds, Step};
use async_kata::host::turn;
use async_kata::sim::{block_for, log, sleep};
use async_kata::tasks::spawn;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

#[derive(Clone, Copy)]
enum Yield {
    Ours,
    Tokios,
}

/// Tasks that do nothing but give way, so many times each; perhaps after they have all slept for a moment.
fn yields(tasks: usize, times: usize, how: Yield, slept: bool) -> usize {
    let play = move || async move {
        let tasks: Vec<_> = (0..tasks)
            .map(|nth| {
                spawn(&format!("t{nth}"), async move {
                    if slept {
                        sleep(1).await;
                    }
                    for _ in 0..times {
                        match how {
                            Yield::Ours => turn().await,
                            Yield::Tokios => tokio::task::yield_now().await,
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    };
    let mut bounds = Bounds::default();
    bounds.schedules = 1_000_000; // the deepest has 369 600
    let found = explore::every(play).bounds(bounds).judge(|_| Ok(String::new())).unwrap();
    assert!(found.complete);
    found.schedules
}

/// n tasks of p polls each can be ordered in (n p)! / (p!)^n ways. This table is the only thing that notices when
/// schedules vanish: without the driver's settle loop tokio's yields give 2 instead of 6, and nothing else looks wrong. The
/// same behind a sleep, which all may begin in n! orders: a driver that has rested once must settle no less.
#[test]
fn counts_are_the_multinomial() {
    let factorial = |n: usize| (1..=n).product::<usize>();
    let mut table = vec![(2, 1, 6), (2, 2, 20), (2, 3, 70), (3, 1, 90), (3, 2, 1680), (4, 1, 2520)];
    if std::env::var_os("ASYNC_KATA_DEEP").is_some() {
        table.extend([(3, 3, 34_650), (4, 2, 369_600)]); // `cargo xtask ci --deep`: a minute more
    }
    for (tasks, times, expected) in table {
        let polls = times + 1;
        assert_eq!(factorial(tasks * polls) / factorial(polls).pow(u32::try_from(tasks).unwrap()), expected);
        assert_eq!(yields(tasks, times, Yield::Ours, false), expected, "{tasks} tasks x {times} turns");
    }
    for (tasks, times, expected) in [(2, 1, 6), (2, 2, 20), (3, 1, 90)] {
        assert_eq!(yields(tasks, times, Yield::Tokios, false), expected, "{tasks} tasks x {times} yield_now");
        for (how, name) in [(Yield::Ours, "turns"), (Yield::Tokios, "yield_now")] {
            let counted = yields(tasks, times, how, true);
            assert_eq!(counted, factorial(tasks) * expected, "{tasks} tasks x {times} {name} behind a sleep");
        }
    }
}

/// a wakes c and gives way as tokio does: c may be before a's last turn, or after it. And c begins before a or after it, or
/// when a has sent already, or at the very end.
#[test]
fn who_gives_way_after_a_rest_is_not_hidden() {
    let play = || async {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let a = spawn("a", async move {
            sleep(1).await;
            sender.send(()).unwrap();
            tokio::task::yield_now().await;
            log("a");
        });
        let c = spawn("c", async move {
            receiver.await.unwrap();
            log("c");
        });
        a.await.and(c.await).unwrap();
    };
    let found = explore::every(play).judge(|run| Ok(run.trace.order())).unwrap();
    let outcomes: Vec<_> = found.outcomes.iter().map(|o| (o.label.as_str(), o.count)).collect();
    assert_eq!((found.schedules, found.complete), (4, true), "{}", found.table());
    assert_eq!(outcomes, [("c c, a a", 2), ("a a, c c", 2)], "{}", found.table());
}

/// Three tasks whose timers fire in one tick: 3! orders of starting times 3! of waking, and each is a story of its own.
#[test]
fn equal_timers_branch() {
    let play = || async {
        let tasks = ["a", "b", "c"].map(|name| {
            spawn(name, async {
                sleep(10).await;
                log("awake");
            })
        });
        for task in tasks {
            task.await.unwrap();
        }
    };
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    assert_eq!((found.schedules, found.stories()), (36, 36));
    assert_eq!(found.orders(), 6, "of what is said there are only the 3! orders of waking");
}

/// A count of one is said to be one.
#[test]
fn one_schedule_is_said_to_be_the_only_one() {
    let play = || async { spawn("only", turn()).await.unwrap() };
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(found.to_string(), "0 of 1 schedule fails: there is only the one");
    let found = explore::every(play).judge(|_| Err(String::new())).unwrap();
    assert_eq!(found.to_string(), "1 of 1 schedule fails: there is only the one; the shortest: only only");
}

/// A task that is spawned inside another stands to choose from the moment at which it is: c after a's turn, b anywhere.
#[test]
fn tasks_spawned_inside_tasks_are_choices_too() {
    let play = || async {
        let a = spawn("a", async { spawn("c", async {}).await.unwrap() });
        let b = spawn("b", async {});
        a.await.and(b.await).unwrap();
    };
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    // a waits for c's end, and then has one turn more: `a c a` with b at four places.
    assert_eq!((found.schedules, found.complete), (4, true), "{}", found.table());
}

/// `main` competes only if it is told to, and then it is part of the word.
#[test]
fn main_is_a_choice_only_when_it_competes() {
    let play = || async {
        let other = spawn("other", turn());
        turn().await;
        other.await.unwrap();
    };
    let watches = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(watches.schedules, 1);
    let competes = explore::every(play).main_competes(true).judge(|_| Ok(String::new())).unwrap();
    // main begins alone (m), and makes `other` (o) and itself ready. Then m waits for o, or is first: m m o o, m o m o,
    // m o o m. After its second turn m waits for o's end, and ends when it is woken by it.
    assert_eq!(competes.schedules, 3);
    assert!(competes.outcomes[0].witness.steps().contains(&Step::Poll("main".into())));
}

/// A run that has stopped offers no more choices: whoever is still at the gate then is no schedule of its own.
#[test]
fn nobody_is_chosen_after_the_end() {
    let count = |competes: bool, play: fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        let found = explore::every(play).main_competes(competes).judge(|_| Ok(String::new())).unwrap();
        (found.schedules, found.outcomes[0].witness.to_string())
    };
    // main's timer fires in the same tick as the others', and main returns: what is left to choose is who began first.
    let same_tick = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let _tasks = ["a", "b", "c"].map(|name| spawn(name, sleep(10)));
            sleep(10).await;
        })
    };
    assert_eq!(count(false, same_tick), (6, "a b c".into()));
    // main returns after one turn. Watching, it does so before anybody else has begun.
    let one_turn = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {
            let _tasks = ["a", "b"].map(|name| spawn(name, async {}));
            turn().await;
        })
    };
    assert_eq!(count(false, one_turn), (1, String::new()));
    // Competing, its second turn comes before both, after a, after b, after both in either order: 1 + 2 + 2.
    assert_eq!(count(true, one_turn).0, 5);
}

/// A call that blocks leaves timers behind that are due. Whoever they wake stands at the gate at the next choice: after a
/// has blocked, b may come before a's second turn.
#[test]
fn a_timer_that_is_due_after_a_blocking_call_is_not_hidden() {
    let play = || async {
        let b = spawn("b", async {
            sleep(10).await;
            log("rings");
        });
        let a = spawn("a", async {
            block_for(Duration::from_millis(20));
            turn().await;
            log("goes on");
        });
        a.await.and(b.await).unwrap();
    };
    let found = explore::every(play).judge(|run| Ok(run.trace.order())).unwrap();
    // b begins, a blocks: then either. a blocks, and b begins 20 ms later: a goes on long before it rings, or b begins
    // after a has ended: b a (a b | b a), a (a b b | b a b).
    let outcomes: Vec<_> = found.outcomes.iter().map(|o| (o.label.as_str(), o.count)).collect();
    assert_eq!(outcomes, [("a goes on, b rings", 3), ("b rings, a goes on", 1)], "{}", found.table());
}

/// Also if the call that blocked was the task's last: b begins before a and is back at once, with c at any of four places;
/// or a is over before b begins (3 orders with c), and b is back when nobody else is left.
#[test]
fn a_timer_that_is_due_after_a_tasks_end_is_not_hidden() {
    let play = || async {
        let b = spawn("b", sleep(10));
        let a = spawn("a", async { block_for(Duration::from_millis(20)) });
        let c = spawn("c", async {});
        a.await.and(b.await).and(c.await).unwrap();
    };
    let found = explore::every(play).judge(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.complete), (7, true), "{}", found.table());
    assert!(explore::every(play).replay(&"b a b c".parse().unwrap()).is_ok());
}

/// A stray tells nobody that it waits: whomever it wakes from tokio's side list stands at the gate at the next choice.
#[test]
fn who_is_woken_by_a_stray_that_gave_way_once_is_not_hidden() {
    let play = || async {
        let (go, gone) = tokio::sync::oneshot::channel();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            gone.await.unwrap();
            tokio::task::yield_now().await;
            sender.send(()).unwrap();
        });
        let waits = spawn("w", async move { receiver.await.unwrap() });
        let turns = spawn("t", async move {
            go.send(()).unwrap(); // the stray runs now, and gives way
            turn().await;
        });
        waits.await.and(turns.await).unwrap();
    };
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    // w first: it waits, t sends, and then w and t may both go on: w t (w t | t w). t first: then w has it at once: t w t
    // and t t w.
    assert_eq!((found.schedules, found.complete), (4, false), "{}", found.table());
}

/// A poll may wake itself and leave another part of itself on tokio's side list: b at one of three places, and no poll that
/// nobody asked for. (`settle` once took the former as a sign that there is no latter, and counted four.)
#[test]
fn a_poll_that_gives_way_in_two_ways_is_one_poll() {
    let play = || async {
        let a = spawn("a", async {
            tokio::join!(biased; turn(), tokio::task::yield_now());
            tokio::time::sleep(Duration::from_millis(1)).await;
        });
        let b = spawn("b", async {});
        a.await.and(b.await).unwrap();
    };
    let found = explore::every(play).judge(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.complete), (3, true), "{}", found.table());
}

/// A child executor: each future has a waker of its own, and is polled only when that was called. (`FuturesUnordered`.)
async fn unordered(futures: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>) {
    struct Child(AtomicBool, std::sync::Mutex<Option<Waker>>);
    impl Wake for Child {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Relaxed);
            if let Some(outer) = self.1.lock().unwrap().clone() {
                outer.wake();
            }
        }
    }
    let fresh = || Arc::new(Child(AtomicBool::new(true), std::sync::Mutex::new(None)));
    let mut children: Vec<_> = futures.into_iter().map(|future| (Some(future), fresh())).collect();
    poll_fn(move |cx| {
        for (future, child) in &mut children {
            *child.1.lock().unwrap() = Some(cx.waker().clone());
            if child.0.swap(false, Relaxed)
                && let Some(pending) = future
                && pending.as_mut().poll(&mut Context::from_waker(&Waker::from(child.clone()))).is_ready()
            {
                *future = None;
            }
        }
        if children.iter().all(|(future, _)| future.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// One child of a gives way as tokio does and then wakes d, the other takes turns: d stands at the gate at the very next
/// choice, whether or not anybody else has rested meanwhile. a has 5 polls with the word `a`, and d two if it begins first
/// (of 1 + 5 places for its first, and then behind a's second), else one.
#[test]
fn a_child_on_tokios_side_list_is_not_hidden_by_its_sibling() {
    let play = || async {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let a = spawn("a", async move {
            turn().await;
            let gives_way = async move {
                tokio::task::yield_now().await;
                sender.send(()).unwrap();
            };
            let takes_turns = async {
                for _ in 0..3 {
                    turn().await;
                }
                log("late");
            };
            unordered(vec![Box::pin(gives_way), Box::pin(takes_turns)]).await;
        });
        let d = spawn("d", async move {
            receiver.await.unwrap();
            log("d");
        });
        a.await.and(d.await).unwrap();
    };
    let found = explore::every(play).judge(|run| Ok(run.trace.order())).unwrap();
    let outcomes: Vec<_> = found.outcomes.iter().map(|o| (o.label.as_str(), o.count)).collect();
    assert_eq!((found.schedules, found.complete), (12, true), "{}", found.table());
    assert!(outcomes.contains(&("d d, a late", 8)), "{}", found.table());
    assert!(explore::every(play).replay(&"d a a a d".parse().unwrap()).is_ok());
}

/// Also if the poll that woke the stray was its task's last: w stands at the gate at the next choice, before o or after it.
#[test]
fn who_is_woken_by_a_stray_after_a_tasks_end_is_not_hidden() {
    let play = || async {
        let (go, gone) = tokio::sync::oneshot::channel();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            gone.await.unwrap();
            tokio::task::yield_now().await;
            sender.send(()).unwrap();
        });
        let w = spawn("w", async move { receiver.await.unwrap() });
        let t = spawn("t", async move { go.send(()).unwrap() });
        let o = spawn("o", async {});
        w.await.and(t.await).and(o.await).unwrap();
    };
    // w begins, t ends: and then o or w.
    for word in ["w t w o", "w t o w"] {
        let fits = explore::every(play).replay(&word.parse().unwrap());
        assert!(fits.is_ok(), "{word}: {}", fits.unwrap_err());
    }
}
