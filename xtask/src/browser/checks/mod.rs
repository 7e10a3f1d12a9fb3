//! The checks: what must hold of the page, each in a sentence, and the cure for when it does not.

mod accessible;
mod bare;
mod fits;
mod keys;
mod languages;
mod links;
mod paper;
mod quiet;
mod theme;
mod told;

pub(super) use fits::WIDTHS;

use super::page::Page;
use super::process::Browser;
use super::tab::Tab;
use crate::out::Failure;

/// What does not hold, a finding each; none: the check passes.
pub(super) type Found = Vec<String>;

pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) sentence: &'static str,
    pub(super) cure: &'static str,
    pub(super) run: fn(&Browser, &Page) -> Result<Found, Failure>,
}

/// All of them.
pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "quiet",
        sentence: "The page asks for nothing but its own file, and the console stays empty.",
        cure: "put into the file what it asks for, and mend what the console says",
        run: quiet::run,
    },
    Check {
        name: "references",
        sentence: "Every id is there once, and every reference to one leads somewhere.",
        cure: "let the id and its references come from one value in xtask/src/report",
        run: links::run,
    },
    Check {
        name: "accessible",
        sentence: "axe-core finds nothing: in light, in dark, in Ukrainian, and without script.",
        cure: "the rule's id is explained in the documentation of axe-core; do not switch rules off",
        run: accessible::run,
    },
    Check {
        name: "keys",
        sentence: "Tab reaches every player, and the arrows, Home and End lead through its steps, without motion for \
                       those who want none.",
        cure: "a player is an element with data-player, data-steps=\"n\" and data-step=\"0…n\", whose slider or stage \
                   has tabindex=\"0\" and takes the keys; prefers-reduced-motion ends transitions and animations",
        run: keys::run,
    },
    Check {
        name: "told",
        sentence: "A player says at each step what its table says, covers what comes later, and judges predictions.",
        cure: "page.js copies the table's rows into .moment and draws .veil from data-x; nothing of it is computed anew",
        run: told::run,
    },
    Check {
        name: "paper",
        sentence: "On paper every page is there, every scenario has its strip of panels, and no control is left.",
        cure: "look at the rules under `@media print`: section.page visible, .strip with 4 .panel, .controls hidden",
        run: paper::run,
    },
    Check {
        name: "fits",
        sentence: "At 360, 768 and 1440 px no text is cut, none lies over another, and nothing sticks out sideways, in \
                       either language.",
        cure: "let it wrap, or scroll in an element with overflow: auto; what only a screen reader gets has class sr",
        run: fits::run,
    },
    Check {
        name: "languages",
        sentence: "With a language chosen, the page is seen in that language alone.",
        cure: "every text stands twice, in lang=\"en\" and lang=\"uk\", and the radios show one; code is in code, pre, kbd \
                   or samp, and names are marked translate=\"no\"",
        run: languages::run,
    },
    Check {
        name: "theme",
        sentence: "Light and dark can be chosen, and without a choice the reader's system decides.",
        cure: "let the radios set the same colours as prefers-color-scheme does",
        run: theme::run,
    },
    Check {
        name: "without script",
        sentence: "Without script every page can be read, what is folded opens, and nothing asks for script.",
        cure: "hide pages only by a class that the script itself sets, and fold with details",
        run: bare::run,
    },
];

/// Adds what was found, with where it was seen, unless the same has been found elsewhere.
fn add(found: &mut Found, seen_at: &str, more: Vec<String>) {
    for finding in more {
        if !found.iter().any(|old| old.strip_prefix(finding.as_str()).is_some_and(|rest| rest.starts_with(" ["))) {
            found.push(format!("{finding} [{seen_at}]"));
        }
    }
}

/// A page's name in a finding.
fn place(view: &str) -> String {
    if view.is_empty() { "the page".into() } else { format!("#{view}") }
}

/// Chooses a language where the page has that radio. (That it has none is found by the check of languages.)
fn speak(tab: &Tab, language: &str) -> Result<bool, Failure> {
    let id = format!("lang-{language}");
    Ok(tab.has(&format!("#{id}"))? && tab.choose(&id)?.is_none())
}
