//! The words of a kata in both languages: whole, alike, and with hints for each way in which it is known to fail.

use crate::Known;
use crate::check::Checked;
use async_kata::kata::{Cause, Text, hints_in};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// `causes`: how the known files fail.
pub(crate) fn complete(known: &Known, causes: &BTreeSet<Cause>) -> Checked {
    let [en, uk] = [("en.md", known.en), ("uk.md", known.uk)].map(|(file, text)| {
        Text::parse(text).map(|parsed| (file, text, parsed)).map_err(|malformed| format!("{file}: {malformed}"))
    });
    let (en, uk) = (en?, uk?);
    if headings(en.1) != headings(uk.1) {
        return Err(format!("other headings: en.md {:?}, uk.md {:?}", headings(en.1), headings(uk.1)).into());
    }
    for (file, text, parsed) in [&en, &uk] {
        has_hints(parsed, causes).map_err(|what| format!("{file}: {what}"))?;
        names_each_wrong_answer(parsed, known).map_err(|what| format!("{file}: {what}"))?;
        if let Some(line) = text.lines().find(|line| has_straight_apostrophe(line)) {
            return Err(format!("{file}: an apostrophe is ’ between Ukrainian letters: {line}").into());
        }
        if let Some(line) = text.lines().find(|line| line.chars().count() > 120) {
            return Err(format!("{file}: a line is longer than 120: {line}").into());
        }
    }
    is_in_its_language(&en.2, &uk.2)
}

/// Between two Ukrainian letters, where it is part of a word.
fn has_straight_apostrophe(line: &str) -> bool {
    let chars: Vec<char> = line.chars().collect();
    let is_cyrillic = |c: char| ('\u{400}'..='\u{4ff}').contains(&c);
    chars.windows(3).any(|three| is_cyrillic(three[0]) && three[1] == '\'' && is_cyrillic(three[2]))
}

/// The book's pages have the same apostrophe.
pub(crate) fn the_book() -> Checked {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios");
    let mut pages = 0;
    for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let page = entry.map_err(|error| error.to_string())?.path().join("uk.md");
        let Ok(text) = fs::read_to_string(&page) else { continue };
        if let Some(line) = text.lines().find(|line| has_straight_apostrophe(line)) {
            return Err(format!("{}: an apostrophe is ’ between Ukrainian letters: {line}", page.display()).into());
        }
        pages += 1;
    }
    if pages == 0 { Err("the book has no Ukrainian pages".into()) } else { Ok(()) }
}

fn headings(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("## ")).collect()
}

fn has_hints(text: &Text, needed: &BTreeSet<Cause>) -> Result<(), String> {
    let there: BTreeSet<Cause> = text.all_hints().iter().filter_map(|hints| hints.cause).collect();
    match needed.difference(&there).next() {
        Some(missing) => Err(format!("it can fail by `{missing}`, and there are no hints for that")),
        None => Ok(()),
    }
}

fn names_each_wrong_answer(text: &Text, known: &Known) -> Result<(), String> {
    let said: BTreeSet<&str> = text.wrong_answers.iter().map(|(name, _)| name.as_str()).collect();
    let there: BTreeSet<&str> = known.wrong.iter().map(|(name, _)| *name).collect();
    if said != there || said.len() != text.wrong_answers.len() {
        return Err(format!("it speaks of the wrong answers {said:?}, and there are {there:?}"));
    }
    match text.wrong_answers.iter().find(|(_, why)| why.lines().count() > 3) {
        Some((name, _)) => Err(format!("`Wrong answer: {name}` is one sentence")),
        None => Ok(()),
    }
}

/// The hints for what goes wrong in every kata: the causes that are no kata's own, in both languages.
pub(crate) fn common() -> Checked {
    let own = [Cause::Order, Cause::Outcome, Cause::Wake, Cause::Leak, Cause::Deadlock, Cause::Horizon, Cause::Spin];
    let own: BTreeSet<Cause> = own.into_iter().chain([Cause::Flood]).collect();
    let expected: BTreeSet<Cause> = Cause::ALL.into_iter().filter(|cause| !own.contains(cause)).collect();
    for file in [include_str!("../katas/common.en.md"), include_str!("../katas/common.uk.md")] {
        let hints = hints_in(file).map_err(|malformed| malformed.to_string())?;
        let causes: BTreeSet<Cause> = hints.iter().filter_map(|hints| hints.cause).collect();
        if causes != expected || hints.len() != expected.len() {
            return Err(format!("there are hints for {causes:?}, and should be for {expected:?}").into());
        }
    }
    Ok(())
}

/// A translation that was forgotten reads like the original.
fn is_in_its_language(en: &Text, uk: &Text) -> Checked {
    let is_cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
    let parts = |text: &Text| {
        let hints = text.all_hints().iter().flat_map(|hints| hints.steps.clone());
        let wrong = text.wrong_answers.iter().map(|(_, why)| why.clone());
        let own = [text.title.clone(), text.task.clone(), text.debrief.clone()];
        own.into_iter().chain(hints).chain(wrong).collect::<Vec<_>>()
    };
    if let Some(part) = parts(en).iter().find(|part| is_cyrillic(part)) {
        return Err(format!("en.md has Ukrainian in it: {part}").into());
    }
    match parts(uk).iter().find(|part| !is_cyrillic(part)) {
        Some(part) => Err(format!("uk.md has a part that is not Ukrainian: {part}").into()),
        None => Ok(()),
    }
}
