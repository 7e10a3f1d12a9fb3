//! Honesty guards: what one run shows is among what is explored, and explored panics stay quiet.

use async_kata::explore;
use async_kata::host::turn;
use async_kata::scenarios::{self, Main, Record};
use async_kata::sim::{self, End, Run};
use async_kata::tasks::spawn;
use async_kata::trace::{Entry, Trace};
use std::fs;
use std::future::poll_fn;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;

/// A story in lines, without `main`'s own: an explored `main` that is no choice goes on as soon as it can, which may be
/// earlier than a queue would let it.
fn others(trace: &Trace) -> Vec<String> {
    let others = trace.before_the_end().filter(|entry| entry.task != "main");
    others.map(|entry: &Entry| format!("{} {} {}", entry.ms, entry.task, entry.what)).collect()
}

/// For every play: the paused order is one of those explored, with `main` competing or with its own entries left aside.
#[test]
fn the_paused_order_of_every_play_is_explored() {
    for play in scenarios::all().flat_map(|scenario| scenario.plays) {
        let paused = sim::run(play.run);
        let whole = explore::every(play.run).main_competes(true).judge(|_| Ok(String::new())).unwrap();
        let aside = others(&paused.trace);
        let same = |run: &Run<_>| if others(&run.trace) == aside { Ok("same".into()) } else { Err("another".into()) };
        let watched = explore::every(play.run).judge(same).unwrap();
        let seen_aside = watched.outcomes.iter().any(|outcome| outcome.passes);
        assert!(whole.tells(&paused.trace) || seen_aside, "{}: the paused order is not explored", play.name);
        assert!(play.main == Main::Watches || whole.tells(&paused.trace), "{}: main competes", play.name);
    }
}

/// For every play with a twin: some explored schedule tells CPython's recorded story, by the comparison's own measure.
#[test]
fn cpythons_order_of_every_play_is_explored() {
    let mut compared = 0;
    for scenario in scenarios::all().filter(|scenario| scenario.twin.is_some()) {
        let path = format!("{}/snapshots/{}.cpython.json", env!("CARGO_MANIFEST_DIR"), scenario.id);
        let record = Record::parse(&fs::read_to_string(path).unwrap()).unwrap();
        for play in scenario.plays.iter().filter(|play| record.plays.contains_key(play.name)) {
            let told = |run: &Run<_>| match record.compare(scenario, play.name, &run.trace, &run.end) {
                Ok(_) => Ok("CPython's".into()),
                Err(_) => Err("another".into()),
            };
            let found = explore::every(play.run).main_competes(true).judge(told).unwrap();
            let seen = found.outcomes.iter().any(|outcome| outcome.passes);
            assert!(seen, "{}:{}: none of {} schedules is CPython's", scenario.id, play.name, found.schedules);
            compared += 1;
        }
    }
    assert!(compared >= 4, "{compared} plays have a record: the test would pass on nothing");
}

/// Names the two roles of the next test: it runs itself as a child, whose output it reads.
const CHILD: &str = "ASYNC_KATA_QUIET_CHILD";

async fn panics_everywhere() {
    let task = spawn("t", async {
        turn().await;
        panic!("of an explored task")
    });
    let _: Result<(), _> = task.await;
    panic!("of an explored main");
}

/// Waits for ever, and panics when it is polled once more: which only a probe does.
async fn panics_when_probed() {
    let first = AtomicBool::new(true);
    poll_fn(|_| if first.swap(false, Relaxed) { Poll::<()>::Pending } else { panic!("of a probe") }).await;
}

/// Explored panics print nothing, and a probe's neither; those of other threads, of a replay and of a plain run do,
/// meanwhile and afterwards.
#[test]
fn panics_of_explored_runs_print_nothing_and_foreign_ones_do() {
    if std::env::var_os(CHILD).is_some() {
        let verdict = |run: &Run<()>| {
            let foreign = std::thread::spawn(|| panic!("of a foreign thread")).join();
            assert!(foreign.is_err() && matches!(run.end, End::Panicked { .. }));
            Err("panicked".into())
        };
        let found = explore::every(panics_everywhere).judge(verdict).unwrap();
        assert_eq!(sim::run(panics_when_probed).end.name(), "deadlock");
        eprintln!("explored: {}", found.failing);
        let _ = explore::every(panics_everywhere).replay(&found.shortest.unwrap());
        return;
    }
    let test = "explore::honest::panics_of_explored_runs_print_nothing_and_foreign_ones_do";
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(CHILD, "1").env_remove("RUST_BACKTRACE");
    let told = String::from_utf8(child.output().unwrap().stderr).unwrap();
    let (explored, afterwards) = told.split_once("explored: 1").unwrap_or_else(|| panic!("{told}"));
    assert!(explored.contains("of a foreign thread"), "{explored}");
    assert!(!explored.contains("of an explored") && !explored.contains("of a probe"), "{explored}");
    assert!(afterwards.contains("of an explored task") && afterwards.contains("of an explored main"), "{afterwards}");
}
