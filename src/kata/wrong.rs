//! What is wrong with a kata: a cause by its name, a sentence, and what was expected against what happened.

use crate::conformance::{Broken, Extent};
use crate::sim::End;
use serde_json::{Value, json};
use std::fmt;

/// Why a kata is wrong, by a name that hints are found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Something happened at another place in the order than was said.
    Order,
    /// Something else came out.
    Outcome,
    /// Somebody who should go on was not woken, or one who should sleep wakes itself.
    Wake,
    /// Something was kept that nobody needs any more: a waker of a wait that is over.
    Leak,
    /// Nobody could go on, and no timer was armed.
    Deadlock,
    /// Something ticked on and on, and `main` did not end.
    Horizon,
    /// A task ran on and on without an entry or a tick.
    Spin,
    /// A task said more than a run may hold.
    Flood,
    /// It did not come to an end in real time: an endless loop inside one poll, a thread that waits.
    Timeout,
    /// The process ended before it was judged: an abort, a call of `exit`, a signal.
    Abort,
    /// The stack overflowed.
    Overflow,
    /// It wanted more memory than a kata may have.
    Memory,
    /// It panicked.
    Panic,
    /// rustc refuses it.
    DoesNotCompile,
    /// A file was changed that is not the learner's.
    Tampered,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 15] = [
        Cause::Order,
        Cause::Outcome,
        Cause::Wake,
        Cause::Leak,
        Cause::Deadlock,
        Cause::Horizon,
        Cause::Spin,
        Cause::Flood,
        Cause::Timeout,
        Cause::Abort,
        Cause::Overflow,
        Cause::Memory,
        Cause::Panic,
        Cause::DoesNotCompile,
        Cause::Tampered,
    ];

    /// Its name, as it is printed and as hints are found by: `does-not-compile`.
    pub fn name(self) -> &'static str {
        match self {
            Cause::Order => "order",
            Cause::Outcome => "outcome",
            Cause::Wake => "wake",
            Cause::Leak => "leak",
            Cause::Deadlock => "deadlock",
            Cause::Horizon => "horizon",
            Cause::Spin => "spin",
            Cause::Flood => "flood",
            Cause::Timeout => "timeout",
            Cause::Abort => "abort",
            Cause::Overflow => "overflow",
            Cause::Memory => "memory",
            Cause::Panic => "panic",
            Cause::DoesNotCompile => "does-not-compile",
            Cause::Tampered => "tampered",
        }
    }

    /// The cause of this name.
    pub fn from_name(name: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.name() == name)
    }

    /// The cause that an end of a run is; `None` for `done`.
    pub fn of<T>(end: &End<T>) -> Option<Cause> {
        match end {
            End::Done(_) => None,
            End::Deadlock(_) => Some(Cause::Deadlock),
            End::Horizon(_) => Some(Cause::Horizon),
            End::Spin(_) => Some(Cause::Spin),
            End::Flood(_) => Some(Cause::Flood),
            End::Panicked { .. } => Some(Cause::Panic),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong.
///
/// ```
/// use async_kata::kata::{Cause, Wrong};
///
/// let source = "pub fn spare() {}\npub fn sell() {}\n";
/// let wrong = Wrong::new(Cause::Outcome, "one sale is lost").at(source, "fn sell").expected("2 sold").happened("1 sold");
/// assert_eq!(wrong.line, Some(2));
/// assert_eq!(wrong.to_string(), "outcome: one sale is lost\n\nexpected\n  2 sold\nhappened\n  1 sold\n");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wrong {
    /// By its name.
    pub cause: Cause,
    /// One sentence, in one line, without a full stop: it stands behind a place and a cause.
    pub message: String,
    /// Where in the learner's file, if that is known.
    pub line: Option<u32>,
    /// What was expected: some lines, or nothing.
    pub expected: String,
    /// What happened instead: a table of virtual times and tasks, or nothing.
    pub happened: String,
}

/// Of each text so many bytes are kept: a table of a run with a hundred thousand entries helps nobody.
const MOST: usize = 16 * 1024;

impl Wrong {
    /// Wrong for this cause, in this sentence. Line ends in it become spaces.
    pub fn new(cause: Cause, message: impl Into<String>) -> Self {
        let message = cut(visible(&message.into()).split_whitespace().collect::<Vec<_>>().join(" "), MOST);
        Self { cause, message, line: None, expected: String::new(), happened: String::new() }
    }

    /// At the first line of `source` that has `mark` in it, if there is one.
    pub fn at(mut self, source: &str, mark: &str) -> Self {
        let found = source.lines().position(|line| line.contains(mark));
        self.line = found.and_then(|line| u32::try_from(line + 1).ok());
        self
    }

    /// At this line, from 1.
    pub fn at_line(mut self, line: Option<u32>) -> Self {
        self.line = line;
        self
    }

    /// What was expected.
    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = cut(visible(&text.into()), MOST);
        self
    }

    /// What happened.
    pub fn happened(mut self, text: impl Into<String>) -> Self {
        self.happened = cut(visible(&text.into()), MOST);
        self
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "cause": self.cause.name(), "message": self.message, "line": self.line,
            "expected": self.expected, "happened": self.happened,
        })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_string);
        Some(Self {
            cause: Cause::from_name(&text("cause")?)?,
            message: text("message")?,
            line: value.get("line")?.as_u64().and_then(|line| u32::try_from(line).ok()),
            expected: text("expected")?,
            happened: text("happened")?,
        })
    }
}

impl From<Broken> for Wrong {
    /// A law that is broken: by the same message, with what was expected, and the story in which it is broken.
    fn from(broken: Broken) -> Self {
        let cause = match broken.end {
            "panicked" => Cause::Panic,
            end => Cause::from_name(end).unwrap_or(Cause::Outcome),
        };
        let extent = match broken.extent {
            Extent::ByHand => "polled by hand".to_string(),
            explored => format!("{explored} break it; the shortest"),
        };
        // The name of an end is said by the cause.
        let message = broken.message.strip_prefix(&format!("{}: ", broken.end)).unwrap_or(&broken.message);
        Wrong::new(cause, message).expected(broken.expected).happened(format!("{extent}:\n{}", broken.happened))
    }
}

/// A text in which nothing moves a cursor, sets a title or turns the direction: a learner's words end on a teacher's terminal.
pub(super) fn visible(text: &str) -> String {
    let hides = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        if hides(c) || turns(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// The first so many bytes, in whole lines where there are any, and a line that says what is missing.
pub(super) fn cut(text: String, most: usize) -> String {
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let end = text[..end].rfind('\n').map_or(end, |line| line + 1);
    format!("{}... and {} bytes more\n", &text[..end], text.len() - end)
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.cause, self.message)?;
        for (nth, (what, text)) in [("expected", &self.expected), ("happened", &self.happened)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .enumerate()
        {
            writeln!(f, "{}{what}", if nth == 0 { "\n" } else { "" })?;
            text.lines().try_for_each(|line| writeln!(f, "{}", format!("  {line}").trim_end()))?;
        }
        Ok(())
    }
}
