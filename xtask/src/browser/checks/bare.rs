//! Without script every page can be read, what is folded opens, and nothing asks for script.

use super::Found;
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{Tab, Wishes};
use crate::out::Failure;
use serde_json::Value;

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes::default())?;
    tab.scripts(false)?;
    tab.load(page)?;
    tab.texts(include_str!("../probes/bare.js"), Value::Null)
}
