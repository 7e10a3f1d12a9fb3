//! Hostile: it takes stdout in a thread of its own and never gives it back.

use super::given::Drawer;
use std::sync::mpsc;
use std::thread;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        let (send, taken) = mpsc::channel();
        thread::spawn(move || {
            let stdout = std::io::stdout().lock();
            let _ = send.send(());
            thread::park();
            drop(stdout);
        });
        let _ = taken.recv();
        self.drawer.write(self.drawer.read().await + price).await;
    }
}
