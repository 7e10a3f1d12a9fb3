//! A scenario of one's own: a play with its order, written before it ran, and its counts.

use async_kata::explore;
use async_kata::scenarios::{Expect, Main, Play, Verdict, judge};
use async_kata::{host, sim, tasks};

const PLAY: Play = Play {
    name: "greets",
    claim: "Two tasks greet, in either order.",
    order: "a hello, b hello",
    ends: "done",
    run: || Box::pin(greets()),
    main: Main::Watches,
    expect: Expect { failing: 0, of: 6 },
};

async fn greets() -> Verdict {
    let pair = ["a", "b"].map(|name| {
        tasks::spawn(name, async {
            host::turn().await;
            sim::log("hello");
        })
    });
    for task in pair {
        task.await.map_err(|ended| ended.to_string())?;
    }
    Ok("both greeted".into())
}

#[test]
fn it_is_as_it_says() {
    let run = sim::run(PLAY.run);
    assert_eq!((run.end.name(), run.trace.order().as_str()), (PLAY.ends, PLAY.order));
    let found = explore::every(PLAY.run).main_competes(false).judge(|run| judge(&run.end)).unwrap();
    assert_eq!((found.failing, found.schedules), (PLAY.expect.failing, PLAY.expect.of));
}
