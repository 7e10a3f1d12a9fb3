//! Hostile: it is right, and prints a megabyte, the last line without its end.

use super::given::Drawer;
use async_kata::sync::Lock;
use std::sync::Once;

pub struct Shop {
    pub drawer: Drawer,
    key: Lock<()>,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer, key: Lock::new(()) }
    }

    pub async fn sell(&self, price: u32) {
        static SHOUT: Once = Once::new();
        SHOUT.call_once(|| (0..16_384).for_each(|n| println!("{n:063}")));
        print!("half a line");
        let _key = self.key.lock().await;
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
    }
}
