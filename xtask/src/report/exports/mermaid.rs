//! A run as a Mermaid sequence diagram, for a README or a pull request: who wakes, takes, waits and says what.

use super::MARK;
use crate::report::model::{Entry, Play, one_line};
use crate::report::timeline::{self, Note, Steps};
use crate::report::words;

/// More than this nobody follows from line to line, and a viewer refuses a text that is too long.
pub(super) const MOST_EVENTS: usize = 60;
const LONGEST_TEXT: usize = 56;

/// A task or a held thing: its number among its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Task(usize),
    Thing(usize),
}

/// One line of the diagram.
enum Event {
    Note(Who, String),
    /// Of all tasks alike: the clock, and the end.
    All(String),
    Arrow(Who, &'static str, Who, &'static str),
}

pub(super) fn diagram(play: &Play) -> String {
    let teller = Teller::of(play);
    let mut events = teller.events();
    let more = events.len().saturating_sub(MOST_EVENTS) as u64 + play.run.left_out;
    events.truncate(MOST_EVENTS);
    if more > 0 {
        events.push(Event::All(format!("and {more} more")));
    }
    let mut text = format!("%% {}, in the paused order, {MARK}\nsequenceDiagram\n", escaped(&play.id));
    let shown: Vec<Who> = teller.everybody().filter(|who| events.iter().any(|event| event.concerns(*who))).collect();
    for who in &shown {
        text +=
            &format!("    participant {} as {}\n", alias(*who), escaped(&timeline::name(&one_line(teller.name(*who)))));
    }
    let mut tasks = shown.iter().filter(|who| matches!(who, Who::Task(_)));
    let (first, last) = (tasks.next().copied(), tasks.next_back().copied());
    for event in &events {
        text += &event.line(first, last);
    }
    text
}

fn alias(who: Who) -> String {
    match who {
        Who::Task(nth) => format!("t{}", nth + 1),
        Who::Thing(nth) => format!("h{}", nth + 1),
    }
}

impl Event {
    fn concerns(&self, who: Who) -> bool {
        match self {
            Event::Note(over, _) => *over == who,
            Event::All(_) => false,
            Event::Arrow(from, _, to, _) => *from == who || *to == who,
        }
    }

    /// Nothing stands over nobody: a run without tasks is an empty diagram.
    fn line(&self, first: Option<Who>, last: Option<Who>) -> String {
        match (self, first, last) {
            (Event::Note(who, text), ..) => format!("    Note over {}: {}\n", alias(*who), escaped(text)),
            (Event::Arrow(from, arrow, to, text), ..) => format!("    {}{arrow}{}: {text}\n", alias(*from), alias(*to)),
            (Event::All(text), Some(first), Some(last)) => {
                format!("    Note over {},{}: {}\n", alias(first), alias(last), escaped(text))
            }
            (Event::All(text), Some(only), None) => format!("    Note over {}: {}\n", alias(only), escaped(text)),
            (Event::All(_), None, _) => String::new(),
        }
    }
}

/// What is known of a run while its events are written.
struct Teller<'a> {
    play: &'a Play,
    steps: Steps,
    things: Vec<String>,
}

impl<'a> Teller<'a> {
    fn of(play: &'a Play) -> Self {
        let steps = timeline::steps(&play.run, None);
        let mut things: Vec<String> = Vec::new();
        for hold in &steps.holds {
            if !things.contains(&hold.thing) {
                things.push(hold.thing.clone());
            }
        }
        Teller { play, steps, things }
    }

    fn everybody(&self) -> impl Iterator<Item = Who> {
        (0..self.steps.lanes.len()).map(Who::Task).chain((0..self.things.len()).map(Who::Thing))
    }

    fn name(&self, who: Who) -> &str {
        let name = match who {
            Who::Task(nth) => self.steps.lanes.get(nth),
            Who::Thing(nth) => self.things.get(nth),
        };
        name.map_or("", String::as_str)
    }

    fn task(&self, name: &str) -> Option<Who> {
        self.steps.lanes.iter().position(|lane| lane == name).map(Who::Task)
    }

    fn thing(&self, name: &str) -> Option<Who> {
        self.things.iter().position(|thing| *thing == one_line(name)).map(Who::Thing)
    }

    fn events(&self) -> Vec<Event> {
        let run = &self.play.run;
        let alive = run.alive();
        let stop = || (run.left_out == 0 && run.end.name != "done").then(|| Event::All(run.end.text.en.clone()));
        let (mut events, mut now, mut polled) = (Vec::new(), 0, None);
        for (nth, (entry, note)) in run.entries.iter().zip(&self.steps.notes).enumerate() {
            if nth == alive {
                events.extend(stop());
            }
            let by = entry.ms.saturating_sub(now);
            now += by;
            match polled {
                _ if by == 0 => {}
                Some(who) => events.push(Event::Note(who, format!("blocks the thread for {by} ms"))),
                None => events.push(Event::All(format!("+{by} ms"))),
            }
            let who = self.task(&entry.task);
            match &*entry.kind {
                "polled" => polled = who,
                "rested" | "ended" | "failed" | "cancelled" | "left-over" => polled = None,
                _ => {}
            }
            // Whom the last destructors wake never runs: the picture does not show it either.
            let is_vain = entry.kind == "woken" && nth >= alive;
            events.extend(who.filter(|_| !is_vain).and_then(|who| self.event(who, entry, note)));
        }
        if run.entries.len() == alive {
            events.extend(stop());
        }
        events
    }

    fn event(&self, who: Who, entry: &Entry, note: &Note) -> Option<Event> {
        let arrow = match &*entry.kind {
            "polled" | "rested" | "leaves" => return None,
            // Nobody spawns `main`: it is simply there.
            "spawned" if entry.what.is_empty() => return None,
            "spawned" => self.task(&entry.what).map(|by| Event::Arrow(by, "->>", who, "spawns")),
            "woken" if entry.what == entry.task => Some(Event::Arrow(who, "->>", who, "wakes itself")),
            "woken" => {
                let ended = note.woken_by.as_deref().and_then(|by| by.strip_prefix("the end of "));
                let by = self.task(ended.unwrap_or(&entry.what));
                by.map(|by| {
                    Event::Arrow(by, "->>", who, if ended.is_some() { "has ended, and wakes" } else { "wakes" })
                })
            }
            "waits" => match entry.what.strip_prefix("task ").and_then(|task| self.task(task)) {
                Some(task) => Some(Event::Arrow(who, "-->>", task, "waits for it")),
                None => self.thing(&entry.what).map(|thing| Event::Arrow(who, "-->>", thing, "waits")),
            },
            "holds" => self.thing(&entry.what).map(|thing| Event::Arrow(who, "->>", thing, "takes")),
            "frees" => self.thing(&entry.what).map(|thing| Event::Arrow(who, "->>", thing, "gives back")),
            "cancelled" => Some(Event::Arrow(who, "--x", who, "cancelled")),
            _ => None,
        };
        arrow.or_else(|| Some(Event::Note(who, words::entry(entry, note.woken_by.as_deref()).en)))
    }
}

/// A text that Mermaid shows and does not obey. Its own signs are `#`, `;`, `%%`, `:`, quotes and a bare `end`; what is
/// neither a letter nor harmless is spelled by its number, so that a new sign of theirs is none of ours.
fn escaped(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().take(LONGEST_TEXT + 1).collect();
    if letters.len() > LONGEST_TEXT {
        letters.truncate(LONGEST_TEXT - 1);
        letters.push('…');
    }
    let is_word =
        |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric() || *c == '_');
    let is_end = |at: usize| {
        let word: String = letters.iter().skip(at).take(3).collect();
        word.eq_ignore_ascii_case("end") && !is_word(at.checked_sub(1)) && !is_word(Some(at + 3))
    };
    let spelled = |(at, c): (usize, &char)| {
        let plain = c.is_alphanumeric() || " ,.()+-/_…→“”’".contains(*c);
        if plain && !is_end(at) { c.to_string() } else { format!("#{};", u32::from(*c)) }
    };
    letters.iter().enumerate().map(spelled).collect()
}
