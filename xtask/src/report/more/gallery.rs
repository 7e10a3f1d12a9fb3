//! The gallery of mistakes that never come to run: the code, what rustc says to it, and what to do instead.

use super::{Both, Gap, snapshot, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FOLDER: &str = "tests/ui";
const WORDS: &str = "tests/ui/words.txt";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Gallery {
    pub cases: Vec<Case>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Case {
    /// `forgotten_await`.
    pub name: String,
    pub title: Both,
    /// What to do instead, in a sentence.
    pub instead: Both,
    /// Where it stands in the repository.
    pub path: String,
    /// The whole file, as rustc's line numbers count it.
    pub code: String,
    /// What rustc says, word by word.
    pub told: String,
}

/// What is said of a case in words: the title in Ukrainian, and what to do instead.
struct Words {
    title: String,
    instead: Both,
}

pub(super) fn gallery(root: &Path) -> Result<Gallery, Gap> {
    let mut words = words(&text(root, WORDS)?)?;
    let files = fs::read_dir(root.join(FOLDER)).map_err(|_| Gap::Missing { file: FOLDER.into() })?;
    let names = files.filter_map(|file| file.ok()?.file_name().to_str()?.strip_suffix(".rs").map(str::to_string));
    let mut names: Vec<String> = names.collect();
    names.sort();
    let cases = names.into_iter().map(|name| {
        let path = format!("{FOLDER}/{name}.rs");
        let code = text(root, &path)?;
        let title = code.lines().next().and_then(|line| line.strip_prefix("//! "));
        let untitled = || Gap::malformed(&path, "it does not begin with a sentence", "він не починається з речення");
        let unsaid = || Gap::malformed(WORDS, format!("`{name}` is missing"), format!("у ньому немає `{name}`"));
        let title = title.ok_or_else(untitled)?;
        let Words { title: uk, instead } = words.remove(&name).ok_or_else(unsaid)?;
        let told = snapshot(root, &format!("{FOLDER}/{name}.snap"))?;
        Ok(Case { title: Both::new(title, uk), instead, path, told, code: code.clone(), name })
    });
    let cases = cases.collect::<Result<_, Gap>>()?;
    match words.into_keys().next() {
        Some(gone) => Err(Gap::malformed(WORDS, format!("`{gone}` is no case"), format!("`{gone}` — не випадок"))),
        None => Ok(Gallery { cases }),
    }
}

/// By the case's name.
fn words(text: &str) -> Result<BTreeMap<String, Words>, Gap> {
    let blocks = text.trim_end().split("\n\n").skip(1); // the first tells what this is
    let read = blocks.map(|block| {
        let lines: Vec<&str> = block.lines().collect();
        let [name, title, en, uk] = lines[..] else {
            return Err(Gap::malformed(
                WORDS,
                format!("four lines are a block: {block}"),
                format!("блок — чотири рядки: {block}"),
            ));
        };
        Ok((name.into(), Words { title: title.into(), instead: Both::new(en, uk) }))
    });
    read.collect()
}
