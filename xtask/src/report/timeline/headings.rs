//! What stands over the axis: the times, and why a column is nobody's turn.

use super::steps::{Column, Steps};
use crate::report::both::Both;
use async_kata::scenarios::{Lang, end_in};

/// The header's lines over a column that is nobody's turn.
/// Of the jumps the first says why the clock does that.
pub(super) fn heading(steps: &Steps, nth: usize) -> Vec<Both> {
    let Some(column) = steps.columns.get(nth) else { return Vec::new() };
    let is_first = || !steps.columns.iter().take(nth).any(|column| matches!(column, Column::Jump { .. }));
    match column {
        Column::Turn { .. } => Vec::new(),
        Column::Jump { by } if is_first() => {
            vec![Both::same(format!("+{by}")), Both::new("nobody", "ніхто"), Both::new("could run", "не міг іти")]
        }
        Column::Jump { by } => vec![Both::same(format!("+{by}"))],
        Column::More { entries } => vec![
            Both::new(format!("{entries} more"), format!("ще {entries}")),
            Both::new("entries are", "подій"),
            Both::new("not shown", "не показано"),
        ],
        Column::Stop { why } if why == "deadlock" => {
            vec![end(why), Both::new("nobody can", "ніхто вже"), Both::new("ever go on", "не піде далі")]
        }
        Column::Stop { why } => {
            vec![end(why), Both::new("the run is", "запуск тут"), Both::new("cut here", "обірвано")]
        }
    }
}

fn end(name: &str) -> Both {
    Both::new(name, end_in(name, Lang::Uk))
}

/// The columns over which the time is written: the first, and each in which it is another than before.
pub(super) fn times(steps: &Steps) -> Vec<(usize, String)> {
    let mut last = None;
    let mut times = Vec::new();
    for (nth, column) in steps.columns.iter().enumerate() {
        if let Column::Turn { ms, .. } = column
            && last.replace(*ms) != Some(*ms)
        {
            times.push((nth, ms.to_string()));
        }
    }
    times
}
