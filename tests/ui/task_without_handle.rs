//! A task runs on when its handle is dropped, so rustc asks whether that is meant.
#![deny(unused_must_use)]

use async_kata::tasks;

pub async fn play() {
    tasks::spawn("save", async {});
}
