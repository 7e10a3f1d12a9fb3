//! Runs, explores and compares every play of the book, and writes down what came out.

use super::model::{
    Bounds, Chapter, Code, End, Entry, Expect, Explored, Model, Outcome, Play, Record, Run, SCHEMA_VERSION, Scenario,
    Shortest, Sides, Statement, Totals, Verdict,
};
use super::{pairs, sides, stuck};
use async_kata::explore::{self, Explorer, Found};
use async_kata::scenarios::{self, CHAPTERS, Main};
use async_kata::sim::{self, Sim};
use async_kata::trace::{Name, Trace};
use std::collections::BTreeSet;
use std::path::Path;

/// Entries of one run that a report keeps: a picture of more is not looked at, and the page stays small.
const MOST_ENTRIES: usize = 400;

/// Everything a report says. `records` is the folder where CPython's records are, `snapshots`.
///
/// # Errors
/// When a play is not deterministic: whatever a page said of it would be a matter of luck.
pub(crate) fn gather(records: &Path) -> Result<Model, String> {
    let mut chapters = Vec::new();
    for chapter in CHAPTERS {
        let scenarios = chapter.scenarios.iter().map(|scenario| self::scenario(scenario, records));
        let scenarios = scenarios.collect::<Result<_, _>>()?;
        chapters.push(Chapter { name: chapter.name.into(), title: chapter.title.into(), scenarios });
    }
    Ok(Model { schema_version: SCHEMA_VERSION, totals: totals(&chapters), chapters })
}

fn totals(chapters: &[Chapter]) -> Totals {
    let scenarios = || chapters.iter().flat_map(|chapter| &chapter.scenarios);
    let plays = || scenarios().flat_map(|scenario| &scenario.plays);
    let covered: BTreeSet<&str> = scenarios().flat_map(|scenario| &scenario.covers).map(|s| s.id.as_str()).collect();
    Totals {
        scenarios: scenarios().count(),
        plays: plays().count(),
        covered: covered.len(),
        statements: scenarios::statements().len(),
        schedules: plays().map(|play| play.explored.schedules).sum(),
    }
}

fn scenario(scenario: &'static scenarios::Scenario, records: &Path) -> Result<Scenario, String> {
    let (record, told) = record(scenario, records);
    let plays = scenario.plays.iter().map(|play| self::play(scenario, play, record.as_ref()));
    let source = |extension: &str| format!("src/scenarios/{}.{extension}", scenario.id.replace('-', "_"));
    let statement = |id: &&str| {
        let known = scenarios::statements().iter().find(|statement| statement.id == *id);
        Statement { id: (*id).into(), text: known.map_or("", |statement| statement.text).into() }
    };
    Ok(Scenario {
        id: scenario.id.into(),
        title: scenario.title().into(),
        prose: scenario.prose(),
        covers: scenario.covers.iter().map(statement).collect(),
        plays: plays.collect::<Result<_, _>>()?,
        rust: Code { path: source("rs"), text: without_declaration(scenario.code()) },
        python: scenario.twin.map(|text| Code { path: source("py"), text: text.into() }),
        record: told,
    })
}

/// The record, and what the page says of it. None of the ways to have no record is an error of the report.
fn record(scenario: &scenarios::Scenario, records: &Path) -> (Option<scenarios::Record>, Record) {
    let file = format!("{}.cpython.json", scenario.id);
    if scenario.twin.is_none() {
        return (None, Record::NoTwin);
    }
    match std::fs::read_to_string(records.join(&file)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (None, Record::Missing { file }),
        Err(error) => (None, Record::Unreadable { why: error.to_string() }),
        Ok(text) => match scenarios::Record::parse(&text) {
            Ok(record) => {
                let python = record.python.clone();
                (Some(record), Record::Read { python })
            }
            Err(error) => (None, Record::Unreadable { why: error.to_string() }),
        },
    }
}

pub(super) fn play(
    scenario: &scenarios::Scenario,
    play: &scenarios::Play,
    record: Option<&scenarios::Record>,
) -> Result<Play, String> {
    let id = format!("{}:{}", scenario.id, play.name);
    let mut sim = Sim::default();
    sim.mechanics = true;
    let paused = sim.run(play.run);
    let explorer = explore::every(play.run).main_competes(play.main == Main::Competes).mechanics(true);
    let found = explorer.judge(|run| scenarios::judge(&run.end)).map_err(|error| format!("{id}: {error}"))?;
    let (shortest, sides) = witnesses(&explorer, &found, &paused).map_err(|error| format!("{id}: {error}"))?;
    // A play that shows what is tokio's own has no function in the twin.
    let has_twin = scenario.twin.is_some_and(|twin| twin.contains(&format!("async def {}(", play.name)));
    let mut twin = record.filter(|_| has_twin).map(|record| pairs::twin(record, scenario, play.name, &paused));
    if let Some(twin) = &mut twin {
        twin.rows.truncate(MOST_ENTRIES);
    }
    Ok(Play {
        id,
        name: play.name.into(),
        claim: play.claim.into(),
        expect: Expect { failing: play.expect.failing, of: play.expect.of },
        main_competes: play.main == Main::Competes,
        surprises: surprises(play, &paused, &found),
        shortest,
        sides,
        run: self::run(&paused),
        explored: explored(&found),
        twin,
    })
}

/// The shortest schedule that fails, run again; and beside it the shortest that passes, where there are both.
fn witnesses(
    explorer: &Explorer<fn() -> scenarios::Staged>,
    found: &Found,
    paused: &sim::Run<scenarios::Verdict>,
) -> Result<(Option<Shortest>, Option<Sides>), explore::Unfit> {
    let Some(word) = &found.shortest else { return Ok((None, None)) };
    let failing = explorer.witness(word)?;
    let passing = sides::shortest_that_passes(found).map(|word| explorer.witness(word)).transpose()?;
    let shortest = Shortest {
        word: sides::choices(word),
        spelled: word.to_string(),
        is_paused_order: is_one_order(&paused.trace, &failing.run.trace),
        run: run(&failing.run),
    };
    let sides = passing.map(|passing| Sides { failing: sides::side(&failing), passing: sides::side(&passing) });
    Ok((Some(shortest), sides))
}

/// Whether two runs tell the same story with the same turns. `main` may have another number of them: a combinator takes a
/// turn for its bookkeeping in a plain run, and none in an explored one.
fn is_one_order(one: &Trace, other: &Trace) -> bool {
    let turns = |trace: &Trace| -> Vec<Name> {
        let polled = trace.entries().iter().filter(|entry| entry.what.kind() == "polled" && entry.task != "main");
        polled.map(|entry| entry.task.clone()).collect()
    };
    one.story().eq(other.story()) && turns(one) == turns(other)
}

pub(super) fn run(run: &sim::Run<scenarios::Verdict>) -> Run {
    let verdict = scenarios::judge(&run.end);
    let passes = verdict.is_ok();
    let (Ok(label) | Err(label)) = verdict;
    let all = entries(&run.trace);
    let beyond = all.len().saturating_sub(MOST_ENTRIES) as u64;
    Run {
        verdict: Verdict { passes, label },
        end: End { name: run.end.name().into(), text: run.end.to_string() },
        entries: all.into_iter().take(MOST_ENTRIES).collect(),
        left_out: beyond + run.untold,
        waits: stuck::waits(&run.end),
    }
}

fn entries(trace: &Trace) -> Vec<Entry> {
    trace.entries().iter().map(Entry::from).collect()
}

impl From<&async_kata::trace::Entry> for Entry {
    fn from(entry: &async_kata::trace::Entry) -> Self {
        let (task, what) = (entry.task.to_string(), entry.what.text().to_string());
        Entry { ms: entry.ms, task, kind: entry.what.kind(), what }
    }
}

fn explored(found: &Found) -> Explored {
    let outcome = |outcome: &explore::Outcome| Outcome {
        label: outcome.label.clone(),
        passes: outcome.passes,
        count: outcome.count,
        example: sides::choices(&outcome.witness),
        polls: outcome.witness.polls(),
        switches: outcome.witness.switches(),
    };
    let explore::Bounds { preemptions, depth, schedules, late_ticks, .. } = found.bounds;
    Explored {
        schedules: found.schedules,
        failing: found.failing,
        complete: found.complete,
        gaps: found.gaps.iter().map(ToString::to_string).collect(),
        extent: found.extent(),
        bounds: Bounds { preemptions, depth, schedules, late_ticks },
        orders: found.orders(),
        stories: found.stories(),
        outcomes: found.outcomes.iter().map(outcome).collect(),
    }
}

/// What the play declares and does not keep. `cargo test` is red then; the page must not look as if nothing were.
fn surprises(play: &scenarios::Play, run: &sim::Run<scenarios::Verdict>, found: &Found) -> Vec<String> {
    let mut surprises = Vec::new();
    let (failing, of) = (play.expect.failing, play.expect.of);
    if (found.failing, found.schedules) != (failing, of) || !found.complete {
        surprises.push(format!("the play declares that {failing} of {of} schedules fail, but: {found}"));
    }
    if run.trace.order() != play.order {
        surprises.push(format!("the play declares the order “{}”, but it was “{}”", play.order, run.trace.order()));
    }
    if run.end.name() != play.ends {
        surprises.push(format!("the play declares that it ends as {}, but it ended as {}", play.ends, run.end.name()));
    }
    if run.strays > 0 {
        surprises.push(format!("{} tasks without a seat ran along: the order is no promise", run.strays));
    }
    surprises
}

/// The code without the scenario's declaration: the page says all of it in other places.
fn without_declaration(code: &str) -> String {
    let declaration = code.find("pub(super) const SCENARIO");
    let rest = declaration.and_then(|at| code[at..].find("\n};\n").map(|end| (at, at + end + "\n};\n".len())));
    match rest {
        Some((from, to)) => format!("{}{}", &code[..from], code[to..].trim_start()),
        None => code.into(),
    }
}
