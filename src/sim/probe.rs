//! Where a stuck task waits: file and line of its `await`, whatever it is that it awaits.
//!
//! A future that is to be woken later keeps a clone of the waker that it is polled with. So each stuck task is polled
//! once more, with a waker whose `clone` writes down where it is called from: of the frames between that call and the
//! task's own seat, the innermost that is neither ours nor a library's is the line that awaits. It costs nothing until a
//! run is stuck, and needs line numbers in the build (`debug = "line-tables-only"` is enough).

use super::driver::settle;
use super::stage::Stage;
use super::stuck::{Probe, Stuck};
use crate::host::SeatId;
use std::backtrace::Backtrace;
use std::sync::Arc;
use std::task::{RawWaker, RawWakerVTable, Waker};

/// What a probe has seen so far.
#[derive(Default)]
pub(super) struct Sights {
    /// Who cloned the waker, and where.
    clones: Vec<(SeatId, Backtrace)>,
    /// The task did something: it could go on, and nobody had woken it.
    pub(super) moved: bool,
}

impl Sights {
    pub(super) fn sees(&mut self, seat: SeatId, from: Backtrace) {
        self.clones.push((seat, from));
    }
}

/// Polls each stuck task once more and writes down where it waits.
///
/// A task that turns out to be able to go on may change what others wait for: after it nobody is asked any more.
pub(super) async fn look_for_sites(stage: &Stage, stuck: &mut [Stuck]) {
    let _quiet = super::quiet::panics();
    for seat in stage.with(|state| state.probeable()) {
        let Some(waker) = stage.with(|state| state.begins_to_probe(seat)) else { continue };
        waker.wake();
        settle(stage).await;
        let sights = stage.with(|state| std::mem::take(&mut state.sights));
        for (name, probe) in stage.with(|state| read(&sights, seat, |seat| state.name_of(seat))) {
            if let Some(task) = stuck.iter_mut().find(|task| task.task == name) {
                task.probe = probe;
            }
        }
        if sights.moved {
            return;
        }
    }
}

/// What the sights say of the task that was polled, and of those that are polled within it.
fn read<N>(sights: &Sights, asked: SeatId, name_of: impl Fn(SeatId) -> N) -> Vec<(N, Probe)> {
    if sights.moved {
        return vec![(name_of(asked), Probe::CouldGoOn)];
    }
    let mut seats: Vec<SeatId> = sights.clones.iter().map(|(seat, _)| *seat).filter(|seat| *seat != asked).collect();
    seats.dedup();
    seats.insert(0, asked);
    let of = |seat: SeatId| {
        let mut places: Vec<Place> =
            sights.clones.iter().filter(|(whose, _)| *whose == seat).map(|(_, trace)| place(trace)).collect();
        places.retain(|place| *place != Place::Flag);
        if places.is_empty() && seats.len() == 1 {
            return Probe::LeftNoWaker;
        }
        let mut sites = Vec::new();
        for place in places {
            if let Place::At(site) = place
                && !sites.contains(&site)
            {
                sites.push(site);
            }
        }
        Probe::Waits(sites)
    };
    seats.iter().map(|&seat| (name_of(seat), of(seat))).collect()
}

/// Where a waker was cloned, as far as the frames tell.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// On this line of the user's.
    At(String),
    /// In the flag by which every task of ours can be cancelled: no wait of its own.
    Flag,
    /// In code without a line.
    Somewhere,
}

/// The functions between a seat and its body, and where a flag keeps a waker, on the stack of whatever the body calls.
///
/// By their own names only: of a function that was inlined the frames do not tell the path.
const SEAT: &str = "poll_a_stuck_body";
const FLAG: &str = "poll_raised";

fn place(trace: &Backtrace) -> Place {
    let text = trace.to_string();
    let mut symbol = "";
    for line in text.lines().map(str::trim) {
        let Some(location) = line.strip_prefix("at ") else {
            symbol = line.split_once(": ").map_or(line, |(_, symbol)| symbol);
            if symbol.contains(SEAT) {
                return Place::Somewhere;
            }
            continue;
        };
        if is_ours(symbol, location) {
            if symbol.contains(FLAG) {
                return Place::Flag;
            }
        } else if !is_foreign(symbol, location) {
            return Place::At(shown(location));
        }
    }
    Place::Somewhere
}

/// The folder of this package when it was built. Not where it lies for somebody who got the build from elsewhere, but then
/// its frames have names, or no lines at all.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/");

/// The rooms whose frames are no user's. `scenarios` is one: its plays are code like any other.
const ROOMS: [&str; 7] = ["trace", "host", "shim", "sync", "sim", "tasks", "explore"];

/// A frame of this library, by where its source lies, or by its name.
fn is_ours(symbol: &str, location: &str) -> bool {
    let location = from_the_root(location);
    let here = HERE.replace('\\', "/");
    let by_place = location.strip_prefix(&here).and_then(|inside| inside.strip_prefix("src/"));
    let by_name = bare(symbol).strip_prefix("async_kata::");
    let is_room = |rest: &str| ROOMS.iter().any(|room| rest.strip_prefix(room).is_some_and(is_over));
    by_place.is_some_and(is_room) || by_name.is_some_and(is_room)
}

/// What follows a room's name, where that was the whole of it.
fn is_over(rest: &str) -> bool {
    rest.starts_with(['/', ':'])
}

/// std's or a dependency's: by where its source lies, or by its name.
fn is_foreign(symbol: &str, location: &str) -> bool {
    let location = location.replace('\\', "/");
    let folders = ["/rustc/", "/registry/src/", "/git/checkouts/", "/vendor/"];
    let crates = ["std::", "core::", "alloc::", "tokio::"];
    folders.iter().any(|folder| location.contains(folder)) || crates.iter().any(|name| bare(symbol).starts_with(name))
}

/// `<&mut tokio::x as Future>::poll` as `tokio::x as Future>::poll`.
fn bare(symbol: &str) -> &str {
    symbol.trim_start_matches(['<', '&']).trim_start_matches("mut ").trim_start_matches("dyn ")
}

/// With `/` on every system, and not seen from the folder that the program was started in.
fn from_the_root(location: &str) -> String {
    let location = location.replace('\\', "/");
    match (location.strip_prefix("./"), std::env::current_dir()) {
        (Some(inside), Ok(folder)) => format!("{}/{inside}", folder.to_string_lossy().replace('\\', "/")),
        _ => location,
    }
}

/// `src/main.rs:14:23`: without what leads to the folder that the program was started in, or to this package.
fn shown(location: &str) -> String {
    let location = location.replace('\\', "/");
    let here = HERE.replace('\\', "/");
    location.strip_prefix("./").or(location.strip_prefix(&here)).unwrap_or(&location).to_string()
}

/// A waker that wakes nobody, and tells the stage where it is cloned.
pub(super) fn waker(stage: Arc<Stage>) -> Waker {
    // SAFETY: the pointer comes from `Arc::into_raw` of the type that `TABLE`'s functions expect, and carries the one
    // reference that this waker owns; they touch nothing but that count and the stage, which is `Sync`.
    #[allow(unsafe_code, reason = "a waker whose clone is code of ours has no safe constructor")]
    unsafe {
        Waker::from_raw(RawWaker::new(Arc::into_raw(stage).cast(), &TABLE))
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(clone, forget, |_| (), forget);

#[allow(unsafe_code, reason = "see `waker`")]
fn clone(stage: *const ()) -> RawWaker {
    let stage: *const Stage = stage.cast();
    // SAFETY: called through `TABLE` only, on a waker that owns one reference: it stays its own, and the clone gets another.
    let known = unsafe {
        Arc::increment_strong_count(stage);
        &*stage
    };
    let from = Backtrace::force_capture();
    known.with(|state| state.sees_a_clone(from));
    RawWaker::new(stage.cast(), &TABLE)
}

#[allow(unsafe_code, reason = "see `waker`")]
fn forget(stage: *const ()) {
    // SAFETY: called through `TABLE` only, once, when the waker that owned this reference is consumed or dropped.
    unsafe { Arc::decrement_strong_count(stage.cast::<Stage>()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_libraries_are_told_from_the_users() {
        let foreign = [
            ("tokio::sync::batch_semaphore::Semaphore::poll", "./x.rs:1:2"),
            ("poll<T>", "/home/x/.cargo/registry/src/index/tokio-1.5/src/a.rs:1:2"),
            ("poll<T>", "C:\\x\\.cargo\\registry\\src\\index\\tokio-1.5\\src\\a.rs:1:2"),
            ("<core::pin::Pin<P> as core::future::future::Future>::poll", "/rustc/abc/library/core/src/future.rs:1:2"),
            ("serde::x", "./vendor/serde/src/lib.rs:1:2"),
        ];
        let ours = [
            ("<async_kata::sync::lock::Locking<T> as core::future::Future>::poll", "/elsewhere/lock.rs:1:2"),
            ("poll<T>", concat!(env!("CARGO_MANIFEST_DIR"), "/src/tasks/mod.rs:1:2")),
            ("sleep", "./src/sim/mod.rs:1:2"), // this test runs in the package's folder
        ];
        let users = [
            ("it::sim::stuck::play::{{closure}}", "./tests/it/sim/stuck.rs:1:2"),
            ("async_kata::scenarios::pitfalls::abba::naive::{{closure}}", "./src/scenarios/pitfalls/abba.rs:1:2"),
            ("{async_block#0}", "./src/simple.rs:1:2"),
            ("<mine::Tokio as core::future::future::Future>::poll", "/home/x/mine/src/sync/lib.rs:1:2"),
        ];
        for (symbol, location) in foreign {
            assert!(is_foreign(symbol, location) && !is_ours(symbol, location), "{symbol} {location}");
        }
        for (symbol, location) in ours {
            assert!(is_ours(symbol, location), "{symbol} {location}");
        }
        for (symbol, location) in users {
            assert!(!is_ours(symbol, location) && !is_foreign(symbol, location), "{symbol} {location}");
        }
        assert_eq!(shown("./src/x.rs:1:2"), "src/x.rs:1:2");
        assert_eq!(shown(".\\src\\x.rs:1:2"), "src/x.rs:1:2");
        assert_eq!(shown(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/x.rs:1:2")), "tests/x.rs:1:2");
    }
}
