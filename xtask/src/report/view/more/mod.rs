//! The pages beside the book: katas, the compiler's words, models and laws, measurements.

mod bench;
mod katas;
mod models;

use super::{markup, words};
use crate::report::both::Both;
use crate::report::code::{Language, highlight};
use crate::report::more::{self, gallery};
use crate::report::timeline::escape;
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct More {
    katas: Shown<katas::Katas>,
    gallery: Shown<Vec<Case>>,
    models: Shown<models::Models>,
    laws: Shown<Vec<models::Contract>>,
    bench: Shown<bench::Bench>,
}

/// What was read, or why there is nothing.
#[derive(Serialize)]
struct Shown<T> {
    found: Option<T>,
    missing: Option<Value>,
}

/// A program that rustc refuses.
#[derive(Serialize)]
struct Case {
    id: String,
    title: Value,
    instead: Value,
    path: String,
    code: Value,
    told: Value,
}

impl More {
    pub(super) fn of(more: &more::More) -> More {
        More {
            katas: shown(&more.katas, katas::Katas::of),
            gallery: shown(&more.gallery, |gallery| gallery.cases.iter().map(case).collect()),
            models: shown(&more.models, models::Models::of),
            laws: shown(&more.laws, |laws| laws.contracts.iter().map(models::Contract::of).collect()),
            bench: shown(&more.bench, bench::Bench::of),
        }
    }
}

fn shown<T, U>(read: &more::Read<T>, of: impl Fn(&T) -> U) -> Shown<U> {
    let missing = match read {
        more::Read::Found(found) => return Shown { found: Some(of(found)), missing: None },
        more::Read::Missing { file } => Both::new(
            format!("There is nothing yet: no file `{file}`."),
            format!("Тут поки що порожньо: файлу `{file}` немає."),
        ),
        more::Read::Malformed { file, why } => Both::new(
            format!("`{file}` tells nothing: {}.", why.en),
            format!("Із `{file}` нічого не дізнатися: {}.", why.uk),
        ),
    };
    Shown { found: None, missing: Some(words(&missing)) }
}

fn case(case: &gallery::Case) -> Case {
    Case {
        id: format!("compiler.{}", case.name),
        title: words(&case.title),
        instead: words(&case.instead),
        path: case.path.clone(),
        code: markup(highlight(&case.code, Language::Rust)),
        told: markup(escape(&case.told)),
    }
}
