//! `cargo xtask explore`: every schedule of a play, counted; or one of them, spelled.

use crate::out::{self, Exit, Failure};
use crate::{play, select};
use async_kata::explore::{self, Bounds, Explorer, Found, Word};
use async_kata::scenarios::{self, Main, Play, Scenario, Staged};
use serde_json::json;
use std::fmt::Write;

pub(crate) fn run(id: &str, bound: Option<usize>, as_json: bool) -> Result<Exit, Failure> {
    let (scenario, plays) = if as_json {
        let (scenario, play) = select::one_play(id, "--json")?;
        (scenario, vec![play])
    } else {
        select::plays(id)?
    };
    let mut worst = Exit::Ok;
    let mut text = if as_json { String::new() } else { format!("{}\n", scenario.title()) };
    for play in plays {
        let found = explored(play, bound)?;
        text += &if as_json { machine(play, &found) } else { table(scenario, play, &found, bound) };
        worst = play::worse(worst, exit(play, &found, bound));
    }
    out::print(&text);
    Ok(worst)
}

pub(crate) fn replay(id: &str, word: &str, as_json: bool) -> Result<Exit, Failure> {
    let (scenario, play) = select::one_play(id, "--replay")?;
    let word: Word = word.parse().map_err(|error| Failure::new(Exit::Usage, format!("--replay: {error}")))?;
    if word.polls() == 0 {
        return Err(Failure::new(
            Exit::Usage,
            "--replay: the word is empty; name who goes on, for example \"a b b a\"",
        ));
    }
    let run = explorer(play).replay(&word);
    let run = run.map_err(|unfit| {
        let cure = format!("`cargo xtask explore {}:{}` spells words that fit", scenario.id, play.name);
        Failure::new(Exit::Usage, format!("{unfit}; {cure}"))
    })?;
    out::print(&if as_json { play::json_lines(&run) } else { play::table(scenario, play, &run) });
    Ok(play::exit(play, &run.end))
}

fn explorer(play: &Play) -> Explorer<fn() -> Staged> {
    explore::every(play.run).main_competes(play.main == Main::Competes)
}

fn explored(play: &Play, bound: Option<usize>) -> Result<Found, Failure> {
    let mut bounds = Bounds::default();
    bounds.preemptions = bound;
    let found = explorer(play).bounds(bounds).judge(scenarios::judge);
    found.map_err(|error| Failure::new(Exit::Check, format!("{}: {error}", play.name)))
}

fn machine(play: &Play, found: &Found) -> String {
    let outcome = |outcome: &explore::Outcome| {
        json!({
            "label": outcome.label, "passes": outcome.passes, "count": outcome.count,
            "witness": outcome.witness.to_string(),
        })
    };
    let json = json!({
        "schedules": found.schedules,
        "failing": found.failing,
        "complete": found.complete,
        "gaps": found.gaps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "main_competes": play.main == Main::Competes,
        "orders": found.orders(),
        "outcomes": found.outcomes.iter().map(outcome).collect::<Vec<_>>(),
        "shortest": found.shortest.as_ref().map(Word::to_string),
    });
    format!("{json}\n")
}

fn table(scenario: &Scenario, play: &Play, found: &Found, bound: Option<usize>) -> String {
    let mut text = format!("\n{}:{}\n{found}\n", scenario.id, play.name);
    if let Some(bound) = bound {
        let _ = writeln!(text, "explored {} schedules at preemption bound {bound}", found.schedules);
    }
    let wide = found.outcomes.iter().map(|outcome| outcome.label.chars().count()).max().unwrap_or(0);
    for outcome in &found.outcomes {
        let (mark, label, count) = (if outcome.passes { "passes" } else { "fails " }, &outcome.label, outcome.count);
        let share = 100.0 * count as f64 / found.schedules as f64;
        let _ = writeln!(text, "  {mark}  {label:wide$}  {count:>5}  {share:>5.1} %  {}", outcome.witness);
    }
    let main = if play.main == Main::Competes { "main competes" } else { "main runs whenever it can" };
    let _ = writeln!(text, "  {} distinct orders; {main}", found.orders());
    if bound.is_none() && !is_as_declared(play, found) {
        let _ =
            writeln!(text, "DECLARED are {} of {}: mend the play, or `expect`", play.expect.failing, play.expect.of);
    }
    if let Some(word) = &found.shortest {
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

/// 5 for an end or a gap that is not declared, 2 if the counts are not the declared ones. Bounded, there are no declared
/// counts; but a cure must not fail.
fn exit(play: &Play, found: &Found, bound: Option<usize>) -> Exit {
    let cut = |outcome: &explore::Outcome| ["deadlock", "horizon", "spin", "flood"].contains(&outcome.label.as_str());
    if found.outcomes.iter().any(|outcome| !outcome.passes && cut(outcome) && outcome.label != play.ends) {
        return Exit::Undeclared;
    }
    match bound {
        None if !found.complete => Exit::Undeclared,
        None if is_as_declared(play, found) => Exit::Ok,
        Some(_) if play.expect.failing > 0 || found.failing == 0 => Exit::Ok,
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
