//! With a language chosen, the page is seen in that language alone.

use super::{Found, add, place};
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{Tab, Wishes};
use crate::out::Failure;
use serde_json::json;

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { calm: true, ..Wishes::default() })?;
    tab.load(page)?;
    let mut found = Found::new();
    // Back again at the end: a choice must not be for ever.
    for language in ["uk", "en"] {
        if let Some(hindrance) = tab.choose(&format!("lang-{language}"))? {
            found.push(hindrance);
            continue;
        }
        for view in tab.views()? {
            tab.visit(&view)?;
            let told = tab.texts(include_str!("../probes/languages.js"), json!(language))?;
            add(&mut found, &format!("{language} chosen, {}", place(&view)), told);
        }
    }
    Ok(found)
}
