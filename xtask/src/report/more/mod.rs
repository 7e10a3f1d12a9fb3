//! What the report says beside the book: models, laws, the compiler's words, katas and measurements, as plain data.
//!
//! Each is read from a record in the repository (or from what was measured on this machine), and any of them may be missing:
//! a report without it is still a report. Sentences are in both languages; names and code have none.

pub(crate) mod bench;
pub(crate) mod gallery;
pub(crate) mod katas;
pub(crate) mod laws;
pub(crate) mod models;
mod words;

#[cfg(test)]
mod tests;

use super::both::Both;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// Everything beside the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct More {
    pub models: Read<models::Models>,
    pub laws: Read<laws::Laws>,
    pub gallery: Read<gallery::Gallery>,
    /// How far whoever works in this copy is: another copy, other words.
    pub katas: Read<katas::Katas>,
    /// As this machine measured it last.
    pub bench: Read<bench::Bench>,
}

/// What became of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Read<T> {
    Found(T),
    /// There is no such file.
    Missing {
        file: String,
    },
    /// There is one, but it cannot be read.
    Malformed {
        file: String,
        why: Both,
    },
}

impl More {
    /// Reads what there is in the workspace of this folder.
    pub(crate) fn gather(root: &Path) -> Self {
        More {
            models: models::models(root).into(),
            laws: laws::laws(root).into(),
            gallery: gallery::gallery(root).into(),
            katas: katas::katas(root).into(),
            bench: bench::bench(root).into(),
        }
    }
}

/// Why there is nothing to tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Gap {
    Missing { file: String },
    Malformed { file: String, why: Both },
}

impl Gap {
    fn malformed(file: &str, en: impl Into<String>, uk: impl Into<String>) -> Self {
        Gap::Malformed { file: file.into(), why: Both::new(en, uk) }
    }

    /// This line, counted from 0, is not what is written there.
    fn line(file: &str, nth: usize, line: &str) -> Self {
        let n = nth + 1;
        Gap::malformed(
            file,
            format!("line {n} is of another form: {line}"),
            format!("рядок {n} має іншу форму: {line}"),
        )
    }
}

impl<T> From<Result<T, Gap>> for Read<T> {
    fn from(read: Result<T, Gap>) -> Self {
        match read {
            Ok(found) => Read::Found(found),
            Err(Gap::Missing { file }) => Read::Missing { file },
            Err(Gap::Malformed { file, why }) => Read::Malformed { file, why },
        }
    }
}

/// The text of a file of the workspace.
fn text(root: &Path, file: &str) -> Result<String, Gap> {
    match fs::read_to_string(root.join(file)) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Gap::Missing { file: file.into() }),
        Err(error) => Err(Gap::malformed(
            file,
            format!("it cannot be read: {error}"),
            format!("його не вдалося прочитати: {error}"),
        )),
    }
}

/// A snapshot without insta's header.
fn snapshot(root: &Path, file: &str) -> Result<String, Gap> {
    let text = text(root, file)?;
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    let body = body.ok_or_else(|| Gap::malformed(file, "it has no header of insta's", "у ньому немає заголовка insta"));
    body.map(|(_, body)| body.into())
}
