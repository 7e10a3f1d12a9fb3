//! The test target: judges each kata in a process of its own, and tells `cargo test`, or a grader, of it.

use super::{Judged, Kata, Results, State, judge, supervise};
use libtest_mimic::{Arguments, Failed, Trial};
use std::env;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The first argument of a process that judges one kata.
const JUDGE: &str = "--judge";

/// The first argument of a process that prints results as JSON.
const RESULTS: &str = "--results";

/// After it: nobody is judged, and all are told as open. For a kata that ends the program that judges it.
const UNJUDGED: &str = "--unjudged";

/// After it: katas that are open are judged too, to see what they do as they were handed out.
const EVEN_OPEN: &str = "--even-open";

/// Runs as a test target. In `Cargo.toml`: `[[test]] name = "katas"` and `harness = false`; in the file:
///
/// ```no_run
/// use async_kata::kata::{self, Kata};
///
/// # #[allow(clippy::needless_doctest_main)]
/// fn main() -> std::process::ExitCode {
///     const KATAS: &[Kata] = &[];
///     kata::main(KATAS, Vec::new())
/// }
/// ```
///
/// It takes libtest's arguments (`--list`, a filter, `--exact`). A kata that is open passes, and is told apart: `test [open]
/// pitfalls/till ... ok`. `--results [--even-open] [ID...]` prints [`Results`] as JSON instead, and fails only if it could not
/// judge; with `--even-open` what nobody has touched is judged too, with `--unjudged` in its place nobody is.
/// `others` are tests of the course itself ([`Trial::test`]), which run beside.
///
/// # Panics
/// When two katas have one id.
pub fn main(katas: &[Kata], others: Vec<Trial>) -> ExitCode {
    for (nth, kata) in katas.iter().enumerate() {
        assert!(katas[..nth].iter().all(|before| before.id != kata.id), "two katas are called {}", kata.id);
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    judge_if_asked(katas);
    match arguments.split_first() {
        Some((first, _)) if first == JUDGE => failed(&format!("{JUDGE} takes the id of a kata")),
        Some((first, rest)) if first == RESULTS => print_results(katas, rest),
        _ => test(katas, others),
    }
}

/// If this process was started by [`verdict_of`] to judge one of these katas, does so, and does not return.
///
/// For a target that judges katas which it does not list as tests: the known answers of a course, say. It calls this
/// first, and [`main`](fn@main) with its other tests after it, which may ask for verdicts.
pub fn judge_if_asked(katas: &[Kata]) {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() == Some(JUDGE)
        && let Some(id) = arguments.next()
        && let Some(kata) = katas.iter().find(|kata| kata.id == id)
    {
        judge::judged(kata);
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}

/// Judges katas, as many at a time as there are processors, and returns what is known of them, in their order.
///
/// # Errors
/// When a process cannot be started.
pub fn results_of(katas: &[&Kata], even_open: bool) -> std::io::Result<Results> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, usize::from).min(katas.len());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(kata) = katas.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let judged = verdict_of(kata, even_open);
                    let place = katas.iter().position(|other| other.id == kata.id);
                    done.lock().unwrap_or_else(|poison| poison.into_inner()).push((place, judged));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poison| poison.into_inner());
    done.sort_by_key(|(place, _)| *place);
    Ok(Results { katas: done.into_iter().map(|(_, judged)| judged).collect::<Result<_, _>>()? })
}

/// Judges one kata in a process of its own, which is this program started anew; one that is open not at all, unless it is
/// asked for.
///
/// # Errors
/// When that cannot be started.
pub fn verdict_of(kata: &Kata, even_open: bool) -> std::io::Result<Judged> {
    if kata.is_open() && !even_open {
        return Ok(Judged::open(kata));
    }
    let mut program = Command::new(env::current_exe()?);
    program.args([JUDGE, kata.id]);
    // Backtraces and loom's settings would make a verdict depend on who asks.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("LOOM_") || name == "RUST_LOG" {
            program.env_remove(name);
        }
    }
    supervise::judge(kata, program.env("RUST_BACKTRACE", "0"), kata.limit)
}

fn print_results(katas: &[Kata], arguments: &[String]) -> ExitCode {
    let has = |option: &str| arguments.first().is_some_and(|first| first == option);
    let (even_open, unjudged) = (has(EVEN_OPEN), has(UNJUDGED));
    let ids = &arguments[usize::from(even_open || unjudged)..];
    let known = |id: &String| katas.iter().any(|kata| kata.id == id);
    if let Some(unknown) = ids.iter().find(|id| !known(id)) {
        return failed(&format!("there is no kata {unknown}"));
    }
    let asked: Vec<&Kata> = katas.iter().filter(|kata| ids.is_empty() || ids.iter().any(|id| id == kata.id)).collect();
    if unjudged {
        let katas = asked.into_iter().map(Judged::open).collect();
        println!("{:#}", Results { katas }.to_json());
        return ExitCode::SUCCESS;
    }
    match results_of(&asked, even_open) {
        Ok(results) => {
            println!("{:#}", results.to_json());
            ExitCode::SUCCESS
        }
        Err(error) => failed(&format!("a kata's process cannot be started: {error}")),
    }
}

fn test(katas: &[Kata], others: Vec<Trial>) -> ExitCode {
    let arguments = Arguments::from_args();
    let quiet = arguments.list;
    let trial = |kata: &Kata| {
        let kata = *kata;
        let trial = Trial::test(kata.id, move || judged(&kata));
        if kata.is_open() { trial.with_kind(State::Open.name()) } else { trial.with_kind(kata.kind.name()) }
    };
    let trials = katas.iter().map(trial).chain(others).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let open = katas.iter().filter(|kata| kata.is_open()).count();
    if !quiet && open > 0 {
        println!("{open} of {} katas are open. The next: cargo xtask kata next\n", katas.len());
    }
    conclusion.exit_code()
}

fn judged(kata: &Kata) -> Result<(), Failed> {
    let judged = verdict_of(kata, false).map_err(|error| format!("its process cannot be started: {error}"))?;
    match judged.wrong() {
        None => Ok(()),
        Some(wrong) => Err(format!("{}: {wrong}\nnext: cargo xtask kata hint {}", judged.place(), kata.id).into()),
    }
}
