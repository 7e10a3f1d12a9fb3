//! The report: gathers what the book does into a model, and makes of it the page, its data and a picture.
//!
//! [`gather`] runs; everything else is a pure function of the [`Model`]: the same model gives the same bytes, on every
//! machine and every day. The page is one file without a script. Printed, it has everything but the navigation and the
//! mechanics (every poll, wake and wait): the first needs a click, and the second is for looking things up.

mod code;
mod gather;
mod graph;
mod model;
mod pairs;
mod prose;
mod sides;
mod stuck;
mod timeline;
mod view;

#[cfg(test)]
mod tests;

pub(crate) use gather::gather;
pub(crate) use model::Model;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value};

/// The page: one HTML file that needs nothing else.
pub(crate) fn page(model: &Model) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_syntax(own_lines());
    let view = Value::from(Serde(view::View::of(model)));
    // The template is part of this program: a mistake in it is one of ours, and the tests find it.
    environment.render_str(include_str!("page.html"), view).expect("the page's template is in order")
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
    play.map(|play| timeline::standalone(&timeline::steps(&play.run, None), &play.id, &play.claim)).unwrap_or_default()
}
