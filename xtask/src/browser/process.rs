//! The browser's process: found, started with a fresh profile, and ended with all that it has started.

use super::wire::Wire;
use crate::out::{Exit, Failure};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// All that is ever asked of one browser must be over by then.
const LIMIT: Duration = Duration::from_secs(900);

/// So long it may take to end when it is asked to.
const LAST: Duration = Duration::from_secs(3);

/// Names it a program that is not on the PATH.
const VARIABLE: &str = "ASYNC_KATA_CHROMIUM";

/// In the order in which they are tried. The shell starts fastest.
const NAMES: &[&str] = &[
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The shell gives the browser its two pipes as the descriptors that it wants, waits for it, and tidies up: also when we were
/// ended meanwhile, for then the pipes are closed, and the browser ends by itself. (Its group is its own, so Ctrl-C ends us
/// alone.)
const SHELL: &str = "profile=$1; shift; \"$@\" 3<&0 4>&1 1>&2; status=$?; rm -rf \"$profile\"; exit $status";

/// A browser that is on.
pub(super) struct Browser {
    wire: RefCell<Wire>,
    child: Child,
    profile: PathBuf,
    complaints: Arc<Mutex<Vec<u8>>>,
}

impl Browser {
    pub(super) fn start() -> Result<Self, Failure> {
        if cfg!(not(unix)) {
            let cure = "run it on Linux, macOS or in WSL, or leave it to the pipeline";
            return Err(Failure::new(Exit::Usage, format!("looking at the page needs a Unix shell: {cure}")));
        }
        let program = found(env::var_os(VARIABLE).as_deref().map(Path::new), env::var_os("PATH").unwrap_or_default())?;
        let profile = fresh_folder()?;
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(&profile).arg(&program).args(arguments(&profile));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let spawned = command.spawn();
        let mut child = spawned.map_err(|error| Failure::new(Exit::Internal, format!("sh: {error}")))?;
        let (Some(to), Some(from), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Failure::new(Exit::Internal, "sh was started without its pipes"));
        };
        let browser =
            Self { wire: RefCell::new(Wire::new(to, from, LIMIT)), child, profile, complaints: end_of(errors) };
        browser
            .ask(None, "Browser.getVersion", json!({}))
            .map_err(|failure| browser.with_complaints(&program, failure))?;
        Ok(browser)
    }

    pub(super) fn ask(&self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value, Failure> {
        self.wire.borrow_mut().ask(session, method, parameters)
    }

    /// The wire, for what is no simple question.
    pub(super) fn wire(&self) -> std::cell::RefMut<'_, Wire> {
        self.wire.borrow_mut()
    }

    /// What must be gone when it has ended: its profile, and its group of processes.
    #[cfg(test)]
    pub(super) fn traces(&self) -> (PathBuf, String) {
        (self.profile.clone(), self.child.id().to_string())
    }

    fn with_complaints(&self, program: &Path, failure: Failure) -> Failure {
        let told = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        let cure = format!("see that it starts by hand, or name another in {VARIABLE}");
        Failure::new(
            Exit::Usage,
            format!("{}\n{}\n{}: {cure}", failure.message, String::from_utf8_lossy(&told).trim(), program.display()),
        )
    }

    /// Whether it has ended by then. (That its pipes are closed is how it tells.)
    fn ends_within(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return true;
            }
            thread::park_timeout(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.wire.borrow_mut().try_ask(None, "Browser.close", json!({})); // it may have gone already
        if !self.ends_within(LAST) {
            // The group: a browser is many processes, and the shell is only their first.
            let group = format!("-{}", self.child.id());
            let _ = Command::new("sh").args(["-c", "kill -KILL -- \"$0\"", &group]).stderr(Stdio::null()).status();
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(&self.profile); // the shell has done it, unless it was ended
    }
}

fn arguments(profile: &Path) -> Vec<String> {
    let mut arguments = vec![
        "--headless".to_string(),
        "--remote-debugging-pipe".into(),
        format!("--user-data-dir={}", profile.display()),
    ];
    let fixed = [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--mute-audio",
        "--no-first-run",
        "--no-default-browser-check",
        // Nothing that looks for updates or reports: no request but the page's is on the way.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-extensions",
        // Pictures and widths are the same on every machine.
        "--force-device-scale-factor=1",
        "--force-color-profile=srgb",
        "--font-render-hinting=none",
        "about:blank",
    ];
    if is_root(profile) {
        arguments.push("--no-sandbox".into()); // its sandbox refuses to start for root
    }
    arguments.extend(fixed.map(str::to_string));
    arguments
}

/// Whether we are root: who has made the folder owns it.
fn is_root(folder: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(folder).is_ok_and(|seen| std::os::unix::fs::MetadataExt::uid(&seen) == 0);
    #[cfg(not(unix))]
    return !folder.exists();
}

/// The browser's program: the named one, else the first that is on the PATH.
pub(super) fn found(named: Option<&Path>, path: impl AsRef<std::ffi::OsStr>) -> Result<PathBuf, Failure> {
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    // (A name that begins at the root is found in every folder.)
    let first = |name: &Path| folders.iter().map(|folder| folder.join(name)).find(|candidate| candidate.is_file());
    if let Some(named) = named {
        let cure = format!("{VARIABLE} names the program of a Chromium or Chrome; unset it to have one found");
        let missing = || Failure::new(Exit::Usage, format!("there is no {}: {cure}", named.display()));
        return first(named).ok_or_else(missing);
    }
    NAMES.iter().find_map(|name| first(Path::new(name))).ok_or_else(|| {
        let cure = format!(
            "`apt-get install chromium-headless-shell`, or as your system installs Chromium or Chrome, or name its \
             program in {VARIABLE}"
        );
        Failure::new(Exit::Usage, format!("no Chromium to look at the page with: {cure}"))
    })
}

/// A folder that nobody has used before.
pub(super) fn fresh_folder() -> Result<PathBuf, Failure> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("async-kata-browser-{}-{nth}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {} // of a process that had our number
            Err(error) => return Err(Failure::file(&folder, &error)),
        }
    }
}

/// Reads all that it complains of, so that it never waits for a reader, and keeps the end.
fn end_of(mut errors: impl Read + Send + 'static) -> Arc<Mutex<Vec<u8>>> {
    const KEPT: usize = 2000;
    let kept = Arc::new(Mutex::new(Vec::new()));
    let into = kept.clone();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(n @ 1..) = errors.read(&mut buffer) {
            let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
            into.extend_from_slice(&buffer[..n]);
            let from = into.len().saturating_sub(KEPT);
            into.drain(..from);
        }
    });
    kept
}
