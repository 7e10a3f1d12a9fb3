//! How the known files of a kata are to be judged, and what a learner is shown then, in a snapshot.

use crate::Known;
use async_kata::kata::{self, Cause, CheckState, Failed, Judged, Kata, State};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub(crate) type Checked = Result<(), Failed>;

/// Answer, stub and wrong answers come out as they must, and say what the snapshot says. Returns the causes by which
/// they fail, as a learner is shown them first.
pub(crate) fn judged(known: &Known) -> Result<BTreeSet<Cause>, Failed> {
    nothing_is_left_out(known)?;
    let answer = verdict(&known.answer)?;
    if answer.state != State::Solved || answer.points() != answer.of() {
        return Err(format!("the answer is not solved:\n{}", shown(&answer)).into());
    }
    if answer.checks.iter().any(|check| !(1..=4).contains(&check.of)) {
        return Err("a check is worth 1 to 4 points".into());
    }
    let mut told = shown(&answer);
    let mut messages: Vec<(&str, String)> = Vec::new();
    let mut causes = BTreeSet::new();
    let wrong = known.wrong.iter().map(|(name, kata)| (*name, kata));
    for (name, kata) in [("stub", &known.stub)].into_iter().chain(wrong) {
        let judged = verdict(kata)?;
        let Some(wrong) = judged.wrong() else {
            return Err(format!("nobody notices what is wrong with {name}: the kata would be worthless").into());
        };
        if let Some((other, _)) = messages.iter().find(|(_, message)| *message == wrong.message) {
            return Err(format!("{name} and {other} are told the same: {}", wrong.message).into());
        }
        if wrong.line.is_none() {
            return Err(format!("{name}: the verdict names no line: {}", wrong.message).into());
        }
        messages.push((name, wrong.message.clone()));
        causes.insert(wrong.cause);
        let _ = write!(told, "\n{}", shown(&judged));
    }
    is_as_its_snapshot(known.id, &told)?;
    Ok(causes)
}

fn verdict(kata: &Kata) -> Result<Judged, String> {
    kata::verdict_of(kata, false).map_err(|error| format!("{}: its process cannot be started: {error}", kata.id))
}

/// What a learner sees of it: of the first check that fails the whole story, of the others one line. Of a file that is
/// solved, what was asked.
fn shown(judged: &Judged) -> String {
    let mut text = format!("== {}: {}, {} of {} points\n", judged.id, judged.state, judged.points(), judged.of());
    let is_solved = judged.state == State::Solved;
    for check in judged.checks.iter().filter(|check| is_solved || check.state != CheckState::Passed) {
        let state = match check.state {
            CheckState::Passed => "passed",
            CheckState::Failed(_) => "failed",
            CheckState::NotReached => "not reached",
        };
        let _ = writeln!(text, "{state} {}/{} {}: {}", check.points(), check.of, check.name, check.says);
        if let CheckState::Failed(wrong) = &check.state {
            let place = wrong.line.map(|line| format!(":{line}")).unwrap_or_default();
            let lines = format!("{}{place}: {wrong}", judged.file);
            let is_first = judged.wrong() == Some(wrong);
            for line in lines.lines().take(if is_first { usize::MAX } else { 1 }) {
                let _ = writeln!(text, "{}", format!("    {line}").trim_end());
            }
        }
    }
    if !judged.output.is_empty() {
        let _ = write!(text, "it printed:\n{}", judged.output);
    }
    text
}

fn is_as_its_snapshot(id: &str, told: &str) -> Checked {
    let (unit, name) = id.split_once('/').ok_or("an id is unit/name")?;
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(format!("{ROOT}/snapshots/katas/{unit}"));
    let check = || settings.bind(|| insta::assert_snapshot!(name, told));
    catch_unwind(AssertUnwindSafe(check)).map_err(|_| {
        format!(
            "drifted from snapshots/katas/{id}.snap. Read the change above: is it what a learner needs? Then accept \
             it by INSTA_UPDATE=always cargo test --test answers"
        )
        .into()
    })
}

/// Every file of `wrong/` is known, and opens with its reason.
fn nothing_is_left_out(known: &Known) -> Checked {
    let folder = Path::new(ROOT).join(known.folder).join("wrong");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if !text.starts_with("//! Wrong: ") {
            return Err(format!("{name} does not begin with `//! Wrong: ` and why").into());
        }
        found.push(name);
    }
    found.sort();
    let names: Vec<&str> = known.wrong.iter().map(|(name, _)| *name).collect();
    match found == names && names.len() >= 2 {
        true => Ok(()),
        false => {
            Err(format!("{} has {found:?}, and tests/answers.rs {names:?} (two at least)", folder.display()).into())
        }
    }
}

/// The command line reads the syllabus where nothing compiles; so it must say the same as the two lists that do.
pub(crate) fn syllabus(set: &[Known]) -> Checked {
    let lines = include_str!("../katas/syllabus.txt").lines().filter(|line| !line.starts_with('#'));
    let syllabus: Vec<String> = lines.map(str::to_string).collect();
    let ours: Vec<String> = set.iter().map(|known| format!("{} {}", known.id, known.kind)).collect();
    if syllabus != ours {
        return Err(format!("tests/katas/syllabus.txt has {syllabus:?}, and tests/answers.rs {ours:?}").into());
    }
    let (listed, tested) = learners_list();
    if syllabus != listed {
        return Err(format!("tests/katas/syllabus.txt has {syllabus:?}, and tests/katas.rs {listed:?}").into());
    }
    let names: Vec<String> = set.iter().map(|known| format!("{}::KATA", base_name(known.folder))).collect();
    if tested != names.join(", ") {
        return Err(format!("tests/katas.rs runs [{tested}], which is not the order of the syllabus").into());
    }
    Ok(())
}

fn base_name(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// `unit/name kind` of every mounted file in `tests/katas.rs`, and what stands between the brackets of its ALL.
fn learners_list() -> (Vec<String>, String) {
    let source = include_str!("../katas.rs");
    let mounted = source.split(";\n").filter_map(|statement| {
        let arguments =
            statement.trim().rsplit_once("kata!(").or(statement.trim().rsplit_once("kata_with_models!("))?.1;
        let mut arguments = arguments.split(',').map(|part| part.trim().trim_matches('"'));
        let (_, kind, id) = (arguments.next()?, arguments.next()?, arguments.next()?);
        Some(format!("{id} {}", kind.to_lowercase()))
    });
    let list = source.split_once("const ALL").and_then(|(_, rest)| rest.split_once("];")?.0.rsplit_once("&["));
    let katas = list.map(|(_, list)| list.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    (mounted.collect(), katas.trim_end_matches(',').to_string())
}
