//! The page asks for nothing but its own file, and the console stays empty.

use super::{Found, add, keys, place, speak};
use crate::browser::page::Page;
use crate::browser::process::Browser;
use crate::browser::tab::{END, LEFT, RIGHT, Tab, Wishes};
use crate::out::Failure;
use serde_json::{Value, json};

pub(super) fn run(browser: &Browser, page: &Page) -> Result<Found, Failure> {
    let tab = Tab::open(browser)?;
    for domain in ["Network", "Log", "Runtime"] {
        tab.call(&format!("{domain}.enable"), json!({}))?;
    }
    tab.wish(Wishes::default())?;
    tab.load(page)?;
    let mut found = Found::new();
    let mut hear = |when: &str| {
        let told = tab.events().iter().filter_map(|event| complaint(event, &page.url)).collect();
        add(&mut found, when, told);
    };
    hear("as it loads");
    for view in tab.views()? {
        tab.visit(&view)?;
        hear(&place(&view));
    }
    // What a reader may do: it must not be what makes the page ask.
    for (nth, player) in keys::players(&tab)? {
        keys::begin(&tab, nth, &player)?;
        for key in [RIGHT, END, LEFT] {
            tab.press(key)?;
        }
        hear(&player.name);
    }
    for language in ["uk", "en"] {
        speak(&tab, language)?;
        tab.visit("")?;
        hear(&format!("after choosing {language}"));
    }
    Ok(found)
}

/// What an event complains of, if it does.
fn complaint(event: &Value, own: &str) -> Option<String> {
    let told = &event["params"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    match event["method"].as_str()? {
        "Network.requestWillBeSent" => {
            let url = text(&told["request"]["url"]);
            let is_own = url.split('#').next() == Some(own) || url.starts_with("data:");
            (!is_own).then(|| format!("it asks for {url}"))
        }
        "Network.webSocketCreated" => Some(format!("it opens a socket to {}", text(&told["url"]))),
        "Log.entryAdded" => {
            let entry = &told["entry"];
            let is_bad = entry["level"] == "error" || entry["level"] == "warning";
            is_bad.then(|| {
                format!("{} in the console: {}{}", text(&entry["level"]), text(&entry["text"]), line_of(entry))
            })
        }
        "Runtime.consoleAPICalled" => {
            let is_bad = ["error", "warning", "assert"].iter().any(|kind| told["type"] == *kind);
            let words = told["args"].as_array().into_iter().flatten();
            let words: Vec<String> = words
                .map(|word| word["value"].as_str().map_or_else(|| text(&word["description"]), str::to_string))
                .collect();
            is_bad.then(|| format!("console.{}: {}", text(&told["type"]), words.join(" ")))
        }
        "Runtime.exceptionThrown" => {
            let details = &told["exceptionDetails"];
            let what = details["exception"]["description"].as_str().or(details["text"].as_str()).unwrap_or("?");
            Some(format!("a script threw: {what}{}", line_of(details)))
        }
        _ => None,
    }
}

fn line_of(place: &Value) -> String {
    place["lineNumber"].as_u64().map(|line| format!(" (line {})", line + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_says_what_and_where() {
        let own = "file:///p/index.html";
        let request =
            |url: &str| json!({ "method": "Network.requestWillBeSent", "params": { "request": { "url": url } } });
        assert_eq!(complaint(&request("file:///p/index.html#a"), own), None);
        assert_eq!(complaint(&request("data:,"), own), None);
        let other = complaint(&request("file:///p/index.html.js"), own);
        assert_eq!(other.as_deref(), Some("it asks for file:///p/index.html.js"));
        let thrown = json!({ "method": "Runtime.exceptionThrown", "params": { "exceptionDetails": {
            "text": "Uncaught", "lineNumber": 6, "exception": { "description": "TypeError: x" } } } });
        assert_eq!(complaint(&thrown, own).as_deref(), Some("a script threw: TypeError: x (line 7)"));
        let note = json!({ "method": "Log.entryAdded", "params": { "entry": { "level": "info", "text": "a" } } });
        assert_eq!(complaint(&note, own), None);
    }
}
