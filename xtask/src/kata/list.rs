//! `cargo xtask kata list`: what there is, and how far each kata is, without building anything.

use super::course::Course;
use super::kept::{Kept, Known};
use crate::out::{self, Exit, Failure};
use async_kata::scenarios::Lang;
use serde_json::json;
use std::fmt::Write;

pub(crate) fn run(course: &Course, lang: Lang, as_json: bool) -> Result<Exit, Failure> {
    let kept = Kept::read(&course.root)?;
    let mut rows = Vec::new();
    for kata in &course.katas {
        rows.push((kata, kata.text(&course.root, lang)?.title, kept.known(course, kata)?));
    }
    let solved = rows.iter().filter(|(_, _, known)| *known == Known::Solved).count();
    if as_json {
        let katas: Vec<_> = rows
            .iter()
            .map(|(kata, title, known)| {
                let (unit, kind, state) = (kata.unit(), kata.kind.name(), known.name());
                json!({"id": kata.id, "unit": unit, "kind": kind, "title": title, "state": state, "file": kata.file()})
            })
            .collect();
        out::print(&format!("{}\n", json!({ "katas": katas, "solved": solved, "of": rows.len() })));
        return Ok(Exit::Ok);
    }
    let wide = rows.iter().map(|(kata, _, _)| kata.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (kata, title, known) in &rows {
        let cause = if let Known::Wrong(Some(cause)) = known { format!(" ({cause})") } else { String::new() };
        let _ = writeln!(text, "{:>6}  {:wide$}  {:7}  {title}{cause}", known.name(), kata.id, kata.kind.name());
    }
    let _ = write!(text, "\n{solved} of {} solved", rows.len());
    if rows.iter().any(|(_, _, known)| *known == Known::Edited) {
        text.push_str("; `cargo xtask kata check` judges what is edited");
    }
    let next = if solved == rows.len() { "report" } else { "kata next" };
    let _ = writeln!(text, "\nnext: cargo xtask {next}");
    out::print(&text);
    Ok(Exit::Ok)
}
