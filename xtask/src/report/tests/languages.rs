//! Both languages are complete: whatever is said in one is said in the other, and nothing is said in neither.

use super::html::{Element, Node};
use super::{odd_book, shown, whole};
use crate::report::both::{Both, plural};
use crate::report::model::Model;
use crate::report::words;
use async_kata::scenarios::Lang;
use serde_json::Value;
use std::collections::BTreeSet;

fn is_cyrillic(text: &str) -> bool {
    text.chars().any(|c| ('\u{400}'..='\u{4ff}').contains(&c))
}

/// The text without what stands in code: names, commands, lines of a program.
fn without_code(element: &Element) -> String {
    let text = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) if element.tag == "code" => String::new(),
        Node::Element(element) => without_code(element),
    };
    element.children.iter().map(text).collect()
}

#[test]
fn whatever_is_said_in_one_language_is_said_in_the_other_beside_it() {
    let page = shown(&odd_book());
    let mut n_pairs = 0;
    for parent in page.inside() {
        let said: Vec<&Element> = parent.elements().filter(|it| it.get("lang").is_some() && it.tag != "html").collect();
        assert_eq!(said.len() % 2, 0, "one is without the other in <{} {:?}>", parent.tag, parent.attributes);
        for pair in said.chunks(2) {
            n_pairs += 1;
            let of = |nth: usize| (pair[nth].tag.as_str(), pair[nth].get("lang").unwrap(), pair[nth].get("class"));
            let (tag, _, class) = of(0);
            assert_eq!((of(0), of(1)), ((tag, "en", class), (tag, "uk", class)), "{pair:?}");
        }
    }
    assert!(n_pairs > 1_000, "only {n_pairs} pairs");
}

/// A Ukrainian text without one Ukrainian letter was forgotten, an English one with one was mistaken.
#[test]
fn every_text_is_in_its_language() {
    let page = shown(&odd_book());
    for element in page.inside().into_iter().filter(|element| element.tag != "html") {
        let text = without_code(element);
        match element.get("lang") {
            Some("uk") => {
                assert!(is_cyrillic(&text), "no Ukrainian: {:?}", element.text("uk"));
                assert!(!text.contains(['ы', 'э', 'ъ', 'ё']), "no letters of Ukrainian: {text:?}");
            }
            Some("en") => assert!(!is_cyrillic(&text), "no English: {text:?}"),
            Some(other) => panic!("no language of ours: {other}"),
            None => {}
        }
    }
}

/// What stands in neither language is data: names, what a program said, code. Of the page's own words there are few.
#[test]
fn what_is_said_in_no_language_is_data() {
    let model = odd_book();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let json = serde_json::to_value(&model).unwrap();
    neutral(&json, &mut known);
    known.extend(["async-kata", "Rust", "Python", "CPython", "EN", "УК"].map(String::from));
    let page = shown(&model);
    let mut unknown = BTreeSet::new();
    unlabelled(page.one("body"), &mut |text| {
        let words = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 1);
        let bare = words.map(|word| word.trim_end_matches([':', ',', '.', ';']).to_string());
        unknown.extend(
            bare.filter(|word| !known.contains(word) && !known.contains(word.strip_prefix('+').unwrap_or(word))),
        );
    });
    assert!(unknown.is_empty(), "said in no language: {unknown:?}");
}

/// Every word of every text of the model that is the same in both languages, but for its code.
fn neutral(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            let is_said = fields.get("en").is_some_and(|en| Some(en) != fields.get("uk"));
            let fields = fields.iter().filter(|(name, _)| !is_said && *name != "pieces");
            fields.for_each(|(_, value)| neutral(value, known));
        }
        Value::Array(values) => values.iter().for_each(|value| neutral(value, known)),
        Value::String(text) => {
            let text = crate::report::model::one_line(text);
            for word in text.split([' ', '\n', '`']) {
                known.insert(word.trim_end_matches([':', ',', '.', ';']).into());
            }
        }
        _ => {}
    }
}

/// Text that is in no element with a language, in no code and in no picture.
fn unlabelled(element: &Element, found: &mut impl FnMut(&str)) {
    for node in &element.children {
        match node {
            Node::Text(text) => found(text),
            Node::Element(inner) => {
                let is_other = ["code", "pre", "svg", "script"].contains(&inner.tag.as_str());
                if !is_other && inner.get("lang").is_none() {
                    unlabelled(inner, found);
                }
            }
        }
    }
}

/// The language that is chosen shows first, and that is all: each page has both.
#[test]
fn the_pages_of_both_languages_differ_in_what_they_show_first() {
    let model = super::book();
    let (en, uk) = (whole(&model, Lang::En), whole(&model, Lang::Uk));
    let (chosen, other) = ("id=\"lang-uk\" checked>", "id=\"lang-en\" checked>");
    assert!(en.contains(other) && !en.contains(chosen) && uk.contains(chosen) && !uk.contains(other));
    let turned = en
        .replacen("<html lang=\"en\">", "<html lang=\"uk\">", 1)
        .replacen(other, "id=\"lang-en\">", 1)
        .replacen("id=\"lang-uk\">", chosen, 1);
    assert!(turned == uk, "the pages differ elsewhere, too");
}

#[test]
fn a_number_goes_with_its_form() {
    let form = |n| plural(n, "порядок", "порядки", "порядків");
    for n in [1, 21, 31, 101, 1_001, 100_021] {
        assert_eq!(form(n), "порядок", "{n}");
    }
    for n in [2, 3, 4, 22, 34, 102, 1_003] {
        assert_eq!(form(n), "порядки", "{n}");
    }
    for n in [0, 5, 9, 10, 11, 12, 13, 14, 15, 19, 20, 25, 100, 111, 112, 114, 211, 1_012] {
        assert_eq!(form(n), "порядків", "{n}");
    }
    assert_eq!(words::length(1, 21).uk, "1 хід, 21 перемикання");
    assert_eq!(words::length(2, 5).uk, "2 ходи, 5 перемикань");
    assert_eq!(
        (words::length(1, 1).en, words::length(2, 0).en),
        ("1 turn, 1 switch".into(), "2 turns, 0 switches".into())
    );
}

/// What the script says it says in both languages, too.
#[test]
fn the_script_speaks_both_languages() {
    let script = include_str!("../page/page.js");
    let mut n_said = 0;
    for call in ["both(\"", "both(`", "line(\"", ", \"◀\", \"", ", \"▶\", \""] {
        for said in script.split(call).skip(1) {
            let quote = if call.ends_with('`') { '`' } else { '"' };
            let mut texts = said.split(quote);
            let (en, uk) = (texts.next().unwrap(), texts.nth(1).unwrap());
            n_said += 1;
            assert!(!is_cyrillic(en) && (is_cyrillic(uk) || (en, uk) == ("CPython", "CPython")), "{en:?} and {uk:?}");
        }
    }
    assert!(n_said > 12, "only {n_said} texts");
}

/// Each kind of entry, and each thing that is waited for, has words of its own in both.
#[test]
fn every_kind_of_entry_has_its_words() {
    let kinds = "spawned polled rested woken waits leaves holds frees started ended failed cancelled left-over";
    let said: Vec<Both> = kinds
        .split(' ')
        .map(|kind| words::entry(&super::run("done", &format!("0 a {kind} Lock 1")).entries[0], None))
        .collect();
    for (kind, both) in kinds.split(' ').zip(&said) {
        assert!(!is_cyrillic(&both.en) && is_cyrillic(&both.uk), "{kind}: {both:?}");
        assert_eq!(
            said.iter().filter(|other| other.en == both.en || other.uk == both.uk).count(),
            1,
            "{kind}: {both:?}"
        );
    }
    assert_eq!(words::thing("the clock, until 30 ms"), Both::new("the clock, until 30 ms", "годинник, до 30 мс"));
    assert_eq!(words::thing("task a"), Both::new("task a", "задачу a"));
    assert_eq!(words::thing("Lock 1"), Both::same("Lock 1"));
}

/// The tests above would pass on a page that says nothing.
#[test]
fn the_model_speaks_both_languages() {
    let model: Model = super::book();
    for scenario in model.scenarios() {
        for both in [&scenario.title, &scenario.prose].into_iter().chain(scenario.plays.iter().map(|play| &play.claim))
        {
            assert!(!is_cyrillic(&both.en) && is_cyrillic(&both.uk), "{}: {both:?}", scenario.id);
        }
    }
}
