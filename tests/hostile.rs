//! Hostile katas: code that does its worst, judged right, in bounded time, and at nobody's cost but its own.

use async_kata::kata::{self, CheckState, Judged, Kata, Trial};
use std::fmt::Write;
use std::process::ExitCode;
use std::time::Duration;

#[macro_use]
#[path = "katas/mount.rs"]
mod mount;

/// What loops is ended after it. What comes to an end by itself has the time that every kata has.
const LIMIT: Duration = Duration::from_secs(2);
const LOOPS: [&str; 5] = ["loops", "mutes", "shouts_for_ever", "sleeps", "waits_for_itself_in_a_thread"];

/// The same kata with other files in the learner's place.
macro_rules! hostile {
    ($($name:ident $file:literal,)*) => {
        mod katas {
            $(kata!($name, Fix, stringify!($name), "pitfalls" / "till", $file);)*
        }

        const ALL: &[Kata] = &[$(Kata { stub: "", ..katas::$name::KATA }),*];
    };
}

hostile! {
    aborts "../../hostile/aborts.rs",
    devours "../../hostile/devours.rs",
    exits "../../hostile/exits.rs",
    forges "../../hostile/forges.rs",
    leaves_somebody "../../hostile/leaves_somebody.rs",
    loops "../../hostile/loops.rs",
    mutes "../../hostile/mutes.rs",
    overflows "../../hostile/overflows.rs",
    panics_in_drop "../../hostile/panics_in_drop.rs",
    shouts "../../hostile/shouts.rs",
    shouts_for_ever "../../hostile/shouts_for_ever.rs",
    sleeps "../../hostile/sleeps.rs",
    waits_for_itself "../../hostile/waits_for_itself.rs",
    waits_for_itself_in_a_thread "../../hostile/waits_for_itself_in_a_thread.rs",
}

fn main() -> ExitCode {
    kata::judge_if_asked(ALL);
    kata::main(&[], vec![Trial::test("each_is_judged_right_and_costs_only_itself", table)])
}

/// All at once, so that whatever one did to another would be seen.
fn table() -> Result<(), kata::Failed> {
    let limited = ALL.iter().map(|kata| match LOOPS.contains(&kata.id) {
        true => Kata { limit: LIMIT, ..*kata },
        false => *kata,
    });
    let limited: Vec<Kata> = limited.collect();
    let results = kata::results_of(&limited.iter().collect::<Vec<_>>(), false)?;
    let text: String = results.katas.iter().map(row).collect();
    if !cfg!(target_os = "linux") {
        // The bound on memory is Linux's; elsewhere it is the time that ends who takes more and more.
        let without =
            |text: &str| text.split("\n\n").filter(|row| !row.contains("devours: ")).collect::<Vec<_>>().join("\n\n");
        let accepted =
            include_str!("../snapshots/katas/hostile.snap").split_once("\n---\n").map_or("", |(_, text)| text);
        assert_eq!(without(&text).trim(), without(accepted).trim());
        return Ok(());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/katas"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("hostile", text));
    Ok(())
}

/// The verdict, its points, and what it printed, the beginning.
fn row(judged: &Judged) -> String {
    let reached = judged.checks.iter().filter(|check| check.state != CheckState::NotReached).count();
    let (points, of) = (judged.points(), judged.of());
    let mut row = format!(
        "{}: {}, {points} of {of} points, {reached} of {} checks\n",
        judged.id,
        judged.state,
        judged.checks.len()
    );
    if let Some(wrong) = judged.wrong() {
        let _ = writeln!(row, "  {}: {}", wrong.cause, wrong.message);
    }
    for line in judged.output.lines().take(3) {
        let _ = writeln!(row, "  | {}", line.chars().take(60).collect::<String>().trim_end());
    }
    if judged.output_is_cut {
        row.push_str("  | and more\n");
    }
    row + "\n"
}
