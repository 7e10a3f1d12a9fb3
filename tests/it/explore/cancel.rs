//! Cancelling a task half-way: where a cancel can strike, and what an abort hides.

use async_kata::explore::{self, Gap};
use async_kata::host::{seat, turn};
use async_kata::sim::{End, Run, sleep};
use async_kata::tasks::{Task, spawn};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Two accounts; their sum is 100, but for the moment between the two steps of a transfer.
#[derive(Default)]
struct Bank {
    from: AtomicI64,
    to: AtomicI64,
}

impl Bank {
    fn new() -> Arc<Self> {
        Arc::new(Self { from: AtomicI64::new(100), to: AtomicI64::new(0) })
    }

    fn sum(&self) -> i64 {
        self.from.load(Relaxed) + self.to.load(Relaxed)
    }
}

/// Takes, waits, gives: a commit in two steps.
async fn transfer(bank: Arc<Bank>) {
    bank.from.fetch_sub(10, Relaxed);
    turn().await;
    bank.to.fetch_add(10, Relaxed);
}

/// Time passes only when nobody can run.
async fn until_it_is_over(task: &Task<()>) {
    while !task.is_finished() {
        sleep(1).await;
    }
}

fn nothing_is_lost(run: &Run<i64>) -> Result<String, String> {
    match run.end {
        End::Done(100) => Ok("all there".into()),
        End::Done(sum) => Err(format!("the sum is {sum}")),
        ref other => Err(other.name().into()),
    }
}

/// The worker w has two polls, the killer k one. What k does is a flag and a wake; the worker drops its body on its own
/// next turn:
/// - `k w`: cancelled before it began, the body never runs;
/// - `w k w`: begun, cancelled, dropped between its steps: **10 are lost**;
/// - `w w k`: done before.
#[test]
fn a_cancel_strikes_a_two_step_commit_in_one_of_three() {
    let play = || async {
        let bank = Bank::new();
        let worker = Arc::new(spawn("w", transfer(bank.clone())));
        let killer = worker.clone();
        spawn("k", async move { killer.cancel() }).await.unwrap();
        until_it_is_over(&worker).await;
        bank.sum()
    };
    let found = explore::every(play).judge(nothing_is_lost).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (1, 3, true), "{}", found.table());
    assert_eq!(found.shortest.as_ref().unwrap().to_string(), "w k w");
    assert_eq!(explore::every(play).replay(&found.shortest.unwrap()).unwrap().end, End::Done(90));
}

/// The same by `abort`: also one of three, `k`, `w k` and `w w k`. But the drop is no turn of the worker's: tokio drops the
/// body right after the poll that aborts, so nobody is ever seen between the two, and the result says that it is not
/// complete.
#[test]
fn an_abort_strikes_as_often_but_hides_its_drop() {
    let play = || async {
        let bank = Bank::new();
        let worker = tokio::spawn(seat("w", transfer(bank.clone())));
        let killer = worker.abort_handle();
        spawn("k", async move { killer.abort() }).await.unwrap();
        let _ = worker.await;
        bank.sum()
    };
    let found = explore::every(play).judge(nothing_is_lost).unwrap();
    assert_eq!((found.failing, found.schedules), (1, 3), "{}", found.table());
    assert_eq!(found.shortest.as_ref().unwrap().to_string(), "w k");
    assert_eq!(found.gaps.iter().collect::<Vec<_>>(), [&Gap::Abort]);
    assert!(!found.complete);
}

/// Takes back what it took, unless it comes to its end.
struct Undo(Option<Arc<Bank>>);

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some(bank) = self.0.take() {
            bank.from.fetch_add(10, Relaxed);
        }
    }
}

async fn transfer_or_undo(bank: Arc<Bank>) {
    let mut undo = Undo(Some(bank.clone()));
    bank.from.fetch_sub(10, Relaxed);
    turn().await;
    bank.to.fetch_add(10, Relaxed);
    undo.0 = None;
}

/// A third task `a` reads the sum, once. The worker takes back what it took when it is dropped, so in the end all is there.
///
/// By cancel the drop is a turn of w's, and a may come before it. Of the orders of w, w, k and a: k before w begins leaves
/// w one turn, 3 orders of k, w, a; k between w's steps 4 (`w k w` with a at four places); k after both 4. **11**, and a
/// sees 90 where it stands between w's two turns: `w a k w`, `w k a w`, `w a w k`, so **3**.
#[test]
fn a_cancel_lets_others_see_what_is_not_yet_undone() {
    let play = || async {
        let bank = Bank::new();
        let worker = Arc::new(spawn("w", transfer_or_undo(bank.clone())));
        let killer = worker.clone();
        let killer = spawn("k", async move { killer.cancel() });
        let auditor = spawn("a", async move { bank.sum() });
        killer.await.unwrap();
        let seen = auditor.await.unwrap();
        until_it_is_over(&worker).await;
        seen
    };
    let found = explore::every(play).judge(nothing_is_lost).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (3, 11, true), "{}", found.table());
    assert!(explore::every(play).replay(&"w k a w".parse().unwrap()).is_ok());
}

/// By abort w has no turn after k: k first leaves 2 orders of k and a; between w's steps 3 (`w k` with a at three places);
/// after both 4. **9**, and a sees 90 in `w a k` and `w a w k`: **2**. The schedule that is missing is `w k a w`: a real
/// runtime with a second thread may let a run before the drop, and no schedule of this play shows it.
#[test]
fn an_abort_undoes_before_anybody_looks() {
    let play = || async {
        let bank = Bank::new();
        let worker = tokio::spawn(seat("w", transfer_or_undo(bank.clone()))).abort_handle();
        let killer = spawn("k", async move { worker.abort() });
        let auditor = spawn("a", async move { bank.sum() });
        killer.await.unwrap();
        auditor.await.unwrap()
    };
    let found = explore::every(play).judge(nothing_is_lost).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (2, 9, false), "{}", found.table());
    let unfit = explore::every(play).replay(&"w k a w".parse().unwrap()).unwrap_err();
    assert_eq!(
        unfit.to_string(),
        "step 4 of the word is w, but nobody could run there any more: the word is longer than the play"
    );
}
