//! Laws: one function, one sentence, and how a broken one is told.
//!
//! [`lock::all`] and [`event::all`] list them. Each list is in an order in which to mend: what the first laws ask for,
//! the later ones take for granted.

pub mod event;
mod hand;
pub mod lock;
mod play;

use crate::explore::Found;
use std::fmt;

/// One law about primitives of one kind, for one type that fulfils the contract.
///
/// The fields are public, so that laws of your own stand in the same list.
///
/// ```
/// use async_kata::conformance::laws;
/// use async_kata::sync::Event;
///
/// let law = laws::event::all::<Event>().into_iter().find(|law| law.name == "set_wakes_everybody").unwrap();
/// assert_eq!(law.says, "`set` wakes everybody who waits, and each goes on at its next poll.");
/// assert_eq!((law.run)().unwrap().to_string(), "polled by hand");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// The name, as of a function: `set_wakes_everybody`. Unique in its list, and it stays.
    pub name: &'static str,
    /// The law, in one sentence.
    pub says: &'static str,
    /// Judges the type. Says how far it looked, or how the law is broken.
    ///
    /// # Panics
    /// Inside a tokio runtime: a law brings its own.
    pub run: fn() -> Result<Extent, Broken>,
}

/// How far a law was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One history, poll by poll.
    ByHand,
    /// Every schedule of a play, or as many as the bounds allow.
    Explored {
        /// How many schedules were run.
        schedules: usize,
        /// How many of them break the law.
        failing: usize,
        /// Whether these were all, with `main` always first.
        complete: bool,
    },
    /// Every schedule of a play, again and again, each time with one waiter dropped after so many polls.
    Swept {
        /// How many such places there were to drop a waiter at; 1, the one at which the law is broken, if it is.
        cuts: usize,
        /// How many schedules were run: of all cuts together, or of the one at which the law is broken.
        schedules: usize,
        /// How many of them break the law.
        failing: usize,
        /// Whether these were all, with `main` always first.
        complete: bool,
    },
}

impl Extent {
    fn explored(found: &Found) -> Self {
        Extent::Explored { schedules: found.schedules, failing: found.failing, complete: found.complete }
    }
}

impl fmt::Display for Extent {
    /// `polled by hand`, `explored 36 schedules`, `4 of 36 schedules explored`, `explored 82 schedules, 4 cuts`, `4 of
    /// 54 schedules explored with this cut`; and `(not all)` after it, where that is so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Extent::Explored { schedules, failing, complete } | Extent::Swept { schedules, failing, complete, .. }) =
            self
        else {
            return f.write_str("polled by hand");
        };
        match (self, failing) {
            (Extent::Swept { cuts, .. }, 0) => write!(f, "explored {schedules} schedules, {cuts} cuts")?,
            (_, 0) => write!(f, "explored {schedules} schedules")?,
            (Extent::Swept { .. }, _) => write!(f, "{failing} of {schedules} schedules explored with this cut")?,
            _ => write!(f, "{failing} of {schedules} schedules explored")?,
        }
        f.write_str(if *complete { "" } else { " (not all)" })
    }
}

/// How a law is broken, for whoever has to mend it.
///
/// As text it is the message, the extent, what was expected, and what happened:
///
/// ```
/// use async_kata::conformance::{Broken, Extent};
///
/// let broken = Broken {
///     message: "a was not woken, though the event was set".into(),
///     end: "wake",
///     extent: Extent::ByHand,
///     expected: "a is woken: the event was set".into(),
///     happened: "ms  a\n 0  waits\n".into(),
/// };
/// assert_eq!(broken.to_string(), "\
/// a was not woken, though the event was set
///   broken by: wake (polled by hand)
///   expected:  a is woken: the event was set
///   happened:
///     ms  a
///      0  waits
/// ");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What went wrong, in one line.
    pub message: String,
    /// What kind of wrong, in one word. A wrong result: `outcome` (ready, refused, set ... when it must not be),
    /// `order` (another came first), `wake` (somebody is not woken, or wakes itself), `leak` (a waker is kept). An end
    /// other than a result: `deadlock`, `horizon`, `spin`, `flood`, `panicked`, and `chance` (the same schedule came
    /// out differently).
    pub end: &'static str,
    /// How far was looked, and in how many schedules the law is broken.
    pub extent: Extent,
    /// What was expected.
    pub expected: String,
    /// What happened, as a table: a row an event, a column a task, virtual milliseconds first. Of an explored law, the
    /// shortest schedule that breaks it.
    pub happened: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        writeln!(f, "  broken by: {} ({})", self.end, self.extent)?;
        writeln!(f, "  expected:  {}", self.expected)?;
        writeln!(f, "  happened:")?;
        self.happened.lines().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

impl std::error::Error for Broken {}

/// What a law found wrong, before it is known how often and in which story.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    end: &'static str,
    message: String,
    expected: String,
}

/// Lists laws: the name of each function, which must be in reach, and its sentence.
macro_rules! laws {
    ($(#[$about:meta])* $contract:ident: $($name:ident, $says:literal;)+) => {
        $(#[$about])*
        ///
        $(#[doc = concat!("- `", stringify!($name), "`: ", $says)])+
        #[must_use]
        pub fn all<T: $contract>() -> Vec<$crate::conformance::Law> {
            vec![$($crate::conformance::Law { name: stringify!($name), says: $says, run: $name::<T> }),+]
        }
    };
}
use laws;
