//! The languages of the book: English in the scenarios themselves, Ukrainian in the `uk.md` of each chapter.
//!
//! A `uk.md` is Markdown in one fixed form: the chapter's title, then a section for each scenario, in reading order. A
//! section is a title, the scenario's id, the prose, and then lists, each a paragraph with a line for each item, in this
//! order: the claim of each play; with `=`, each label that a verdict of its plays can have; with `≠`, if the scenario
//! names divergences, the reason of each, by its play and, within one play, in the scenario's order. The label of a play
//! that did not come to its own end is no scenario's: [`end_in`] has it for all. The tutorial's statements are a list,
//! too, `statements.uk.md`: the first mark, and a statement's id.
//!
//! ```text
//! # Chapter
//!
//! ## Title of the first scenario.
//!
//! `chapter/scenario`
//!
//! Prose, in as many paragraphs as it takes.
//!
//! - `naive`: What this play shows.
//! - `fixed`: What that one shows.
//!
//! - = `one update lost`: How it came out.
//! - = `both updates counted`: How else.
//!
//! - ≠ `naive`: Why CPython's story differs.
//! ```

use super::{CHAPTERS, Chapter, Divergence, Play, Scenario, end_in};
use std::fmt;
use std::str::FromStr;

/// A language of the book.
///
/// ```
/// use async_kata::scenarios::{self, Lang};
///
/// let lang: Lang = "uk".parse().unwrap();
/// let titles: Vec<&str> = scenarios::CHAPTERS.iter().map(|chapter| chapter.title_in(lang)).collect();
/// assert!(titles.contains(&"Пастки"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lang {
    /// English, `en`.
    #[default]
    En,
    /// Ukrainian, `uk`.
    Uk,
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Lang::En => "en",
            Lang::Uk => "uk",
        })
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(code: &str) -> Result<Self, UnknownLang> {
        let known = [Lang::En, Lang::Uk].into_iter().find(|lang| lang.to_string() == code);
        known.ok_or_else(|| UnknownLang(code.to_string()))
    }
}

/// A language in which there is no book.
///
/// ```
/// use async_kata::scenarios::Lang;
///
/// let unknown = "xx".parse::<Lang>().unwrap_err();
/// assert_eq!(unknown.to_string(), "there is no book in `xx`: take en or uk");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLang(String);

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no book in `{}`: take {} or {}", self.0, Lang::En, Lang::Uk)
    }
}

impl std::error::Error for UnknownLang {}

/// How a line of each list begins.
const CLAIM: &str = "- ";
const LABEL: &str = "- = ";
const REASON: &str = "- ≠ ";

/// A scenario's part of a `uk.md`.
struct Section {
    title: &'static str,
    prose: &'static str,
    claims: &'static str,
    labels: &'static str,
    reasons: &'static str,
}

/// The text of one item of a list: of the line that begins with the mark and the key in backticks.
pub(super) fn item(list: &'static str, mark: &str, key: &str) -> Option<&'static str> {
    items(list, mark, key).next()
}

fn items(list: &'static str, mark: &str, key: &str) -> impl Iterator<Item = &'static str> {
    list.lines()
        .filter_map(move |line| line.strip_prefix(mark)?.strip_prefix('`')?.strip_prefix(key)?.strip_prefix("`: "))
}

/// Takes off the last paragraph, if it is a list with this mark: what stands before it, and the list, or nothing.
fn take_list(text: &'static str, mark: &str) -> (&'static str, &'static str) {
    let text = text.trim();
    text.rsplit_once("\n\n").filter(|(_, last)| last.starts_with(mark)).unwrap_or((text, ""))
}

impl Section {
    fn of(scenario: &Scenario) -> Option<Self> {
        let chapter = CHAPTERS.iter().find(|chapter| scenario.id.split('/').next() == Some(chapter.name))?;
        chapter.uk.split("\n## ").skip(1).find_map(|section| {
            let (title, rest) = section.split_once('\n')?;
            let (id, rest) = rest.trim_start().split_once('\n')?;
            let (rest, reasons) = take_list(rest, REASON);
            let (rest, labels) = take_list(rest, LABEL);
            let (prose, claims) = rest.trim().rsplit_once("\n\n")?;
            let section = Self { title, prose: prose.trim(), claims, labels, reasons };
            (id.trim_matches('`') == scenario.id).then_some(section)
        })
    }
}

impl Chapter {
    /// The title, in this language.
    ///
    /// ```
    /// use async_kata::scenarios::{Lang, pitfalls};
    ///
    /// let (en, uk) = (pitfalls::CHAPTER.title_in(Lang::En), pitfalls::CHAPTER.title_in(Lang::Uk));
    /// assert_eq!((en, uk), ("Pitfalls", "Пастки"));
    /// ```
    pub fn title_in(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.title,
            Lang::Uk => self.uk.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or(self.title),
        }
    }
}

/// In a language into which a scenario has not been translated it speaks English. All of the book is translated.
impl Scenario {
    /// The title, in this language.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let scenario = scenarios::find("pitfalls/lost-update").unwrap();
    /// assert_eq!(scenario.title_in(Lang::En), scenario.title());
    /// assert!(scenario.title_in(Lang::Uk).starts_with("Втрачене оновлення:"));
    /// ```
    pub fn title_in(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.title(),
            Lang::Uk => Section::of(self).map_or_else(|| self.title(), |section| section.title),
        }
    }

    /// The prose after the title, in this language.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let scenario = scenarios::find("pitfalls/lost-update").unwrap();
    /// assert_eq!(scenario.prose_in(Lang::En), scenario.prose());
    /// assert!(scenario.prose_in(Lang::Uk).starts_with("Кожна задача читає лічильник"));
    /// ```
    pub fn prose_in(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.prose(),
            Lang::Uk => Section::of(self).map_or_else(|| self.prose(), |section| section.prose.to_string()),
        }
    }

    /// What one of its plays shows, in this language.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let scenario = scenarios::find("pitfalls/lost-update").unwrap();
    /// let naive = scenario.play("naive").unwrap();
    /// assert_eq!(scenario.claim_in(naive, Lang::En), naive.claim);
    /// assert!(scenario.claim_in(naive, Lang::Uk).ends_with("одне оновлення втрачено."));
    /// ```
    pub fn claim_in(&self, play: &Play, lang: Lang) -> &'static str {
        match lang {
            Lang::En => play.claim,
            Lang::Uk => {
                Section::of(self).and_then(|section| item(section.claims, CLAIM, play.name)).unwrap_or(play.claim)
            }
        }
    }

    /// The label of a verdict on one of its plays, in this language; what has no translation stays as it is.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let scenario = scenarios::find("pitfalls/lost-update").unwrap();
    /// assert_eq!(scenario.label_in("one update lost", Lang::En), "one update lost");
    /// assert_eq!(scenario.label_in("one update lost", Lang::Uk), "одне оновлення втрачено");
    /// assert_eq!(scenario.label_in("deadlock", Lang::Uk), scenarios::end_in("deadlock", Lang::Uk));
    /// ```
    pub fn label_in<'a>(&self, label: &'a str, lang: Lang) -> &'a str {
        match lang {
            Lang::En => label,
            Lang::Uk => Section::of(self)
                .and_then(|section| item(section.labels, LABEL, label))
                .unwrap_or_else(|| end_in(label, lang)),
        }
    }

    /// The reason of one of its divergences, in this language. Code words are in backticks in Ukrainian.
    ///
    /// ```
    /// use async_kata::scenarios::{self, Lang};
    ///
    /// let scenario = scenarios::find("pitfalls/forgotten-await").unwrap();
    /// let divergence = &scenario.differs[0];
    /// assert_eq!(scenario.why_in(divergence, Lang::En), divergence.why);
    /// assert!(scenario.why_in(divergence, Lang::Uk).starts_with("знищена футура мовчить"));
    /// ```
    pub fn why_in(&self, divergence: &Divergence, lang: Lang) -> &'static str {
        let translated = || {
            let mut of_play = self.differs.iter().filter(|other| other.play == divergence.play);
            let nth = of_play.position(|other| other == divergence)?;
            items(Section::of(self)?.reasons, REASON, divergence.play).nth(nth)
        };
        match lang {
            Lang::En => divergence.why,
            Lang::Uk => translated().unwrap_or(divergence.why),
        }
    }
}
