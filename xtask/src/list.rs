//! `cargo xtask list`: what there is, and how many of the statements it shows.

use crate::out::{self, Exit, Failure};
use async_kata::scenarios::{self, CHAPTERS, Lang};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

pub(crate) fn run(lang: Lang, as_json: bool) -> Result<Exit, Failure> {
    let covered: BTreeSet<&str> = scenarios::all().flat_map(|scenario| scenario.covers.iter().copied()).collect();
    let (covered, of) = (covered.len(), scenarios::statements().len());
    out::print(&if as_json { machine(lang, covered, of) } else { table(lang, covered, of) });
    Ok(Exit::Ok)
}

fn machine(lang: Lang, covered: usize, of: usize) -> String {
    let scenarios: Vec<_> = CHAPTERS
        .iter()
        .flat_map(|chapter| chapter.scenarios.iter().map(move |scenario| (chapter, scenario)))
        .map(|(chapter, scenario)| {
            let plays: Vec<&str> = scenario.plays.iter().map(|play| play.name).collect();
            json!({
                "id": scenario.id, "chapter": chapter.name, "title": scenario.title_in(lang),
                "statements": scenario.covers, "plays": plays,
            })
        })
        .collect();
    format!("{}\n", json!({ "scenarios": scenarios, "statements": { "covered": covered, "of": of } }))
}

fn table(lang: Lang, covered: usize, of: usize) -> String {
    let wide = scenarios::all().map(|scenario| scenario.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for chapter in CHAPTERS {
        let _ = writeln!(text, "{}", chapter.title_in(lang));
        for scenario in chapter.scenarios {
            let plays: Vec<&str> = scenario.plays.iter().map(|play| play.name).collect();
            let _ = writeln!(text, "  {:wide$}  {}", scenario.id, scenario.title_in(lang));
            let (plays, covers) = (plays.join(", "), scenario.covers.join(", "));
            let _ = writeln!(text, "  {:wide$}  plays {plays}; shows {covers}", "");
        }
    }
    let _ = writeln!(text, "\n{covered} of {of} statements\nnext: cargo xtask play {}", first_id());
    text
}

fn first_id() -> &'static str {
    scenarios::all().next().map_or("ID", |scenario| scenario.id)
}
