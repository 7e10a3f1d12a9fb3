//! Schedules as words: read, written, replayed; and plays that do not repeat.

use super::lost_update;
use async_kata::explore::{self, Asked, NotDeterministic, Word};
use async_kata::host::turn;
use async_kata::sim::{End, Run, log};
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

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
    let ready = |names: [&str; 2]| Asked::Turn(names.map(Into::into).into());
    let (planned, found) = (ready(["a", "b"]), ready(["a", "c"]));
    assert_eq!(error, NotDeterministic::Choice { step: 1, planned, found });
    assert!(
        error.to_string().starts_with(
            "the play is not deterministic at step 1: before, a, b could run there; now, a, c could run there. "
        ),
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
    assert!(matches!(error, NotDeterministic::Choice { found: Asked::Over, .. }), "{error}");
    assert!(error.to_string().contains("; now, nobody could run there."), "{error}");
}

#[test]
fn words_are_read_as_they_are_written() {
    for text in ["", "a", "a b b a", "\"first reader\" b", "\"\" a", r#""a\"b c\\" d"#] {
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

/// What is decided outside a run does not always change who could run. The shortest schedules are run again at the end.
#[test]
fn a_play_whose_outcome_does_not_repeat_is_told_so() {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let play = || async {
        let pair = ["a", "b"].map(|name| spawn(name, turn()));
        for task in pair {
            task.await.unwrap();
        }
        RUNS.fetch_add(1, Relaxed)
    };
    let verdict = |run: &Run<usize>| match run.end {
        End::Done(0) => Err("the first".into()),
        _ => Ok("another".to_string()),
    };
    let error = explore::every(play).judge(verdict).unwrap_err();
    let word = "a b a b".parse().unwrap();
    assert_eq!(error, NotDeterministic::Outcome { word, before: "the first".into(), now: "another".into() });
    assert!(error.to_string().contains("state that outlives a run (a static, "), "{error}");
}

/// The same with one schedule and a story that changes: a select without `biased` is a coin, seen by eight more runs.
#[test]
fn a_story_that_does_not_repeat_is_told_so() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let nth = runs.fetch_add(1, Relaxed);
        async move {
            if nth == 7 {
                log("for once");
            }
        }
    };
    let error = explore::every(play).judge(explore::finishes).unwrap_err();
    assert!(matches!(&error, NotDeterministic::Outcome { before, now, .. } if before == now), "{error}");
    assert!(error.to_string().contains("told another story when it was run again"), "{error}");
}

/// A schedule that does not even fit when it is run again.
#[test]
fn a_schedule_that_no_longer_fits_is_told_so() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let name = if runs.fetch_add(1, Relaxed) == 0 { "a" } else { "b" };
        async move { spawn(name, async {}).await.unwrap() }
    };
    let error = explore::every(play).judge(explore::finishes).unwrap_err();
    let expected = "the play is not deterministic: a schedule that was run before no longer fits, because step 1 of the \
                    word is a, but only b could run there. ";
    assert!(error.to_string().starts_with(expected), "{error}");
}

/// Mechanics that did not fit into the trace leave a question mark, not a blank.
#[test]
fn who_woke_whom_is_not_known_beyond_the_limit() {
    let play = || async {
        let pair = ["a", "b"].map(|name| {
            spawn(name, async {
                for _ in 0..3 {
                    turn().await;
                }
            })
        });
        for task in pair {
            task.await.unwrap();
        }
    };
    let mut limits = async_kata::sim::Limits::default();
    limits.entries = 15; // enough for the story, for three spawns, and for the mechanics of the first poll of each
    let table = explore::every(play).limits(limits).witness(&"a b a b".parse().unwrap()).unwrap().table();
    assert!(
        table.lines().any(|line| line.ends_with("itself")) && table.lines().any(|line| line.ends_with('?')),
        "{table}"
    );
}

/// Who woke whom: the first who did, the clock, the end of a task.
#[test]
fn a_witness_says_who_woke_whom() {
    let play = || async {
        let notify = Arc::new(tokio::sync::Notify::new());
        let (x, y) = (notify.clone(), notify.clone());
        let reader = spawn("r", async move {
            let (first, second) = (notify.notified(), notify.notified());
            tokio::join!(biased; first, second);
            async_kata::sim::sleep(1).await;
        });
        let x = spawn("x", async move { x.notify_one() });
        let y = spawn("y", async move { y.notify_one() });
        let watcher = spawn("w", async move { reader.await.unwrap() });
        x.await.and(y.await).and(watcher.await).unwrap();
    };
    let witness = explore::every(play).witness(&"r w x y r r w".parse().unwrap()).unwrap();
    let table = witness.table();
    let woken = |step: &str| {
        let row = table.lines().find(|line| line.trim_start().starts_with(step)).unwrap_or_else(|| panic!("{table}"));
        row.rsplit("  ").next().unwrap().to_string()
    };
    assert_eq!([woken("5 "), woken("6 "), woken("7 ")], ["x", "the clock", "the end of r"], "{table}");
}
