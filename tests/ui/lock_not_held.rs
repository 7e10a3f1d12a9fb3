//! A lock that is never taken, and one that is free again in the same line: the future is dropped, or the guard.
#![deny(unused_must_use)]

use async_kata::sync::Lock;

pub async fn play(counter: &Lock<u32>) {
    counter.lock();
    counter.lock().await;
}
