//! An ordinary function cannot wait: await belongs inside an async one.

async fn save() {}

pub fn play() {
    save().await;
}
