//! The page as a whole: complete, self-contained, the same each time, and with all that was said.

use super::html::{Element, parse, parse_leniently};
use super::{book, odd_book, shown};
use crate::report::both::Both;
use crate::report::model::one_line;
use crate::report::{gather, json, page, picture};
use async_kata::scenarios::Lang;
use std::collections::BTreeSet;

#[test]
fn every_id_is_there_once_and_every_link_resolves() {
    let page = shown(&odd_book());
    let all = page.inside();
    let mut ids = BTreeSet::new();
    for id in all.iter().filter_map(|element| element.get("id")) {
        assert!(ids.insert(id), "the id {id} is there twice");
    }
    let mut n_links = 0;
    for element in &all {
        let referred = ["aria-labelledby", "for"].into_iter().filter_map(|name| element.get(name));
        let linked = element.get("href").and_then(|href| href.strip_prefix('#'));
        for id in referred.flat_map(|ids| ids.split(' ')).chain(linked) {
            n_links += 1;
            assert!(ids.contains(id), "<{}> refers to {id}, which is nowhere", element.tag);
        }
    }
    assert!(n_links > 100, "only {n_links} links");
}

#[test]
fn every_scenario_and_every_play_can_be_reached_by_its_id() {
    let model = book();
    let page = shown(&model);
    let links: BTreeSet<&str> = page.all("a").into_iter().filter_map(|link| link.get("href")).collect();
    for scenario in model.scenarios() {
        assert!(links.contains(format!("#{}", scenario.id).as_str()), "nothing leads to {}", scenario.id);
        let section = page.one(&format!("#{}", scenario.id));
        assert!(section.tag == "section" && section.has_class("page"), "{}", scenario.id);
        for play in &scenario.plays {
            assert_eq!(section.one(&format!("#{}", play.id)).tag, "li", "{}", play.id);
        }
    }
}

/// Each statement that is shown leads to a scenario that shows it, and each that is not is no link.
#[test]
fn every_statement_says_whether_it_is_shown() {
    let model = book();
    let page = shown(&model);
    let chips: Vec<&Element> =
        page.all("p.chips").into_iter().flat_map(Element::elements).filter(|it| it.tag != "b").collect();
    assert_eq!(chips.len(), model.statements.len());
    for (chip, statement) in chips.iter().zip(&model.statements) {
        assert_eq!(chip.text("en"), statement.id);
        let first = statement.shown_by.first().map(|id| format!("#{id}"));
        assert_eq!(chip.get("href").map(str::to_string), first, "{}", statement.id);
        assert_eq!(chip.tag == "a", model.scenarios().any(|it| it.covers.contains(&statement.id)), "{}", statement.id);
    }
    let words = page.one("section.statements").all("dt").into_iter().map(Element::words).collect::<Vec<_>>();
    assert_eq!(words, model.statements.iter().map(|it| it.id.clone()).collect::<Vec<_>>());
}

/// Without a script, and on paper, nothing is hidden: only the script itself hides the pages that are not looked at.
#[test]
fn it_is_complete_without_its_script() {
    let style = include_str!("../page/page.css");
    assert!(style.contains("@media screen { html.js .page:not(.on) { display: none; } }"));
    let page = shown(&odd_book());
    assert!(!page.one("html").has_class("js"), "the page is not born with the class that hides");
    let hidden =
        page.inside().into_iter().find(|it| it.get("hidden").is_some() || it.has_class("on") || it.has_class("later"));
    assert_eq!(hidden.map(|element| &element.attributes), None);
    // What the player adds to an element, it adds: the page has no button that would do nothing.
    assert!(page.all("button").is_empty());
    let styles = [style, include_str!("../page/stage.css")].concat();
    let hides = styles.matches("display: none").count();
    assert_eq!(
        hides, 7,
        "the other language, pages by script, the strip on screens, what predicting hides, and on paper bar, player and veil"
    );
}

#[test]
fn the_markup_is_balanced() {
    let model = odd_book();
    shown(&model);
    parse("the picture", &picture(&book()));
    for lang in [Lang::En, Lang::Uk] {
        parse_leniently("the page", &page(&model, lang));
    }
}

#[test]
fn the_same_model_gives_the_same_bytes_and_so_does_the_same_book() {
    let (model, again) = (book(), gather(&super::records()).unwrap());
    for lang in [Lang::En, Lang::Uk] {
        assert!(page(&model, lang) == page(&model, lang) && page(&model, lang) == page(&again, lang), "{lang}");
    }
    assert!(json(&model) == json(&again));
    assert_eq!(picture(&model), picture(&again));
}

/// Nothing of this machine: its paths would make the page another one elsewhere.
#[test]
fn the_page_does_not_know_where_it_was_made() {
    let model = book();
    let texts = [("page", page(&model, Lang::En)), ("json", json(&model)), ("picture", picture(&model))];
    for (name, text) in texts {
        for path in [env!("CARGO_MANIFEST_DIR"), "/home/", "/tmp/", ".cargo"] {
            assert!(!text.contains(path), "the {name} says {path}");
        }
    }
}

#[test]
fn everything_that_was_said_is_in_the_table_and_in_the_data() {
    let model = odd_book();
    let page = shown(&model);
    let cells: Vec<String> = page.all("td").into_iter().map(|cell| cell.text("en")).collect();
    let cells = cells.join("\n");
    let json = json(&model);
    let mut n_said = 0;
    for entry in model.scenarios().flat_map(|scenario| &scenario.plays).flat_map(|play| &play.run.entries) {
        if entry.kind == "said" {
            n_said += 1;
            let text = one_line(&entry.what);
            // What no page can hold is replaced, there and here.
            let shown: String = text.chars().map(|c| if c == '\u{fffe}' { '\u{fffd}' } else { c }).collect();
            assert!(cells.contains(&*shown), "{text:?} is in no row");
            let spelled = serde_json::to_string(&entry.what).unwrap().replace('<', "\\u003c");
            assert!(json.contains(&spelled), "report.json does not say {spelled}");
        }
    }
    assert!(n_said > 40, "only {n_said} texts");
}

#[test]
fn a_play_says_how_it_fares_and_what_is_not_as_declared() {
    let mut model = book();
    let claims = |model: &_| shown(model).one("#pitfalls/lost-update").one("ul.claims").words();
    let said = claims(&model);
    assert!(said.contains("✗ naive fails, as it should: 4 of 6 schedules fail. Both tasks read 0"), "{said}");
    assert!(said.contains("✓ fixed passes: 0 of 4 schedules fail. A lock held"), "{said}");
    assert!(!said.contains("Not as declared"));
    model.chapters[0].scenarios[0].plays[0].surprises = vec![Both::new("it was different", "було інакше")];
    let said = claims(&model);
    assert!(
        said.contains("! naive fails, and not as it should: 4 of 6")
            && said.contains("Not as declared: it was different"),
        "{said}"
    );
}

#[test]
fn the_head_counts_what_is_below() {
    let model = book();
    let page = shown(&model);
    let (totals, n_scenarios) = (&model.totals, model.scenarios().count());
    assert_eq!(totals.scenarios, n_scenarios);
    let schedules: usize = model.scenarios().flat_map(|s| &s.plays).map(|play| play.explored.schedules).sum();
    assert_eq!(totals.schedules, schedules);
    let covered: BTreeSet<&String> = model.scenarios().flat_map(|scenario| &scenario.covers).collect();
    assert_eq!(totals.covered, covered.len());
    assert_eq!(totals.statements, 106);
    assert!(model.statements.iter().all(|statement| !statement.text.is_empty()), "a statement that nobody knows");
    let shown: Vec<String> = page.one("#index").all("dl.totals")[0].all("dd").into_iter().map(Element::words).collect();
    assert_eq!(shown, [n_scenarios, covered.len(), schedules].map(|number| number.to_string()));
    assert!(page.one("#index").all("dl.totals")[0].words().contains("statements of the tutorial, of 106"));
}

#[test]
fn what_scrolls_can_be_reached_and_signs_can_be_heard() {
    let page = shown(&odd_book());
    for wanted in ["div.scroll", "div.films", "pre", "div.graph"] {
        assert!(!page.all(wanted).is_empty());
        assert!(
            page.all(wanted).iter().all(|it| it.get("tabindex") == Some("0")),
            "{wanted} cannot be scrolled by keys"
        );
    }
    let signs = ["✓", "✗", "≠", "!"];
    let bare =
        page.all("b").into_iter().find(|it| signs.contains(&it.words().as_str()) && it.get("aria-hidden").is_none());
    assert_eq!(bare.map(|element| &element.attributes), None, "a sign is read aloud");
}
