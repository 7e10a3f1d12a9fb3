//! A kata's words in one language: the task, the hints, what is said when it is solved, and of each known wrong answer.

use super::Cause;
use std::error::Error;
use std::fmt;

/// The words of a kata, read from one file of Markdown, so that a translation is one file more.
///
/// ```
/// use async_kata::kata::{Cause, Text};
///
/// let text = Text::parse("\
/// ## Two tills
///
/// Both sell.
///
/// ### Hints: outcome
///
/// 1. Who reads what?
/// 2. What happens between reading and writing?
/// 3. Hold a lock over both.
///
/// ### Hints
///
/// 1. Read the message.
/// 2. Read it again.
/// 3. Begin anew.
///
/// ### Debrief
///
/// A lost update.
///
/// ### Wrong answer: locks-the-write
///
/// Too late.
/// ".replace("## Two", "# Two").replace("### ", "## ").as_str()).unwrap();
/// assert_eq!(text.title, "Two tills");
/// assert_eq!(text.hints(Cause::Outcome)[1], "What happens between reading and writing?");
/// assert_eq!(text.hints(Cause::Panic)[0], "Read the message.");
/// assert_eq!(text.wrong_answers[0].0, "locks-the-write");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Text {
    /// The first line.
    pub title: String,
    /// What is to be done.
    pub task: String,
    hints: Vec<Hints>,
    /// Said when it is solved: why, and what asyncio has for it.
    pub debrief: String,
    /// Known wrong answers by their names, each with what is wrong with it.
    pub wrong_answers: Vec<(String, String)>,
}

/// Three hints of growing strength.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hints {
    /// How the kata failed for which they are; `None`: in any other way.
    pub cause: Option<Cause>,
    /// From a question to the idea in words.
    pub steps: [String; 3],
}

/// What is wrong with a file of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Malformed {}

/// Reads only hints: a file of sections `## Hints: CAUSE`, after a title and any words.
///
/// # Errors
/// When a section is another, or there are not three hints.
///
/// ```
/// use async_kata::kata::{Cause, hints_in};
///
/// let hints = hints_in(&"# All\n\n-# Hints: panic\n\n1. a\n2. b\n3. c\n".replace("-#", "##")).unwrap();
/// assert_eq!((hints[0].cause, hints[0].steps[2].as_str()), (Some(Cause::Panic), "c"));
/// ```
pub fn hints_in(file: &str) -> Result<Vec<Hints>, Malformed> {
    let file = file.replace("\r\n", "\n");
    let section = |section: &str| {
        let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
        let cause = heading.trim().strip_prefix("Hints: ").and_then(Cause::from_name);
        let cause = cause.ok_or_else(|| Malformed(format!("`{heading}`: a section is `Hints: CAUSE`")))?;
        Ok(Hints { cause: Some(cause), steps: steps(heading, body.trim())? })
    };
    file.split("\n## ").skip(1).map(section).collect()
}

fn malformed<T>(what: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(what.into()))
}

impl Text {
    /// Reads a file: a title (`# `), the task, and then sections (`## `): `Hints: CAUSE`, `Hints` for all other causes,
    /// `Debrief`, `Wrong answer: NAME`. The headings are English in every language: they are for this function.
    ///
    /// # Errors
    /// When a part is missing, is empty or is unknown, or there are not three hints.
    pub fn parse(file: &str) -> Result<Text, Malformed> {
        let file = file.replace("\r\n", "\n");
        let mut sections = file.split("\n## ");
        let head = sections.next().unwrap_or_default();
        let Some((title, task)) = head.strip_prefix("# ").and_then(|head| head.split_once('\n')) else {
            return malformed("it does not begin with `# ` and a title");
        };
        let mut text = Text {
            title: title.trim().into(),
            task: task.trim().into(),
            hints: Vec::new(),
            debrief: String::new(),
            wrong_answers: Vec::new(),
        };
        for section in sections {
            let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
            text.add(heading.trim(), body.trim())?;
        }
        text.whole()
    }

    fn add(&mut self, heading: &str, body: &str) -> Result<(), Malformed> {
        if body.is_empty() {
            return malformed(format!("the section `{heading}` is empty"));
        }
        let (what, name) = heading.split_once(':').map_or((heading, ""), |(what, name)| (what, name.trim()));
        match (what, name) {
            ("Hints", name) => {
                let cause = match (name, Cause::from_name(name)) {
                    ("", _) => None,
                    (_, Some(cause)) => Some(cause),
                    (_, None) => return malformed(format!("`{heading}`: there is no such cause")),
                };
                if self.hints.iter().any(|hints| hints.cause == cause) {
                    return malformed(format!("`{heading}` is there twice"));
                }
                self.hints.push(Hints { cause, steps: steps(heading, body)? });
            }
            ("Debrief", "") => self.debrief = body.into(),
            ("Wrong answer", name) if !name.is_empty() => self.wrong_answers.push((name.into(), body.into())),
            _ => return malformed(format!("the section `{heading}` is unknown")),
        }
        Ok(())
    }

    fn whole(self) -> Result<Text, Malformed> {
        for (part, is_missing) in [
            ("title", self.title.is_empty()),
            ("task", self.task.is_empty()),
            ("section `Debrief`", self.debrief.is_empty()),
            ("section `Hints` for all other causes", self.hints.iter().all(|hints| hints.cause.is_some())),
        ] {
            if is_missing {
                return malformed(format!("the {part} is missing"));
            }
        }
        Ok(self)
    }

    /// The hints for a kata that failed so.
    pub fn hints(&self, cause: Cause) -> &[String; 3] {
        let own = self.hints.iter().find(|hints| hints.cause == Some(cause));
        let any = || self.hints.iter().find(|hints| hints.cause.is_none());
        own.or_else(any).map(|hints| &hints.steps).expect("`whole` has seen them")
    }

    /// All hints, for a translation to be compared.
    pub fn all_hints(&self) -> &[Hints] {
        &self.hints
    }
}

/// `1. one`, `2. two`, `3. three`, each over as many lines as it takes.
fn steps(heading: &str, body: &str) -> Result<[String; 3], Malformed> {
    let mut steps: Vec<String> = Vec::new();
    for line in body.lines() {
        let next = format!("{}. ", steps.len() + 1);
        match (line.strip_prefix(&next), steps.last_mut()) {
            (Some(step), _) => steps.push(step.trim().to_string()),
            (None, Some(step)) if line.trim().is_empty() => step.push('\n'),
            (None, Some(step)) => *step = format!("{step}\n{}", line.strip_prefix("   ").unwrap_or(line)),
            (None, None) => return malformed(format!("`{heading}` does not begin with `1. `")),
        }
    }
    let n = steps.len();
    let steps: Vec<String> = steps.into_iter().map(|step| step.trim_end().to_string()).collect();
    steps.try_into().or_else(|_| malformed(format!("`{heading}` has {n} hints; three is the number")))
}
