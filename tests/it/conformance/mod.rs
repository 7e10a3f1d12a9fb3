//! The conformance kit: what holds for ours, how others differ, and that each law can be broken.

mod differences;
mod learners;
mod mutants;
mod ours;
mod peers;
mod sentences;
mod sweeps;

/// Compares with `snapshots/conformance/<name>.snap`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/conformance"));
    settings.bind(|| insta::assert_snapshot!(name, text));
}
