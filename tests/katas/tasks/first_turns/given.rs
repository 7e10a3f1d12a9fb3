//! A morning of three tasks and `main`: read it, and say what it will do. Nothing is to be changed here.

use async_kata::host::turn;
use async_kata::sim::log;
use async_kata::tasks::spawn;

/// `spawn` makes a task, `log` says something in the name of the task that runs, `turn().await` gives others a turn.
pub async fn play() {
    let tea = spawn("tea", async {
        log("water on");
        turn().await;
        log("is ready");
    });
    let toast = spawn("toast", async {
        log("is brown");
    });
    let radio = spawn("radio", async {
        log("news");
        turn().await;
        log("weather");
    });
    log("sits down");
    toast.await.unwrap();
    log("has toast");
    tea.await.unwrap();
    log("has tea");
    radio.await.unwrap();
    log("goes out");
}
