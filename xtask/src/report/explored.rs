//! What an exploration found, as plain data: counts, outcomes, how far it went, and every schedule where they are few.

use super::both::Both;
use super::gather::label_of;
use super::model::{Bounds, Choice, Explored, Listed, Outcome};
use super::sides;
use async_kata::explore::{self, Found, Gap};
use async_kata::scenarios;
use async_kata::trace::Trace;

/// So many schedules of a play are listed.
const MOST_LISTED: usize = 12;

/// What an exploration found.
pub(super) fn explored(scenario: &scenarios::Scenario, found: &Found) -> Explored {
    let outcome = |outcome: &explore::Outcome| Outcome {
        label: label_of(scenario, &outcome.label),
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
        gaps: found.gaps.iter().map(gap).collect(),
        before: found.before,
        bounds: Bounds { preemptions, depth, schedules, late_ticks },
        orders: found.orders(),
        stories: found.stories(),
        outcomes: found.outcomes.iter().map(outcome).collect(),
        words: Vec::new(),
    }
}

/// The word of a run: whose turns it was, but for `main`'s where those are no choice.
pub(super) fn listed(trace: &Trace, main_competes: bool, passes: bool) -> Listed {
    let polled = trace.entries().iter().filter(|entry| entry.what.kind() == "polled");
    let chosen = polled.filter(|entry| main_competes || entry.task != "main");
    let choice = |entry: &async_kata::trace::Entry| {
        let task = entry.task.to_string();
        Choice { spelled: task.clone(), task: Some(task) }
    };
    Listed { word: chosen.map(choice).collect(), passes }
}

/// All schedules, where they are few, and where turns are all that there was to choose: each outcome's own word is then
/// among them. (After the exploration its witnesses run once more.)
pub(super) fn all_of(found: &Found, runs: Vec<Listed>) -> Vec<Listed> {
    let runs: Vec<Listed> = runs.into_iter().take(found.schedules).collect();
    let is_there = |outcome: &explore::Outcome| {
        let word = sides::choices(&outcome.witness);
        runs.iter().any(|listed| listed.word == word && listed.passes == outcome.passes)
    };
    let are_few = found.complete && (2..=MOST_LISTED).contains(&found.schedules);
    if are_few && found.outcomes.iter().all(is_there) { runs } else { Vec::new() }
}

/// Why not every schedule was explored.
fn gap(gap: &Gap) -> Both {
    let uk = match gap {
        Gap::Preemptions => "досягнуто межі витіснень",
        Gap::Depth => "досягнуто межі глибини",
        Gap::Schedules => "досягнуто межі кількості порядків",
        Gap::Cut => "запуск обірвано через його обмеження",
        Gap::Stray => "задача без місця виконувалася поза розкладом",
        Gap::Abort => "задачу обірвано: коли її футуру буде знищено, не досліджували",
        _ => return Both::same(gap.to_string()),
    };
    Both::new(gap.to_string(), uk)
}
