//! Who is called when a child ends, poll by poll.

use async_kata::host::turn;
use async_kata::tasks::{Task, group, wait_for};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake};
use std::time::Duration;

/// Whoever runs the group is called when the child has really ended; and though that call panics, those who wait for the
/// child have its result.
#[test]
fn a_group_is_called_when_its_child_has_ended() {
    #[derive(Default)]
    struct Looks {
        child: Mutex<Option<Task<u8>>>,
        has_ended: AtomicBool,
    }
    impl Wake for Looks {
        fn wake(self: Arc<Self>) {
            let child = self.child.lock().unwrap();
            self.has_ended.store(child.as_ref().unwrap().is_finished(), SeqCst);
            drop(child);
            panic!("in the waker");
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let looks = Arc::new(Looks::default());
        let mut whole = Box::pin(group(async |g| {
            *looks.child.lock().unwrap() = Some(g.spawn("child", async { Ok::<_, &str>(7) }));
            Ok(())
        }));
        let waker = looks.clone().into();
        assert!(whole.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        turn().await;
        assert!(looks.has_ended.load(SeqCst));
        let child = looks.child.lock().unwrap().take().unwrap();
        assert_eq!(wait_for(Duration::from_millis(100), child).await, Ok(Ok(7)));
    });
}
