//! Two tills sell from one drawer, and now and then the drawer has less than was sold. Repair `sell`.

use super::given::Drawer;

/// What the tills share. `drawer.read().await` and `drawer.write(n).await` each give the others a turn.
pub struct Shop {
    pub drawer: Drawer,
}

impl Shop {
    /// A shop with this drawer.
    pub fn new(drawer: Drawer) -> Self {
        Shop { drawer }
    }

    /// Puts the price into the drawer.
    pub async fn sell(&self, price: u32) {
        let before = self.drawer.read().await;
        self.drawer.write(before + price).await;
    }
}
