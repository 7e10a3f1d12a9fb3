//! The laws: what each says, for whom it holds, why it differs for others, and which small mistakes break it.

mod read;

use super::{Both, Gap, snapshot, words};
use async_kata::conformance::{self, laws};
use async_kata::sync;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::OnceLock;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Laws {
    pub contracts: Vec<Contract>,
}

/// A kind of primitive that is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Contract {
    /// `lock`.
    pub name: String,
    pub title: Both,
    /// Who is judged: the columns of the table.
    pub subjects: Vec<Both>,
    /// The rows, in the order in which to mend.
    pub laws: Vec<Law>,
    pub differences: Vec<Difference>,
    /// Small mistakes, each in a primitive that is right but for it.
    pub mutants: Vec<Mutant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Law {
    /// `first_come_first_served`.
    pub name: String,
    pub says: Both,
    /// For each subject.
    pub verdicts: Vec<Verdict>,
    /// How far it was looked at for ours, now; `None`: ours does not keep it, and `cargo test` is red.
    pub extent: Option<Extent>,
    /// So many of the mutants break it.
    pub broken_by: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "LawVerdict")]
pub(crate) enum Verdict {
    Holds,
    Differs,
    /// Not judged: the same schedule came out differently.
    Chance,
}

/// Why a subject does not keep a law. That is no blame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "LawDifference")]
pub(crate) struct Difference {
    pub subject: Both,
    pub law: String,
    pub why: Both,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Mutant {
    /// `WakesNobody`.
    pub name: String,
    pub breaks: Vec<Breach>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Breach {
    pub law: String,
    /// What kind of wrong: `deadlock`, `wake`, ...
    pub end: Both,
    pub extent: Extent,
}

/// How far a law was looked at, as [`conformance::Extent`] has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "how", rename_all = "kebab-case")]
pub(crate) enum Extent {
    /// One history, poll by poll.
    ByHand,
    /// Every schedule of a play, unless it is not complete.
    Explored { schedules: usize, failing: usize, complete: bool },
    /// The same once for each place where a waiter can be dropped.
    Swept { cuts: usize, schedules: usize, failing: usize, complete: bool },
}

impl From<conformance::Extent> for Extent {
    fn from(extent: conformance::Extent) -> Self {
        match extent {
            conformance::Extent::ByHand => Extent::ByHand,
            conformance::Extent::Explored { schedules, failing, complete } => {
                Extent::Explored { schedules, failing, complete }
            }
            conformance::Extent::Swept { cuts, schedules, failing, complete } => {
                Extent::Swept { cuts, schedules, failing, complete }
            }
        }
    }
}

/// A law of the library, and how far it looks at ours.
type Judged = (&'static str, &'static str, Option<Extent>);

/// Ours, judged now: some tenths of a second in a debug build, and always the same, so once is enough for a process.
fn ours() -> &'static [Vec<Judged>; 2] {
    static OURS: OnceLock<[Vec<Judged>; 2]> = OnceLock::new();
    OURS.get_or_init(|| {
        let judge = |law: conformance::Law| (law.name, law.says, (law.run)().ok().map(Extent::from));
        let judge = |laws: Vec<conformance::Law>| laws.into_iter().map(judge).collect();
        [judge(laws::lock::all::<sync::Lock<()>>()), judge(laws::event::all::<sync::Event>())]
    })
}

pub(super) fn laws(root: &Path) -> Result<Laws, Gap> {
    let [locks, events] = ours();
    let contracts = [
        contract(root, "lock", "locks", "mutants-of-a-lock", locks)?,
        contract(root, "event", "events", "mutants-of-an-event", events)?,
    ];
    Ok(Laws { contracts: contracts.into() })
}

fn contract(root: &Path, name: &str, table: &str, mutants: &str, ours: &[Judged]) -> Result<Contract, Gap> {
    let file = |name: &str| format!("snapshots/conformance/{name}.snap");
    let read::Table { subjects, rows, differences } = read::table(&file(table), &snapshot(root, &file(table))?)?;
    let mutants = read::mutants(&file(mutants), &snapshot(root, &file(mutants))?)?;
    if !rows.iter().map(|(law, _)| law.as_str()).eq(ours.iter().map(|(law, ..)| *law)) {
        let (en, uk) = (
            "it has other laws than the library: run `cargo test`",
            "у ньому інші закони, ніж у бібліотеці: запустіть `cargo test`",
        );
        return Err(Gap::malformed(&file(table), en, uk));
    }
    let law = |((name, verdicts), (_, says, extent)): ((String, Vec<Verdict>), &Judged)| Law {
        broken_by: mutants.iter().filter(|mutant| mutant.breaks.iter().any(|breach| breach.law == name)).count(),
        name,
        says: words::both(says),
        verdicts,
        extent: extent.clone(),
    };
    let laws = rows.into_iter().zip(ours).map(law).collect();
    Ok(Contract { name: name.into(), title: words::both(name), subjects, laws, differences, mutants })
}
