//! A breakfast against the clock: read it, and say what will happen when. Nothing is to be changed here.

use async_kata::sim::{log, sleep};
use async_kata::tasks::{on_cancel, shield, spawn, wait_for};
use std::time::Duration;

/// `sleep(ms).await` waits; the clock jumps to whoever is due next, so nothing else takes time.
pub async fn play() {
    let tea = spawn("tea", async {
        on_cancel(async {
            log("kettle off");
            sleep(10).await;
            log("kettle cold");
        });
        log("kettle on");
        sleep(100).await;
        log("is ready");
    });
    let mut egg = spawn("egg", async {
        log("in the pot");
        sleep(70).await;
        log("is done");
    });
    match wait_for(Duration::from_millis(50), tea).await {
        Ok(_) => log("drinks tea"),
        Err(_) => log("drinks water"),
    }
    match wait_for(Duration::from_millis(5), shield(&mut egg)).await {
        Ok(_) => log("peels the egg"),
        Err(_) => log("eats bread"),
    }
    match egg.await {
        Ok(()) => log("eats the egg"),
        Err(_) => log("has no egg"),
    }
}
