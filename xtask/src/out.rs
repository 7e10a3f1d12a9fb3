//! What goes out: exit codes, failures with their cure, and text that survives a closed pipe.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};

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

/// Prints to stdout. A reader who has gone (`| head`) ends the program quietly, as it does others.
pub(crate) fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            complain(&format!("stdout: {error}"));
            process::exit(Exit::Internal as i32);
        }
        Ok(()) => {}
    }
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
