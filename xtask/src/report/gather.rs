//! Runs, explores and compares every play of the book, and writes down what came out.

use super::both::Both;
use super::model::{
    Chapter, Code, End, Entry, Expect, Explored, Model, Piece, Play, Record, Run, SCHEMA_VERSION, Scenario, Shortest,
    Sides, Statement, Totals, Verdict, schema_file,
};
use super::more::More;
use super::{explored, pairs, sides, stuck};
use async_kata::explore::{self, Explorer, Found};
use async_kata::scenarios::{self, CHAPTERS, Lang, Main};
use async_kata::sim::{self, Sim};
use async_kata::trace::{Name, Trace};
use std::path::Path;

/// Entries of one run that a report keeps: a picture of more is not looked at, and the page stays small.
pub(super) const MOST_ENTRIES: usize = 400;

/// Everything a report says. `records` is the folder where CPython's records are, `snapshots`.
///
/// # Errors
/// When a play is not deterministic: whatever a page said of it would be a matter of luck.
pub(crate) fn gather(records: &Path) -> Result<Model, String> {
    let mut chapters = Vec::new();
    for chapter in CHAPTERS {
        let scenarios = chapter.scenarios.iter().map(|scenario| self::scenario(scenario, records));
        let scenarios = scenarios.collect::<Result<_, _>>()?;
        let title = both(|lang| chapter.title_in(lang).into());
        chapters.push(Chapter { name: chapter.name.into(), title, scenarios });
    }
    let statements = statements(&chapters);
    let (totals, more) = (totals(&chapters, &statements), More::gather(&crate::out::root()));
    Ok(Model { schema: schema_file(), schema_version: SCHEMA_VERSION, totals, chapters, statements, more })
}

/// What the book says in each of its languages.
pub(super) fn both(text: impl Fn(Lang) -> String) -> Both {
    Both::new(text(Lang::En), text(Lang::Uk))
}

fn statements(chapters: &[Chapter]) -> Vec<Statement> {
    let scenarios = || chapters.iter().flat_map(|chapter| &chapter.scenarios);
    let statement = |statement: &scenarios::Statement| {
        let shows = |scenario: &&Scenario| scenario.covers.iter().any(|id| id == statement.id);
        Statement {
            id: statement.id.into(),
            text: both(|lang| statement.text_in(lang).into()),
            shown_by: scenarios().filter(shows).map(|scenario| scenario.id.clone()).collect(),
        }
    };
    scenarios::statements().iter().map(statement).collect()
}

fn totals(chapters: &[Chapter], statements: &[Statement]) -> Totals {
    let scenarios = || chapters.iter().flat_map(|chapter| &chapter.scenarios);
    let plays = || scenarios().flat_map(|scenario| &scenario.plays);
    Totals {
        scenarios: scenarios().count(),
        plays: plays().count(),
        covered: statements.iter().filter(|statement| !statement.shown_by.is_empty()).count(),
        statements: statements.len(),
        schedules: plays().map(|play| play.explored.schedules).sum(),
    }
}

fn scenario(scenario: &'static scenarios::Scenario, records: &Path) -> Result<Scenario, String> {
    let (record, told) = record(scenario, records);
    let plays = scenario.plays.iter().map(|play| self::play(scenario, play, record.as_ref()));
    let source = |extension: &str| format!("src/scenarios/{}.{extension}", scenario.id.replace('-', "_"));
    Ok(Scenario {
        id: scenario.id.into(),
        title: both(|lang| scenario.title_in(lang).into()),
        prose: both(|lang| scenario.prose_in(lang)),
        covers: scenario.covers.iter().map(|id| (*id).into()).collect(),
        plays: plays.collect::<Result<_, _>>()?,
        rust: Code { path: source("rs"), pieces: without_declaration(scenario.source, scenario.code()) },
        python: scenario.twin.map(|text| {
            let pieces = vec![Piece { line: 1, text: text.into() }];
            Code { path: source("py"), pieces }
        }),
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
    let words = explored::all_of(&explorer, &found);
    let (shortest, sides) =
        witnesses(scenario, &explorer, &found, &paused).map_err(|error| format!("{id}: {error}"))?;
    // A play that shows what is tokio's own has no function in the twin.
    let has_twin = scenario.twin.is_some_and(|twin| twin.contains(&format!("async def {}(", play.name)));
    let mut twin = record.filter(|_| has_twin).map(|record| pairs::twin(record, scenario, play.name, &paused));
    if let Some(twin) = &mut twin {
        twin.rows.truncate(MOST_ENTRIES);
    }
    Ok(Play {
        id,
        name: play.name.into(),
        claim: both(|lang| scenario.claim_in(play, lang).into()),
        expect: Expect { failing: play.expect.failing, of: play.expect.of },
        main_competes: play.main == Main::Competes,
        surprises: surprises(play, &paused, &found),
        shortest,
        sides,
        run: self::run(scenario, &paused),
        explored: Explored { words, ..explored::explored(scenario, &found) },
        twin,
    })
}

/// The shortest schedule that fails, run again; and beside it the shortest that passes, where there are both.
fn witnesses(
    scenario: &scenarios::Scenario,
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
        run: run(scenario, &failing.run),
    };
    let sides = passing
        .map(|passing| Sides { failing: sides::side(scenario, &failing), passing: sides::side(scenario, &passing) });
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

/// What a play said of its end.
pub(super) fn label_of(scenario: &scenarios::Scenario, label: &str) -> Both {
    both(|lang| scenario.label_in(label, lang).into())
}

pub(super) fn run(scenario: &scenarios::Scenario, run: &sim::Run<scenarios::Verdict>) -> Run {
    let verdict = scenarios::judge(&run.end);
    let passes = verdict.is_ok();
    let (Ok(label) | Err(label)) = verdict;
    let all = entries(&run.trace);
    let beyond = all.len().saturating_sub(MOST_ENTRIES) as u64;
    Run {
        verdict: Verdict { passes, label: label_of(scenario, &label) },
        end: end(&run.end),
        entries: all.into_iter().take(MOST_ENTRIES).collect(),
        left_out: beyond + run.untold,
        waits: stuck::waits(&run.end),
    }
}

fn end<T>(end: &sim::End<T>) -> End {
    let text = match end {
        sim::End::Done(_) => Both::new("done", "завершено"),
        sim::End::Deadlock(_) => Both::new(
            "deadlock: nothing can run, and no timer is armed",
            "взаємне блокування: ніхто не може продовжити, і жодного таймера не заведено",
        ),
        sim::End::Horizon(_) => Both::new(
            "horizon: timers keep firing, and main does not end",
            "вичерпано час: таймери спрацьовують знову й знову, а main не завершується",
        ),
        sim::End::Spin(task) => Both::new(
            format!("spin: {task} runs on and on, and neither an entry nor the clock moves"),
            format!("крутіння на місці: {task} виконується без кінця, а нових подій немає і годинник стоїть"),
        ),
        sim::End::Flood(task) => Both::new(
            format!("flood: {task} says more than a run may hold"),
            format!("злива записів: {task} каже більше, ніж уміщує запуск"),
        ),
        sim::End::Panicked { task, message } => {
            Both::new(format!("panicked: {task}: {message}"), format!("паніка: {task}: {message}"))
        }
        other => Both::same(other.name()),
    };
    End { name: end.name().into(), text }
}

fn entries(trace: &Trace) -> Vec<Entry> {
    let site = |nth| trace.site(nth).map(|site| format!("{}:{}", site.file().replace('\\', "/"), site.line()));
    let entries = trace.entries().iter().enumerate();
    entries.map(|(nth, entry)| Entry { at: site(nth), ..Entry::from(entry) }).collect()
}

impl From<&async_kata::trace::Entry> for Entry {
    fn from(entry: &async_kata::trace::Entry) -> Self {
        let (task, what) = (entry.task.to_string(), entry.what.text().to_string());
        Entry { ms: entry.ms, task, kind: entry.what.kind().into(), what, at: None }
    }
}

/// What the play declares and does not keep. `cargo test` is red then; the page must not look as if nothing were.
fn surprises(play: &scenarios::Play, run: &sim::Run<scenarios::Verdict>, found: &Found) -> Vec<Both> {
    let mut surprises: Vec<Both> = miscounted(play, found).into_iter().collect();
    let (order, was) = (play.order, run.trace.order());
    if was != order {
        surprises.push(Both::new(
            format!("it declares the order “{order}”, but it was “{was}”"),
            format!("оголошено порядок «{order}», а був «{was}»"),
        ));
    }
    let (ends, was) = (play.ends, run.end.name());
    if was != ends {
        surprises.push(Both::new(
            format!("it declares that it ends as `{ends}`, but it ended as `{was}`"),
            format!("оголошено, що кінець буде `{ends}`, а був `{was}`"),
        ));
    }
    if run.strays > 0 {
        let n = run.strays;
        surprises.push(Both::new(
            format!("{n} tasks without a seat ran along: the order is no promise"),
            format!("поруч виконувалися задачі без місця ({n}): порядок нічого не гарантує"),
        ));
    }
    surprises
}

/// How many schedules fail, where that is not as declared.
fn miscounted(play: &scenarios::Play, found: &Found) -> Option<Both> {
    let (failing, of) = (play.expect.failing, play.expect.of);
    let (was_failing, was_of) = (found.failing, found.schedules);
    if (was_failing, was_of) == (failing, of) && found.complete {
        return None;
    }
    let (en, uk) = if found.complete {
        ("", "")
    } else {
        (", and not all were explored", ", і досліджено не всі")
    };
    Some(Both::new(
        format!("it declares that {failing} of {of} schedules fail, but {was_failing} of {was_of} do{en}"),
        format!("оголошено, що помиляються {failing} порядків із {of}, а насправді {was_failing} із {was_of}{uk}"),
    ))
}

/// The code without the scenario's declaration: the page says all of it in other places.
fn without_declaration(source: &str, code: &str) -> Vec<Piece> {
    let declaration = code.find("pub(super) const SCENARIO");
    let rest = declaration.and_then(|at| code[at..].find("\n};\n").map(|end| (at, at + end + "\n};\n".len())));
    let (head, tail) = rest.map_or((code, ""), |(from, to)| (&code[..from], &code[to..]));
    let piece = |text: &str| {
        let text = text.trim_start_matches('\n');
        let line = source.find(text).map_or(1, |at| source[..at].matches('\n').count() + 1);
        Piece { line, text: text.into() }
    };
    [head, tail].into_iter().filter(|text| !text.trim().is_empty()).map(piece).collect()
}
