//! `sync` stands on its own: with the shim beside it, it compiles in an empty crate, without a single dependency.

use std::path::Path;
use std::process::Command;

#[test]
fn sync_and_the_shim_are_a_crate() {
    let (root, folder) = (Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(env!("CARGO_TARGET_TMPDIR")).join("alone"));
    std::fs::create_dir_all(&folder).expect("a writable target folder");
    let mounted = |room: &str| format!("#[path = {:?}]\npub mod {room};\n", root.join("src").join(room).join("mod.rs"));
    let crate_root = folder.join("lib.rs");
    std::fs::write(&crate_root, mounted("shim") + &mounted("sync")).expect("a writable target folder");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "-D", "warnings", "--out-dir"]);
    let done = rustc.arg(&folder).arg(&crate_root).output().expect("a compiler: it made this test");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
