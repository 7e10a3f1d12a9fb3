//! `cargo xtask report` as its user meets it: the files that it writes, and a report that is drawn again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn report(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.env_remove("ASYNC_KATA_LANG");
    command.arg("report").args(arguments).stdin(Stdio::null()).output().expect("xtask starts")
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path that can be printed")
}

/// Every file below, by its path.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(inner, text)| (format!("{name}/{inner}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).expect("a text"));
        }
    }
    found
}

#[test]
fn a_report_is_drawn_again_from_its_data_and_stale_traces_go() {
    let folder = folder("again");
    let drawn = report(&["--out", text(&folder)]);
    assert_eq!(drawn.status.code(), Some(0), "{}", String::from_utf8_lossy(&drawn.stderr));
    let first = files(&folder);
    for name in
        ["index.html", "report.json", "report.schema.json", "lost-update.svg", "traces/pitfalls-lost-update.naive.mmd"]
    {
        assert!(first.contains_key(name), "{name} is not among {:?}", first.keys());
    }

    let stale = [
        ("traces/gone-play.naive.mmd", "lost-update.naive.mmd"),
        ("traces/gone-play.naive.json", "lost-update.naive.json"),
    ];
    for (path, like) in stale {
        fs::write(folder.join(path), &first[&format!("traces/pitfalls-{like}")]).expect("a stale file");
    }
    let foreign =
        [("traces/own.json", "{}"), ("traces/own.mmd", "flowchart"), ("traces/drawn by cargo xtask report.txt", "x")];
    for (path, text) in foreign {
        fs::write(folder.join(path), text).expect("a file of somebody else's");
    }
    let again = report(&["--from", text(&folder.join("report.json")), "--out", text(&folder)]);
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(again.stdout, drawn.stdout);
    let mut expected = first.clone();
    expected.extend(foreign.map(|(path, text)| (path.to_string(), text.to_string())));
    let second = files(&folder);
    assert_eq!(second.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(second == expected, "a file is another");
}

/// What is drawn is what the file says: nothing runs.
#[test]
fn from_draws_what_the_file_says() {
    let folder = folder("from");
    assert_eq!(report(&["--out", text(&folder)]).status.code(), Some(0));
    let json = fs::read_to_string(folder.join("report.json")).expect("report.json");
    let file = folder.join("other.json");
    let other = json.replace("wrote 1", "wrote 77").replacen("\"totals\"", "\"added later\": [1], \"totals\"", 1);
    fs::write(&file, &other).expect("another report.json");
    let out = folder.join("out");
    assert_eq!(report(&["--from", text(&file), "--out", text(&out)]).status.code(), Some(0));
    let drawn = files(&out);
    let (mmd, trace) = ("traces/pitfalls-lost-update.naive.mmd", "traces/pitfalls-lost-update.naive.json");
    for name in ["index.html", "lost-update.svg", mmd, trace] {
        assert!(drawn[name].contains("wrote 77"), "{name}");
    }
    assert!(drawn["report.json"] == other, "what a later version added must not get lost");
}

#[test]
fn a_wrong_file_is_usage_and_ends_with_the_cure() {
    let folder = folder("wrong");
    let wrong = [
        ("text.json", "hello", "not JSON: expected value at line 1 column 1"),
        ("old.json", "{\"schema_version\":1}", "reads 2"),
    ];
    for (name, content, why) in wrong.into_iter().chain([("absent.json", "", "")]) {
        let file = folder.join(name);
        if !content.is_empty() {
            fs::write(&file, content).expect("a wrong file");
        }
        let out = folder.join("out");
        let output = report(&["--from", text(&file), "--out", text(&out)]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(name) && told.contains(why), "{told}");
        assert!(told.ends_with("`cargo xtask report` without it makes a new one\n"), "{told}");
        assert!(!out.exists(), "{name} was drawn");
    }
}
