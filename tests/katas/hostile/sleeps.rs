//! Hostile: it sleeps for an hour of real time.

use super::given::Drawer;
use std::time::Duration;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        std::thread::sleep(Duration::from_secs(3600));
        self.drawer.write(self.drawer.read().await + price).await;
    }
}
