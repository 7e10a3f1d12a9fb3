//! `cargo xtask play`: one run, as a table or as lines of JSON.

use crate::out::{self, Exit, Failure};
use crate::select;
use async_kata::scenarios::{self, Lang, Play, Scenario, Verdict};
use async_kata::sim::{self, End, Run};
use async_kata::trace::Entry;
use serde::Serialize;
use std::fmt::Write;

/// An entry as the contract spells it.
#[derive(Serialize)]
struct Line<'a> {
    ms: u64,
    task: &'a str,
    kind: &'a str,
    what: &'a str,
}

pub(crate) fn run(id: &str, lang: Lang, as_json: bool) -> Result<Exit, Failure> {
    if as_json {
        let (_, play) = select::one_play(id, "--json")?;
        let run = sim::run(play.run);
        out::print(&json_lines(&run));
        if !matches!(run.end, End::Done(_)) {
            out::complain(&run.end.to_string()); // the lines are the story; how it was cut short is none of them
        }
        return Ok(exit(play, &run.end));
    }
    let (scenario, plays) = select::plays(id)?;
    let mut worst = Exit::Ok;
    let mut text = format!("{}\n", scenario.title_in(lang));
    for play in plays {
        let run = sim::run(play.run);
        let (claim, table) = (scenario.claim_in(play, lang), table(scenario, play, &run));
        let _ = write!(text, "\n{}:{}\n{claim}\n\n{table}", scenario.id, play.name);
        worst = worse(worst, exit(play, &run.end));
    }
    out::print(&text);
    Ok(worst)
}

/// The story, the verdict on it, and one next command.
pub(crate) fn table(scenario: &Scenario, play: &Play, run: &Run<Verdict>) -> String {
    let mut text = format!("{}\n{}\n", run.trace.table(), verdict(play, run));
    if !matches!(run.end, End::Done(_)) {
        let _ = writeln!(text, "{}", run.end);
    }
    if run.strays > 0 {
        let _ = writeln!(text, "{} tasks without a seat: seat them, or the order is no promise", run.strays);
    }
    let _ = writeln!(text, "next: cargo xtask explore {}:{}", scenario.id, play.name);
    text
}

/// Whether it passes, and whether that was to be expected.
pub(crate) fn verdict(play: &Play, run: &Run<Verdict>) -> String {
    match scenarios::judge(&run.end) {
        Ok(what) => format!("passes: {what}"),
        Err(what) if play.expect.failing > 0 => format!("fails, as it should: {what}"),
        Err(what) => format!("FAILS: {what}"),
    }
}

/// An object a line, in the order in which it happened.
pub(crate) fn json_lines(run: &Run<Verdict>) -> String {
    let line = |entry: &Entry| {
        let what = entry.what.text();
        let line = Line { ms: entry.ms, task: entry.task.as_str(), kind: entry.what.kind(), what };
        serde_json::to_string(&line).expect("numbers and texts are JSON") + "\n"
    };
    run.trace.story().map(line).collect()
}

/// 0 if it ends as it declares.
pub(crate) fn exit(play: &Play, end: &End<Verdict>) -> Exit {
    match (scenarios::judge(end), end.name()) {
        (_, name) if name != play.ends => {
            if matches!(name, "done" | "panicked") {
                Exit::Check
            } else {
                Exit::Undeclared
            }
        }
        (Err(_), _) if play.expect.failing == 0 => Exit::Check,
        _ => Exit::Ok,
    }
}

/// Of two, the one to exit with: a check that fails counts more than an undeclared end, which counts more than ok.
pub(crate) fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Ok => 0,
        Exit::Undeclared => 1,
        _ => 2,
    };
    if rank(other) > rank(one) { other } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_kata::scenarios::{Expect, Main, Play};

    fn play(failing: usize, ends: &'static str) -> Play {
        let expect = Expect { failing, of: 2 };
        let run = || -> scenarios::Staged { Box::pin(async { Ok(String::new()) }) };
        Play { name: "naive", claim: "", order: "", ends, run, main: Main::Watches, expect }
    }

    #[test]
    fn a_play_that_ends_as_it_declares_is_ok() {
        let (passes, fails): (End<Verdict>, End<Verdict>) = (End::Done(Ok("".into())), End::Done(Err("".into())));
        let (stuck, spins): (End<Verdict>, End<Verdict>) = (End::Deadlock(vec![]), End::Spin("a".into()));
        let (pitfall, cure, deadlock) = (play(1, "done"), play(0, "done"), play(1, "deadlock"));
        assert_eq!([exit(&pitfall, &passes), exit(&pitfall, &fails), exit(&deadlock, &stuck)], [Exit::Ok; 3]);
        assert_eq!([exit(&cure, &passes), exit(&cure, &fails)], [Exit::Ok, Exit::Check]);
        assert_eq!([exit(&pitfall, &stuck), exit(&cure, &stuck), exit(&cure, &spins)], [Exit::Undeclared; 3]);
        assert_eq!(exit(&deadlock, &fails), Exit::Check, "it was to be stuck, and is not");
    }

    #[test]
    fn a_failed_check_counts_most() {
        assert_eq!(worse(Exit::Ok, Exit::Undeclared), Exit::Undeclared);
        assert_eq!(worse(Exit::Check, Exit::Undeclared), Exit::Check);
        assert_eq!(worse(Exit::Ok, Exit::Ok), Exit::Ok);
    }
}
