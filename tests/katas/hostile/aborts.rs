//! Hostile: it aborts the process.

use super::given::Drawer;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        let _ = (&self.drawer, price);
        std::process::abort();
    }
}
