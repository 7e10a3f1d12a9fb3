//! Real threads that use one primitive at once, and write down what they did and when.
//!
//! What the threads do is drawn from a fixed seed; how they meet is the machine's doing, another time differently. No
//! thread ever waits for another's call: who is pending looks a few times, and then gives up, which is a call like any
//! other. So whatever was drawn, a round ends.

use std::fmt::Debug;
use std::hint::spin_loop;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use super::checker::{Call, Spec, What, check};
use crate::bell::{Bell, bell};

/// Rounds that share their threads: beginning a thread takes longer than a round.
const BATCH: usize = 25;

/// The table at which one game is played at a time.
static TABLE: Mutex<()> = Mutex::new(());

/// How many rounds each test plays: `ASYNC_KATA_ROUNDS`, else so many that all together take few seconds.
pub(super) fn rounds() -> usize {
    asked().unwrap_or(1500)
}

fn asked() -> Option<usize> {
    std::env::var("ASYNC_KATA_ROUNDS").ok().map(|text| text.parse().expect("ASYNC_KATA_ROUNDS is a number"))
}

/// Who did not ask for a number of rounds gets no more than fit into this. Threads that meet need two cores at one moment:
/// where others want them, too, a round takes a hundred times as long.
const ENOUGH: Duration = Duration::from_millis(400);

/// Numbers that look random: xorshift.
pub(super) struct Random(u64);

impl Random {
    /// Seeds that differ in one bit begin far apart: the mixing of splitmix64.
    pub(super) fn new(round: usize, by: usize) -> Self {
        let mut mixed = (round as u64 * 64 + by as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Random((mixed ^ (mixed >> 27)) | 1)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

/// One thread's record of one round.
pub(super) struct Scribe<'a, O, R> {
    by: usize,
    clock: &'a AtomicU64,
    pub(super) random: Random,
    calls: Vec<Call<O, R>>,
    waits: Vec<Waited>,
    /// The bells of polls that were ready.
    silent: Vec<Arc<Bell>>,
}

/// A future that was polled: the bells of its pending polls, and the call that ended it.
struct Waited {
    pending: Vec<Arc<Bell>>,
    last_call: usize,
}

impl<'a, O: Copy + Debug, R: Copy + Debug> Scribe<'a, O, R> {
    fn new(round: usize, by: usize, clock: &'a AtomicU64) -> Self {
        Scribe { by, clock, random: Random::new(round, by), calls: Vec::new(), waits: Vec::new(), silent: Vec::new() }
    }

    pub(super) fn by(&self) -> usize {
        self.by
    }

    /// Does something that does not wait.
    pub(super) fn call<T>(&mut self, op: O, act: impl FnOnce() -> T, result: impl FnOnce(&T) -> R) -> T {
        let begun = self.tick();
        let got = act();
        let ended = self.tick();
        self.wrote(What::Did(op, result(&got)), begun, ended);
        got
    }

    /// Polls a few times, with a fresh waker each, and gives up if that was not enough. Sometimes gives up at once.
    pub(super) fn wait<F: Future>(&mut self, op: O, future: F, result: impl Fn(&F::Output) -> R) -> Option<F::Output> {
        let mut future = pin!(Some(future));
        let looks = self.random.below(5);
        let mut pending = Vec::new();
        for look in 0..looks {
            let (bell, waker) = bell();
            let begun = self.tick();
            let polled = future.as_mut().as_pin_mut()?.poll(&mut Context::from_waker(&waker));
            if polled.is_ready() {
                future.set(None);
            }
            let ended = self.tick();
            let first = look == 0;
            if let Poll::Ready(end) = polled {
                self.silent.push(bell);
                self.waits.push(Waited { pending, last_call: self.calls.len() });
                self.wrote(What::Looked { op, first, end: Some(result(&end)) }, begun, ended);
                return Some(end);
            }
            self.wrote(What::Looked { op, first, end: None }, begun, ended);
            self.linger(&bell);
            pending.push(bell);
        }
        let begun = self.tick();
        future.set(None);
        let ended = self.tick();
        if looks > 0 {
            self.waits.push(Waited { pending, last_call: self.calls.len() });
            self.wrote(What::GaveUp { op, called: false }, begun, ended); // `finish` finds out whether it was called.
        }
        None
    }

    /// SeqCst: nothing of a call is before its first tick or after its last.
    fn tick(&self) -> u64 {
        self.clock.fetch_add(1, SeqCst)
    }

    fn wrote(&mut self, what: What<O, R>, begun: u64, ended: u64) {
        self.calls.push(Call { by: self.by, what, begun, ended });
    }

    /// Lets others go on for a while, or until the bell rings.
    fn linger(&mut self, bell: &Bell) {
        for n in 0..self.random.below(100) {
            if bell.rings() > 0 {
                return;
            }
            if n % 16 == 15 { thread::yield_now() } else { spin_loop() }
        }
    }

    /// All threads are through, so all wakers that ever will be have been woken. Who was called was woken by the waker of
    /// its last pending poll, once; all other wakers were not, and nobody keeps any.
    fn finish(mut self) -> Vec<Call<O, R>> {
        for Waited { pending, last_call } in self.waits {
            assert!(pending.iter().all(|bell| Arc::strong_count(bell) == 1), "a waker stayed behind");
            let Some((last, old)) = pending.split_last() else { continue };
            assert!(old.iter().all(|bell| bell.rings() == 0), "an old waker was woken");
            assert!(last.rings() <= 1, "a waker was woken twice");
            let rang = last.rings() == 1;
            match &mut self.calls[last_call].what {
                What::GaveUp { called, .. } => *called = rang,
                what => assert!(rang, "nobody woke the one that was called: {what:?}"),
            }
        }
        for bell in self.silent {
            assert_eq!((Arc::strong_count(&bell), bell.rings()), (1, 0), "a poll that is ready leaves no waker");
        }
        self.calls
    }
}

/// A point that all threads pass together, each round: so that they meet in the middle of what they do.
///
/// It spins, since a thread that must be woken comes too late. A thread that panics opens it for ever.
struct Gate {
    arrived: AtomicUsize,
    threads: usize,
}

impl Gate {
    fn pass(&self, round: usize) {
        self.arrived.fetch_add(1, SeqCst);
        let mut n = 0_usize;
        while self.arrived.load(SeqCst) < self.threads * (round + 1) {
            n += 1;
            if n.is_multiple_of(64) { thread::yield_now() } else { spin_loop() }
        }
    }
}

struct OpensIfPanicking<'a>(&'a Gate);

impl Drop for OpensIfPanicking<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.arrived.store(usize::MAX / 2, SeqCst);
        }
    }
}

/// A history, as all threads wrote it.
type Written<S> = Vec<Call<<S as Spec>::Op, <S as Spec>::Result>>;

/// What a thread does in a round.
pub(super) type Play<S, T> = fn(&T, &mut Scribe<'_, <S as Spec>::Op, <S as Spec>::Result>);

/// One primitive's game: what is made anew for each round, what each thread does with it, and what is asked in the end,
/// when everybody else is through.
pub(super) struct Game<S: Spec, T, M: Fn() -> T> {
    pub(super) threads: usize,
    pub(super) spec: S,
    pub(super) make: M,
    pub(super) play: Play<S, T>,
    pub(super) end: Play<S, T>,
}

impl<S: Spec, T: Sync, M: Fn() -> T> Game<S, T, M> {
    /// Plays all rounds, and checks each.
    pub(super) fn run(&self) {
        let rounds = rounds();
        let (mut played, mut overlapping, mut time) = (0, 0, Duration::ZERO);
        for first in (0..rounds).step_by(BATCH) {
            if time > ENOUGH && asked().is_none() {
                break;
            }
            let (histories, took) = self.batch(first, BATCH.min(rounds - first));
            time += took;
            for history in histories {
                (played, overlapping) = (played + 1, overlapping + usize::from(overlap(&history)));
                check(&self.spec, &history).unwrap_or_else(|told| panic!("{told}"));
            }
        }
        eprintln!("{played} histories, {overlapping} of them with calls that overlapped");
    }

    /// The histories of some rounds, and how long it took to play them.
    fn batch(&self, first: usize, n: usize) -> (Vec<Written<S>>, Duration) {
        let play = self.play;
        let things: Vec<T> = (0..n).map(|_| (self.make)()).collect();
        let clock = AtomicU64::new(0);
        let gate = Gate { arrived: AtomicUsize::new(0), threads: self.threads };
        let player = |by| {
            let _gate = OpensIfPanicking(&gate);
            let rounds = things.iter().enumerate().map(|(nth, thing)| {
                let mut scribe = Scribe::new(first + nth, by, &clock);
                gate.pass(nth);
                play(thing, &mut scribe);
                scribe
            });
            rounds.collect::<Vec<_>>()
        };
        let player = &player;
        // One game at a time, or their threads would take turns on few cores, and hardly meet.
        let table = TABLE.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        let mut told: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads).map(|by| scope.spawn(move || player(by))).collect();
            let told = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            told.map(Vec::into_iter).collect()
        });
        let took = begun.elapsed();
        drop(table);
        let rounds = things.iter().enumerate().map(|(nth, thing)| {
            let mut last = Scribe::new(first + nth, self.threads, &clock);
            (self.end)(thing, &mut last);
            let scribes = told.iter_mut().filter_map(Iterator::next).chain([last]);
            scribes.flat_map(Scribe::finish).collect()
        });
        (rounds.collect(), took)
    }
}

/// Whether two calls were under way at one moment.
fn overlap<O, R>(history: &[Call<O, R>]) -> bool {
    let mut calls: Vec<_> = history.iter().map(|call| (call.begun, call.ended)).collect();
    calls.sort_unstable();
    calls.windows(2).any(|pair| pair[1].0 < pair[0].1)
}
