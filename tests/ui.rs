//! What the compiler says to mistakes that never come to run: each case in `tests/ui`, with its words beside it.
//!
//! rustc compiles a case against the library that this test was linked with, in less than a tenth of a second.
//! (trybuild can do more than is needed here, and to do it compiles all dev-dependencies a second time.) The words
//! are those of the version in `rust-toolchain.toml`; another may choose others.
//!
//! A new case: write it, run this, read what `cargo insta review` shows, accept it, and say in `words.txt` what to do instead.

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The names in `tests/ui` with this ending, without it, in order.
fn names(ending: &str) -> Vec<String> {
    let folder = fs::read_dir(Path::new(ROOT).join("tests/ui")).expect("the folder of the cases");
    let files = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.filter_map(|file| file.strip_suffix(ending).map(str::to_string)).collect();
    names.sort();
    names
}

/// The library that this test was linked with. It lies beside the test, perhaps with others: of those that this rustc
/// can read (another version leaves its own there) the newest, because cargo has just built it, or found it unchanged.
fn library() -> PathBuf {
    let test = env::current_exe().expect("a path to this test");
    let folder = test.parent().expect("a test lies in a folder");
    let is_library = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("libasync_kata-") && name.ends_with(".rlib")
    };
    let built = |path: &PathBuf| fs::metadata(path).and_then(|file| file.modified()).ok();
    let files = fs::read_dir(folder).expect("the folder of this test").map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = files.filter(is_library).collect();
    found.sort_by_key(|path| std::cmp::Reverse(built(path)));

    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reads_the_library.rs");
    fs::write(&program, "use async_kata as _;\n").expect("a writable target folder");
    let readable = found.into_iter().find(|library| compiled(&program, library).status.success());
    readable.unwrap_or_else(|| panic!("no libasync_kata-*.rlib of this rustc in {}", folder.display()))
}

fn compiled(program: &Path, library: &Path) -> Output {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(ROOT).args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "--out-dir"]);
    rustc.arg(env!("CARGO_TARGET_TMPDIR")).arg(program);
    rustc.arg("--extern").arg(format!("async_kata={}", library.display()));
    rustc.arg("-L").arg(format!("dependency={}", library.parent().unwrap_or(library).display()));
    rustc.output().unwrap_or_else(|error| panic!("rustc: {error}; put it into PATH, or its path into RUSTC"))
}

/// What rustc says to a case. It must refuse it.
fn told(case: &str, library: &Path) -> String {
    let done = compiled(Path::new(&format!("tests/ui/{case}.rs")), library);
    assert!(!done.status.success(), "tests/ui/{case}.rs compiles");
    String::from_utf8(done.stderr).expect("rustc speaks UTF-8")
}

/// Words that point into std or into a dependency would be others on the next machine.
fn points_only_at(case: &str, told: &str) -> bool {
    let here = format!("tests/ui/{case}.rs:");
    let places = told.lines().filter_map(|line| line.split_once("--> ").or_else(|| line.split_once("::: ")));
    places.map(|(_, place)| place).all(|place| place.starts_with(&here))
}

#[test]
fn the_compiler_says_to_each_mistake_what_stands_beside_it() {
    let library = library();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(format!("{ROOT}/tests/ui"));
    let check = |case: &str| {
        let told = told(case, &library);
        assert!(points_only_at(case, &told), "{case} depends on the machine: choose another mistake\n{told}");
        settings.bind(|| insta::assert_snapshot!(case, told));
    };
    let fails = |case: &String| catch_unwind(AssertUnwindSafe(|| check(case))).is_err();
    let failed: Vec<String> = names(".rs").into_iter().filter(fails).collect();
    let cure = "accept what is new with `cargo insta review`, and only under the rustc of rust-toolchain.toml";
    assert!(failed.is_empty(), "{failed:?}: see above; {cure}");
}

#[test]
fn every_case_has_its_words_and_the_reverse() {
    assert_eq!(names(".rs"), names(".snap"));
}

/// The report tells of each case in two languages, and what to do instead.
#[test]
fn every_case_has_its_block_in_words_txt_and_the_reverse() {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/ui/words.txt")).expect("tests/ui/words.txt");
    let text = text.replace('\r', "");
    let blocks = text.trim_end().split("\n\n").skip(1).map(|block| block.lines().collect::<Vec<_>>());
    let (mut named, mut odd) = (Vec::new(), Vec::new());
    for block in blocks {
        if block.len() == 4 { named.push(block[0].to_string()) } else { odd.push(block.join("\n")) }
    }
    assert!(odd.is_empty(), "words.txt: four lines are a block:\n{}", odd.join("\n\n"));
    assert_eq!(
        names(".rs"),
        named,
        "a case has no block in tests/ui/words.txt, or the reverse, or they are not sorted"
    );
}

#[test]
fn a_place_in_std_is_seen() {
    let inside = "error[E0382]: use of moved value\n --> tests/ui/a.rs:3:5\n";
    assert!(points_only_at("a", inside));
    for outside in ["note: it moves\n  --> /rustc/1a2b/library/core/src/future.rs:310:20\n", "  ::: src/lib.rs:1:1\n"] {
        assert!(!points_only_at("a", &format!("{inside}{outside}")));
    }
}
