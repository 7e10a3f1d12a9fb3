//! Wrong: a flag is asked again and again instead of waited for; who is polled first for ever starves the rest.

use super::given::Drawer;
use async_kata::host::turn;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

pub struct Shop {
    pub drawer: Drawer,
    is_busy: AtomicBool,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer, is_busy: AtomicBool::new(false) }
    }

    pub async fn sell(&self, price: u32) {
        while self.is_busy.swap(true, Relaxed) {
            turn().await;
        }
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
        self.is_busy.store(false, Relaxed);
    }
}
