//! Hostile: it is right, and starts a program that holds its output open for an hour.

use super::given::Drawer;
use async_kata::sync::Lock;
use std::process::Command;
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
        static START: Once = Once::new();
        START.call_once(|| drop(Command::new("sleep").arg("3600").spawn()));
        let _key = self.key.lock().await;
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
    }
}
