//! `cargo xtask kata check`: judges, remembers, and says what to do next.

use super::course::Course;
use super::judging::{self, Heard};
use super::kept::{Kept, Known};
use super::show;
use crate::out::{self, Exit, Failure};
use async_kata::kata::{Judged, Results, State};
use async_kata::scenarios::Lang;
use std::fmt::Write;

pub(crate) fn run(course: &Course, id: Option<&str>, lang: Lang, as_json: bool) -> Result<Exit, Failure> {
    let ids = match id {
        Some(id) => vec![course.find(id)?.id.clone()],
        None => begun(course)?,
    };
    if ids.is_empty() && !as_json {
        out::print("no kata is begun\nnext: cargo xtask kata next\n");
        return Ok(Exit::Ok);
    }
    let heard = judge(course, &ids, id.is_some())?;
    let results = &heard.results;
    if as_json {
        out::print(&format!("{:#}\n", results.to_json()));
    } else {
        out::print(&told(course, &heard, lang)?);
    }
    let solved = results.katas.iter().all(|judged| judged.state == State::Solved);
    Ok(if solved { Exit::Ok } else { Exit::Check })
}

/// Judges these, and remembers how that went.
pub(super) fn judge(course: &Course, ids: &[String], even_open: bool) -> Result<Heard, Failure> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    if ids.is_empty() {
        return Ok(Heard::default());
    }
    let heard = judging::in_place(course, &ids, even_open)?;
    let mut kept = Kept::read(&course.root)?;
    heard.results.katas.iter().try_for_each(|judged| kept.learn(course, judged))?;
    Ok(heard)
}

/// The katas that are no longer as they were handed out.
fn begun(course: &Course) -> Result<Vec<String>, Failure> {
    let mut begun = Vec::new();
    for kata in &course.katas {
        if !kata.is_open(&course.root)? {
            begun.push(kata.id.clone());
        }
    }
    Ok(begun)
}

/// The verdicts, and the next command: a hint for the first that is wrong, else the next kata.
pub(super) fn told(course: &Course, heard: &Heard, lang: Lang) -> Result<String, Failure> {
    let results = &heard.results;
    let mut text = String::new();
    // Of several, those that are solved have a line each, and what is wrong stands at the end, where it is seen.
    let is_brief = |judged: &&Judged| judged.state == State::Solved && results.katas.len() > 1;
    for judged in results.katas.iter().filter(is_brief) {
        let _ = writeln!(text, "{}: solved, {} of {} points", judged.id, judged.points(), judged.of());
    }
    for judged in results.katas.iter().filter(|judged| !is_brief(judged)) {
        let kata = course.find(&judged.id)?;
        let is_open = kata.is_open(&course.root)?;
        let verdict = show::verdict(course, judged, is_open, lang)?;
        let _ = write!(text, "{}{verdict}", if text.is_empty() { "" } else { "\n" });
        if let Some(warnings) = heard.warnings(kata).filter(|_| judged.state != State::Solved) {
            let _ = writeln!(text, "\nrustc warns\n{}\n", warnings.trim_end());
        }
    }
    if results.katas.len() > 1 {
        let solved = results.count(State::Solved);
        let _ = write!(text, "\n{solved} of {} that are begun are solved\n", results.katas.len());
    }
    let _ = writeln!(text, "next: {}", next(course, results)?);
    Ok(text)
}

fn next(course: &Course, results: &Results) -> Result<String, Failure> {
    let is_wrong = |judged: &&Judged| judged.state != State::Solved;
    if let Some(wrong) = results.katas.iter().find(is_wrong) {
        return Ok(format!("cargo xtask kata hint {}", wrong.id));
    }
    let kept = Kept::read(&course.root)?;
    for kata in &course.katas {
        if kept.known(course, kata)? != Known::Solved {
            return Ok("cargo xtask kata next".into());
        }
    }
    Ok("cargo xtask report (all katas are solved)".into())
}
