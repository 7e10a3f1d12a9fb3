//! What is beside the book: as it is, missing, malformed, and in both languages.

mod katas;
mod languages;
mod records;

use super::{More, Read};
use crate::out::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

impl<T> Read<T> {
    fn whole(self) -> T {
        match self {
            Read::Found(whole) => whole,
            Read::Missing { file } => panic!("{file} is missing"),
            Read::Malformed { file, why } => panic!("{file}: {}", why.en),
        }
    }

    /// Which file is malformed, and why; `None`: none is.
    fn wrong(self) -> Option<(String, super::Both)> {
        if let Read::Malformed { file, why } = self { Some((file, why)) } else { None }
    }
}

/// A copy of what is read of the workspace, to be changed. It goes when the test is over.
struct Copy(PathBuf);

impl Copy {
    fn new() -> Self {
        static COPIES: AtomicUsize = AtomicUsize::new(0);
        let nth = COPIES.fetch_add(1, Relaxed);
        let folder = std::env::temp_dir().join(format!("async-kata-more-{}-{nth}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for part in ["snapshots", "tests/loom", "tests/ui", "tests/katas"] {
            copy(&root().join(part), &folder.join(part));
        }
        Copy(folder)
    }

    fn change(&self, file: &str, with: impl FnOnce(String) -> String) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, with(fs::read_to_string(&path).unwrap_or_default())).unwrap();
    }

    fn gather(&self) -> More {
        More::gather(&self.0)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { assert!(fs::copy(from, to).is_ok()) }
    }
}

#[test]
fn where_there_is_nothing_each_says_which_file_is_missing() {
    let More { models, laws, gallery, katas, bench } = More::gather(&root().join("nowhere"));
    let missing = [
        matches!(models, Read::Missing { file } if file == "tests/loom/mutations.txt"),
        matches!(laws, Read::Missing { file } if file == "snapshots/conformance/locks.snap"),
        matches!(gallery, Read::Missing { file } if file == "tests/ui/words.txt"),
        matches!(katas, Read::Missing { file } if file == "tests/katas/syllabus.txt"),
        matches!(bench, Read::Missing { file } if file == "target/bench.json"),
    ];
    assert_eq!(missing, [true; 5]);
}

/// One that is missing takes none of the others with it.
#[test]
fn each_is_missing_alone() {
    let copy = Copy::new();
    fs::remove_file(copy.0.join("snapshots/models.txt")).unwrap();
    let more = copy.gather();
    assert!(matches!(more.models, Read::Missing { file } if file == "snapshots/models.txt"));
    let _others = (more.laws.whole(), more.gallery.whole(), more.katas.whole());
    copy.change("snapshots/models.txt", |_| String::new());
    assert_eq!(copy.gather().models.wrong().unwrap().0, "snapshots/models.txt");
}

#[test]
fn a_file_that_is_malformed_is_named_in_both_languages() {
    let copy = Copy::new();
    for (file, junk) in [
        ("snapshots/models.txt", "lock::a (soon): 3 executions"),
        ("tests/loom/mutations.txt", "what this is\n\nlock::a\nno place"),
        ("snapshots/conformance/locks.snap", "no header"),
        ("snapshots/conformance/events.snap", "---\nsource: a\n---\n  ours  tokio\nis_set_tells  holds\n"),
        ("snapshots/conformance/mutants-of-a-lock.snap", "---\nsource: a\n---\nBarges\n  a_law [wake, in part]\n"),
        ("tests/ui/words.txt", "what this is\n\nforgotten_await\nthree lines\nonly"),
        ("tests/ui/forgotten_await.snap", "error"),
        ("tests/ui/forgotten_await.rs", "fn untitled() {}"),
        ("tests/katas/syllabus.txt", "till mend"),
        ("tests/katas/pitfalls/till/uk.md", "no title"),
        ("target/bench.json", "{\"primitives\": 1}"),
    ] {
        let before = fs::read_to_string(copy.0.join(file)).ok();
        copy.change(file, |_| junk.into());
        let More { models, laws, gallery, katas, bench } = copy.gather();
        let wrong: Vec<_> = [models.wrong(), laws.wrong(), gallery.wrong(), katas.wrong(), bench.wrong()]
            .into_iter()
            .flatten()
            .collect();
        let [(named, why)] = &wrong[..] else { panic!("{file}: {wrong:?}") };
        assert!(file.starts_with(named.as_str()), "{file}: {named}");
        assert!(why.en != why.uk && languages::is_ukrainian(&why.uk) && !languages::is_ukrainian(&why.en), "{why:?}");
        assert!(!why.en.contains(&copy.0.display().to_string()), "a path of this machine: {why:?}");
        match before {
            Some(before) => copy.change(file, |_| before),
            None => fs::remove_file(copy.0.join(file)).unwrap(),
        }
    }
}

#[test]
fn it_comes_back_out_of_json_as_it_was() {
    let copy = Copy::new();
    copy.change("target/bench.json", |_| crate::bench::kept_of_a_small_run());
    let more = copy.gather();
    let json = serde_json::to_string(&more).unwrap();
    assert_eq!(serde_json::from_str::<More>(&json).unwrap(), more);
}
