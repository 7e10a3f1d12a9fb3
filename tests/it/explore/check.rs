//! `explore::check`: what it says when a schedule fails, and how that schedule is seen again.

use super::stuck::abba;
use async_kata::explore::{self, Gap};
use async_kata::host::{seat, turn};
use async_kata::sim::{self, End, Run};
use async_kata::tasks::spawn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Arc;

async fn racy() -> i32 {
    let counter = Arc::new(std::sync::Mutex::new(0));
    let pair = ["a", "b"].map(|name| {
        let counter = counter.clone();
        spawn(name, async move {
            let seen = *counter.lock().unwrap();
            sim::log(format_args!("read {seen}"));
            turn().await;
            *counter.lock().unwrap() = seen + 1;
        })
    });
    for task in pair {
        task.await.unwrap();
    }
    *counter.lock().unwrap()
}

fn two(run: &Run<i32>) -> Result<String, String> {
    match run.end {
        End::Done(2) => Ok("both counted".into()),
        End::Done(sum) => Err(format!("the sum is {sum}")),
        ref other => Err(other.name().into()),
    }
}

#[test]
fn a_failure_shows_the_outcomes_the_witness_and_how_to_see_it_again() {
    let expected = r#"4 of 6 schedules fail
explored 6 schedules, main always first (complete: yes)

  fails   the sum is 1  4 of 6   66.7 %  a b b a
  passes  both counted  2 of 6   33.3 %  a a b b

the shortest that fails (4 polls, 2 switches):

  step  ms  main       a          b          could run         woken by
         0  (started)  ·          ·
     1   0  ·          (started)  ·          a, b
         0  ·          read 0     ·
     2   0  ·          ·          (started)  b, a; preempts a
         0  ·          ·          read 0
     3   0  ·          ·          (ended)    a, b              itself
     4   0  ·          (ended)    ·          a                 itself
         0  (ended)    ·          ·

to see it alone, with your own prints:
  ASYNC_KATA_REPLAY='a b b a' cargo test explore::check::a_failure_shows_the_outcomes_the_witness_and_how_to_see_it_again -- --exact --nocapture
or in code:
  println!("{}", explore::every(play).witness(&"a b b a".parse().unwrap()).unwrap());"#;
    assert_eq!(explore::every(racy).try_check(two).unwrap_err().to_string(), expected);
    // `check` panics with the same text.
    let panic = catch_unwind(AssertUnwindSafe(|| explore::check(racy, two))).unwrap_err();
    assert_eq!(panic.downcast_ref::<String>().unwrap(), expected);
}

/// The cycle, the step that closed it, and the lines of the play.
#[test]
fn a_deadlock_is_explained() {
    let failed = explore::every(abba).try_check(explore::finishes).unwrap_err().to_string();
    let lines: Vec<&str> = failed.lines().collect();
    assert_eq!(lines[3], "  fails   deadlock of a, b  4 of 6   66.7 %  a b b a");
    let cycle = "the cycle closed at step 4: a -waits-> Lock 2 -held-by-> b -waits-> Lock 1 -held-by-> a";
    assert!(lines.contains(&cycle), "{failed}");
    let a = lines.iter().find(|line| line.starts_with("  a waits for")).unwrap();
    let at = "tests/it/explore/stuck.rs:";
    assert!(
        a.starts_with(&format!("  a waits for Lock 2 (made at {at}")) && a.contains("; held by b, taken at "),
        "{a}"
    );
    assert!(failed.contains(&format!("  main waits for task a, at {at}")), "{failed}");
}

/// A play whose own `assert!` fails, and a task whose panic nobody looks at.
#[test]
fn a_panic_fails_a_check_also_where_nobody_awaits_it() {
    let unseen = || async {
        let _task = spawn("unseen", async { panic!("nobody awaits me") });
        turn().await;
        turn().await;
    };
    // Always first, main is over before the task begins: only where it competes is the panic seen.
    assert!(explore::every(unseen).main_competes(false).try_check(explore::finishes).is_ok());
    let failed = explore::every(unseen).try_check(explore::finishes).unwrap_err().to_string();
    assert!(failed.contains("fails   task unseen panicked: nobody awaits me"), "{failed}");
    assert!(failed.contains("explore::every(play).main_competes(true).witness("), "{failed}");
    let asserts = || async { assert_eq!(1 + 1, 3, "the sum") };
    let failed = explore::every(asserts).try_check(explore::finishes).unwrap_err().to_string();
    let label = "panicked: main: assertion `left == right` failed: the sum left: 2 right: 3";
    assert!(failed.contains(&format!("  fails   {label}  1 of 1  100.0 %  (no choice at all)")), "{failed}");
    assert!(failed.starts_with("1 of 1 schedule fails: there is only the one\n"), "{failed}");
}

#[test]
fn a_play_that_is_not_deterministic_fails_a_check() {
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let play = || {
        let n = runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed) % 2;
        async move {
            let pair = [format!("a{n}"), "b".into()].map(|name| spawn(&name, turn()));
            for task in pair {
                task.await.unwrap();
            }
        }
    };
    let failed = explore::every(play).try_check(explore::finishes).unwrap_err().to_string();
    assert!(failed.starts_with("the play is not deterministic at step 1"), "{failed}");
}

/// A witness of very many rows is cut, and says so.
#[test]
fn a_long_witness_is_cut_and_counted() {
    let play = || async {
        for n in 0..300 {
            sim::log(n);
        }
        spawn("a", async {}).await.unwrap();
        panic!("at last")
    };
    let failed = explore::every(play).try_check(|_: &Run<()>| Err("wrong".into())).unwrap_err().to_string();
    // started, 300 said, a's two entries, failed: 304 rows, of which 200 are shown.
    assert!(failed.contains("\n  ... and 104 rows more\n"), "{failed}");
}

/// Names the child of the next test.
const CHILD: &str = "ASYNC_KATA_REPLAY_CHILD";

/// With the variable set a check runs one schedule aloud, and fails: it has explored nothing.
#[test]
fn a_variable_makes_a_check_run_one_schedule() {
    let test = "explore::check::a_variable_makes_a_check_run_one_schedule";
    if std::env::var_os(CHILD).is_some() {
        explore::check(racy, two);
        return;
    }
    let child = |word: &str| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env("ASYNC_KATA_REPLAY", word);
        let output = child.env_remove("RUST_BACKTRACE").output().unwrap();
        assert!(!output.status.success(), "a replay is no exploration");
        String::from_utf8(output.stderr).unwrap()
    };
    let passing = child("b b a a");
    let told = "ASYNC_KATA_REPLAY is set, so only this schedule was run, and nothing was explored:\n\nstep  ms  main";
    assert!(passing.contains(told) && passing.contains("read 1"), "{passing}");
    assert!(child("a c").contains("ASYNC_KATA_REPLAY: step 2 of the word is c, but only b, a could run there"));
    assert!(child("\"a").contains("ASYNC_KATA_REPLAY: a quotation mark is not closed"));
}

/// A destructor that panics is a failure of its task, whoever drops it.
#[test]
fn a_panic_in_a_destructor_fails_a_check() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("not committed");
        }
    }
    let left_over = || async {
        let _task = spawn("t", async {
            let _bomb = Bomb;
            std::future::pending::<()>().await;
        });
        turn().await;
        turn().await;
    };
    let failed = explore::every(left_over).try_check(explore::finishes).unwrap_err().to_string();
    assert!(failed.contains("fails   task t panicked: not committed"), "{failed}");
    let aborted = || async {
        let task = tokio::spawn(seat("t", async {
            let _bomb = Bomb;
            std::future::pending::<()>().await;
        }));
        spawn("other", turn()).await.unwrap();
        task.abort();
        let _ = task.await;
    };
    let failed = explore::every(aborted).accept(Gap::Abort).try_check(explore::finishes).unwrap_err().to_string();
    assert!(failed.contains("fails   task t panicked: not committed"), "{failed}");
}

/// The line that runs it again has what the run depended on, and is code whatever the tasks are called.
#[test]
fn the_line_that_runs_it_again_is_whole() {
    let play = || async {
        spawn("x\"#y", turn()).await.unwrap();
        panic!("wrong")
    };
    let mut limits = sim::Limits::default();
    limits.quiet_polls = 50;
    let explorer = explore::every(play).limits(limits).main_competes(true);
    let failed = explorer.try_check(explore::finishes::<()>).unwrap_err().to_string();
    let line = failed.lines().last().unwrap();
    assert!(line.contains(".main_competes(true).limits(limits).witness(&\"main"), "{line}");
    assert!(line.contains(r##"\"x\\\"#y\""##), "{line}");
}

/// A word of the search in which main competes has main's turns, and its command works as it is printed.
#[test]
fn the_printed_command_works_where_main_competed() {
    let test = "explore::check::the_printed_command_works_where_main_competed";
    let play = || async {
        let _task = spawn("b", async { panic!("nobody awaits me") });
        turn().await;
    };
    if std::env::var_os(CHILD).is_some() {
        explore::check(play, explore::finishes);
        return;
    }
    let failed = explore::every(play).try_check(explore::finishes).unwrap_err().to_string();
    let command = failed.lines().find(|line| line.contains("ASYNC_KATA_REPLAY=")).unwrap();
    let word = command.split('\'').nth(1).unwrap();
    assert!(word.contains("main"), "{command}");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env("ASYNC_KATA_REPLAY", word);
    let told = String::from_utf8(child.env_remove("RUST_BACKTRACE").output().unwrap().stderr).unwrap();
    assert!(told.contains("only this schedule was run") && told.contains("task b panicked"), "{told}");
}

/// Where it panicked is part of the explanation, and nothing else is printed.
#[test]
fn a_failure_names_the_line_that_panicked() {
    let line = line!() + 1;
    let play = || async { panic!("arithmetic") };
    let failed = explore::every(play).try_check(explore::finishes::<()>).unwrap_err().to_string();
    let place = format!("  panicked at tests/it/explore/check.rs:{line}:");
    assert!(failed.lines().any(|told| told.starts_with(&place) && told.ends_with("arithmetic")), "{failed}");
}

/// Who had not even begun when main returned did not finish either.
#[test]
fn everybody_finishes_means_those_who_never_began_too() {
    let play = || async {
        let _forgotten = spawn("forgotten", turn());
    };
    assert!(explore::every(play).try_check(explore::finishes).is_ok());
    let failed = explore::every(play).try_check(explore::everybody_finishes).unwrap_err().to_string();
    assert!(failed.contains("never begun: forgotten"), "{failed}");
}
