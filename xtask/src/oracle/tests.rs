//! The harness on small twins: that its loop is asyncio's, that its clock is virtual, and that it never hangs.

use super::interpreter::Interpreter;
use crate::out::Exit;
use serde_json::Value;
use std::fs;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Runs a twin that is written here; gives what was printed, or why not.
fn run(twin: &str) -> Result<Value, (Exit, String)> {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let name = format!("async-kata-twin-{}-{}.py", std::process::id(), LAST.fetch_add(1, Relaxed));
    let path = std::env::temp_dir().join(name);
    fs::write(&path, twin).expect("the temporary folder can be written to");
    static PYTHON: OnceLock<Interpreter> = OnceLock::new();
    let python = PYTHON.get_or_init(|| Interpreter::find(None).expect("CPython 3.12 or newer, for the oracle"));
    let printed = python.run(&path);
    let _ = fs::remove_file(&path);
    let printed = printed.map_err(|failure| (failure.exit, failure.message))?;
    Ok(serde_json::from_str(&printed).expect("the harness prints JSON"))
}

/// A play's end, and its story, an entry a line without `main`'s own begin and end.
fn play(body: &str) -> (String, Vec<String>) {
    let json = run(&format!("import asyncio, time\n\nasync def naive(log):\n{body}\n")).expect("the twin is in order");
    let play = &json["plays"]["naive"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let line = |e: &Value| format!("{} {} {} {}", e["ms"], text(&e["task"]), text(&e["kind"]), text(&e["what"]));
    let lines = play["entries"].as_array().expect("entries").iter().map(|e| line(e).trim_end().to_string());
    let story = lines.filter(|line| !line.ends_with("main started") && !line.ends_with("main ended"));
    (text(&play["end"]), story.collect())
}

/// CPython alone fires equal deadlines in the order of a heap, `0 2 6 11 10 ...`; the cure is a stable one.
#[test]
fn equal_sleeps_wake_in_the_order_in_which_they_began() {
    let body = "
    async def sleeper():
        await asyncio.sleep(0.001)
        log('awake')
    for task in [asyncio.create_task(sleeper(), name=f's{n:02}') for n in range(12)]:
        await task";
    let (end, story) = play(body);
    let awake: Vec<&String> = story.iter().filter(|line| line.ends_with("awake")).collect();
    let expected: Vec<String> = (0..12).map(|n| format!("1 s{n:02} said awake")).collect();
    assert_eq!((end.as_str(), awake), ("done", expected.iter().collect()));
}

#[test]
fn the_clock_is_virtual_and_a_blocking_sleep_moves_it() {
    let (end, story) = play(
        "
    async def ticker():
        await asyncio.sleep(3600)
        log('an hour later')
    task = asyncio.create_task(ticker(), name='ticker')
    await asyncio.sleep(0)
    time.sleep(7200)
    log('unblocked')
    await task",
    );
    assert_eq!(end, "done");
    assert_eq!(
        story,
        [
            "0 ticker started",
            "7200000 main said unblocked",
            "7200000 ticker said an hour later",
            "7200000 ticker ended"
        ]
    );
}

#[test]
fn what_would_go_on_for_ever_is_an_end() {
    let end = |body: &str| play(body).0;
    assert_eq!(end("    await asyncio.Event().wait()"), "deadlock");
    assert_eq!(end("    while True: await asyncio.sleep(0)"), "spin");
    assert_eq!(end("    while True: await asyncio.sleep(0.001)"), "horizon");
    assert_eq!(end("    while True:\n        log('again')\n        await asyncio.sleep(1)"), "flood");
    assert_eq!(end("    raise ValueError('boom')"), "failed");
}

#[test]
fn started_cancelled_and_failed_come_from_the_loop() {
    let body = "
    async def fails(): raise ValueError('boom')
    async def waits(): await asyncio.Event().wait()
    failing = asyncio.create_task(fails(), name='failing')
    waiting = asyncio.create_task(waits(), name='waiting')
    never = asyncio.create_task(waits(), name='never')
    never.cancel()
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([failing, waiting, never])";
    let expected =
        ["0 failing started", "0 failing failed ValueError: boom", "0 waiting started", "0 waiting cancelled"];
    assert_eq!(
        play(body),
        ("done".into(), expected.map(String::from).to_vec()),
        "`never` never ran, so it has no story"
    );
}

#[test]
fn a_twin_that_is_wrong_is_told_in_a_sentence() {
    let told = |twin: &str| match run(twin) {
        Err((Exit::Check, told)) => told,
        other => panic!("{other:?}"),
    };
    let unnamed = told("import asyncio\nasync def naive(log):\n    await asyncio.create_task(asyncio.sleep(0))\n");
    assert!(unnamed.contains("naive") && unnamed.contains("name"), "{unnamed}");
    let syntax = told("async def naive(log)\n    pass\n");
    assert!(!syntax.contains("Traceback"), "{syntax}");
    let parameters = told("async def naive():\n    pass\n");
    assert!(parameters.contains("log"), "{parameters}");
}

/// Twice the same bytes, from two processes.
#[test]
fn a_twin_prints_the_same_bytes_again() {
    let twin = "import asyncio\nasync def naive(log):\n    async def f(n):\n        log(str({n}))\n    \
                async with asyncio.TaskGroup() as g:\n        for n in range(9): g.create_task(f(n), name=f't{n}')\n";
    assert_eq!(run(twin), run(twin));
}
