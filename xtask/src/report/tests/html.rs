//! A small reader of HTML and SVG: enough for what the report writes, and strict about it.

use std::collections::BTreeMap;

/// An element, or a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub tag: String,
    /// As a browser reads them.
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Node>,
}

/// Elements without an end.
const VOID: [&str; 4] = ["meta", "link", "input", "!DOCTYPE"];

/// Elements whose end HTML lets one leave out, and what ends each of them.
const IMPLIED: [(&str, &[&str]); 7] = [
    ("td", &["td", "th", "tr", "tbody"]),
    ("th", &["td", "th", "tr", "tbody"]),
    ("tr", &["tr", "tbody"]),
    ("tbody", &["tbody"]),
    ("li", &["li"]),
    ("dt", &["dt", "dd"]),
    ("dd", &["dt", "dd"]),
];

/// What a page or a picture is made of, under one root. Panics unless every element is ended, in the right order.
pub(super) fn parse(name: &str, html: &str) -> Element {
    read(name, html, false)
}

/// The same as a browser reads it: ends may be left out where HTML says so.
pub(super) fn parse_leniently(name: &str, html: &str) -> Element {
    read(name, html, true)
}

fn read(name: &str, html: &str, lenient: bool) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        push(&mut open, text);
        let end = end_of_tag(tag).unwrap_or_else(|| panic!("{name}: a tag without an end: {tag:.60}"));
        rest = &tag[end + 1..];
        let inside = &tag[1..end];
        if let Some(closed) = inside.strip_prefix('/') {
            let may_end = |element: &Element| lenient && IMPLIED.iter().any(|(tag, _)| *tag == element.tag);
            while open.len() > 1 && open.last().is_some_and(|last| last.tag != closed && may_end(last)) {
                close(&mut open);
            }
            assert_eq!(open.last().map(|last| last.tag.as_str()), Some(closed), "{name}: </{closed}> ends another");
            close(&mut open);
            continue;
        }
        // A slash right behind a value without quotes is a part of that value.
        let ends_itself = inside.strip_suffix('/').filter(|it| it.ends_with(['"', ' ']) || !it.contains('='));
        let element = element(name, ends_itself.unwrap_or(inside));
        let ends =
            |last: &Element| IMPLIED.iter().any(|(tag, by)| *tag == last.tag && by.contains(&element.tag.as_str()));
        while lenient && open.last().is_some_and(ends) {
            close(&mut open);
        }
        let tag = element.tag.clone();
        open.push(element);
        if ends_itself.is_some() || VOID.contains(&tag.as_str()) {
            close(&mut open);
        } else if matches!(tag.as_str(), "script" | "style") {
            let end = rest.find(&format!("</{tag}>")).unwrap_or_else(|| panic!("{name}: <{tag}> has no end"));
            open.last_mut().unwrap().children.push(Node::Text(rest[..end].into()));
            rest = &rest[end..];
        }
    }
    push(&mut open, rest);
    assert_eq!(open.len(), 1, "{name}: not ended: {:?}", open.iter().skip(1).map(|it| &it.tag).collect::<Vec<_>>());
    open.remove(0)
}

fn push(open: &mut [Element], text: &str) {
    if !text.is_empty() {
        open.last_mut().unwrap().children.push(Node::Text(unescape(text)));
    }
}

fn close(open: &mut Vec<Element>) {
    let closed = open.pop().unwrap();
    open.last_mut().unwrap().children.push(Node::Element(closed));
}

/// A `>` between quotes ends no tag.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == '>' && !quoted).then_some(at)
    })
}

/// A tag's name and its attributes, with or without quotes.
fn element(name: &str, inside: &str) -> Element {
    let (tag, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut attributes = BTreeMap::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find([' ', '=', '\n']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix('=') {
            None => ("", after),
            Some(after) => match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or_else(|| panic!("{name}: no quote ends {rest:.60}")),
                None => {
                    let end = after.find(char::is_whitespace).unwrap_or(after.len());
                    let value = &after[..end];
                    let is_plain = !value.is_empty() && !value.contains(['"', '\'', '=', '<', '>', '`', '&']);
                    assert!(is_plain, "{name}: {key}={value} needs quotes");
                    after.split_at(end)
                }
            },
        };
        assert!(attributes.insert(key.into(), unescape(value)).is_none(), "{name}: <{inside}> has {key} twice");
        rest = after;
    }
    Element { tag: tag.into(), attributes, children: Vec::new() }
}

/// What a browser reads where this is written.
pub(super) fn unescape(html: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#x2f;", "/")];
    named.iter().fold(html.to_string(), |text, (escaped, plain)| text.replace(escaped, plain)).replace("&amp;", "&")
}

impl Element {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| if let Node::Element(element) = node { Some(element) } else { None })
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    /// Everything inside, in the order of the page.
    pub(super) fn inside(&self) -> Vec<&Element> {
        let mut found = Vec::new();
        for element in self.elements() {
            found.push(element);
            found.extend(element.inside());
        }
        found
    }

    /// Those inside that `wanted` names: `td`, `.film`, `tr.differs`, `#an-id`.
    pub(super) fn all(&self, wanted: &str) -> Vec<&Element> {
        self.inside().into_iter().filter(|element| element.is(wanted)).collect()
    }

    pub(super) fn one(&self, wanted: &str) -> &Element {
        let found = self.all(wanted);
        assert_eq!(found.len(), 1, "{wanted} in <{}>", self.tag);
        found[0]
    }

    fn is(&self, wanted: &str) -> bool {
        if let Some(id) = wanted.strip_prefix('#') {
            return self.get("id") == Some(id);
        }
        let (tag, class) = wanted.split_once('.').unwrap_or((wanted, ""));
        (tag.is_empty() || self.tag == tag) && (class.is_empty() || self.has_class(class))
    }

    /// The text that a reader of this language sees.
    pub(super) fn text(&self, lang: &str) -> String {
        let other = if lang == "en" { "uk" } else { "en" };
        let text = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) if element.get("lang") == Some(other) && element.tag != "html" => String::new(),
            Node::Element(element) if ["script", "style"].contains(&element.tag.as_str()) => String::new(),
            Node::Element(element) => element.text(lang),
        };
        self.children.iter().map(text).collect()
    }

    /// The same in English, each blank a single one.
    pub(super) fn words(&self) -> String {
        self.text("en").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
