//! An async function is called, and its future is not awaited: a warning, which this crate makes an error.
#![deny(unused_must_use)]

async fn save() {}

pub async fn play() {
    save();
}
