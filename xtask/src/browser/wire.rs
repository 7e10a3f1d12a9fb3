//! The wire to the browser: messages of JSON with a NUL behind each, by turns: one is asked, and its answer waited for.

use crate::out::{Exit, Failure};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing that is asked of a page takes so long.
const ANSWER: Duration = Duration::from_secs(60);

/// Both ends of the wire, and the events that nobody has asked for yet.
pub(super) struct Wire {
    to: Box<dyn Write>,
    from: Receiver<Value>,
    events: VecDeque<Value>,
    asked: u64,
    /// When all must be over.
    end: Instant,
}

impl Wire {
    /// `limit` is for everything that will ever be asked.
    pub(super) fn new(to: impl Write + 'static, from: impl Read + Send + 'static, limit: Duration) -> Self {
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            let mut from = BufReader::new(from);
            while let Some(message) = next_message(&mut from) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Self { to: Box::new(to), from: receive, events: VecDeque::new(), asked: 0, end: Instant::now() + limit }
    }

    /// Asks, and waits for the answer. `session` is the tab; without, the browser itself is asked.
    pub(super) fn ask(&mut self, session: Option<&str>, method: &str, parameters: Value) -> Result<Value, Failure> {
        let answer = self.try_ask(session, method, parameters)?;
        answer.map_err(|error| Failure::new(Exit::Internal, format!("Chromium refuses {method}: {error}")))
    }

    /// As [`ask`](Self::ask); the inner error is the browser's.
    pub(super) fn try_ask(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Result<Value, String>, Failure> {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let written = self.to.write_all(&framed(&message)).and_then(|()| self.to.flush());
        written.map_err(|_| gone(method))?;
        let until = Instant::now() + ANSWER;
        loop {
            let mut message = self.next(until, method)?;
            if message.get("id").is_none() {
                self.events.push_back(message);
            } else if message["id"] == self.asked {
                let error = &message["error"];
                let told = || format!("{} {}", error["message"].as_str().unwrap_or("?"), error["data"]);
                return Ok(if error.is_null() { Ok(message["result"].take()) } else { Err(told()) });
            }
        }
    }

    /// Waits for an event of a tab; which of this name, `is_it` says of its parameters. Events before it stay where they are.
    pub(super) fn wait_for(
        &mut self,
        session: &str,
        event: &str,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<(), Failure> {
        let is_it = |message: &Value| {
            message["method"] == event && message["sessionId"] == session && is_it(&message["params"])
        };
        if let Some(at) = self.events.iter().position(is_it) {
            self.events.remove(at);
            return Ok(());
        }
        let until = Instant::now() + ANSWER;
        loop {
            let message = self.next(until, event)?;
            if is_it(&message) {
                return Ok(());
            }
            self.events.push_back(message);
        }
    }

    /// Forgets what has been told of a tab, or hands it out.
    pub(super) fn take_events(&mut self, session: &str) -> Vec<Value> {
        let (its, others): (VecDeque<_>, _) =
            self.events.drain(..).partition(|message| message["sessionId"] == session);
        self.events = others;
        its.into()
    }

    fn next(&mut self, until: Instant, what: &str) -> Result<Value, Failure> {
        let left = until.min(self.end).saturating_duration_since(Instant::now());
        let message = self.from.recv_timeout(left).map_err(|error| match error {
            RecvTimeoutError::Disconnected => gone(what),
            RecvTimeoutError::Timeout => {
                let cure = "a script of the page that does not end, or a machine that is too busy";
                Failure::new(Exit::Check, format!("Chromium did not answer in time ({what}): {cure}"))
            }
        })?;
        // After these there will be no answer.
        match message["method"].as_str() {
            Some("Inspector.targetCrashed") => {
                let cure = "see that the machine has memory enough";
                Err(Failure::new(Exit::Internal, format!("Chromium's tab crashed ({what}): {cure}")))
            }
            Some("Page.javascriptDialogOpening") => {
                let says = message["params"]["message"].as_str().unwrap_or_default();
                let cure = "say it in the page";
                Err(Failure::new(Exit::Check, format!("the page opens a dialog ({says}), and waits: {cure}")))
            }
            _ => Ok(message),
        }
    }
}

fn gone(what: &str) -> Failure {
    Failure::new(Exit::Internal, format!("Chromium has ended before it answered ({what})"))
}

fn framed(message: &Value) -> Vec<u8> {
    let mut bytes = message.to_string().into_bytes();
    bytes.push(0);
    bytes
}

/// The next message; `None` when there will be no more, and for one that was cut short.
fn next_message(from: &mut impl BufRead) -> Option<Value> {
    let mut bytes = Vec::new();
    from.read_until(0, &mut bytes).ok()?;
    bytes.pop_if(|last| *last == 0)?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_with_a_nul() {
        let bytes = [framed(&json!({ "id": 1, "text": "a\0b" })), framed(&json!({ "id": 2 }))].concat();
        assert_eq!(bytes.iter().filter(|byte| **byte == 0).count(), 2);
        let mut from = bytes.as_slice();
        assert_eq!(next_message(&mut from).expect("the first")["text"], "a\0b");
        assert_eq!(next_message(&mut from).expect("the second")["id"], 2);
        assert!(next_message(&mut from).is_none());
    }

    #[test]
    fn what_was_cut_short_is_no_message() {
        assert!(next_message(&mut b"{\"id\": 1".as_slice()).is_none());
        assert!(next_message(&mut b"{\"id\": 1\0".as_slice()).is_none());
    }

    #[test]
    fn an_answer_is_told_from_events_and_events_are_kept() {
        let told = [
            json!({ "method": "Page.loaded", "sessionId": "a" }),
            json!({ "method": "Page.loaded", "sessionId": "b" }),
            json!({ "id": 1, "result": { "n": 5 } }),
            json!({ "id": 2, "error": { "message": "no such method" } }),
        ];
        let bytes: Vec<u8> = told.iter().flat_map(framed).collect();
        let mut wire = Wire::new(Vec::new(), std::io::Cursor::new(bytes), Duration::from_secs(20));
        assert_eq!(wire.ask(Some("a"), "Page.ask", json!({})).expect("an answer")["n"], 5);
        let refused = wire.ask(None, "Page.other", json!({})).expect_err("an error");
        assert_eq!(refused.message, "Chromium refuses Page.other: no such method null");
        wire.wait_for("b", "Page.loaded", |_| true).expect("an event of b");
        assert_eq!((wire.take_events("a").len(), wire.take_events("b").len()), (1, 0));
        let ended = wire.ask(None, "Page.third", json!({})).expect_err("the wire has ended");
        assert!(ended.message.starts_with("Chromium has ended"), "{}", ended.message);
    }

    #[test]
    fn a_browser_that_says_nothing_does_not_hang_us() {
        let (silent, _open) = std::io::pipe().expect("a pipe");
        let mut wire = Wire::new(Vec::new(), silent, Duration::from_millis(30));
        let failure = wire.ask(None, "Page.ask", json!({})).expect_err("no answer");
        assert!(failure.message.starts_with("Chromium did not answer in time (Page.ask)"), "{}", failure.message);
    }
}
