//! Hostile: it takes a lock that it holds.

use super::given::Drawer;
use async_kata::sync::Lock;

pub struct Shop {
    pub drawer: Drawer,
    key: Lock<()>,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer, key: Lock::new(()) }
    }

    pub async fn sell(&self, price: u32) {
        let _key = self.key.lock().await;
        let _again = self.key.lock().await;
        self.drawer.write(self.drawer.read().await + price).await;
    }
}
