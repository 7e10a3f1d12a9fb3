//! A course as its people set it up: the templates' command lines run in a fresh clone, and a course of one's own beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "course/learner.rs"]
mod learner;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What a caller's environment could change. Not the target folder: it is the clone's own, kept from one run to the next.
const SETTINGS: [&str; 4] = ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "ASYNC_KATA_LANG", "CI"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A command line as a step of a workflow runs it.
fn shell(line: &str, at: &Path, variables: &[(&str, &Path)]) -> Output {
    let mut shell = Command::new("bash");
    for name in SETTINGS {
        shell.env_remove(name);
    }
    shell.args(["-e", "-c", line]).current_dir(at).envs(variables.iter().copied());
    shell.env("CARGO_TARGET_DIR", folder("clone-target")).output().expect("bash is installed")
}

/// The lines of a file under `.github` that begin so, without that beginning.
fn lines(file: &str, beginning: &str) -> Vec<String> {
    let path = Path::new(HERE).join("../.github").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter_map(|line| line.trim().strip_prefix(beginning).map(str::to_string)).collect()
}

#[test]
fn the_templates_are_short() {
    for file in ["course/github.yml", "course/gitlab.yml"] {
        let lines = lines(file, "").len();
        assert!(lines <= 15, "{file} has {lines} lines");
    }
}

/// All in one clone, one after the other: cargo tells clones apart by what is in them, not by where they lie, so two that
/// were built into one folder would be taken for each other.
#[test]
fn a_teachers_commands_run_in_a_fresh_clone() {
    let course = gitlab_script();
    github_action(&course);
    learner::way(&course);
    own_course(&course);
}

/// GitLab: the script, with this repository in the place of the address, from the learner's folder. Returns the clone.
fn gitlab_script() -> PathBuf {
    let job = folder("gitlab");
    let work = job.join("work");
    let _ = fs::remove_dir_all(&job);
    fs::create_dir_all(&work).expect("a writable target folder");
    let copied = Command::new("cp").arg("-r").arg(format!("{HERE}/tests/works/solved/tests")).arg(&work).status();
    assert!(copied.is_ok_and(|status| status.success()));
    let script: Vec<String> = lines("course/gitlab.yml", "- ");
    assert_eq!(script.len(), 2, "{script:?}");
    let root = Path::new(HERE).join("..").canonicalize().expect("xtask lies in the workspace");
    let script =
        script.join("\n").replace("https://gitlab.com/OWNER/async-kata", &format!("file://{}", root.display()));
    let done = shell(&script, &work, &[("CI_PROJECT_DIR", &work)]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let report = fs::read_to_string(work.join("katas.xml")).expect("the report");
    assert!(report.starts_with("<?xml") && report.contains("classname=\"pitfalls/till\""), "{report}");
    job.join("course")
}

/// GitHub: the action, with what its template asks for.
fn github_action(course: &Path) {
    let template = lines("course/github.yml", "- uses: ");
    assert!(template.iter().any(|uses| uses == "OWNER/async-kata/.github/actions/grade@main"), "{template:?}");
    assert_eq!(lines("course/github.yml", "with: "), ["{require: pitfalls}"]);
    let [line] = &lines("actions/grade/action.yml", "run: ")[..] else { panic!("the action has one command") };
    let page = folder("page.md");
    let _ = fs::remove_file(&page);
    let grade = |work: &str, require: &str| {
        let work = Path::new(HERE).join("tests/works").join(work);
        let settings = [("REQUIRE", require), ("FORMAT", "summary"), ("OUT", "")];
        let mut variables: Vec<(&str, &Path)> = settings.map(|(name, value)| (name, Path::new(value))).to_vec();
        variables.extend([("WORK", work.as_path()), ("GITHUB_STEP_SUMMARY", page.as_path())]);
        shell(line, course, &variables)
    };
    let solved = grade("solved", "pitfalls tasks/first-turns");
    assert_eq!(solved.status.code(), Some(0), "{}", String::from_utf8_lossy(&solved.stderr));
    assert!(String::from_utf8_lossy(&solved.stdout).ends_with("solved: pitfalls, tasks/first-turns\n"));
    let untouched = grade("untouched", "pitfalls");
    assert_eq!(untouched.status.code(), Some(2), "{}", String::from_utf8_lossy(&untouched.stderr));
    let page = fs::read_to_string(&page).expect("the page");
    assert_eq!(page.matches("## Katas: ").count(), 2, "{page}");
}

/// A course of one's own: a crate that takes the library as it is published, with a kata and a scenario.
fn own_course(course: &Path) {
    let own = course.join("xtask/tests/own");
    // The versions of the workspace, which are built already: it takes any others as well.
    fs::copy(course.join("Cargo.lock"), own.join("Cargo.lock")).expect("the clone has a lock file");
    let done = shell("cargo test", &own, &[]);
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{told}{}", String::from_utf8_lossy(&done.stderr));
    assert!(told.contains("[predict] own/two-waits ... ok") && told.contains("test it_is_as_it_says ... ok"), "{told}");
}
