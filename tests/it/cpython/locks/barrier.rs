//! CPython's cases of `Barrier`: full, left early, reset and broken.

use async_kata::host::turn;
use async_kata::sim::{self, End, log};
use async_kata::sync::{Barrier, BrokenBarrier};
use async_kata::tasks::{Ended, Task, spawn};
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many parties most of these cases have.
const N: usize = 5;

/// Tasks named 0, 1, .. with the same body.
fn crowd<T, F>(n: usize, barrier: &Arc<Barrier>, body: impl Fn(Arc<Barrier>) -> F) -> Vec<Task<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    (0..n).map(|nth| spawn(&nth.to_string(), body(barrier.clone()))).collect()
}

/// What each of them returned, in their order.
async fn all<T>(tasks: Vec<Task<T>>) -> Vec<T> {
    let mut outputs = Vec::new();
    for task in tasks {
        outputs.push(task.await.unwrap());
    }
    outputs
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

/// Nobody waits, and it is not broken.
fn is_as_new(barrier: &Barrier) -> bool {
    barrier.n_waiting() == 0 && !barrier.is_broken()
}

/// Whether some were let through that have not run since.
fn is_draining(barrier: &Barrier) -> bool {
    let shown = format!("{barrier:?}");
    assert!(shown.contains("n_passing: "), "it does not say: {shown}");
    !shown.contains("n_passing: 0")
}

/// `BarrierTests.test_barrier_parties`
///
/// - A barrier of no parties is refused. (One of a negative number, too: here by the compiler.)
/// - One of some parties is not.
#[test]
fn a_barrier_needs_parties() {
    assert!(catch_unwind(|| Barrier::new(0)).is_err());
    assert_eq!(Barrier::new(N).parties(), N);
}

/// `BarrierTests.test_context_manager`
///
/// - Three come to a barrier of three: each is told another number, and the numbers are 0, 1 and 2.
/// - After that nobody waits, and the barrier is not broken.
#[test]
fn each_party_has_its_number() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(3));
        let numbers = all(crowd(3, &barrier, |barrier| async move { barrier.wait().await.unwrap() })).await;
        assert_eq!(sorted(numbers), [0, 1, 2]);
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_filling_one_task`
///
/// - A barrier of one lets through whoever comes; nobody waits after that, and it is not broken.
#[test]
fn a_barrier_of_one_lets_it_through() {
    let run = sim::run(|| async {
        let barrier = Barrier::new(1);
        let other = spawn("other", async { log("has a turn") });
        assert!(barrier.wait().await.is_ok());
        log("is through");
        assert!(is_as_new(&barrier));
        other.await.unwrap();
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main is through, other has a turn");
}

/// `BarrierTests.test_filling_one_task_twice`
///
/// - Two come to a barrier of one, one after the other: each ends in its turn, with the same number, and nobody waits between
///   them or after them. It is not broken.
#[test]
fn a_barrier_of_one_lets_each_through_with_the_same_number() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(1));
        let mut numbers = Vec::new();
        for _ in 0..2 {
            let task = crowd(1, &barrier, |barrier| async move { barrier.wait().await });
            turn().await;
            assert!(task[0].is_finished());
            assert!(is_as_new(&barrier));
            numbers.extend(all(task).await);
        }
        assert!(numbers[0].is_ok() && numbers[0] == numbers[1]);
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_filling_task_by_task`
///
/// - Of three the first comes: one waits, and nobody is on the way out. The second comes: two wait, and the same.
/// - The third comes: all three end, nobody waits, and it is not broken.
#[test]
fn they_come_one_by_one() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(3));
        let mut tasks = Vec::new();
        for n_waiting in 1..=2 {
            tasks.extend(crowd(1, &barrier, |barrier| async move { barrier.wait().await }));
            turn().await;
            assert_eq!(barrier.n_waiting(), n_waiting);
            assert!(!is_draining(&barrier));
        }
        tasks.extend(crowd(1, &barrier, |barrier| async move { barrier.wait().await }));
        turn().await;
        assert_eq!(all(tasks).await, [Ok(0), Ok(1), Ok(2)]);
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_filling_tasks_wait_twice`
///
/// - All parties come twice, the second time as soon as they are through: all are through twice.
/// - After that nobody waits, and it is not broken.
#[test]
fn they_pass_twice() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks = crowd(N, &barrier, |barrier| async move {
            barrier.wait().await.unwrap();
            log(1);
            barrier.wait().await.unwrap();
            log(2);
        });
        all(tasks).await;
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
    let times = |text: &str| run.trace.order().split(", ").filter(|said| said.ends_with(text)).count();
    assert_eq!((times(" 1"), times(" 2")), (N, N));
}

/// `BarrierTests.test_filling_tasks_check_return_value`
///
/// - All parties come twice, and are through twice.
/// - The numbers of the second time are those from 0 on, each once.
/// - After that nobody waits, and it is not broken.
#[test]
fn each_party_has_its_number_in_each_round() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks =
            crowd(N, &barrier, |barrier| async move { (barrier.wait().await.is_ok(), barrier.wait().await.unwrap()) });
        let (passed, numbers): (Vec<_>, Vec<_>) = all(tasks).await.into_iter().unzip();
        assert_eq!(passed, [true; N]);
        assert_eq!(sorted(numbers), [0, 1, 2, 3, 4]);
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_draining_state`
///
/// - Each who is through sees that others are on the way out; the last sees that nobody is any more.
/// - After that nobody waits, and it is not broken.
#[test]
fn who_is_through_sees_that_others_are_on_the_way_out() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks = crowd(N, &barrier, |barrier| async move {
            barrier.wait().await.unwrap();
            log(is_draining(&barrier));
        });
        all(tasks).await;
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "4 true, 0 true, 1 true, 2 true, 3 false");
}

/// `BarrierTests.test_blocking_tasks_while_draining`
///
/// - All five are through. The first two come again at once, while the others are on the way out; the other three meet at a
///   barrier of their own before they come again.
/// - All end: those who came early waited for the next round, and the barrier of three was passed by exactly three.
#[test]
fn who_comes_while_others_leave_is_of_the_next_round() {
    let run = sim::run(|| async {
        let (barrier, others) = (Arc::new(Barrier::new(N)), Arc::new(Barrier::new(N - 2)));
        let early = Arc::new(AtomicUsize::new(0));
        let tasks = crowd(N, &barrier, |barrier| {
            let (others, early) = (others.clone(), early.clone());
            async move {
                barrier.wait().await.unwrap();
                let mut number = None;
                if early.fetch_add(1, Ordering::Relaxed) >= 2 {
                    number = Some(others.wait().await.unwrap());
                }
                barrier.wait().await.unwrap();
                number
            }
        });
        let numbers = all(tasks).await.into_iter().flatten().collect();
        assert_eq!(sorted(numbers), [0, 1, 2]);
        assert!(is_as_new(&barrier) && is_as_new(&others));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_filling_tasks_cancel_one`
///
/// - One comes, and a second: one waits, then two. The first is cancelled: one waits, and the first has ended as cancelled.
/// - A third comes: two wait. A fourth comes: the three that are left are through.
/// - After that nobody waits, and it is not broken.
#[test]
fn who_is_cancelled_has_not_come() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(3));
        let come = |name| {
            let barrier = barrier.clone();
            spawn(name, async move {
                barrier.wait().await.unwrap();
                log("is through");
            })
        };
        let first = come("a");
        turn().await;
        assert_eq!(barrier.n_waiting(), 1);
        let second = come("b");
        turn().await;
        assert_eq!(barrier.n_waiting(), 2);

        first.cancel();
        turn().await;
        assert_eq!(barrier.n_waiting(), 1);
        assert!(first.is_finished());
        assert_eq!(first.await, Err(Ended::Cancelled));

        let third = come("c");
        turn().await;
        assert_eq!(barrier.n_waiting(), 2);
        log("the last comes");
        all(vec![second, third, come("d")]).await;
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
    assert_eq!(run.trace.order(), "main the last comes, d is through, b is through, c is through");
}

/// `BarrierTests.test_reset_barrier`
///
/// - A reset of a barrier at which nobody waits leaves it as it was: nobody waits, and it is not broken.
#[test]
fn a_reset_without_anybody_changes_nothing() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(1));
        all(crowd(1, &barrier, |barrier| async move { barrier.reset() })).await;
        assert!(is_as_new(&barrier));
        assert_eq!(barrier.wait().await, Ok(0));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_reset_barrier_while_tasks_waiting`
///
/// - All but one wait; the barrier is reset: all who waited are told that it was.
/// - After that nobody waits or is on the way out, and it is not broken.
#[test]
fn a_reset_sends_away_who_waits() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks = crowd(N - 1, &barrier, |barrier| async move { barrier.wait().await });
        turn().await;
        assert_eq!(barrier.n_waiting(), N - 1);
        let reset = crowd(1, &barrier, |barrier| async move { barrier.reset() });
        assert_eq!(all(tasks).await, [Err(BrokenBarrier); N - 1]);
        all(reset).await;
        assert!(is_as_new(&barrier) && !is_draining(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_reset_barrier_while_tasks_waiting_and_waiting_again`
///
/// - All but one wait; the barrier is reset: all who waited are told that it was, and come again.
/// - One more comes, so that all are through; each of the others was told of the reset once.
/// - After that nobody waits, and it is not broken.
#[test]
fn who_was_sent_away_by_a_reset_may_come_again() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks =
            crowd(N - 1, &barrier, |barrier| async move { (barrier.wait().await, barrier.wait().await.is_ok()) });
        let reset = crowd(1, &barrier, |barrier| async move { barrier.reset() });
        turn().await;
        let last = crowd(1, &barrier, |barrier| async move { barrier.wait().await.is_ok() });
        assert_eq!(all(tasks).await, [(Err(BrokenBarrier), true); N - 1]);
        assert_eq!(all(last).await, [true]);
        all(reset).await;
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_abort_barrier`
///
/// - A barrier at which nobody waits is aborted: nobody waits, and it is broken.
#[test]
fn an_abort_breaks() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(1));
        drop(crowd(1, &barrier, |barrier| async move { barrier.abort() }));
        turn().await;
        assert_eq!(barrier.n_waiting(), 0);
        assert!(barrier.is_broken());
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_abort_barrier_when_exception`
///
/// - All are through; one of them, by its number, goes wrong and aborts the barrier, the others come again.
/// - Nobody is through a second time: all but one are told that the barrier is broken.
/// - Nobody waits, and it is broken.
#[test]
fn an_abort_sends_away_who_comes_again() {
    let run = sim::run(|| async {
        let barrier = Arc::new(Barrier::new(N));
        let tasks = crowd(N, &barrier, |barrier| async move {
            if barrier.wait().await? == N / 2 {
                barrier.abort();
                return Ok("aborts");
            }
            barrier.wait().await?;
            Ok("is through again")
        });
        let ends = all(tasks).await;
        assert_eq!(ends.iter().filter(|end| **end == Ok("aborts")).count(), 1);
        assert_eq!(ends.iter().filter(|end| **end == Err(BrokenBarrier)).count(), N - 1);
        assert_eq!(barrier.n_waiting(), 0);
        assert!(barrier.is_broken());
    });
    assert_eq!(run.end, End::Done(()));
}

/// `BarrierTests.test_abort_barrier_when_exception_then_resetting`
///
/// - As before, one goes wrong and aborts; the others are told that the barrier is broken, and none is through again.
/// - All meet at another barrier, where one of them resets the broken one, and meet there once more. Then all pass the one
///   that was broken.
/// - Nobody waits at it, and it is not broken.
#[test]
fn a_broken_barrier_that_is_reset_can_be_passed() {
    let run = sim::run(|| async {
        let (barrier, meeting) = (Arc::new(Barrier::new(N)), Arc::new(Barrier::new(N)));
        let tasks = crowd(N, &barrier, |barrier| {
            let meeting = meeting.clone();
            async move {
                let first = match barrier.wait().await.unwrap() {
                    2 => {
                        barrier.abort();
                        None
                    }
                    _ => Some(barrier.wait().await),
                };
                if meeting.wait().await.unwrap() == N / 2 {
                    barrier.reset();
                }
                meeting.wait().await.unwrap();
                (first, barrier.wait().await.is_ok())
            }
        });
        let (first, then): (Vec<_>, Vec<_>) = all(tasks).await.into_iter().unzip();
        assert_eq!(first.into_iter().flatten().collect::<Vec<_>>(), [Err(BrokenBarrier); N - 1]);
        assert_eq!(then, [true; N]);
        assert!(is_as_new(&barrier));
    });
    assert_eq!(run.end, End::Done(()));
}
