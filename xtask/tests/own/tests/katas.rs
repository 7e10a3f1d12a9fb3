//! A kata of one's own: the file that a learner edits, and a check that runs a play and compares.

use async_kata::kata::{self, Cause, Check, Kata, Kind, Wrong};
use async_kata::{sim, tasks};

const KATAS: &[Kata] = &[Kata {
    id: "own/two-waits",
    kind: Kind::Predict,
    file: "src/lib.rs",
    source: include_str!("../src/lib.rs"),
    stub: "//! As it is handed out.\n",
    checks,
    limit: Kata::LIMIT,
}];

fn checks() -> Vec<Check> {
    vec![Check::new("takes", 1, "Two waits of 10 and 30 ms, one beside the other.", || {
        let run = sim::run(|| async {
            let pair = [("a", 10), ("b", 30)].map(|(name, ms)| tasks::spawn(name, sim::sleep(ms)));
            for task in pair {
                task.await.unwrap();
            }
            sim::log("both are over");
        });
        let takes = run.trace.story().last().map_or(0, |entry| entry.ms);
        if takes == own_course::TAKES {
            return Ok(());
        }
        let wrong = Wrong::new(Cause::Outcome, format!("they do not take {} ms", own_course::TAKES));
        Err(wrong.at(include_str!("../src/lib.rs"), "TAKES").happened(run.trace.table()))
    })]
}

fn main() -> std::process::ExitCode {
    kata::main(KATAS, Vec::new())
}
