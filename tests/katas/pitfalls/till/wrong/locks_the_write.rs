//! Wrong: the lock is taken after the read, so what was read may be old before it is written back.

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
        let before = self.drawer.read().await;
        let _key = self.key.lock().await;
        self.drawer.write(before + price).await;
    }
}
