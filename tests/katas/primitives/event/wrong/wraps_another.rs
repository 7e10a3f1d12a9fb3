//! Wrong: it is a wrapper around the event of this very crate, so there is nothing in it that loom could look at.

/// A gate that stands open (set) or shut.
pub struct Event(r#async_kata::r#sync::Event);

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Event(r#async_kata::r#sync::Event::new())
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.is_set()
    }

    /// Opens the gate.
    pub fn set(&self) {
        self.0.set();
    }

    /// Shuts the gate.
    pub fn clear(&self) {
        self.0.clear();
    }

    /// Waits until it is set.
    pub async fn wait(&self) {
        let _ = self.0.wait().await;
    }
}
