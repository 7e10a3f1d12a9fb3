//! Which versions of the files beside a kata the course has had: so an older copy is told from a changed one, without history.

use super::course::{Course, KATAS, text_of};
use crate::out::{Exit, Failure};
use async_kata::scenarios::fingerprint;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A line for each version: its fingerprint, and the file. Lines are added, and never taken away.
const LIST: &str = "published.txt";

/// The fingerprints of all versions that there were.
pub(crate) fn published(root: &Path) -> Result<BTreeSet<String>, Failure> {
    let path = root.join(KATAS).join(LIST);
    let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Ok(lines.filter_map(|line| line.split(' ').next()).map(str::to_string).collect())
}

/// Every version that is there now is in the list.
pub(crate) fn is_complete(course: &Course) -> Result<(), Failure> {
    let known = published(&course.root)?;
    let mut missing = String::new();
    for kata in &course.katas {
        for name in ["given.rs", "judge.rs", "models.rs"] {
            let file = format!("{}/{name}", kata.folder());
            let Some(text) = text_of(&course.root.join(&file)) else { continue };
            if !known.contains(&fingerprint(&text)) {
                missing.push_str(&format!("{} {}/{name}\n", fingerprint(&text), kata.id));
            }
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let cure = format!("add these lines to {KATAS}/{LIST}, and take none away: learners have copies of the old ones");
    Err(Failure::new(Exit::Drift, format!("{cure}\n{missing}")))
}
