//! One tab of the browser, in a context of its own: what is loaded, how wide it is, what is pressed, and what a probe sees.

use super::page::Page;
use super::process::Browser;
use crate::out::{Exit, Failure};
use serde_json::{Value, json};

/// What every probe may use.
const COMMON: &str = include_str!("probes/common.js");

/// A key, as the protocol names it, with its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key(pub(super) &'static str, u32);

pub(super) const RIGHT: Key = Key("ArrowRight", 39);
pub(super) const LEFT: Key = Key("ArrowLeft", 37);
pub(super) const HOME: Key = Key("Home", 36);
pub(super) const END: Key = Key("End", 35);
pub(super) const TAB: Key = Key("Tab", 9);

/// What the reader's system asks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Wishes {
    pub(super) dark: bool,
    /// Less motion.
    pub(super) calm: bool,
    pub(super) print: bool,
}

/// So many pages are looked at one by one: of a report of a hundred scenarios that takes no longer than of one of thirty.
const VIEWS: usize = 30;

/// Which of so many are tried, if no more than `most` are to be: the first, the last and some between them, evenly.
pub(super) fn sample(all: usize, most: usize) -> Vec<usize> {
    if all <= most { (0..all).collect() } else { (0..most).map(|nth| nth * (all - 1) / (most - 1)).collect() }
}

pub(super) struct Tab<'a> {
    browser: &'a Browser,
    session: String,
    context: Value,
}

impl<'a> Tab<'a> {
    pub(super) fn open(browser: &'a Browser) -> Result<Self, Failure> {
        let context = browser.ask(None, "Target.createBrowserContext", json!({}))?["browserContextId"].take();
        let new = json!({ "url": "about:blank", "browserContextId": context, "width": 1440, "height": 900 });
        let target = browser.ask(None, "Target.createTarget", new)?["targetId"].take();
        let attach = json!({ "targetId": target, "flatten": true });
        let attached = browser.ask(None, "Target.attachToTarget", attach)?;
        let session = attached["sessionId"].as_str().unwrap_or_default().to_string();
        let tab = Self { browser, session, context };
        tab.call("Page.enable", json!({}))?;
        tab.call("Inspector.enable", json!({}))?; // tells of a crash
        tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))?;
        // Keys go to a page that has the focus, and no window here has it by itself.
        tab.call("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }))?;
        Ok(tab)
    }

    pub(super) fn call(&self, method: &str, parameters: Value) -> Result<Value, Failure> {
        self.browser.ask(Some(&self.session), method, parameters)
    }

    /// The inner error is the browser's.
    pub(super) fn try_call(&self, method: &str, parameters: Value) -> Result<Result<Value, String>, Failure> {
        self.browser.wire().try_ask(Some(&self.session), method, parameters)
    }

    /// What the browser has told of this tab since it was asked last.
    pub(super) fn events(&self) -> Vec<Value> {
        self.browser.wire().take_events(&self.session)
    }

    pub(super) fn load(&self, page: &Page) -> Result<(), Failure> {
        let went = self.call("Page.navigate", json!({ "url": page.url }))?;
        if let Some(error) = went["errorText"].as_str() {
            return Err(Failure::new(Exit::Internal, format!("{}: {error}", page.url)));
        }
        // The blank page before it has been loaded too, and may tell so only now.
        let is_loaded = |told: &Value| told["name"] == "load" && told["loaderId"] == went["loaderId"];
        self.browser.wire().wait_for(&self.session, "Page.lifecycleEvent", is_loaded)
    }

    pub(super) fn wish(&self, wishes: Wishes) -> Result<(), Failure> {
        let scheme = if wishes.dark { "dark" } else { "light" };
        let motion = if wishes.calm { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        let media = if wishes.print { "print" } else { "screen" };
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features })).map(drop)
    }

    pub(super) fn width(&self, width: u32) -> Result<(), Failure> {
        let size = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).map(drop)
    }

    /// Whether the page's scripts run. Ours are still evaluated when they do not, but nothing that they wait for ever comes.
    pub(super) fn scripts(&self, run: bool) -> Result<(), Failure> {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).map(drop)
    }

    pub(super) fn press(&self, Key(name, number): Key) -> Result<(), Failure> {
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({ "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": number });
            self.call("Input.dispatchKeyEvent", key)?;
        }
        Ok(())
    }

    /// Shift and Tab: back to what had the focus before.
    pub(super) fn press_back(&self) -> Result<(), Failure> {
        let Key(name, number) = TAB;
        for kind in ["rawKeyDown", "keyUp"] {
            let key = json!({
                "type": kind, "key": name, "code": name, "windowsVirtualKeyCode": number, "modifiers": 8,
            });
            self.call("Input.dispatchKeyEvent", key)?;
        }
        Ok(())
    }

    /// Calls a probe, which is a function of one argument, and hands out what it returns.
    pub(super) fn probe(&self, probe: &str, argument: Value) -> Result<Value, Failure> {
        self.evaluate(&format!("(() => {{ {COMMON}\nreturn (\n{probe}\n)({argument}); }})()"))
    }

    /// As [`probe`](Self::probe), of one that returns texts.
    pub(super) fn texts(&self, probe: &str, argument: Value) -> Result<Vec<String>, Failure> {
        let told = self.probe(probe, argument)?;
        let mistaken = |_| Failure::new(Exit::Internal, "a probe of xtask/src/browser did not return texts");
        serde_json::from_value(told).map_err(mistaken)
    }

    pub(super) fn evaluate(&self, expression: &str) -> Result<Value, Failure> {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut told = self.call("Runtime.evaluate", asked)?;
        if told["exceptionDetails"].is_null() {
            return Ok(told["result"]["value"].take());
        }
        let what = told["exceptionDetails"]["exception"]["description"].as_str().unwrap_or("?");
        Err(Failure::new(Exit::Internal, format!("a probe of xtask/src/browser failed in the page: {what}")))
    }

    /// The ids of the page's pages; one empty id stands for a page that has no such parts.
    /// Of many only some: the first, the last, and others between them, evenly.
    pub(super) fn views(&self) -> Result<Vec<String>, Failure> {
        let all = self.texts(include_str!("probes/views.js"), Value::Null)?;
        let sample = sample(all.len(), VIEWS);
        Ok(all.into_iter().enumerate().filter(|(nth, _)| sample.contains(nth)).map(|(_, view)| view).collect())
    }

    /// Turns to one of them.
    pub(super) fn visit(&self, view: &str) -> Result<(), Failure> {
        self.probe(include_str!("probes/visit.js"), json!(view)).map(drop)
    }

    /// Chooses a radio by its label, as a reader does. What hinders it is told.
    pub(super) fn choose(&self, id: &str) -> Result<Option<String>, Failure> {
        Ok(self.probe(include_str!("probes/choose.js"), json!(id))?.as_str().map(str::to_string))
    }

    pub(super) fn has(&self, selector: &str) -> Result<bool, Failure> {
        Ok(self.evaluate(&format!("document.querySelector({}) !== null", json!(selector)))? == true)
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        let _ = self.browser.wire().try_ask(None, "Target.disposeBrowserContext", context); // or it ends with the browser
        self.events();
    }
}
