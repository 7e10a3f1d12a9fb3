//! The common axis: which place each column of each run takes, so that step n of one stands over step n of every other.

use super::steps::{Column, Steps};

/// Turns with the same number share one, and so do the jumps and stops that
/// follow the same turn.
pub(super) fn slots(films: &[&Steps]) -> Vec<Vec<usize>> {
    let is_turn = |column: &Column| matches!(column, Column::Turn { .. });
    // Of each run, how many other columns follow each of its turns; those before the first turn come first.
    let after = |steps: &&Steps| {
        let mut gaps = vec![0];
        for column in &steps.columns {
            if is_turn(column) {
                gaps.push(0);
            } else if let Some(last) = gaps.last_mut() {
                *last += 1;
            }
        }
        gaps
    };
    let gaps: Vec<Vec<usize>> = films.iter().map(after).collect();
    let n_turns = gaps.iter().map(Vec::len).max().unwrap_or(1);
    let widest = |turn: usize| gaps.iter().filter_map(|gaps| gaps.get(turn)).copied().max().unwrap_or(0);
    let mut starts = vec![0];
    for turn in 0..n_turns {
        starts.push(starts[turn] + usize::from(turn > 0) + widest(turn));
    }
    let slots_of = |steps: &&Steps| {
        let (mut turn, mut gap) = (0, 0);
        let slot = |column: &Column| {
            if is_turn(column) {
                (turn, gap) = (turn + 1, 0);
                return starts[turn];
            }
            gap += 1;
            starts[turn] + gap - usize::from(turn == 0)
        };
        steps.columns.iter().map(slot).collect()
    };
    films.iter().map(slots_of).collect()
}
