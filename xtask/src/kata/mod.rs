//! `cargo xtask kata`: the learner's way through the katas.

mod build;
mod check;
mod course;
mod hint;
mod judging;
mod kept;
mod list;
mod next;
mod reset;
mod show;
mod watch;

pub(crate) use course::{Course, Entry, KATAS, Lang};
pub(crate) use judging::{Works, aside, work_in};

use crate::out::{Exit, Failure, root};
use clap::{Args, Subcommand};

/// What a learner asks for.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// All katas in order, and how far each is
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        words: Words,
    },
    /// The task of the next kata that is not solved
    Next {
        #[command(flatten)]
        words: Words,
    },
    /// Judge a kata, or all that you have begun: exit code 2 if one is not solved
    Check {
        /// The kata, for example pitfalls/till
        id: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        words: Words,
    },
    /// The next of three hints, for the way in which the kata fails now
    Hint {
        /// The kata; if left out, the next that is not solved
        id: Option<String>,
        #[command(flatten)]
        words: Words,
    },
    /// Put a kata's file back as it was handed out; what you wrote is kept aside
    Reset {
        /// The kata
        id: String,
    },
    /// Judge a kata each time its file is saved; needs no terminal, and ends with Ctrl-C
    Watch {
        /// Stop after so many verdicts
        #[arg(long, value_name = "N")]
        rounds: Option<usize>,
        #[command(flatten)]
        words: Words,
    },
}

/// In which language the katas speak.
#[derive(Args)]
pub(crate) struct Words {
    /// The language of tasks, hints and debriefs
    #[arg(long, value_enum, env = "ASYNC_KATA_LANG", default_value = "en")]
    lang: Lang,
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    let course = Course::read(&root())?;
    match command {
        Command::List { json, words } => list::run(&course, words.lang, json),
        Command::Next { words } => next::run(&course, words.lang),
        Command::Check { id, json, words } => check::run(&course, id.as_deref(), words.lang, json),
        Command::Hint { id, words } => hint::run(&course, id.as_deref(), words.lang),
        Command::Reset { id } => reset::run(&course, &id),
        Command::Watch { rounds, words } => watch::run(&course, words.lang, rounds),
    }
}
