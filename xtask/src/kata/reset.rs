//! `cargo xtask kata reset`: a kata as it was handed out; what was in its file is kept aside.

use super::course::Course;
use super::kept::{FOLDER, Kept};
use crate::out::{self, Exit, Failure};
use std::fs;

pub(crate) fn run(course: &Course, id: &str) -> Result<Exit, Failure> {
    let kata = course.find(id)?;
    let file = kata.file();
    let path = course.root.join(&file);
    if kata.is_open(&course.root)? {
        out::print(&format!("{file} is as it was handed out\nnext: cargo xtask kata check {}\n", kata.id));
        return Ok(Exit::Ok);
    }
    let mut text = String::new();
    if let Ok(bytes) = fs::read(&path) {
        let folder = course.root.join(FOLDER).join("before-reset");
        let name = |nth: u32| format!("{}-{nth}.rs", kata.id.replace('/', "-"));
        let nth = (1..).find(|nth| !folder.join(name(*nth)).exists()).unwrap_or(0);
        let aside = folder.join(name(nth));
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&aside, bytes))
            .map_err(|error| Failure::file(&aside, &error))?;
        text = format!("what you had is in {FOLDER}/before-reset/{}\n", name(nth));
    }
    fs::write(&path, kata.stub(&course.root)?).map_err(|error| Failure::file(&path, &error))?;
    Kept::read(&course.root)?.forget(&kata.id)?;
    out::print(&format!("{file} is as it was handed out\n{text}next: cargo xtask kata check {}\n", kata.id));
    Ok(Exit::Ok)
}
