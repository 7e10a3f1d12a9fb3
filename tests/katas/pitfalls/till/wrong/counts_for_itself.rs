//! Wrong: the shop counts what it has sold and never reads the drawer, so what lay there before is lost.

use super::given::Drawer;
use async_kata::sync::Lock;

pub struct Shop {
    pub drawer: Drawer,
    sold: Lock<u32>,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer, sold: Lock::new(0) }
    }

    pub async fn sell(&self, price: u32) {
        let mut sold = self.sold.lock().await;
        *sold += price;
        self.drawer.write(*sold).await;
    }
}
