//! What there is between two steps, against what was worked out by hand from the code of the plays.

use super::{book, of_book, run};
use crate::report::model::{Entry, Run};
use crate::report::timeline::{self, Steps};

/// In words, a line for each step: whose it was, and what there was when it was over.
fn told(run: &Run) -> Vec<String> {
    let steps = timeline::steps(run, None);
    (1..=steps.n_steps()).map(|step| moment(&steps, step)).collect()
}

fn moment(steps: &Steps, step: usize) -> String {
    let moment = &steps.moments[step - 1];
    let name = |lane: &usize| steps.lanes[*lane].clone();
    let ready: Vec<String> = moment.ready.iter().map(name).collect();
    let ready = if ready.is_empty() { "nobody".into() } else { ready.join(" ") };
    let mut told = format!("{step} ready: {ready}");
    if moment.jump > 0 {
        told.push_str(&format!(" +{} ms", moment.jump));
    }
    for (until, lane) in &moment.timers {
        told.push_str(&format!(", {} until {until}", name(lane)));
    }
    for held in &moment.holds {
        told.push_str(&format!(", {} has {}", name(&held.lane), held.thing));
    }
    for (lane, thing) in &moment.waits {
        told.push_str(&format!(", {} for {thing}", name(lane)));
    }
    told
}

/// A play's run in which `main` spawns all others at once, as those of the book here do. Whatever does not tell of spawns
/// yet is told of them.
fn spawned(id: &str) -> Run {
    let mut run = of_book(id).run;
    if run.entries.iter().any(|entry| entry.kind == "spawned") {
        return run;
    }
    let mut tasks: Vec<String> = Vec::new();
    for entry in run.entries.iter().filter(|entry| entry.task != "main") {
        if !tasks.contains(&entry.task) {
            tasks.push(entry.task.clone());
        }
    }
    let main = run.entries.iter().position(|entry| entry.kind == "polled").unwrap();
    let entry = |task| Entry { ms: 0, task, kind: "spawned".into(), what: "main".into(), at: None };
    run.entries.splice(main + 1..main + 1, tasks.into_iter().map(entry));
    run
}

/// Each reads, gives the other its turn, and goes to the end of the queue.
#[test]
fn of_the_lost_update() {
    let expected = [
        "1 ready: a b, main for task a",
        "2 ready: b a, main for task a",
        "3 ready: a b, main for task a",
        "4 ready: b main",
        "5 ready: main",
        "6 ready: nobody",
    ];
    assert_eq!(told(&spawned("pitfalls/lost-update:naive")), expected);
}

/// `b` stands in line while `a` gives up its turn inside the lock.
#[test]
fn of_the_lost_updates_cure() {
    let expected = [
        "1 ready: a b, main for task a",
        "2 ready: b a, a has Lock 1, main for task a",
        "3 ready: a, a has Lock 1, main for task a, b for Lock 1",
        "4 ready: b main",
        "5 ready: main b, b has Lock 1",
        "6 ready: b, b has Lock 1, main for task b",
        "7 ready: main",
        "8 ready: nobody",
    ];
    assert_eq!(told(&spawned("pitfalls/lost-update:fixed")), expected);
}

/// After the fifth step nobody can run any more, and no clock will change that.
#[test]
fn of_a_deadlock() {
    let expected = [
        "1 ready: a b, main for task a",
        "2 ready: b a, a has Lock 1, main for task a",
        "3 ready: a b, a has Lock 1, b has Lock 2, main for task a",
        "4 ready: b, a has Lock 1, b has Lock 2, main for task a, a for Lock 2",
        "5 ready: nobody, a has Lock 1, b has Lock 2, main for task a, a for Lock 2, b for Lock 1",
        "6 ready: nobody",
    ];
    assert_eq!(told(&spawned("pitfalls/abba-deadlock:naive")), expected);
}

/// Nobody can run, so the clock jumps: first to the end of the caller's patience.
#[test]
fn of_a_timeout() {
    let naive = [
        "1 ready: transfer, main until 10, main for task transfer",
        "2 ready: main +10 ms, main until 10, transfer until 20, main for task transfer",
        "3 ready: transfer, main for task transfer",
        "4 ready: main",
        "5 ready: nobody",
    ];
    assert_eq!(told(&spawned("timeouts/wait-for-cancels:naive")), naive);
    let fixed = [
        "1 ready: transfer, main until 10, main for task transfer",
        "2 ready: main +10 ms, main until 10, transfer until 20, main for task transfer",
        "3 ready: transfer, main for task transfer",
        "4 ready: transfer +5 ms, transfer until 15, main for task transfer",
        "5 ready: main",
        "6 ready: nobody",
    ];
    assert_eq!(told(&spawned("timeouts/wait-for-cancels:fixed")), fixed);
}

/// Who is spawned, who wakes itself and who is woken by others stand in one queue, each at its end.
#[test]
fn the_queue_is_first_in_first_out() {
    let run = run(
        "done",
        "0 m polled\n0 a spawned m\n0 b spawned m\n0 m woken m\n0 m rested\n\
         0 a polled\n0 c spawned a\n0 a woken a\n0 a rested\n\
         0 b polled\n0 b waits Event 1\n0 b rested\n\
         0 m polled\n0 b woken m\n0 m woken m\n0 m rested\n\
         0 c polled\n0 b woken c\n0 c ended\n0 a polled\n0 a woken a\n0 a rested\n0 b polled\n0 b ended",
    );
    let expected = [
        "1 ready: a b m",
        "2 ready: b m c a",
        "3 ready: m c a, b for Event 1",
        "4 ready: c a b m",
        "5 ready: a b m",
        "6 ready: b m a",
        "7 ready: m a",
    ];
    assert_eq!(told(&run), expected, "a second wake moves nobody");
}

/// Whose it is cannot run in the order of arming, but in the order of times; equal ones stay as they were armed.
#[test]
fn timers_stand_in_the_order_in_which_they_fire() {
    let run = run(
        "done",
        "0 m polled\n0 a spawned m\n0 b spawned m\n0 c spawned m\n0 m waits task a\n0 m rested\n\
         0 a polled\n0 a waits the clock, until 30 ms\n0 a rested\n\
         0 c polled\n0 c waits the clock, until 10 ms\n0 c waits Event 1\n0 c rested\n\
         0 b polled\n0 b waits the clock, until 10 ms\n0 b rested\n\
         10 c woken\n10 b woken\n10 c polled\n10 c leaves the clock, until 10 ms\n10 c woken c\n10 c rested\n\
         10 b polled\n10 b leaves the clock, until 10 ms\n10 b waits the clock, until 200 ms\n10 b rested\n\
         10 c polled\n10 c ended\n30 a woken\n30 a polled\n30 a leaves the clock, until 30 ms\n30 a ended\n30 m woken\n\
         30 m polled\n30 m ended",
    );
    let expected = [
        "1 ready: a b c, m for task a",
        "2 ready: b c, a until 30, m for task a",
        "3 ready: b, c until 10, a until 30, m for task a, c for Event 1",
        "4 ready: c b +10 ms, c until 10, b until 10, a until 30, m for task a, c for Event 1",
        "5 ready: b c, a until 30, m for task a",
        "6 ready: c, a until 30, b until 200, m for task a",
        "7 ready: a +20 ms, a until 30, b until 200, m for task a",
        "8 ready: m, b until 200",
        "9 ready: nobody, b until 200",
    ];
    assert_eq!(told(&run), expected);
}

/// Whoever comes first stands first; who gives up his place and comes again stands last.
#[test]
fn a_line_is_in_the_order_of_coming() {
    let run = run(
        "done",
        "0 m polled\n0 m holds Semaphore 1\n0 m waits Event 1\n0 m rested\n\
         0 a polled\n0 a holds Semaphore 1\n0 a holds Lock 1\n0 a waits Event 1\n0 a rested\n\
         0 b polled\n0 b waits Lock 1\n0 b rested\n0 c polled\n0 c waits Semaphore 1\n0 c waits Lock 1\n0 c rested\n\
         0 d polled\n0 b woken d\n0 d waits Lock 1\n0 d rested\n\
         0 b polled\n0 b leaves Lock 1\n0 b waits Lock 1\n0 b rested\n\
         0 e polled\n0 a woken e\n0 e ended\n0 a polled\n0 a leaves Event 1\n0 a frees Lock 1\n0 c woken a\n0 a ended",
    );
    let held = "m has Semaphore 1, a has Semaphore 1, a has Lock 1, m for Event 1";
    let expected = [
        "1 ready: nobody, m has Semaphore 1, m for Event 1".to_string(),
        format!("2 ready: nobody, {held}, a for Event 1"),
        format!("3 ready: nobody, {held}, a for Event 1, b for Lock 1"),
        format!("4 ready: nobody, {held}, a for Event 1, b for Lock 1, c for Semaphore 1, c for Lock 1"),
        format!("5 ready: b, {held}, a for Event 1, c for Semaphore 1, c for Lock 1, d for Lock 1"),
        format!("6 ready: nobody, {held}, a for Event 1, c for Semaphore 1, c for Lock 1, d for Lock 1, b for Lock 1"),
        format!("7 ready: a, {held}, c for Semaphore 1, c for Lock 1, d for Lock 1, b for Lock 1"),
        "8 ready: c, m has Semaphore 1, a has Semaphore 1, m for Event 1, d for Lock 1, b for Lock 1".to_string(),
    ];
    assert_eq!(told(&run), expected);
}

/// A task that another polls within its own poll never stands in the run queue.
#[test]
fn who_is_awaited_in_line_is_in_no_queue() {
    let inner = "0 m polled\n0 i spawned m\n0 i polled\n0 i said hello\n0 i ended\n0 m woken m\n0 m rested";
    let steps = timeline::steps(&run("done", inner), None);
    assert!(steps.wakes.is_empty(), "nobody starts it, its owner polls it: {:?}", steps.wakes);
    assert!(steps.moments.iter().all(|moment| !moment.ready.contains(&1)), "{:?}", steps.moments);
    let outer = "0 m polled\n0 i spawned m\n0 m woken m\n0 m rested\n0 i polled\n0 i ended";
    assert_eq!(told(&run("done", outer)), ["1 ready: i m", "2 ready: m"]);
    let steps = timeline::steps(&run("done", outer), None);
    assert_eq!(
        steps.wakes.iter().map(|wake| (wake.from, wake.to, wake.spawns)).collect::<Vec<_>>(),
        [(Some(0), 1, true)]
    );
}

/// As long as a wait is not over it is known, and with it who has what, and from which line.
#[test]
fn a_moment_knows_the_line_that_took_a_thing() {
    let mut run =
        run("done", "0 a polled\n0 a holds Lock 1\n0 a woken a\n0 a rested\n0 a polled\n0 a frees Lock 1\n0 a ended");
    run.entries[1].at = Some("src/x.rs:31:7".into());
    let steps = timeline::steps(&run, None);
    assert_eq!(steps.moments[0].holds[0].at.as_deref(), Some("src/x.rs:31:7"));
    assert!(steps.moments[1].holds.is_empty());
}

/// The clock jumps to the nearest timer, and no further: so every timer that makes it jump is one that is shown.
#[test]
fn before_each_jump_the_nearest_timer_is_where_it_leads() {
    let (model, mut n_jumps) = (book(), 0);
    for play in model.scenarios().flat_map(|scenario| &scenario.plays) {
        let sides = play.sides.iter().flat_map(|sides| [&sides.failing.run, &sides.passing.run]);
        for run in [&play.run].into_iter().chain(sides) {
            let steps = timeline::steps(run, None);
            for (moment, step) in steps.moments.iter().zip(1..).filter(|(moment, _)| moment.jump > 0) {
                n_jumps += 1;
                let (now, _) = steps.seen_in(step).unwrap();
                let nearest = moment.timers.first().map(|(until, _)| *until);
                assert_eq!(nearest, Some(now + moment.jump), "{}, step {step}", play.id);
            }
        }
    }
    assert!(n_jumps > 10, "only {n_jumps} jumps");
}
