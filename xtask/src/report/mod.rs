//! The report: gathers what the book does into a model, and makes of it the page, its data and a picture.
//!
//! [`gather`] runs; everything else is a pure function of the [`Model`]: the same model gives the same bytes, on every
//! machine and every day. The page is one file, complete without its script, which only shows one section at a time and covers
//! what comes after a step. On paper every scenario begins with a strip of four of its steps; what is for looking things up
//! (the steps in words, the statements) stays on the screen.

mod both;
mod code;
mod explored;
mod exports;
mod gather;
mod glossary;
mod graph;
mod hash;
mod model;
mod more;
mod pairs;
mod prose;
mod read;
mod schema;
mod sides;
mod squeeze;
mod stuck;
mod timeline;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use exports::{exports, is_export};
pub(crate) use gather::gather;
pub(crate) use model::{Model, SCHEMA_FILE};
pub(crate) use read::from_json;
pub(crate) use schema::schema;

use async_kata::scenarios::Lang;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value};

/// The page: one HTML file that needs nothing else. It has both languages, and shows this one first.
pub(crate) fn page(model: &Model, lang: Lang) -> String {
    squeeze::squeeze(&whole(model, lang))
}

/// The page with all its quotes and ends, as the template has it.
fn whole(model: &Model, lang: Lang) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(own_lines());
    environment.add_function("code", |text: String| Value::from_safe_string(prose::inline(&text)));
    let view = Value::from(Serde(view::View::of(model, &lang.to_string())));
    // The template is part of this program: a mistake in it is one of ours, and the tests find it.
    environment.render_str(include_str!("page/page.html"), view).expect("the page's template is in order")
}

/// The template's statements stand on lines of their own, which leave no lines behind.
fn own_lines() -> SyntaxConfig {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    syntax.expect("the usual delimiters are in order")
}

/// The page's data, for other programs. `<` is spelled as an escape, so that it may also stand inside a page.
pub(crate) fn json(model: &Model) -> String {
    let json = serde_json::to_string_pretty(model).expect("texts and numbers are JSON");
    json.replace('<', "\\u003c") + "\n"
}

/// The lost update as a picture that stands alone, for a README: it follows light and dark by itself.
pub(crate) fn picture(model: &Model) -> String {
    let scenario = model.scenarios().find(|scenario| scenario.id == "pitfalls/lost-update");
    let play = scenario.and_then(|scenario| scenario.plays.iter().find(|play| play.name == "naive"));
    play.map(|play| timeline::standalone(&timeline::steps(&play.run, None), &play.id, &play.claim.en))
        .unwrap_or_default()
}
