//! A course's grading: three works that are handed in, and what is written of them, byte for byte.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// xtask's folder.
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What a caller's environment could change.
const SETTINGS: [&str; 3] = ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "ASYNC_KATA_LANG"];

fn grade(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for name in SETTINGS {
        command.env_remove(name);
    }
    command.arg("grade").args(arguments).envs(variables.iter().copied());
    command.output().expect("xtask starts")
}

fn work(name: &str) -> String {
    format!("{HERE}/tests/works/{name}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it prints text")
}

/// Compares with the file that was accepted, and leaves what there is now beside it.
fn is_as_accepted(name: &str, now: &str) {
    let path = PathBuf::from(format!("{HERE}/tests/works/{name}"));
    let aside = path.with_file_name(format!("{name}.new"));
    if fs::read_to_string(&path).is_ok_and(|accepted| accepted == now) {
        let _ = fs::remove_file(aside);
        return;
    }
    fs::write(&aside, now).expect("the folder can be written to");
    let aside = aside.display();
    panic!("{} is another: read {aside}, and if it is right give it the name without `.new`", path.display());
}

#[test]
fn each_work_is_graded_as_it_was_accepted() {
    for (name, exit) in [("solved", 0), ("untouched", 2), ("hostile", 2)] {
        for (format, ending) in [("json", "json"), ("junit", "xml"), ("summary", "md")] {
            let graded = grade(&["--format", format, "--work", &work(name), "--require", "pitfalls"], &[]);
            assert_eq!(graded.status.code(), Some(exit), "{name} {format}: {}", text(&graded.stderr));
            is_as_accepted(&format!("{name}.{ending}"), &text(&graded.stdout));
        }
    }
}

/// The works are copies, as a learner's are: of the answers, and of what is handed out.
#[test]
fn the_works_are_what_they_are_called() {
    let katas = PathBuf::from(format!("{HERE}/../tests/katas"));
    for (name, file) in [("solved", "answer.rs"), ("untouched", "stub.rs")] {
        for kata in [
            "tasks/first_turns",
            "pitfalls/till",
            "pitfalls/two_keys",
            "timeouts/tea",
            "primitives/event",
            "primitives/lock",
        ] {
            let theirs = fs::read_to_string(format!("{}/tests/katas/{kata}/kata.rs", work(name))).expect("a work");
            let ours = fs::read_to_string(katas.join(kata).join(file)).expect("a file of the set");
            assert_eq!(theirs, ours, "{name} {kata}: copy {file} into the work");
        }
    }
}

/// JUnit's readers count cases: a reader other than our writer finds the same states.
#[test]
fn the_junit_report_can_be_read_back() {
    let read = |name: &str| {
        let file = fs::read_to_string(work(&format!("{name}.xml"))).expect("an accepted report");
        let report = Report::deserialize_from_str(&file).expect("it is JUnit");
        let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let states: Vec<String> = cases
            .map(|case| match &case.status {
                TestCaseStatus::Success { .. } => "passed".into(),
                TestCaseStatus::Skipped { message, .. } => {
                    message.as_ref().map(|message| message.as_str().to_string()).unwrap_or_default()
                }
                TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, ty, .. } => format!("failure {ty:?}"),
                TestCaseStatus::NonSuccess { kind: NonSuccessKind::Error, ty, .. } => format!("error {ty:?}"),
            })
            .collect();
        (report.test_suites.len(), states)
    };
    let (suites, states) = read("solved");
    assert!(suites == 6 && states.iter().all(|state| state == "passed"), "{states:?}");
    let (_, states) = read("untouched");
    assert!(states.iter().all(|state| state == "not started"), "{states:?}");
    let (_, states) = read("hostile");
    for cause in ["does-not-compile", "abort", "tampered"] {
        let told = states.iter().any(|state| state.starts_with("error") && state.contains(cause));
        assert!(told, "{cause} is an error: {states:?}");
    }
    assert!(!states.contains(&"passed".to_string()), "{states:?}");
}

/// On GitHub the page gets the summary, the log a few lines, and nothing that a learner wrote is a command.
#[test]
fn on_github_the_summary_goes_to_the_page() {
    let page = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("summary.md");
    fs::write(&page, "## Before\n\n").expect("a writable target folder");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", page.to_str().expect("a plain path"))];
    let graded = grade(&["--format", "summary", "--work", &work("hostile")], &variables);
    assert_eq!(graded.status.code(), Some(2));
    let written = fs::read_to_string(&page).expect("the page");
    assert!(written.starts_with("## Before\n\n## Katas: 0 of "), "{written}");
    let log = text(&graded.stdout);
    let commands: Vec<&str> = log.lines().filter(|line| line.trim_start().starts_with("::")).collect();
    assert!(log.contains("something is wrong") && !commands.is_empty(), "{log}");
    for pair in commands.chunks(2) {
        let word = pair[0].strip_prefix("::stop-commands::").expect("the first mark");
        assert_eq!(pair[1], format!("::{word}::"), "{log}");
    }
    // In a log without a file of its own everything stands between the marks.
    let graded = grade(&["--format", "junit", "--work", &work("hostile")], &[("GITHUB_ACTIONS", "true")]);
    let log = text(&graded.stdout);
    let (first, last) = (log.lines().next().unwrap_or_default(), log.lines().last().unwrap_or_default());
    assert_eq!(first.strip_prefix("::stop-commands::"), last.trim_matches(':').into(), "{first} {last}");
}

#[test]
fn what_cannot_be_graded_is_told_apart() {
    let told = |arguments: &[&str]| {
        let graded = grade(arguments, &[]);
        (graded.status.code(), text(&graded.stderr))
    };
    let (code, said) = told(&["--format", "json", "--require", "pitfals"]);
    assert_eq!(code, Some(4));
    assert!(said.contains("did you mean pitfalls?"), "{said}");
    let (code, said) = told(&["--format", "json", "--work", "no/such/folder"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("there is no such folder"), "{said}");
    let (code, said) = told(&["--format", "json", "--work", &format!("{HERE}/src")]);
    assert_eq!(code, Some(1));
    assert!(said.contains("is it the top of the learner's copy?"), "{said}");
    let (code, said) = told(&["--format", "pdf"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("[possible values: json, junit, summary]"), "{said}");
}

/// A copy of the solved work that a test may change.
fn solved_but(name: &str, change: impl FnOnce(&std::path::Path)) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a writable target folder");
    let copied = Command::new("cp").args(["-r", &format!("{}/tests", work("solved"))]).arg(&folder).status();
    assert!(copied.is_ok_and(|status| status.success()));
    change(&folder.join("tests/katas"));
    folder.to_str().expect("a plain path").to_string()
}

/// The states of a work's katas, by a grade as JSON: `pitfalls/till solved`, or with the cause and the message.
fn states(work: &str) -> Vec<String> {
    let graded = grade(&["--format", "json", "--work", work], &[]);
    let value: serde_json::Value = serde_json::from_str(&text(&graded.stdout)).expect("it is JSON");
    let katas = value["katas"].as_array().expect("katas").iter();
    let line = |kata: &serde_json::Value| {
        let told = |key: &str| kata["wrong"][key].as_str().unwrap_or_default().to_string();
        let wrong = format!("{}: {}", told("cause"), told("message"));
        format!("{} {}", kata["id"].as_str().unwrap(), if kata["wrong"].is_null() { "solved" } else { &wrong })
    };
    katas.map(line).collect()
}

/// Each wrong line is of this kata, and begins so.
#[track_caller]
fn only(states: &[String], expected: &str) {
    let wrong: Vec<&String> = states.iter().filter(|state| !state.ends_with(" solved")).collect();
    assert!(matches!(wrong[..], [one] if one.starts_with(expected)), "{expected} is expected in {states:?}");
}

/// A pipe would be waited for, and a device has no end: neither is read.
#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_no_judge_and_no_work() {
    let pipe = solved_but("pipe", |katas| {
        let made = Command::new("mkfifo").arg(katas.join("pitfalls/till/judge.rs")).status();
        assert!(made.is_ok_and(|status| status.success()));
    });
    only(&states(&pipe), "pitfalls/till tampered: tests/katas/pitfalls/till/judge.rs is no text");
    let endless = solved_but("endless", |katas| {
        std::os::unix::fs::symlink("/dev/zero", katas.join("pitfalls/till/judge.rs")).unwrap();
    });
    only(&states(&endless), "pitfalls/till tampered: tests/katas/pitfalls/till/judge.rs is no text");
    let device = solved_but("device", |katas| {
        fs::remove_file(katas.join("timeouts/tea/kata.rs")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", katas.join("timeouts/tea/kata.rs")).unwrap();
    });
    only(&states(&device), "timeouts/tea does-not-compile: this is no file");
    let link = solved_but("link", |katas| {
        fs::remove_file(katas.join("timeouts/tea/kata.rs")).unwrap();
        std::os::unix::fs::symlink(format!("{HERE}/src/main.rs"), katas.join("timeouts/tea/kata.rs")).unwrap();
    });
    only(&states(&link), "timeouts/tea does-not-compile: this is a link that leads out of the work");
}

/// Who ends the program that judges him costs only himself.
#[cfg(unix)]
#[test]
fn a_kata_that_ends_its_judge_is_found() {
    let killer = solved_but("killer", |katas| {
        let path = katas.join("pitfalls/till/kata.rs");
        let answer = fs::read_to_string(&path).unwrap();
        let kill =
            "std::process::Command::new(\"kill\").args([\"-9\", &std::os::unix::process::parent_id().to_string()])";
        let line = "let before = self.drawer.read().await;";
        fs::write(&path, answer.replace(line, &format!("let _ = {kill}.status();\n{line}"))).unwrap();
    });
    only(&states(&killer), "pitfalls/till abort: it ended the program that judges it");
}

/// A copy of a judge that the course has had before is no sin, and one that it never had is.
#[test]
fn an_older_judge_is_told_from_a_changed_one() {
    let list = fs::read_to_string(format!("{HERE}/../tests/katas/published.txt")).expect("the list");
    assert!(list.lines().any(|line| line.ends_with(" pitfalls/till/judge.rs")), "{list}");
    let judge =
        |text: String| solved_but("judge", |katas| fs::write(katas.join("pitfalls/till/judge.rs"), text).unwrap());
    let ours = fs::read_to_string(format!("{HERE}/../tests/katas/pitfalls/till/judge.rs")).expect("the judge");
    assert_eq!(
        states(&judge(ours.replace('\n', "\r\n"))).iter().filter(|state| !state.ends_with(" solved")).count(),
        0
    );
    only(&states(&judge(ours + "// easier\n")), "pitfalls/till tampered: ");
}

/// A work that names the answer by a path finds none: the room has no answers.
#[test]
fn the_answers_are_not_in_the_room() {
    let borrowed = solved_but("borrowed", |katas| {
        let text = "//! Borrowed.\nuse super::given;\n#[path = \"answer.rs\"]\nmod answer;\npub use answer::*;\n";
        fs::write(katas.join("pitfalls/till/kata.rs"), text).unwrap();
    });
    only(&states(&borrowed), "pitfalls/till does-not-compile: couldn't read");
}

/// A judge that is gone: from a whole copy of the repository somebody took it away; of handed-in files nobody expects it.
#[test]
fn a_judge_that_is_gone_is_the_courses_or_was_taken_away() {
    let handed_in = solved_but("handed-in", |_| ());
    assert!(states(&handed_in).iter().all(|state| state.ends_with(" solved")));
    let whole = solved_but("whole", |katas| {
        let course = PathBuf::from(format!("{HERE}/../tests/katas"));
        for kata in [
            "tasks/first_turns",
            "pitfalls/till",
            "pitfalls/two_keys",
            "timeouts/tea",
            "primitives/event",
            "primitives/lock",
        ] {
            for name in ["given.rs", "judge.rs", "models.rs"] {
                let _ = fs::copy(course.join(kata).join(name), katas.join(kata).join(name)); // not each has models
            }
        }
        fs::write(katas.join("../../Cargo.toml"), "").unwrap();
        fs::remove_file(katas.join("pitfalls/till/judge.rs")).unwrap();
    });
    only(&states(&whole), "pitfalls/till tampered: tests/katas/pitfalls/till/judge.rs is gone");
}
