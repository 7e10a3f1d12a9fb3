//! What happened: entries of virtual time, task and event, and how they print.
//!
//! One vocabulary runs from the play through snapshot, explorer, oracle and page. An [`Entry`] is either part of the
//! *story*, which a person reads, a snapshot pins and CPython must repeat, or of the *mechanics* (spawns, polls, wakes,
//! waits), which only pictures read: they change with the runtime's version, so they never reach a snapshot.

mod table;

pub(crate) use table::grid;

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

/// A task's name. Cheap to clone; unique within one run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

impl Name {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Arc<str>>> From<T> for Name {
    fn from(name: T) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

/// One thing that happened to one task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Virtual milliseconds since the play began.
    pub ms: u64,
    /// Whom it happened to.
    pub task: Name,
    /// What happened.
    pub what: What,
}

/// What can happen to a task.
///
/// The first six are the story, the rest the mechanics.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// Its body ran for the first time.
    Started,
    /// It said this, by [`sim::log`](crate::sim::log).
    Said(String),
    /// Its body returned.
    Ended,
    /// Its body panicked, with this message. (CPython: an exception left the coroutine.)
    Failed(String),
    /// Its body was dropped before it returned. (CPython: `CancelledError` left the coroutine.)
    Cancelled,
    /// Its body was dropped because `main` had ended, or because the run was stopped.
    LeftOver,
    /// Its seat was made: within this task's turn, or in nobody's (`None`), as that of `main`.
    Spawned(Option<Name>),
    /// A poll of its body begins.
    Polled,
    /// That poll returned `Pending`.
    Rested,
    /// Its waker was called: within this task's turn, or in nobody's (`None`): by the clock, the end of a task, a stray.
    Woken(Option<Name>),
    /// It begins to wait for this.
    Waits(String),
    /// It no longer waits for this: it was served, or gave up.
    Leaves(String),
    /// It holds one unit of this.
    Holds(String),
    /// It gave one unit of this back.
    Frees(String),
}

impl What {
    /// Whether it belongs to the story.
    pub fn is_story(&self) -> bool {
        !matches!(self.kind(), "spawned" | "polled" | "rested" | "woken" | "waits" | "leaves" | "holds" | "frees")
    }

    /// The kind in one word: the `kind` of the JSON form.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Started => "started",
            What::Said(_) => "said",
            What::Ended => "ended",
            What::Failed(_) => "failed",
            What::Cancelled => "cancelled",
            What::LeftOver => "left-over",
            What::Spawned(_) => "spawned",
            What::Polled => "polled",
            What::Rested => "rested",
            What::Woken(_) => "woken",
            What::Waits(_) => "waits",
            What::Leaves(_) => "leaves",
            What::Holds(_) => "holds",
            What::Frees(_) => "frees",
        }
    }

    /// The text that goes with the kind; empty where the kind says it all.
    pub fn text(&self) -> &str {
        match self {
            What::Said(text) | What::Failed(text) => text,
            What::Waits(thing) | What::Leaves(thing) | What::Holds(thing) | What::Frees(thing) => thing,
            What::Spawned(Some(by)) | What::Woken(Some(by)) => by.as_str(),
            _ => "",
        }
    }

    /// The story event of this kind, as a record spells it; `None` for a kind that no story has.
    pub fn from_story(kind: &str, text: &str) -> Option<What> {
        Some(match kind {
            "started" => What::Started,
            "said" => What::Said(text.into()),
            "ended" => What::Ended,
            "failed" => What::Failed(text.into()),
            "cancelled" => What::Cancelled,
            "left-over" => What::LeftOver,
            _ => return None,
        })
    }
}

impl fmt::Display for What {
    /// What was said stands bare, everything else in parentheses: `read 0`, `(started)`, `(failed: boom)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.text()) {
            (What::Said(text), _) => f.write_str(&one_line(text)),
            (What::LeftOver, _) => f.write_str("(left over)"),
            (_, "") => write!(f, "({})", self.kind()),
            (_, text) => write!(f, "({}: {})", self.kind(), one_line(text)),
        }
    }
}

/// Control characters, escaped: one event is one line, whatever was said.
fn one_line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() {
            line.extend(c.escape_default())
        } else {
            line.push(c)
        }
        line
    })
}

/// The entries of one run, in the order in which they happened.
///
/// ```
/// use async_kata::trace::{Entry, Trace, What};
///
/// let trace: Trace = [
///     Entry { ms: 0, task: "a".into(), what: What::Started },
///     Entry { ms: 0, task: "a".into(), what: What::Said("hello".into()) },
/// ]
/// .into_iter()
/// .collect();
/// assert_eq!(trace.order(), "a hello");
/// ```
///
/// Two traces are equal when their entries are, and their plays were over at the same one. Where in the source an entry
/// comes from ([`site`](Self::site)) does not count: a play that only moved to other lines does the same.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    entries: Vec<Entry>,
    /// Where each of them comes from in the source: as many as there are entries.
    sites: Vec<Option<&'static Location<'static>>>,
    /// How many of them were written when the play was over.
    over_at: Option<usize>,
}

impl PartialEq for Trace {
    fn eq(&self, other: &Self) -> bool {
        (&self.entries, self.over_at) == (&other.entries, other.over_at)
    }
}

impl Eq for Trace {}

impl Trace {
    pub(crate) fn push(&mut self, entry: Entry, site: Option<&'static Location<'static>>) {
        self.entries.push(entry);
        self.sites.push(site);
    }

    pub(crate) fn play_is_over(&mut self) {
        self.over_at.get_or_insert(self.entries.len());
    }

    /// The story up to the end of `main`, or up to where the run was cut: without what left-overs did after it.
    pub fn before_the_end(&self) -> impl Iterator<Item = &Entry> + Clone {
        let until = self.over_at.unwrap_or(self.entries.len());
        self.entries[..until].iter().filter(|entry| entry.what.is_story())
    }

    /// All entries, mechanics too if they were recorded.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The line of source that the `nth` of the [`entries`](Self::entries) comes from.
    ///
    /// Of what was said it is the call of [`sim::log`](crate::sim::log); of a wait for a primitive, or a hold of one, the
    /// call that asked for it; of a spawn, the call that made the seat. `None` for every other entry, for waits for a
    /// task or the clock, for `main` and the threads of [`to_thread`](crate::tasks::to_thread()), for an entry that was
    /// not written by a run, and beyond the last. It never panics.
    ///
    /// The file is spelled as the compiler does: on Windows with `\`.
    ///
    /// ```
    /// use async_kata::sim;
    ///
    /// let (line, run) = (line!(), sim::run(|| async { sim::log("hello") }));
    /// let said = run.trace.entries().iter().position(|entry| entry.what.kind() == "said").unwrap();
    /// let site = run.trace.site(said).unwrap();
    /// assert_eq!((site.file(), site.line()), (file!(), line));
    /// ```
    pub fn site(&self, nth: usize) -> Option<&'static Location<'static>> {
        self.sites.get(nth).copied().flatten()
    }

    /// The story: the one projection that snapshots, the oracle and `play --json` share.
    pub fn story(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.entries.iter().filter(|entry| entry.what.is_story())
    }

    /// What was said, in order, in one line: `a read 0, b read 0, a wrote 1`. A scenario's hand-written `ORDER` is
    /// compared with it.
    pub fn order(&self) -> String {
        let said = self.said().map(|(task, text)| format!("{task} {}", one_line(text)));
        said.collect::<Vec<_>>().join(", ")
    }

    /// Who said what, in order.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&Name, &str)> {
        self.story().filter_map(|entry| match &entry.what {
            What::Said(text) => Some((&entry.task, text.as_str())),
            _ => None,
        })
    }

    /// The story as a text table: a row an entry, a column a task in order of appearance, virtual milliseconds first.
    ///
    /// ```
    /// use async_kata::trace::{Entry, Trace, What};
    ///
    /// let say = |ms, task: &str, text: &str| Entry { ms, task: task.into(), what: What::Said(text.into()) };
    /// let trace: Trace = [say(0, "a", "reads"), say(10, "b", "writes")].into_iter().collect();
    /// assert_eq!(trace.table(), "\
    /// ms  a      b
    ///  0  reads  ·
    /// 10  ·      writes
    /// ");
    /// ```
    pub fn table(&self) -> String {
        table::columns(self.story())
    }
}

impl FromIterator<Entry> for Trace {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let entries: Vec<Entry> = entries.into_iter().collect();
        Self { sites: vec![None; entries.len()], entries, over_at: None }
    }
}
