//! Hostile: what it puts away panics, and panics again while that is put away.

use super::given::Drawer;

pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    pub async fn sell(&self, price: u32) {
        let _first = Trap;
        let _second = Trap;
        self.drawer.write(self.drawer.read().await + price).await;
    }
}

struct Trap;

impl Drop for Trap {
    fn drop(&mut self) {
        panic!("in a destructor");
    }
}
