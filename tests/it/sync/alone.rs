//! `sync` stands on its own: with the shim beside it, it compiles and runs in an empty crate, without a single dependency.

use std::path::Path;
use std::process::Command;

/// A program that uses each of them once, polled by hand.
const PROGRAM: &str = r#"
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use sync::*;

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("nobody else is there"),
    }
}

fn main() {
    let (lock, changed) = (Lock::new(1), Condition::new());
    *now(lock.lock()) += 1;
    drop(now(changed.wait_for(now(lock.lock()), |value| *value == 2)));
    let event = Event::new();
    event.set();
    now(event.wait());
    let semaphore = BoundedSemaphore::new(2);
    assert_eq!(now(semaphore.acquire_many(2)).count(), 2);
    assert_eq!(now(Barrier::new(1).wait()), Ok(0));
    let queue = Queue::bounded(1);
    now(queue.put(7)).unwrap();
    assert_eq!(now(queue.get()), Ok(7));
    queue.task_done().unwrap();
    now(queue.join());
    println!("all went through");
}
"#;

#[test]
fn sync_and_the_shim_are_a_crate() {
    let (root, folder) = (Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(env!("CARGO_TARGET_TMPDIR")).join("alone"));
    std::fs::create_dir_all(&folder).expect("a writable target folder");
    let mounted = |room: &str| format!("#[path = {:?}]\npub mod {room};\n", root.join("src").join(room).join("mod.rs"));
    let crate_root = folder.join("main.rs");
    std::fs::write(&crate_root, mounted("shim") + &mounted("sync") + PROGRAM).expect("a writable target folder");
    let program = folder.join(format!("alone{}", std::env::consts::EXE_SUFFIX));
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(root).args([
        "--edition",
        "2024",
        "-D",
        "warnings",
        "-A",
        "dead_code",
        "-A",
        "unused_imports",
        "-o",
    ]);
    let done = rustc.arg(&program).arg(&crate_root).output();
    let done = done.unwrap_or_else(|error| panic!("rustc: {error}; put it into PATH, or its path into RUSTC"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let done = Command::new(&program).output().expect("a program that was just compiled");
    assert_eq!(
        String::from_utf8_lossy(&done.stdout),
        "all went through\n",
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
