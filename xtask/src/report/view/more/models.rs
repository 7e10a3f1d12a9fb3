//! What was explored of our primitives: loom's models, and the laws with their sweeps. Nothing of it is a proof.

use super::super::words;
use crate::report::both::{Both, plural};
use crate::report::more::{laws, models};
use minijinja::Value;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Models {
    models: usize,
    unbounded: usize,
    executions: usize,
    mutations: usize,
    primitives: Vec<Primitive>,
}

#[derive(Serialize)]
struct Primitive {
    title: Value,
    executions: usize,
    models: Vec<Model>,
}

#[derive(Serialize)]
struct Model {
    name: String,
    bound: Value,
    executions: usize,
    ends: Vec<(Value, usize)>,
    /// A change of the code that this model sees.
    catches: Option<(String, String, String)>,
}

#[derive(Serialize)]
pub(super) struct Contract {
    id: String,
    title: Value,
    subjects: Vec<Value>,
    laws: Vec<Law>,
    differences: Vec<(Value, String, Value)>,
    mutants: usize,
}

#[derive(Serialize)]
struct Law {
    name: String,
    says: Value,
    extent: Value,
    broken_by: usize,
    /// A class, a glyph, and the word.
    verdicts: Vec<(&'static str, &'static str, Value)>,
}

impl Models {
    pub(super) fn of(models: &models::Models) -> Models {
        let primitive = |primitive: &models::Primitive| Primitive {
            title: words(&primitive.title),
            executions: primitive.executions,
            models: primitive.models.iter().map(model).collect(),
        };
        Models {
            models: models.models,
            unbounded: models.unbounded,
            executions: models.executions,
            mutations: models.mutations,
            primitives: models.primitives.iter().map(primitive).collect(),
        }
    }
}

fn model(model: &models::LoomModel) -> Model {
    let bound = match model.bound {
        None => Both::new("every schedule", "кожен порядок"),
        Some(n) => Both::new(
            format!("at most {n} preemptions"),
            format!("не більше ніж {n} {}", plural(n, "витіснення", "витіснення", "витіснень")),
        ),
    };
    let catches = model.catches.as_ref();
    Model {
        name: model.name.clone(),
        bound: words(&bound),
        executions: model.executions,
        ends: model.ends.iter().map(|ended| (words(&ended.end), ended.executions)).collect(),
        catches: catches.map(|change| (change.function.clone(), change.old.clone(), change.new.clone())),
    }
}

impl Contract {
    pub(super) fn of(contract: &laws::Contract) -> Contract {
        let difference = |one: &laws::Difference| (words(&one.subject), one.law.clone(), words(&one.why));
        Contract {
            id: format!("laws.{}", contract.name),
            title: words(&contract.title),
            subjects: contract.subjects.iter().map(words).collect(),
            laws: contract.laws.iter().map(law).collect(),
            differences: contract.differences.iter().map(difference).collect(),
            mutants: contract.mutants.len(),
        }
    }
}

fn law(law: &laws::Law) -> Law {
    let verdict = |verdict: &laws::Verdict| match verdict {
        laws::Verdict::Holds => ("passes", "✓", words(&Both::new("holds", "дотримано"))),
        laws::Verdict::Differs => ("edited", "≠", words(&Both::new("differs", "інакше"))),
        laws::Verdict::Chance => ("edited", "?", words(&Both::new("by chance", "випадково"))),
    };
    Law {
        name: law.name.clone(),
        says: words(&law.says),
        extent: words(&extent(law.extent.as_ref())),
        broken_by: law.broken_by,
        verdicts: law.verdicts.iter().map(verdict).collect(),
    }
}

/// How far it was looked.
fn extent(extent: Option<&laws::Extent>) -> Both {
    let orders = |n: usize| {
        let s = if n == 1 { "" } else { "s" };
        Both::new(format!("{n} schedule{s}"), format!("{n} {}", plural(n, "порядок", "порядки", "порядків")))
    };
    match extent {
        None => Both::new("ours does not keep it", "наш його не дотримує"),
        Some(laws::Extent::ByHand) => Both::new("one history, poll by poll", "одна історія, poll за poll"),
        Some(laws::Extent::Explored { schedules, .. }) => {
            let n = orders(*schedules);
            Both::new(format!("explored {}", n.en), format!("досліджено {}", n.uk))
        }
        Some(laws::Extent::Swept { cuts, schedules, .. }) => {
            let n = orders(*schedules);
            Both::new(
                format!("swept: dropped at each of {cuts} places, {}", n.en),
                format!("скасовано в кожному з {cuts} місць, {}", n.uk),
            )
        }
    }
}
