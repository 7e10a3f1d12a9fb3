//! How a verdict reads: the place first, then what was expected and what happened, and one next command.

use super::course::Course;
use crate::out::Failure;
use async_kata::kata::{CheckState, Judged, State};
use async_kata::scenarios::Lang;
use std::fmt::Write;

/// A verdict for a person.
pub(crate) fn verdict(course: &Course, judged: &Judged, is_open: bool, lang: Lang) -> Result<String, Failure> {
    let points = format!("{} of {} points", judged.points(), judged.of());
    if judged.state == State::Solved {
        let text = course.find(&judged.id)?.text(&course.root, lang)?;
        return Ok(format!("{}: solved, {points}\n\n{}\n", judged.id, text.debrief));
    }
    let mut text = String::new();
    if let Some(wrong) = judged.wrong() {
        let _ = writeln!(text, "{}: {}: {wrong}", judged.place(), if is_open { "open" } else { "wrong" });
    }
    text.push_str(&checks(judged));
    if !judged.output.is_empty() {
        let more = if judged.output_is_cut { ", and more than that" } else { "" };
        let _ =
            writeln!(text, "\nit printed, in all orders{more} (`async_kata::sim::log` puts a line into the table):");
        let _ = judged.output.lines().try_for_each(|line| writeln!(text, "  | {line}"));
    }
    if judged.of() > 0 {
        let _ = writeln!(text, "\n{}: {points}{}", judged.id, if is_open { ", as it was handed out" } else { "" });
    }
    Ok(text)
}

/// A line for each check.
fn checks(judged: &Judged) -> String {
    let mut text = String::new();
    for check in judged.checks.iter().filter(|check| check.of > 0) {
        let (mark, note) = match &check.state {
            CheckState::Passed => ("passed", String::new()),
            CheckState::Failed(wrong) => ("failed", format!("\n           {}", wrong.message)),
            CheckState::NotReached => ("not run", String::new()),
        };
        let note = if judged.wrong().is_some_and(|first| note.contains(&first.message)) { String::new() } else { note };
        let _ = writeln!(text, "  {mark:>7}  {} ({} of {}){note}", check.says, check.points(), check.of);
    }
    text
}
