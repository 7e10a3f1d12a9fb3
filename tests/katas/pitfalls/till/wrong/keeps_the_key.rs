//! Wrong: the guard is forgotten, so its destructor never runs, and the key is never handed back.

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
        std::mem::forget(self.key.lock().await);
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
    }
}
