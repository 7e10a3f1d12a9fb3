//! A schedule, spelled in task names.

use crate::trace::Name;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// Whose poll came after whose: `a b b a`.
///
/// Names that hold blanks are quoted: `"first reader" b`.
///
/// ```
/// use async_kata::explore::Word;
///
/// let word: Word = "a b b a".parse().unwrap();
/// assert_eq!((word.polls(), word.switches()), (4, 2));
/// assert_eq!(word.to_string(), "a b b a");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Word(pub(super) Vec<Name>);

impl Word {
    /// The names, in order.
    pub fn names(&self) -> &[Name] {
        &self.0
    }

    /// How many polls it spells.
    pub fn polls(&self) -> usize {
        self.0.len()
    }

    /// How many times another task follows.
    pub fn switches(&self) -> usize {
        self.0.windows(2).filter(|pair| pair[0] != pair[1]).count()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, name) in self.0.iter().enumerate() {
            let (gap, name) = (if nth == 0 { "" } else { " " }, name.as_str());
            if name.is_empty() || name.contains(char::is_whitespace) {
                write!(f, "{gap}\"{name}\"")?;
            } else {
                write!(f, "{gap}{name}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Word {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut names = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
            };
            names.push(Name::from(name));
            rest = after.trim_start();
        }
        Ok(Word(names))
    }
}

/// A word does not fit the play: the task that it names cannot run there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfit {
    /// Which name of the word, from 1.
    pub step: usize,
    /// That name.
    pub wanted: Name,
    /// Who could run there. Empty: the play had ended.
    pub ready: Vec<Name>,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} of the word is {}, but ", self.step, self.wanted)?;
        let ready: Vec<&str> = self.ready.iter().map(Name::as_str).collect();
        match &ready[..] {
            [] => f.write_str("nobody could run there any more: the word is longer than the play"),
            ready => write!(f, "only {} could run there", ready.join(", ")),
        }
    }
}

impl std::error::Error for Unfit {}
