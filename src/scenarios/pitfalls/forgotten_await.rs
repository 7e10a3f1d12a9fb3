//! A forgotten await: the function is called, and nothing of it runs.
//!
//! Calling an async function only makes a future. Its body runs when somebody awaits the future, or when a task is made
//! of it. Where neither is done the future is dropped, and that is all: `main` goes on as if it had saved, and no error
//! says otherwise, in Python as in Rust.
//!
//! Both languages do say something, but it is only a warning. CPython prints one when it throws the coroutine away:
//! "was never awaited". rustc prints one before the program has run at all, because a future is `#[must_use]`; the play
//! expects it by name. Two neighbours of this mistake are errors to rustc: to call the future like a function, and to
//! use it as if it were its value. What it says to each stands word for word in the folder `tests/ui`.
//!
//! The cure is the `await`. Whoever does not want to wait spawns a task, which needs no await to run: it runs even when
//! its handle is dropped. It does not start inside `spawn`, but when `main` gives up its turn. (asyncio keeps only a
//! weak reference to a task, so keep one of your own there.)
//!
//! Nothing here can happen in two orders, so there is one only, and an exploration says "1 of 1".

use crate::scenarios::prelude::*;

pub(super) const SCENARIO: Scenario = Scenario {
    id: "pitfalls/forgotten-await",
    source: include_str!("forgotten_await.rs"),
    covers: &["B1", "D4", "P1", "P2"],
    plays: &[
        Play {
            name: "naive",
            claim: "The future is made and dropped: its body never runs, and nothing complains at run time.",
            order: "main finds nothing",
            ends: "done",
            run: || Box::pin(naive()),
            main: Main::Watches,
            expect: Expect { failing: 1, of: 1 },
        },
        Play {
            name: "fixed",
            claim: "The body runs where the future is awaited, not where the function is called.",
            order: "main has called, main saves, main finds it saved",
            ends: "done",
            run: || Box::pin(fixed()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 1 },
        },
        Play {
            name: "spawned",
            claim: "A task runs without an await, and without its handle: when main gives up its turn.",
            order: "main has spawned, save saves, main finds it saved",
            ends: "done",
            run: || Box::pin(spawned()),
            main: Main::Watches,
            expect: Expect { failing: 0, of: 1 },
        },
    ],
    twin: Some(include_str!("forgotten_await.py")),
    differs: &[
        Divergence {
            play: "naive",
            ours: &[],
            cpython: &["0 main said RuntimeWarning: coroutine '_save' was never awaited"],
            why: "a dropped future says nothing: rustc has warned, before anything ran",
        },
        Divergence {
            play: "spawned",
            ours: &[],
            cpython: &["0 main said TypeError: 'coroutine' object is not callable"],
            why: "rustc refuses to call a future like a function, so no program gets that far",
        },
    ],
};

async fn naive() -> Verdict {
    let saved = Arc::default();
    #[expect(unused_must_use, reason = "this is the mistake, and this lint is how rustc names it")]
    save(Arc::clone(&saved));
    judge(&saved)
}

async fn fixed() -> Verdict {
    let saved = Arc::default();
    let saving = save(Arc::clone(&saved));
    log("has called");
    saving.await;
    judge(&saved)
}

async fn spawned() -> Verdict {
    let saved = Arc::default();
    let saving = save(Arc::clone(&saved)); // `saving()` does not compile: tests/ui/future_called.rs
    drop(spawn("save", saving));
    log("has spawned");
    saved.wait().await;
    judge(&saved)
}

async fn save(saved: Arc<Event>) {
    log("saves");
    saved.set();
}

fn judge(saved: &Event) -> Verdict {
    let (said, verdict) = if saved.is_set() { ("it saved", Ok("saved")) } else { ("nothing", Err("nothing saved")) };
    log(format_args!("finds {said}"));
    verdict.map(str::to_string).map_err(str::to_string)
}
