//! What was measured last, kept for the report: each part by itself, with the kind of build that measured it.

use super::{Part, Report};
use crate::out::Failure;
use async_kata::scenarios::fingerprint;
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Where it is kept, from the workspace's folder.
pub(crate) const FILE: &str = "target/bench.json";

/// Puts the parts that were measured into the place of those that were kept, and says what became of them.
pub(super) fn keep(root: &Path, measured: &[(Part, Report)]) -> Result<String, Failure> {
    let path = root.join(FILE);
    // What cannot be read is begun anew: it can be measured again.
    let old = fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let (kept, left) = merged(old, measured, !cfg!(debug_assertions), code(root).as_deref());
    if left.len() == measured.len() {
        return Ok(format!("not kept: {FILE} has these of an optimised build"));
    }
    // Written aside and moved: an interrupted write leaves the old one.
    let aside = path.with_extension("json.new");
    let written = fs::create_dir_all(root.join("target"))
        .and_then(|()| fs::write(&aside, format!("{}\n", Value::Object(kept))))
        .and_then(|()| fs::rename(&aside, &path));
    written.map_err(|error| Failure::file(&path, &error))?;
    let but = if left.is_empty() {
        String::new()
    } else {
        format!("; not {}: it has that of an optimised build", left.join(", "))
    };
    Ok(format!("kept in {}{but}", path.display()))
}

/// A fingerprint of what is measured, the primitives: by it a report tells numbers of this code from older ones.
pub(crate) fn code(root: &Path) -> Option<String> {
    let mut files = Vec::new();
    for folder in ["src/sync", "src/shim"] {
        gather(&root.join(folder), &mut files);
    }
    files.sort();
    let texts: Option<Vec<String>> = files.iter().map(|path| fs::read_to_string(path).ok()).collect();
    texts.filter(|texts| !texts.is_empty()).map(|texts| fingerprint(&texts.concat()))
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// What is kept from now on, and the parts that are not: what is not optimised takes no place from what is.
pub(super) fn merged(
    mut kept: Map<String, Value>,
    measured: &[(Part, Report)],
    optimised: bool,
    code: Option<&str>,
) -> (Map<String, Value>, Vec<String>) {
    let mut left = Vec::new();
    for (part, report) in measured {
        let name = part.to_possible_value().map(|value| value.get_name().to_string()).unwrap_or_default();
        let is_better = kept.get(&name).is_some_and(|old| old["optimised"] == true) && !optimised;
        if is_better {
            left.push(name);
            continue;
        }
        let peers = cfg!(feature = "peers");
        kept.insert(name, json!({ "optimised": optimised, "peers": peers, "code": code, "measured": report.json }));
    }
    (kept, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(part: Part, n: usize) -> (Part, Report) {
        (part, Report { json: json!({ "n": n }), text: String::new() })
    }

    #[test]
    fn a_part_replaces_only_itself_and_an_optimised_one_stays() {
        let (kept, left) = merged(Map::new(), &[measured(Part::Explorer, 1), measured(Part::Tasks, 1)], true, None);
        assert!(left.is_empty());
        let (kept, left) = merged(kept, &[measured(Part::Tasks, 2)], true, None);
        assert_eq!((&kept["explorer"]["measured"]["n"], &kept["tasks"]["measured"]["n"]), (&json!(1), &json!(2)));
        assert!(left.is_empty());
        let (kept, left) = merged(kept, &[measured(Part::Tasks, 3), measured(Part::Primitives, 3)], false, None);
        assert_eq!(left, ["tasks"]);
        assert_eq!((&kept["tasks"]["measured"]["n"], &kept["primitives"]["optimised"]), (&json!(2), &json!(false)));
        let (kept, left) = merged(kept, &[measured(Part::Primitives, 4)], false, None);
        assert_eq!((&kept["primitives"]["measured"]["n"], left.len()), (&json!(4), 0));
    }

    #[test]
    fn the_code_that_was_measured_is_kept_with_it() {
        let root = crate::out::root();
        let code = code(&root).expect("the primitives");
        let (kept, _) = merged(Map::new(), &[measured(Part::Tasks, 1)], true, Some(&code));
        assert_eq!(kept["tasks"]["code"], json!(code));
        assert_eq!(code.len(), 64);
        assert_eq!(super::code(&root.join("nowhere")), None);
    }

    #[test]
    fn it_is_written_and_what_cannot_be_read_is_begun_anew() {
        let root = std::env::temp_dir().join(format!("async-kata-bench-{}", std::process::id()));
        let file = root.join(FILE);
        let told = keep(&root, &[measured(Part::Tasks, 1)]).unwrap();
        assert!(told.starts_with("kept in ") && told.ends_with("bench.json"), "{told}");
        fs::write(&file, "[1").unwrap();
        keep(&root, &[measured(Part::Explorer, 2)]).unwrap();
        let kept: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!((&kept["explorer"]["measured"]["n"], kept.get("tasks")), (&json!(2), None));
        fs::remove_dir_all(&root).unwrap();
    }
}
