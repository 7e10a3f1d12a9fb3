//! `cargo xtask kata next`: the task of the first kata that is not solved, or of the one that is asked for.

use super::course::{Course, Entry};
use super::kept::{Kept, Known};
use crate::out::{self, Exit, Failure};
use async_kata::scenarios::Lang;

pub(crate) fn run(course: &Course, id: Option<&str>, lang: Lang) -> Result<Exit, Failure> {
    let kata = match id {
        Some(id) => Some(course.find(id)?),
        None => unsolved(course)?,
    };
    let Some(kata) = kata else {
        out::print(&format!("all {} katas are solved\nnext: cargo xtask report\n", course.katas.len()));
        return Ok(Exit::Ok);
    };
    out::print(&task(course, kata, lang)?);
    Ok(Exit::Ok)
}

/// The first in the course's order that is not known to be solved.
pub(super) fn unsolved(course: &Course) -> Result<Option<&Entry>, Failure> {
    let kept = Kept::read(&course.root)?;
    for kata in &course.katas {
        if kept.known(course, kata)? != Known::Solved {
            return Ok(Some(kata));
        }
    }
    Ok(None)
}

/// The task, where it is to be done, and how it is judged.
fn task(course: &Course, kata: &Entry, lang: Lang) -> Result<String, Failure> {
    let words = kata.text(&course.root, lang)?;
    let (file, id) = (kata.file(), &kata.id);
    Ok(format!(
        "{id} ({}): {}\n\n{}\n\nedit: {file}\nnext: cargo xtask kata check {id}\n",
        kata.kind, words.title, words.task
    ))
}
