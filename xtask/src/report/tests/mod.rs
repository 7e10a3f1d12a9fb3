//! The report's own tests: on the book as it is, and on runs made by hand for what the book does not show yet.

mod cut;
mod page;
mod pictures;
mod plays;
mod record;
mod sides;
mod stuck;
mod text;

use super::model::{Bounds, Choice, End, Entry, Expect, Explored, Model, Play, Run, Verdict};
use super::{gather, timeline};
use std::path::{Path, PathBuf};

/// Where the records are, seen from this package.
fn records() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots")
}

fn book() -> Model {
    gather(&records()).unwrap()
}

/// A book of one scenario with this play: what others show is not asked.
fn alone(play: Play) -> Model {
    let mut model = book();
    model.chapters.truncate(1);
    model.chapters[0].scenarios.truncate(1);
    model.chapters[0].scenarios[0].plays = vec![play];
    model
}

/// A run that ends as `end`, of entries written `0 a said read 0`.
fn run(end: &str, lines: &str) -> Run {
    const KINDS: [&str; 13] = [
        "started",
        "said",
        "ended",
        "failed",
        "cancelled",
        "left-over",
        "polled",
        "rested",
        "woken",
        "waits",
        "leaves",
        "holds",
        "frees",
    ];
    let entry = |line: &str| {
        let mut words = line.trim().splitn(4, ' ');
        let mut word = || words.next().unwrap_or_default();
        let (ms, task, kind, what) = (word(), word(), word(), word());
        let kind = *KINDS.iter().find(|known| **known == kind).unwrap_or_else(|| panic!("no kind: {line}"));
        Entry { ms: ms.parse().unwrap(), task: task.into(), kind, what: what.into() }
    };
    Run {
        verdict: Verdict { passes: end == "done", label: end.into() },
        end: End { name: end.into(), text: end.into() },
        entries: lines.lines().filter(|line| !line.trim().is_empty()).map(entry).collect(),
        left_out: 0,
        waits: None,
    }
}

/// A word of tasks alone.
fn word(tasks: &[&str]) -> Vec<Choice> {
    tasks.iter().map(|task| Choice { spelled: (*task).into(), task: Some((*task).into()) }).collect()
}

/// A play of that run, of which one of two schedules fails.
fn play(id: &str, run: Run) -> Play {
    Play {
        id: id.into(),
        name: "naive".into(),
        claim: "It does what it does.".into(),
        expect: Expect { failing: 1, of: 2 },
        main_competes: false,
        run,
        explored: Explored {
            schedules: 2,
            failing: 1,
            complete: true,
            gaps: Vec::new(),
            extent: "explored 2 schedules, main always first (complete: yes)".into(),
            bounds: Bounds::default(),
            orders: 2,
            stories: 2,
            outcomes: Vec::new(),
        },
        shortest: None,
        sides: None,
        twin: None,
        surprises: Vec::new(),
    }
}

const MORE: &str = "0 a polled\n0 a holds Lock 1\n0 a woken a\n0 a rested\n0 b polled\n0 b waits Lock 1\n0 b rested\n\
        0 c polled\n0 c waits the clock, until 7200000 ms\n0 c rested\n0 a polled\n0 a frees Lock 1\n0 b woken a";
const YEARS: &str = "3600000000 main polled\n3600000000 main woken main\n3600000000 main rested\n\
        7200000000 main polled\n7200000000 main ended";

/// What the book does not show yet: each kind of entry, each end, and texts that are long or dangerous.
fn odd_runs() -> Vec<(&'static str, Run)> {
    let blocked = "0 main started\n0 main polled\n0 main woken main\n0 main rested\n0 t started\n0 t polled\n\
        0 t waits the clock, until 5 ms\n0 t rested\n0 main polled\n0 main said blocks\n20 main said on\n\
        20 main waits task t\n20 main rested\n20 t woken\n20 t polled\n20 t leaves the clock, until 5 ms\n20 t ended\n\
        20 main woken\n20 main polled\n20 main ended";
    let panicked = "0 main started\n0 main polled\n0 main waits task t\n0 main rested\n0 t started\n0 t polled\n\
        0 t waits the clock, until 1 ms\n0 t rested\n1 t woken\n1 t polled\n1 t leaves the clock, until 1 ms\n\
        1 t failed boom\n1 main woken\n1 main polled\n1 main ended";
    let deadlock = "0 main started\n0 main polled\n0 main waits task x\n0 main rested\n0 x started\n0 x polled\n\
        0 x holds Lock 1\n0 x woken x\n0 x rested\n0 y started\n0 y polled\n0 y holds Lock 2\n0 y woken y\n0 y rested\n\
        0 x polled\n0 x waits Lock 2\n0 x rested\n0 y polled\n0 y waits Lock 1\n0 y rested\n0 x woken main\n\
        0 main left-over\n0 x leaves Lock 2\n0 x frees Lock 1\n0 y woken x\n0 x left-over\n0 y frees Lock 2\n0 y left-over";
    let cancelled = "0 main started\n0 main polled\n0 main waits the clock, until 3600000 ms\n0 main rested\n\
        0 t started\n0 t polled\n0 t waits the clock, until 7200000 ms\n0 t rested\n0 u cancelled\n3600000 main woken\n\
        3600000 main polled\n3600000 t woken main\n3600000 main waits task t\n3600000 main rested\n3600000 t polled\n\
        3600000 t said closing the file\n3600000 t cancelled\n3600000 main woken\n3600000 main polled\n3600000 main ended";
    let shared = "0 main started\n0 main polled\n0 main rested\n0 a started\n0 a polled\n0 a holds Semaphore 1\n\
        0 a woken a\n0 a rested\n0 b started\n0 b polled\n0 b holds Semaphore 1\n0 b frees Semaphore 1\n\
        0 b holds Semaphore 1\n0 b woken b\n0 b rested\n0 a polled\n0 a frees Semaphore 1\n0 a ended\n0 main woken\n\
        0 b polled\n0 b ended\n0 main polled\n0 main ended";
    let hostile = "0 main started\n0 main polled\n0 main said <script>alert(\"&amp;\")</script>\n\
        0 main waits Lock <i>'1'\n0 main rested\n0 </svg><b> started\n0 </svg><b> polled\n\
        0 </svg><b> said a text that is far too long to stand in a box, and yet every word of it is to be read somewhere\n\
        0 </svg><b> said 漢字 🙂 \u{7}\u{fffe}\n0 </svg><b> failed \"';--><style>\n0 main woken\n0 main polled\n0 main ended";
    [
        ("blocked", "done", blocked),
        ("panicked", "done", panicked),
        ("deadlock", "deadlock", deadlock),
        ("cancelled", "done", cancelled),
        ("shared", "done", shared),
        ("years", "done", YEARS),
        ("hostile", "done", hostile),
        ("spin", "spin", "0 main started\n0 main polled\n0 main woken main\n0 main rested\n0 main polled"),
        ("nothing", "done", ""),
        ("more", "spin", MORE),
    ]
    .map(|(name, end, lines)| (name, Run { left_out: if name == "more" { 123_456 } else { 0 }, ..run(end, lines) }))
    .into()
}

/// The book, with a scenario for each odd run and each odd play.
fn odd_book() -> Model {
    let mut model = book();
    let chapter = &mut model.chapters[0];
    let template = chapter.scenarios[0].clone();
    for (name, run) in odd_runs() {
        let mut scenario = template.clone();
        scenario.id = format!("odd/{name}");
        scenario.plays = vec![play(&format!("odd/{name}:naive"), run)];
        chapter.scenarios.push(scenario);
    }
    for play in plays::all() {
        let mut scenario = template.clone();
        scenario.id = format!("stuck/{}", play.name);
        scenario.plays = vec![play.clone()];
        chapter.scenarios.push(scenario);
    }
    model
}

/// Every play's picture, alone.
fn pictures(model: &Model) -> Vec<(String, String)> {
    let plays = model.scenarios().flat_map(|scenario| &scenario.plays);
    plays.map(|play| (play.id.clone(), picture(&play.run))).collect()
}

fn picture(run: &Run) -> String {
    timeline::standalone(&timeline::steps(run, None), "a title", "a description")
}

/// The tags of a page: name, attributes as one text, and what follows up to the next tag. Everything that this module
/// writes escapes `<` in text and in attributes, so a `<` begins a tag.
fn tags(html: &str) -> Vec<(&str, &str, &str)> {
    let tag = |piece: &'_ str| -> Option<(usize, usize)> { Some((piece.find([' ', '>', '\n'])?, piece.find('>')?)) };
    let pieces = html.split('<').skip(1);
    pieces
        .filter_map(|piece| tag(piece).map(|(name, end)| (&piece[..name], &piece[name..end], &piece[end + 1..])))
        .collect()
}

/// The value of an attribute.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = attributes.split_once(&format!(" {name}=\""))?;
    value.split_once('"').map(|(value, _)| value)
}

/// What a browser reads where this is written.
fn unescape(html: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#x2f;", "/")];
    named.iter().fold(html.to_string(), |text, (escaped, plain)| text.replace(escaped, plain)).replace("&amp;", "&")
}

/// The text without the tags.
fn untagged(html: &str) -> String {
    let mut text = html.split('<').next().unwrap_or_default().to_string();
    tags(html).iter().for_each(|(_, _, after)| text.push_str(after));
    unescape(&text)
}

/// Panics unless every tag is closed, and in the right order.
fn assert_balanced(name: &str, html: &str) {
    const VOID: [&str; 3] = ["meta", "link", "!DOCTYPE"];
    let mut open = Vec::new();
    for (tag, attributes, _) in tags(html) {
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{name}: </{closed}> closes another"),
            None if VOID.contains(&tag) || attributes.ends_with('/') || tag.ends_with('/') => {}
            None => open.push(tag),
        }
    }
    assert!(open.is_empty(), "{name}: not closed: {open:?}");
}
