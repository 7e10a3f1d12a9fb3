//! `cargo xtask kata check`: judges, remembers, and says what to do next.

use super::course::{Course, Lang};
use super::judging;
use super::kept::{Kept, Known};
use super::show;
use crate::out::{self, Exit, Failure};
use async_kata::kata::{Judged, Results, State};
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
    let results = judge(course, &ids, id.is_some())?;
    if as_json {
        out::print(&format!("{:#}\n", results.to_json()));
    } else {
        out::print(&told(course, &results, lang)?);
    }
    let solved = results.katas.iter().all(|judged| judged.state == State::Solved);
    Ok(if solved { Exit::Ok } else { Exit::Check })
}

/// Judges these, and remembers how that went.
pub(super) fn judge(course: &Course, ids: &[String], even_open: bool) -> Result<Results, Failure> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    if ids.is_empty() {
        return Ok(Results::default());
    }
    let results = judging::in_place(course, &ids, even_open)?;
    let mut kept = Kept::read(&course.root)?;
    results.katas.iter().try_for_each(|judged| kept.learn(course, judged))?;
    Ok(results)
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
pub(super) fn told(course: &Course, results: &Results, lang: Lang) -> Result<String, Failure> {
    let mut text = String::new();
    for (nth, judged) in results.katas.iter().enumerate() {
        let is_open = course.find(&judged.id)?.is_open(&course.root)?;
        let _ = write!(text, "{}{}", if nth == 0 { "" } else { "\n" }, show::verdict(course, judged, is_open, lang)?);
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
