//! A picture as its shapes and its texts: paths of one class are one path there, and texts of one class one group.

use super::html::{Element, parse};

/// One piece of a path that begins where nothing was drawn yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub class: String,
    /// From its `M` on.
    pub path: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub class: String,
    /// Empty: it is the same in every language.
    pub lang: String,
    pub at: (i32, i32),
    pub text: String,
}

/// A part of the picture: left, top, right, bottom.
pub(super) type Area = (i32, i32, i32, i32);

#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub shapes: Vec<Shape>,
    pub texts: Vec<Text>,
}

pub(super) fn number(text: &str) -> i32 {
    text.parse().unwrap_or_else(|_| panic!("no whole number: {text}"))
}

/// What is drawn in this element, but for its parts that are moved elsewhere.
pub(super) fn drawn(element: &Element) -> Drawn {
    let mut drawn = Drawn::default();
    collect(element, "", &mut drawn);
    drawn
}

/// What is drawn of a run where the lanes are: in a picture that stands alone, that is its last group.
pub(super) fn body(svg: &str) -> Drawn {
    let root = parse("the picture", svg);
    let groups: Vec<&Element> =
        root.one("svg").elements().filter(|element| element.get("transform").is_some()).collect();
    drawn(groups.last().expect("names and lanes"))
}

fn collect(element: &Element, class: &str, drawn: &mut Drawn) {
    for child in element.elements() {
        let own = child.get("class").unwrap_or(class);
        match child.tag.as_str() {
            "path" => {
                let paths = child.get("d").unwrap().split('M').skip(1).map(|path| format!("M{path}"));
                drawn.shapes.extend(paths.map(|path| Shape { class: own.into(), path }));
            }
            "text" => {
                let value = |name: &str| number(child.get(name).unwrap_or_else(|| panic!("no {name}")));
                let lang = child.get("lang").unwrap_or_default().into();
                let text = child.text(child.get("lang").unwrap_or("en"));
                drawn.texts.push(Text { class: own.into(), lang, at: (value("x"), value("y")), text });
            }
            _ => collect(child, own, drawn),
        }
    }
}

impl Shape {
    pub(super) fn is(&self, class: &str) -> bool {
        self.class.split(' ').any(|one| one == class)
    }

    /// What its lines take. Arcs count as the lines between their ends.
    pub(super) fn area(&self) -> Area {
        let points = self.points();
        let (xs, ys) = (points.iter().map(|point| point.0), points.iter().map(|point| point.1));
        (xs.clone().min().unwrap(), ys.clone().min().unwrap(), xs.max().unwrap(), ys.max().unwrap())
    }

    /// Where its lines begin, turn and end.
    pub(super) fn points(&self) -> Vec<(i32, i32)> {
        let mut points: Vec<(i32, i32)> = Vec::new();
        let mut rest = self.path.as_str();
        while let Some(command) = rest.chars().next() {
            let end = rest[1..].find(|c: char| c.is_alphabetic()).map_or(rest.len(), |at| at + 1);
            let numbers = rest[1..end].replace('-', " -");
            let numbers: Vec<i32> = numbers.split_whitespace().map(number).collect();
            rest = &rest[end..];
            let size = match command {
                'H' | 'h' | 'V' | 'v' => 1,
                'a' => 7,
                'z' => continue,
                _ => 2,
            };
            assert!(!numbers.is_empty() && numbers.len().is_multiple_of(size), "{command} with {numbers:?}");
            for numbers in numbers.chunks(size) {
                let (x, y) = points.last().copied().unwrap_or_default();
                points.push(match command {
                    'M' | 'L' => (numbers[0], numbers[1]),
                    'm' | 'l' => (x + numbers[0], y + numbers[1]),
                    'H' => (numbers[0], y),
                    'h' => (x + numbers[0], y),
                    'V' => (x, numbers[0]),
                    'v' => (x, y + numbers[0]),
                    'a' => (x + numbers[5], y + numbers[6]),
                    other => panic!("no command of ours: {other}"),
                });
            }
        }
        points
    }
}

impl Text {
    pub(super) fn is(&self, class: &str) -> bool {
        self.class.split(' ').any(|one| one == class)
    }

    /// At 0.6 of its size a character, as usual fonts have it. `middle`: texts of these classes stand around their place.
    pub(super) fn area(&self, middle: &[&str]) -> Area {
        let size = if self.is("said") || self.is("name") { 16 } else { 13 };
        let cells: i32 = self.text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
        let (width, (x, y)) = (cells * size * 6 / 10, self.at);
        let left = if middle.iter().any(|class| self.is(class)) { x - width / 2 } else { x };
        (left, y - size * 3 / 4, left + width, y)
    }

    /// Whether one language shows both.
    pub(super) fn is_beside(&self, other: &Text) -> bool {
        self.lang.is_empty() || other.lang.is_empty() || self.lang == other.lang
    }
}

pub(super) fn meet(one: &Area, other: &Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}
