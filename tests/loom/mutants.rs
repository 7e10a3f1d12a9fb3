//! Every model catches what it is there to catch: each of `mutations.txt` is made, and its model must fail.
//!
//! The changes are made in copies of `src/sync`, one for each, which are compiled together into one program; so it costs
//! some seconds when something has changed, and is kept for the next time when nothing has. Each model then runs in a
//! child process, as it always does.

use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::SystemTime;

use crate::model::{CHILD, no_settings};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the models of a file need of `src/sync`. The rest is left out of their copies: it would only take time.
const NEEDS: &[(&str, &[&str])] = &[
    ("barrier", &["barrier"]),
    ("condition", &["condition", "lock"]),
    ("event", &["event"]),
    ("lock", &["lock"]),
    ("queue", &["queue"]),
    ("queue_ends", &["queue"]),
    ("semaphore", &["semaphore", "bounded"]),
];

/// One block of `mutations.txt`.
struct Mutation {
    /// `lock::two_tasks_take_turns`: the file and the function of the model.
    model: &'static str,
    /// Below `src/sync`.
    file: &'static str,
    function: &'static str,
    old: &'static str,
    new: &'static str,
}

fn mutations() -> Vec<Mutation> {
    let blocks = include_str!("mutations.txt").split("\n\n").skip(1); // the first tells what this is
    blocks
        .map(|block| mutation(block).unwrap_or_else(|| panic!("mutations.txt: three lines are a block:\n{block}")))
        .collect()
}

fn mutation(block: &'static str) -> Option<Mutation> {
    let mut lines = block.lines();
    let (model, place, new) = (lines.next()?, lines.next()?, lines.next()?.strip_prefix("->")?.trim());
    let (file, place) = place.split_once(" in `")?;
    let (function, old) = place.split_once("`: ")?;
    lines.next().is_none().then_some(Mutation { model, file, function, old, new })
}

impl Mutation {
    /// The file with the change made.
    fn made_in(&self, text: &str) -> String {
        let Mutation { model, file, function, old, .. } = self;
        // There may be several functions of that name; what stands there must be in one of them, once.
        let mut places = Vec::new();
        for (at, name) in text.match_indices(&format!("fn {function}")) {
            if !text[at + name.len()..].starts_with(['(', '<']) {
                continue; // a longer name
            }
            let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = text[at..].find(&format!("\n{indent}}}\n")).map_or(text.len(), |end| at + end);
            places.extend(text[at..end].match_indices(old).map(|(found, _)| at + found));
        }
        let [place] = places[..] else {
            let n = places.len();
            panic!(
                "mutations.txt, {model}: {n} times in `{function}` of {file}, not once: {old}\nwrite what stands there now"
            );
        };
        format!("{}{}{}", &text[..place], self.new, &text[place + old.len()..])
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace('\r', "")
}

/// All files of `src/sync`, by their path below it.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(ROOT).join("src/sync");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).expect("a readable folder").map(|file| file.expect("a readable file").path())
        {
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(&root).expect("in it").to_string_lossy().replace('\\', "/");
                sources.push((below, read(&path)));
            }
        }
    }
    sources.sort();
    sources
}

/// The files of the program that has all mutants in it.
fn program(mutations: &[Mutation]) -> Vec<(String, String)> {
    let sources = sources();
    let mut main = String::from("#![allow(warnings)]\n");
    let mounted = |file: &str| Path::new(ROOT).join(file);
    let _ = writeln!(main, "#[path = {:?}]\nmod shim;", mounted("src/shim/loom.rs"));
    let _ = writeln!(main, "#[path = {:?}]\nmod model;", mounted("tests/loom/model.rs"));
    let mut files = Vec::new();
    for (nth, mutation) in mutations.iter().enumerate() {
        let (models, name) = mutation.model.split_once("::").expect("`file::name`");
        let _ = writeln!(main, "mod m{nth} {{ pub mod sync; mod {models}; }}");
        let ours = |text: String| text.replace("crate::sync", &format!("crate::m{nth}::sync"));
        for (path, text) in &sources {
            let text = match path {
                _ if path == mutation.file => mutation.made_in(text),
                _ if path == "mod.rs" => needed(text, models),
                _ => text.clone(),
            };
            files.push((format!("m{nth}/sync/{path}"), ours(text)));
        }
        // Only the one model is a test: what nothing calls costs little.
        let text = read(&mounted(&format!("tests/loom/{models}.rs")));
        let (test, model) = ("#[test]\n", format!("fn {name}("));
        let text = text.replace(test, "").replace(&model, &format!("{test}{model}"));
        files.push((format!("m{nth}/{models}.rs"), ours(text)));
    }
    files.push(("main.rs".into(), main));
    files
}

/// `sync/mod.rs` without the primitives that these models do not need.
fn needed(text: &str, models: &str) -> String {
    let needs = NEEDS.iter().find(|(of, _)| *of == models).unwrap_or_else(|| panic!("{models}: write it into NEEDS")).1;
    let is_needed = |line: &&str| {
        let named = line.strip_prefix("pub mod ").or(line.strip_prefix("pub use "));
        named.is_none_or(|named| needs.contains(&named.split([':', ';']).next().unwrap_or_default()))
    };
    text.lines().filter(is_needed).collect::<Vec<_>>().join("\n")
}

/// How to help when the mutants cannot be compiled.
const CURE: &str = "run `cargo test --test loom` in the package's folder, with neither --target nor RUSTFLAGS; if that does \
                    not help, `cargo clean -p loom` first";

/// Compiles the program, unless the same was compiled before. Returns its path.
fn compiled(files: &[(String, String)]) -> PathBuf {
    let looms = looms();
    assert!(!looms.is_empty(), "no libloom-*.rlib beside this test: {CURE}");
    let version = output(rustc().arg("-vV"));
    let mounted = ["tests/loom/model.rs", "tests/loom/record.rs", "src/shim/loom.rs"]
        .map(|file| read(&Path::new(ROOT).join(file)));
    let mut hash = DefaultHasher::new();
    (&looms, files, &mounted, &version).hash(&mut hash);
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants");
    let folder = all.join(format!("{:016x}", hash.finish()));
    let program = format!("mutants{}", std::env::consts::EXE_SUFFIX);
    if folder.join(&program).exists() {
        return folder.join(program);
    }
    let _ = fs::remove_dir_all(&all); // What is out of date; if somebody uses it just now, it may stay.
    // Two tests at once may come here: each builds in a folder of its own, and the first to be ready is taken.
    let ours = all.join(format!("{}", std::process::id()));
    for (path, text) in files {
        let path = ours.join(path);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a writable target folder");
        fs::write(path, text).expect("a writable target folder");
    }
    let mut words = String::new();
    for (loom, _) in &looms {
        let mut rustc = rustc();
        rustc.args(["--test", "--edition", "2024", "-C", "debuginfo=0", "-o"]).arg(ours.join(&program));
        rustc.arg(ours.join("main.rs")).arg("--extern").arg(format!("loom={}", loom.display()));
        rustc.arg("-L").arg(format!("dependency={}", loom.parent().expect("in a folder").display()));
        words = output(&mut rustc);
        if ours.join(&program).exists() {
            let _ = fs::rename(&ours, &folder); // Fails if another test was ready first.
            return folder.join(program);
        }
    }
    panic!("the mutants do not compile with any of {looms:?}: {CURE}. The compiler said:\n{words}");
}

/// The compiler that made this test: cargo's own, or the one in the package's folder.
fn rustc() -> Command {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(ROOT).env("CARGO_MANIFEST_DIR", ROOT); // which a test started without cargo would not hand on
    rustc
}

/// What a compiler says, on both channels.
fn output(command: &mut Command) -> String {
    let done =
        command.output().unwrap_or_else(|error| panic!("rustc: {error}; put it into PATH, or its path into RUSTC"));
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

/// loom, as it was compiled for this very test: beside it. Several, if there were several versions: the newest first.
fn looms() -> Vec<(PathBuf, Option<SystemTime>)> {
    let test = std::env::current_exe().expect("a test knows its own binary");
    let files = fs::read_dir(test.parent().expect("in a folder")).expect("the folder of this test");
    let mut looms: Vec<_> = files
        .map(|file| file.expect("a readable file").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libloom-")))
        .filter(|path| path.extension().is_some_and(|end| end == "rlib"))
        .map(|path| (path.clone(), fs::metadata(path).and_then(|data| data.modified()).ok()))
        .collect();
    looms.sort_by_key(|(_, modified)| std::cmp::Reverse(*modified));
    looms
}

/// Runs the model of one mutant. `Err`: it did not fail, and what it said.
fn caught(program: &Path, nth: usize, mutation: &Mutation) -> Result<(), String> {
    let mut child = Command::new(program);
    child.args(["--exact", &format!("m{nth}::{}", mutation.model), "--nocapture", "--test-threads=1"]);
    child.env(CHILD, mutation.model).env_remove("ASYNC_KATA_SHORT").env_remove("ASYNC_KATA_DEEP");
    no_settings(&mut child);
    let done = child.output().expect("a program that was just compiled");
    if String::from_utf8_lossy(&done.stdout).contains("running 0 tests") {
        return Err(format!("there is no model {}: write its present name into mutations.txt", mutation.model));
    }
    let told = String::from_utf8_lossy(&done.stderr);
    let fails =
        told.starts_with(mutation.model) && (told.contains(": fails in execution ") || told.contains(": ends in "));
    // A model that is too wide, or whose arithmetic stumbles, has not seen what it is there to see.
    let stumbles = ["execution 0\n", "give the model a bound", "maximum number of branches", "with overflow"];
    let catches = done.status.code() == Some(101) && fails && !stumbles.iter().any(|words| told.contains(words));
    if catches { Ok(()) } else { Err(told.into_owned()) }
}

#[test]
fn each_model_catches_its_mutation() {
    let mutations = mutations();
    let program = compiled(&program(&mutations));
    let (next, escaped) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((nth, mutation)) = mutations.iter().enumerate().nth(next.fetch_add(1, Relaxed)) {
                    if let Err(told) = caught(&program, nth, mutation) {
                        let Mutation { model, file, old, new, .. } = mutation;
                        let line = format!("{model} does not see that {file} says `{new}` for `{old}`:\n{told}");
                        escaped.lock().expect("nobody panics with it").push(line);
                    }
                }
            });
        }
    });
    let escaped = escaped.into_inner().expect("nobody panics with it");
    assert!(escaped.is_empty(), "{}\nMend the model, or write the mutation that it catches.", escaped.join("\n"));
}
