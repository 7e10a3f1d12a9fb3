//! On paper every page is there, every scenario has its strip of panels, and no control is left.

use super::{Found, add};
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{Tab, Wishes};
use crate::out::Failure;
use serde_json::{Value, json};

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    tab.wish(Wishes { print: true, ..Wishes::default() })?;
    tab.width(794)?; // A4 at 96 px an inch
    tab.load(page)?;
    let mut found = Found::new();
    add(&mut found, "print, 794 px", tab.texts(include_str!("../probes/print.js"), Value::Null)?);
    // Only the second sheet is asked for: that there is none is an error of the browser's.
    let sheet = json!({ "pageRanges": "2", "preferCSSPageSize": true, "transferMode": "ReturnAsBase64" });
    match tab.try_call("Page.printToPDF", sheet)? {
        Ok(pdf) if pdf["data"].as_str().is_some_and(|data| data.starts_with("JVBERi0")) => {} // %PDF-
        Ok(_) => found.push("what the browser prints is no PDF".into()),
        Err(error) => found.push(format!("there is no second sheet of paper: {error}")),
    }
    Ok(found)
}
