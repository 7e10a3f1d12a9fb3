//! A schedule, spelled in task names.

use crate::trace::Name;
use std::fmt;
use std::str::FromStr;

/// Whose poll came after whose: `a b b a`.
///
/// A name that holds a blank or a quotation mark is quoted, with `\` before an inner one: `"first reader" b`.
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
            if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '"') {
                write!(f, "{gap}\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))?;
            } else {
                write!(f, "{gap}{name}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Word {
    type Err = Unclosed;

    fn from_str(text: &str) -> Result<Self, Unclosed> {
        let mut names = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => unquote(quoted).ok_or(Unclosed)?,
                None => {
                    let (name, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                    (name.to_string(), after)
                }
            };
            names.push(Name::from(name));
            rest = after.trim_start();
        }
        Ok(Word(names))
    }
}

/// What stands before the closing quotation mark, and what after it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name, &quoted[at + 1..])),
            '\\' => name.push(chars.next()?.1),
            c => name.push(c),
        }
    }
    None
}

/// A word has a quotation mark that is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclosed;

impl fmt::Display for Unclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quotation mark is not closed: write a name with blanks as \"first reader\"")
    }
}

impl std::error::Error for Unclosed {}

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
