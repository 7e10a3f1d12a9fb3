//! Wrong: each till sleeps for a time of its own, in the hope that the others have sold by then.

use super::given::Drawer;
use async_kata::sim::sleep;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        sleep(u64::from(price) * 10).await;
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
    }
}
