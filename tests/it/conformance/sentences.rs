//! The sentence of a law stands in its list, to be printed, and over its function, to be read: the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use async_kata::conformance::{Law, laws};
use async_kata::sync::{Event, Lock};

/// The functions of a file that return an `Extent`, each with the first line of its documentation.
fn laws_in(file: &str) -> BTreeMap<String, String> {
    let path = format!("{}/src/conformance/laws/{file}", env!("CARGO_MANIFEST_DIR"));
    let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{path}: {error}"));
    let functions = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Fn(function) if !function.sig.generics.params.is_empty() && function.sig.inputs.is_empty() => {
            Some((function.sig.ident.to_string(), sentence(&function.attrs)))
        }
        _ => None,
    });
    functions.collect()
}

fn sentence(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(syn::MetaNameValue { value: syn::Expr::Lit(doc), .. }) => match &doc.lit {
            syn::Lit::Str(line) => Some(line.value().trim().to_string()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn check(laws: &[Law], files: &[&str]) {
    let listed: BTreeMap<String, String> = laws.iter().map(|law| (law.name.into(), law.says.into())).collect();
    assert_eq!(listed.len(), laws.len(), "two laws share a name");
    let written: BTreeMap<String, String> = files.iter().flat_map(|file| laws_in(file)).collect();
    assert_eq!(listed, written);
    let said: BTreeSet<&str> = laws.iter().map(|law| law.says).collect();
    assert_eq!(said.len(), laws.len(), "two laws say the same");
    for law in laws {
        assert!(law.says.ends_with('.') && law.says.len() <= 112, "{}: one sentence, of one line", law.name);
    }
}

#[test]
fn each_law_says_what_stands_over_its_function() {
    check(&laws::lock::all::<Lock<()>>(), &["lock/mod.rs", "lock/line.rs"]);
    check(&laws::event::all::<Event>(), &["event.rs"]);
}
