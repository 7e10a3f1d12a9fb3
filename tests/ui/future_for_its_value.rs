//! A future is used as if it were its value: the await is forgotten where it is needed.

async fn total() -> u32 {
    40
}

pub async fn play() -> u32 {
    total() + 2
}

pub async fn told() -> u32 {
    let total: u32 = total();
    total
}
