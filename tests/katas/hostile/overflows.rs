//! Hostile: it calls itself until the stack is full.

use super::given::Drawer;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        self.drawer.write(deeper(u64::from(price)) as u32).await;
    }
}

fn deeper(n: u64) -> u64 {
    let kept = [n; 64];
    if n == u64::MAX { 0 } else { deeper(n + 1) + std::hint::black_box(kept)[(n % 64) as usize] }
}
