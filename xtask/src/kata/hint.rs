//! `cargo xtask kata hint`: one hint more, for the way in which the kata fails as it is now.

use super::check;
use super::common;
use super::course::Course;
use super::kept::{Kept, Known};
use super::next::unsolved;
use crate::out::{self, Exit, Failure};
use async_kata::scenarios::Lang;
use std::fmt::Write;

pub(crate) fn run(course: &Course, id: Option<&str>, lang: Lang) -> Result<Exit, Failure> {
    let kata = match id {
        Some(id) => course.find(id)?,
        None => match unsolved(course)? {
            Some(kata) => kata,
            None => return super::next::run(course, None, lang),
        },
    };
    let mut kept = Kept::read(&course.root)?;
    let mut cause = kept.cause_now(course, kata);
    let known = kept.known(course, kata)?;
    if cause.is_none() && known != Known::Solved {
        let heard = check::judge(course, std::slice::from_ref(&kata.id), true)?;
        cause = heard.results.katas.iter().find_map(|judged| judged.wrong()).map(|wrong| wrong.cause);
        kept = Kept::read(&course.root)?;
    }
    let Some(cause) = cause else {
        out::print(&format!("{} is solved: no hint is needed\nnext: cargo xtask kata next\n", kata.id));
        return Ok(Exit::Ok);
    };
    let words = kata.text(&course.root, lang)?;
    let shown = kept.one_hint_more(&kata.id, cause)?;
    let mut text = String::new();
    let own = words.all_hints().iter().any(|hints| hints.cause == Some(cause));
    let common = common::hints(&course.root, cause, lang)?.filter(|_| !own);
    let hints = common.as_ref().map_or_else(|| words.hints(cause), |common| &common.steps);
    for (nth, hint) in hints.iter().take(shown).enumerate() {
        let _ = writeln!(text, "{}: hint {} of 3, for {cause}: {hint}\n", kata.id, nth + 1);
    }
    if shown == 3 {
        let _ = writeln!(text, "there is no further hint; an answer is in {}/answer.rs", kata.folder());
    }
    let _ = writeln!(text, "next: edit {}, then cargo xtask kata check {}", kata.file(), kata.id);
    out::print(&text);
    Ok(Exit::Ok)
}
