//! Tasks that another thread spawns and waits for: asyncio's `run_coroutine_threadsafe`, which is tokio's `Handle` here.
//!
//! A run has one thread, so these stand on a runtime of their own, and what they assert is the result.

use async_kata::host::turn;
use async_kata::tasks::{self, Elapsed, Ended, wait_for};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// Runs `act` on another thread, with the handle of a runtime that drives its tasks meanwhile; gives back what it returns.
fn on_another_thread<T: Send + 'static>(act: impl FnOnce(Handle) -> T + Send + 'static) -> T {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let handle = runtime.handle().clone();
    let (tell, told) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        // Told also when it panics: the sender is dropped then, and the runtime does not wait for ever.
        let _ = tell.send(act(handle));
    });
    let result = runtime.block_on(told);
    thread.join().expect("the thread's own assertions hold");
    result.expect("it has told")
}

async fn product(a: u32, b: u32) -> u32 {
    turn().await;
    a * b
}

/// `RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe`
///
/// - a thread hands work to the loop of another, waits, and has the product.
#[test]
fn a_thread_has_the_value_of_a_task_elsewhere() {
    let product = on_another_thread(|handle| {
        let _runtime = handle.enter();
        let task = tasks::spawn("work", product(6, 7));
        handle.block_on(async { task.await })
    });
    assert_eq!(product, Ok(42));
}

/// `RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_exception`
///
/// - the work fails: the thread has the failure, with its words.
#[test]
fn a_thread_has_the_failure_of_a_task_elsewhere() {
    let failed = on_another_thread(|handle| {
        let _runtime = handle.enter();
        let task =
            tasks::spawn_fallible("work", async { if product(6, 7).await == 42 { Err("fails") } else { Ok(()) } });
        handle.block_on(async { task.await })
    });
    assert_eq!(failed, Ok(Err("fails")));
}

/// `RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_with_timeout`
///
/// - the thread has no time to wait: that is an error for it;
/// - the work is cancelled, and nothing of it is left.
#[test]
fn a_thread_that_cannot_wait_cancels_the_task() {
    let (late, left) = on_another_thread(|handle| {
        let _runtime = handle.enter();
        let held = Arc::new(());
        let inside = held.clone();
        let task = tasks::spawn("work", async move {
            let _inside = inside;
            std::future::pending::<u32>().await
        });
        let late = handle.block_on(async { wait_for(Duration::ZERO, task).await });
        (late, Arc::strong_count(&held) - 1)
    });
    assert_eq!((late, left), (Err(Elapsed), 0));
}

/// `RunCoroutineThreadsafeTests.test_run_coroutine_threadsafe_task_cancelled`
///
/// - the work cancels itself: the thread hears that it was cancelled, and has no product.
#[test]
fn a_thread_hears_that_a_task_elsewhere_was_cancelled() {
    let ended = on_another_thread(|handle| {
        let _runtime = handle.enter();
        let (give, given) = oneshot::channel::<tasks::Shared<u32>>();
        let task = tasks::spawn("work", async {
            let me = given.await.expect("its own handle");
            me.cancel();
            turn().await;
            product(6, 7).await
        });
        let task = task.shared();
        assert!(give.send(task.clone()).is_ok());
        handle.block_on(async { task.await })
    });
    assert_eq!(ended, Err(Ended::Cancelled));
}
