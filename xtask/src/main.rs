//! The command line: reads the arguments, runs one command, and maps how it went to an exit code.

mod bench;
mod bless;
mod browser;
mod ci;
mod deep;
mod draw;
mod explore;
mod grade;
mod kata;
mod list;
mod oracle;
mod out;
mod play;
mod progress;
mod report;
mod select;

use async_kata::scenarios::Lang;
use clap::{Parser, Subcommand, error::ErrorKind};
use out::{Exit, Failure};
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER_HELP: &str = "\
Exit codes: 0 ok, also a play that ends as it declares; 1 usage; 2 a check fails; 3 drift from a record;
4 nothing selected; 5 an undeclared deadlock, horizon, spin, flood or budget; 70 an internal error.";

/// async-kata: scenarios of asynchronous programming, run, explored, compared and drawn.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = AFTER_HELP, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the scenarios, and how many of the tutorial's statements they show
    List {
        /// The language of the titles: en or uk
        #[arg(long, env = "ASYNC_KATA_LANG", default_value_t)]
        lang: Lang,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a play once, on the paused clock: a column per task, virtual milliseconds
    #[command(after_help = "An ID is chapter/scenario, or chapter/scenario:play. Example: pitfalls/lost-update:naive")]
    Play {
        /// The scenario, or one play of it
        id: String,
        /// The language of the title and of what each play shows: en or uk
        #[arg(long, env = "ASYNC_KATA_LANG", default_value_t)]
        lang: Lang,
        /// Print an object a line: {"ms":0,"task":"a","kind":"said","what":"read 0"}
        #[arg(long)]
        json: bool,
    },
    /// Run a play under every schedule and count how many fail
    #[command(after_help = "An ID is chapter/scenario, or chapter/scenario:play. Example: pitfalls/lost-update:naive")]
    Explore {
        /// The scenario, or one play of it
        id: String,
        #[command(flatten)]
        extent: explore::Extent,
        /// Run only the schedule that this word spells, for example "a b b a", step by step
        #[arg(long, value_name = "WORD", conflicts_with = "Extent")]
        replay: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run the Python twins on CPython's real asyncio and compare with the committed records
    Oracle {
        /// The interpreter, CPython 3.12 or newer. Default: the one of the records, else the newest found
        #[arg(long, value_name = "PATH")]
        python: Option<PathBuf>,
        /// Write the records anew instead
        #[arg(long)]
        record: bool,
    },
    /// Show how a scenario's snapshot would change, ask, and accept it
    Bless {
        /// The scenario
        id: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// The way through the katas: what is next, is it right, a hint
    Kata {
        #[command(subcommand)]
        command: kata::Command,
    },
    /// Points for a course: a learner's work, judged by this clone
    #[command(
        after_help = "Example: cargo xtask grade --format junit --require pitfalls --work ../work --out katas.xml"
    )]
    Grade {
        #[command(flatten)]
        request: grade::Request,
    },
    /// Run everything and draw it: writes index.html, report.json with its schema, a folder of traces (Mermaid, and Chrome's
    /// JSON) and the README's picture, and prints the page's path
    Report {
        #[command(flatten)]
        request: draw::Request,
    },
    /// Measure the explorer and the primitives beside those of others (feature `peers`); takes three minutes
    Bench {
        /// Only this
        part: Option<bench::Part>,
        #[command(flatten)]
        extent: bench::Extent,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// All checks that are not in `cargo test`: formats, lints, docs, the command line's own tests, the oracle, repeats
    Ci {
        /// Also what takes a quarter of an hour: longer explorations, and real threads for longer, under the address
        /// sanitizer (needs a nightly compiler) and memcheck (needs valgrind)
        #[arg(long)]
        deep: bool,
    },
}

/// Counts the heap for `bench`.
#[cfg(feature = "heap")]
#[global_allocator]
static HEAP: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            let _ = error.print();
            return if asked { Exit::Ok.into() } else { Exit::Usage.into() };
        }
    };
    guarded(|| run(cli.command)).into()
}

/// Runs a command. A panic is our mistake, and has been printed: it must not look like a failed check.
fn guarded(command: impl FnOnce() -> Result<Exit, Failure> + std::panic::UnwindSafe) -> Exit {
    match std::panic::catch_unwind(command) {
        Ok(Ok(exit)) => exit,
        Ok(Err(Failure { exit, message })) => {
            out::complain(&message);
            exit
        }
        Err(_) => {
            out::complain("internal error: this is a mistake in xtask, not in your code; please report it");
            Exit::Internal
        }
    }
}

fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::List { lang, json } => list::run(lang, json),
        Command::Play { id, lang, json } => play::run(&id, lang, json),
        Command::Explore { id, extent, replay: None, json } => explore::run(&id, &extent, json),
        Command::Explore { id, replay: Some(word), json, .. } => explore::replay(&id, &word, json),
        Command::Oracle { python, record } => oracle::run(python.as_deref(), record),
        Command::Bless { id, yes } => bless::run(&id, yes),
        Command::Kata { command } => kata::run(command),
        Command::Grade { request } => grade::run(&request),
        Command::Report { request } => draw::run(&request),
        Command::Bench { part, extent, json } => bench::run(part, &extent, json),
        Command::Ci { deep } => ci::run(deep),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_panic_of_ours_is_an_internal_error() {
        assert_eq!(guarded(|| panic!("in a command")), Exit::Internal);
        assert_eq!(guarded(|| Err(Failure::new(Exit::Drift, "drifted"))), Exit::Drift);
        assert_eq!(guarded(|| Ok(Exit::Ok)), Exit::Ok);
    }

    #[test]
    fn the_arguments_are_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn one_part_of_the_page_needs_a_folder_for_its_pictures() {
        let parsed = |arguments: &[&str]| Cli::try_parse_from([&["xtask", "report"], arguments].concat());
        let Ok(Cli { command: Command::Report { request } }) = parsed(&["--check", "--shots", "a", "--only", "b"])
        else {
            panic!("these go together");
        };
        assert!(request.check && request.shots.is_some_and(|folder| folder == Path::new("a")));
        assert!(parsed(&["--only", "b"]).is_err());
    }
}
