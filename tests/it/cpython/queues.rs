//! CPython's cases of `test_queues.py`: putting, getting, giving up, joining, and shutting down.

mod basic;
mod get;
mod join;
mod put;
mod shutdown;

use async_kata::sync::Queue;
use async_kata::sync::queue::Order;
use async_kata::tasks::{Task, spawn};
use std::sync::Arc;

/// A task that gets one item.
fn getter<T: Send + 'static>(name: &str, queue: &Arc<Queue<T>>) -> Task<T> {
    let queue = queue.clone();
    spawn(name, async move { queue.get().await.unwrap() })
}

/// A task that puts one item.
fn putter<T: Send + 'static>(name: &str, queue: &Arc<Queue<T>>, item: T) -> Task<()> {
    let queue = queue.clone();
    spawn(name, async move { queue.put(item).await.unwrap() })
}

/// Whether somebody stands in line to get, and whether somebody does to put: the queue's `Debug` says so.
fn waiting<T>(queue: &Queue<T>) -> (bool, bool) {
    let shown = format!("{queue:?}");
    let says = |field: &str| {
        let (yes, no) = (shown.contains(&format!("{field}: true")), shown.contains(&format!("{field}: false")));
        assert!(yes != no, "it does not say: {shown}");
        yes
    };
    (says("waiting_to_get"), says("waiting_to_put"))
}

/// An empty queue of each order, where asyncio has a class for each.
fn each<T>(rank: fn(&T) -> i64, capacity: Option<usize>) -> [Arc<Queue<T>>; 3] {
    [Order::Oldest, Order::Newest, Order::Smallest(rank)].map(|order| Arc::new(Queue::ordered(order, capacity)))
}
