//! What is remembered of the learner's way: the last verdict on each file as it is, and the hints that were shown.
//!
//! It lies in `.kata/` at the top, which git ignores, so it survives an update of the repository; and it is only a memory:
//! without it everything can be found out again from the files.

use super::course::{Course, Entry, KATAS, text_of};
use crate::out::{Failure, complain};
use async_kata::kata::{Cause, Judged, State};
use async_kata::scenarios::fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The memory's folder, at the top of the workspace.
pub(crate) const FOLDER: &str = ".kata";

/// The version of the memory.
const SCHEMA: u64 = 1;

/// Of every kata that was ever judged; also of those that this version of the course does not have.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    schema_version: u64,
    katas: BTreeMap<String, Memory>,
    #[serde(skip)]
    path: PathBuf,
}

/// What is remembered of one kata.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// Of what was judged: the learner's file, and all that judges it.
    fingerprint: String,
    /// `solved`, `wrong`, or `open`: judged as it was handed out.
    state: String,
    /// The cause, if it is wrong.
    cause: Option<String>,
    /// How many hints were shown, for each cause.
    hints: BTreeMap<String, usize>,
}

/// How far a kata is, as far as is known without judging it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Open,
    Solved,
    Wrong(Option<Cause>),
    /// Edited since it was last judged.
    Edited,
}

impl Known {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Known::Open => "open",
            Known::Solved => "solved",
            Known::Wrong(_) => "wrong",
            Known::Edited => "edited",
        }
    }
}

impl Kept {
    /// Reads the memory, or begins a new one.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let path = root.join(FOLDER).join("progress.json");
        let mut kept = match fs::read_to_string(&path) {
            Err(_) => Self { schema_version: SCHEMA, ..Self::default() },
            Ok(text) => match Self::parse(&text) {
                Some(kept) => kept,
                None => {
                    // It is only a memory: what is in it can be found out again.
                    let aside = path.with_extension("json.unreadable");
                    fs::rename(&path, &aside).map_err(|error| Failure::file(&aside, &error))?;
                    complain(&format!(
                        "{} cannot be read, and is begun anew; it is kept as {}",
                        path.display(),
                        aside.display()
                    ));
                    Self { schema_version: SCHEMA, ..Self::default() }
                }
            },
        };
        kept.path = path;
        Ok(kept)
    }

    fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|kept| kept.schema_version == SCHEMA)
    }

    /// The memory, for who only looks: nothing is said or put aside. `None`: there is one that cannot be read.
    pub(crate) fn look(root: &Path) -> Option<Self> {
        match fs::read_to_string(root.join(FOLDER).join("progress.json")) {
            Err(_) => Some(Self::default()),
            Ok(text) => Self::parse(&text),
        }
    }

    fn write(&self) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let folder = self.path.parent().unwrap_or(Path::new("."));
        // Written aside and moved: an interrupted write leaves the old one.
        let aside = self.path.with_extension("json.new");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&aside, text))
            .and_then(|()| fs::rename(&aside, &self.path))
            .map_err(|error| Failure::file(&self.path, &error))
    }

    /// What is known of this kata as it is now.
    pub(crate) fn known(&self, course: &Course, kata: &Entry) -> Result<Known, Failure> {
        if kata.is_open(&course.root)? {
            return Ok(Known::Open);
        }
        let memory = self.katas.get(&kata.id).filter(|memory| memory.fingerprint == print_of(&course.root, kata));
        Ok(match memory.map(|memory| memory.state.as_str()) {
            Some("solved") => Known::Solved,
            Some("wrong") => Known::Wrong(self.cause(&kata.id)),
            _ => Known::Edited,
        })
    }

    /// Why the kata failed, if it was judged as it is now.
    pub(crate) fn cause_now(&self, course: &Course, kata: &Entry) -> Option<Cause> {
        let memory = self.katas.get(&kata.id)?;
        if memory.fingerprint == print_of(&course.root, kata) { self.cause(&kata.id) } else { None }
    }

    fn cause(&self, id: &str) -> Option<Cause> {
        self.katas.get(id)?.cause.as_deref().and_then(Cause::from_name)
    }

    /// Remembers a verdict.
    pub(crate) fn learn(&mut self, course: &Course, judged: &Judged) -> Result<(), Failure> {
        let Ok(kata) = course.find(&judged.id) else { return Ok(()) };
        let memory = self.katas.entry(judged.id.clone()).or_default();
        memory.fingerprint = print_of(&course.root, kata);
        let is_open = kata.is_open(&course.root)?;
        memory.state = if is_open { State::Open } else { judged.state }.name().into();
        memory.cause = judged.wrong().map(|wrong| wrong.cause.name().into());
        self.write()
    }

    /// One hint more for this cause, of three: how many that makes.
    pub(crate) fn one_hint_more(&mut self, id: &str, cause: Cause) -> Result<usize, Failure> {
        let memory = self.katas.entry(id.into()).or_default();
        let shown = memory.hints.entry(cause.name().into()).or_default();
        *shown = (*shown + 1).min(3);
        let shown = *shown;
        self.write()?;
        Ok(shown)
    }

    /// Forgets the verdict and the hints: the kata is begun anew.
    pub(crate) fn forget(&mut self, id: &str) -> Result<(), Failure> {
        self.katas.remove(id);
        self.write()
    }
}

/// The fingerprint of a kata of this workspace as it is now, for who writes a memory.
#[cfg(test)]
pub(crate) fn print_in(root: &Path, id: &str) -> String {
    let course = Course::read(root).expect("a syllabus");
    print_of(root, course.find(id).expect("a kata of it"))
}

/// Of the learner's file and of everything that judges it: an update of the course makes a verdict old.
fn print_of(root: &Path, kata: &Entry) -> String {
    let folders = [root.join(kata.folder()), root.join(KATAS).join("model")];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten())
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.retain(|file| {
        file.extension().is_some_and(|ending| ending == "rs")
            && !file.ends_with("answer.rs")
            && !file.ends_with("stub.rs")
    });
    files.sort();
    let parts: Vec<String> = files.iter().map(|file| text_of(file).unwrap_or_default()).collect();
    fingerprint(&parts.join("\0"))
}
