//! A writer of SVG: shapes with whole numbers and escaped text, so the same picture is the same bytes.

use std::fmt::Write;

/// The inside of an `<svg>`.
#[derive(Default)]
pub(in crate::report) struct Svg(String);

impl Svg {
    pub(in crate::report) fn into_text(self) -> String {
        self.0
    }

    /// Shapes of one class of colours: what `inside` draws stands in a `<g>`.
    pub(in crate::report) fn group(&mut self, class: &str, inside: impl FnOnce(&mut Svg)) {
        let _ = write!(self.0, "<g class=\"{class}\">");
        inside(self);
        self.0.push_str("</g>");
    }

    pub(in crate::report) fn rect(&mut self, class: &str, (x, y): (i32, i32), (width, height): (i32, i32)) {
        let _ = write!(self.0, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
        self.0.push_str(match class {
            "box" => " rx=\"3\"/>",
            "task" => " rx=\"12\"/>",
            _ => "/>",
        });
    }

    /// `path` in the language of SVG's `d`.
    pub(in crate::report) fn path(&mut self, class: &str, path: &str) {
        let _ = write!(self.0, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    pub(in crate::report) fn text(&mut self, class: &str, (x, y): (i32, i32), text: &str) {
        let _ = write!(self.0, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(text));
    }
}

/// For text and for attributes, in HTML and in XML alike. What XML cannot hold at all becomes a replacement character.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The width of monospaced text, in pixels, rounded up: 0.61 of the size a character, which is a little more than the
/// usual fonts have. East Asian characters and pictographs take two.
pub(in crate::report) fn width(text: &str, size: i32) -> i32 {
    let n_cells: i32 = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
    (n_cells * size * 61 + 99) / 100
}

/// At most so many characters: a picture shows the beginning, and the list under it the whole.
pub(in crate::report) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.into(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}
