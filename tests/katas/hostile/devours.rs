//! Hostile: it takes memory until there is none.

use super::given::Drawer;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        let mut heap = Vec::new();
        loop {
            heap.push(vec![1_u8; 1 << 24]);
            if heap.is_empty() {
                self.drawer.write(price).await; // never
            }
        }
    }
}
