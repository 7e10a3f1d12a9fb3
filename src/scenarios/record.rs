//! What CPython did: the record of a twin, and how our story is held against it.

use super::{Divergence, Lang, Scenario};
use crate::sim::End;
use crate::trace::{Entry, Name, Trace, What};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// The form of a record, in its first line.
const SCHEMA: u64 = 1;

/// What CPython did with a scenario's twin: `snapshots/<id>.cpython.json`, written by `cargo xtask oracle --record`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// The interpreter: `3.13.0`.
    pub python: String,
    /// The twin's SHA-256, as [`fingerprint`] gives it: an edited twin needs a new record.
    pub twin_sha256: String,
    /// What each play did.
    pub plays: BTreeMap<String, Played>,
}

/// One play of a twin, as CPython ran it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Played {
    /// Its story.
    pub trace: Trace,
    /// `done`, `deadlock`, `failed`, ...
    pub end: String,
    /// After a deadlock, the tasks that were stuck.
    pub stuck: Vec<Name>,
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordError(String);

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the record cannot be read: {}; then write it anew with `cargo xtask oracle --record`", self.0)
    }
}

impl std::error::Error for RecordError {}

/// A difference that every scenario has, declared here once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// asyncio raises `CancelledError` in the coroutine; a Rust future is dropped.
    DroppedIsCancelled,
    /// What `main` leaves behind asyncio cancels, and we drop.
    LeftOverIsCancelled,
    /// An exception leaves the coroutine; here it is an error or a panic, worded differently.
    PanicIsException,
}

impl Standing {
    /// In a sentence.
    pub fn text(self) -> &'static str {
        match self {
            Standing::DroppedIsCancelled => {
                "asyncio raises CancelledError inside the coroutine; a Rust future is dropped"
            }
            Standing::LeftOverIsCancelled => "what main leaves behind asyncio.run cancels; here it is dropped",
            Standing::PanicIsException => {
                "an exception leaves the coroutine; here it is an error or a panic, worded differently"
            }
        }
    }

    /// In a sentence, in this language. Code words are in backticks in Ukrainian.
    ///
    /// ```
    /// use async_kata::scenarios::{Lang, Standing};
    ///
    /// let standing = Standing::LeftOverIsCancelled;
    /// assert_eq!(standing.text_in(Lang::En), standing.text());
    /// assert!(standing.text_in(Lang::Uk).contains("`asyncio.run` скасовує"));
    /// ```
    pub fn text_in(self, lang: Lang) -> &'static str {
        match (lang, self) {
            (Lang::En, _) => self.text(),
            (Lang::Uk, Standing::DroppedIsCancelled) => {
                "asyncio кидає `CancelledError` усередині корутини; футуру в Rust знищують"
            }
            (Lang::Uk, Standing::LeftOverIsCancelled) => {
                "те, що `main` лишає по собі, `asyncio.run` скасовує; тут його знищують"
            }
            (Lang::Uk, Standing::PanicIsException) => {
                "із корутини виходить виняток; тут це помилка або паніка, сформульована інакше"
            }
        }
    }
}

/// Where our story and the record part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The scenario has no twin.
    NoTwin,
    /// The twin was edited after it was recorded.
    StaleTwin,
    /// The record has no play of this name.
    NoPlay(String),
    /// The two runs end differently: ours, CPython's; for a deadlock with the tasks that are stuck.
    End(String, String),
    /// The first entries that differ: which (from 1), ours, CPython's. `None`: the story is over.
    Entry(usize, Option<String>, Option<String>),
    /// A divergence that the scenario names does not occur.
    NotSeen(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_over = |entry: &Option<String>| entry.clone().unwrap_or_else(|| "(the story is over)".into());
        match self {
            Difference::NoTwin => f.write_str("the scenario has no twin, but a record: remove the record"),
            Difference::StaleTwin => f.write_str(
                "the twin was edited after it was recorded: run `cargo xtask oracle --record` and read what changed",
            ),
            Difference::NoPlay(play) => write!(f, "the record has no play {play}: run `cargo xtask oracle --record`"),
            Difference::End(ours, cpython) => write!(f, "our run ends as {ours}, CPython's as {cpython}"),
            Difference::Entry(nth, ours, cpython) => {
                let (ours, cpython) = (or_over(ours), or_over(cpython));
                write!(f, "entry {nth} differs\n     ours  {ours}\n  cpython  {cpython}")
            }
            Difference::NotSeen(why) => write!(f, "the divergence \"{why}\" does not occur any more: remove it"),
        }
    }
}

impl std::error::Error for Difference {}

/// The SHA-256 of a twin, in hexadecimal. Line ends do not count, so that a checkout on Windows has the same.
pub fn fingerprint(twin: &str) -> String {
    let hash = hmac_sha256::Hash::hash(twin.replace("\r\n", "\n").as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Record {
    /// Reads a record.
    ///
    /// # Errors
    /// When it is not JSON of the record's form, with the cure.
    pub fn parse(text: &str) -> Result<Self, RecordError> {
        let json: Value = serde_json::from_str(text).map_err(|error| RecordError(error.to_string()))?;
        let field = |name: &str| {
            let missing = || RecordError(format!("it has no text `{name}`"));
            json[name].as_str().map(str::to_string).ok_or_else(missing)
        };
        if json["schema"] != SCHEMA {
            return Err(RecordError(format!("its schema is {}, and this program reads {SCHEMA}", json["schema"])));
        }
        let plays = json["plays"].as_object().ok_or_else(|| RecordError("it has no `plays`".into()))?;
        let plays = plays.iter().map(|(name, json)| Ok((name.clone(), played(name, json)?)));
        Ok(Record {
            python: field("python")?,
            twin_sha256: field("twin_sha256")?,
            plays: plays.collect::<Result<_, _>>()?,
        })
    }

    /// Holds a run of ours against the record.
    ///
    /// Exact, entry by entry and millisecond by millisecond, but for the standing divergences, of which those that
    /// occurred are returned, and those that the scenario names. Where the run is cut (a deadlock, a spin, ...)
    /// CPython's story is over, so what our left-overs do is not compared; after a deadlock the tasks that are stuck are.
    ///
    /// # Errors
    /// The first difference.
    pub fn compare<T>(
        &self,
        scenario: &Scenario,
        play: &str,
        trace: &Trace,
        end: &End<T>,
    ) -> Result<Vec<Standing>, Difference> {
        let twin = scenario.twin.ok_or(Difference::NoTwin)?;
        if fingerprint(twin) != self.twin_sha256 {
            return Err(Difference::StaleTwin);
        }
        let cpython = self.plays.get(play).ok_or_else(|| Difference::NoPlay(play.into()))?;
        let named: Vec<&Divergence> = scenario.differs.iter().filter(|divergence| divergence.play == play).collect();
        let goes_on = matches!(end, End::Done(_) | End::Panicked { .. });
        let ours: Vec<&Entry> = if goes_on { trace.story().collect() } else { trace.before_the_end().collect() };
        let standing = walk(&ours, &cpython.trace.story().collect::<Vec<_>>(), &named)?;
        let (ours, theirs) = (our_end(end), their_end(cpython));
        if ours == theirs { Ok(standing) } else { Err(Difference::End(ours, theirs)) }
    }
}

fn our_end<T>(end: &End<T>) -> String {
    match end {
        End::Panicked { .. } => "failed".into(),
        End::Deadlock(stuck) => with_stuck("deadlock", stuck.iter().map(|stuck| stuck.task.as_str())),
        other => other.name().into(),
    }
}

fn their_end(played: &Played) -> String {
    with_stuck(&played.end, played.stuck.iter().map(Name::as_str))
}

fn with_stuck<'a>(end: &str, stuck: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = stuck.collect();
    if names.is_empty() { end.into() } else { format!("{end} of {}", names.join(", ")) }
}

fn played(name: &str, json: &Value) -> Result<Played, RecordError> {
    let end = json["end"].as_str().ok_or_else(|| RecordError(format!("{name} has no `end`")))?;
    let entries = json["entries"].as_array().ok_or_else(|| RecordError(format!("{name} has no `entries`")))?;
    let stuck = json["stuck"].as_array().into_iter().flatten();
    Ok(Played {
        trace: entries.iter().map(entry).collect::<Result<Trace, _>>()?,
        end: end.to_string(),
        stuck: stuck.filter_map(|name| name.as_str().map(Name::from)).collect(),
    })
}

fn entry(json: &Value) -> Result<Entry, RecordError> {
    let bad = || RecordError(format!("this is no entry: {json}"));
    if json["ms"].as_u64().is_none() && json["ms"].is_number() {
        let why = "is at a fraction of a millisecond, which tokio's clock has not: let the twin sleep whole ones";
        return Err(RecordError(format!("{json} {why}")));
    }
    let (ms, task) = (json["ms"].as_u64().ok_or_else(bad)?, json["task"].as_str().ok_or_else(bad)?);
    let (kind, text) = (json["kind"].as_str().ok_or_else(bad)?, json["what"].as_str().unwrap_or_default());
    Ok(Entry { ms, task: Name::from(task), what: What::from_story(kind, text).ok_or_else(bad)? })
}

fn line(entry: &Entry) -> String {
    format!("{} {} {} {}", entry.ms, entry.task, entry.what.kind(), entry.what.text()).trim_end().to_string()
}

/// Walks both stories at once.
fn walk(ours: &[&Entry], cpython: &[&Entry], named: &[&Divergence]) -> Result<Vec<Standing>, Difference> {
    let (mut at, mut there) = (0, 0);
    let mut standing = Vec::new();
    let mut unseen = named.to_vec();
    loop {
        let (our, their) = (ours.get(at).copied(), cpython.get(there).copied());
        let same = match (our, their) {
            (None, None) => break,
            (Some(our), Some(their)) => alike(our, their),
            _ => None,
        };
        if let Some(allowed) = same {
            standing.extend(allowed);
            (at, there) = (at + 1, there + 1);
            continue;
        }
        let stands = |entries: &[&Entry], from: usize, lines: &[&str]| {
            lines
                .iter()
                .enumerate()
                .all(|(nth, text)| entries.get(from + nth).is_some_and(|entry| line(entry) == *text))
        };
        let found = unseen.iter().position(|d| stands(ours, at, d.ours) && stands(cpython, there, d.cpython));
        let Some(found) = found else { return Err(Difference::Entry(at + 1, our.map(line), their.map(line))) };
        let divergence = unseen.remove(found);
        (at, there) = (at + divergence.ours.len(), there + divergence.cpython.len());
    }
    standing.sort_unstable();
    standing.dedup();
    match unseen.first() {
        Some(divergence) => Err(Difference::NotSeen(divergence.why.into())),
        None => Ok(standing),
    }
}

/// Whether the two entries count as one: `Some`, with the standing divergence if it took one.
fn alike(our: &Entry, their: &Entry) -> Option<Option<Standing>> {
    if (our.ms, &our.task) != (their.ms, &their.task) {
        return None;
    }
    match (&our.what, &their.what) {
        (What::LeftOver, What::Cancelled) => Some(Some(Standing::LeftOverIsCancelled)),
        (What::Cancelled, What::Cancelled) => Some(Some(Standing::DroppedIsCancelled)),
        (What::Failed(_), What::Failed(_)) => Some(Some(Standing::PanicIsException)),
        (ours, theirs) => (ours == theirs).then_some(None),
    }
}
