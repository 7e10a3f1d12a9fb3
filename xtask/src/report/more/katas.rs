//! The katas: which there are, and how far each is in this copy. Nothing is built or judged for it.

use super::{Both, Gap, snapshot, words};
use crate::kata::{Course, Entry, KATAS, Kept, Known};
use crate::out::Failure;
use async_kata::kata::Cause;
use async_kata::scenarios::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{MAIN_SEPARATOR, Path};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Katas {
    /// In the order in which they are done.
    pub katas: Vec<Kata>,
    pub solved: usize,
    /// Whether earlier verdicts are known, or cannot be read: then what was solved is told as edited.
    pub remembers: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Kata {
    /// `pitfalls/till`.
    pub id: String,
    pub title: Both,
    /// `pitfalls`.
    pub unit: String,
    pub unit_title: Both,
    /// `predict`, `fix` or `build`.
    pub kind: String,
    pub kind_title: Both,
    /// What it is worth, as its answer was judged; `None`: there is no record of that.
    pub points: Option<u32>,
    /// `open`, `solved`, `wrong`, or `edited` since it was judged.
    pub state: String,
    pub state_title: Both,
    /// Why it is wrong: `deadlock`, ...
    pub cause: Option<String>,
    pub cause_title: Option<Both>,
    /// The learner's file.
    pub file: String,
}

pub(super) fn katas(root: &Path) -> Result<Katas, Gap> {
    let syllabus = format!("{KATAS}/syllabus.txt");
    if !root.join(&syllabus).exists() {
        return Err(Gap::Missing { file: syllabus });
    }
    let course = Course::read(root).map_err(|failure| unread(root, &syllabus, failure))?;
    let kept = Kept::look(root);
    let remembers = kept.is_some();
    let kept = kept.unwrap_or_default();
    let katas = course.katas.iter().map(|kata| self::kata(&course, kata, &kept));
    let katas: Vec<Kata> = katas.collect::<Result<_, _>>()?;
    Ok(Katas { solved: katas.iter().filter(|kata| kata.state == Known::Solved.name()).count(), katas, remembers })
}

/// The course's own words, with their cure, are the same in both languages: they are for who mends it. Where this copy lies is
/// nobody's business.
fn unread(root: &Path, file: &str, Failure { message, .. }: Failure) -> Gap {
    let message = message.replace(&format!("{}{MAIN_SEPARATOR}", root.display()), "");
    Gap::malformed(file, format!("it cannot be read: {message}"), format!("його не вдалося прочитати: {message}"))
}

fn kata(course: &Course, kata: &Entry, kept: &Kept) -> Result<Kata, Gap> {
    let folder = kata.folder();
    let unread = |failure| unread(&course.root, &folder, failure);
    let title = |lang| kata.text(&course.root, lang).map(|text| text.title).map_err(unread);
    let known = kept.known(course, kata).map_err(unread)?;
    let cause = if let Known::Wrong(cause) = known { cause.map(Cause::name) } else { None };
    Ok(Kata {
        id: kata.id.clone(),
        title: Both::new(title(Lang::En)?, title(Lang::Uk)?),
        unit: kata.unit().into(),
        unit_title: words::both(kata.unit()),
        kind: kata.kind.name().into(),
        kind_title: words::both(kata.kind.name()),
        points: points(&course.root, kata),
        state: known.name().into(),
        state_title: words::both(known.name()),
        cause: cause.map(str::to_string),
        cause_title: cause.map(words::both),
        file: kata.file(),
    })
}

/// What the set's own answer gets: its first line is `== pitfalls/till@answer: solved, 4 of 4 points`.
fn points(root: &Path, kata: &Entry) -> Option<u32> {
    let judged = snapshot(root, &format!("snapshots/katas/{}.snap", kata.id)).ok()?;
    let line = judged.lines().next()?.strip_prefix(&format!("== {}@answer: solved, ", kata.id))?;
    line.strip_suffix(" points")?.split_once(" of ")?.1.parse().ok()
}
