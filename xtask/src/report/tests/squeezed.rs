//! The squeezed page is the same page: the same elements, the same attributes, the same texts, in fewer bytes.

use super::html::{Element, Node, parse, parse_leniently};
use super::{book, odd_book, poison, whole};
use crate::report::model::Model;
use crate::report::page;
use crate::report::squeeze::squeeze;
use async_kata::scenarios::Lang;

/// Without the blanks that no browser shows: those at the end of a cell or an item, and those between rows and items.
fn settled(element: &Element) -> Element {
    let tag = element.tag.as_str();
    let mut children: Vec<Node> = Vec::new();
    for node in &element.children {
        match node {
            Node::Element(inner) => children.push(Node::Element(settled(inner))),
            Node::Text(text) if is_list(tag) => assert!(text.trim().is_empty(), "a text in <{tag}>: {text}"),
            Node::Text(text) => children.push(Node::Text(text.clone())),
        }
    }
    if is_item(tag) {
        while let Some(Node::Text(text)) = children.last_mut() {
            *text = text.trim_end().into();
            if !text.is_empty() {
                break;
            }
            children.pop();
        }
    }
    Element { tag: tag.into(), attributes: element.attributes.clone(), children }
}

fn is_list(tag: &str) -> bool {
    ["table", "thead", "tbody", "tr", "ul", "dl"].contains(&tag)
}

fn is_item(tag: &str) -> bool {
    ["td", "th", "li", "dt", "dd"].contains(&tag)
}

fn assert_same(name: &str, model: &Model) {
    let html = whole(model, Lang::En);
    let squeezed = squeeze(&html);
    let (one, other) = (settled(&parse(name, &html)), settled(&parse_leniently(name, &squeezed)));
    if one != other {
        let (ones, others) = (one.inside(), other.inside());
        let nth = ones
            .iter()
            .zip(&others)
            .position(|(one, other)| one.tag != other.tag || one.attributes != other.attributes);
        let nth = nth.unwrap_or(0);
        panic!("{name}: {:.400?}\nis not\n{:.400?}", ones[nth], others[nth]);
    }
    assert!(squeezed.len() * 20 < html.len() * 19, "{name}: {} of {} bytes", squeezed.len(), html.len());
    assert!(squeeze(&squeezed) == squeezed, "{name}: it can be squeezed twice");
}

#[test]
fn nothing_is_lost() {
    assert_same("the book", &book());
    assert_same("the odd book", &odd_book());
}

/// Names and texts that look like the markup around them.
#[test]
fn hostile_texts_are_squeezed_no_more_than_others() {
    for bad in [
        "</td></tr></li> x=\"y\" <b class=\"z\">",
        "</script><script>alert(\"1\")</script>",
        "a=\"b\" c='d'/>",
        "' onclick=\"x\" `",
        "=\"",
        "\"",
        ">",
        "</style>",
        "ends with a slash/",
        "a  b\u{a0}c",
    ] {
        let mut model = odd_book();
        poison::poison(&mut model, bad);
        assert_same(bad, &model);
    }
}

#[test]
fn only_what_needs_no_quotes_loses_them() {
    let cases = [
        ("<a href=\"#b\" class=\"c d\">", "<a href=#b class=\"c d\">"),
        ("<p title=\"\">", "<p title=\"\">"),
        ("<use href=\"#a\"/>", "<use href=#a />"),
        ("<path class=\"box\" d=\"M0 0\"/>", "<path class=box d=\"M0 0\"/>"),
        ("<p id=\"задача-1\">x=\"y\"</p>", "<p id=задача-1>x=\"y\"</p>"),
        ("<a id=\"a/b\" href=\"#a&#x2f;b\" c=\"a/\">", "<a id=a/b href=#a/b c=\"a/\">"),
        ("<p title=\"it&#39;s&#x27;\">it&#39;s</p>", "<p title=\"it's'\">it's</p>"),
        ("<a id=\"a'b\"><a id=\"a`b\"><a id=\"a&amp;b\"><a id=\"a=b\">", ""),
        ("<td>1</td><th>2</th></tr></tbody></thead></table>", "<td>1<th>2</thead></table>"),
        ("<li>1</li><dt>2</dt><dd>3</dd></ul>", "<li>1<dt>2<dd>3</ul>"),
        (
            "<script>if (a < b) { x=\"y\"; \"</td>\" }</script></td>",
            "<script>if (a < b) { x=\"y\"; \"</td>\" }</script>",
        ),
        ("<style>\n[a=\"b\"] > c {}</style></li>", "<style>\n[a=\"b\"] > c {}</style>"),
        ("a < b", "a < b"),
    ];
    for (html, expected) in cases {
        assert_eq!(squeeze(html), if expected.is_empty() { html } else { expected });
    }
}

#[test]
fn the_script_and_the_style_stay_as_they_are() {
    let html = page(&book(), Lang::En);
    let whole = whole(&book(), Lang::En);
    for tag in ["script", "style"] {
        let inside = |html: &str| {
            let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
            rest.split_once(&format!("</{tag}>")).unwrap().0.to_string()
        };
        assert_eq!(inside(&html), inside(&whole));
    }
    assert!(html.contains(include_str!("../page/page.js").trim_end()));
}
