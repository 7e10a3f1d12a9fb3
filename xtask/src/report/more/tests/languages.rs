//! Everything is said in both languages, and nothing is translated that nobody says.

use super::Copy;
use crate::report::more::More;
use async_kata::kata::{Cause, Kind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn is_ukrainian(text: &str) -> bool {
    text.chars().any(|c| ('а'..='я').contains(&c) || "іїєґ".contains(c))
}

/// Names, which have no language.
const NAMES: [&str; 6] = ["tokio", "async-lock", "tokio Notify", "tokio watch", "event-listener", "7"];

/// Every text with its Ukrainian, of everything that can be told here.
fn texts() -> BTreeMap<String, String> {
    let copy = Copy::new();
    copy.change("target/bench.json", |_| crate::bench::kept_of_a_small_run());
    let mut texts = BTreeMap::new();
    let More { models, laws, gallery, katas, bench } = copy.gather();
    let whole = (models.whole(), laws.whole(), gallery.whole(), katas.whole(), bench.whole());
    collect(&serde_json::to_value(whole).unwrap(), &mut texts);
    texts
}

fn collect(value: &Value, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(object) => match (object.get("en"), object.get("uk")) {
            (Some(Value::String(en)), Some(Value::String(uk))) => drop(texts.insert(en.clone(), uk.clone())),
            _ => object.values().for_each(|value| collect(value, texts)),
        },
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        _ => {}
    }
}

#[test]
fn every_text_is_there_in_both_languages() {
    let texts = texts();
    assert!(texts.len() > 150, "{}", texts.len());
    let is_name = |en: &str, uk: &str| en == uk && NAMES.contains(&en);
    let is_both = |en: &str, uk: &str| !is_ukrainian(en) && (is_ukrainian(uk) || uk == format!("`{en}`"));
    let alone: Vec<_> = texts.iter().filter(|(en, uk)| !is_name(en, uk) && !is_both(en, uk)).collect();
    assert!(alone.is_empty(), "without Ukrainian: write it into more/uk.txt\n{alone:#?}");
}

/// What depends on how far somebody is.
fn states() -> BTreeSet<&'static str> {
    let causes = Cause::ALL.into_iter().map(Cause::name);
    let kinds = [Kind::Predict, Kind::Fix, Kind::Build].into_iter().map(Kind::name);
    // How a law can be broken; not every end has a mutant.
    let ends = ["outcome", "order", "wake", "leak", "deadlock", "horizon", "spin", "flood", "panicked", "chance"];
    causes.chain(kinds).chain(["open", "solved", "wrong", "edited"]).chain(ends).collect()
}

#[test]
fn every_state_and_cause_has_a_ukrainian_name() {
    let alone: Vec<_> = states().into_iter().filter(|en| !is_ukrainian(&super::super::words::both(en).uk)).collect();
    assert!(alone.is_empty(), "without Ukrainian: write it into more/uk.txt: {alone:?}");
}

#[test]
fn the_dictionary_has_each_text_once_and_no_other() {
    let blocks: Vec<&str> = include_str!("../uk.txt").trim_end().split("\n\n").skip(1).collect();
    let odd: Vec<_> = blocks.iter().filter(|block| block.lines().count() != 2).collect();
    assert!(odd.is_empty(), "two lines are a block: {odd:?}");
    let known: Vec<&str> = blocks.iter().filter_map(|block| block.lines().next()).collect();
    let once: BTreeSet<&str> = known.iter().copied().collect();
    assert_eq!(once.len(), known.len(), "more/uk.txt has a text twice");
    let (texts, states) = (texts(), states());
    let unused: Vec<_> = once.iter().filter(|en| !texts.contains_key(**en) && !states.contains(**en)).collect();
    assert!(unused.is_empty(), "nobody says this any more: take it out of more/uk.txt: {unused:?}");
}
