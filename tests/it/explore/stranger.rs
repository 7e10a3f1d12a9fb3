//! A stranger's program: a batcher over channels, a `JoinSet` and a timeout, with a mistake that only some orders show.
//!
//! It knows nothing of this library but `seat`. What it promises: every record that is sent is in exactly one batch.

use async_kata::explore;
use async_kata::host::seat;
use std::future::Future;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

const MOST_WAIT: Duration = Duration::from_millis(10);

type Question = (u32, oneshot::Sender<bool>);

async fn validator(mut questions: mpsc::Receiver<Question>) {
    while let Some((record, answer)) = questions.recv().await {
        let _ = answer.send(record != 0);
    }
}

async fn is_valid(validator: &mpsc::Sender<Question>, record: u32) -> bool {
    let (answer, answered) = oneshot::channel();
    let _ = validator.send((record, answer)).await;
    answered.await.unwrap_or(false)
}

/// One batch, and whether the producers have gone.
type Filled = (Vec<u32>, bool);

/// The mistake: the deadline covers the validation too, and drops a record that was received and not yet answered for.
async fn fill_naive(records: &mut mpsc::Receiver<u32>, validator: &mpsc::Sender<Question>) -> Filled {
    let mut batch = Vec::new();
    let filled = timeout(MOST_WAIT, async {
        while batch.len() < 2 {
            let Some(record) = records.recv().await else { return true };
            if is_valid(validator, record).await {
                batch.push(record);
            }
        }
        false
    });
    let over = filled.await.unwrap_or(false);
    (batch, over)
}

/// The cure: the deadline covers what loses nothing when it is dropped. (`recv` is cancel-safe.)
async fn fill_fixed(records: &mut mpsc::Receiver<u32>, validator: &mpsc::Sender<Question>) -> Filled {
    let deadline = Instant::now() + MOST_WAIT;
    let mut batch = Vec::new();
    while batch.len() < 2 {
        match timeout_at(deadline, records.recv()).await {
            Err(_) => return (batch, false),
            Ok(None) => return (batch, true),
            Ok(Some(record)) if is_valid(validator, record).await => batch.push(record),
            Ok(Some(_)) => {}
        }
    }
    (batch, false)
}

/// Two producers send a record each, at the very moment of the first deadline.
async fn batches(fill: impl AsyncFn(&mut mpsc::Receiver<u32>, &mpsc::Sender<Question>) -> Filled) -> Vec<u32> {
    let (sender, mut records) = mpsc::channel(4);
    let (questions, asked) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    tasks.spawn(seat("validator", validator(asked)));
    for record in [1, 2] {
        let sender = sender.clone();
        tasks.spawn(seat(&format!("p{record}"), async move {
            tokio::time::sleep(MOST_WAIT).await;
            sender.send(record).await.unwrap();
        }));
    }
    drop(sender);
    let mut all = Vec::new();
    loop {
        let (batch, over) = fill(&mut records, &questions).await;
        all.extend(batch);
        if over {
            break;
        }
    }
    drop(questions);
    tasks.join_all().await;
    all.sort_unstable();
    all
}

fn check(
    play: impl Fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>,
) -> Result<explore::Found, explore::Failed> {
    explore::every(play).try_check(explore::finishes)
}

/// With main always first nothing fails: its timeout never loses. A check looks further, and finds it.
#[test]
fn the_planted_mistake_is_found_and_the_cure_holds_in_every_schedule() {
    let naive = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async { assert_eq!(batches(async |r, v| fill_naive(r, v).await).await, [1, 2]) })
    };
    let failed = check(naive).unwrap_err().to_string();
    let lines: Vec<&str> = failed.lines().collect();
    assert_eq!(lines[..2], ["48 of 96 schedules fail", "explored 96 schedules (complete: yes)"], "{failed}");
    for lost in ["left: [1] right: [1, 2]", "left: [2] right: [1, 2]"] {
        assert!(failed.contains(lost), "one or the other: {failed}");
    }
    let fixed = || -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async { assert_eq!(batches(async |r, v| fill_fixed(r, v).await).await, [1, 2]) })
    };
    let found = check(fixed).unwrap_or_else(|failed| panic!("{failed}"));
    assert_eq!((found.failing, found.schedules, found.complete), (0, 96, true));
}
