//! The page fetches nothing and runs nothing but its own script, and its policy says so to the browser.

use super::{book, odd_book, poison, shown};
use crate::report::hash::sha256_base64;
use crate::report::model::Model;

/// What the page promises, with the hash of its script.
fn policy(hash: &str) -> String {
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; img-src data:; base-uri 'none'; \
         form-action 'none'"
    )
}

#[test]
fn the_policy_knows_the_one_script_by_its_hash() {
    let page = shown(&odd_book());
    let scripts = page.all("script");
    assert_eq!(scripts.len(), 1);
    let [super::html::Node::Text(script)] = scripts[0].children.as_slice() else { panic!("no script") };
    assert!(scripts[0].attributes.is_empty(), "it is its own text and no other file's");
    let metas = page.all("meta");
    let says = metas.iter().find(|meta| meta.get("http-equiv") == Some("Content-Security-Policy"));
    assert_eq!(says.unwrap().get("content"), Some(policy(&sha256_base64(script)).as_str()));
    let order: Vec<&str> = page.inside().iter().map(|element| element.tag.as_str()).collect();
    let of = |tag: &str| order.iter().position(|other| *other == tag).unwrap();
    assert!(of("meta") < of("style") && of("meta") < of("script"), "the policy comes before what it forbids");
    assert!(metas.iter().position(|meta| meta.get("http-equiv").is_some()).unwrap() < 2, "it is among the first words");
}

fn assert_harmless(name: &str, model: &Model) {
    const FORBIDDEN: [&str; 10] =
        ["img", "iframe", "object", "embed", "base", "form", "image", "foreignObject", "audio", "video"];
    for element in shown(model).inside() {
        let tag = element.tag.as_str();
        assert!(!FORBIDDEN.contains(&tag), "{name}: <{tag}>");
        for (attribute, value) in &element.attributes {
            let fetches =
                ["src", "srcset", "xlink:href", "action", "formaction", "poster", "background", "ping", "data"];
            assert!(!fetches.contains(&attribute.as_str()), "{name}: <{tag} {attribute}>");
            assert!(!attribute.starts_with("on"), "{name}: <{tag} {attribute}>");
            if attribute == "style" {
                let width = value.strip_prefix("--w:").unwrap_or_else(|| panic!("{name}: style={value}")).trim();
                assert!(width.trim_end_matches("px").parse::<i32>().is_ok(), "{name}: style={value}");
            }
            let is_inside = value.starts_with('#') || (tag, value.as_str()) == ("link", "data:,");
            assert!(attribute != "href" || is_inside, "{name}: <{tag} href={value}>");
        }
    }
}

#[test]
fn nothing_is_fetched_and_nothing_else_runs() {
    assert_harmless("the odd book", &odd_book());
    for bad in ["x\" onclick=\"y", "<img src=x>", "javascript:alert(1)", "\"><script>x</script>"] {
        let mut model = odd_book();
        poison::poison(&mut model, bad);
        assert_harmless(bad, &model);
        assert_eq!(shown(&model).all("script").len(), 1, "{bad}");
    }
}

/// It restyles what is drawn: all that it adds to a picture is a veil over what is yet to come.
#[test]
fn the_player_draws_nothing_but_a_veil() {
    let script = include_str!("../page/page.js");
    for (word, n) in
        [("createElementNS", 1), (".append(", 1), ("setAttribute(\"d\"", 1), ("<svg", 0), ("<path", 0), ("<rect", 0)]
    {
        assert_eq!(script.matches(word).count(), n, "{word}");
    }
    assert!(script.contains("veil.setAttribute(\"d\"") && script.contains("picture.append(veil)"));
}

/// The policy would forbid it; but a page that tries is a page that was meant to be another.
#[test]
fn neither_the_style_nor_the_script_names_another_place() {
    let page = shown(&book());
    let text = |tag: &str| format!("{:?}", page.one(tag).children);
    for word in ["url(", "@import", "http:", "https:", "@font-face", "expression("] {
        assert!(!text("style").contains(word), "the style says {word}");
    }
    // The one address in it is the name of SVG's language.
    let script = text("script").replace("http://www.w3.org/2000/svg", "");
    let words = [
        "http:",
        "https:",
        "fetch(",
        "XMLHttpRequest",
        "WebSocket",
        "sendBeacon",
        "import(",
        "eval(",
        "Function(",
        "Worker",
        "document.write",
        ".src",
        "setTimeout(\"",
    ];
    for word in words {
        assert!(!script.contains(word), "the script says {word}");
    }
}
