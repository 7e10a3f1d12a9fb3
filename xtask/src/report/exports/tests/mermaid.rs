//! A diagram is valid by a grammar of our own that is narrower than Mermaid's: whatever it takes, Mermaid takes.

use super::super::mermaid::MOST_EVENTS;
use super::{HOSTILE, diagram, hostile, long, odd, play, plays};
use crate::report::model::{Play, one_line};
use crate::report::timeline;
use crate::report::words;
use std::collections::BTreeMap;

/// A diagram as Mermaid would read it.
struct Read {
    /// Participants by their aliases, in their order.
    names: BTreeMap<String, String>,
    order: Vec<String>,
    /// Who is concerned, the arrow or `over`, and the text.
    events: Vec<(Vec<String>, String, String)>,
}

/// Reads a diagram, and panics where it leaves the grammar.
fn read(text: &str) -> Read {
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("%% ") && !line.contains('{')), "{text}");
    assert_eq!(lines.next(), Some("sequenceDiagram"));
    let mut read = Read { names: BTreeMap::new(), order: Vec::new(), events: Vec::new() };
    for line in lines {
        let line = line.strip_prefix("    ").unwrap_or_else(|| panic!("not ours: {line}"));
        if let Some((alias, name)) = line.strip_prefix("participant ").and_then(|rest| rest.split_once(" as ")) {
            assert!(read.events.is_empty() && read.names.insert(alias.into(), plain(name)).is_none(), "{line}");
            read.order.push(alias.into());
            continue;
        }
        let (head, text) = line.split_once(": ").unwrap_or_else(|| panic!("no text: {line}"));
        let over = head.strip_prefix("Note over ").map(|whom| ("over", whom.split(',').collect::<Vec<_>>()));
        let arrow = || ["-->>", "->>", "--x"].iter().find_map(|arrow| Some((*arrow, head.split_once(arrow)?)));
        let (how, whom) = over.unwrap_or_else(|| {
            let (arrow, (from, to)) = arrow().unwrap_or_else(|| panic!("no arrow: {line}"));
            (arrow, vec![from, to])
        });
        assert!(whom.iter().all(|alias| read.names.contains_key(*alias)), "nobody's: {line}");
        read.events.push((whom.into_iter().map(String::from).collect(), how.into(), plain(text)));
    }
    read
}

/// The text as it is shown. Panics if anything in it could mean something to Mermaid.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((code, after)) = rest.strip_prefix('#').and_then(|rest| rest.split_once(';')) {
            shown.push(code.parse().ok().and_then(char::from_u32).unwrap_or_else(|| panic!("no such code: {text}")));
            rest = after;
            continue;
        }
        assert!(c.is_alphanumeric() || " ,.()+-/_…→“”’".contains(c), "{c:?} in {text}");
        shown.push(c);
        rest = &rest[c.len_utf8()..];
    }
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '#' && c != ';');
    assert!(words.into_iter().all(|word| !word.eq_ignore_ascii_case("end")), "a bare end in {text}");
    shown
}

#[test]
fn every_diagram_is_valid_and_short() {
    for play in plays().cloned().chain(odd()) {
        let text = diagram(&play);
        let read = read(&text);
        assert!(read.events.len() <= MOST_EVENTS + 1, "{}", play.id);
        assert!(text.len() < 50_000, "{}: longer than a viewer takes", play.id);
    }
}

#[test]
fn every_entry_of_the_story_is_there_in_its_order() {
    let mut n = 0;
    for play in plays() {
        let read = read(&diagram(play));
        let mut events = read.events.iter();
        for entry in play.run.entries.iter().filter(|entry| entry.is_story()) {
            let told = words::entry(entry, None).en;
            let mut is_it =
                |(whom, _, text): &(Vec<String>, String, String)| read.names[&whom[0]] == entry.task && *text == told;
            assert!(events.any(&mut is_it), "{}: {told:?} of {} is lost", play.id, entry.task);
            n += 1;
        }
    }
    assert!(n > 100);
}

#[test]
fn tasks_come_first_in_the_order_of_their_lanes() {
    for play in plays() {
        let read = read(&diagram(play));
        let names: Vec<&String> = read.order.iter().map(|alias| &read.names[alias]).collect();
        let steps = timeline::steps(&play.run, None);
        let lanes: Vec<&String> = steps.lanes.iter().collect();
        assert_eq!(names[..lanes.len()], lanes[..], "{}", play.id);
        assert!(names[lanes.len()..].iter().all(|thing| steps.holds.iter().any(|hold| hold.thing == **thing)));
    }
}

/// The whole of one run: what is an arrow, what a note, and where the clock stands.
#[test]
fn a_run_reads_as_it_went() {
    let lines = "0 main started\n0 b spawned main\n0 main polled\n0 main waits task b\n0 main rested\n0 b polled\n\
        0 b holds Lock 1\n0 b waits Event 1\n0 b rested\n5 b woken\n5 b polled\n5 b leaves Event 1\n9 b frees Lock 1\n\
        9 b ended\n9 main woken\n9 main polled\n9 main cancelled";
    let expected = "%% odd/one#58;naive, in the paused order, drawn by cargo xtask report
sequenceDiagram
    participant t1 as main
    participant t2 as b
    participant h1 as Lock 1
    Note over t1: started
    t1->>t2: spawns
    t1-->>t2: waits for it
    t2->>h1: takes
    Note over t2: waits for Event 1
    Note over t1,t2: +5 ms
    Note over t2: woken by the clock
    Note over t2: blocks the thread for 4 ms
    t2->>h1: gives back
    Note over t2: ended
    t2->>t1: has ended, and wakes
    Note over t1,t2: deadlock
    t1--xt1: cancelled
";
    let mut play = play("deadlock", lines);
    play.id = "odd/one:naive".into();
    assert_eq!(diagram(&play), expected);
}

#[test]
fn a_long_run_says_how_much_more_there_is() {
    let shown = |play: &Play| read(&diagram(play)).events;
    // 200 said, and 199 times the clock moved on.
    let events = shown(&long());
    assert_eq!(events.len(), MOST_EVENTS + 1);
    assert_eq!(events.last().map(|(_, _, text)| text.as_str()), Some("and 339 more"));
    let mut cut = play("spin", "0 a polled\n0 a said one");
    cut.run.left_out = 7;
    assert_eq!(shown(&cut).last().map(|(_, _, text)| text.as_str()), Some("and 7 more"));
    let sixty = "0 a said x\n".repeat(MOST_EVENTS);
    assert_eq!(shown(&play("done", &sixty)).len(), MOST_EVENTS);
    assert_eq!(shown(&play("done", &(sixty + "0 a said x"))).last().map(|event| event.2.as_str()), Some("and 1 more"));
}

/// Nothing is lost by the spelling: Mermaid shows the text itself, up to its length.
#[test]
fn hostile_names_and_texts_are_shown_as_they_are() {
    let mut play = hostile();
    for name in HOSTILE {
        play.run.entries.retain(|entry| entry.kind == "said" || entry.kind == "started");
        let read = read(&diagram(&play));
        let shown = read
            .events
            .iter()
            .any(|(whom, _, text)| *text == one_line(name) && read.names[&whom[0]] == timeline::name(&one_line(name)));
        assert!(shown, "{name:?} is lost in {}", diagram(&play));
    }
}

/// The longest that sixty events can be. What is cut off is seen to be.
#[test]
fn the_worst_diagram_is_still_one_that_a_viewer_takes() {
    let worst = "\u{10ffff}".repeat(200);
    let lines: Vec<String> = (0..99).map(|nth| format!("0 {worst}{nth} said {worst}")).collect();
    let text = diagram(&play("done", &lines.join("\n")));
    let read = read(&text);
    assert!(read.events.len() == MOST_EVENTS + 1 && text.len() < 50_000, "{}", text.len());
    assert!(read.events[0].2.ends_with("\u{10ffff}…"), "{}", read.events[0].2);
}
