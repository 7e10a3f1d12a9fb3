//! Finds a CPython that can be the oracle, and runs the harness on it.

use crate::out::{Exit, Failure};
use std::collections::BTreeSet;
use std::env;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long the plays of one twin may take, in real time: they take milliseconds, unless one never returns to the loop.
const PATIENCE: Duration = Duration::from_secs(60);

const HARNESS: &str = include_str!("harness.py");

const CURE: &str = "install CPython 3.12 or newer (for example `pyenv install 3.13`), or name one with --python";

/// A CPython that is new enough.
#[derive(Debug)]
pub(super) struct Interpreter {
    pub(super) path: PathBuf,
    pub(super) version: String,
}

impl Interpreter {
    /// The interpreter at this path.
    pub(super) fn at(path: &Path) -> Result<Self, Failure> {
        match version_of(path) {
            Ok(version) if is_new_enough(&version) => Ok(Self { path: path.to_path_buf(), version }),
            Ok(version) => {
                let what = format!("{} is CPython {version}, and the oracle is 3.12 or newer", path.display());
                Err(Failure::new(Exit::Usage, format!("{what}: {CURE}")))
            }
            Err(why) => Err(Failure::new(Exit::Usage, format!("{}: {why}: {CURE}", path.display()))),
        }
    }

    /// One of this version, if there is one; else the newest. Looks in PATH and among pyenv's versions.
    pub(super) fn find(wanted: Option<&str>) -> Result<Self, Failure> {
        let found = candidates().into_iter().filter_map(|path| Self::at(&path).ok());
        let best = found.max_by_key(|found| {
            let exact = Some(found.version.as_str()) == wanted;
            (exact, numbers(&found.version))
        });
        best.ok_or_else(|| Failure::new(Exit::Usage, format!("found no CPython 3.12 or newer: {CURE}")))
    }

    /// Runs the plays of a twin. Returns what the harness printed.
    pub(super) fn run(&self, twin: &Path) -> Result<String, Failure> {
        let harness = write_harness()?;
        let finished = self.executes(&[&harness, twin], twin);
        let _ = std::fs::remove_file(&harness);
        finished
    }

    /// Runs a script that stands alone. Returns what it printed.
    pub(super) fn run_script(&self, script: &Path) -> Result<String, Failure> {
        self.executes(&[script], script)
    }

    fn executes(&self, arguments: &[&Path], what: &Path) -> Result<String, Failure> {
        let mut python = Command::new(&self.path);
        python.args(["-I", "-B", "-X", "utf8"]).args(arguments);
        python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = python.spawn();
        let child = child.map_err(|error| Failure::new(Exit::Internal, format!("{}: {error}", self.path.display())))?;
        let what = what.file_name().unwrap_or_default().to_string_lossy();
        match watch(child, PATIENCE) {
            None => {
                let seconds = PATIENCE.as_secs();
                let why =
                    format!("{what} did not end within {seconds} s: a play never returns to the loop; mend the twin");
                Err(Failure::new(Exit::Check, why))
            }
            Some((true, out, _)) => Ok(out),
            Some((false, _, told)) => Err(Failure::new(Exit::Check, format!("{what}: {}", told.trim_end()))),
        }
    }
}

/// What may be one: the usual names in PATH, and everything that pyenv has installed.
fn candidates() -> BTreeSet<PathBuf> {
    let names = ["python3", "python", "python3.12", "python3.13", "python3.14", "python3.15"];
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: BTreeSet<PathBuf> = env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX))))
        .filter(|path| path.is_file())
        .collect();
    let home = env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).map(PathBuf::from);
    let pyenv = env::var_os("PYENV_ROOT").map(PathBuf::from).or_else(|| home.map(|home| home.join(".pyenv")));
    let versions = pyenv.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    for version in versions.into_iter().flatten().flatten() {
        found.extend([version.path().join("bin/python"), version.path().join("python.exe")]);
    }
    found.retain(|path| path.is_file());
    found
}

fn version_of(python: &Path) -> Result<String, String> {
    let ask = "import sys; print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3])";
    let child = Command::new(python)
        .args(["-I", "-c", ask])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    match watch(child, PATIENCE) {
        Some((true, out, _)) => match out.split_whitespace().collect::<Vec<_>>()[..] {
            ["cpython", version] => Ok(version.to_string()),
            _ => Err(format!("it is no CPython, it says `{}`", out.trim())),
        },
        Some((false, _, told)) => Err(told.lines().next().unwrap_or("it does not run").to_string()),
        None => Err("it does not answer".into()),
    }
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

fn is_new_enough(version: &str) -> bool {
    numbers(version) >= vec![3, 12]
}

/// The harness as a file of its own, so that a traceback of it has lines.
fn write_harness() -> Result<PathBuf, Failure> {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let name = format!("async-kata-oracle-{}-{}.py", std::process::id(), LAST.fetch_add(1, Relaxed));
    let path = env::temp_dir().join(name);
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(HARNESS.as_bytes()));
    written.map(|()| path.clone()).map_err(|error| Failure::file(&path, &error))
}

/// Waits for a child, and reads what it prints meanwhile. `None`: it took too long, and was killed.
fn watch(mut child: Child, patience: Duration) -> Option<(bool, String, String)> {
    let (out, told) = (child.stdout.take(), child.stderr.take());
    let (send, receive) = mpsc::channel();
    // Each pipe ends with the last process that holds it, which may be a child's child: nobody waits for one for ever.
    let readers: [(usize, Box<dyn FnOnce() -> String + Send>); 2] =
        [(0, Box::new(move || read(out))), (1, Box::new(move || read(told)))];
    for (which, reader) in readers {
        let send = send.clone();
        thread::spawn(move || send.send((which, reader())));
    }
    let until = Instant::now() + patience;
    let mut texts = [String::new(), String::new()];
    for _ in 0..2 {
        match receive.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok((which, text)) => texts[which] = text,
            Err(_) => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
    let status = exit_of(&mut child, until)?;
    let [out, told] = texts;
    Some((status.success(), out, told))
}

/// Both pipes are closed, so the exit is near; a child that closed them and goes on is killed when time is up.
fn exit_of(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => thread::park_timeout(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

fn read(pipe: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut bytes); // what came before an error is still worth showing
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(is_new_enough("3.12.0") && is_new_enough("3.13.1") && is_new_enough("4.0.0"));
        assert!(!is_new_enough("3.11.9") && !is_new_enough("2.7.18") && !is_new_enough(""));
        assert!(numbers("3.9.1") < numbers("3.13.0"), "not as text");
    }

    /// A child that closes its pipes and goes on, and one that leaves a pipe to a child of its own.
    #[test]
    fn nobody_is_waited_for_longer_than_the_patience() {
        let python = Interpreter::find(None).expect("CPython 3.12 or newer, for the oracle");
        let begin = |code: &str| {
            let mut command = Command::new(&python.path);
            command.args(["-I", "-c", code]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("python starts")
        };
        let patience = Duration::from_millis(300);
        assert_eq!(watch(begin("import os, time; os.close(1); os.close(2); time.sleep(60)"), patience), None);
        let heir = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'])";
        assert_eq!(watch(begin(heir), patience), None);
        let quick = watch(begin("print('hello')"), PATIENCE);
        assert_eq!(quick.map(|(ok, out, _)| (ok, out.trim().to_string())), Some((true, "hello".into())));
    }

    #[test]
    fn what_is_no_python_is_refused_with_the_cure() {
        let failure = Interpreter::at(Path::new("no/such/python")).unwrap_err();
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.message.ends_with(CURE), "{}", failure.message);
    }
}
