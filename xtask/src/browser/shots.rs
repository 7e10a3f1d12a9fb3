//! Pictures of the page, for people: each of its parts at three widths, in light and dark, in both languages.

use super::checks::WIDTHS;
use super::page::Page;
use super::process::Browser;
use super::tab::{Tab, Wishes};
use crate::out::{self, Exit, Failure};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// The browser draws nothing that is taller, it begins again at the top.
const TALLEST: f64 = 16_000.0;

/// What is asked for.
pub(crate) struct Shots {
    pub(crate) folder: PathBuf,
    /// Only this part, by its id; `index` is what a reader sees first.
    pub(crate) only: Option<String>,
}

impl Shots {
    pub(super) fn take(&self, browser: &Browser, page: &Page) -> Result<(), Failure> {
        let unwritable = |error| {
            let cure = "--shots takes a folder to write to";
            Failure::new(Exit::Usage, format!("{}: {error}; {cure}", self.folder.display()))
        };
        fs::create_dir_all(&self.folder).map_err(unwritable)?;
        for dark in [false, true] {
            let tab = Tab::open(browser)?;
            tab.wish(Wishes { dark, calm: true, print: false })?;
            tab.load(page)?;
            for language in ["en", "uk"] {
                let hindrance = tab.choose(&format!("lang-{language}"))?;
                if hindrance.is_some() && language == "uk" {
                    continue; // the page has one language
                }
                for width in WIDTHS {
                    tab.width(width)?;
                    let scheme = if dark { "dark" } else { "light" };
                    self.take_parts(&tab, &format!("{width}-{scheme}-{language}"))?;
                }
            }
        }
        out::print(&format!("{}\n", self.folder.display()));
        Ok(())
    }

    fn take_parts(&self, tab: &Tab, state: &str) -> Result<(), Failure> {
        let parts = tab.texts(include_str!("probes/parts.js"), Value::Null)?;
        let parts: Vec<&String> =
            parts.iter().filter(|part| self.only.as_ref().is_none_or(|only| only == *part)).collect();
        if parts.is_empty() {
            let only = self.only.as_deref().unwrap_or_default();
            let cure = "--only takes index, or the id of a section.page or section.scenario";
            return Err(Failure::new(Exit::Nothing, format!("the page has no part {only}: {cure}")));
        }
        for part in parts {
            let mut clip = tab.probe(include_str!("probes/part.js"), json!(part))?;
            clip["height"] = clip["height"].as_f64().unwrap_or(1.0).clamp(1.0, TALLEST).into();
            let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
            let shot = tab.call("Page.captureScreenshot", shot)?;
            let png = decoded(shot["data"].as_str().unwrap_or_default());
            let file = self.folder.join(format!("{}-{state}.png", part.replace(['/', ':', '\\'], "_")));
            fs::write(&file, png).map_err(|error| Failure::file(&file, &error))?;
        }
        Ok(())
    }
}

/// Base64, which the protocol puts bytes into. What is no letter of it is passed over.
fn decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut have) = (Vec::with_capacity(text.len() * 3 / 4), 0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            bytes.push((bits >> have) as u8);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        let cases: &[(&str, &[u8])] =
            &[("", b""), ("TQ==", b"M"), ("TWE=", b"Ma"), ("TWFu", b"Man"), ("+/8A", &[0xfb, 0xff, 0])];
        for (text, bytes) in cases {
            assert_eq!(decoded(text), *bytes, "{text}");
        }
    }
}
