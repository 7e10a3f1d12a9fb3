//! `cargo xtask grade`: a course's points, for a machine, a test report, or a page on GitHub; all from one model.

mod junit;
mod overlay;
mod summary;

use crate::kata::{Course, aside, end_with_ctrl_c};
use crate::out::{self, Exit, Failure, root};
use async_kata::kata::{Judged, Results, State};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a teacher asks for.
#[derive(Args)]
pub(crate) struct Request {
    /// How the results are written
    #[arg(long, value_enum)]
    format: Format,
    /// What has to be solved: a unit, or one kata; may be given several times. Otherwise nothing has to, but what is begun
    /// must not be wrong
    #[arg(long, value_name = "UNIT")]
    require: Vec<String>,
    /// A learner's copy of this repository, or a folder with only tests/katas in it. Default: this one. Of it only the katas'
    /// own files are taken; where another file of a kata was changed, that kata is tampered
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    /// Write to this file. Default: stdout (on GitHub JUnit stands between two marks there, which no parser reads: give a
    /// file); of a summary on GitHub, the page of the step
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Everything, with a version
    Json,
    /// A test case for each check, for GitLab, Jenkins and others
    Junit,
    /// Markdown: a table, and below it what is wrong
    Summary,
}

/// What has to be solved, and whether it is.
struct Requirement {
    what: Vec<String>,
    ids: Vec<String>,
}

pub(crate) fn run(request: &Request) -> Result<Exit, Failure> {
    let graded = grade(request);
    // What a learner wrote may stand in the message: on GitHub it must not be taken for a command.
    graded.map_err(|failure| Failure::new(failure.exit, out::without_commands(&failure.message)))
}

fn grade(request: &Request) -> Result<Exit, Failure> {
    let course = Course::read(&root())?;
    end_with_ctrl_c();
    let required = Requirement::of(&course, &request.require)?;
    let works = overlay::works(&course, request.work.as_deref())?;
    let ids: Vec<&str> = course.katas.iter().map(|kata| kata.id.as_str()).collect();
    let results = aside(&course, works, &ids, false)?;
    let text = match request.format {
        Format::Json => machine(&results, &required),
        Format::Junit => junit::report(&results)?,
        Format::Summary => summary::page(&results, &required.what, required.is_met(&results)),
    };
    deliver(request, &text, &results, &required)?;
    Ok(if required.is_met(&results) { Exit::Ok } else { Exit::Check })
}

impl Requirement {
    fn of(course: &Course, what: &[String]) -> Result<Self, Failure> {
        let mut ids = Vec::new();
        for what in what {
            ids.extend(course.required(what)?.into_iter().map(|kata| kata.id.clone()));
        }
        Ok(Self { what: what.to_vec(), ids })
    }

    fn covers(&self, judged: &Judged) -> bool {
        self.ids.contains(&judged.id)
    }

    /// Required: all of it is solved. Nothing required: nothing is wrong.
    fn is_met(&self, results: &Results) -> bool {
        results.katas.iter().all(|judged| match judged.state {
            State::Solved => true,
            State::Open => !self.covers(judged),
            State::Wrong => !self.covers(judged) && !self.what.is_empty(),
        })
    }
}

/// The results, and what was required of them.
fn machine(results: &Results, required: &Requirement) -> String {
    let mut value = results.to_json();
    let of_them: Vec<&Judged> = results.katas.iter().filter(|judged| required.covers(judged)).collect();
    let points: u32 = of_them.iter().map(|judged| judged.points()).sum();
    let of: u32 = of_them.iter().map(|judged| judged.of()).sum();
    value["required"] = json!({"what": required.what, "points": points, "of": of, "met": required.is_met(results)});
    format!("{value:#}\n")
}

/// Where it is to go; and on stderr, where nobody reads a file, a line for a person.
fn deliver(request: &Request, text: &str, results: &Results, required: &Requirement) -> Result<(), Failure> {
    let page = std::env::var_os("GITHUB_STEP_SUMMARY").map(PathBuf::from);
    let page = page.filter(|page| request.format == Format::Summary && !page.as_os_str().is_empty());
    match (&request.out, page) {
        (Some(file), _) => write(file, text)?,
        (None, Some(page)) => append(&page, text)?,
        (None, None) => {
            // A line of JSON begins with no colon, so there only the old form of a command could stand, in a text.
            let is_json = request.format == Format::Json;
            out::print(&if is_json { text.replace("##[", "\\u0023#[") } else { out::without_commands(text) });
            return Ok(());
        }
    }
    let met = match (required.what.is_empty(), required.is_met(results)) {
        (true, true) => "nothing that is begun is wrong".to_string(),
        (true, false) => "something is wrong".into(),
        (false, true) => format!("solved: {}", required.what.join(", ")),
        (false, false) => format!("required, and not solved: {}", required.what.join(", ")),
    };
    out::print(&format!("{} of {} points; {met}\n", results.points(), results.of()));
    for judged in results.katas.iter().filter(|judged| judged.state == State::Wrong) {
        let wrong = judged.wrong().map(|wrong| format!("{}: {}", wrong.cause, wrong.message)).unwrap_or_default();
        out::print(&out::without_commands(&format!("{}: {wrong}\n", judged.place())));
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    fs::write(file, text)
        .map_err(|error| Failure::new(Exit::Usage, format!("--out {}: {error}; is its folder there?", file.display())))
}

fn append(file: &Path, text: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().append(true).create(true).open(file);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Failure::file(file, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(states: &[(&str, &str)]) -> Results {
        let katas: Vec<_> = states
            .iter()
            .map(|(id, state)| {
                let check = match *state {
                    "solved" => json!({"name": "c", "says": "C.", "of": 2, "state": "passed"}),
                    "open" => json!({"name": "c", "says": "C.", "of": 2, "state": "not-reached"}),
                    _ => json!({"name": "c", "says": "C.", "of": 2, "state": "failed", "wrong":
                        {"cause": "outcome", "message": "m", "line": null, "expected": "", "happened": ""}}),
                };
                json!({"id": id, "kind": "fix", "file": "f", "state": state, "checks": [check], "output": "",
                    "output_is_cut": false})
            })
            .collect();
        Results::from_json(&json!({"schema_version": 1, "katas": katas}).to_string()).unwrap()
    }

    #[test]
    fn what_is_required_has_to_be_solved_and_nothing_else() {
        let met = |what: &[&str], ids: &[&str], states: &[(&str, &str)]| {
            let strings = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
            Requirement { what: strings(what), ids: strings(ids) }.is_met(&results(states))
        };
        assert!(met(&[], &[], &[("u/a", "open"), ("u/b", "solved")]));
        assert!(!met(&[], &[], &[("u/a", "open"), ("u/b", "wrong")]));
        assert!(met(&["u"], &["u/a"], &[("u/a", "solved"), ("v/b", "wrong"), ("v/c", "open")]));
        assert!(!met(&["u"], &["u/a"], &[("u/a", "open")]));
        assert!(!met(&["u"], &["u/a"], &[("u/a", "wrong")]));
    }
}
