//! The report's own tests: on the book as it is, and on runs made by hand for what the book does not show yet.

mod aligned;
mod cut;
mod deleted;
mod graph;
mod html;
mod languages;
mod looks;
mod moments;
mod page;
mod pictures;
mod plays;
mod poison;
mod policy;
mod record;
mod shapes;
mod sides;
mod squeezed;
mod steps;
mod strip;
mod stuck;
mod table;
mod text;

use super::both::Both;
use super::model::{Bounds, Choice, End, Entry, Expect, Explored, Model, Play, Run, Verdict};
use super::{gather, timeline, whole};
use async_kata::scenarios::Lang;
use html::{Element, parse};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Where the records are, seen from this package.
fn records() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots")
}

/// Gathered once: that is the longest part of these tests.
fn book() -> Model {
    static BOOK: OnceLock<Model> = OnceLock::new();
    BOOK.get_or_init(|| gather(&records()).unwrap()).clone()
}

/// A play of the book, `pitfalls/lost-update:naive`.
fn of_book(id: &str) -> Play {
    let model = book();
    let play = model.scenarios().flat_map(|scenario| &scenario.plays).find(|play| play.id == id);
    play.unwrap_or_else(|| panic!("no play {id}")).clone()
}

/// The page before it is squeezed, as a browser sees it.
fn shown(model: &Model) -> Element {
    parse("the page", &whole(model, Lang::En))
}

/// What the page has of the scenario of this play, alone.
fn shown_alone(play: Play) -> Element {
    shown(&alone(play)).one("section.scenario").clone()
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
    const KINDS: [&str; 14] = [
        "spawned",
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
        Entry { ms: ms.parse().unwrap(), task: task.into(), kind: kind.into(), what: what.into(), at: None }
    };
    Run {
        verdict: Verdict { passes: end == "done", label: Both::same(end) },
        end: End { name: end.into(), text: Both::new(end, format!("кінець: {end}")) },
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
        claim: Both::new("It does what it does.", "Робить те, що робить."),
        expect: Expect { failing: 1, of: 2 },
        main_competes: false,
        run,
        explored: Explored {
            schedules: 2,
            failing: 1,
            complete: true,
            gaps: Vec::new(),
            before: 0,
            bounds: Bounds::default(),
            orders: 2,
            stories: 2,
            outcomes: Vec::new(),
            words: Vec::new(),
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

/// `in` is spawned and polled by its owner, within the owner's own poll.
const SPAWNED: &str = "0 main spawned\n0 main started\n0 main polled\n0 a spawned main\n0 in spawned main\n0 b spawned main\n\
        0 main waits task a\n0 main rested\n0 a started\n0 a polled\n0 a said is done\n0 a ended\n0 main woken\n\
        0 b started\n0 b polled\n0 in started\n0 in polled\n0 in said inside of b\n0 in ended\n0 c spawned b\n0 b rested\n0 c started\n\
        0 c polled\n0 b woken c\n0 c ended\n0 main polled\n0 main leaves task a\n0 main ended";

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
        ("spawned", "done", SPAWNED),
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
