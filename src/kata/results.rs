//! The one model of results: what a harness found out, as values and as JSON.

use super::{Kind, Wrong, unit_of};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;

/// What is known of every kata that was asked for, in the course's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// A kata each.
    pub katas: Vec<Judged>,
}

/// How far a kata is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it was handed out.
    Open,
    /// Every check passes.
    Solved,
    /// Some check does not.
    Wrong,
}

/// A kata, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judged {
    /// `unit/name`.
    pub id: String,
    /// What the learner does.
    pub kind: Kind,
    /// The learner's file, from the workspace's folder.
    pub file: String,
    /// How far it is.
    pub state: State,
    /// What was asked, in order.
    pub checks: Vec<Checked>,
    /// What it printed and complained of, the beginning.
    pub output: String,
    /// Whether that is not all.
    pub output_is_cut: bool,
}

/// A check of a kata, and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// Its short name.
    pub name: String,
    /// What was asked.
    pub says: String,
    /// What it is worth.
    pub of: u32,
    /// How it went.
    pub state: CheckState,
}

/// How a check went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckState {
    /// It passed.
    Passed,
    /// It did not.
    Failed(Wrong),
    /// It was not run: the kata is open, or an earlier check ended the process.
    NotReached,
}

impl State {
    /// `open`, `solved` or `wrong`.
    pub fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Solved => "solved",
            State::Wrong => "wrong",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Checked {
    /// The points that it gives.
    pub fn points(&self) -> u32 {
        if self.state == CheckState::Passed { self.of } else { 0 }
    }
}

impl Judged {
    /// The part of the id before the slash.
    pub fn unit(&self) -> &str {
        unit_of(&self.id)
    }

    /// The points of the checks that pass.
    pub fn points(&self) -> u32 {
        self.checks.iter().map(Checked::points).sum()
    }

    /// All points that there are.
    pub fn of(&self) -> u32 {
        self.checks.iter().map(|check| check.of).sum()
    }

    /// The first thing that is wrong.
    pub fn wrong(&self) -> Option<&Wrong> {
        self.checks.iter().find_map(|check| match &check.state {
            CheckState::Failed(wrong) => Some(wrong),
            _ => None,
        })
    }

    /// Where: `tests/katas/pitfalls/till/kata.rs:23`, or the file alone.
    pub fn place(&self) -> String {
        match self.wrong().and_then(|wrong| wrong.line) {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    /// A kata that is wrong before anybody knows what would be asked of it, or for how many points.
    pub fn uncounted(id: &str, kind: Kind, file: &str, wrong: Wrong) -> Self {
        let state = CheckState::Failed(wrong);
        let check = Checked { name: "compiles".into(), says: "It compiles.".into(), of: 0, state };
        Self {
            id: id.into(),
            kind,
            file: file.into(),
            state: State::Wrong,
            checks: vec![check],
            output: String::new(),
            output_is_cut: false,
        }
    }

    /// The same kata, wrong as a whole: for what is found out before anything runs. It has no points.
    pub fn condemned(mut self, wrong: Wrong) -> Self {
        self.state = State::Wrong;
        for check in &mut self.checks {
            check.state = CheckState::NotReached;
        }
        if let Some(first) = self.checks.first_mut() {
            first.state = CheckState::Failed(wrong);
        }
        self
    }
}

/// The version of the JSON: it grows when a reader of the former could be misled.
const SCHEMA: u64 = 1;

impl Results {
    /// All points.
    pub fn points(&self) -> u32 {
        self.katas.iter().map(Judged::points).sum()
    }

    /// All points that there are.
    pub fn of(&self) -> u32 {
        self.katas.iter().map(Judged::of).sum()
    }

    /// How many katas are in this state.
    pub fn count(&self, state: State) -> usize {
        self.katas.iter().filter(|kata| kata.state == state).count()
    }

    /// As JSON: the same bytes for the same results. No times: they would differ from run to run.
    pub fn to_json(&self) -> Value {
        json!({
            "schema_version": SCHEMA,
            "points": self.points(),
            "of": self.of(),
            "open": self.count(State::Open),
            "solved": self.count(State::Solved),
            "wrong": self.count(State::Wrong),
            "katas": self.katas.iter().map(Judged::to_json).collect::<Vec<_>>(),
        })
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// When it is no JSON, of another version, or something is missing.
    pub fn from_json(text: &str) -> Result<Self, Unreadable> {
        let value: Value = serde_json::from_str(text).map_err(|error| Unreadable(error.to_string()))?;
        match value.get("schema_version").and_then(Value::as_u64) {
            Some(SCHEMA) => {}
            other => return Err(Unreadable(format!("schema_version is {other:?}, and this reads {SCHEMA}"))),
        }
        let katas = value.get("katas").and_then(Value::as_array).ok_or(Unreadable("no katas".into()))?;
        let read = katas.iter().map(|kata| Judged::from_json(kata).ok_or_else(|| Unreadable(kata.to_string())));
        Ok(Self { katas: read.collect::<Result<_, _>>()? })
    }
}

/// Results that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "these are no results of this version: {}", self.0)
    }
}

impl Error for Unreadable {}

impl Judged {
    fn to_json(&self) -> Value {
        json!({
            "id": self.id, "unit": self.unit(), "kind": self.kind.name(), "file": self.file, "state": self.state.name(),
            "points": self.points(), "of": self.of(), "place": self.place(),
            "wrong": self.wrong().map(Wrong::to_json),
            "checks": self.checks.iter().map(Checked::to_json).collect::<Vec<_>>(),
            "output": self.output, "output_is_cut": self.output_is_cut,
        })
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_string);
        let states = [State::Open, State::Solved, State::Wrong];
        let state = text("state")?;
        Some(Self {
            id: text("id")?,
            kind: Kind::from_name(&text("kind")?)?,
            file: text("file")?,
            state: states.into_iter().find(|known| known.name() == state)?,
            checks: value.get("checks")?.as_array()?.iter().map(Checked::from_json).collect::<Option<_>>()?,
            output: text("output")?,
            output_is_cut: value.get("output_is_cut")?.as_bool()?,
        })
    }
}

impl Checked {
    fn to_json(&self) -> Value {
        let (state, wrong) = match &self.state {
            CheckState::Passed => ("passed", None),
            CheckState::Failed(wrong) => ("failed", Some(wrong.to_json())),
            CheckState::NotReached => ("not-reached", None),
        };
        json!({"name": self.name, "says": self.says, "points": self.points(), "of": self.of, "state": state, "wrong": wrong})
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_string);
        let state = match text("state")?.as_str() {
            "passed" => CheckState::Passed,
            "failed" => CheckState::Failed(Wrong::from_json(value.get("wrong")?)?),
            "not-reached" => CheckState::NotReached,
            _ => return None,
        };
        let of = value.get("of")?.as_u64().and_then(|of| u32::try_from(of).ok())?;
        Some(Self { name: text("name")?, says: text("says")?, of, state })
    }
}
