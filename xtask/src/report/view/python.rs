//! asyncio beside Rust: every difference between our runs and CPython's that is no mistake, and where it is seen.

use super::scenario::halves;
use super::words;
use crate::report::both::Both;
use crate::report::model::{Difference, Model, Named, Play, Record, Scenario};
use minijinja::Value;
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
pub(super) struct Python {
    /// The interpreters that the records were made with.
    versions: Vec<String>,
    /// Plays with a twin, and those of them that tell the same story to the letter.
    plays: usize,
    same: usize,
    /// A difference that any scenario may have, and those that have it.
    standing: Vec<(Value, Vec<Link>)>,
    named: Vec<OfOne>,
    /// Plays that have no counterpart.
    alone: Vec<Link>,
}

#[derive(Clone, Serialize)]
struct Link {
    to: String,
    name: Value,
    play: String,
}

/// A difference that one scenario names.
#[derive(Serialize)]
struct OfOne {
    link: Link,
    why: Value,
    ours: Vec<String>,
    cpython: Vec<String>,
}

impl Python {
    pub(super) fn of(model: &Model) -> Python {
        let plays = || model.scenarios().flat_map(|scenario| scenario.plays.iter().map(move |play| (scenario, play)));
        let twins = || plays().filter_map(|(scenario, play)| Some((scenario, play, play.twin.as_ref()?)));
        let mut standing: Vec<(&Both, Vec<Link>)> = Vec::new();
        let mut named = Vec::new();
        for (scenario, play, twin) in twins() {
            for Difference { why, named: of_one } in &twin.differences {
                match (of_one, standing.iter_mut().find(|(known, _)| *known == why)) {
                    (Some(Named { ours, cpython }), _) => named.push(OfOne {
                        link: link(scenario, play),
                        why: words(why),
                        ours: ours.clone(),
                        cpython: cpython.clone(),
                    }),
                    (None, Some((_, links))) => links.push(link(scenario, play)),
                    (None, None) => standing.push((why, vec![link(scenario, play)])),
                }
            }
        }
        let is_same = |(_, _, twin): &(&Scenario, &Play, &crate::report::model::Twin)| {
            twin.differences.is_empty() && twin.complaint.is_none()
        };
        Python {
            versions: versions(model),
            plays: twins().count(),
            same: twins().filter(is_same).count(),
            standing: standing.into_iter().map(|(why, links)| (words(why), links)).collect(),
            named,
            alone: plays()
                .filter(|(_, play)| play.twin.is_none())
                .map(|(scenario, play)| link(scenario, play))
                .collect(),
        }
    }
}

/// The interpreters that made the records.
fn versions(model: &Model) -> Vec<String> {
    let version = |scenario: &Scenario| match &scenario.record {
        Record::Read { python } => Some(python.clone()),
        _ => None,
    };
    model.scenarios().filter_map(version).collect::<BTreeSet<String>>().into_iter().collect()
}

fn link(scenario: &Scenario, play: &Play) -> Link {
    Link { to: scenario.id.clone(), name: words(&halves(&scenario.title).0), play: play.name.clone() }
}
