//! Choices beyond whose turn it is: picks, and time that passes although somebody could run.

use async_kata::explore::{self, Bounds, Gap, Step};
use async_kata::host::turn;
use async_kata::sim::{self, End, Run, log, pick};
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

fn late(ticks: usize) -> Bounds {
    let mut bounds = Bounds::default();
    bounds.late_ticks = ticks;
    bounds
}

fn by_label(run: &Run<&'static str>) -> Result<String, String> {
    match run.end {
        End::Done(label) => Ok(label.into()),
        ref other => Err(other.name().into()),
    }
}

#[test]
fn each_way_of_a_pick_is_a_branch_and_a_step_of_the_word() {
    let play = || async {
        let a = spawn("a", async { if pick(2, "a coin") == 0 { pick(3, "a die") } else { 10 } });
        let b = spawn("b", async {});
        b.await.unwrap();
        a.await.unwrap()
    };
    let found = explore::every(play).judge(|run| Ok(format!("{:?}", run.end))).unwrap();
    // Two orders of a and b, times 3 + 1 ways.
    assert_eq!((found.schedules, found.complete, found.outcomes.len()), (8, true, 4));
    let last = found.outcomes.iter().find(|outcome| outcome.label == "Done(2)").unwrap();
    assert_eq!(last.witness.to_string(), "a pick:0 pick:2 b");
    assert_eq!(last.witness.steps()[2], Step::Pick(2));
    assert_eq!(explore::every(play).replay(&last.witness).unwrap().end, End::Done(2));

    let unfit = |word: &str| explore::every(play).replay(&word.parse().unwrap()).unwrap_err().to_string();
    assert_eq!(unfit("a b"), "step 2 of the word is b, but there stands a pick of one out of 2 (a coin)");
    assert_eq!(unfit("a pick:2"), "step 2 of the word is pick:2, but there stands a pick of one out of 2 (a coin)");
    assert_eq!(unfit("pick:0"), "step 1 of the word is pick:0, but only a, b could run there");
}

#[test]
fn a_pick_is_the_first_way_in_a_plain_run_and_outside_any() {
    let run = sim::run(|| async { (pick(5, "whatever"), spawn("a", async { pick(3, "too") }).await.unwrap()) });
    assert_eq!(run.end, End::Done((0, 0)));
    assert_eq!(pick(7, "outside"), 0);
}

/// A select without `biased` picks a random branch to look at first. Let the play pick instead, and both are explored.
#[test]
fn a_selects_first_branch_can_be_picked() {
    let play = || async {
        let (left, right) = (std::future::ready("left"), std::future::ready("right"));
        if pick(2, "which branch of the select looks first") == 0 {
            tokio::select! { biased; it = left => it, it = right => it }
        } else {
            tokio::select! { biased; it = right => it, it = left => it }
        }
    };
    let found = explore::every(play).judge(by_label).unwrap();
    assert_eq!(found.table(), "passes  left   1 of 2   50.0 %  pick:0\npasses  right  1 of 2   50.0 %  pick:1\n");
}

/// A pick that is another one on replay is told, like another set of tasks.
#[test]
fn a_pick_that_changes_is_not_deterministic() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let n = 2 + runs.fetch_add(1, Relaxed);
        async move { pick(n, "ways") }
    };
    let error = explore::every(play).judge(explore::finishes).unwrap_err().to_string();
    let expected = "the play is not deterministic at step 1: before, a pick of one out of 2 (ways); now, a pick of one \
                    out of 3 (ways). ";
    assert!(error.starts_with(expected), "{error}");
}

/// What a destructor picks after the end is no choice any more.
#[test]
fn nothing_is_picked_after_the_end() {
    struct Picks;
    impl Drop for Picks {
        fn drop(&mut self) {
            assert_eq!(pick(2, "after the end"), 0);
        }
    }
    let play = || async {
        let picks = Picks;
        let _left_over = spawn("left over", async move {
            let _picks = picks;
            std::future::pending::<()>().await;
        });
        turn().await;
        turn().await;
    };
    let found = explore::every(play).judge(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.complete), (1, true));
}

/// Work that needs a turn, under a timeout.
async fn slow_work() -> &'static str {
    let worker = spawn("worker", async {
        turn().await;
        log("done");
    });
    match tokio::time::timeout(Duration::from_millis(10), worker).await {
        Ok(_) => "in time",
        Err(_) => "too late",
    }
}

/// Without late ticks the work always wins, because the clock stands still while it can run. With one, time may pass before
/// the worker begins, or between its two polls; it is cancelled then, which is one more turn of it: `+tick worker`,
/// `worker +tick worker`, and `worker worker`.
#[test]
fn a_slow_task_can_lose_to_a_timeout_only_if_time_may_pass() {
    let none = explore::every(slow_work).judge(by_label).unwrap();
    assert_eq!(none.table(), "passes  in time  1 of 1  100.0 %  worker worker\n");
    assert!(none.complete);

    let one = explore::every(slow_work).bounds(late(1)).judge(by_label).unwrap();
    assert_eq!((one.schedules, one.complete), (3, true));
    let outcomes: Vec<_> = one.outcomes.iter().map(|o| (o.label.as_str(), o.count, o.witness.to_string())).collect();
    assert_eq!(outcomes, [("in time", 1, "worker worker".into()), ("too late", 2, "+tick".into())]);
    assert_eq!(one.extent(), "explored 3 schedules, with up to 1 late tick, main always first (complete: yes)");

    let run = explore::every(slow_work).replay(&"worker +tick".parse().unwrap()).unwrap();
    assert_eq!(run.end, End::Done("too late"));
    assert_eq!(run.trace.story().last().unwrap().ms, 10);
}

/// Where no timer is armed there is nothing to wait for: such a tick is no schedule, and is not counted as one.
#[test]
fn a_tick_without_a_timer_is_no_schedule() {
    let play = || async {
        let pair = ["a", "b"].map(|name| spawn(name, turn()));
        for task in pair {
            task.await.unwrap();
        }
        "done"
    };
    let found = explore::every(play).bounds(late(2)).judge(by_label).unwrap();
    assert_eq!((found.schedules, found.complete), (6, true));
    assert!(found.outcomes.iter().all(|outcome| !outcome.witness.steps().contains(&Step::Tick)));
    let unfit = explore::every(play).replay(&"a +tick".parse().unwrap()).unwrap_err().to_string();
    assert_eq!(unfit, "step 2 of the word is +tick, but no timer fires there before the horizon, so time cannot pass");
}

/// One timer t and one slow task s: `s t t` and `t s t`; and with a tick after t's first turn also `t +tick s t` and
/// `t +tick t s`. Before it there is no timer, and after it no second: a larger budget adds nothing.
#[test]
fn each_late_tick_adds_the_schedules_that_it_makes() {
    let play = || async {
        let slow = spawn("s", async {});
        let timer = spawn("t", sim::sleep(10));
        slow.await.and(timer.await).unwrap();
        "done"
    };
    let counts = [0, 1, 2].map(|ticks| {
        let found = explore::every(play).late_ticks(ticks).judge(by_label).unwrap();
        assert!(found.complete, "{found}");
        found.schedules
    });
    assert_eq!(counts, [2, 4, 4]);
    for word in ["t +tick s t", "t +tick t s"] {
        assert!(explore::every(play).replay(&word.parse().unwrap()).is_ok(), "{word}");
    }
}

/// Ticks are counted for each schedule: two timers, and a task that both may overtake.
#[test]
fn the_budget_of_late_ticks_is_kept() {
    let play = || async {
        let slow = spawn("slow", async { log("slow") });
        let timers = [10, 20].map(|ms| {
            spawn(&format!("after {ms}"), async move {
                sim::sleep(ms).await;
                log("rings");
            })
        });
        slow.await.unwrap();
        for timer in timers {
            timer.await.unwrap();
        }
        "done"
    };
    let most_ticks = |budget: usize| {
        let order = |run: &Run<&str>| Ok(run.trace.order());
        let found = explore::every(play).bounds(late(budget)).judge(order).unwrap();
        let ticks = |word: &explore::Word| word.steps().iter().filter(|step| **step == Step::Tick).count();
        let labels: Vec<String> = found.outcomes.iter().map(|outcome| outcome.label.clone()).collect();
        (found.outcomes.iter().map(|outcome| ticks(&outcome.witness)).max().unwrap(), labels)
    };
    let none = "slow slow, after 10 rings, after 20 rings".to_string();
    let one = "after 10 rings, slow slow, after 20 rings".to_string();
    let two = "after 10 rings, after 20 rings, slow slow".to_string();
    let (ticks, labels) = most_ticks(0);
    assert_eq!((ticks, labels), (0, vec![none.clone()]));
    let (ticks, labels) = most_ticks(1);
    assert!(ticks == 1 && labels.contains(&one) && !labels.contains(&two), "{labels:?}");
    let (ticks, labels) = most_ticks(2);
    assert!(ticks == 2 && labels.contains(&two), "{labels:?}");
}

/// A late tick leaves nobody behind who counts as preempted: it is the clock that went on.
#[test]
fn a_late_tick_is_no_preemption() {
    let play = || async {
        let slow = spawn("slow", async {
            log("begins");
            turn().await;
            log("is done");
        });
        let timer = spawn("timer", async {
            sim::sleep(5).await;
            log("rings");
        });
        slow.await.unwrap();
        timer.await.unwrap();
        "done"
    };
    let found = explore::every(play).late_ticks(1).preemptions(0).judge(|run| Ok(run.trace.order())).unwrap();
    let between = "slow begins, timer rings, slow is done";
    assert!(found.outcomes.iter().any(|outcome| outcome.label == between), "{}", found.table());
    assert!(found.gaps.contains(&Gap::Preemptions));
}

/// `main`'s own timer counts too, although `main` is no choice.
#[test]
fn mains_own_timer_ends_a_late_tick() {
    let play = || async {
        let _slow = spawn("slow", async { log("slow") });
        sim::sleep(5).await;
        "done"
    };
    let found = explore::every(play).bounds(late(1)).judge(|run| Ok(run.trace.order())).unwrap();
    let labels: Vec<&str> = found.outcomes.iter().map(|outcome| outcome.label.as_str()).collect();
    assert_eq!(labels, ["slow slow", ""], "main may be back before slow has begun");
}

/// A timer that lies beyond the horizon is not none: the tick is cut, and the search says so.
#[test]
fn a_tick_to_beyond_the_horizon_is_a_gap() {
    let play = || async {
        let far = tokio::time::timeout(Duration::from_secs(60 * 24 * 60 * 60), spawn("a", turn()));
        far.await.unwrap().unwrap();
    };
    let found = explore::every(play).late_ticks(1).judge(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.gaps.iter().collect::<Vec<_>>()), (1, vec![&Gap::Cut]));
}
