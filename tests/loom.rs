//! Every schedule of small programs on the primitives: `sync` compiled a second time, against loom's face of the shim.
//!
//! loom runs a model over and over, until each order of its atomic steps, and each old value that a weak memory may
//! still show, has been tried. Two threads are explored without a bound, where that ends soon. Three would take hours, so
//! their models say in their name how many preemptions they allow; and so do three models of two threads, which take turns
//! again and again (`cargo xtask ci --deep` allows one more). Without a bound each takes more than ten seconds.
//! `cargo test --test loom -- --nocapture` prints how far each of them went, and `snapshots/models.txt` has it written down.
//!
//! What that leaves out: loom takes `SeqCst` for `AcqRel`, and never shows a value that is written only later (load
//! buffering). A model that passes was explored within these limits; it is not a proof.
//!
//! Each model names the mutations of the primitive that it is there to catch. `model.rs` says how a failing one is told.

#[allow(dead_code, unused_imports, unreachable_pub, reason = "mounted for `sync`, whole")]
#[path = "../src/shim/loom.rs"]
mod shim;
#[allow(dead_code, unused_imports, unreachable_pub, reason = "models do not need all of it")]
#[path = "../src/sync/mod.rs"]
mod sync;

#[path = "loom/model.rs"]
mod model;

#[path = "loom/barrier.rs"]
mod barrier;
#[path = "loom/condition.rs"]
mod condition;
#[path = "loom/event.rs"]
mod event;
#[path = "loom/lock.rs"]
mod lock;
#[path = "loom/mutants.rs"]
mod mutants;
#[path = "loom/queue.rs"]
mod queue;
#[path = "loom/queue_ends.rs"]
mod queue_ends;
#[path = "loom/refuted.rs"]
mod refuted;
#[path = "loom/semaphore.rs"]
mod semaphore;
