//! That the benchmark measures what it says: each workload's count, each library's contract, and the printed table.

use super::memory::{self, Weight};
use super::ratio::{Line, Peer, Score};
use super::rows::{self, Row, Workers};
use super::subjects::*;
use super::workloads::{one_worker, poll_once, ready, two_workers};
use super::{lines, table};
use std::pin::pin;

/// The workloads count by what came out (the number in the lock, the items that were got), so a library that loses one
/// is found here.
#[test]
fn every_workload_does_as_much_as_it_was_asked_to() {
    let (one, two) = (one_worker(), two_workers());
    for Row { name, workers, contenders, .. } in rows::all() {
        let runtime = if workers == Workers::Two { &two } else { &one };
        // Crowds come by the thousand, and a hundred of them give up.
        let counted = match name {
            _ if name.contains("lets 1000 go") => 1000,
            _ => 200,
        };
        for contender in contenders {
            let sample = (contender.run)(runtime, counted);
            assert_eq!(sample.done, counted, "{name}: {:?}", contender.tool);
            assert!(!sample.elapsed.is_zero() && sample.nanoseconds() > 0.0, "{name}: {:?}", contender.tool);
        }
    }
}

/// Ours first, then the base; every row has both.
#[test]
fn every_row_has_ours_and_the_base_and_nobody_twice() {
    for row in rows::all() {
        let mut tools: Vec<Tool> = row.contenders.iter().map(|contender| contender.tool).collect();
        assert_eq!(tools[..2], [Tool::AsyncKata, Tool::Tokio], "{}", row.name);
        tools.sort();
        tools.dedup();
        assert_eq!(tools.len(), row.contenders.len(), "{}", row.name);
        assert_eq!(tools.len() > 2, cfg!(feature = "peers"), "{}", row.name);
    }
}

/// Each of these primitives, by a function that is generic over its kind.
macro_rules! each {
    ($check:ident: $($subject:ident)*; $($peer:ident)*) => {
        $($check::<$subject>();)*
        #[cfg(feature = "peers")]
        {
            $($check::<$peer>();)*
        }
    };
}

/// Somebody waits, the lock is given back, and a newcomer comes before the other was polled again.
fn lock_is_as_fifo_as_it_says<L: Lock>() {
    let lock = L::new();
    let held = ready(lock.lock());
    let mut waiter = pin!(lock.lock());
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(held);
    let overtakes = poll_once(pin!(lock.lock())).is_ready();
    assert_eq!(overtakes, !L::CONTRACT.is_fifo, "the lock of {:?}", L::TOOL);
}

fn semaphore_is_as_fifo_as_it_says<S: Semaphore>() {
    let semaphore = S::new(1);
    let held = ready(semaphore.acquire());
    let mut waiter = pin!(semaphore.acquire());
    assert!(poll_once(waiter.as_mut()).is_pending());
    drop(held);
    let overtakes = poll_once(pin!(semaphore.acquire())).is_ready();
    assert_eq!(overtakes, !S::CONTRACT.is_fifo, "the semaphore of {:?}", S::TOOL);
}

#[test]
fn who_says_that_nobody_overtakes_means_it() {
    each!(lock_is_as_fifo_as_it_says: OurLock TokioLock; BandLock IntrusiveLock SmolLock FuturesLock);
    each!(semaphore_is_as_fifo_as_it_says: OurSemaphore TokioSemaphore; BandSemaphore IntrusiveSemaphore SmolSemaphore);
    each!(queue_is_as_fifo_as_it_says: OurQueue TokioQueue;
        BandQueue IntrusiveQueue SmolQueue FuturesQueue FlumeQueue KanalQueue);
}

/// A queue without room, and how many items that took. The put that found none was dropped.
fn full<Q: Queue>() -> (Q::Put, Q::Get, u64) {
    let (mut put, get) = Q::new();
    for items in 0.. {
        if poll_once(pin!(Q::put(&mut put, items))).is_pending() {
            return (put, get, items);
        }
    }
    unreachable!("every queue here is bounded")
}

/// Somebody waits to put, one item is got, and a newcomer puts.
fn queue_is_as_fifo_as_it_says<Q: Queue>() {
    let (mut put, mut get, _) = full::<Q>();
    let mut newcomer = put.clone();
    let mut waiter = pin!(Q::put(&mut put, 1000));
    assert!(poll_once(waiter.as_mut()).is_pending());
    ready(Q::get(&mut get));
    let overtakes = poll_once(pin!(Q::put(&mut newcomer, 1001))).is_ready();
    assert_eq!(overtakes, !Q::CONTRACT.is_fifo, "the queue of {:?}", Q::TOOL);
}

/// Two ways to give up after being called: a get that was handed an item, and a put that was given room.
fn queue_is_as_exact_as_it_says<Q: Queue>() {
    let (mut put, mut get) = Q::new();
    {
        let mut getter = pin!(Q::get(&mut get));
        assert!(poll_once(getter.as_mut()).is_pending());
        ready(Q::put(&mut put, 7)).expect(OPEN);
    }
    let lost = poll_once(pin!(Q::get(&mut get))).is_pending();

    let (mut put, mut get, items) = full::<Q>();
    {
        let mut putter = pin!(Q::put(&mut put, 1000));
        assert!(poll_once(putter.as_mut()).is_pending());
        ready(Q::get(&mut get));
    }
    let mut sent = false;
    while let std::task::Poll::Ready(item) = poll_once(pin!(Q::get(&mut get))) {
        sent |= item.item() >= items;
    }
    assert_eq!(!lost && !sent, Q::CONTRACT.is_exact, "the queue of {:?}: lost {lost}, sent {sent}", Q::TOOL);
}

#[test]
fn who_says_that_giving_up_changes_nothing_means_it() {
    each!(queue_is_as_exact_as_it_says: OurQueue TokioQueue;
        BandQueue IntrusiveQueue SmolQueue FuturesQueue FlumeQueue KanalQueue);
}

/// All rows, tiny: a table and its JSON.
#[test]
fn two_small_rounds_make_a_whole_table() {
    let lines = lines(&rows::all(), 2, 1000);
    let text = table::times(&lines, 2);
    for row in rows::all() {
        assert!(text.contains(row.name), "{} is not in\n{text}", row.name);
    }
    assert!(text.lines().all(|line| line == line.trim_end()), "{text}");
    assert!(text.contains(&format!("tokio {}", rows::versions()["tokio"])), "{text}");
    let json = serde_json::to_value(&lines[0]).unwrap();
    assert_eq!((&json["row"], &json["tools"][0]["tool"]), (&"lock, uncontended".into(), &"async-kata".into()));
    assert_eq!(json["tools"][1]["min_ratio"], 1.0);
    assert!(json["tools"][0]["median"].as_f64() >= json["tools"][0]["min"].as_f64());
    assert_eq!(json["best_strict_peer"].is_null(), cfg!(not(feature = "peers")));
}

fn score(tool: Tool, contract: Contract, min: f64) -> Score {
    let Contract { is_fifo, is_exact } = contract;
    let (min_ratio, median_ratio) = (min / 20.0, min / 10.0);
    Score { tool, name: tool.name(), is_fifo, is_exact, min, median: min * 2.0, min_ratio, median_ratio }
}

#[test]
fn a_table_of_fixed_numbers() {
    let barging = Contract { is_fifo: false, is_exact: true };
    let inexact = Contract { is_fifo: true, is_exact: false };
    let lines = [
        Line {
            row: "a row",
            tools: vec![
                score(Tool::AsyncKata, Contract::STRICT, 5.0),
                score(Tool::Tokio, Contract::STRICT, 20.0),
                score(Tool::Kanal, inexact, 250.0),
                score(Tool::Smol, barging, 30.0),
            ],
            best_strict_peer: Some(Peer { tool: "someone", ours: 0.5 }),
        },
        Line { row: "another", tools: vec![score(Tool::Tokio, Contract::STRICT, 20.0)], best_strict_peer: None },
    ];
    let expected = "\
The primitives. 3 rounds, interleaved.

row                                    tokio ns  async-kata   smol         kanal        ours/best
a row                                      20.0  .25/.50      1.5/3.0~     12/25!       .50 someone
another                                    20.0
";
    let text = table::times(&lines, 3);
    assert_eq!(text.split("\nRatios").next(), Some(expected));
}

#[test]
fn a_table_of_fixed_bytes() {
    let known = Weight {
        primitive: "lock",
        tool: "some tool",
        value: 72,
        heap: Some(0),
        future: 56,
        heap_per_waiter: Some(40.5),
    };
    let unknown = Weight { heap: None, heap_per_waiter: None, tool: "another", ..known };
    let text = table::memory(&[known, unknown]);
    for line in [
        "lock         some tool         72       0      56          40\n",
        "lock         another           72       ?      56           ?\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// The heap is counted exactly when the feature is on.
#[test]
fn memory_is_weighed_for_each_primitive() {
    let weights = memory::measure();
    let ours: Vec<&str> = weights.iter().filter(|w| w.tool == "async-kata").map(|w| w.primitive).collect();
    assert_eq!(ours, ["lock", "semaphore", "event", "barrier", "queue"]);
    for weight in weights {
        assert!(weight.value > 0 && weight.future > 0, "{weight:?}");
        assert_eq!(weight.heap.is_some(), cfg!(feature = "heap"), "{weight:?}");
        assert_eq!(weight.heap_per_waiter.is_some(), cfg!(feature = "heap"), "{weight:?}");
    }
}
