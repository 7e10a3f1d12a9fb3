//! The kata room's own promises: what a check says of a play, what a text must have, and that results survive their JSON.

use async_kata::host::turn;
use async_kata::kata::{Cause, Kind, Results, State, Text, Wrong, bounded, every_order, predicted};
use async_kata::sim::{self, Run, log, sleep};
use async_kata::sync::Lock;
use async_kata::tasks::spawn;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

fn fine<T>(_: &Run<T>) -> Result<(), String> {
    Ok(())
}

fn wrong(result: Result<impl Sized, Wrong>) -> (Cause, String) {
    let wrong = result.err().expect("it is wrong");
    (wrong.cause, wrong.message)
}

/// Two tasks that do the same.
async fn pair<F: Future<Output = ()> + Send + 'static>(body: impl Fn() -> F) {
    for task in ["a", "b"].map(|name| spawn(name, body())) {
        task.await.unwrap();
    }
}

#[test]
fn an_order_that_fails_is_counted_and_shown() {
    let play = || async {
        let n = Arc::new(AtomicU32::new(0));
        pair(|| {
            let n = n.clone();
            async move {
                let seen = n.load(Relaxed);
                turn().await;
                n.store(seen + 1, Relaxed);
            }
        })
        .await;
        n.load(Relaxed)
    };
    let verdict = |run: &Run<u32>| match &run.end {
        sim::End::Done(2) => Ok(()),
        end => Err(format!("{end:?}")),
    };
    let wrong = every_order(play, "lose one", verdict).unwrap_err();
    assert_eq!((wrong.cause, wrong.message.as_str()), (Cause::Outcome, "4 of 6 orders lose one (Done(1))"));
    assert!(wrong.happened.starts_with("in the order `a b b a`, the shortest that fails:\n"), "{}", wrong.happened);
}

#[test]
fn every_other_end_is_a_cause_of_its_name() {
    let deadlock = || async {
        let lock = Arc::new(Lock::new(()));
        let own = lock.clone();
        let task = spawn("a", async move {
            let _held = own.lock().await;
            drop(own.lock().await);
        });
        task.await.unwrap();
    };
    let expected = "1 of 1 orders end in a standstill: a -waits-> Lock 1 -held-by-> a";
    assert_eq!(wrong(every_order(deadlock, "", fine)), (Cause::Deadlock, expected.into()));

    let spin = || async {
        let task = spawn("a", async {
            loop {
                turn().await;
            }
        });
        task.await.unwrap();
    };
    let expected = "1 of 1 orders end in a spin: a is polled again and again, and nothing happens";
    assert_eq!(wrong(every_order(spin, "", fine)), (Cause::Spin, expected.into()));

    let horizon = || async {
        loop {
            sleep(1_000_000_000).await;
        }
    };
    let expected = "1 of 1 orders do not end: horizon: timers keep firing, and main does not end";
    assert_eq!(wrong(every_order(horizon, "", fine)), (Cause::Horizon, expected.into()));

    let panic = || async { panic!("at {}", "once") };
    let expected = "1 of 1 orders end in a panic of main: at once";
    assert_eq!(wrong(every_order(panic, "", fine)), (Cause::Panic, expected.into()));
}

/// So many tasks, which say something so often and give the others a turn in between.
async fn many(tasks: usize, turns: usize) {
    let tasks: Vec<_> = (0..tasks)
        .map(|task| {
            spawn(format!("t{task}").as_str(), async move {
                for n in 0..turns {
                    log(n);
                    if n + 1 < turns {
                        turn().await;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Three tasks of five turns have 756 756 orders: those with two preemptions are looked at instead, and the result says so.
#[test]
fn of_very_many_orders_those_with_few_preemptions_are_looked_at() {
    let found = every_order(|| many(3, 5), "", fine).unwrap();
    assert_eq!(found.bounds.preemptions, Some(2));
    assert!(found.schedules < 5_000, "{}", found.schedules);
}

fn panics() {
    std::panic::panic_any("at once")
}

#[test]
fn a_panic_of_a_task_is_a_panic_whatever_became_of_the_play() {
    let play = || async {
        let task = spawn("a", async { panics() });
        let _ = task.await;
        false
    };
    let told = every_order(play, "go wrong", |_: &Run<bool>| Err("no".into()));
    assert_eq!(wrong(told), (Cause::Panic, "1 of 1 orders end in a panic of a: at once".into()));
}

/// What a learner prints or panics with ends on a teacher's terminal.
#[test]
fn nothing_in_a_verdict_moves_a_cursor() {
    let wrong = Wrong::new(Cause::Panic, "a\u{1b}[2Jb\u{202e}c\r").happened("\u{1b}]0;title\u{7}\ttab\r\n\u{9b}");
    assert_eq!(wrong.message, "a\\u{1b}[2Jb\\u{202e}c\\u{d}");
    assert_eq!(wrong.happened, "\\u{1b}]0;title\\u{7}\ttab\n\\u{9b}");
}

/// A check that saw a part must not look like one that saw everything.
#[test]
fn what_cannot_be_explored_does_not_pass() {
    let stray = || async {
        tokio::spawn(async {}).await.unwrap();
    };
    let (cause, message) = wrong(every_order(stray, "", fine));
    assert_eq!(cause, Cause::Outcome);
    assert!(message.starts_with("a task runs without a name"), "{message}");

    // Seven tasks of one turn have 5040 orders, and in none of them is anybody preempted.
    let (cause, message) = wrong(every_order(|| many(7, 1), "", fine));
    assert_eq!(cause, Cause::Outcome);
    assert!(message.starts_with("there are more than 5000 orders with 2 preemptions"), "{message}");

    let runs = Arc::new(AtomicU32::new(0));
    let play = move || {
        let runs = runs.clone();
        async move { log(runs.fetch_add(1, Relaxed)) }
    };
    let (_, message) = wrong(every_order(play, "", fine));
    assert!(message.starts_with("the same order came out in two ways"), "{message}");
}

#[test]
fn a_prediction_is_right_to_the_letter_or_told_where_it_parts() {
    let run = sim::run(|| async {
        log("one");
        sleep(5).await;
        log("two");
        log("three");
    });
    let right = ["0 main one", "5 main two", "5 main three"];
    assert!(predicted("", &right, &run).is_ok());
    let source = "pub const ORDER: &[&str] = &[\n    \"0 main one\",\n    \"0 main two\",\n];\n";
    let parts = predicted(source, &["0 main one", "0 main two"], &run).unwrap_err();
    assert_eq!((parts.cause, parts.line), (Cause::Order, Some(3)));
    assert!(parts.happened.contains("5 main two") && !parts.happened.contains("three"), "{}", parts.happened);
    assert!(parts.happened.ends_with("... and 1 more, which you see when you have them right\n"), "{}", parts.happened);
    let early = predicted(source, &right[..2], &run).unwrap_err();
    assert_eq!(early.message, "the prediction ends too early: 2 of 3 are right before it");
    assert_eq!(early.line, Some(1));
    let late = predicted("", &["0 main one", "5 main two", "5 main three", "9 main four"], &run).unwrap_err();
    assert_eq!(late.message, "line 4 of the prediction is one too many: nothing happens any more");
}

const TEXT: &str = "# Title\n\nTask.\n\n## Hints\n\n1. a\n2. b\n3. c\n\n## Debrief\n\nWhy.\n";

#[test]
fn a_text_without_a_part_says_which() {
    assert!(Text::parse(TEXT).is_ok());
    assert_eq!(Text::parse(&TEXT.replace('\n', "\r\n")), Text::parse(TEXT));
    let told = |from: &str, to: &str| Text::parse(&TEXT.replace(from, to)).unwrap_err().to_string();
    let cases = [
        ("# Title\n", "Title\n", "it does not begin with `# ` and a title"),
        ("Task.\n", "\n", "the task is missing"),
        ("## Hints\n", "## Hints: order\n", "the section `Hints` for all other causes is missing"),
        ("## Hints\n", "## Hints: bad luck\n", "`Hints: bad luck`: there is no such cause"),
        ("2. b\n3. c\n", "2. b\n", "`Hints` has 2 hints; three is the number"),
        ("1. a\n", "a\n1. a\n", "`Hints` does not begin with `1. `"),
        ("## Debrief\n\nWhy.\n", "", "the section `Debrief` is missing"),
        ("Why.\n", "", "the section `Debrief` is empty"),
        ("## Debrief", "## Debrif", "the section `Debrif` is unknown"),
        ("Why.\n", "Why.\n\n## Hints\n\n1. a\n2. b\n3. c\n", "`Hints` is there twice"),
    ];
    for (from, to, expected) in cases {
        assert_eq!(told(from, to), expected);
    }
}

#[test]
fn results_are_the_same_after_their_json() {
    let text = r#"{"schema_version": 1, "katas": [{"id": "u/a", "kind": "fix", "file": "f.rs", "state": "wrong", "output": "x\n",
        "output_is_cut": true, "checks": [
            {"name": "one", "says": "One.", "of": 2, "state": "passed", "wrong": null},
            {"name": "two", "says": "Two.", "of": 3, "state": "failed", "wrong":
                {"cause": "deadlock", "message": "m", "line": 7, "expected": "e\n", "happened": "h\n"}},
            {"name": "three", "says": "Three.", "of": 1, "state": "not-reached", "wrong": null}]}]}"#;
    let read = Results::from_json(text).unwrap();
    assert_eq!(Results::from_json(&read.to_json().to_string()).unwrap(), read);
    assert_eq!((read.points(), read.of(), read.count(State::Wrong)), (2, 6, 1));
    let kata = &read.katas[0];
    assert_eq!((kata.unit(), kata.kind, kata.place().as_str()), ("u", Kind::Fix, "f.rs:7"));
    let condemned = kata.clone().condemned(Wrong::new(Cause::Tampered, "t"));
    assert_eq!((condemned.points(), condemned.of()), (0, 6));
    let newer = text.replace("\"schema_version\": 1", "\"schema_version\": 2");
    assert!(Results::from_json(&newer).unwrap_err().to_string().contains("this reads 1"));
    assert!(Results::from_json(&text.replace("not-reached", "unknown")).is_err());
}

#[test]
fn causes_have_names_that_find_them() {
    for cause in Cause::ALL {
        assert_eq!(Cause::from_name(cause.name()), Some(cause));
    }
    assert_eq!(Cause::from_name("fate"), None);
}

/// What takes too long is ended, and what it printed before is kept; nobody waits for what it should have done next.
#[test]
fn a_program_is_bounded_in_time_and_in_words() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let short = bounded(Command::new(&rustc).arg("--version"), Duration::from_secs(60), 5).unwrap();
    assert_eq!(short.stdout, b"rustc");
    assert!(short.cut > 5 && short.status.is_some_and(|status| status.success()));
    // It waits for its source from stdin for ever; `bounded` gives none, so it ends at once.
    let no_input = bounded(
        Command::new(&rustc).args(["-", "--emit=metadata", "--out-dir"]).arg(env!("CARGO_TARGET_TMPDIR")),
        Duration::from_secs(60),
        9_000,
    );
    assert_eq!(no_input.unwrap().status.map(|status| status.success()), Some(false), "no `main` in nothing");
    let unknown = bounded(&mut Command::new("there-is-no-such-program"), Duration::from_secs(1), 1);
    assert_eq!(unknown.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}
