//! What the sources say of their loom models, and the models of themselves, is kept true.
//!
//! A source names the model that catches the loss of a line; a model names the mutation that it catches.

use std::fs;
use std::path::Path;

/// The text of all Rust files of a folder of ours, each with its name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut texts: Vec<_> = files
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    texts.sort();
    texts
}

#[test]
fn every_model_that_a_comment_names_exists() {
    let models = texts("tests/loom");
    let mut n_named = 0;
    for (file, text) in texts("src/sync") {
        for named in text.split("tests/loom/").skip(1) {
            let named: String = named.chars().take_while(|c| c.is_alphanumeric() || "_.:".contains(*c)).collect();
            let (there, name) =
                named.split_once("::").unwrap_or_else(|| panic!("{file}: write `file.rs::name`, not {named}"));
            let name = name.trim_end_matches('.');
            let exists = models.iter().any(|(model, text)| model == there && text.contains(&format!("fn {name}(")));
            assert!(exists, "{file} names {there}::{name}, which is not in tests/loom: write its present name");
            n_named += 1;
        }
    }
    assert!(n_named > 0, "nothing was read");
}

#[test]
fn every_model_says_what_it_catches() {
    for (file, text) in texts("tests/loom") {
        if file == "model.rs" || file == "refuted.rs" {
            continue; // how to explore, and what must fail
        }
        let lines: Vec<_> = text.lines().collect();
        for (n, _) in lines.iter().enumerate().filter(|(_, line)| **line == "#[test]") {
            let said = n > 0 && lines[n - 1].starts_with("// Catches: ");
            assert!(said, "{file}:{}: write `// Catches: <one mutation>` above this model", n + 1);
        }
    }
}
