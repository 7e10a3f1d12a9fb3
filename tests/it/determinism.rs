//! The same bytes, every run: shuffled, in parallel threads, with the machine busy.

use async_kata::scenarios::{self, Play};
use async_kata::sim::Sim;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

/// 20 repeats in `cargo test`; `cargo xtask ci` asks for 1000.
fn repeats() -> usize {
    let asked = std::env::var("ASYNC_KATA_REPEATS").ok();
    asked.map_or(20, |text| text.parse().expect("ASYNC_KATA_REPEATS is a number"))
}

/// Everything that a run gives, mechanics and end too, as bytes.
fn bytes(play: &Play) -> String {
    let mut sim = Sim::default();
    sim.mechanics = true;
    sim.sites = false; // milliseconds each; `explore::stuck` looks at those, twenty times
    let run = sim.run(play.run);
    format!("{:?} {:?} {} {}", run.trace, run.end, run.strays, run.untold)
}

/// A small generator with a fixed seed: which play next.
fn shuffle(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

#[test]
fn every_play_gives_the_same_bytes_each_time() {
    let plays: Vec<&Play> = scenarios::all().flat_map(|scenario| scenario.plays).collect();
    let expected: Vec<String> = plays.iter().map(|play| bytes(play)).collect();
    let (threads, repeats) = (4, repeats());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        // One thread that keeps a core busy with the same work, unobserved.
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                plays.iter().for_each(|play| drop(bytes(play)));
            }
        });
        let workers: Vec<_> = (0..threads)
            .map(|worker: u64| {
                let (plays, expected) = (&plays, &expected);
                scope.spawn(move || {
                    let mut seed = worker;
                    // Each play is drawn `repeats` times over all threads, in an order of this thread's own.
                    let share = repeats.div_ceil(4);
                    let mut deck: Vec<usize> = (0..plays.len()).flat_map(|play| vec![play; share]).collect();
                    for left in (1..=deck.len()).rev() {
                        let play = deck.swap_remove(shuffle(&mut seed) % left);
                        assert_eq!(bytes(plays[play]), expected[play], "{}", plays[play].name);
                    }
                })
            })
            .collect();
        let results: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        stop.store(true, Relaxed);
        for result in results {
            result.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
}
