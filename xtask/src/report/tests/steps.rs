//! From entries to steps: columns, boxes, lines between them, arrows and what is held, in words.

use super::{odd_runs, run};
use crate::report::model::Run;
use crate::report::timeline;

/// In words, so that a change reads well: columns, parts, rests, wakes, holds.
fn told(run: &Run) -> String {
    let steps = timeline::steps(run, None);
    let name = |lane: usize| &steps.lanes[lane];
    let mut lines: Vec<String> = steps.columns.iter().map(|column| format!("{column:?}")).collect();
    lines.extend(steps.parts.iter().map(|p| format!("{} in {}: {:?} {:?}", name(p.lane), p.column, p.lines, p.close)));
    lines.extend(steps.rests.iter().map(|r| format!("{} {:?} {:?}..{:?}", name(r.lane), r.state, r.from, r.to)));
    let by = |from: Option<usize>| from.map_or("the clock", |from| name(from));
    lines.extend(steps.wakes.iter().map(|w| format!("{} wakes {} {:?}", by(w.from), name(w.to), w.at)));
    lines.extend(steps.holds.iter().map(|h| format!("{} holds {} {}..{:?}", name(h.lane), h.thing, h.from, h.to)));
    lines.join("\n")
}

#[test]
fn a_lock_is_waited_for_handed_over_and_held() {
    let run = run(
        "done",
        "0 a started\n0 a polled\n0 a holds Lock 1\n0 a said read 0\n0 a woken a\n0 a rested\n0 b started\n0 b polled\n\
         0 b waits Lock 1\n0 b rested\n0 a polled\n0 a frees Lock 1\n0 b woken a\n0 a ended\n0 b polled\n\
         0 b leaves Lock 1\n0 b holds Lock 1\n0 b frees Lock 1\n0 b ended",
    );
    let expected = "\
Turn { step: 1, ms: 0 }
Turn { step: 2, ms: 0 }
Turn { step: 3, ms: 0 }
Turn { step: 4, ms: 0 }
a in 0: [Said(\"read 0\")] None
b in 1: [] None
a in 2: [] Some(Ended)
b in 3: [] Some(Ended)
a Ready Right(0)..Left(2)
b Waits([\"Lock 1\"]) Right(1)..Wake(2)
b Ready Wake(2)..Left(3)
a wakes b Wake(2)
a holds Lock 1 0..Some(2)
b holds Lock 1 3..Some(3)";
    assert_eq!(told(&run), expected);
}

#[test]
fn the_clock_jumps_between_polls_and_blocks_inside_one() {
    let jumps =
        run("done", "0 a polled\n0 a waits the clock, until 5 ms\n0 a rested\n5 a woken\n5 a polled\n9 a ended");
    let expected = "\
Turn { step: 1, ms: 0 }
Jump { by: 5 }
Turn { step: 2, ms: 5 }
a in 0: [] None
a in 2: [Blocked(4)] Some(Ended)
a Waits([\"the clock, until 5 ms\"]) Right(0)..Wake(1)
a Ready Wake(1)..Left(2)
the clock wakes a Wake(1)";
    assert_eq!(told(&jumps), expected);
}

#[test]
fn a_deadlock_shows_where_it_stops_and_drops_all_in_one_step() {
    let (_, deadlock) = odd_runs().into_iter().find(|(name, _)| *name == "deadlock").unwrap();
    let told = told(&deadlock);
    for line in [
        "Turn { step: 5, ms: 0 }\nStop { why: \"deadlock\" }\nTurn { step: 6, ms: 0 }\n",
        "\nmain in 6: [] Some(LeftOver)\nx in 6: [] Some(LeftOver)\ny in 6: [] Some(LeftOver)\n",
        "\nx Waits([\"Lock 2\"]) Right(3)..Left(6)\n",
        "\nx holds Lock 1 1..Some(6)\n",
    ] {
        assert!(told.contains(line), "no {line:?} in\n{told}");
    }
    assert!(!told.contains("wakes"), "whom a destructor wakes never runs");
}

/// The end of a task wakes whoever awaits it, without a poll of anybody's.
#[test]
fn the_end_of_a_task_wakes_who_awaits_it() {
    let run = run(
        "done",
        "0 m polled\n0 m waits task a\n0 m rested\n0 a polled\n0 a ended\n0 m woken\n0 m polled\n0 m ended",
    );
    assert!(told(&run).contains("a wakes m Wake(1)"), "{}", told(&run));
    let woken = timeline::steps(&run, None).notes.remove(5);
    assert_eq!((woken.step, woken.woken_by.as_deref()), (Some(2), Some("the end of a")));
}

#[test]
fn whoever_waits_for_a_task_and_for_the_clock_is_woken_by_the_one_that_came() {
    let wakes = |lines: &str| told(&super::run("done", lines)).lines().last().unwrap().to_string();
    let begin = "0 m polled\n0 m waits task a\n0 m waits the clock, until 5 ms\n0 m rested\n0 a polled\n";
    assert_eq!(wakes(&format!("{begin}0 a ended\n0 m woken\n0 m polled")), "a wakes m Wake(1)");
    assert_eq!(wakes(&format!("{begin}0 a rested\n5 m woken\n5 m polled")), "the clock wakes m Wake(2)");
    // A wait that nobody reported: that a task has just ended is no reason to draw an arrow from it.
    let unknown = told(&run("done", "0 m polled\n0 m rested\n0 a polled\n0 a ended\n0 m woken\n0 m polled"));
    assert!(unknown.contains("m Ready After(1)..Left(2)") && !unknown.contains("wakes"), "{unknown}");
    // Nothing that is known did: it is ready, and no arrow is made up.
    let told = told(&run("done", "0 m polled\n0 m rested\n0 a polled\n0 a rested\n0 m woken\n0 m polled"));
    assert!(told.contains("m Ready After(1)..Left(2)") && !told.contains("wakes"), "{told}");
}
