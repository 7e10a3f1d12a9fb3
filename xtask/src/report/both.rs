//! A text in both languages of the page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a reader reads: English, and the same in Ukrainian.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Both {
    pub en: String,
    pub uk: String,
}

impl Both {
    pub(crate) fn new(en: impl Into<String>, uk: impl Into<String>) -> Self {
        Both { en: en.into(), uk: uk.into() }
    }

    /// A name, a number, or code: the same in every language.
    pub(crate) fn same(text: impl Into<String>) -> Self {
        let en = text.into();
        Both { uk: en.clone(), en }
    }

    /// Each of them, changed in the same way.
    pub(crate) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Both { en: change(&self.en), uk: change(&self.uk) }
    }

    pub(crate) fn is_same(&self) -> bool {
        self.en == self.uk
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.en.is_empty() && self.uk.is_empty()
    }

    /// One after the other, with something between.
    pub(crate) fn join(texts: &[Both], between: &str) -> Self {
        let all = |pick: fn(&Both) -> &str| texts.iter().map(pick).collect::<Vec<_>>().join(between);
        Both { en: all(|both| &both.en), uk: all(|both| &both.uk) }
    }
}

/// The Ukrainian form that goes with a number: `1 порядок`, `2 порядки`, `5 порядків`, `21 порядок`.
pub(crate) fn plural<'a>(n: usize, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (n % 10, n % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}
