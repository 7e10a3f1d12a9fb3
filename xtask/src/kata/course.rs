//! The course as it lies on the disk: which katas there are, in which order, their files and their words.

use crate::out::{Exit, Failure};
use crate::select::unknown;
use async_kata::kata::{Kind, Text, same_code, unit_of};
use async_kata::scenarios::Lang;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the katas are, from the workspace's folder.
pub(crate) const KATAS: &str = "tests/katas";

/// All katas, in the order in which they are to be done. Read from the disk, so it is there while a kata does not compile.
pub(crate) struct Course {
    pub(crate) root: PathBuf,
    pub(crate) katas: Vec<Entry>,
}

/// A kata of the course.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) kind: Kind,
}

impl Course {
    /// Reads the syllabus of the workspace in this folder.
    pub(crate) fn read(root: &Path) -> Result<Self, Failure> {
        let path = root.join(KATAS).join("syllabus.txt");
        let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let entry = |(nth, line): (usize, &str)| {
            let (id, kind) = line.trim().split_once(' ').unwrap_or((line, ""));
            let kind = Kind::from_name(kind.trim()).filter(|_| id.split('/').count() == 2);
            kind.map(|kind| Entry { id: id.into(), kind }).ok_or_else(|| {
                let what = "a line is `unit/name kind`, and a kind is predict, fix or build";
                Failure::new(Exit::Internal, format!("{}:{}: {line}: {what}", path.display(), nth + 1))
            })
        };
        Ok(Self { root: root.into(), katas: lines.map(entry).collect::<Result<_, _>>()? })
    }

    /// The kata of this id, or of this name if only one unit has it.
    pub(crate) fn find(&self, id: &str) -> Result<&Entry, Failure> {
        let mut named = self.katas.iter().filter(|kata| kata.id == id || kata.name() == id);
        match (named.next(), named.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) if !id.contains('/') => {
                Err(Failure::new(Exit::Usage, format!("several units have a kata `{id}`: write unit/{id}")))
            }
            (Some(one), Some(_)) => Ok(one),
            (None, _) => {
                let ids: Vec<&str> = self.katas.iter().map(|kata| kata.id.as_str()).collect();
                Err(unknown(&format!("there is no kata `{id}`"), id, &ids, "", "cargo xtask kata list"))
            }
        }
    }

    /// The katas that a course requires: of a unit, or one by its id.
    pub(crate) fn required(&self, what: &str) -> Result<Vec<&Entry>, Failure> {
        let found: Vec<&Entry> = self.katas.iter().filter(|kata| kata.unit() == what || kata.id == what).collect();
        if found.is_empty() {
            let mut known: Vec<&str> = self.katas.iter().map(Entry::unit).collect();
            known.dedup();
            known.extend(self.katas.iter().map(|kata| kata.id.as_str()));
            let list = "cargo xtask kata list";
            return Err(unknown(&format!("there is neither a unit nor a kata `{what}`"), what, &known, "", list));
        }
        Ok(found)
    }
}

impl Entry {
    pub(crate) fn unit(&self) -> &str {
        unit_of(&self.id)
    }

    fn name(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }

    /// Its folder, from the workspace's.
    pub(crate) fn folder(&self) -> String {
        format!("{KATAS}/{}", self.id.replace('-', "_"))
    }

    /// The learner's file, from the workspace's folder.
    pub(crate) fn file(&self) -> String {
        format!("{}/kata.rs", self.folder())
    }

    /// What was handed out.
    pub(crate) fn stub(&self, root: &Path) -> Result<String, Failure> {
        let path = root.join(self.folder()).join("stub.rs");
        fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))
    }

    /// Its words.
    pub(crate) fn text(&self, root: &Path, lang: Lang) -> Result<Text, Failure> {
        let path = root.join(self.folder()).join(format!("{lang}.md"));
        let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
        Text::parse(&text).map_err(|malformed| Failure::new(Exit::Internal, format!("{}: {malformed}", path.display())))
    }

    /// Whether the learner's file is as it was handed out; a file that cannot be read is not.
    pub(crate) fn is_open(&self, root: &Path) -> Result<bool, Failure> {
        let stub = self.stub(root)?;
        Ok(text_of(&root.join(self.file())).is_some_and(|work| same_code(&work, &stub)))
    }
}

/// The text of a plain file of no more than a megabyte; of nothing else: a pipe would be waited for, a device has no end.
pub(crate) fn text_of(path: &Path) -> Option<String> {
    let meta = fs::metadata(path).ok().filter(|meta| meta.is_file() && meta.len() <= LARGEST);
    meta.and_then(|_| fs::read_to_string(path).ok())
}

/// Nobody writes a megabyte by hand.
pub(crate) const LARGEST: u64 = 1 << 20;
