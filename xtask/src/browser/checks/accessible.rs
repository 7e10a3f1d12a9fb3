//! axe-core finds nothing: in light, in dark, in Ukrainian, and without script.

use super::{Found, add, keys, place, speak};
use crate::browser::axe_core;
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{RIGHT, Tab, Wishes};
use crate::out::Failure;
use serde_json::{Value, json};

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let axe = axe_core::text()?;
    let mut found = Found::new();
    for (state, dark, ukrainian) in [("light", false, false), ("dark", true, false), ("Ukrainian", false, true)] {
        let tab = opened(browser, dark)?;
        tab.load(page)?;
        if ukrainian && !speak(&tab, "uk")? {
            continue;
        }
        look(&tab, &axe, state, &mut found)?;
    }
    let tab = opened(browser, false)?;
    tab.scripts(false)?;
    tab.load(page)?;
    // The page's own scripts have had their turn, and did not run. axe is one itself.
    tab.scripts(true)?;
    tab.evaluate(&axe).map(drop)?;
    add(&mut found, "without script", tab.texts(include_str!("../probes/axe.js"), Value::Null)?);
    Ok(found)
}

/// A tab for a reader who wants no motion: a colour that is on its way has no contrast yet.
fn opened(browser: &Browser, dark: bool) -> Result<Tab<'_>, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { dark, calm: true, print: false })?;
    Ok(tab)
}

fn look(tab: &Tab, axe: &str, state: &str, found: &mut Found) -> Result<(), Failure> {
    tab.evaluate(axe).map(drop)?;
    for view in tab.views()? {
        tab.visit(&view)?;
        let told = tab.texts(include_str!("../probes/axe.js"), Value::Null)?;
        add(found, &format!("{state}, {}", place(&view)), told);
    }
    // Once more in the middle of a story, where some of it is yet to come.
    for (nth, player) in keys::players(tab)? {
        let step = player.steps.unwrap_or(0).div_ceil(2);
        if keys::begin(tab, nth, &player)? && keys::lead(tab, nth, RIGHT, step)? {
            let told = tab.texts(include_str!("../probes/axe.js"), json!(nth))?;
            add(found, &format!("{state}, {} at step {step}", player.name), told);
        }
    }
    Ok(())
}
