//! At 360, 768 and 1440 px no text is cut, none lies over another, and nothing sticks out sideways, in either language.

use super::{Found, add, keys, place, speak};
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{END, RIGHT, Tab, Wishes};
use crate::out::Failure;
use serde_json::json;

/// A phone, a tablet, a screen.
pub(in crate::browser) const WIDTHS: [u32; 3] = [360, 768, 1440];

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let mut found = Found::new();
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { calm: true, ..Wishes::default() })?;
    tab.load(page)?;
    for language in ["en", "uk"] {
        if !speak(&tab, language)? && language == "uk" {
            continue;
        }
        for width in WIDTHS {
            tab.width(width)?;
            let at = format!("{width} px, {language}");
            for view in tab.views()? {
                tab.visit(&view)?;
                add(&mut found, &format!("{at}, {}", place(&view)), look(&tab, None)?);
            }
            play(&tab, width == WIDTHS[0] && language == "en", &at, &mut found)?;
        }
    }
    Ok(found)
}

fn look(tab: &Tab, player: Option<usize>) -> Result<Found, Failure> {
    tab.texts(include_str!("../probes/layout.js"), json!(player))
}

/// What a player shows step by step: where there is least room at every step (in one language: what changes from step to step
/// are names and what programs said), elsewhere at the last.
fn play(tab: &Tab, every: bool, at: &str, found: &mut Found) -> Result<(), Failure> {
    for (nth, player) in keys::players(tab)? {
        let last = player.steps.unwrap_or(0);
        if !keys::begin(tab, nth, &player)? {
            continue;
        }
        for step in if every { 1..=last } else { last..=last } {
            if !keys::lead(tab, nth, if every { RIGHT } else { END }, step)? {
                break;
            }
            add(found, &format!("{at}, {} at step {step}", player.name), look(tab, Some(nth))?);
        }
    }
    Ok(())
}
