//! What an exploration found, as plain data: counts, outcomes, how far it went, and every schedule where they are few.

use super::both::Both;
use super::gather::label_of;
use super::model::{Bounds, Explored, Listed, Outcome};
use super::sides;
use async_kata::explore::{self, Asked, Explorer, Found, Gap, Step, Word};
use async_kata::scenarios;

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

/// All schedules, in the order of their words, where they are few, and where turns are all that there was to choose.
///
/// An exploration keeps only one word of each outcome. Beyond its end a word goes on with the first who could run; so from each
/// run, and from who else could have run at each of its steps, the next words follow.
pub(super) fn all_of(explorer: &Explorer<fn() -> scenarios::Staged>, found: &Found) -> Vec<Listed> {
    if !found.complete || !(2..=MOST_LISTED).contains(&found.schedules) {
        return Vec::new();
    }
    let (mut listed, mut begun) = (Vec::new(), vec![String::new()]);
    while let Some(beginning) = begun.pop() {
        let witness = beginning.parse().ok().and_then(|word: Word| explorer.witness(&word).ok());
        let Some(witness) = witness.filter(|_| listed.len() < found.schedules) else { return Vec::new() };
        let n_given = beginning.parse().map_or(0, |word: Word| word.steps().len());
        let mut before = String::new();
        let mut word = Vec::new();
        for (nth, taken) in witness.steps().iter().enumerate() {
            let Asked::Turn(ready) = taken.asked else { return Vec::new() };
            let others = ready.iter().map(|name| Step::Poll(name.clone())).filter(|step| step != taken.step);
            begun.extend(others.filter(|_| nth >= n_given).map(|step| format!("{before}{step}")));
            before.push_str(&format!("{} ", taken.step));
            word.push(sides::choice(taken.step));
        }
        listed.push(Listed { word, passes: scenarios::judge(&witness.run.end).is_ok() });
    }
    listed.sort_by_cached_key(|it| it.word.iter().map(|choice| choice.spelled.clone()).collect::<Vec<_>>());
    if listed.len() == found.schedules { listed } else { Vec::new() }
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
