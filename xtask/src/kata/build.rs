//! Builds the test target of the katas, and reads in rustc's messages whose file is to blame if it does not compile.

use crate::out::{Exit, Failure};
use crate::progress;
use async_kata::kata::{Cause, Wrong, bounded};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::course::KATAS;

/// A cold build takes a minute or two. What takes this long compiles for ever: a constant that loops, types without end.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// A build of the katas alone, when everything that they are built from is built already: it takes two seconds.
const LIMIT_ALONE: Duration = Duration::from_secs(60);

/// cargo prints a line for each crate; a learner can make rustc print more than anybody reads.
const OUTPUT: usize = 32 << 20;

/// How a build went.
pub(crate) enum Built {
    /// The program; and what rustc warns of in a kata's own file, by the folder (`pitfalls/till`): a forgotten await, say.
    Ok(PathBuf, BTreeMap<String, String>),
    /// It does not compile: what is wrong with whose kata, by the folder (`pitfalls/till`), and all that rustc said.
    Refused { blamed: BTreeMap<String, Wrong>, said: String },
    /// It did not come to an end.
    TooLong,
}

#[derive(Deserialize)]
struct Line {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    message: String,
    level: String,
    rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

/// Builds the katas of the workspace in this folder, by more settings of cargo's if there are any. `alone`: everything else
/// has been built, so it must be quick.
pub(crate) fn build(root: &Path, target: &Path, settings: Option<&Path>, alone: bool) -> Result<Built, Failure> {
    let mut command = cargo(root, target, settings);
    let _notice = progress::Notice::after("building the katas ...");
    let limit = if alone { LIMIT_ALONE } else { LIMIT };
    let done = bounded(&mut command, limit, OUTPUT)
        .map_err(|error| Failure::new(Exit::Internal, format!("cargo: {error}; is Rust installed?")))?;
    let Some(status) = done.status else { return Ok(Built::TooLong) };
    let stdout = String::from_utf8_lossy(&done.stdout);
    let lines: Vec<Line> = stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if status.success() {
        let is_ours = |line: &&Line| {
            line.reason == "compiler-artifact"
                && line.target.as_ref().is_some_and(|target| target.name == "katas" && target.kind == ["test"])
        };
        let program = lines.iter().find(is_ours).and_then(|line| line.executable.clone());
        let lost = || Failure::new(Exit::Internal, "cargo built the katas and did not say where");
        let program = program.ok_or_else(lost)?;
        return Ok(Built::Ok(program, warnings(&lines)));
    }
    Ok(refused(&lines, &done.stderr))
}

/// The build of the katas alone.
fn cargo(root: &Path, target: &Path, settings: Option<&Path>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(root).env("CARGO_TARGET_DIR", target);
    command.args([
        "test",
        "--quiet",
        "--package",
        "async-kata",
        "--test",
        "katas",
        "--no-run",
        "--message-format=json",
    ]);
    if let Some(settings) = settings {
        command.arg("--config").arg(settings);
    }
    // Who denies warnings for his own sake does not make a learner's unused variable an error.
    if let Ok(flags) = std::env::var("RUSTFLAGS") {
        command.env(
            "RUSTFLAGS",
            flags.replace("-D warnings", "").replace("-Dwarnings", "").replace("--deny warnings", ""),
        );
    }
    command
}

/// What rustc said, and of whom; of cargo's own troubles there are only words.
fn refused(lines: &[Line], stderr: &[u8]) -> Built {
    let messages = lines.iter().filter_map(|line| line.message.as_ref());
    let errors: Vec<&Message> = messages.filter(|message| message.level == "error").collect();
    let mut said: String = errors.iter().filter_map(|message| message.rendered.as_deref()).collect();
    if said.is_empty() {
        said = String::from_utf8_lossy(stderr).into_owned();
    }
    Built::Refused { blamed: blame(&errors), said }
}

/// What rustc warns of in the learners' own files.
fn warnings(lines: &[Line]) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let messages = lines.iter().filter_map(|line| line.message.as_ref());
    for warning in messages.filter(|message| message.level == "warning") {
        let place = warning.spans.iter().filter(|span| span.is_primary).find_map(place);
        if let (Some((folder, Some(_))), Some(text)) = (place, &warning.rendered) {
            let texts = texts.entry(folder).or_default();
            // A file that loom sees too is compiled twice, and warned of twice.
            if !texts.contains(text) {
                texts.push_str(text);
            }
        }
    }
    texts
}

/// For each kata that an error points into: its first error by its line, and the text of all of them.
fn blame(errors: &[&Message]) -> BTreeMap<String, Wrong> {
    let mut texts: BTreeMap<String, (Option<u32>, String, String)> = BTreeMap::new();
    for error in errors {
        let Some((folder, line)) = error.spans.iter().filter(|span| span.is_primary).find_map(place) else { continue };
        let (_, _, text) = texts.entry(folder).or_insert_with(|| (line, error.message.clone(), String::new()));
        text.push_str(error.rendered.as_deref().unwrap_or_default());
    }
    let wrong = |(line, message, text): (Option<u32>, String, String)| {
        let message = if line.is_none() { format!("what judges it cannot use it: {message}") } else { message };
        Wrong::new(Cause::DoesNotCompile, message).at_line(line).happened(text)
    };
    texts.into_iter().map(|(folder, found)| (folder, wrong(found))).collect()
}

/// The kata's folder that a span is in, and the line if it is in the learner's file; also through a macro.
fn place(span: &Span) -> Option<(String, Option<u32>)> {
    let file = span.file_name.replace('\\', "/");
    let inside = file.split_once(&format!("{KATAS}/")).map(|(_, inside)| inside);
    let parts: Vec<&str> = inside.map(|inside| inside.split('/').collect()).unwrap_or_default();
    match parts[..] {
        [unit, name, file] => Some((format!("{unit}/{name}"), (file == "kata.rs").then_some(span.line_start))),
        _ => place(&span.expansion.as_ref()?.span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(file: &str, line: u32, text: &str) -> Message {
        let span = Span { file_name: file.into(), line_start: line, is_primary: true, expansion: None };
        let rendered = Some(format!("error: {text}\n"));
        Message { message: text.into(), level: "error".into(), rendered, spans: vec![span] }
    }

    #[test]
    fn each_error_is_blamed_on_the_kata_that_it_points_into() {
        let messages = [
            message("tests/katas/pitfalls/till/kata.rs", 7, "no such name"),
            message(r"tests\katas\pitfalls\till\kata.rs", 3, "another"),
            message("tests/katas/primitives/lock/judge.rs", 9, "no method `lock`"),
            message("src/lib.rs", 1, "ours"),
        ];
        let blamed = blame(&messages.iter().collect::<Vec<_>>());
        let told: Vec<String> = blamed
            .iter()
            .map(|(folder, wrong)| format!("{folder} {:?} {} {}", wrong.line, wrong.message, wrong.happened.len()))
            .collect();
        let expected = [
            "pitfalls/till Some(7) no such name 35",
            "primitives/lock None what judges it cannot use it: no method `lock` 24",
        ];
        assert_eq!(told, expected);
    }
}
