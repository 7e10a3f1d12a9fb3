//! Light and dark can be chosen, and without a choice the reader's system decides.

use super::Found;
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{Tab, Wishes};
use crate::out::Failure;
use serde_json::Value;

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { calm: true, ..Wishes::default() })?;
    tab.load(page)?;
    let mut found = Found::new();
    let light = colour(&tab)?;
    for (dark, system) in [(false, "light"), (true, "dark")] {
        tab.wish(Wishes { dark, calm: true, print: false })?;
        for (choice, differs) in [("theme-dark", true), ("theme-light", false), ("theme-auto", dark)] {
            if let Some(hindrance) = tab.choose(choice)? {
                found.push(hindrance);
                continue;
            }
            let now = colour(&tab)?;
            if (now != light) != differs {
                let wanted = if differs { "another colour" } else { "the same colour" };
                found.push(format!(
                    "#{choice} under a {system} system: the background is {now}, and should be {wanted} than {light}"
                ));
            }
        }
    }
    found.dedup();
    found.sort();
    found.dedup();
    Ok(found)
}

fn colour(tab: &Tab) -> Result<String, Failure> {
    Ok(tab.probe(include_str!("../probes/colour.js"), Value::Null)?.as_str().unwrap_or_default().to_string())
}
