//! The languages of the book: English in the scenarios themselves, Ukrainian in the `uk.md` of each chapter.
//!
//! A `uk.md` is Markdown in one fixed form: the chapter's title, then a section for each scenario, in reading order. A
//! section is a title, the scenario's id, the prose, and as its last paragraph a claim for each play, on one line each.
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
//! ```

use super::{CHAPTERS, Chapter, Play, Scenario};
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

/// A scenario's part of a `uk.md`.
struct Section {
    title: &'static str,
    prose: &'static str,
    claims: &'static str,
}

impl Section {
    fn of(scenario: &Scenario) -> Option<Self> {
        let chapter = CHAPTERS.iter().find(|chapter| scenario.id.split('/').next() == Some(chapter.name))?;
        chapter.uk.split("\n## ").skip(1).find_map(|section| {
            let (title, rest) = section.split_once('\n')?;
            let (id, rest) = rest.trim_start().split_once('\n')?;
            let (prose, claims) = rest.trim().rsplit_once("\n\n")?;
            (id.trim_matches('`') == scenario.id).then_some(Self { title, prose: prose.trim(), claims })
        })
    }

    fn claim(&self, play: &str) -> Option<&'static str> {
        self.claims.lines().find_map(|line| line.strip_prefix("- `")?.strip_prefix(play)?.strip_prefix("`: "))
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
            Lang::Uk => Section::of(self).and_then(|section| section.claim(play.name)).unwrap_or(play.claim),
        }
    }
}
