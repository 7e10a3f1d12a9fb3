//! Judges katas, also while some of them do not compile: those are blamed, and in a room aside the others are judged.

use super::build::{Built, build};
use super::course::{Course, Entry, KATAS, LARGEST};
use crate::out::{Exit, Failure};
use crate::progress::Notice;
use async_kata::kata::{Cause, Judged, Results, Wrong, bounded};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Together the katas are bounded by their own limits; this is for a harness that hangs, which would be our mistake.
const LIMIT: Duration = Duration::from_secs(60 * 60);

/// What of the workspace a room is made of: what the katas are built from.
const PARTS: [&str; 5] = ["Cargo.lock", "rust-toolchain.toml", "src", "tests", "xtask"];

/// No part of a room: a work could name them by a path.
const ANSWERS: [&str; 2] = ["answer.rs", "wrong"];

/// Marks a room in which the course was built.
const BUILT: &str = "built";

/// The works that are to be judged: a kata's file, or why there is none.
pub(crate) type Works = BTreeMap<String, Result<String, Wrong>>;

/// Reads a learner's file, as carefully as a stranger's.
pub(crate) fn work_in(folder: &Path, kata: &Entry) -> Result<String, Wrong> {
    let path = folder.join(kata.file());
    let refuse = |why: String| Wrong::new(Cause::DoesNotCompile, why);
    let cure = format!("`cargo xtask kata reset {}` brings it back", kata.id);
    let is_inside =
        path.canonicalize().ok().zip(folder.canonicalize().ok()).map(|(path, folder)| path.starts_with(folder));
    match (fs::metadata(&path), is_inside) {
        (Err(_), _) => return Err(refuse(format!("the file is gone: {cure}"))),
        (Ok(meta), _) if !meta.is_file() => return Err(refuse(format!("this is no file: {cure}"))),
        (_, Some(false) | None) => return Err(refuse(format!("this is a link that leads out of the work: {cure}"))),
        (Ok(meta), _) if meta.len() > LARGEST => return Err(refuse("the file is larger than 1 MiB".into())),
        _ => {}
    }
    let bytes = fs::read(&path).map_err(|error| refuse(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| {
        let until = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..until].iter().filter(|byte| **byte == b'\n').count() + 1;
        let wrong = refuse(format!("line {line} is not UTF-8, from byte {until} of the file on"));
        wrong.at_line(u32::try_from(line).ok())
    })
}

/// All works of a folder that has the workspace's layout.
pub(crate) fn works_in(folder: &Path, course: &Course) -> Works {
    course.katas.iter().map(|kata| (kata.id.clone(), work_in(folder, kata))).collect()
}

/// What a learner hears: the verdicts, and rustc's warnings, which often say what a verdict can only show.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) results: Results,
    warnings: BTreeMap<String, String>,
}

impl Heard {
    /// What rustc warns of in this kata's file.
    pub(crate) fn warnings(&self, kata: &Entry) -> Option<&str> {
        self.warnings.get(kata.folder().trim_start_matches(&format!("{KATAS}/"))).map(String::as_str)
    }
}

/// Judges these katas of the workspace itself, where it lies: the quick way, with the way aside if that is barred.
pub(crate) fn in_place(course: &Course, ids: &[&str], even_open: bool) -> Result<Heard, Failure> {
    let mut works = works_in(&course.root, course);
    if works.values().all(Result::is_ok) {
        let target = target_of(&course.root);
        let before = target.join("kata-built");
        match build(&course.root, &target, None, before.exists())? {
            Built::Ok(program, warnings) => {
                fs::write(&before, "").map_err(|error| Failure::file(&before, &error))?;
                return Ok(Heard { results: run(&program, &course.root, ids, even_open)?, warnings });
            }
            Built::Refused { blamed, .. } => drop(condemn(&mut works, course, &blamed)),
            Built::TooLong => {}
        }
    }
    let broken = |id: &&str| works.get(*id).and_then(|work| work.as_ref().err());
    let all: Option<Vec<&Wrong>> = ids.iter().map(broken).collect();
    if let Some(all) = all {
        // Nothing of what is asked for can be run, so nothing more need be built.
        let judged = ids.iter().zip(all).map(|(id, wrong)| {
            let kata = course.find(id)?;
            Ok(Judged::uncounted(&kata.id, kata.kind, &kata.file(), wrong.clone()))
        });
        return Ok(Heard { results: Results { katas: judged.collect::<Result<_, Failure>>()? }, ..Heard::default() });
    }
    Ok(Heard { results: aside(course, works, ids, even_open)?, ..Heard::default() })
}

/// Judges these katas in a copy of the course, into which only the works are put: what else a learner has changed is not
/// there. A work that does not compile is blamed, and its stub takes its place.
pub(crate) fn aside(course: &Course, mut works: Works, ids: &[&str], even_open: bool) -> Result<Results, Failure> {
    let room = Room::open(course)?;
    let handed_in = works.clone();
    let mut is_sure = !room.was_built();
    if is_sure {
        room.build_the_course(course)?;
    }
    let program = loop {
        room.put(course, &works)?;
        let said = match room.build(true)? {
            Built::Ok(program, _) => break program,
            Built::Refused { blamed, .. } if condemn(&mut works, course, &blamed) => continue,
            Built::Refused { said, .. } => said,
            Built::TooLong => "rustc did not come to an end".into(),
        };
        // No message says whose fault it is. Before it is anybody's: does the course itself still build, and quickly?
        if is_sure {
            works = one_by_one(&room, course, &handed_in, &said)?;
        } else {
            room.build_the_course(course)?;
            is_sure = true;
        }
    };
    let mut results = run(&program, &room.folder, ids, even_open)?;
    for judged in &mut results.katas {
        if let Some(Err(wrong)) = works.get(&judged.id) {
            *judged = judged.clone().condemned(wrong.clone());
        }
    }
    Ok(results)
}

/// Marks what rustc refused; false if nobody is blamed who was not before.
fn condemn(works: &mut Works, course: &Course, blamed: &BTreeMap<String, Wrong>) -> bool {
    let mut is_new = false;
    for (folder, wrong) in blamed {
        let kata = course.katas.iter().find(|kata| kata.folder() == format!("{KATAS}/{folder}"));
        if let Some(work @ Ok(_)) = kata.and_then(|kata| works.get_mut(&kata.id)) {
            *work = Err(wrong.clone());
            is_new = true;
        }
    }
    is_new
}

/// When the messages name nobody, or there is no end, or what they named is not the cause: each work alone, beside the others'
/// stubs. Who compiles there is free of all blame.
fn one_by_one(room: &Room, course: &Course, handed_in: &Works, said: &str) -> Result<Works, Failure> {
    let mut works = handed_in.clone();
    for kata in &course.katas {
        let Some(Ok(work)) = handed_in.get(&kata.id) else { continue };
        let alone = |other: &Entry| if other.id == kata.id { Some(work.clone()) } else { None };
        room.put_each(course, alone)?;
        let wrong = match room.build(true)? {
            Built::Ok(..) => continue,
            Built::TooLong => {
                Wrong::new(Cause::DoesNotCompile, "rustc did not come to an end: types or constants without end")
            }
            Built::Refused { mut blamed, said } => {
                let own = blamed.remove(kata.folder().trim_start_matches(&format!("{KATAS}/")));
                let first = said.lines().next().unwrap_or_default().to_string();
                own.unwrap_or_else(|| Wrong::new(Cause::DoesNotCompile, first).happened(said))
            }
        };
        works.insert(kata.id.clone(), Err(wrong));
    }
    if works.values().filter(|work| work.is_err()).count() > handed_in.values().filter(|work| work.is_err()).count() {
        return Ok(works);
    }
    let message = format!("each work compiles alone, and together they do not:\n{said}");
    Err(Failure::new(Exit::Internal, message))
}

/// Runs the harness for its results. If it dies, which only a kata can have done, each kata is judged by a call of its own,
/// and the one that does it again is to blame.
fn run(program: &Path, root: &Path, ids: &[&str], even_open: bool) -> Result<Results, Failure> {
    let option = if even_open { &["--even-open"][..] } else { &[] };
    if let Some(results) = told(program, root, option, ids)? {
        return Ok(results);
    }
    let mut katas = Vec::new();
    for id in ids {
        let results = match told(program, root, option, &[id])? {
            Some(results) => results,
            None => killed(program, root, id)?,
        };
        katas.extend(results.katas);
    }
    Ok(Results { katas })
}

fn killed(program: &Path, root: &Path, id: &str) -> Result<Results, Failure> {
    let Some(results) = told(program, root, &["--unjudged"], &[id])? else {
        return Err(Failure::new(
            Exit::Internal,
            "the katas' harness does not start: `cargo test --test katas` tells why",
        ));
    };
    let wrong = Wrong::new(Cause::Abort, "it ended the program that judges it");
    Ok(Results { katas: results.katas.into_iter().map(|judged| judged.condemned(wrong.clone())).collect() })
}

/// What the harness says; `None` if it ends without a word.
fn told(program: &Path, root: &Path, options: &[&str], ids: &[&str]) -> Result<Option<Results>, Failure> {
    let mut command = Command::new(program);
    command.current_dir(root).arg("--results").args(options).args(ids);
    let done = bounded(&mut command, LIMIT, usize::MAX)
        .map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", program.display())))?;
    match done.status {
        Some(status) if status.success() => {
            let results = Results::from_json(&String::from_utf8_lossy(&done.stdout));
            results.map(Some).map_err(|error| Failure::new(Exit::Internal, error.to_string()))
        }
        Some(status) if status.code() == Some(1) => {
            let told = String::from_utf8_lossy(&done.stderr).into_owned();
            Err(Failure::new(Exit::Internal, format!("the katas' harness could not judge: {told}")))
        }
        _ => Ok(None),
    }
}

/// Where this workspace is built.
fn target_of(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target))
}

/// A copy of the course, under its target folder: what was built for the one serves the other.
struct Room {
    folder: PathBuf,
    target: PathBuf,
    settings: PathBuf,
    /// Held as long as the room is used: a second grader waits.
    _lock: File,
}

impl Room {
    fn open(course: &Course) -> Result<Self, Failure> {
        let target = target_of(&course.root);
        let path = target.join("kata-room.lock");
        let locked = fs::create_dir_all(&target).and_then(|()| File::create(&path));
        let _notice = Notice::after("waiting until another grading of this copy is over ...");
        let locked = locked.and_then(|file| file.lock().map(|()| file));
        let lock = locked.map_err(|error| Failure::file(&path, &error))?;
        let settings = course.root.join(".cargo/config.toml");
        let room = Self { folder: target.join("kata-room"), target, settings, _lock: lock };
        for part in PARTS {
            let (from, to) = (course.root.join(part), room.folder.join(part));
            if from.exists() {
                mirror(&from, &to).map_err(|error| Failure::file(&to, &error))?;
            }
        }
        room.rename(course)?;
        Ok(room)
    }

    /// Whether the course was built in this room before. (It may have changed since, or the compiler: then it is found out.)
    fn was_built(&self) -> bool {
        self.folder.join(BUILT).exists()
    }

    /// Makes the room's package another than the course's. What is built of both lies in one folder, so that the libraries
    /// below are built once, and cargo tells two packages apart by name and version, not by where they lie: of one version
    /// the one would be linked with what was built of the other.
    fn rename(&self, course: &Course) -> Result<(), Failure> {
        let (from, to) = (course.root.join("Cargo.toml"), self.folder.join("Cargo.toml"));
        let manifest = fs::read_to_string(&from).map_err(|error| Failure::file(&from, &error))?;
        let version = manifest.lines().find(|line| line.starts_with("version = \""));
        let version = version.ok_or_else(|| Failure::new(Exit::Internal, "Cargo.toml has no line `version = `"))?;
        let renamed = manifest.replacen(version, &format!("{}+room\"", version.trim_end_matches('"')), 1);
        write_if_other(&to, renamed.as_bytes()).map_err(|error| Failure::file(&to, &error))
    }

    /// Cargo's settings are the course's, read where they lie: paths in them (of vendored crates) are relative to that place.
    fn build(&self, alone: bool) -> Result<Built, Failure> {
        build(&self.folder, &self.target, Some(self.settings.as_path()).filter(|settings| settings.exists()), alone)
    }

    /// Builds the course as it was handed out: it may be cold, so it may take long; what comes after it may not.
    fn build_the_course(&self, course: &Course) -> Result<(), Failure> {
        self.put_each(course, |_| None)?;
        let said = match self.build(false)? {
            Built::Ok(..) => {
                let path = self.folder.join(BUILT);
                return fs::write(&path, "").map_err(|error| Failure::file(&path, &error));
            }
            Built::Refused { said, .. } => said,
            Built::TooLong => "rustc did not come to an end\n".into(),
        };
        let message = format!("the course itself does not build:\n{said}is the clone clean? `git status` tells");
        Err(Failure::new(Exit::Internal, message))
    }

    fn put(&self, course: &Course, works: &Works) -> Result<(), Failure> {
        self.put_each(course, |kata| works.get(&kata.id).and_then(|work| work.as_ref().ok()).cloned())
    }

    /// Puts each kata's file where it belongs: the work, or the course's stub where there is none.
    fn put_each(&self, course: &Course, work: impl Fn(&Entry) -> Option<String>) -> Result<(), Failure> {
        for kata in &course.katas {
            let text = work(kata).map_or_else(|| kata.stub(&course.root), Ok)?;
            let path = self.folder.join(kata.file());
            write_if_other(&path, text.as_bytes()).map_err(|error| Failure::file(&path, &error))?;
        }
        Ok(())
    }
}

/// Makes `to` the same as `from`. A file that is so already keeps its time, or cargo would build everything anew; one that is
/// not in `from` is removed. `kata.rs` is left alone: the works are put there.
fn mirror(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_file() {
        return write_if_other(to, &fs::read(from)?);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if !from.join(entry.file_name()).exists() || ANSWERS.iter().any(|answer| entry.file_name() == *answer) {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if !["kata.rs", "target"].iter().chain(&ANSWERS).any(|out| name == *out) {
            mirror(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

fn write_if_other(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}
