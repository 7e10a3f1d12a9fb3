//! A metronome: counts the turns of the loop between two moments of a play.

use async_kata::host::turn;
use async_kata::sim::{self, End};
use async_kata::tasks::{Task, on_cancel, spawn, spawn_fallible};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A row's name, and its play.
pub(super) type Row = (&'static str, Play);
pub(super) type Play = fn(Marks) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// The two moments, and the metronome.
#[derive(Clone, Default)]
pub(super) struct Marks(Arc<Inner>);

#[derive(Default)]
struct Inner {
    turn: AtomicU64,
    a: AtomicU64,
    /// 0: not yet. The first time counts.
    b: AtomicU64,
}

impl Marks {
    pub(super) fn a(&self) {
        self.0.a.store(self.0.turn.load(Relaxed), Relaxed);
    }

    pub(super) fn b(&self) {
        let _ = self.0.b.compare_exchange(0, self.0.turn.load(Relaxed), Relaxed, Relaxed);
    }

    /// A task that waits for `through` is cancelled; its end is the moment b.
    pub(super) async fn cancelled(&self, through: impl Future<Output = ()> + Send + 'static) {
        let marks = self.clone();
        let task = spawn("outer", async move {
            on_cancel(async move { marks.b() }); // the first registered is the last to run
            through.await;
        });
        turns(6).await;
        self.a();
        task.cancel();
        let _ = task.await;
    }
}

/// The metronome stands first in the queue of every turn, because it was there first.
pub(super) fn measure(play: Play) -> u64 {
    let marks = Marks::default();
    let of_run = marks.clone();
    let run = sim::run(move || async move {
        let metronome = of_run.clone();
        let metronome = spawn("metronome", async move {
            loop {
                metronome.0.turn.fetch_add(1, Relaxed);
                turn().await;
            }
        });
        turn().await;
        spawn("play", play(of_run)).await.unwrap();
        metronome.cancel();
    });
    assert_eq!(run.end, End::Done(()));
    let (a, b) = (marks.0.a.load(Relaxed), marks.0.b.load(Relaxed));
    assert!(a > 0 && b > 0, "both moments came");
    b - a
}

pub(super) async fn turns(n: usize) {
    for _ in 0..n {
        turn().await;
    }
}

/// Returns a while later; that is the moment a.
pub(super) fn returns(marks: &Marks) -> impl Future<Output = Result<(), String>> + Send + use<> {
    let marks = marks.clone();
    async move {
        turns(6).await;
        marks.a();
        Ok(())
    }
}

pub(super) fn fails(marks: &Marks) -> impl Future<Output = Result<(), String>> + Send + use<> {
    let returns = returns(marks);
    async {
        returns.await?;
        Err("ValueError".into())
    }
}

pub(super) async fn for_ever() -> Result<(), String> {
    pending().await
}

pub(super) async fn ended() -> Task<Result<(), String>> {
    let task = spawn_fallible("ended", async { Ok(()) });
    turns(6).await;
    task
}

/// However `future` ends, that is the moment b: it returns, or is dropped.
pub(super) fn marked<F: Future + Send>(future: F, marks: &Marks) -> impl Future<Output = F::Output> + Send + use<F> {
    struct AtTheEnd(Marks);
    impl Drop for AtTheEnd {
        fn drop(&mut self) {
            self.0.b();
        }
    }
    let at_the_end = AtTheEnd(marks.clone());
    async move {
        let _at_the_end = at_the_end;
        future.await
    }
}

/// One waits, and what lets it go on is done: that is the moment a.
pub(super) async fn hand_over(waits: impl Future<Output = ()> + Send + 'static, act: impl FnOnce(), marks: &Marks) {
    let task = spawn("next", marked(waits, marks));
    turns(6).await;
    marks.a();
    act();
    task.await.unwrap();
}
