//! Takes of a learner's copy the katas' own files, and nothing else; what else is changed beside them is found.

use crate::kata::{Course, Entry, Works, published, text_of, work_in};
use crate::out::{Exit, Failure};
use async_kata::kata::{Cause, Wrong, same_text};
use async_kata::scenarios::fingerprint;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The work of each kata. A file that is not there at all was not handed in: the kata is open.
pub(crate) fn works(course: &Course, work: Option<&Path>) -> Result<Works, Failure> {
    let Some(work) = work else {
        return Ok(course.katas.iter().map(|kata| (kata.id.clone(), work_in(&course.root, kata))).collect());
    };
    if !work.is_dir() {
        let cure = "--work takes a folder that has the learner's tests/katas in it";
        return Err(Failure::new(Exit::Usage, format!("{}: there is no such folder; {cure}", work.display())));
    }
    if !work.join(crate::kata::KATAS).is_dir() {
        let cure = "is it the top of the learner's copy?";
        return Err(Failure::new(Exit::Usage, format!("{}: there is no tests/katas in it; {cure}", work.display())));
    }
    let mut works = Works::new();
    for kata in &course.katas {
        let found = match tampered(course, work, kata)? {
            Some(wrong) => Err(wrong),
            None if fs::symlink_metadata(work.join(kata.file())).is_err() => Ok(kata.stub(&course.root)?),
            None => work_in(work, kata),
        };
        works.insert(kata.id.clone(), found);
    }
    Ok(works)
}

/// The first file beside the kata's own that is another than the course's, and was never the course's: an older copy is no
/// sin, it is judged by the newer. In a copy of the whole repository (it has a
/// Cargo.toml) one that is gone counts as well; where only works are handed in, there need be none.
fn tampered(course: &Course, work: &Path, kata: &Entry) -> Result<Option<Wrong>, Failure> {
    let published = published(&course.root)?;
    let is_whole = work.join("Cargo.toml").exists();
    let folder = course.root.join(kata.folder());
    let mut names: Vec<_> = fs::read_dir(&folder)
        .map_err(|error| Failure::file(&folder, &error))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".rs") && !["kata.rs", "answer.rs", "stub.rs"].contains(&name.as_str()))
        .collect();
    names.sort();
    for name in names {
        let ours = fs::read_to_string(folder.join(&name)).map_err(|error| Failure::file(&folder, &error))?;
        let path = format!("{}/{name}", kata.folder());
        let is_there = fs::symlink_metadata(work.join(&path)).is_ok();
        let what = match text_of(&work.join(&path)) {
            Some(theirs) if was_ours(&theirs, &ours, &published) => continue,
            Some(_) => "is another than the course's",
            None if is_there => "is no text",
            None if is_whole => "is gone",
            None => continue,
        };
        let message = format!("{path} {what}, and only kata.rs is yours: take it anew from the course");
        return Ok(Some(Wrong::new(Cause::Tampered, message)));
    }
    Ok(None)
}

/// Whether a text is the course's, or was before.
fn was_ours(theirs: &str, ours: &str, published: &BTreeSet<String>) -> bool {
    same_text(theirs, ours) || published.contains(&fingerprint(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_was_ours_and_a_changed_one_never_was() {
        let published = BTreeSet::from([fingerprint("// the second\n"), fingerprint("// the first\n")]);
        assert!(was_ours("// the second\n", "// the second\n", &published));
        assert!(was_ours("// the first\r\n", "// the second\n", &published));
        assert!(!was_ours("// the first, and easier\n", "// the second\n", &published));
    }
}
