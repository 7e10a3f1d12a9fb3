//! The picture of a run: a lane per task, a column per step, drawn by ourselves so that it is the same bytes each time.

mod build;
mod draw;
mod layout;
mod legend;
mod steps;
mod svg;

pub(super) use build::steps;
pub(super) use legend::legend;
#[cfg(test)]
pub(super) use steps::{Column, State};
pub(super) use steps::{Note, Steps};
pub(super) use svg::{Svg, escape, shortened, width};

use layout::Layout;

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
    names.map(|text| width(&name(text), layout::SAID)).fold(width("step", layout::SAID), i32::max) + 12
}

/// The picture as HTML: the names stay at their place while the rest scrolls. `id` makes its parts' ids unique.
pub(super) fn figure(steps: &Steps, names_width: i32, id: &str, title: &str, describes: &str) -> String {
    let layout = Layout::of(steps);
    let (id, title, describes) = (escape(id), escape(title), escape(describes));
    let (width, height) = (layout.width, layout.height);
    let (names, body) = (draw::names(steps, &layout), draw::body(steps, &layout));
    format!(
        "<div class=\"timeline\" style=\"--w: {}\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\">\
         <svg class=\"names\" width=\"{names_width}\" height=\"{height}\" aria-hidden=\"true\">{names}</svg>\
         <svg width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}.title {id}.desc\">\
         <title id=\"{id}.title\">{title}</title><desc id=\"{id}.desc\">{describes}</desc>{body}</svg></div>",
        width + names_width
    )
}

/// The picture as a file of its own, with its own colours for light and dark.
pub(super) fn standalone(steps: &Steps, title: &str, describes: &str) -> String {
    let layout = Layout::of(steps);
    let (title, describes) = (escape(title), escape(describes));
    let (margin, names_width) = (16, width_of_names(steps));
    let (width, height) = (layout.width + names_width + 2 * margin, layout.height + 2 * margin);
    let (names, body) = (draw::names(steps, &layout), draw::body(steps, &layout));
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
