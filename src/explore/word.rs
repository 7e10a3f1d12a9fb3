//! A schedule, spelled: task names, and the other choices that a run had.

use super::{Asked, NotDeterministic};
use crate::trace::Name;
use std::fmt;
use std::str::FromStr;

/// One choice of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// This task is polled, once.
    Poll(Name),
    /// Time passes until the next timer fires, although somebody could run: they are slow. Spelled `+tick`.
    Tick,
    /// [`sim::pick`](crate::sim::pick) gave this number. Spelled `pick:1`.
    Pick(usize),
}

const TICK: &str = "+tick";
const PICK: &str = "pick:";

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Step::Tick => return f.write_str(TICK),
            Step::Pick(nth) => return write!(f, "{PICK}{nth}"),
            Step::Poll(name) => name.as_str(),
        };
        let needs_quotes = name.contains(|c: char| c.is_whitespace() || c == '"');
        if name.is_empty() || needs_quotes || name.starts_with('+') || name.starts_with(PICK) {
            return write!(f, "\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
        }
        f.write_str(name)
    }
}

/// Whose poll came after whose: `a b b a`.
///
/// A choice that is no poll stands between them: `a +tick b pick:1 a`, see [`Step`]. A name that could be mistaken
/// (it holds a blank or a quotation mark, or begins with `+` or `pick:`) is quoted, with `\` before an inner quotation
/// mark: `"first reader" b`.
///
/// ```
/// use async_kata::explore::Word;
///
/// let word: Word = "a b b a".parse().unwrap();
/// assert_eq!((word.polls(), word.switches()), (4, 2));
/// assert_eq!(word.to_string(), "a b b a");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Word(pub(super) Vec<Step>);

impl Word {
    /// The choices, in order.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    fn names(&self) -> impl Iterator<Item = &Name> + Clone {
        self.0.iter().filter_map(|step| if let Step::Poll(name) = step { Some(name) } else { None })
    }

    /// How many polls it spells.
    pub fn polls(&self) -> usize {
        self.names().count()
    }

    /// How many times another task follows.
    pub fn switches(&self) -> usize {
        self.names().zip(self.names().skip(1)).filter(|(one, next)| one != next).count()
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, step) in self.0.iter().enumerate() {
            write!(f, "{}{step}", if nth == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl FromStr for Word {
    type Err = Misspelled;

    fn from_str(text: &str) -> Result<Self, Misspelled> {
        let mut steps = Vec::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let (name, after) = unquote(quoted).ok_or(Misspelled::Unclosed)?;
                    (Step::Poll(name.into()), after)
                }
                None => {
                    let (bare, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                    (unquoted(bare)?, after)
                }
            };
            steps.push(step);
            rest = after.trim_start();
        }
        Ok(Word(steps))
    }
}

fn unquoted(bare: &str) -> Result<Step, Misspelled> {
    let unknown = || Misspelled::NoStep(bare.into());
    match bare.strip_prefix(PICK) {
        _ if bare == TICK => Ok(Step::Tick),
        Some(nth) => nth.parse().map(Step::Pick).map_err(|_| unknown()),
        None if bare.starts_with('+') => Err(unknown()),
        None => Ok(Step::Poll(bare.into())),
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

/// A text is no word.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misspelled {
    /// A quotation mark is not closed.
    Unclosed,
    /// This begins as `+tick` or `pick:1` does, and is neither.
    NoStep(String),
}

impl fmt::Display for Misspelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misspelled::Unclosed => {
                f.write_str("a quotation mark is not closed: write a name with blanks as \"first reader\"")
            }
            Misspelled::NoStep(text) => {
                write!(f, "{text} is no step: write +tick, pick:1, or a task's name in quotation marks")
            }
        }
    }
}

impl std::error::Error for Misspelled {}

/// A word does not fit the play: what it names cannot happen there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unfit {
    /// Which step of the word, from 1.
    pub step: usize,
    /// That step.
    pub wanted: Step,
    /// What there was to choose.
    pub asked: Asked,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "step {} of the word is {}, but ", self.step, self.wanted)?;
        match (&self.asked, &self.wanted) {
            (Asked::Over, _) => f.write_str("nobody could run there any more: the word is longer than the play"),
            (Asked::Turn(_), Step::Tick) => f.write_str("no timer fires there before the horizon, so time cannot pass"),
            (Asked::Turn(_), _) => write!(f, "only {}", self.asked),
            (Asked::Pick { .. }, _) => write!(f, "there stands {}", self.asked),
        }
    }
}

impl std::error::Error for Unfit {}

impl From<Unfit> for NotDeterministic {
    /// For a word that was a schedule of the same play before.
    fn from(unfit: Unfit) -> Self {
        NotDeterministic::Unfit(unfit)
    }
}
