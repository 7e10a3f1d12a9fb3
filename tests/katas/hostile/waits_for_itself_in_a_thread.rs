//! Hostile: it takes a lock of threads that it holds, where no runtime can see it.

use super::given::Drawer;
use std::sync::Mutex;

pub struct Shop {
    pub drawer: Drawer,
    key: Mutex<()>,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer, key: Mutex::new(()) }
    }

    pub async fn sell(&self, price: u32) {
        let _key = self.key.lock();
        drop(self.key.lock());
        let _ = price;
    }
}
