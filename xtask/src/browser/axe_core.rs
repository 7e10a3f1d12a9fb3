//! axe-core, which knows the rules of accessibility: fetched with npm when it is needed, and used only if its hash is the one here.

use crate::out::{Exit, Failure, root};
use async_kata::kata::bounded;
use async_kata::scenarios::fingerprint;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// MPL-2.0, 2026. It is a tool here: no part of it gets into what we make.
const VERSION: &str = "4.14.1";

/// The SHA-256 of its axe.min.js.
const HASH: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// Its text, from target/axe-core, where it is put first if it is not there.
pub(super) fn text() -> Result<String, Failure> {
    // One after the other: two who fetch would write into each other's files.
    static FETCHING: Mutex<()> = Mutex::new(());
    let _fetching = FETCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = root().join("target/axe-core");
    let file = file_in(&folder);
    if let Ok(text) = fs::read_to_string(&file)
        && fingerprint(&text) == HASH
    {
        return Ok(text);
    }
    fetch(&folder)?;
    let text = fs::read_to_string(&file).map_err(|error| Failure::file(&file, &error))?;
    verified(text, &file)
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("node_modules/axe-core/axe.min.js")
}

fn verified(text: String, file: &Path) -> Result<String, Failure> {
    let hash = fingerprint(&text);
    if hash == HASH {
        return Ok(text);
    }
    let cure = "somebody has changed it on its way to here: do not use it, and find out who; a new version is another \
                VERSION and HASH in xtask/src/browser/axe_core.rs";
    Err(Failure::new(Exit::Check, format!("{} has the SHA-256 {hash}, not {HASH}: {cure}", file.display())))
}

fn fetch(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--force"]);
    npm.arg("--prefix").arg(folder).arg(format!("axe-core@{VERSION}")).current_dir(folder);
    let cure = format!(
        "it is fetched once, into {}: `apt-get install npm`, and see that npm reaches its registry",
        folder.display()
    );
    let failed = |what: &str| Failure::new(Exit::Usage, format!("no axe-core {VERSION}, {what}; {cure}"));
    let done = bounded(&mut npm, Duration::from_secs(180), 4000);
    let done = done.map_err(|error| failed(&format!("for npm does not start ({error})")))?;
    match done.status {
        Some(status) if status.success() => Ok(()),
        Some(_) => Err(failed(&format!("for npm said:\n{}", String::from_utf8_lossy(&done.stderr).trim()))),
        None => Err(failed("for npm took more than three minutes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_under_its_name_is_refused() {
        let failure = verified("alert(1)".into(), Path::new("axe.min.js")).expect_err("it is not axe-core");
        assert_eq!(failure.exit, Exit::Check);
        assert!(failure.message.starts_with("axe.min.js has the SHA-256 "), "{}", failure.message);
        assert!(failure.message.contains(HASH), "{}", failure.message);
    }
}
