//! How many turns of the loop lie between two moments, in a plain run and on CPython: the table, row by row.
//!
//! CPython's numbers are measured: `cargo xtask oracle` runs `xtask/src/oracle/hops.py`, which has the same rows, and holds
//! them against `snapshots/tasks/hops.cpython.json`.

use super::turns::{Marks, Row, ended, fails, for_ever, hand_over, marked, returns, turns};
use async_kata::host::turn;
use async_kata::sync::{Barrier, Condition, Event, Lock, Queue, Semaphore};
use async_kata::tasks::{
    Until, as_completed, gather, gather_all, group, on_cancel, shield, spawn, spawn_fallible, to_thread, wait, wait_for,
};
use std::sync::Arc;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(1000);

/// A row: its name, and its play.
macro_rules! rows {
    ($($name:literal => |$a:ident| $play:expr;)*) => {
        &[$(($name, |$a: Marks| Box::pin(async move { $play; }))),*]
    };
}

const ONE: &[Row] = rows! {
    "turn" => |m| { m.a(); turn().await; m.b() };
    "spawn: first step" => |m| { m.a(); let mark = m.clone(); spawn("first", async move { mark.b() }).await.unwrap() };
    "task returns: who awaits it" => |m| { spawn("t", returns(&m)).await.unwrap().unwrap(); m.b() };
    "task returns: two who await it, the second" => |m| {
        let task = spawn("t", returns(&m)).shared();
        let first = spawn("first", { let task = task.clone(); async move { task.await.unwrap() } });
        let second = spawn("second", marked(async move { task.await.unwrap() }, &m));
        first.await.unwrap().unwrap();
        second.await.unwrap().unwrap()
    };
    "task that has ended: who awaits it" => |m| { let task = ended().await; m.a(); task.await.unwrap().unwrap(); m.b() };
    "cancel: the body is dropped" => |m| {
        let task = spawn("t", marked(for_ever(), &m));
        turns(6).await;
        m.a();
        task.cancel();
        turns(6).await
    };
};

const SEVERAL: &[Row] = rows! {
    "gather: last one returns" => |m| { gather([spawn_fallible("t", returns(&m))]).await.unwrap(); m.b() };
    "gather: first one fails" => |m| {
        let tasks = [spawn_fallible("bad", fails(&m)), spawn_fallible("sleeper", for_ever())];
        gather(tasks).await.unwrap_err();
        m.b()
    };
    "gather of all results: last one fails" => |m| { gather_all([spawn_fallible("t", fails(&m))]).await; m.b() };
    "gather of tasks that have ended" => |m| { let task = ended().await; m.a(); gather([task]).await.unwrap(); m.b() };
    "gather of nothing" => |m| { m.a(); gather::<(), String>([]).await.unwrap(); m.b() };
    "wait: all have ended" => |m| { wait([spawn("t", returns(&m))], Until::AllCompleted).await; m.b() };
    "wait: the first has ended" => |m| {
        wait([spawn_fallible("sleeper", for_ever()), spawn("t", returns(&m))], Until::FirstCompleted).await;
        m.b()
    };
    "wait: the first has failed" => |m| {
        wait([spawn_fallible("sleeper", for_ever()), spawn_fallible("bad", fails(&m))], Until::FirstException).await;
        m.b()
    };
    "wait for tasks that have ended" => |m| { let t = ended().await; m.a(); wait([t], Until::AllCompleted).await; m.b() };
    "as_completed: the next has ended" => |m| { as_completed([spawn("t", returns(&m))]).next().await.unwrap(); m.b() };
    "as_completed: it had ended before" => |m| {
        let task = ended().await;
        m.a();
        as_completed([task]).next().await.unwrap();
        m.b()
    };
    "shield: the task returns" => |m| { shield(&mut spawn("t", returns(&m))).await.unwrap().unwrap(); m.b() };
    "shield of a task that has ended" => |m| { let mut t = ended().await; m.a(); shield(&mut t).await.unwrap().unwrap(); m.b() };
    "wait_for: first step of a coroutine" => |m| { m.a(); wait_for(LONG, async { m.b() }).await.unwrap() };
    "wait_for: a coroutine returns" => |m| { wait_for(LONG, returns(&m)).await.unwrap().unwrap(); m.b() };
    "wait_for: a task returns" => |m| { wait_for(LONG, spawn("t", returns(&m))).await.unwrap().unwrap().unwrap(); m.b() };
    "wait_for of zero: the task that it cancels ends" => |m| {
        let mark = m.clone();
        let task = spawn("t", async move {
            on_cancel(async move { mark.a() });
            for_ever().await
        });
        turns(6).await;
        wait_for(Duration::ZERO, task).await.unwrap_err();
        m.b()
    };
    "to_thread: a function that returns at once" => |m| { m.a(); to_thread(|| ()).await.unwrap(); m.b() };
};

const GROUPS: &[Row] = rows! {
    "group: last child returns" => |m| {
        group(async |g| { g.spawn("t", returns(&m)); Ok(()) }).await.unwrap();
        m.b()
    };
    "group: all children have ended" => |m| {
        group(async |g| {
            g.spawn("t", async { Ok::<_, String>(()) });
            turns(6).await;
            m.a();
            Ok(())
        }).await.unwrap();
        m.b()
    };
    "group: child fails, the sibling is cancelled" => |m| {
        let failed = group(async |g| {
            g.spawn("bad", fails(&m));
            g.spawn("sleeper", marked(for_ever(), &m));
            Ok(())
        });
        failed.await.unwrap_err();
    };
    "group: child fails, the body is cancelled" => |m| {
        let failed = group(async |g| { g.spawn("bad", fails(&m)); marked(for_ever(), &m).await });
        failed.await.unwrap_err();
    };
    "group: only child fails, the group returns" => |m| {
        group(async |g| { g.spawn("bad", fails(&m)); Ok(()) }).await.unwrap_err();
        m.b()
    };
    "group: child fails, siblings end, the group returns" => |m| {
        let failed = group(async |g| { g.spawn("bad", fails(&m)); g.spawn("sleeper", for_ever()); Ok(()) });
        failed.await.unwrap_err();
        m.b()
    };
};

const HAND_OFFS: &[Row] = rows! {
    "Lock: free" => |m| { let lock = Lock::new(()); m.a(); drop(lock.lock().await); m.b() };
    "Lock: release to the next" => |m| {
        let lock = Arc::new(Lock::new(()));
        let held = lock.clone().lock_owned().await;
        hand_over(async move { drop(lock.lock().await) }, || drop(held), &m).await
    };
    "Semaphore: release to the next" => |m| {
        let semaphore = Arc::new(Semaphore::new(0));
        let next = semaphore.clone();
        hand_over(async move { next.acquire().await.forget() }, || semaphore.add(1), &m).await
    };
    "Event: set to who waits" => |m| {
        let event = Arc::new(Event::new());
        let waiter = event.clone();
        hand_over(async move { waiter.wait().await }, || event.set(), &m).await
    };
    "Condition: notify, the lock free at once" => |m| {
        let both = Arc::new((Lock::new(()), Condition::new()));
        let waits = both.clone();
        let waits = async move { drop(waits.1.wait(waits.0.lock().await).await) };
        let task = spawn("next", marked(waits, &m));
        turns(6).await;
        let held = both.0.lock().await;
        m.a();
        both.1.notify(1);
        drop(held);
        task.await.unwrap()
    };
    "Queue: put to who gets" => |m| {
        let queue = Arc::new(Queue::unbounded());
        let getter = queue.clone();
        hand_over(async move { getter.get().await.unwrap() }, || queue.try_put(()).unwrap(), &m).await
    };
    "Queue: get to who puts" => |m| {
        let queue = Arc::new(Queue::bounded(1));
        queue.try_put(()).unwrap();
        let putter = queue.clone();
        hand_over(async move { putter.put(()).await.unwrap() }, || queue.try_get().unwrap(), &m).await
    };
    "Queue: task_done to who joins" => |m| {
        let queue = Arc::new(Queue::unbounded());
        queue.try_put(()).unwrap();
        queue.try_get().unwrap();
        let joiner = queue.clone();
        hand_over(async move { joiner.join().await }, || queue.task_done().unwrap(), &m).await
    };
    "Barrier: the last comes, the first goes on" => |m| {
        let barrier = Arc::new(Barrier::new(2));
        let first = barrier.clone();
        let task = spawn("next", marked(async move { first.wait().await.unwrap() }, &m));
        turns(6).await;
        m.a();
        barrier.wait().await.unwrap();
        task.await.unwrap()
    };
};

/// What is cancelled goes through what it waits for.
const THROUGH: &[Row] = rows! {
    "cancel through a task: the outer one ends" => |m| {
        m.cancelled(async { spawn_fallible("inner", for_ever()).await.unwrap().unwrap() }).await
    };
    "cancel through a gather: the outer one ends" => |m| {
        m.cancelled(async {
            gather([spawn_fallible("inner", for_ever()), spawn_fallible("inner", for_ever())]).await.unwrap();
        }).await
    };
    "cancel through a group: the outer one ends" => |m| {
        m.cancelled(async { group(async |g| { g.spawn("inner", for_ever()); Ok(()) }).await.unwrap() }).await
    };
};

/// Rows that part, with CPython's number and ours. CPython's `cancel` goes through a wait at once, task by task, and comes
/// back by the callbacks of each; ours is heard by the outer task on its own turn, which drops its body and with it the
/// wait, so the inner one hears of it a turn later. That is *outer-first*; the inner one still ends before the outer one.
const APART: &[(&str, u64, u64)] =
    &[("cancel through a task: the outer one ends", 2, 3), ("cancel through a group: the outer one ends", 4, 3)];

#[test]
fn combinators_take_cpythons_number_of_turns() {
    let record = include_str!("../../../snapshots/tasks/hops.cpython.json");
    let record: serde_json::Value = serde_json::from_str(record).expect("a record of numbers");
    let mut table = String::new();
    let (mut equal, mut apart) = (0, Vec::new());
    for (name, play) in [ONE, SEVERAL, GROUPS, HAND_OFFS, THROUGH].concat() {
        let cpython = record[name].as_u64().unwrap_or_else(|| panic!("hops.py has no row {name}"));
        let ours = super::turns::measure(play);
        table.push_str(&format!("{name:<52} {cpython:>8} {ours:>6}\n"));
        if ours == cpython { equal += 1 } else { apart.push((name, cpython, ours)) }
    }
    println!("{:<52} {:>8} {:>6}\n{table}", "turns of the loop", "CPython", "ours");
    println!("{equal} of {} rows are equal", equal + apart.len());
    assert_eq!(apart, APART, "the rows that part are others than those declared");
    assert_eq!(equal + apart.len(), record.as_object().map_or(0, serde_json::Map::len), "hops.py has other rows");
}
