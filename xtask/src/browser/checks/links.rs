//! Every id is there once, and every reference to one leads somewhere.

use super::Found;
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::Tab;
use crate::out::Failure;
use serde_json::Value;

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.load(page)?;
    tab.texts(include_str!("../probes/links.js"), Value::Null)
}
