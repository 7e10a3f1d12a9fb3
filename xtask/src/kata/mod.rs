//! `cargo xtask kata`: the learner's way through the katas.

mod build;
mod check;
mod common;
mod course;
mod hint;
mod judging;
mod kept;
mod list;
mod next;
mod published;
mod reset;
mod show;
mod watch;

pub(crate) use course::{Course, Entry, KATAS, text_of};
pub(crate) use judging::{Works, aside, work_in};
#[cfg(test)]
pub(crate) use kept::print_in;
pub(crate) use kept::{Kept, Known};
pub(crate) use published::{is_complete as all_published, published};

use crate::out::{Exit, Failure, root};
use async_kata::kata::end_all;
use async_kata::scenarios::Lang;
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
    /// The task of the next kata that is not solved, or of another
    Next {
        /// The kata; if left out, the next
        id: Option<String>,
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
    /// The language of tasks, hints and debriefs: en or uk
    #[arg(long, env = "ASYNC_KATA_LANG", default_value_t = Lang::En)]
    lang: Lang,
}

/// Ctrl-C ends what was started too: judged processes and builds are no part of the terminal's group, so that they can be ended
/// as a whole, and would go on alone.
pub(crate) fn end_with_ctrl_c() {
    let end = || {
        end_all();
        std::process::exit(130);
    };
    if let Err(error) = ctrlc::set_handler(end) {
        crate::out::complain(&format!("Ctrl-C will not end what is started: {error}"));
    }
}

pub(crate) fn run(command: Command) -> Result<Exit, Failure> {
    let course = Course::read(&root())?;
    end_with_ctrl_c();
    match command {
        Command::List { json, words } => list::run(&course, words.lang, json),
        Command::Next { id, words } => next::run(&course, id.as_deref(), words.lang),
        Command::Check { id, json, words } => check::run(&course, id.as_deref(), words.lang, json),
        Command::Hint { id, words } => hint::run(&course, id.as_deref(), words.lang),
        Command::Reset { id } => reset::run(&course, &id),
        Command::Watch { rounds, words } => watch::run(&course, words.lang, rounds),
    }
}
