//! Where a stuck task waits: file and line of its `await`, whatever it is that it awaits.
//!
//! Its last poll is watched, where the run is a replay and knows which that is ([`watch`](super::watch)); in any case it is
//! polled once more, in vain, and watched then. Of the frames between the clone of its waker and the task's own seat, the
//! innermost that is neither ours nor a library's is the line that awaits. It costs nothing until a run is stuck, and
//! needs line numbers in the build (`debug = "line-tables-only"` is enough).

use super::driver::settle;
use super::stage::Stage;
use super::stuck::{Probe, Stuck};
use super::watch::{MOST, Sight};
use crate::host::SeatId;
use crate::trace::Name;
use std::backtrace::Backtrace;
use std::mem::take;

/// Polls each stuck task once more and writes down where it waits.
///
/// A task that turns out to be able to go on may change what others wait for: after it nobody is asked any more.
pub(super) async fn look_for_sites(stage: &Stage, stuck: &mut [Stuck]) {
    let _quiet = super::quiet::panics();
    let (watched, has_watched) = stage.with(|state| (take(&mut state.sights.watched), state.sights.has_watched()));
    let mut told = if has_watched { sites(&watched) } else { Vec::new() };
    let mut still_within = Vec::new();
    for seat in stage.with(|state| state.probeable()) {
        let before = stage.with(|state| state.waits_named(seat));
        let Some(waker) = stage.with(|state| state.begins_to_probe(seat)) else { continue };
        waker.wake_by_ref();
        settle(stage).await;
        let (probed, ended) = stage.with(|state| (take(&mut state.sights.probed), take(&mut state.sights.ended)));
        let within = stage.with(|state| take(&mut state.sights.within));
        let probed = sites(&probed);
        let moved = match has_watched {
            // A line that it was not at in its last poll. (Fewer lines are no move: a branch may have been dropped.)
            true => !lines(&probed, seat).iter().all(|line| lines(&told, seat).contains(line)),
            false => stage.with(|state| state.waits_named(seat)) != before,
        };
        if ended || moved {
            told.retain(|(known, _)| *known != seat);
            told.push((seat, Probe::CouldGoOn));
            break;
        }
        still_within.push((seat, within));
        told.retain(|(known, _)| !probed.iter().any(|(now, _)| now == known));
        told.extend(probed);
        if !told.iter().any(|(known, _)| *known == seat) {
            // Who only polls others has left it to them to keep a waker.
            let polls_others = still_within.iter().any(|(outer, within)| *outer == seat && !within.is_empty());
            told.push((seat, if polls_others { Probe::Waits(Vec::new()) } else { Probe::LeftNoWaker }));
        }
    }
    write_down(stage, stuck, told, &still_within);
}

/// Each stuck task's lines, and which seats it still polls.
fn write_down(stage: &Stage, stuck: &mut [Stuck], told: Vec<(SeatId, Probe)>, within: &[(SeatId, Vec<SeatId>)]) {
    let name_of = |seat: SeatId| -> Name { stage.with(|state| state.name_of(seat)) };
    for (outer, within) in within {
        let still: Vec<Name> = within.iter().map(|seat| name_of(*seat)).collect();
        confirm(stuck, &name_of(*outer), |task| still.contains(task));
    }
    for (seat, probe) in told {
        let name = name_of(seat);
        if let Some(task) = stuck.iter_mut().find(|task| task.task == name) {
            task.probe = probe;
        }
    }
}

/// Of the waits for a seat that was polled within this one: those that it still polls are sure, and the others are none.
fn confirm(stuck: &mut [Stuck], outer: &Name, is_polled: impl Fn(&Name) -> bool) {
    for task in stuck.iter_mut().filter(|task| task.task == *outer) {
        task.waits.retain_mut(|wait| {
            wait.is_sure |= wait.task.as_ref().is_some_and(&is_polled);
            wait.is_sure
        });
    }
}

/// Where one seat was seen to wait.
fn lines(told: &[(SeatId, Probe)], seat: SeatId) -> Vec<&String> {
    let own = told.iter().filter(|(known, _)| *known == seat);
    own.flat_map(|(_, probe)| if let Probe::Waits(lines) = probe { &lines[..] } else { &[] }).collect()
}

/// The lines of each seat that was seen to leave its waker with somebody, but for its own flag.
fn sites(sights: &[Sight]) -> Vec<(SeatId, Probe)> {
    let mut told: Vec<(SeatId, Vec<String>)> = Vec::new();
    for (nth, (seat, trace)) in sights.iter().enumerate() {
        let place = place(trace);
        if place == Place::Flag {
            continue;
        }
        let at = told.iter().position(|(known, _)| known == seat).unwrap_or_else(|| {
            told.push((*seat, Vec::new()));
            told.len() - 1
        });
        let beyond = sights[..nth].iter().filter(|(whose, _)| whose == seat).count() >= MOST;
        match place {
            _ if beyond => told[at].1.push("more lines than are looked at".into()),
            Place::At(site) if !told[at].1.contains(&site) => told[at].1.push(site),
            _ => {}
        }
    }
    told.into_iter().map(|(seat, sites)| (seat, Probe::Waits(sites))).collect()
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
const SEAT: &str = "poll_body";
const FLAG: &str = "takes_request";

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
    // As cargo and rustup lay them out; a folder that is only called `registry` or `vendor` may be anybody's.
    let folders =
        ["/rustc/", "/rustlib/src/rust/", "/registry/src/index.", "/registry/src/github.com", "/git/checkouts/"];
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

/// `src/main.rs:14:23`: without what leads to this package, or to the folder that the program was started in.
fn shown(location: &str) -> String {
    let (location, whole) = (location.replace('\\', "/"), from_the_root(location));
    let here = HERE.replace('\\', "/");
    whole.strip_prefix(&here).or(location.strip_prefix("./")).unwrap_or(&location).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_libraries_are_told_from_the_users() {
        let foreign = [
            ("tokio::sync::batch_semaphore::Semaphore::poll", "./x.rs:1:2"),
            ("poll<T>", "/home/x/.cargo/registry/src/index.crates.io-6f17/tokio-1.5/src/a.rs:1:2"),
            ("poll<T>", "C:\\x\\.cargo\\registry\\src\\index.crates.io-6f17\\tokio-1.5\\src\\a.rs:1:2"),
            ("<core::pin::Pin<P> as core::future::future::Future>::poll", "/rustc/abc/library/core/src/future.rs:1:2"),
            (
                "<&mut F as core::future::future::Future>::poll",
                "/t/lib/rustlib/src/rust/library/core/src/future.rs:1:2",
            ),
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
            ("{async_block#0}", "/home/x/registry/src/lib.rs:1:2"),
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
