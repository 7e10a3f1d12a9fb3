//! Reads the tables that `tests/it/conformance` writes.

use super::super::words;
use super::{Both, Breach, Difference, Extent, Gap, Mutant, Verdict};

pub(super) struct Table {
    pub(super) subjects: Vec<Both>,
    pub(super) rows: Vec<(String, Vec<Verdict>)>,
    pub(super) differences: Vec<Difference>,
}

/// Cells of a line: between them are two spaces or more.
fn cells(line: &str) -> Vec<&str> {
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// The subjects; then a law and its verdicts a line; and after an empty line, why they differ.
pub(super) fn table(file: &str, text: &str) -> Result<Table, Gap> {
    let mut lines = text.lines().enumerate();
    let subjects = cells(lines.next().map_or("", |(_, line)| line));
    let mut rows = Vec::new();
    for (nth, line) in lines.by_ref().take_while(|(_, line)| !line.is_empty()) {
        let row = row(line).filter(|(_, verdicts)| verdicts.len() == subjects.len());
        rows.push(row.ok_or_else(|| Gap::line(file, nth, line))?);
    }
    let differences = lines.map(|(nth, line)| difference(line).ok_or_else(|| Gap::line(file, nth, line)));
    let differences = differences.collect::<Result<_, _>>()?;
    Ok(Table { subjects: subjects.into_iter().map(words::both).collect(), rows, differences })
}

fn row(line: &str) -> Option<(String, Vec<Verdict>)> {
    let cells = cells(line);
    let verdicts = cells[1..].iter().map(|cell| match *cell {
        "holds" => Some(Verdict::Holds),
        "differs" => Some(Verdict::Differs),
        "chance" => Some(Verdict::Chance),
        _ => None,
    });
    Some(((*cells.first()?).into(), verdicts.collect::<Option<_>>()?))
}

fn difference(line: &str) -> Option<Difference> {
    let (which, why) = line.split_once(": ")?;
    let (subject, law) = which.split_once(", ")?;
    Some(Difference { subject: words::both(subject), law: law.into(), why: words::both(why) })
}

/// A mutant, and below it each law that it breaks, with a message that is for whoever mends it. `None` has no mistake.
pub(super) fn mutants(file: &str, text: &str) -> Result<Vec<Mutant>, Gap> {
    let mut mutants: Vec<Mutant> = Vec::new();
    for (nth, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("    ")) {
        let Some(law) = line.strip_prefix("  ") else {
            mutants.push(Mutant { name: line.into(), breaks: Vec::new() });
            continue;
        };
        let wrong = || Gap::line(file, nth, line);
        mutants.last_mut().ok_or_else(wrong)?.breaks.push(breach(law).ok_or_else(wrong)?);
    }
    mutants.retain(|mutant| mutant.name != "None");
    Ok(mutants)
}

fn breach(line: &str) -> Option<Breach> {
    let (law, rest) = line.strip_suffix(']')?.split_once(" [")?;
    let (end, extent) = rest.split_once(", ")?;
    Some(Breach { law: law.into(), end: words::both(end), extent: Extent::read(extent)? })
}

impl Extent {
    /// As the library prints an extent.
    pub(in crate::report::more) fn read(text: &str) -> Option<Extent> {
        if text == "polled by hand" {
            return Some(Extent::ByHand);
        }
        let (text, complete) = text.strip_suffix(" (not all)").map_or((text, true), |text| (text, false));
        if let Some(text) = text.strip_prefix("explored ") {
            let (schedules, cuts) = text.split_once(" schedules")?;
            let schedules = schedules.parse().ok()?;
            return match cuts.strip_prefix(", ").and_then(|cuts| cuts.strip_suffix(" cuts")) {
                Some(cuts) => Some(Extent::Swept { cuts: cuts.parse().ok()?, schedules, failing: 0, complete }),
                None => cuts.is_empty().then_some(Extent::Explored { schedules, failing: 0, complete }),
            };
        }
        let (failing, rest) = text.split_once(" of ")?;
        let (schedules, rest) = rest.split_once(" schedules explored")?;
        let (failing, schedules) = (failing.parse().ok()?, schedules.parse().ok()?);
        match rest {
            "" => Some(Extent::Explored { schedules, failing, complete }),
            " with this cut" => Some(Extent::Swept { cuts: 1, schedules, failing, complete }),
            _ => None,
        }
    }
}
