//! What happened in a run, step by step, as a table: who, what, what CPython did, and what there was when the step was over.

use super::stage::Film;
use super::{markup, words_html};
use crate::report::both::Both;
use crate::report::model::{Entry, Mark, Row, one_line};
use crate::report::timeline::{Moment, Steps, escape};
use crate::report::words as sentences;
use minijinja::Value;
use std::fmt::Write;

/// A line of the table: what one task did in one step.
#[derive(Default)]
struct Told<'a> {
    step: Option<usize>,
    ours: Vec<&'a Entry>,
    /// The rows of the comparison, where there are some: of these entries, or of CPython's alone.
    rows: Vec<&'a Row>,
}

/// The rows of one run.
pub(super) fn table(film: &Film<'_>, has_twin: bool, rust: &str) -> Value {
    let told = told(film);
    let mut body = String::new();
    let mut last = (None, None);
    for (nth, line) in told.iter().enumerate() {
        let ends_step = line.step.is_some() && told.get(nth + 1).is_none_or(|next| next.step != line.step);
        write(&mut body, film, line, &mut last, (ends_step, has_twin), rust);
    }
    markup(body)
}

/// The story; a step in which nothing of it happened has a line all the same.
fn told<'a>(film: &Film<'a>) -> Vec<Told<'a>> {
    let entries = film.run.entries.iter().zip(&film.steps.notes);
    let mut own = entries.filter(|(entry, _)| entry.is_story()).map(|(entry, note)| (note.step, entry));
    let mut told: Vec<Told<'a>> = Vec::new();
    match film.rows {
        None => own.for_each(|(step, entry)| tell(&mut told, step, Some(entry), None)),
        Some(rows) => {
            for row in rows {
                // What only CPython did stands in the step of what came before it.
                let step = match row.ours {
                    Some(_) => own.next().and_then(|(step, _)| step),
                    None => told.last().and_then(|line| line.step),
                };
                tell(&mut told, step, row.ours.as_ref(), Some(row));
            }
        }
    }
    for step in 1..=film.steps.n_steps() {
        if !told.iter().any(|line| line.step == Some(step)) {
            let at = told.iter().position(|line| line.step.is_some_and(|other| other > step)).unwrap_or(told.len());
            told.insert(at, Told { step: Some(step), ..Told::default() });
        }
    }
    told
}

/// Adds an entry to the last line, if that is of the same step and task, or else a line.
fn tell<'a>(told: &mut Vec<Told<'a>>, step: Option<usize>, ours: Option<&'a Entry>, row: Option<&'a Row>) {
    let is_same = |line: &&mut Told<'a>| {
        let task = line.ours.last().map(|entry| &entry.task);
        step.is_some() && line.step == step && task.is_some() && task == ours.map(|entry| &entry.task)
    };
    match told.last_mut().filter(is_same) {
        Some(line) => {
            line.ours.extend(ours);
            line.rows.extend(row);
        }
        None => told.push(Told { step, ours: ours.into_iter().collect(), rows: row.into_iter().collect() }),
    }
}

fn write(
    body: &mut String,
    film: &Film<'_>,
    line: &Told<'_>,
    last: &mut (Option<usize>, Option<u64>),
    (ends_step, has_twin): (bool, bool),
    rust: &str,
) {
    let steps = film.steps;
    let is_new = line.step.is_some() && last.0 != line.step;
    let differs = line.rows.iter().any(|row| row.mark == Mark::Differs);
    body.push_str(if differs { "<tr class=\"differs\">" } else { "<tr>" });
    let ms =
        line.step.and_then(|step| steps.seen_in(step)).map(|(ms, _)| ms).or(line.ours.first().map(|entry| entry.ms));
    let number = |shown: bool, number: Option<String>| number.filter(|_| shown).unwrap_or_default();
    let _ = write!(body, "<td>{}</td>", number(is_new, line.step.map(|step| step.to_string())));
    let _ = write!(body, "<td>{}</td>", number(ms != last.1, ms.map(|ms| ms.to_string())));
    *last = (line.step.or(last.0), ms.or(last.1));
    who_and_what(body, steps, line);
    if has_twin {
        let _ = write!(body, "<td>{}</td>", all_of_cpython(&line.rows));
    }
    let moment =
        line.step.filter(|_| ends_step).and_then(|step| steps.moments.get(step - 1).map(|moment| (step, moment)));
    if let Some((step, moment)) = moment {
        let _ = write!(
            body,
            "<td>{}</td><td>{}</td><td>{}</td><td>{}</td>",
            wakes(film, step),
            ready(steps, moment),
            around(steps, moment, rust),
            timers(steps, moment)
        );
    }
    body.push_str("</tr>");
}

/// The task, in its colour, and what it did or said. What CPython alone did says by itself whose it is.
fn who_and_what(body: &mut String, steps: &Steps, line: &Told<'_>) {
    let is_silent = line.ours.is_empty() && line.rows.is_empty();
    let task = line.ours.first().map(|entry| entry.task.clone());
    let task = task.or_else(|| line.step.filter(|_| is_silent).and_then(|step| who(steps, step))).unwrap_or_default();
    let class = match steps.colour(&task).as_str() {
        "" => String::new(),
        colour => format!(" class=\"{colour}\""),
    };
    let told = line.ours.iter().map(|entry| said(entry)).chain(waits(steps, line.step, &task, is_silent));
    let _ = write!(body, "<td{class}>{}</td><td>{}</td>", escape(&task), told.collect::<Vec<_>>().join(", "));
}

/// What the task waits for when the step is over. Of a step with nothing else to tell it says that much.
fn waits(steps: &Steps, step: Option<usize>, task: &str, is_silent: bool) -> Option<String> {
    let text = match waited_for(steps, step, task) {
        Some(things) => sentences::waits_for(&things),
        None if is_silent => Both::new("says nothing", "нічого не каже"),
        None => return None,
    };
    Some(format!("<i lang=\"en\">{}</i><i lang=\"uk\">{}</i>", escape(&text.en), escape(&text.uk)))
}

/// `None`: for nothing.
pub(super) fn waited_for(steps: &Steps, step: Option<usize>, task: &str) -> Option<Vec<String>> {
    let moment = step.and_then(|step| steps.moments.get(step - 1))?;
    let is_it = |lane: usize| steps.lanes.get(lane).is_some_and(|name| name == task);
    let waits = moment.waits.iter().filter(|(lane, _)| is_it(*lane)).map(|(_, thing)| thing.clone());
    let timers = moment.timers.iter().filter(|(_, lane)| is_it(*lane));
    let things: Vec<String> = waits.chain(timers.map(|(until, _)| format!("the clock, until {until} ms"))).collect();
    (!things.is_empty()).then_some(things)
}

fn who(steps: &Steps, step: usize) -> Option<String> {
    let (_, seen) = steps.seen_in(step)?;
    seen.first().map(|(task, ..)| (*task).to_string())
}

/// What was said stands as it was said, and what happened in cursive.
fn said(entry: &Entry) -> String {
    let text = sentences::entry(entry, None);
    let samp = |text: &str| format!("<samp>{}</samp>", escape(text));
    match (&*entry.kind, text.is_same()) {
        ("said", _) => samp(&text.en),
        ("failed", _) => {
            format!("<i lang=\"en\">failed:</i><i lang=\"uk\">помилка:</i> {}", samp(&one_line(&entry.what)))
        }
        (_, true) => format!("<i>{}</i>", escape(&text.en)),
        _ => format!("<i lang=\"en\">{}</i><i lang=\"uk\">{}</i>", escape(&text.en), escape(&text.uk)),
    }
}

/// What is the same need not be said twice.
fn all_of_cpython(rows: &[&Row]) -> String {
    match rows.iter().all(|row| row.mark == Mark::Same) {
        true if rows.is_empty() => String::new(),
        true => "=".into(),
        false => rows.iter().map(|row| cpython(row)).collect::<Vec<_>>().join(", "),
    }
}

/// CPython's entry with its sign; when and who only where that is not as with ours.
fn cpython(row: &Row) -> String {
    let (glyph, aloud) = sentences::mark(row.mark);
    let sign = format!("{glyph}<span class=\"sr\"> {}:</span> ", words_html(&aloud));
    match (&row.ours, &row.cpython) {
        (Some(ours), Some(theirs))
            if (ours.ms, &ours.task) == (theirs.ms, &theirs.task) && row.mark != Mark::Differs =>
        {
            sign + &said(theirs)
        }
        (_, Some(theirs)) => format!("{sign}{} {} {}", theirs.ms, escape(&theirs.task), said(theirs)),
        (Some(_), None) => sign + "<i lang=\"en\">nothing</i><i lang=\"uk\">нічого</i>",
        (None, None) => String::new(),
    }
}

fn name(steps: &Steps, lane: usize) -> String {
    escape(steps.lanes.get(lane).map_or("", String::as_str))
}

/// Who could go on next: the run queue, its head first.
fn ready(steps: &Steps, moment: &Moment) -> String {
    let names: Vec<String> = moment.ready.iter().map(|lane| format!("<b>{}</b>", name(steps, *lane))).collect();
    let jump = match moment.jump {
        0 => String::new(),
        by => words_html(&Both::new(format!("nobody, +{by} ms: "), format!("ніхто, +{by} мс: "))),
    };
    if names.is_empty() { jump + "–" } else { jump + &names.join(", ") }
}

/// Who has what, with the line of code that took it and those in line behind the owner; and who else waits for what. Written
/// with arrows, so that it reads the same in every language: `Lock 1: a :31 ← b`, `main → a`.
fn around(steps: &Steps, moment: &Moment, rust: &str) -> String {
    let mut parts = Vec::new();
    for held in &moment.holds {
        let line =
            held.at.as_ref().and_then(|at| line_of(at, rust)).map(|line| format!(" :{line}")).unwrap_or_default();
        let queue: Vec<String> =
            moment.waits.iter().filter(|(_, thing)| *thing == held.thing).map(|(lane, _)| name(steps, *lane)).collect();
        let queue = if queue.is_empty() { String::new() } else { format!(" ← {}", queue.join(", ")) };
        parts.push(format!("{}: {}{line}{queue}", escape(&held.thing), name(steps, held.lane)));
    }
    for (lane, thing) in moment.waits.iter().filter(|(_, thing)| !moment.holds.iter().any(|held| held.thing == *thing))
    {
        parts.push(format!("{} → {}", name(steps, *lane), escape(thing.strip_prefix("task ").unwrap_or(thing))));
    }
    parts.join("; ")
}

/// Who waits for the clock, and until when.
fn timers(steps: &Steps, moment: &Moment) -> String {
    let timers: Vec<String> =
        moment.timers.iter().map(|(until, lane)| format!("{}: {until}", name(steps, *lane))).collect();
    timers.join("; ")
}

/// Whom the step started (with a plus) and woke: the arrows of the picture.
fn wakes(film: &Film<'_>, step: usize) -> String {
    let entries = film.run.entries.iter().zip(&film.steps.notes).filter(|(_, note)| note.step == Some(step));
    let mut wakes = Vec::new();
    for (entry, note) in entries {
        let task = escape(&entry.task);
        let by_nobody = entry.what.is_empty() && note.woken_by.is_none();
        match &*entry.kind {
            "spawned" if !entry.what.is_empty() => wakes.push(format!("+{task}")),
            "woken" if entry.what != entry.task && !by_nobody => wakes.push(task),
            _ => {}
        }
    }
    wakes.join(", ")
}

/// The line's number, where it is one of this file.
pub(super) fn line_of(at: &str, file: &str) -> Option<usize> {
    at.strip_prefix(file)?.strip_prefix(':')?.split(':').next()?.parse().ok()
}
