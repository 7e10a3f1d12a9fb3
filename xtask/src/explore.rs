//! `cargo xtask explore`: every schedule of a play, counted; or one of them, spelled.

use crate::out::{self, Exit, Failure};
use crate::progress::Progress;
use crate::{play, select};
use async_kata::explore::{self, Bounds, Explorer, Found, Outcome, Witness, Word};
use async_kata::scenarios::{self, Main, Play, Scenario, Staged, Verdict};
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write;

/// Rows of a witness that the command shows; `--replay` shows all.
const ROWS: usize = 60;

/// How far to explore. With any of these the play's declared counts are not checked.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Extent {
    /// Only schedules with at most N preemptions (a task that could go on is left for another)
    #[arg(long, value_name = "N")]
    bound: Option<usize>,
    /// Bound 0, then 1, and so on, until a schedule fails: its witness has as few preemptions as can be
    #[arg(long)]
    deepen: bool,
    /// Let time pass up to N times in a schedule although somebody could run: a slow task then loses to a timeout
    #[arg(long, value_name = "N")]
    late: Option<usize>,
    /// Branch only in the first N steps; after that take the first task that is ready
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// At most N schedules. Default: 100000
    #[arg(long, value_name = "N")]
    schedules: Option<usize>,
}

impl Extent {
    fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::default();
        (bounds.preemptions, bounds.depth) = (self.bound, self.depth);
        bounds.late_ticks = self.late.unwrap_or(bounds.late_ticks);
        bounds.schedules = self.schedules.unwrap_or(bounds.schedules);
        bounds
    }

    /// Whether it is everything that the play declares its counts for.
    fn is_all(&self) -> bool {
        let Extent { bound, deepen, late, depth, schedules } = self;
        !deepen && [bound, late, depth, schedules].iter().all(|given| given.is_none())
    }
}

pub(crate) fn run(id: &str, extent: &Extent, as_json: bool) -> Result<Exit, Failure> {
    let (scenario, plays) = if as_json {
        let (scenario, play) = select::one_play(id, "--json")?;
        (scenario, vec![play])
    } else {
        select::plays(id)?
    };
    let mut worst = Exit::Ok;
    let mut text = if as_json { String::new() } else { format!("{}\n", scenario.title()) };
    for play in plays {
        let found = explored(play, extent)?;
        let witness = found.shortest.as_ref().map(|word| explorer(play).witness(word)).transpose();
        let witness = witness.map_err(|unfit| Failure::new(Exit::Check, format!("{}: {unfit}", play.name)))?;
        text += &match as_json {
            true => machine(play, &found, witness.as_ref()),
            false => table(scenario, play, &found, witness.as_ref(), extent),
        };
        worst = play::worse(worst, exit(play, &found, extent.is_all()));
    }
    out::print(&text);
    Ok(worst)
}

pub(crate) fn replay(id: &str, word: &str, as_json: bool) -> Result<Exit, Failure> {
    let (scenario, play) = select::one_play(id, "--replay")?;
    let word: Word = word.parse().map_err(|error| Failure::new(Exit::Usage, format!("--replay: {error}")))?;
    let witness = explorer(play).witness(&word).map_err(|unfit| {
        let cure = format!("`cargo xtask explore {}:{}` spells words that fit", scenario.id, play.name);
        Failure::new(Exit::Usage, format!("{unfit}; {cure}"))
    })?;
    out::print(&if as_json {
        play::json_lines(&witness.run)
    } else {
        let verdict = play::verdict(play, &witness.run);
        let next = format!("next: cargo xtask explore {}:{}", scenario.id, play.name);
        format!("{}:{}\n\n{witness}\n{verdict}\n{next}\n", scenario.id, play.name)
    });
    Ok(play::exit(play, &witness.run.end))
}

fn explorer(play: &Play) -> Explorer<fn() -> Staged> {
    explore::every(play.run).main_competes(play.main == Main::Competes)
}

fn explored(play: &Play, extent: &Extent) -> Result<Found, Failure> {
    let progress = Progress::new();
    let explorer = explorer(play).bounds(extent.bounds()).deepening(extent.deepen);
    let found = explorer.judge(|run| {
        let verdict = scenarios::judge(&run.end);
        progress.count(verdict.is_ok());
        verdict
    });
    progress.finish();
    found.map_err(|error| Failure::new(Exit::Check, format!("{}: {error}", play.name)))
}

fn machine(play: &Play, found: &Found, witness: Option<&Witness<Verdict>>) -> String {
    let outcome = |outcome: &Outcome| {
        let Outcome { label, passes, count, witness, .. } = outcome;
        let (polls, switches) = (witness.polls(), witness.switches());
        json!({
            "label": label, "passes": passes, "count": count,
            "witness": witness.to_string(), "polls": polls, "switches": switches,
        })
    };
    let Bounds { preemptions, depth, schedules, late_ticks, .. } = found.bounds;
    let json = json!({
        "schedules": found.schedules,
        "failing": found.failing,
        "complete": found.complete,
        "before": found.before,
        "gaps": found.gaps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bounds": {
            "preemptions": preemptions, "depth": depth, "schedules": schedules, "late_ticks": late_ticks,
        },
        "main_competes": play.main == Main::Competes,
        "orders": found.orders(),
        "stories": found.stories(),
        "outcomes": found.outcomes.iter().map(outcome).collect::<Vec<_>>(),
        "shortest": found.shortest.as_ref().map(Word::to_string),
        "waits": witness.map(waits),
    });
    format!("{json}\n")
}

/// Who waits for whom at the end of the shortest schedule that fails, if it is stuck.
fn waits(witness: &Witness<Verdict>) -> Value {
    let graph = witness.run.end.wait_graph();
    let edge = |edge: &async_kata::sim::Edge| {
        let holder = edge.holder.as_ref().map(ToString::to_string);
        json!({ "waiter": edge.waiter.as_str(), "on": edge.on, "holder": holder, "step": edge.since.step })
    };
    json!({
        "edges": graph.edges.iter().map(edge).collect::<Vec<_>>(),
        "cycle": graph.cycle.iter().map(|edge| edge.waiter.as_str()).collect::<Vec<_>>(),
        "closed_at_step": graph.closed.map(|closed| closed.step),
    })
}

fn table(
    scenario: &Scenario,
    play: &Play,
    found: &Found,
    witness: Option<&Witness<Verdict>>,
    extent: &Extent,
) -> String {
    let plural = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let mut text = format!("\n{}:{}\n{found}\n{}\n", scenario.id, play.name, found.extent());
    let _ = found.table().lines().try_for_each(|line| writeln!(text, "  {line}"));
    let orders = plural(found.orders(), "distinct order", "distinct orders");
    let _ = writeln!(text, "  {orders} of the log lines, {} of all entries", found.stories());
    if extent.is_all() && !is_as_declared(play, found) {
        let _ =
            writeln!(text, "DECLARED are {} of {}: mend the play, or `expect`", play.expect.failing, play.expect.of);
    }
    if let (Some(word), Some(witness)) = (&found.shortest, witness) {
        let (polls, switches) = (word.polls(), plural(word.switches(), "switch", "switches"));
        let polls = plural(polls, "poll", "polls");
        let _ = writeln!(text, "\nthe shortest that fails ({polls}, {switches}), step by step:");
        let _ = witness.table_of(ROWS).lines().try_for_each(|line| writeln!(text, "  {line}"));
        text += &witness.why();
        let _ = writeln!(text, "next: cargo xtask explore {}:{} --replay {}", scenario.id, play.name, quoted(word));
    }
    text
}

/// A word as one argument for a shell, whatever the tasks are called.
pub(crate) fn quoted(word: &Word) -> String {
    let word = word.to_string();
    let plain = word.chars().all(|c| c.is_alphanumeric() || " -_#.".contains(c));
    if plain { format!("\"{word}\"") } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// 5 for an end or a gap that is not declared, 2 if the counts are not the declared ones. Where the extent is another than
/// the play's own there are no declared counts; but a cure must not fail.
fn exit(play: &Play, found: &Found, all: bool) -> Exit {
    let cut = |outcome: &Outcome| ["deadlock", "horizon", "spin", "flood"].contains(&outcome.label.as_str());
    if found.outcomes.iter().any(|outcome| !outcome.passes && cut(outcome) && outcome.label != play.ends) {
        return Exit::Undeclared;
    }
    match all {
        true if !found.complete => Exit::Undeclared,
        true if is_as_declared(play, found) => Exit::Ok,
        false if play.expect.failing > 0 || found.failing == 0 => Exit::Ok,
        _ => Exit::Check,
    }
}

fn is_as_declared(play: &Play, found: &Found) -> bool {
    (found.failing, found.schedules) == (play.expect.failing, play.expect.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_argument_whatever_the_tasks_are_called() {
        let quoted = |text: &str| quoted(&text.parse().expect("a word"));
        assert_eq!(quoted("a b b a"), "\"a b b a\"");
        assert_eq!(quoted("$(date) b"), "'$(date) b'");
        assert_eq!(quoted("it's \"first reader\""), r#"'it'\''s "first reader"'"#);
    }
}
