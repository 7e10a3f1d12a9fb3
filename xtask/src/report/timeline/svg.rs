//! A writer of SVG: shapes with whole numbers and escaped text, so the same picture is the same bytes.
//!
//! A page has hundreds of pictures, so it writes few bytes: shapes of one class are one path, texts of one class one group.

use crate::report::both::Both;
use std::fmt::Write;

/// The inside of an `<svg>`.
#[derive(Default)]
pub(in crate::report) struct Svg {
    done: String,
    /// Of the layer that is being drawn: by class, what it has.
    paths: Vec<(String, String)>,
    texts: Vec<(String, String)>,
}

impl Svg {
    pub(in crate::report) fn into_text(mut self) -> String {
        self.layer();
        self.done
    }

    /// What is drawn from now on lies over what is there. Within a layer texts lie over shapes.
    pub(in crate::report) fn layer(&mut self) {
        for (class, path) in std::mem::take(&mut self.paths) {
            let _ = write!(self.done, "<path class=\"{class}\" d=\"{path}\"/>");
        }
        for (class, texts) in std::mem::take(&mut self.texts) {
            let _ = write!(self.done, "<g class=\"{class}\">{texts}</g>");
        }
    }

    /// Shapes of one class of colours: what `inside` draws stands in a `<g>`.
    pub(in crate::report) fn group(&mut self, class: &str, inside: impl FnOnce(&mut Svg)) {
        self.layer();
        let _ = write!(self.done, "<g class=\"{class}\">");
        inside(self);
        self.layer();
        self.done.push_str("</g>");
    }

    /// `path` in the language of SVG's `d`, from a place on: it begins with `M`.
    pub(in crate::report) fn path(&mut self, class: &str, path: &str) {
        add(&mut self.paths, class, path);
    }

    pub(in crate::report) fn rect(&mut self, class: &str, (x, y): (i32, i32), (width, height): (i32, i32)) {
        self.path(class, &format!("M{x} {y}h{width}v{height}h{}z", -width));
    }

    /// A box with round corners.
    pub(in crate::report) fn round(&mut self, class: &str, (x, y): (i32, i32), (width, height): (i32, i32), r: i32) {
        let (w, h) = (width - 2 * r, height - 2 * r);
        let arc = |dx: i32, dy: i32| format!("a{r} {r} 0 0 1 {dx} {dy}");
        let corners = [arc(r, r), arc(-r, r), arc(-r, -r), arc(r, -r)];
        let [a, b, c, d] = corners;
        self.path(class, &format!("M{} {y}h{w}{a}v{h}{b}h-{w}{c}v-{h}{d}z", x + r));
    }

    pub(in crate::report) fn text(&mut self, class: &str, at: (i32, i32), text: &str) {
        let text = tag("", at, text);
        add(&mut self.texts, class, &text);
    }

    /// A text in each language, of which the page shows one.
    pub(in crate::report) fn words(&mut self, class: &str, at: (i32, i32), text: &Both) {
        if text.is_same() {
            return self.text(class, at, &text.en);
        }
        for (lang, text) in [("en", &text.en), ("uk", &text.uk)] {
            let text = tag(&format!(" lang=\"{lang}\""), at, text);
            add(&mut self.texts, class, &text);
        }
    }
}

fn tag(lang: &str, (x, y): (i32, i32), text: &str) -> String {
    format!("<text{lang} x=\"{x}\" y=\"{y}\">{}</text>", escape(text))
}

fn add(known: &mut Vec<(String, String)>, class: &str, more: &str) {
    match known.iter_mut().find(|(name, _)| name == class) {
        Some((_, all)) => all.push_str(more),
        None => known.push((class.into(), more.into())),
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
