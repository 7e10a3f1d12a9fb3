//! A run as a trace in Chrome's JSON, for ui.perfetto.dev and chrome://tracing: a thread per task, a millisecond a step.
//!
//! Paused time stands still while much happens, so the axis counts steps; the virtual milliseconds are each event's `ms`.
//! Only polls are slices: two of one task never overlap, which the viewers do not draw. Waiting and holding do, so they are
//! asynchronous spans, each with an id of its own.

use super::MARK;
use crate::report::model::{Entry, Play, one_line};
use crate::report::timeline::{self, Note, Steps};
use crate::report::words;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Microseconds of the axis: a step, and the poll in it.
const STEP: u64 = 1000;
const POLL: u64 = 800;

#[derive(Serialize, Default)]
struct Event {
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    cat: &'static str,
    ph: &'static str,
    pid: u32,
    tid: usize,
    /// What is told about a thread, and is no event, has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    /// Of an instant: how far its mark reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    /// Of an arrow's end: that it points to the slice around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    args: Map<String, Value>,
}

pub(super) fn trace(play: &Play) -> String {
    let mut tracer = Tracer::of(play);
    tracer.name_threads();
    tracer.tell();
    tracer.finish();
    tracer.events.sort_by_key(|event| event.ts);
    let about = json!({ "tool": MARK, "play": play.id, "order": "the paused order", "clock": "1 ms is 1 step" });
    let events: Vec<String> = tracer.events.iter().map(|event| json!(event).to_string()).collect();
    format!("{{\"displayTimeUnit\":\"ms\",\"otherData\":{about},\"traceEvents\":[\n{}\n]}}\n", events.join(",\n"))
}

/// A span or an arrow that has begun and not ended.
struct Open {
    id: usize,
    lane: usize,
    /// `Lock 1`; of an arrow, its word.
    thing: String,
    cat: &'static str,
}

struct Tracer<'a> {
    play: &'a Play,
    steps: Steps,
    times: Vec<u64>,
    events: Vec<Event>,
    spans: Vec<Open>,
    /// Arrows on their way to the next poll of their lane.
    arrows: Vec<Open>,
    ids: usize,
}

impl<'a> Tracer<'a> {
    fn of(play: &'a Play) -> Self {
        let steps = timeline::steps(&play.run, None);
        let times = times(&steps.notes);
        Tracer { play, steps, times, events: Vec::new(), spans: Vec::new(), arrows: Vec::new(), ids: 0 }
    }

    fn name_threads(&mut self) {
        let told = |name: &str, lane: usize, key: &str, value: Value| {
            let args = Map::from_iter([(key.to_string(), value)]);
            Event { name: name.into(), ph: "M", pid: 1, tid: tid(lane), args, ..Event::default() }
        };
        self.events.push(told("process_name", self.clock(), "name", json!(self.play.id)));
        for (lane, task) in self.steps.lanes.iter().map(String::as_str).chain(["the clock"]).enumerate() {
            self.events.push(told("thread_name", lane, "name", json!(one_line(task))));
            self.events.push(told("thread_sort_index", lane, "sort_index", json!(lane)));
        }
    }

    /// What concerns all tasks has a lane of its own, below theirs.
    fn clock(&self) -> usize {
        self.steps.lanes.len()
    }

    fn lane(&self, task: &str) -> Option<usize> {
        self.steps.lanes.iter().position(|lane| lane == task)
    }

    fn tell(&mut self) {
        let play = self.play;
        let mut now = 0;
        for (nth, entry) in play.run.entries.iter().enumerate() {
            let by = entry.ms.saturating_sub(now);
            now += by;
            if by > 0 {
                self.push(nth, Event { name: format!("+{by} ms"), s: Some("p"), ..event("i", "clock", self.clock()) });
            }
            let Some(lane) = self.lane(&entry.task) else { continue };
            match &*entry.kind {
                "polled" => self.polled(nth, lane),
                // A poll's argument.
                "rested" => {}
                "waits" => self.begin(nth, lane, "waits for", "waits"),
                "leaves" => self.end(nth, lane, "waits"),
                "holds" => self.begin(nth, lane, "holds", "holds"),
                "frees" => self.end(nth, lane, "holds"),
                "woken" | "spawned" => self.woken(nth, lane),
                _ => self.said(nth, lane),
            }
            if matches!(&*entry.kind, "ended" | "failed" | "cancelled" | "left-over") {
                self.end_waits(nth, lane);
            }
        }
    }

    fn push(&mut self, nth: usize, event: Event) {
        let entry = self.play.run.entries.get(nth);
        let mut args = Map::from_iter([("ms".into(), json!(entry.map_or(0, |entry| entry.ms)))]);
        args.extend(entry.and_then(|entry| Some(("at".into(), json!(entry.at.as_ref()?)))));
        args.extend(event.args);
        let ts = event.ts.or_else(|| self.times.get(nth).copied());
        self.events.push(Event { ts, args, ..event });
    }

    fn polled(&mut self, nth: usize, lane: usize) {
        let ts = self.times.get(nth).map(|ts| ts - ts % STEP);
        let later = self.play.run.entries.iter().skip(nth + 1);
        let mut own = later.filter(|entry| self.lane(&entry.task) == Some(lane));
        let is_end = |entry: &&Entry| matches!(&*entry.kind, "rested" | "ended" | "failed" | "cancelled" | "left-over");
        let end = own.find(is_end).map(|entry| ("then".to_string(), json!(entry.kind)));
        let step = ts.map(|ts| ("step".to_string(), json!(ts / STEP)));
        let args = Map::from_iter(step.into_iter().chain(end));
        self.push(nth, Event { name: "poll".into(), ts, dur: Some(POLL), args, ..event("X", "poll", lane) });
        let (here, others) = std::mem::take(&mut self.arrows).into_iter().partition(|arrow: &Open| arrow.lane == lane);
        self.arrows = others;
        for arrow in here {
            let ts =
                ts.max(self.events.iter().rev().find(|event| event.id == Some(arrow.id)).and_then(|event| event.ts));
            let arrives =
                Event { name: arrow.thing, ts, id: Some(arrow.id), bp: Some("e"), ..event("f", "wake", lane) };
            self.push(nth, arrives);
        }
    }

    /// An arrow from who wakes to the poll that follows. Where one of them is not known: a mark.
    fn woken(&mut self, nth: usize, lane: usize) {
        let (Some(entry), Some(note)) = (self.play.run.entries.get(nth), self.steps.notes.get(nth)) else { return };
        let by = note.woken_by.as_deref();
        let from = self.lane(by.and_then(|by| by.strip_prefix("the end of ")).unwrap_or(&entry.what));
        let mut later = self.play.run.entries.iter().skip(nth + 1);
        let is_polled = later.any(|later| later.kind == "polled" && later.task == entry.task);
        match from.filter(|_| is_polled) {
            Some(from) => {
                let name = if entry.kind == "spawned" { "spawns" } else { "wakes" };
                self.ids += 1;
                self.push(nth, Event { name: name.into(), id: Some(self.ids), ..event("s", "wake", from) });
                self.arrows.push(Open { id: self.ids, lane, thing: name.into(), cat: "wake" });
            }
            None => self.said(nth, lane),
        }
    }

    fn said(&mut self, nth: usize, lane: usize) {
        let (Some(entry), Some(note)) = (self.play.run.entries.get(nth), self.steps.notes.get(nth)) else { return };
        let name = words::entry(entry, note.woken_by.as_deref()).en;
        let cat = if entry.is_story() { "story" } else { "mechanics" };
        self.push(nth, Event { name, s: Some("t"), ..event("i", cat, lane) });
    }

    fn begin(&mut self, nth: usize, lane: usize, verb: &str, cat: &'static str) {
        let Some(entry) = self.play.run.entries.get(nth) else { return };
        let thing = one_line(&entry.what);
        self.ids += 1;
        self.push(nth, Event { name: format!("{verb} {thing}"), id: Some(self.ids), ..event("b", cat, lane) });
        self.spans.push(Open { id: self.ids, lane, thing, cat });
    }

    fn end(&mut self, nth: usize, lane: usize, cat: &'static str) {
        let Some(thing) = self.play.run.entries.get(nth).map(|entry| one_line(&entry.what)) else { return };
        let is_it = |open: &Open| open.lane == lane && open.cat == cat && open.thing == thing;
        match self.spans.iter().position(is_it) {
            Some(at) => {
                let open = self.spans.remove(at);
                self.close(nth, open, None);
            }
            // The picture's beginning may lie before the trace's: said rather than lost.
            None => self.said(nth, lane),
        }
    }

    /// Who is over waits no longer, even if nobody said so.
    fn end_waits(&mut self, nth: usize, lane: usize) {
        let is_over = |open: &Open| open.lane == lane && open.cat == "waits";
        let (over, others) = std::mem::take(&mut self.spans).into_iter().partition(is_over);
        self.spans = others;
        for open in over {
            self.close(nth, open, None);
        }
    }

    fn close(&mut self, nth: usize, open: Open, ts: Option<u64>) {
        let verb = if open.cat == "waits" { "waits for" } else { "holds" };
        let name = format!("{verb} {}", open.thing);
        self.push(nth, Event { name, ts, id: Some(open.id), ..event("e", open.cat, open.lane) });
    }

    /// What never ended ends with the trace; and why there is no more.
    fn finish(&mut self) {
        let run = &self.play.run;
        let end = self.times.last().map_or(0, |last| (last / STEP + 1) * STEP);
        let last = run.entries.len().saturating_sub(1);
        for open in std::mem::take(&mut self.spans) {
            self.close(last, open, Some(end));
        }
        let why = match (run.left_out, run.end.name.as_str()) {
            (0, "done") => return,
            (0, _) => run.end.text.en.clone(),
            (n, _) => format!("and {n} more entries"),
        };
        self.push(last, Event { name: one_line(&why), ts: Some(end), s: Some("p"), ..event("i", "end", self.clock()) });
    }
}

fn event(ph: &'static str, cat: &'static str, lane: usize) -> Event {
    Event { ph, cat, pid: 1, tid: tid(lane), ..Event::default() }
}

/// Thread 0 is nobody's: to the viewers it is the idle one.
fn tid(lane: usize) -> usize {
    lane + 1
}

/// When each entry is: those of a step share its poll's time, and what the clock does comes between two polls.
fn times(notes: &[Note]) -> Vec<u64> {
    let mut now = 0;
    let mut reach = |note: &Note| {
        now = note.step.unwrap_or(now).max(now);
        now
    };
    let steps: Vec<usize> = notes.iter().map(&mut reach).collect();
    let mut times = Vec::new();
    for step in steps.chunk_by(|one, next| one == next) {
        let group = notes.iter().skip(times.len()).take(step.len());
        let inside = group.clone().rposition(|note| note.step.is_some()).map_or(0, |last| last as u64 + 1);
        let beyond = step.len() as u64 - inside;
        let begin = step.first().map_or(0, |step| *step as u64 * STEP);
        times.extend((0..inside).map(|nth| begin + POLL * nth / inside));
        times.extend((0..beyond).map(|nth| begin + POLL + (STEP - POLL) * nth / beyond));
    }
    times
}
