//! One sample of each shape in a picture, and what it means.

use super::draw::{cross, scissors};
use super::layout::CAP;
use super::svg::Svg;

/// The words, and what draws their sample.
type Sample = (&'static str, fn(&mut Svg));

const SAMPLES: [Sample; 9] = [
    ("is polled, and says this", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        svg.text("said", (7, 22), "read 0");
    }),
    ("waits for something", |svg| svg.path("waits", "M2 16H70")),
    ("ready, while another runs", |svg| svg.path("ready", "M0 16H72")),
    ("wakes: who waited is ready", |svg| {
        svg.path("waits", "M2 26H40");
        svg.path("ready", "M40 26H72");
        svg.path("wake", "M40 2V19");
        svg.path("tip", "M40 26l-4 -7h8z");
    }),
    ("done", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        svg.rect("cap", (71 - CAP, 3), (CAP, 26));
    }),
    ("cancelled, or left over", |svg| {
        svg.path("box gone", "M62 3H1v26H62L69 26L62 22L69 19L62 16L69 13L62 9L69 6L62 3z");
        scissors(svg, 26, 16);
    }),
    ("panicked", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        cross(svg, 31, 16);
    }),
    ("the clock jumps: nothing could run", |svg| {
        svg.rect("jump", (10, 0), (52, 32));
        svg.path("axis", "M0 16H30m12 0H72");
        svg.path("cut", "M33 16m-6 6l6 -12m6 12l6 -12");
    }),
    ("held, by this task", |svg| {
        svg.rect("held", (1, 5), (70, 22));
        svg.text("small", (11, 20), "a");
    }),
];

/// The samples as small pictures, each with its words.
pub(crate) fn legend() -> Vec<(String, &'static str)> {
    let draw = |sample: fn(&mut Svg)| {
        let mut svg = Svg::default();
        svg.group("t1", sample);
        let inside = svg.into_text();
        format!("<svg width=\"73\" height=\"32\" aria-hidden=\"true\">{inside}</svg>")
    };
    SAMPLES.map(|(words, sample)| (draw(sample), words)).into()
}
