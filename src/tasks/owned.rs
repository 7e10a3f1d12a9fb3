//! The wait that a cancelled scope takes over for what its body owned: until those tasks have ended, it has not.

use super::life::{Life, Watch};
use super::scope;
use crate::shim::Arc;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The tasks have been asked to cancel themselves. If the scope around is being cancelled, it waits for their ends; a
/// second cancel of it cancels them a second time, as it does in asyncio, and the wait goes on.
pub(super) fn outlived_by<'a>(lives: impl Iterator<Item = &'a Arc<Life>>) {
    scope::outlive(|| Outliving { lives: lives.cloned().collect(), watch: None, again: true });
}

/// The same for a group's children: asyncio's group cancels its children once, however often it is cancelled.
pub(super) fn outlived_by_children(lives: Vec<Arc<Life>>) {
    scope::outlive(|| Outliving { lives, watch: None, again: false });
}

/// Waits for the ends of tasks, one after the other.
struct Outliving {
    /// The last one is watched now.
    lives: Vec<Arc<Life>>,
    watch: Option<Watch>,
    /// Whether being cancelled itself cancels them again.
    again: bool,
}

impl Future for Outliving {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        while let Some(life) = this.lives.last() {
            ready!(this.watch.get_or_insert_with(|| Watch::new(life.clone())).poll(cx));
            this.watch = None;
            this.lives.pop();
        }
        Poll::Ready(())
    }
}

impl Drop for Outliving {
    fn drop(&mut self) {
        if self.lives.is_empty() || !scope::is_dropping() {
            return;
        }
        let (lives, again) = (std::mem::take(&mut self.lives), self.again);
        if again {
            lives.iter().for_each(|life| life.cancel());
        }
        scope::outlive(|| Outliving { lives, watch: None, again });
    }
}
