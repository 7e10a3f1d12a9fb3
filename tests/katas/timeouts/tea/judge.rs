//! What is asked of the prediction: each line of it with its time, and what is never said.

use super::SOURCE;
use super::given::play;
use super::kata::{NEVER, ORDER};
use async_kata::kata::{Cause, Check, Wrong, predicted};
use async_kata::sim;
use std::collections::BTreeSet;

// A prediction is a constant: nothing that runs the play first.
const _: [&[&str]; 2] = [ORDER, NEVER];

/// All that stands in the play.
const LINES: [&str; 12] = [
    "tea kettle off",
    "tea kettle cold",
    "tea kettle on",
    "tea is ready",
    "egg in the pot",
    "egg is done",
    "main drinks tea",
    "main drinks water",
    "main peels the egg",
    "main eats bread",
    "main eats the egg",
    "main has no egg",
];

pub fn checks() -> Vec<Check> {
    vec![
        Check::new("order", 3, "Every line is said at its place and time.", || {
            predicted(SOURCE, ORDER, &sim::run(play))
        }),
        Check::new("never", 1, "These lines, and no others, are never said.", never),
    ]
}

fn never() -> Result<(), Wrong> {
    let run = sim::run(play);
    let said = run.trace.story().filter(|entry| entry.what.kind() == "said");
    let said: BTreeSet<String> = said.map(|entry| format!("{} {}", entry.task, entry.what.text())).collect();
    let named: BTreeSet<&str> = NEVER.iter().map(|line| line.trim()).collect();
    let wrong = |message: String, mark: &str| Err(Wrong::new(Cause::Outcome, message).at(SOURCE, mark));
    for line in &named {
        let mark = format!("\"{line}\"");
        if !LINES.contains(line) {
            return wrong(format!("`{line}` stands nowhere in the play: a line is `task words`"), &mark);
        }
        if said.contains(*line) {
            return wrong(format!("`{line}` is named as never said, and it is said"), &mark);
        }
    }
    let more = LINES.iter().filter(|line| !said.contains(**line) && !named.contains(**line)).count();
    match more {
        0 => Ok(()),
        1 => wrong("one line more is never said".into(), "pub const NEVER"),
        n => wrong(format!("{n} lines more are never said"), "pub const NEVER"),
    }
}
