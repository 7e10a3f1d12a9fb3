//! The explorer beside other tools that try every order, on the same programs, in one run.
//!
//! Rounds are interleaved (every tool runs each program once a round, and the order of the tools rotates), and the best
//! round counts: a busy machine can only make it worse.

mod ours;
#[cfg(feature = "peers")]
mod peers;

use super::Report;
use crate::out;
use serde::Serialize;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Rounds of each program and tool.
const ROUNDS: usize = 5;

/// No tool runs more of one program: what takes longer is reported as cut.
const MOST: usize = 100_000;

/// A program that every tool has in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    /// So many tasks add one to a counter by reading, giving way so many times, and writing: an update may be lost.
    LostUpdate { tasks: usize, turns: usize },
    /// Two tasks take two locks in opposite order, with a turn between: a deadlock. (The peers: threads, without a turn.)
    Abba,
}

const PROGRAMS: [Program; 5] = [
    Program::LostUpdate { tasks: 2, turns: 1 },
    Program::LostUpdate { tasks: 2, turns: 2 },
    Program::LostUpdate { tasks: 3, turns: 1 },
    Program::LostUpdate { tasks: 3, turns: 2 },
    Program::Abba,
];

impl Program {
    fn name(self) -> String {
        match self {
            Program::LostUpdate { tasks, turns } => format!("lost update, {tasks} tasks x {turns}"),
            Program::Abba => "ABBA deadlock".into(),
        }
    }
}

/// What one tool did with one program, once.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    executions: usize,
    /// `None`: the tool stops at the first failure, and cannot count them.
    failing: Option<usize>,
    all: Duration,
    /// At which execution the first failure was seen, and after how long.
    first: Option<(usize, Duration)>,
    cut: bool,
}

/// Counts executions, and notes the first failure.
struct Meter {
    begun: Instant,
    measured: Measured,
    /// When each execution was over.
    ends: Vec<Duration>,
}

impl Meter {
    fn new() -> Self {
        let measured = Measured { failing: Some(0), ..Measured::default() };
        Self { begun: Instant::now(), measured, ends: Vec::new() }
    }

    fn count(&mut self, fails: bool) {
        self.measured.executions += 1;
        self.ends.push(self.begun.elapsed());
        if fails {
            self.measured.failing = self.measured.failing.map(|failing| failing + 1);
            let executions = self.measured.executions;
            self.measured.first.get_or_insert_with(|| (executions, self.begun.elapsed()));
        }
    }
}

type Tool = (&'static str, fn(Program) -> Option<Measured>);

/// A row of the table.
#[derive(Serialize)]
struct Row {
    program: String,
    tool: &'static str,
    executions: usize,
    failing: Option<usize>,
    microseconds_each: f64,
    per_second: f64,
    /// To the first failure.
    first_execution: Option<usize>,
    first_microseconds: Option<f64>,
    cut: bool,
}

pub(super) fn measure() -> Report {
    out::complain("measuring the programs ...");
    let rows = rows(&tools());
    out::complain("measuring memory: two small searches, and two of a hundred times as many schedules ...");
    let memory = ours::memory(if cfg!(debug_assertions) { [1_000, 10_000] } else { [10_000, 1_000_000] });
    let json = serde_json::json!({ "rounds": ROUNDS, "explorer": rows, "memory": memory });
    Report { json, text: table(&rows) + &memory_lines(&memory) }
}

fn tools() -> Vec<Tool> {
    let tools: Vec<Tool> = vec![("async-kata", ours::run)];
    #[cfg(feature = "peers")]
    let tools = tools.into_iter().chain(peers::TOOLS).collect();
    tools
}

fn rows(tools: &[Tool]) -> Vec<Row> {
    let mut best: Vec<(Program, &'static str, Measured)> = Vec::new();
    for round in 0..ROUNDS {
        for program in PROGRAMS {
            for nth in 0..tools.len() {
                let (tool, run) = tools[(nth + round) % tools.len()];
                let Some(measured) = run(program) else { continue };
                match best.iter_mut().find(|(known, by, _)| (*known, *by) == (program, tool)) {
                    Some((_, _, known)) if known.all <= measured.all => {}
                    Some((_, _, known)) => *known = measured,
                    None => best.push((program, tool, measured)),
                }
            }
        }
    }
    best.into_iter().map(|(program, tool, measured)| row(program, tool, &measured)).collect()
}

fn row(program: Program, tool: &'static str, measured: &Measured) -> Row {
    let seconds = measured.all.as_secs_f64();
    let microseconds = |duration: Duration| duration.as_secs_f64() * 1e6;
    Row {
        program: program.name(),
        tool,
        executions: measured.executions,
        failing: measured.failing,
        microseconds_each: microseconds(measured.all) / measured.executions.max(1) as f64,
        per_second: measured.executions as f64 / seconds.max(1e-9),
        first_execution: measured.first.map(|(nth, _)| nth),
        first_microseconds: measured.first.map(|(_, after)| microseconds(after)),
        cut: measured.cut,
    }
}

/// What a search of so many schedules left behind.
#[derive(Serialize)]
struct Memory {
    schedules: usize,
    /// Distinct stories: what memory grows with.
    stories: usize,
    seconds: f64,
    /// The most that the process ever held, afterwards; `None` where the system does not say.
    peak_kilobytes: Option<usize>,
}

fn memory_lines(memory: &[Memory]) -> String {
    let mut text = String::from("\nMemory grows with distinct stories, not with schedules:\n");
    for Memory { schedules, stories, seconds, peak_kilobytes } in memory {
        let peak = peak_kilobytes.map_or("not known".into(), |peak| format!("{peak} kB"));
        let _ = writeln!(text, "{schedules:>9} schedules, {stories:>7} stories, {seconds:>6.1} s, peak {peak}");
    }
    text
}

fn table(rows: &[Row]) -> String {
    let mut text =
        String::from("Every order of one program, in each tool's own words. The best of interleaved rounds.\n\n");
    let head = ["program", "tool", "executions", "fail", "us each", "per second", "first failure"];
    let _ = writeln!(
        text,
        "{:<24}  {:<18}  {:>10}  {:>6}  {:>8}  {:>10}  {:>22}",
        head[0], head[1], head[2], head[3], head[4], head[5], head[6]
    );
    for row in rows {
        let failing = row.failing.map_or("?".into(), |failing| failing.to_string());
        let first = match (row.first_execution, row.first_microseconds) {
            (Some(nth), Some(after)) => format!("no. {nth}, after {after:.0} us"),
            _ => "none".into(),
        };
        let cut = if row.cut { "  (cut)" } else { "" };
        let _ = writeln!(
            text,
            "{:<24}  {:<18}  {:>10}  {failing:>6}  {:>8.1}  {:>10.0}  {first:>22}{cut}",
            row.program, row.tool, row.executions, row.microseconds_each, row.per_second
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_measured_where_the_system_tells() {
        let measured = ours::memory([10, 20]);
        let counts: Vec<_> = measured.iter().map(|memory| (memory.schedules, memory.stories)).collect();
        assert_eq!(counts, [(10, 2), (20, 2), (10, 10), (20, 20)]);
        let lines = memory_lines(&measured);
        assert!(lines.contains("       20 schedules,      20 stories"), "{lines}");
        let unknown = Memory { peak_kilobytes: None, schedules: 1, stories: 1, seconds: 0.0 };
        assert!(memory_lines(&[unknown]).contains("peak not known"));
    }

    /// The programs are what they are called: ours counts what is known of them.
    #[test]
    fn ours_counts_what_is_known() {
        let counts = |program| ours::run(program).map(|measured| (measured.failing, measured.executions));
        assert_eq!(counts(PROGRAMS[0]), Some((Some(4), 6)));
        assert_eq!(counts(PROGRAMS[2]), Some((Some(84), 90)));
        assert_eq!(counts(Program::Abba), Some((Some(4), 6)));
    }

    #[test]
    fn a_table_has_a_row_for_each_and_says_what_is_not_known() {
        let measured = Measured { executions: 12, all: Duration::from_micros(24), ..Measured::default() };
        let rows = [row(Program::Abba, "some tool", &measured)];
        let table = table(&rows);
        assert!(
            table.contains("ABBA deadlock             some tool                   12       ?       2.0      500000"),
            "{table}"
        );
        assert!(table.trim_end().ends_with("none"), "{table}");
    }
}
