//! A future is called like a function, which does not start it.

async fn save() {}

pub async fn play() {
    let saving = save();
    saving();
}
