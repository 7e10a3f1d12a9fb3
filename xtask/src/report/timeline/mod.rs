//! The picture of a run: a lane per task, a column per step, drawn by ourselves so that it is the same bytes each time.

mod awaited;
mod build;
mod draw;
mod headings;
mod layout;
mod legend;
mod moments;
mod slots;
mod steps;
mod svg;
mod tile;

pub(super) use build::steps;
pub(super) use legend::legend;
pub(super) use steps::{Close, Line, Moment, Note, Steps};
#[cfg(test)]
pub(super) use steps::{Column, State};
pub(super) use svg::{Svg, escape, shortened, width};

pub(super) use layout::Layout;
pub(super) use tile::tile;

use super::both::Both;

/// The looks of every picture: for the page, and inside the one that stands alone.
pub(super) const CSS: &str = include_str!("timeline.css");

const LONGEST_NAME: usize = 20;

/// Shortened in the middle: names that are alike differ at their ends, `worker-1` and `worker-20`.
pub(super) fn name(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let kept = LONGEST_NAME - 1;
    let (head, tail) = (kept - kept / 2, kept / 2);
    if letters.len() <= LONGEST_NAME {
        return text.into();
    }
    letters.iter().take(head).chain(&['…']).chain(letters.iter().skip(letters.len() - tail)).collect()
}

/// The room that names take. Pictures that are to be compared take as much as the widest.
pub(super) fn width_of_names(steps: &Steps) -> i32 {
    let names = steps.lanes.iter().chain(steps.holds.iter().map(|hold| &hold.thing));
    let words = layout::wider(&time_word()).max(layout::wider(&step_word()));
    names.map(|text| width(&name(text), layout::SAID)).fold(words, i32::max) + 12
}

/// What stands before the times and the steps.
fn time_word() -> Both {
    Both::new("time, ms", "час, мс")
}

fn step_word() -> Both {
    Both::new("step", "крок")
}

/// What a picture takes from the others with which it shares an axis.
pub(super) struct Frame<'a> {
    pub names_width: i32,
    /// By which its two parts, `.names` and `.body`, can be drawn a second time.
    pub id: Option<&'a str>,
    /// The step from which on it is not like the other.
    pub differs: Option<usize>,
}

/// The picture as HTML: the names stay at their place while the rest scrolls. Whoever does not see it reads the table under
/// it. A player draws a veil over what comes after its step: how far each reaches stands in `data-x`.
pub(super) fn figure(steps: &Steps, layout: &Layout, frame: &Frame<'_>) -> String {
    let (width, height) = (layout.width, layout.height);
    let Frame { names_width, .. } = *frame;
    let differs = frame.differs.and_then(|step| layout.start(steps, step));
    let names = draw::names(steps, layout);
    let body = draw::body(steps, layout, differs);
    let named = |part: &str, svg: String| match frame.id {
        Some(id) => format!("<g id=\"{}.{part}\">{svg}</g>", escape(id)),
        None => svg,
    };
    let (names, body) = (named("names", names), named("body", body));
    let ends: Vec<String> = layout.edges(steps).iter().map(ToString::to_string).collect();
    let ends = ends.join(" ");
    format!(
        "<div class=\"film\" style=\"--w:{}\" aria-hidden=\"true\">\
         <svg class=\"names\" width=\"{names_width}\" height=\"{height}\">{names}</svg>\
         <svg width=\"{width}\" height=\"{height}\" data-x=\"{ends}\">{body}</svg></div>",
        width + names_width
    )
}

/// The picture as a file of its own, in English, with its own colours for light and dark.
pub(super) fn standalone(steps: &Steps, title: &str, describes: &str) -> String {
    let layout = Layout::of(steps);
    let (title, describes) = (escape(title), escape(describes));
    let (margin, names_width) = (16, width_of_names(steps));
    let (width, height) = (layout.width + names_width + 2 * margin, layout.height + 2 * margin);
    let (names, body) = (draw::names(steps, &layout), draw::body(steps, &layout, None));
    let right = margin + names_width;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"alone\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{title}</title>\n<desc id=\"desc\">{describes}</desc>\n<style>\n{CSS}</style>\n\
         <rect class=\"paper\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n\
         <g transform=\"translate({margin} {margin})\">{names}</g>\n\
         <g transform=\"translate({right} {margin})\">{body}</g>\n</svg>\n"
    )
}
