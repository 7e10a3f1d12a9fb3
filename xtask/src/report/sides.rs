//! The shortest schedule that fails and the shortest that passes, step by step, as the explorer runs them again.

use super::gather;
use super::model::{Choice, Entry, Side, Taken};
use async_kata::explore::{self, Asked, Found, Step, Witness, Word};
use async_kata::scenarios::{Scenario, Verdict};
use async_kata::sim::{End, Run};
use async_kata::trace;

/// Of all outcomes that pass: fewest polls, then fewest switches, then the first found.
pub(super) fn shortest_that_passes(found: &Found) -> Option<&Word> {
    let passing = found.outcomes.iter().filter(|outcome| outcome.passes).map(|outcome| &outcome.witness);
    passing.min_by_key(|word| (word.polls(), word.switches()))
}

pub(super) fn choices(word: &Word) -> Vec<Choice> {
    word.steps().iter().map(choice).collect()
}

pub(super) fn choice(step: &Step) -> Choice {
    let task = if let Step::Poll(name) = step { Some(name.to_string()) } else { None };
    Choice { spelled: step.to_string(), task }
}

pub(super) fn side(scenario: &Scenario, witness: &Witness<Verdict>) -> Side {
    let word = witness.word();
    let Run { trace: whole, end, .. } = &witness.run;
    // Where `main` came to its end, whom it left over is part of the lesson.
    let goes_on = matches!(end, End::Done(_) | End::Panicked { .. });
    let mut left = if goes_on { usize::MAX } else { whole.before_the_end().count() };
    let mut story = |entries: &[trace::Entry]| -> Vec<Entry> {
        let story: Vec<Entry> =
            entries.iter().filter(|entry| entry.what.is_story()).take(left).map(Entry::from).collect();
        left -= story.len();
        story
    };
    Side {
        spelled: word.to_string(),
        polls: word.polls(),
        switches: word.switches(),
        run: gather::run(scenario, &witness.run),
        opening: story(witness.opening()),
        steps: witness.steps().iter().map(|step| taken(step, story(step.entries))).collect(),
    }
}

fn taken(taken: &explore::Taken<'_>, story: Vec<Entry>) -> Taken {
    let (could_run, pick) = match taken.asked {
        Asked::Turn(ready) => (ready.iter().map(ToString::to_string).collect(), None),
        Asked::Pick { n, why } => (Vec::new(), Some((*n, why.clone()))),
        _ => (Vec::new(), None),
    };
    Taken { choice: choice(taken.step), could_run, pick, story }
}
