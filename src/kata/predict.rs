//! A check that compares what a learner predicted with what a run does, and shows no more than up to where they part.

use super::{Cause, Wrong};
use crate::sim::Run;
use crate::trace::grid;

/// Compares a prediction with what the tasks of a run said: each line `ms task what`, for example `0 a read 0`.
///
/// What comes after the first wrong line is not shown: it would be the answer. `source` is the learner's file, in which the
/// wrong line is looked for.
///
/// # Errors
/// When a line is another, is missing, or is one too many ([`Cause::Order`]).
///
/// ```
/// use async_kata::{kata, sim};
///
/// let run = sim::run(|| async {
///     sim::log("kettle on");
///     sim::sleep(100).await;
///     sim::log("tea");
/// });
/// assert!(kata::predicted("", &["0 main kettle on", "100 main tea"], &run).is_ok());
/// let wrong = kata::predicted("", &["0 main kettle on", "0 main tea"], &run).unwrap_err();
/// assert_eq!(wrong.message, "line 2 of the prediction is not what happens: 1 of 2 are right before it");
/// ```
pub fn predicted<T>(source: &str, prediction: &[&str], run: &Run<T>) -> Result<(), Wrong> {
    let said = run.trace.story().filter(|entry| entry.what.kind() == "said");
    let happens: Vec<String> = said.map(|entry| format!("{} {} {}", entry.ms, entry.task, entry.what.text())).collect();
    let right = prediction.iter().zip(&happens).take_while(|(one, other)| one.trim() == **other).count();
    if right == happens.len() && right == prediction.len() {
        return Ok(());
    }
    let of = format!("{right} of {} are right before it", happens.len());
    let (message, mark) = match (prediction.get(right), happens.get(right)) {
        (Some(said), Some(_)) => (format!("line {} of the prediction is not what happens: {of}", right + 1), *said),
        (Some(said), None) => {
            (format!("line {} of the prediction is one too many: nothing happens any more", right + 1), *said)
        }
        (None, _) => (format!("the prediction ends too early: {of}"), "ORDER"),
    };
    let wrong = Wrong::new(Cause::Order, message).happened(table(prediction, &happens, right));
    Err(if mark == "ORDER" { wrong.at(source, mark) } else { wrong.at_line(line_of(source, prediction, right)) })
}

/// The line of the prediction's n-th entry. One that is said twice stands twice in the file.
fn line_of(source: &str, prediction: &[&str], nth: usize) -> Option<u32> {
    let mark = format!("\"{}\"", prediction[nth]);
    let before = prediction[..nth].iter().filter(|said| **said == prediction[nth]).count();
    let mut places =
        source.lines().enumerate().filter(|(_, line)| line.contains(&mark) && !line.trim_start().starts_with("//"));
    places.nth(before).and_then(|(line, _)| u32::try_from(line + 1).ok())
}

/// Both, side by side, up to the first line in which they differ.
fn table(prediction: &[&str], happens: &[String], right: usize) -> String {
    let mut rows = vec![["", "predicted", "happened"].map(String::from).to_vec()];
    for line in 0..=right {
        let mine = prediction.get(line).map_or("(nothing)", |said| said.trim());
        let real = happens.get(line).map_or("(nothing)", String::as_str);
        rows.push(vec![(line + 1).to_string(), mine.into(), real.into()]);
    }
    let rest = happens.len().saturating_sub(right + 1);
    let rest = if rest == 0 {
        String::new()
    } else {
        format!("... and {rest} more, which you see when you have them right\n")
    };
    grid(1, rows) + &rest
}
