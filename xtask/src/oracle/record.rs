//! Makes a record of what CPython did, an entry a line, so that a change reads well in a diff.

use super::interpreter::Interpreter;
use crate::out::{Exit, Failure, root};
use async_kata::scenarios::{Scenario, fingerprint};
use serde_json::{Value, json};
use std::fmt::Write;

/// The text of a scenario's record, made anew.
pub(super) fn make(interpreter: &Interpreter, scenario: &Scenario) -> Result<String, Failure> {
    let twin = root().join(format!("src/scenarios/{}.py", scenario.id.replace('-', "_")));
    let printed = interpreter.run(&twin)?;
    let json: Value = serde_json::from_str(&printed).map_err(|error| {
        Failure::new(Exit::Internal, format!("{}: the harness printed no JSON: {error}", scenario.id))
    })?;
    Ok(lay_out(scenario, &json))
}

fn lay_out(scenario: &Scenario, json: &Value) -> String {
    let mut text = String::from("{\n");
    for (name, value) in [
        ("schema", json!(1)),
        ("scenario", json!(scenario.id)),
        ("python", json["python"].clone()),
        ("twin_sha256", json!(scenario.twin.map(fingerprint))),
    ] {
        let _ = writeln!(text, "  \"{name}\": {value},");
    }
    text += "  \"plays\": {\n";
    let plays = json["plays"].as_object();
    let plays: Vec<String> = plays.into_iter().flatten().map(|(name, play)| lay_out_play(name, play)).collect();
    text += &plays.join(",\n");
    text += "\n  }\n}\n";
    text
}

fn lay_out_play(name: &str, play: &Value) -> String {
    let mut text = format!("    {}: {{\n      \"end\": {},\n", json!(name), play["end"]);
    let _ = writeln!(text, "      \"stuck\": {},\n      \"error\": {},", play["stuck"], play["error"]);
    text += "      \"entries\": [\n";
    let entries: Vec<String> =
        play["entries"].as_array().into_iter().flatten().map(|e| format!("        {e}")).collect();
    text += &entries.join(",\n");
    text += "\n      ]\n    }";
    text
}
