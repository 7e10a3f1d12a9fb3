//! The page that is looked at: a file, and the address under which the browser finds it.

use crate::out::{Exit, Failure};
use std::fmt::Write;
use std::path::Path;

/// A page in a file.
pub(super) struct Page {
    pub(super) url: String,
}

impl Page {
    pub(super) fn of(file: &Path) -> Result<Self, Failure> {
        let whole = file.canonicalize().map_err(|error| Failure::file(file, &error))?;
        let Some(path) = whole.to_str() else {
            return Err(Failure::new(
                Exit::Usage,
                format!("{}: no browser opens a path that is not UTF-8", whole.display()),
            ));
        };
        Ok(Self { url: address(path) })
    }
}

/// A path as an address, as the browser spells it.
fn address(path: &str) -> String {
    let mut url = "file://".to_string();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => url.push(byte.into()),
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_blank_and_a_sign_is_an_address() {
        assert_eq!(address("/home/a b/#1/ї.html"), "file:///home/a%20b/%231/%D1%97.html");
    }
}
