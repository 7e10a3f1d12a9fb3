//! Tab reaches every player, and the arrows, Home and End lead through its steps, without motion for those who want none.

use super::{Found, add};
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{END, HOME, Key, LEFT, RIGHT, TAB, Tab, Wishes, sample};
use crate::out::{Exit, Failure};
use serde::Deserialize;
use serde_json::{Value, json};

/// So many players are tried; of more, the first, the last and some between them, evenly.
const MOST: usize = 40;

/// A player of the page.
#[derive(Deserialize)]
pub(super) struct Player {
    pub(super) name: String,
    stage: String,
    pub(super) page: String,
    step: Option<u64>,
    pub(super) steps: Option<u64>,
}

#[derive(Deserialize)]
struct Focus {
    seen: bool,
    focused: bool,
}

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { calm: true, ..Wishes::default() })?;
    tab.load(page)?;
    let players = players(&tab)?;
    let mut found = Found::new();
    if players.is_empty() {
        found.push("the page has no player: no element has data-player".into());
    }
    for (nth, player) in &players {
        add(&mut found, &player.name, tried(&tab, *nth, player)?);
    }
    Ok(found)
}

/// The players of a page, or a sample of them, with their numbers; and marks what takes their keys.
pub(super) fn players(tab: &Tab) -> Result<Vec<(usize, Player)>, Failure> {
    let all: Vec<Player> = read(tab.probe(include_str!("../probes/players.js"), Value::Null)?)?;
    let sample = sample(all.len(), MOST);
    Ok(all.into_iter().enumerate().filter(|(nth, _)| sample.contains(nth)).collect())
}

/// Turns to a player and puts it at its beginning. Whether that goes, the check of the keys tells.
pub(super) fn begin(tab: &Tab, nth: usize, player: &Player) -> Result<bool, Failure> {
    tab.visit(&player.page)?;
    let focus: Focus = read(tab.probe(include_str!("../probes/focus.js"), json!(nth))?)?;
    tab.press(HOME)?;
    Ok(focus.seen && focus.focused && at(tab, nth, &[0, 1])? <= 1)
}

/// Presses a key until a player is at a step, which must be nearer each time.
pub(super) fn lead(tab: &Tab, nth: usize, key: Key, step: u64) -> Result<bool, Failure> {
    let mut now = at(tab, nth, &[])?;
    while now != step {
        tab.press(key)?;
        let before = now;
        now = at(tab, nth, &[before + 1, step])?;
        if now.abs_diff(step) >= before.abs_diff(step) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where a player stands, when it stands at one of these steps or half a second has passed; without steps, at once.
fn at(tab: &Tab, nth: usize, wanted: &[u64]) -> Result<u64, Failure> {
    let at = tab.probe(include_str!("../probes/step.js"), json!([nth, wanted]))?;
    Ok(at.as_u64().unwrap_or(u64::MAX))
}

fn read<T: serde::de::DeserializeOwned>(told: Value) -> Result<T, Failure> {
    let mistaken =
        |error| Failure::new(Exit::Internal, format!("a probe of xtask/src/browser told something else: {error}"));
    serde_json::from_value(told).map_err(mistaken)
}

fn tried(tab: &Tab, nth: usize, player: &Player) -> Result<Found, Failure> {
    let (Some(_), Some(steps)) = (player.step, player.steps) else {
        return Ok(vec!["data-step and data-steps are not both numbers".into()]);
    };
    tab.visit(&player.page)?;
    let focus: Focus = read(tab.probe(include_str!("../probes/focus.js"), json!(nth))?)?;
    if !focus.seen {
        return Ok(vec!["the player is not seen when its page is".into()]);
    }
    if !focus.focused {
        return Ok(vec![format!("{} cannot have the focus", player.stage)]);
    }
    let mut found = pressed(tab, nth, steps)?;
    let moving = tab.texts(include_str!("../probes/moving.js"), Value::Null)?;
    found.extend(moving.into_iter().map(|what| format!("with prefers-reduced-motion, after a key, {what}")));
    found.extend(reached(tab, nth, player)?);
    Ok(found)
}

/// Presses one key after the other, and sees where each leads. Where the first step is, Home tells: the beginning, 0, or 1.
fn pressed(tab: &Tab, nth: usize, steps: u64) -> Result<Found, Failure> {
    let mut found = Found::new();
    let mut press = |key: Key, from: &str, wanted: &[u64]| -> Result<u64, Failure> {
        tab.press(key)?;
        let at = at(tab, nth, wanted)?;
        if !wanted.contains(&at) {
            let told = if at == u64::MAX { "to no number".into() } else { format!("to step {at}") };
            found.push(format!("{} {from} leads {told}, not to {}", key.0, wanted[0]));
        }
        Ok(at)
    };
    press(END, "at the beginning", &[steps])?;
    press(RIGHT, "at the last step", &[steps])?;
    press(LEFT, "at the last step", &[steps.saturating_sub(1)])?;
    let first = press(HOME, "before the last step", &[0, 1])?;
    if first > 1 {
        return Ok(found);
    }
    press(LEFT, "at the first step", &[first, 0])?;
    press(HOME, "at the beginning", &[first])?;
    for step in first + 1..=steps.min(first + 3) {
        press(RIGHT, &format!("at step {}", step - 1), &[step])?;
    }
    Ok(found)
}

/// Whether Tab comes to the stage from what is before it.
fn reached(tab: &Tab, nth: usize, player: &Player) -> Result<Option<String>, Failure> {
    tab.press_back()?;
    tab.press(TAB)?;
    let other = tab.probe(include_str!("../probes/focused.js"), json!(nth))?;
    Ok(other.as_str().map(|other| format!("Tab goes past {} to {other}", player.stage)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_the_first_and_the_last() {
        assert_eq!(sample(3, MOST), [0, 1, 2]);
        let some = sample(100, MOST);
        assert_eq!((some.len(), some[0], some[MOST - 1]), (MOST, 0, 99));
        assert!(some.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
