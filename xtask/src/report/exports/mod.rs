//! What other programs draw: each play's run as Mermaid text, and as a trace for Chrome's and Perfetto's viewers.
//!
//! Both follow the picture: its lanes, its steps, and who is behind a wake. They are in English, for their viewers are.

mod chrome;
mod mermaid;
#[cfg(test)]
mod tests;

use super::model::{Model, Play};
use async_kata::scenarios::fingerprint;

/// Stands in the first line of each of these files, so that a former one is known among those of others.
const MARK: &str = "drawn by cargo xtask report";

/// A longer file name is one that somebody's file system refuses.
const LONGEST_NAME: usize = 100;

/// Each play's files, by name.
pub(crate) fn exports(model: &Model) -> Vec<(String, String)> {
    let plays = model.scenarios().flat_map(|scenario| &scenario.plays);
    let files = |play: &Play| {
        let name = file_name(&play.id);
        [(format!("{name}.mmd"), mermaid::diagram(play)), (format!("{name}.json"), chrome::trace(play))]
    };
    plays.flat_map(files).collect()
}

/// Whether a text is one of these, of today or of a former report.
pub(crate) fn is_export(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.contains(MARK))
}

/// The beginning of a play's file names: `pitfalls-lost-update.naive`.
///
/// A report.json may come from anywhere, and no id of it leads out of the folder, or to another play's file: one that is
/// not spelled as ours are has its hash behind it, and a second dot, which no name of ours has.
pub(crate) fn file_name(play: &str) -> String {
    let plain = |text: &str, sign: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || sign.contains(c))
    };
    let parts = play.split_once('/').and_then(|(chapter, rest)| Some((chapter, rest.split_once(':')?)));
    let is_ours = parts.is_some_and(|(chapter, (scenario, name))| {
        plain(chapter, "") && plain(scenario, "-") && plain(name, "-") && play.len() <= LONGEST_NAME
    });
    if is_ours {
        return play.replace('/', "-").replace(':', ".");
    }
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let head: String = play.chars().take(LONGEST_NAME / 2).map(safe).collect();
    let hash: String = fingerprint(play).chars().take(16).collect();
    format!("play.{head}.{hash}")
}
