//! `cargo xtask bless`: shows how a snapshot would change, asks, and accepts it.

use crate::out::{self, Exit, Failure, root};
use crate::{ci, select};
use similar::TextDiff;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

pub(crate) fn run(id: &str, yes: bool) -> Result<Exit, Failure> {
    let scenario = select::find(id)?;
    out::complain("running the scenarios ...");
    let old_path = root().join(format!("snapshots/{}.snap", scenario.id));
    let new_path = old_path.with_extension("snap.new");
    remake(&new_path)?;
    let Ok(new) = fs::read_to_string(&new_path) else {
        out::print(&format!("{}: the snapshot is as it should be\n", scenario.id));
        return Ok(Exit::Ok);
    };
    let new = without_line_number(&new);
    let old = fs::read_to_string(&old_path).unwrap_or_default();
    out::print(&difference(&old, &new, scenario.id));
    if !yes && !asked()? {
        return Err(Failure::new(Exit::Drift, format!("not accepted; {} stays pending", new_path.display())));
    }
    fs::write(&old_path, new).map_err(|error| Failure::file(&old_path, &error))?;
    fs::remove_file(&new_path).map_err(|error| Failure::file(&new_path, &error))?;
    out::print(&format!("accepted: snapshots/{}.snap; read it once more before you commit it\n", scenario.id));
    Ok(Exit::Ok)
}

/// Lets insta write what differs, beside what is committed.
fn remake(pending: &Path) -> Result<(), Failure> {
    // A pending file of an earlier run would look like a change of this one.
    let _ = fs::remove_file(pending);
    let insta = [("INSTA_UPDATE", "new"), ("INSTA_FORCE_PASS", "1")];
    let ran = ci::one_test("scenarios::every_scenario_is_as_its_snapshot", &insta)?;
    ran.map_err(|told| Failure::new(Exit::Check, format!("{told}\nthe scenarios do not run: mend that first")))
}

/// insta notes the asserting line in a pending snapshot, and drops it from an accepted one.
fn without_line_number(snapshot: &str) -> String {
    snapshot.split_inclusive('\n').filter(|line| !line.starts_with("assertion_line: ")).collect()
}

fn difference(old: &str, new: &str, id: &str) -> String {
    let (from, to) = (format!("snapshots/{id}.snap"), format!("snapshots/{id}.snap (new)"));
    TextDiff::from_lines(old, new).unified_diff().context_radius(4).header(&from, &to).to_string()
}

/// Asks, if there is somebody to ask.
fn asked() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let cure = "read the change above; then `cargo xtask bless ID --yes` accepts it";
        return Err(Failure::new(Exit::Drift, format!("nobody to ask: stdin is no terminal. {cure}")));
    }
    out::print("accept this change? [y/N] ");
    io::stdout().flush().ok();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(|error| Failure::new(Exit::Internal, format!("stdin: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
