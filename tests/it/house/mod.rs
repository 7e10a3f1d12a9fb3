//! The rules of the house, kept by a machine: who imports whom, sizes, unsafe code, and that nothing is left out.
//!
//! Each failure ends with the cure. A rule's exceptions are counted and carry their reason.

mod source;

use async_kata::scenarios;
use source::{Source, sources};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Who may import whom: a room, and the rooms it may name. What does not stand here is forbidden.
///
/// A part of a room may stand here with a line of its own, which then counts instead of the room's.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("trace", &[]),
    ("host", &[]),
    ("shim", &[]),
    ("sync", &["shim"]),
    ("sim", &["trace", "host", "shim"]),
    ("explore", &["sim", "trace", "host", "shim"]),
    ("tasks", &["host", "shim", "sync"]),
    // Not `tasks`, which stands on `sync`: laws that cannot see the primitives cannot be bent to fit them.
    ("conformance", &["trace", "host", "sim", "explore"]),
    ("conformance/subjects", &["sync"]),
    ("scenarios", &["trace", "host", "sim", "tasks", "sync"]),
    ("kata", &["trace", "host", "sim", "explore", "conformance"]),
];

/// Which crates, besides std, a room may name.
const MAY_USE: &[(&str, &[&str])] = &[
    ("trace", &[]),
    ("host", &["pin_project_lite"]),
    ("shim", &["loom"]),
    ("sync", &[]),
    ("sim", &["tokio"]),
    ("explore", &[]),
    ("tasks", &["tokio", "pin_project_lite", "futures_core"]),
    ("conformance", &["tokio"]),
    ("conformance/subjects", &[]),
    ("scenarios", &["serde_json", "hmac_sha256", "tokio"]),
    ("kata", &["serde_json", "rustix", "libtest_mimic"]),
];

const CRATES: &[&str] = &[
    "tokio",
    "loom",
    "serde_json",
    "hmac_sha256",
    "pin_project_lite",
    "futures_core",
    "insta",
    "proptest",
    "syn",
    "tokio_test",
    "rustix",
    "libtest_mimic",
];

/// Files with more than 300 lines of code, functions with more than 40, scenarios with more than 80: each with its reason.
const LONG: &[(&str, &str)] = &[
    (
        "xtask/src/oracle/harness.py",
        "a program of its own, which runs alone on a foreign interpreter: one file, in sections that are read one by one",
    ),
    ("xtask/src/oracle/hops.py", "a table: each of its rows is a play of some lines, read one by one"),
];

/// The only files that may say `unsafe`, and how often.
const UNSAFE: &[(&str, usize)] = &[("src/sim/watch.rs", 2), ("src/sync/lock.rs", 4), ("tests/it/sync/wakers.rs", 11)];

fn complain(title: &str, complaints: Vec<String>, cure: &str) {
    assert!(complaints.is_empty(), "{title}\n  {}\n{cure}", complaints.join("\n  "));
}

/// What the table says of the file's room, or of the smallest part of it that has a line of its own.
fn allowed(table: &[(&str, &'static [&'static str])], file: &Source) -> Option<&'static [&'static str]> {
    let lines = table.iter().filter(|(part, _)| file.is_in(part));
    lines.max_by_key(|(part, _)| part.len()).map(|(_, allowed)| *allowed)
}

#[test]
fn rooms_import_only_what_stands_left_of_them() {
    let mut complaints = Vec::new();
    for file in sources("src").iter().filter(|file| file.path != "src/lib.rs") {
        let room = file.room();
        let Some(may_import) = allowed(MAY_IMPORT, file) else {
            complaints.push(format!("{}: the room `{room}` is not in MAY_IMPORT", file.path));
            continue;
        };
        let may_use = allowed(MAY_USE, file).unwrap_or(&[]);
        for (line, other) in file.rooms_named() {
            if other != room && !may_import.contains(&other.as_str()) {
                complaints.push(format!("{}:{line}: `{room}` imports `{other}`", file.path));
            }
        }
        for (line, _) in file.sequences(&["crateas"]) {
            complaints.push(format!("{}:{line}: the crate under another name", file.path));
        }
        for (line, path) in file.paths_from(CRATES) {
            if !may_use.contains(&path.as_str()) {
                complaints.push(format!("{}:{line}: `{room}` uses the crate `{path}`", file.path));
            }
        }
    }
    complain(
        "A room looked out of the wrong window:",
        complaints,
        "Move the need to a room further right, or the thing that is needed to one further left; the table MAY_IMPORT \
         in tests/it/house/mod.rs is the plan.",
    );
}

/// The one door between the laws and the primitives: `conformance` opens it for others, and nothing inside looks through.
#[test]
fn laws_never_see_the_subjects() {
    let mut complaints = Vec::new();
    for file in sources("src/conformance").iter().filter(|file| file.path != "src/conformance/mod.rs") {
        for (line, _) in file.sequences(&["subjects"]) {
            complaints.push(format!("{}:{line}: names `subjects`", file.path));
        }
    }
    complain("A law looks at whom it judges:", complaints, "Let the law ask for what it needs by its contract.");
}

/// `sync` is compiled a second time against loom: what it names must exist in both faces.
#[test]
fn sync_can_be_mounted_twice() {
    let mut complaints = Vec::new();
    for file in sources("src/sync") {
        for (line, what) in file.sequences(&["std::sync", "thread_local", "cfg(test)", "core::sync", "alloc::sync"]) {
            complaints.push(format!("{}:{line}: {what}", file.path));
        }
    }
    complain("`sync` names what loom cannot see:", complaints, "Take it from `crate::shim`, which has both faces.");
}

#[test]
fn files_and_functions_are_short() {
    let mut complaints = Vec::new();
    let mut excused = BTreeSet::new();
    for root in ["src", "tests", "xtask"] {
        for file in sources(root) {
            let is_scenario = file.path.starts_with("src/scenarios/") && file.path.matches('/').count() == 3;
            let limit = if is_scenario { 80 } else { 300 };
            let mut found = Vec::new();
            if file.code_lines() > limit {
                found.push((file.path.clone(), format!("{} lines of code, {limit} allowed", file.code_lines())));
            }
            for (name, lines) in file.functions() {
                if lines > 40 {
                    found.push((format!("{}::{name}", file.path), format!("{lines} lines of code, 40 allowed")));
                }
            }
            for (what, complaint) in found {
                match LONG.iter().find(|(excuse, _)| *excuse == what) {
                    Some((excuse, _)) => drop(excused.insert(*excuse)),
                    None => complaints.push(format!("{what}: {complaint}")),
                }
            }
        }
    }
    for (path, lines) in source::python_files() {
        if lines > 300 && LONG.iter().all(|(excuse, _)| *excuse != path || !excused.insert(*excuse)) {
            complaints.push(format!("{path}: {lines} lines of code, 300 allowed"));
        }
    }
    complain("Too long for one sitting:", complaints, "Split it, or name it in LONG with the reason.");
    let stale = LONG.iter().filter(|(excuse, _)| !excused.contains(excuse)).map(|(excuse, _)| (*excuse).to_string());
    complain("In LONG, but short enough:", stale.collect(), "Remove it from LONG.");
}

#[test]
fn every_file_begins_with_a_sentence() {
    let mut complaints = Vec::new();
    for root in ["src", "tests", "xtask"] {
        for file in sources(root) {
            let first = file.text.lines().next().unwrap_or_default();
            if !first.starts_with("//! ") || !first.ends_with(['.', ':']) {
                complaints.push(format!("{}: {first}", file.path));
            }
        }
    }
    complain(
        "No first sentence that a stranger can repeat:",
        complaints,
        "Begin the file with `//! ` and one whole sentence on one line.",
    );
}

#[test]
fn unsafe_code_stands_only_where_it_may() {
    let mut seen = Vec::new();
    for root in ["src", "tests", "xtask"] {
        for file in sources(root) {
            let count = file.sequences(&["unsafe"]).len();
            if count > 0 {
                seen.push((file.path.clone(), count));
            }
        }
    }
    let expected: Vec<(String, usize)> = UNSAFE.iter().map(|(path, count)| ((*path).to_string(), *count)).collect();
    assert_eq!(
        seen, expected,
        "unsafe code is only in sync/lock.rs, the waker of the await-site probe and one test waker: find a safe way"
    );
}

#[test]
fn no_test_is_ignored_expects_a_panic_or_sleeps() {
    let mut complaints = Vec::new();
    let forbidden = ["#[ignore", "#[should_panic", "thread::sleep"];
    for root in ["src", "tests", "xtask"] {
        for file in sources(root) {
            // What a real blocking call is, outside a run.
            let excused = file.path == "src/sim/mod.rs";
            let found =
                file.sequences(&forbidden).into_iter().filter(|(_, what)| !(excused && what == "thread::sleep"));
            complaints.extend(found.map(|(line, what)| format!("{}:{line}: {what}", file.path)));
        }
    }
    complain("A test that does not test:", complaints, "Let it assert, on the virtual clock.");
}

/// A scenario's file, its place in the syllabus, its twin and its evidence belong together.
#[test]
fn every_scenario_file_is_in_the_book_and_the_reverse() {
    let name = |file: &Source| {
        let path = file.path.strip_prefix("src/scenarios/").unwrap_or_default();
        path.trim_end_matches(".rs").replace('_', "-")
    };
    let files = sources("src/scenarios");
    let files: BTreeSet<String> = files
        .iter()
        .filter(|file| file.path.matches('/').count() == 3)
        .map(name)
        .filter(|id| !id.ends_with("/mod"))
        .collect();
    let book: BTreeSet<String> = scenarios::all().map(|scenario| scenario.id.to_string()).collect();
    let missing = files.symmetric_difference(&book).cloned().collect();
    complain(
        "A scenario file that no chapter lists, or an id without its file:",
        missing,
        "List it in its chapter's mod.rs (`mod`, and SCENARIO in CHAPTER); the id is the file's path with - for _.",
    );
    let mut lost = Vec::new();
    for scenario in scenarios::all() {
        let twin = format!("src/scenarios/{}.py", scenario.id.replace('-', "_"));
        if scenario.twin.is_some() != Path::new(ROOT).join(&twin).exists() {
            lost.push(twin);
        }
        for evidence in [".snap", ".cpython.json"] {
            let file = format!("snapshots/{}{evidence}", scenario.id);
            if (evidence == ".snap" || scenario.twin.is_some()) && !Path::new(ROOT).join(&file).exists() {
                lost.push(file);
            }
        }
    }
    complain("Missing beside a scenario:", lost, "`cargo xtask bless ID` and `cargo xtask oracle --record` make it.");
}

/// A divergence that the scenario names must be one that the comparison looks for.
#[test]
fn every_named_divergence_is_of_a_play_with_a_twin() {
    for scenario in scenarios::all() {
        for divergence in scenario.differs {
            let known = scenario.twin.is_some() && scenario.play(divergence.play).is_some();
            assert!(known, "{}: a divergence names {}, which no comparison runs", scenario.id, divergence.play);
            assert!(!(divergence.ours.is_empty() && divergence.cpython.is_empty()), "{}: it is empty", scenario.id);
        }
    }
}

/// What the book does not show yet. A new scenario takes its statements out of this list.
#[test]
fn the_statements_that_are_not_covered_are_these() {
    let covered: BTreeSet<&str> = scenarios::all().flat_map(|scenario| scenario.covers.iter().copied()).collect();
    let mut lines: Vec<String> = Vec::new();
    for statement in scenarios::statements().iter().filter(|statement| !covered.contains(statement.id)) {
        match lines.last_mut() {
            Some(line) if line.starts_with(&statement.id[..1]) => line.push_str(&format!(" {}", statement.id)),
            _ => lines.push(statement.id.to_string()),
        }
    }
    assert_eq!(scenarios::statements().len(), 106);
    let uncovered = "\
A1
B2 B3 B4 B5
D1 D2 D3 D5 D6 D7 D8
E1 E2 E3 E4
F1 F2 F3 F4 F5
G1 G2 G3
H1 H2
I1
J1 J2 J4 J5 J6 J7 J8 J9 J10 J11 J12 J13
K1 K4 K5 K6 K7
L1 L3 L4 L5 L6 L7 L8 L9 L10 L11
M2 M4 M5 M6 M9 M10 M11 M12 M13 M14 M15 M16 M17
N1 N2 N3 N4 N5 N6
P3 P5 P6 P8 P11 P12 P13 P14 P15 P16 P17 P18 P19 P20 P21
Q1 Q2";
    assert_eq!(lines.join("\n"), uncovered, "a scenario covers another set of statements: change this list with it");
}

/// Exactly these stand at the top, so that a newcomer sees the house at a glance.
#[test]
fn the_top_level_is_the_plan() {
    let plan = [
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "rust-toolchain.toml",
        "snapshots",
        "src",
        "tests",
        "xtask",
        ".cargo",
        ".ci",
        ".gitattributes",
        ".github",
        ".gitignore",
        ".rustfmt.toml",
    ];
    // What a checkout, a build, an editor or a learner's progress adds.
    let guests = [".git", "target", ".kata", "vendor", ".vscode", ".idea", ".DS_Store"];
    let seen: BTreeSet<String> =
        fs::read_dir(ROOT).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let foreign = seen.iter().filter(|name| !plan.contains(&name.as_str()) && !guests.contains(&name.as_str()));
    complain("Not in the plan:", foreign.cloned().collect(), "Find it a room inside, or change the plan on purpose.");
    let missing = plan.iter().filter(|name| !seen.contains(**name)).map(|name| (*name).to_string());
    complain("Missing from the plan:", missing.collect(), "Put it back.");
}
