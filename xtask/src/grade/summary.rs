//! Results as Markdown, for the page of a step on GitHub: the table first, then what is wrong, as far as there is room.

use async_kata::kata::{CheckState, Judged, Results, State};
use std::fmt::Write;

/// GitHub throws a page away that is longer than 1024 KiB, all of it. Other steps write to it too.
pub(super) const MOST: usize = 1_000_000;

/// The page.
pub(super) fn page(results: &Results, required: &[String], is_met: bool) -> String {
    let mut text = format!("## Katas: {} of {} points\n\n", results.points(), results.of());
    let (solved, wrong, open) = (results.count(State::Solved), results.count(State::Wrong), results.count(State::Open));
    let _ = writeln!(text, "{solved} solved, {wrong} wrong, {open} not started.");
    if !required.is_empty() {
        let met = if is_met { "solved" } else { "**not solved**" };
        let _ = writeln!(
            text,
            "Required: {}: {met}.",
            required.iter().map(|what| cell(what)).collect::<Vec<_>>().join(", ")
        );
    }
    text.push_str("\n| kata | | points | |\n|---|---|--:|---|\n");
    for judged in &results.katas {
        let state = if judged.state == State::Open { "not started" } else { judged.state.name() };
        let what = judged.wrong().map(|wrong| format!("{}: {}", wrong.cause, wrong.message)).unwrap_or_default();
        let (id, points, of) = (cell(&judged.id), judged.points(), judged.of());
        let _ = writeln!(text, "| {id} | {state} | {points} of {of} | {} |", cell(&what));
    }
    let details: Vec<String> = results.katas.iter().filter(|judged| judged.wrong().is_some()).map(detail).collect();
    for (nth, detail) in details.iter().enumerate() {
        let left = details.len() - nth;
        let cut =
            format!("\n{left} more are not shown: a page on GitHub has an end. `--format json` has everything.\n");
        if text.len() + detail.len() + cut.len() > MOST {
            text.push_str(&cut);
            break;
        }
        text.push_str(detail);
    }
    text
}

/// One kata, folded.
fn detail(judged: &Judged) -> String {
    let mut text = String::new();
    for check in &judged.checks {
        match &check.state {
            CheckState::Passed => drop(writeln!(text, "passed: {}", check.says)),
            CheckState::NotReached => drop(writeln!(text, "not run: {}", check.says)),
            CheckState::Failed(wrong) => drop(writeln!(text, "failed: {}\n{wrong}", check.says)),
        }
    }
    if !judged.output.is_empty() {
        let cut = if judged.output_is_cut { ", and more than that" } else { "" };
        let _ = write!(text, "\nit printed{cut}\n{}", judged.output);
    }
    let place = judged.place();
    format!(
        "\n<details><summary>{}: {}</summary>\n\n{}\n</details>\n",
        escaped(&judged.id),
        escaped(&place),
        fenced(&text)
    )
}

/// A learner's text may hold fences of its own: ours is longer than any of them.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// In a cell of a table: one line in which nothing is markup. Long ones are cut: all of it stands below.
fn cell(text: &str) -> String {
    const MOST: usize = 300;
    let short: String = text.chars().take(MOST).collect();
    let dots = if short.len() < text.len() { "..." } else { "" };
    let mut escaped = escaped(&short);
    for mark in ['\\', '|', '*', '_', '`', '[', ']', '~', '@', '#', '!'] {
        escaped = escaped.replace(mark, &format!("\\{mark}"));
    }
    escaped.split_whitespace().collect::<Vec<_>>().join(" ") + dots
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrong(message: &str, happened: &str, n: usize) -> Results {
        let wrong = json!({"cause": "outcome", "message": message, "line": 3, "expected": "", "happened": happened});
        let check = json!({"name": "c", "says": "C.", "of": 2, "state": "failed", "wrong": wrong});
        let kata = json!({"id": "u/a", "kind": "fix", "file": "f.rs", "state": "wrong", "checks": [check], "output": "",
            "output_is_cut": false});
        let katas = vec![kata; n];
        Results::from_json(&json!({"schema_version": 1, "katas": katas}).to_string()).unwrap()
    }

    #[test]
    fn what_a_learner_wrote_is_no_markup() {
        let text = page(&wrong("a | b <script> `x` @you", "```\n````\n::error::no\n", 1), &[], false);
        assert!(text.contains(r"outcome: a \| b &lt;script&gt; \`x\` \@you |"), "{text}");
        assert!(text.contains("\n`````text\n"), "a fence of five around one of four: {text}");
    }

    #[test]
    fn a_page_is_shorter_than_github_allows_and_says_what_it_left_out() {
        let text = page(&wrong("m", &"x".repeat(16_000), 100), &[], false);
        assert!(text.len() <= MOST, "{}", text.len());
        assert!(
            text.ends_with("39 more are not shown: a page on GitHub has an end. `--format json` has everything.\n"),
            "{}",
            &text[text.len() - 200..]
        );
        assert_eq!(text.matches("<details>").count(), 61);
    }
}
