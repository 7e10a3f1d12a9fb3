//! The story as text: a column per task.

use super::{Entry, Name};
use std::fmt::Write;

/// Two spaces between columns, a dot for "somebody else's turn", no blanks at a line's end.
pub(super) fn columns<'a>(story: impl Iterator<Item = &'a Entry> + Clone) -> String {
    let mut tasks: Vec<&Name> = Vec::new();
    for entry in story.clone() {
        if !tasks.contains(&&entry.task) {
            tasks.push(&entry.task);
        }
    }
    let rows: Vec<(String, usize, String)> = story
        .map(|entry| {
            let column = tasks.iter().position(|task| **task == entry.task).unwrap_or(0);
            (entry.ms.to_string(), column, entry.what.to_string())
        })
        .collect();

    let clock = rows.iter().map(|row| width(&row.0)).fold(2, usize::max);
    let widths: Vec<usize> = (0..tasks.len())
        .map(|column| {
            let cells = rows.iter().filter(|row| row.1 == column).map(|row| width(&row.2));
            cells.fold(width(tasks[column].as_str()), usize::max)
        })
        .collect();

    let mut text = String::new();
    let mut line = |first: &str, cell: &dyn Fn(usize) -> String| {
        let mut row = format!("{}{first}", " ".repeat(clock - width(first)));
        for (column, wide) in widths.iter().enumerate() {
            let cell = cell(column);
            let _ = write!(row, "  {cell}{}", " ".repeat(wide - width(&cell)));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    };
    line("ms", &|column| tasks[column].to_string());
    for (ms, task, what) in &rows {
        line(ms, &|column| if column == *task { what.clone() } else { "·".into() });
    }
    text
}

/// In characters: good enough for names and short sentences, and free of a table of wide ones.
fn width(text: &str) -> usize {
    text.chars().count()
}
