//! The exports are valid, say what the run says, and keep to their bounds: in the book, and in runs made by hand.

mod chrome;
mod mermaid;

use super::{exports, file_name, is_export};
use crate::out::root;
use crate::report::both::Both;
use crate::report::gather;
use crate::report::model::{End, Entry, Model, Play, Run, Verdict};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static BOOK: LazyLock<Model> = LazyLock::new(|| gather(&root().join("snapshots")).expect("every play runs"));

fn plays() -> impl Iterator<Item = &'static Play> {
    BOOK.scenarios().flat_map(|scenario| &scenario.plays)
}

/// A play of entries written `0 a said read 0`.
fn play(end: &str, lines: &str) -> Play {
    let entry = |line: &str| {
        let mut words = line.trim().splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default().to_string();
        let ms = word().parse().expect("a line begins with its milliseconds");
        Entry { ms, task: word(), kind: word().into(), what: word(), at: None }
    };
    let run = Run {
        verdict: Verdict { passes: end == "done", label: Both::same(end) },
        end: End { name: end.into(), text: Both::same(end) },
        entries: lines.lines().filter(|line| !line.trim().is_empty()).map(entry).collect(),
        left_out: 0,
        waits: None,
    };
    Play { id: "odd/one:naive".into(), run, ..plays().next().expect("the book has a play").clone() }
}

/// Names and texts that mean something to a viewer, a shell, a browser or a file system.
const HOSTILE: [&str; 16] = [
    "end",
    "a#b;c%%d:e\"f'g",
    "%%{init: {}}%%",
    "wrap:x",
    "style:#x;",
    "<script>alert(1)</script>",
    "a->>b: c",
    "participant as x",
    "```",
    "two\nlines\r\n\u{2028}more",
    "\u{0}\u{7}\u{1b}[31m\u{fffe}\u{202e}",
    "漢字 🙂 їжак ’",
    "",
    " ",
    "#35;",
    "$$x$$",
];

/// A run in which each of them is a task, which says it, takes it and waits for it; and what is never reported whole.
fn hostile() -> Play {
    let mut odd = play("deadlock", "");
    odd.id = "../../<b>\n:end".into();
    odd.run.end.text = Both::same("a\nb; end");
    for name in HOSTILE {
        let entry = |kind: &'static str| Entry {
            ms: 0,
            task: name.into(),
            kind: kind.into(),
            what: name.into(),
            at: Some(name.into()),
        };
        let kinds =
            ["spawned", "started", "polled", "said", "holds", "waits", "woken", "rested", "unheard-of", "frees"];
        odd.run.entries.extend(kinds.map(entry));
        odd.run.entries.extend(["leaves", "frees", "failed", "cancelled", "left-over"].map(entry));
    }
    odd
}

/// Runs that the book does not have.
fn odd() -> Vec<Play> {
    let mut cut = play("spin", "0 a started\n0 a polled\n0 a holds Lock 1\n0 a woken a\n0 a rested");
    cut.run.left_out = 123;
    let lines = [
        "0 main spawned\n0 a spawned main\n0 main started\n0 main polled\n0 main waits task a\n0 main rested\n\
         0 a started\n0 a polled\n20 a said on\n20 a failed boom\n20 main woken\n20 main polled\n20 main ended",
        "0 main started\n0 main polled\n0 main waits the clock, until 5 ms\n0 main rested\n5 main woken\n5 main polled\n\
         5 main leaves the clock, until 5 ms\n5 main ended",
        "0 a polled\n0 a waits Lock 1\n0 a rested\n0 b woken a\n0 a woken nobody\n0 a cancelled\n0 b left-over",
        "18446744073709551615 a polled\n0 a leaves x\n0 a frees y\n1 a frees y\n0 a started",
        "0 a woken b\n0 a woken\n0 b holds x\n0 b holds x\n0 a polled\n0 a polled\n0 b polled\n0 a waits x\n0 a ended",
        "0 a left-over\n0 a polled\n0 b left-over\n0 a ended\n0 a polled",
    ];
    let made = lines.iter().flat_map(|lines| [play("done", lines), play("deadlock", lines)]);
    made.chain([play("done", ""), play("deadlock", ""), cut, hostile(), long()]).collect()
}

/// A run with more to say than a diagram shows.
fn long() -> Play {
    let lines: Vec<String> = (0..200).map(|nth| format!("{nth} t{nth} polled\n{nth} t{nth} said {nth}")).collect();
    play("done", &lines.join("\n"))
}

fn diagram(play: &Play) -> String {
    super::mermaid::diagram(play)
}

fn trace(play: &Play) -> String {
    super::chrome::trace(play)
}

#[test]
fn each_play_of_the_book_has_both_files() {
    let files = exports(&BOOK);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 2 * plays().count());
    assert!(names.contains(&"pitfalls-lost-update.naive.mmd") && names.contains(&"pitfalls-lost-update.naive.json"));
    assert!(files.iter().all(|(_, text)| is_export(text)), "a former file would not be swept");
    assert!(!is_export("{}") && !is_export(""));
}

/// What happened is in both, so without it both are others.
#[test]
fn without_an_entry_both_are_others() {
    const SHOWN: [&str; 8] = ["started", "said", "ended", "failed", "cancelled", "left-over", "holds", "waits"];
    let mut n = 0;
    for play in plays() {
        let whole = (diagram(play), trace(play));
        for nth in 0..play.run.entries.len() {
            let mut less = play.clone();
            let gone = less.run.entries.remove(nth);
            let is_wake = gone.kind == "woken" && nth < play.run.alive();
            if is_wake || SHOWN.contains(&&*gone.kind) {
                assert_ne!(diagram(&less), whole.0, "{}: without {gone:?}", play.id);
                n += 1;
            }
            assert_ne!(trace(&less), whole.1, "{}: without {gone:?}", play.id);
        }
    }
    assert!(n > 200, "only {n} entries were looked at");
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    let again = gather(&root().join("snapshots")).expect("every play runs");
    assert!(exports(&BOOK) == exports(&again));
}

#[test]
fn no_id_leads_out_of_the_folder_or_to_another_plays_file() {
    assert_eq!(file_name("pitfalls/lost-update:naive"), "pitfalls-lost-update.naive");
    let ids = [
        "a/b-c:d", "a-b/c:d", "a/b:c-d", "a/b.c:d", "a/b:c", "A/b:c", "a/b/c:d", "a/b:c:d", "a", "", "..", "../../x",
        "/", "con",
    ];
    let long = [format!("a/{}:x", "b".repeat(300)), format!("a/{}:y", "b".repeat(300))];
    let ids: BTreeSet<&str> = ids.into_iter().chain(long.iter().map(String::as_str)).chain(HOSTILE).collect();
    let names: BTreeSet<String> = ids.iter().map(|id| file_name(id)).collect();
    assert_eq!(names.len(), ids.len(), "two plays have one file: {names:?}");
    for name in names {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
        assert!(
            name.chars().all(plain) && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.len() < 120,
            "{name}"
        );
    }
}
