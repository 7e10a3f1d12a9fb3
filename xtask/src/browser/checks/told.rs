//! A player says at each step what the table of its steps says, covers the rest, and knows right answers from wrong ones.

use super::{Found, add, keys};
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
    for (nth, player) in keys::players(&tab)? {
        tab.visit(&player.page)?;
        add(&mut found, &player.name, tab.texts(include_str!("../probes/told.js"), json!(nth))?);
    }
    Ok(found)
}
