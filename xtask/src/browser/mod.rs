//! Looks at the report's page in a real Chromium, as a reader would: by its keys, themes, languages, widths and on paper.
//!
//! The browser is driven over two pipes, so there is no driver program, no port and no crate for it. Every check has a browser
//! context of its own, so that nothing which one check has chosen is remembered in the next. The checks know the page only by
//! its contract: `section.page`, `section.scenario`, `[data-player]` with `data-step` and `data-steps`, `.controls`, `.strip`
//! of `.panel`, the radios `#lang-en`, `#lang-uk`, `#theme-auto`, `#theme-light`, `#theme-dark`, and `.sr` for what only a
//! screen reader gets.

mod axe_core;
mod checks;
mod page;
mod process;
mod shots;
mod tab;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use shots::Shots;

use crate::out::{self, Exit, Failure};
use page::Page;
use process::Browser;
use std::path::Path;
use std::time::Instant;

/// So many findings of one check are told.
const TOLD: usize = 12;

/// Makes every check of the page and tells how each went; they all run, also after one that fails.
pub(crate) fn check(file: &Path) -> Result<(), Failure> {
    let page = Page::of(file)?;
    let browser = Browser::start()?;
    let mut failed = Vec::new();
    let mut missing = None;
    for check in checks::CHECKS {
        let begun = Instant::now();
        let found = (check.run)(&browser, &page);
        let seconds = begun.elapsed().as_secs_f64();
        match found {
            Ok(found) if found.is_empty() => out::print(&format!("{:>16}  ok, {seconds:.1} s\n", check.name)),
            Ok(found) => {
                out::print(&format!("{:>16}  FAILED, {seconds:.1} s\n{}", check.name, failure_text(check, &found)));
                failed.push(check.name);
            }
            // A tool is missing: the others do not need it.
            Err(failure) if failure.exit == Exit::Usage => {
                out::print(&format!("{:>16}  not made: {}\n", check.name, failure.message));
                missing = Some(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    if failed.is_empty() {
        return missing.map_or(Ok(()), Err);
    }
    let what = format!("the page fails in a browser: {}; each stands above with its cure", failed.join(", "));
    Err(Failure::new(Exit::Check, what))
}

/// Writes the pictures that are asked for.
pub(crate) fn shoot(file: &Path, shots: &Shots) -> Result<(), Failure> {
    shots.take(&Browser::start()?, &Page::of(file)?)
}

/// What must hold, what does not, and the cure.
fn failure_text(check: &checks::Check, found: &[String]) -> String {
    let mut text = format!("    not so: {}\n", check.sentence);
    for finding in found.iter().take(TOLD) {
        text += &format!("      - {}\n", finding.replace('\n', "\n        "));
    }
    if found.len() > TOLD {
        text += &format!("      and {} more\n", found.len() - TOLD);
    }
    text + &format!("    cure: {}\n", check.cure)
}
