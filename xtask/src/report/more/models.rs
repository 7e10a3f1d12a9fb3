//! The loom models: which there are for each primitive, to which bound each was explored, and which mutation it catches.

use super::{Both, Gap, text, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What the models' own tests hold themselves against.
const RECORD: &str = "snapshots/models.txt";
/// What the test `mutants` makes, one at a time, and sees caught.
const MUTATIONS: &str = "tests/loom/mutations.txt";

/// Explored to these bounds, and within loom's memory model: that is no proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Models {
    pub primitives: Vec<Primitive>,
    pub models: usize,
    /// How many of them have no bound.
    pub unbounded: usize,
    pub executions: usize,
    /// Mutations of the primitives, each of which its model catches.
    pub mutations: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Primitive {
    /// `lock`.
    pub name: String,
    pub title: Both,
    pub models: Vec<LoomModel>,
    pub executions: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct LoomModel {
    /// `lock::two_tasks_take_turns`, as `cargo test --test loom` prints it.
    pub id: String,
    /// `two_tasks_take_turns`.
    pub name: String,
    /// So many preemptions; `None`: every schedule.
    pub bound: Option<usize>,
    pub executions: usize,
    pub ends: Vec<Ended>,
    /// What it is there to catch.
    pub catches: Option<Mutation>,
}

/// How so many executions ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Ended {
    pub end: Both,
    pub executions: usize,
}

/// A change of a primitive's code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Mutation {
    /// `src/sync/lock.rs`.
    pub file: String,
    pub function: String,
    pub old: String,
    /// Empty: it is taken away.
    pub new: String,
}

pub(super) fn models(root: &Path) -> Result<Models, Gap> {
    let mut mutations = mutations(root)?;
    let n_mutations = mutations.len();
    let record = text(root, RECORD)?;
    let mut primitives: BTreeMap<String, Primitive> = BTreeMap::new();
    for (nth, line) in record.lines().enumerate() {
        let (name, mut model) = model(line).ok_or_else(|| Gap::line(RECORD, nth, line))?;
        model.catches = mutations.remove(&model.id);
        let primitive = primitives.entry(name.clone()).or_insert_with(|| {
            let title = words::both(&name);
            Primitive { name, title, models: Vec::new(), executions: 0 }
        });
        primitive.executions += model.executions;
        primitive.models.push(model);
    }
    if primitives.is_empty() {
        return Err(Gap::malformed(RECORD, "there is no line in it", "у ньому немає жодного рядка"));
    }
    let all = || primitives.values().flat_map(|primitive| &primitive.models);
    Ok(Models {
        models: all().count(),
        unbounded: all().filter(|model| model.bound.is_none()).count(),
        executions: all().map(|model| model.executions).sum(),
        mutations: n_mutations,
        primitives: primitives.into_values().collect(),
    })
}

/// Of `lock::a (3 preemptions): 9 executions, ends {"refused": 9}` the primitive and the model.
fn model(line: &str) -> Option<(String, LoomModel)> {
    let (id, rest) = line.split_once(" (")?;
    let (bound, rest) = rest.split_once("): ")?;
    let (executions, ends) = rest.split_once(" executions, ends ")?;
    let bound = match bound {
        "unbounded" => None,
        bound => Some(bound.strip_suffix(" preemptions")?.parse().ok()?),
    };
    // A map as Rust prints it is an object of JSON, as long as its texts are plain.
    let ends: serde_json::Map<String, serde_json::Value> = serde_json::from_str(ends).ok()?;
    let ended = |(end, n): (&String, &serde_json::Value)| {
        Some(Ended { end: words::both(end), executions: usize::try_from(n.as_u64()?).ok()? })
    };
    let (file, name) = id.split_once("::")?;
    // The models of a queue fill two files.
    let primitive = file.strip_suffix("_ends").unwrap_or(file);
    let executions = executions.parse().ok()?;
    let ends: Option<Vec<Ended>> = ends.iter().map(ended).collect();
    Some((
        primitive.into(),
        LoomModel { id: id.into(), name: name.into(), bound, executions, ends: ends?, catches: None },
    ))
}

/// By the model that catches it.
fn mutations(root: &Path) -> Result<BTreeMap<String, Mutation>, Gap> {
    let text = text(root, MUTATIONS)?;
    let blocks = text.split("\n\n").skip(1); // the first tells what this is
    let read = blocks.map(|block| {
        let wrong = || {
            Gap::malformed(MUTATIONS, format!("this is no block of it: {block}"), format!("це не його блок: {block}"))
        };
        mutation(block.trim()).ok_or_else(wrong)
    });
    read.collect()
}

fn mutation(block: &str) -> Option<(String, Mutation)> {
    let mut lines = block.lines();
    let (model, place, new) = (lines.next()?, lines.next()?, lines.next()?.strip_prefix("->")?);
    let (file, place) = place.split_once(" in `")?;
    let (function, old) = place.split_once("`: ")?;
    let text = |text: &str| text.trim().to_string();
    let file = format!("src/sync/{file}");
    Some((model.into(), Mutation { file, function: function.into(), old: text(old), new: text(new) }))
}
