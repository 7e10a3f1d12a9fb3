//! From the model to what the template prints: words, tables, pictures and coloured code.

mod code;
mod index;
mod more;
mod outcomes;
mod python;
mod rows;
mod scenario;
mod stage;
mod strip;
mod stuck;

use super::both::Both;
use super::model::Model;
use super::{graph, prose, timeline};
use minijinja::Value;
use serde::Serialize;

/// The page without its template.
#[derive(Serialize)]
pub(super) struct View {
    css: Value,
    script: Value,
    /// What the browser may run: this script and no other.
    script_hash: String,
    /// The language that is shown first.
    lang: String,
    legend: Vec<(Value, Value)>,
    /// A word, and what it means.
    glossary: Vec<(Value, Value)>,
    index: index::Index,
    chapters: Vec<scenario::Chapter>,
    python: python::Python,
    more: more::More,
}

/// Text that is markup already.
fn markup(html: impl Into<String>) -> Value {
    Value::from_safe_string(html.into())
}

/// One element for each language, or one alone if they say the same. The page shows one of them.
fn in_both(html: &Both, tag: &str) -> Value {
    if html.is_same() {
        return markup(if tag == "span" { html.en.clone() } else { format!("<{tag}>{}</{tag}>", html.en) });
    }
    let of = |lang: &str, html: &str| format!("<{tag} lang=\"{lang}\">{html}</{tag}>");
    markup(of("en", &html.en) + &of("uk", &html.uk))
}

/// Words in both languages, with code between backticks.
fn words(text: &Both) -> Value {
    in_both(&text.map(prose::inline), "span")
}

/// The same as text, for what is markup elsewhere.
fn words_html(text: &Both) -> String {
    words(text).to_string()
}

impl View {
    pub(super) fn of(model: &Model, lang: &str) -> View {
        let script = include_str!("../page/page.js").trim_end().to_string();
        let css = [timeline::CSS, graph::CSS, include_str!("../page/page.css"), include_str!("../page/stage.css")];
        View {
            css: markup(css.concat()),
            script_hash: super::hash::sha256_base64(&script),
            script: markup(script),
            lang: lang.into(),
            legend: timeline::legend().into_iter().map(|(picture, text)| (markup(picture), words(&text))).collect(),
            glossary: super::glossary::glossary().iter().map(|(word, text)| (words(word), words(text))).collect(),
            index: index::Index::of(model),
            python: python::Python::of(model),
            more: more::More::of(&model.more),
            chapters: model.chapters.iter().map(|chapter| scenario::Chapter::of(model, chapter)).collect(),
        }
    }
}
