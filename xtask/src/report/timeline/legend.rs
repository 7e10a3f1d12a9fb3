//! One sample of each shape in a picture, and what it means.

use super::draw::{cross, scissors};
use super::layout::CAP;
use super::svg::Svg;
use crate::report::both::Both;

/// The words in both languages, and what draws their sample.
type Sample = (&'static str, &'static str, fn(&mut Svg));

const SAMPLES: [Sample; 14] = [
    ("is polled, and says this", "виконується й каже це", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        svg.text("said", (7, 22), "read 0");
    }),
    ("has its turn, and says nothing", "має хід, та нічого не каже", |svg| {
        svg.rect("box", (16, 3), (36, 26));
    }),
    ("waits for something", "на щось чекає", |svg| svg.path("waits", "M2 16H70")),
    ("ready: it could run, and another does", "готова: могла б іти, та йде інша", |svg| {
        svg.path("ready", "M0 16H72")
    }),
    ("wakes: who waited is ready", "будить: хто чекав, готовий", |svg| {
        svg.path("waits", "M2 26H40");
        svg.path("ready", "M40 26H72");
        svg.path("wake", "M40 2V19M40 26l-4 -7h8z");
    }),
    ("starts a task", "створює задачу", |svg| {
        svg.path("ready", "M40 26H72");
        svg.path("wake new", "M40 2V19M40 26l-4 -7h8z");
    }),
    ("from here on they differ", "відси вони різні", |svg| {
        svg.path("differs", "M36 16V31");
        svg.text("by", (36, 13), "≠");
    }),
    ("done", "завершено", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        svg.rect("cap", (71 - CAP, 3), (CAP, 26));
    }),
    ("cancelled, or left over", "скасовано або покинуто", |svg| {
        svg.path("box gone", "M62 3H1v26H62L69 26L62 22L69 19L62 16L69 13L62 9L69 6L62 3z");
        scissors(svg, 26, 16);
    }),
    ("panicked", "паніка", |svg| {
        svg.rect("box", (1, 3), (70, 26));
        cross(svg, 31, 16);
    }),
    (
        "the clock jumps: nothing could run",
        "годинник стрибає: ніхто не міг іти далі",
        |svg| {
            svg.rect("jump", (10, 0), (52, 32));
            svg.path("axis", "M0 16H30m12 0H72");
            svg.path("cut", "M33 16m-6 6l6 -12m6 12l6 -12");
        },
    ),
    ("held, by this task", "зайнято цією задачею", |svg| {
        svg.rect("held", (1, 5), (70, 22));
        svg.text("small", (11, 20), "a");
    }),
    ("stands in line for what is above", "стоїть у черзі до того, що вгорі", |svg| {
        svg.rect("held", (1, 1), (70, 14));
        svg.text("small queued", (20, 28), "b");
        svg.path("waits", "M32 24H70");
    }),
    ("the run ends here, for this reason", "тут запуск обривається, ось чому", |svg| {
        svg.rect("stop", (10, 1), (52, 30));
        svg.path("waits", "M0 16H72");
    }),
];

/// The samples as small pictures, each with its words.
pub(crate) fn legend() -> Vec<(String, Both)> {
    let draw = |sample: fn(&mut Svg)| {
        let mut svg = Svg::default();
        svg.group("t1", sample);
        let inside = svg.into_text();
        format!("<svg width=\"73\" height=\"32\" aria-hidden=\"true\">{inside}</svg>")
    };
    SAMPLES.map(|(en, uk, sample)| (draw(sample), Both::new(en, uk))).into()
}
