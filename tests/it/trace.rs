//! How a story prints.

use async_kata::trace::{Entry, Trace, What};

fn trace(entries: &[(u64, &str, What)]) -> Trace {
    entries.iter().map(|(ms, task, what)| Entry { ms: *ms, task: (*task).into(), what: what.clone() }).collect()
}

#[test]
fn the_table_has_a_column_a_task_and_no_blanks_at_the_ends() {
    let trace = trace(&[
        (0, "main", What::Started),
        (0, "a", What::Started),
        (7, "a", What::Polled),
        (1500, "a", What::Said("слова".into())),
        (1500, "a", What::Failed("boom".into())),
        (1500, "main", What::Ended),
        (1500, "b", What::LeftOver),
    ]);
    assert_eq!(
        format!("\n{}", trace.table()),
        "
  ms  main       a               b
   0  (started)  ·               ·
   0  ·          (started)       ·
1500  ·          слова           ·
1500  ·          (failed: boom)  ·
1500  (ended)    ·               ·
1500  ·          ·               (left over)
"
    );
}

#[test]
fn one_event_is_one_line_whatever_was_said() {
    let trace = trace(&[(0, "a", What::Said("two\nlines\u{1b}[31m".into()))]);
    assert_eq!(trace.order(), "a two\\nlines\\u{1b}[31m");
    assert_eq!(trace.table().lines().count(), 2);
}

#[test]
fn story_kinds_read_back_and_mechanics_do_not() {
    let story =
        [What::Started, What::Said("x".into()), What::Ended, What::Failed("y".into()), What::Cancelled, What::LeftOver];
    for what in story {
        assert!(what.is_story());
        assert_eq!(What::from_story(what.kind(), what.text()), Some(what));
    }
    for what in [
        What::Spawned(Some("main".into())),
        What::Polled,
        What::Rested,
        What::Woken(None),
        What::Holds("Lock 1".into()),
    ] {
        assert!(!what.is_story());
        assert_eq!(What::from_story(what.kind(), what.text()), None);
    }
}

#[test]
fn a_spawn_says_by_whom() {
    let by = |name: Option<&str>| What::Spawned(name.map(Into::into));
    assert_eq!((by(None).kind(), by(None).text(), by(Some("a")).text()), ("spawned", "", "a"));
    assert_eq!((by(None).to_string(), by(Some("a")).to_string()), ("(spawned)".into(), "(spawned: a)".into()));
}

#[test]
fn what_no_run_has_written_comes_from_no_line() {
    let trace = trace(&[(0, "a", What::Started), (0, "a", What::Said("x".into()))]);
    assert_eq!([0, 1, 2, usize::MAX].map(|nth| trace.site(nth)), [None; 4]);
}

#[test]
fn an_empty_trace_is_a_heading() {
    assert_eq!(Trace::default().table(), "ms\n");
    assert_eq!(Trace::default().order(), "");
}
