//! A trace is valid by the format's own rules: names, times, and that whatever begins ends.

use super::{BOOK, HOSTILE, hostile, odd, play, plays, trace};
use crate::report::model::Play;
use crate::report::words;
use serde_json::Value;
use std::collections::BTreeMap;

fn events(play: &Play) -> Vec<Value> {
    let trace: Value = serde_json::from_str(&trace(play)).expect("a trace is JSON");
    assert_eq!(trace["displayTimeUnit"], "ms");
    trace["traceEvents"].as_array().expect("a list of events").clone()
}

fn is(event: &Value, ph: &str) -> bool {
    event["ph"] == ph
}

fn number(event: &Value, key: &str) -> u64 {
    event[key].as_u64().unwrap_or_else(|| panic!("no {key} in {event}"))
}

/// The names of the threads.
fn threads(events: &[Value]) -> BTreeMap<u64, String> {
    let named = events.iter().filter(|event| event["name"] == "thread_name");
    named.map(|event| (number(event, "tid"), event["args"]["name"].as_str().expect("a name").to_string())).collect()
}

/// Panics unless a viewer can draw it.
fn assert_valid(play: &Play) {
    let events = events(play);
    let threads = threads(&events);
    let sorted = events.iter().filter(|event| event["name"] == "thread_sort_index").count();
    assert_eq!(sorted, threads.len());
    let (mut now, mut free) = (0, BTreeMap::new());
    for event in events.iter().filter(|event| !is(event, "M")) {
        assert!(event["name"].is_string() && event["args"]["ms"].is_u64(), "{event}");
        assert!(threads.contains_key(&number(event, "tid")), "nobody's thread: {event}");
        let ts = number(event, "ts");
        assert!(ts >= now, "back in time: {event}");
        now = ts;
        match event["ph"].as_str().expect("a kind") {
            "X" => {
                let until = free.entry(number(event, "tid")).or_insert(0);
                assert!(*until <= ts, "two polls overlap: {event}");
                *until = ts + number(event, "dur");
            }
            "i" => assert!(event["s"] == "t" || event["s"] == "p", "{event}"),
            "b" | "e" | "s" | "f" => {}
            other => panic!("{other} is none of the kinds that are used"),
        }
    }
    assert_paired(&events, "b", "e");
    assert_paired(&events, "s", "f");
    for arrives in events.iter().filter(|event| is(event, "f")) {
        let ts = number(arrives, "ts");
        let around = |poll: &&Value| is(poll, "X") && poll["tid"] == arrives["tid"] && number(poll, "ts") <= ts;
        let poll = events.iter().rev().find(around).unwrap_or_else(|| panic!("no poll for {arrives}"));
        assert!(ts <= number(poll, "ts") + number(poll, "dur") && arrives["bp"] == "e", "{arrives} is beside its poll");
    }
}

/// Each id begins once and ends once, later, in the same category and by the same name.
fn assert_paired(events: &[Value], begin: &str, end: &str) {
    let mut open = BTreeMap::new();
    let mut seen = Vec::new();
    for event in events {
        let id = event["id"].as_u64();
        if is(event, begin) {
            let id = id.expect("an id");
            assert!(!seen.contains(&id), "the id has been used: {event}");
            seen.push(id);
            open.insert(id, event);
        } else if is(event, end) {
            let begun = open.remove(&id.expect("an id")).unwrap_or_else(|| panic!("ends and never began: {event}"));
            assert!(begun["cat"] == event["cat"] && begun["name"] == event["name"], "{begun} ends as {event}");
            assert!(begin == "s" || begun["tid"] == event["tid"], "{begun} ends as {event}");
        }
    }
    assert!(open.is_empty(), "never ends: {:?}", open.values());
}

#[test]
fn every_trace_is_valid() {
    plays().for_each(assert_valid);
    odd().iter().for_each(assert_valid);
}

#[test]
fn every_entry_of_the_story_is_a_mark_in_its_tasks_thread() {
    let mut n = 0;
    for play in plays() {
        let events = events(play);
        let threads = threads(&events);
        let marks = events.iter().filter(|event| event["cat"] == "story");
        let marks =
            marks.map(|mark| (threads[&number(mark, "tid")].clone(), mark["name"].as_str().unwrap().to_string()));
        let story = play.run.entries.iter().filter(|entry| entry.is_story());
        let story: Vec<_> = story.map(|entry| (entry.task.clone(), words::entry(entry, None).en)).collect();
        n += story.len();
        assert_eq!(marks.collect::<Vec<_>>(), story, "{}", play.id);
    }
    assert!(n > 100);
}

/// What the mechanics are, is what the viewers draw.
#[test]
fn polls_waits_and_holds_are_all_there() {
    for play in plays() {
        let events = events(play);
        let there = |ph: &str, cat: &str| events.iter().filter(|event| is(event, ph) && event["cat"] == cat).count();
        let entries = |kind: &str| play.run.entries.iter().filter(|entry| entry.kind == kind).count();
        assert_eq!(there("X", "poll"), entries("polled"), "{}", play.id);
        assert_eq!(there("b", "waits"), entries("waits"), "{}", play.id);
        assert_eq!(there("b", "holds"), entries("holds"), "{}", play.id);
    }
    assert!(BOOK.totals.plays > 0);
}

#[test]
fn a_wake_points_from_who_wakes_to_the_poll_that_follows() {
    let play = play(
        "done",
        "0 a polled\n0 a waits x\n0 a rested\n0 b polled\n0 a woken b\n0 b ended\n0 a polled\n0 a leaves x\n0 a ended",
    );
    let events = events(&play);
    let arrow: Vec<&Value> = events.iter().filter(|event| event["cat"] == "wake").collect();
    let [leaves, arrives] = arrow[..] else { panic!("{arrow:?}") };
    assert_eq!((number(leaves, "tid"), number(arrives, "tid")), (2, 1));
    assert!((2000..2800).contains(&number(leaves, "ts")), "{leaves}");
    assert_eq!(number(arrives, "ts"), 3000);
}

#[test]
fn what_was_never_given_back_is_held_to_the_end() {
    let play = play("deadlock", "0 a polled\n0 a holds Lock 1\n0 a rested\n0 b polled\n0 b ended");
    let events = events(&play);
    let end = events.iter().find(|event| is(event, "e")).expect("it ends with the trace");
    assert_eq!(number(end, "ts"), 3000);
    let why = events.iter().find(|event| event["cat"] == "end").expect("why there is no more");
    assert_eq!(why["name"], "deadlock");
}

/// Whoever is dropped need not report that it leaves.
#[test]
fn a_task_that_is_over_waits_no_longer() {
    let play = play(
        "done",
        "0 a polled\n0 a waits x\n0 a rested\n0 a cancelled\n0 b polled\n0 b rested\n0 b polled\n0 b ended",
    );
    let end = events(&play).into_iter().find(|event| is(event, "e")).expect("it ends");
    assert!(number(&end, "ts") < 3000, "{end}");
}

#[test]
fn hostile_names_are_told_as_they_are() {
    let events = events(&hostile());
    let threads: Vec<String> = threads(&events).into_values().collect();
    let told: Vec<String> = HOSTILE.iter().map(|name| crate::report::model::one_line(name)).collect();
    assert_eq!(threads[..told.len()], told[..]);
}
