//! What goes out: exit codes, failures with their cure, and text that survives a closed pipe.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit codes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok = 0,
    Usage = 1,
    Check = 2,
    Drift = 3,
    Nothing = 4,
    Undeclared = 5,
    Internal = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command stops, in a sentence that ends with the cure.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        let cure = "see that the folder is there and may be written to";
        Self::new(Exit::Internal, format!("{}: {error}; {cure}", path.display()))
    }
}

/// Whether the reader of stdout has gone.
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Prints to stdout. Of a reader who has gone (`| head`) nothing is said, and the command goes on to its exit code: a verdict
/// must not depend on who reads it.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => IS_CLOSED.store(true, Ordering::Relaxed),
        Err(error) => {
            complain(&format!("stdout: {error}"));
            process::exit(Exit::Internal as i32);
        }
        Ok(()) => {}
    }
}

/// Whether nobody reads any more what is printed: for a command that would go on for ever.
pub(crate) fn is_closed() -> bool {
    IS_CLOSED.load(Ordering::Relaxed)
}

/// A text as it is; in a log of GitHub's, between two marks between which the log obeys no command that stands in it. The
/// marks hold a word that is drawn anew, so no text can end it early.
pub(crate) fn without_commands(text: &str) -> String {
    let is_github = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    if is_github { between_marks(text) } else { text.into() }
}

fn between_marks(text: &str) -> String {
    let word = format!("{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1));
    format!("::stop-commands::{word}\n{}\n::{word}::\n", text.trim_end_matches('\n'))
}

/// Prints to stderr. If even that is closed there is nobody to tell.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_off_between_two_marks_of_a_fresh_word() {
        let [one, other] = ["::error::x\n", "::error::x\n"].map(between_marks);
        assert_ne!(one, other);
        let lines: Vec<&str> = one.lines().collect();
        let word = lines[0].strip_prefix("::stop-commands::").expect("the first mark");
        assert_eq!(lines[1..], ["::error::x", &format!("::{word}::")]);
        assert_eq!(word.len(), 32);
    }
}
