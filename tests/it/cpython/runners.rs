//! CPython's cases of `asyncio.run` and `Runner`, on `sim::run` and `Sim`.

use async_kata::host::turn;
use async_kata::sim::{self, End, Sim, sleep};
use async_kata::tasks::spawn;

/// `RunTests.test_asyncio_run_return`
///
/// - what main returns after a turn is what the run returns.
#[test]
fn a_run_returns_what_main_returns() {
    let run = sim::run(|| async {
        turn().await;
        42
    });
    assert_eq!(run.end, End::Done(42));
}

/// `RunTests.test_asyncio_run_raises`
///
/// - what main raises after a turn comes out of the run, with its text.
#[test]
fn a_run_tells_what_main_raised() {
    let run = sim::run(|| async {
        turn().await;
        Err::<(), _>("spam")
    });
    assert_eq!(run.end, End::Done(Err("spam")));
    let run: sim::Run<()> = sim::run(|| async {
        turn().await;
        panic!("spam")
    });
    assert_eq!(run.end, End::Panicked { task: "main".into(), message: "spam".into() });
}

/// `RunTests.test_asyncio_run_from_running_loop`
/// `RunnerTests.test_recursive_run`
///
/// - a run inside a run is refused, with an error that says so;
/// - by the function, and by the object with settings.
#[test]
fn a_run_inside_a_run_is_refused() {
    let inner: [fn(); 2] = [|| drop(sim::run(|| async {})), || drop(Sim::default().run(|| async {}))];
    for inner in inner {
        let run = sim::run(move || async move { inner() });
        let End::Panicked { task, message } = run.end else { panic!("{:?}", run.end) };
        assert_eq!(task, "main");
        assert!(message.starts_with("a run has a runtime of its own and cannot start inside another"), "{message}");
    }
}

/// `RunTests.test_asyncio_run_cancels_hanging_tasks`
///
/// - main's value comes out although a task still sleeps;
/// - that task has ended when the run has. (Here it is left over: dropped on its own turn.)
#[test]
fn what_hangs_at_the_end_is_ended() {
    let run = sim::run(|| async {
        drop(spawn("hangs", sleep(100)));
        turn().await;
        123
    });
    assert_eq!(run.end, End::Done(123));
    let last = run.trace.story().last().unwrap();
    assert_eq!((last.ms, last.task.as_str(), last.what.kind()), (0, "hangs", "left-over"));
}

/// `RunnerTests.test_run`
///
/// - a runner runs a coroutine and gives its value. (That its loop is closed then has no counterpart: each run has one.)
#[test]
fn a_runner_runs_one_after_the_other() {
    let runner = Sim::default();
    for expected in ["done", "done again"] {
        let run = runner.run(|| async move {
            turn().await;
            expected
        });
        assert_eq!(run.end, End::Done(expected));
    }
}
