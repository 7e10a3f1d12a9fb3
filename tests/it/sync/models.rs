//! What the sources say of their loom models, and the models of themselves, is kept true.
//!
//! A source names the model that catches the loss of a line; a model names the mutation that it catches.

use std::fs;
use std::path::Path;

/// The text of all Rust files of a folder of ours and of those in it, each with its name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in files.map(|file| file.expect("a readable folder").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                texts.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
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

/// The models: file, line of `#[test]` (from 0), name. Not among them: how to explore, and what must fail.
fn models() -> Vec<(String, usize, String)> {
    let mut models = Vec::new();
    for (file, text) in texts("tests/loom") {
        if ["model.rs", "mutants.rs", "record.rs", "refuted.rs"].contains(&file.as_str()) {
            continue;
        }
        let lines: Vec<_> = text.lines().collect();
        for (n, _) in lines.iter().enumerate().filter(|(_, line)| **line == "#[test]") {
            let name = lines[n + 1].trim_start_matches("fn ").split('(').next().expect("a function");
            models.push((file.clone(), n, format!("{}::{name}", file.trim_end_matches(".rs"))));
        }
    }
    models
}

#[test]
fn every_model_says_what_it_catches() {
    let texts = texts("tests/loom");
    for (file, n, _) in models() {
        let text = &texts.iter().find(|(name, _)| *name == file).expect("it was read").1;
        let said = n > 0 && text.lines().nth(n - 1).is_some_and(|line| line.starts_with("// Catches: "));
        assert!(said, "{file}:{}: write `// Catches: <one mutation>` above this model", n + 1);
    }
}

/// `tests/loom/mutants.rs` makes each mutation and sees its model fail.
#[test]
fn every_model_has_its_mutation() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/loom/mutations.txt");
    let table = fs::read_to_string(table).expect("tests/loom/mutations.txt");
    let blocks = table.split("\n\n").skip(1).map(|block| block.lines().next().unwrap_or_default().to_string());
    let (mut blocks, mut models): (Vec<_>, Vec<_>) =
        (blocks.collect(), models().into_iter().map(|(.., name)| name).collect());
    blocks.sort();
    models.sort();
    assert_eq!(
        blocks, models,
        "tests/loom/mutations.txt has one block for each model: add it, or remove what is left over"
    );
}
