//! The explorer: counts against the multinomial, shortest words, replay, bounds.

use async_kata::explore::{self, Bounds, Found, Gap, Word};
use async_kata::host::{seat, turn};
use async_kata::sim::{End, Limits, log, sleep};
use async_kata::sync::Lock;
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[derive(Clone, Copy)]
enum Yield {
    Ours,
    Tokios,
}

/// Tasks that do nothing but give way, so many times each.
fn yields(tasks: usize, times: usize, how: Yield) -> usize {
    let play = move || async move {
        let tasks: Vec<_> = (0..tasks)
            .map(|nth| {
                spawn(&format!("t{nth}"), async move {
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
    let found = explore::every(play).judge(|_| Ok(String::new())).unwrap();
    assert!(found.complete);
    found.schedules
}

/// n tasks of p polls each can be ordered in (n p)! / (p!)^n ways. This table is the only thing that notices when
/// schedules vanish: without the driver's settle loop tokio's yields give 2 instead of 6, and nothing else looks wrong.
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
        assert_eq!(yields(tasks, times, Yield::Ours), expected, "{tasks} tasks x {times} turns");
    }
    for (tasks, times, expected) in [(2, 1, 6), (2, 2, 20), (3, 1, 90)] {
        assert_eq!(yields(tasks, times, Yield::Tokios), expected, "{tasks} tasks x {times} yield_now");
    }
}

/// Each adds one by reading, giving way so many times, and writing.
async fn lost_update(names: &'static [&'static str]) -> usize {
    let counter = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = names
        .iter()
        .map(|name| {
            let counter = counter.clone();
            spawn(name, async move {
                let seen = counter.load(Relaxed);
                turn().await;
                counter.store(seen + 1, Relaxed);
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    counter.load(Relaxed)
}

fn all_counted(wanted: usize) -> impl Fn(&End<usize>) -> Result<String, String> {
    move |end| match end {
        End::Done(count) if *count == wanted => Ok(format!("x={count}")),
        End::Done(count) => Err(format!("x={count}")),
        other => Err(other.name().into()),
    }
}

#[test]
fn a_lost_update_is_found_counted_and_replayed() {
    let explorer = explore::every(|| lost_update(&["a", "b"]));
    let found = explorer.judge(all_counted(2)).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (4, 6, true));
    let shortest = found.shortest.clone().unwrap();
    assert_eq!(shortest.to_string(), "a b b a", "four polls, and only two switches");
    let outcomes: Vec<_> = found.outcomes.iter().map(|o| (o.label.as_str(), o.count, o.passes)).collect();
    assert_eq!(outcomes, [("x=1", 4, false), ("x=2", 2, true)]);
    let run = explorer.replay(&shortest).unwrap();
    assert_eq!(run.end, End::Done(1));

    // Three tasks: 84 of 90. Only the 3! orders in which each does both its polls at once come out right.
    let found = explore::every(|| lost_update(&["a", "b", "c"])).judge(all_counted(3)).unwrap();
    assert_eq!((found.failing, found.schedules), (84, 90));
}

async fn abba() {
    let (left, right) = (Arc::new(Lock::new(())), Arc::new(Lock::new(())));
    let (left2, right2) = (left.clone(), right.clone());
    let a = spawn("a", async move {
        let _first = left.lock().await;
        turn().await;
        let _second = right.lock().await;
    });
    let b = spawn("b", async move {
        let _first = right2.lock().await;
        turn().await;
        let _second = left2.lock().await;
    });
    a.await.unwrap();
    b.await.unwrap();
}

/// Both take their first lock before either takes its second: the four orders that do not begin with aa or bb.
#[test]
fn a_deadlock_is_an_outcome() {
    let verdict = |end: &End<()>| match end {
        End::Done(()) => Ok("done".to_string()),
        other => Err(other.name().to_string()),
    };
    let found = explore::every(abba).judge(verdict).unwrap();
    assert_eq!((found.failing, found.schedules), (4, 6));
    assert_eq!(found.outcomes.iter().find(|o| !o.passes).unwrap().label, "deadlock");
}

/// Ends that are no ends of the play: outcomes like any other, whatever the other schedules do.
#[test]
fn panics_spins_and_floods_are_outcomes() {
    let verdict = |end: &End<()>| match end {
        End::Done(()) => Ok("done".to_string()),
        other => Err(other.name().to_string()),
    };
    // Goes wrong, in three ways, only if `b` looks before `a` has set the flag.
    let early = |wrong: fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>| {
        move || async move {
            let flag = Arc::new(AtomicUsize::new(0));
            let (setter, looker) = (flag.clone(), flag);
            let a = spawn("a", async move { setter.store(1, Relaxed) });
            let b = spawn("b", async move {
                if looker.load(Relaxed) == 0 {
                    wrong().await;
                }
            });
            let (a, b) = (a.await, b.await);
            a.and(b).unwrap();
        }
    };
    let mut limits = Limits::default();
    (limits.quiet_polls, limits.entries) = (20, 20);
    let outcomes = |wrong| {
        let mut bounds = Bounds::default();
        bounds.preemptions = Some(0);
        let found = explore::every(early(wrong)).limits(limits.clone()).bounds(bounds).judge(verdict).unwrap();
        found.outcomes.iter().map(|o| format!("{} {}", o.label, o.count)).collect::<Vec<_>>()
    };
    assert_eq!(outcomes(|| Box::pin(forever(|| ()))), ["done 1", "spin 1"]);
    assert_eq!(outcomes(|| Box::pin(forever(|| log("again")))), ["done 1", "flood 1"]);
    assert_eq!(outcomes(|| Box::pin(async { panic!("too early") })), ["done 1", "panicked 1"]);
}

async fn forever(each: fn()) {
    loop {
        each();
        turn().await;
    }
}

/// Three tasks whose timers fire in one tick: (3!)^2 schedules, but what is logged at the end has 3! orders.
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
    assert_eq!(found.schedules, 36);
    assert_eq!(found.orders(), 36, "starts are entries too");
}

#[test]
fn preemptions_bound_the_search_and_it_says_so() {
    let bounded = |bound: usize| -> Found {
        let mut bounds = Bounds::default();
        bounds.preemptions = Some(bound);
        explore::every(|| lost_update(&["a", "b"])).bounds(bounds).judge(all_counted(2)).unwrap()
    };
    let (none, one, many) = (bounded(0), bounded(1), bounded(4));
    // Without a preemption: aabb and bbaa. With one: also abba and baab, which each break into one pair.
    assert_eq!((none.failing, none.schedules, none.complete), (0, 2, false));
    assert_eq!((one.failing, one.schedules, one.complete), (2, 4, false));
    assert_eq!((many.failing, many.schedules, many.complete), (4, 6, true));
    assert!(none.to_string().ends_with("(not all: a bound was hit)"), "{none}");
}

#[test]
fn the_number_of_schedules_is_a_bound_too() {
    let mut bounds = Bounds::default();
    bounds.schedules = 5;
    let found = explore::every(|| lost_update(&["a", "b"])).bounds(bounds.clone()).judge(all_counted(2)).unwrap();
    assert_eq!((found.schedules, found.complete), (5, false));
    bounds.schedules = 6;
    let found = explore::every(|| lost_update(&["a", "b"])).bounds(bounds).judge(all_counted(2)).unwrap();
    assert_eq!((found.schedules, found.complete), (6, true), "all of them, and not one more");
}

#[test]
fn a_play_that_is_not_deterministic_is_told_so() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let names = if runs.fetch_add(1, Relaxed).is_multiple_of(2) { ["a", "b"] } else { ["a", "c"] };
        async move {
            let tasks = names.map(|name| spawn(name, turn()));
            for task in tasks {
                task.await.unwrap();
            }
        }
    };
    let error = explore::every(play).judge(|_| Ok(String::new())).unwrap_err();
    assert_eq!((error.step, error.planned.len(), error.found.len()), (1, 2, 2));
    assert!(
        error
            .to_string()
            .starts_with("the play is not deterministic at step 1: a, b could run there before, and now a, c."),
        "{error}"
    );
}

#[test]
fn a_play_that_stops_early_on_replay_is_told_so_too() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let tasks = if runs.fetch_add(1, Relaxed) == 0 { 2 } else { 0 };
        async move {
            let tasks: Vec<_> = (0..tasks).map(|nth| spawn(&format!("t{nth}"), turn())).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
    };
    let error = explore::every(play).judge(|_| Ok(String::new())).unwrap_err();
    assert!(error.found.is_empty());
    assert!(error.to_string().contains("and now nobody"), "{error}");
}

#[test]
fn words_are_read_as_they_are_written() {
    for text in ["", "a", "a b b a", "\"first reader\" b", "\"\" a"] {
        let word: Word = text.parse().unwrap();
        assert_eq!(word.to_string(), text);
        assert_eq!(word.to_string().parse::<Word>().unwrap(), word);
    }
}

#[test]
fn a_word_that_does_not_fit_says_where() {
    let explorer = explore::every(|| lost_update(&["a", "b"]));
    let unfit = |word: &str| explorer.replay(&word.parse().unwrap()).unwrap_err().to_string();
    assert_eq!(unfit("a c"), "step 2 of the word is c, but only b, a could run there");
    assert_eq!(
        unfit("a b b a a"),
        "step 5 of the word is a, but nobody could run there any more: the word is longer than the play"
    );
    // A word that is too short goes on with whoever came first.
    assert_eq!(explorer.replay(&"a".parse().unwrap()).unwrap().end, End::Done(1));
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
    assert!(competes.schedules > 1);
    assert!(competes.outcomes[0].witness.names().iter().any(|name| *name == "main"));
}

/// What a schedule cannot show keeps an exploration from being complete, and says so.
#[test]
fn strays_and_aborts_are_gaps() {
    let stray = || async {
        tokio::spawn(std::future::pending::<()>());
        spawn("a", turn()).await.unwrap();
    };
    let found = explore::every(stray).judge(|_| Ok(String::new())).unwrap();
    assert!(!found.complete);
    assert_eq!(
        found.to_string(),
        "0 of 1 schedule fails: there is only the one (not all: a task without a seat ran outside the schedule)"
    );

    let abort = || async {
        let victim = tokio::spawn(seat("victim", std::future::pending::<()>()));
        turn().await;
        victim.abort();
        assert!(victim.await.is_err());
    };
    let found = explore::every(abort).judge(|_| Ok(String::new())).unwrap();
    assert_eq!(found.gaps.iter().collect::<Vec<_>>(), [&Gap::Abort]);

    // The same by our own cancel, which is a turn of the task's own.
    let cancel = || async {
        let victim = spawn("victim", std::future::pending::<()>());
        turn().await;
        victim.cancel();
        assert!(victim.await.is_err());
    };
    let found = explore::every(cancel).judge(|_| Ok(String::new())).unwrap();
    assert!(found.complete, "{found}");
}
