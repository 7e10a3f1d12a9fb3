//! Tables of text: the story with a column per task, and the grid that it stands in.

use super::{Entry, Name};

/// Two spaces between columns, a dot for "somebody else's turn", no blanks at a line's end.
pub(super) fn columns<'a>(story: impl Iterator<Item = &'a Entry> + Clone) -> String {
    let tasks = tasks(story.clone());
    let head = ["ms".to_string()].into_iter().chain(tasks.iter().map(ToString::to_string));
    let rows = story.map(|entry| {
        let mut row = vec![entry.ms.to_string()];
        row.extend(tasks.iter().map(|task| if **task == entry.task { entry.what.to_string() } else { "·".into() }));
        row
    });
    grid(1, std::iter::once(head.collect()).chain(rows).collect())
}

/// The tasks, in order of appearance.
fn tasks<'a>(story: impl Iterator<Item = &'a Entry>) -> Vec<&'a Name> {
    let mut tasks: Vec<&Name> = Vec::new();
    for entry in story {
        if !tasks.contains(&&entry.task) {
            tasks.push(&entry.task);
        }
    }
    tasks
}

/// Rows of as many cells each, in columns as wide as their widest cell; the first so many are set to the right.
pub(crate) fn grid(right: usize, rows: Vec<Vec<String>>) -> String {
    let n_columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..n_columns).map(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, wide))| {
            let blanks = " ".repeat(wide - width(cell));
            if column < right { blanks + cell } else { cell.clone() + &blanks }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// In characters: good enough for names and short sentences, and free of a table of wide ones.
fn width(text: &str) -> usize {
    text.chars().count()
}
