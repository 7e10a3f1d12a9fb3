//! Schedules as words: read, written, replayed; and plays that do not repeat.

use super::lost_update;
use async_kata::explore::{self, Asked, Word};
use async_kata::host::turn;
use async_kata::sim::End;
use async_kata::tasks::spawn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[test]
fn a_play_that_is_not_deterministic_is_told_so() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let names = if runs.fetch_add(1, Relaxed).is_multiple_of(2) { ["a", "b"] } else { ["a", "c"] };
        async move {
            let tasks = names.map(|name| spawn(name, turn()));
            for task in tasks {
                task.await.unwrap();
            }
        }
    };
    let error = explore::every(play).judge(|_| Ok(String::new())).unwrap_err();
    let two = ["a".into(), "b".into()];
    assert_eq!((error.step, &error.planned), (1, &Asked::Turn(two.into())));
    assert!(
        error.to_string().starts_with(
            "the play is not deterministic at step 1: before, a, b could run there; now, a, c could run there. "
        ),
        "{error}"
    );
}

#[test]
fn a_play_that_stops_early_on_replay_is_told_so_too() {
    let runs = Arc::new(AtomicUsize::new(0));
    let play = move || {
        let tasks = if runs.fetch_add(1, Relaxed) == 0 { 2 } else { 0 };
        async move {
            let tasks: Vec<_> = (0..tasks).map(|nth| spawn(&format!("t{nth}"), turn())).collect();
            for task in tasks {
                task.await.unwrap();
            }
        }
    };
    let error = explore::every(play).judge(|_| Ok(String::new())).unwrap_err();
    assert_eq!(error.found, Asked::Over);
    assert!(error.to_string().contains("; now, nobody could run there."), "{error}");
}

#[test]
fn words_are_read_as_they_are_written() {
    for text in ["", "a", "a b b a", "\"first reader\" b", "\"\" a", r#""a\"b c\\" d"#] {
        let word: Word = text.parse().unwrap();
        assert_eq!(word.to_string(), text);
        assert_eq!(word.to_string().parse::<Word>().unwrap(), word);
    }
}

#[test]
fn a_word_that_does_not_fit_says_where() {
    let explorer = explore::every(|| lost_update(&["a", "b"]));
    let unfit = |word: &str| explorer.replay(&word.parse().unwrap()).unwrap_err().to_string();
    assert_eq!(unfit("a c"), "step 2 of the word is c, but only b, a could run there");
    assert_eq!(
        unfit("a b b a a"),
        "step 5 of the word is a, but nobody could run there any more: the word is longer than the play"
    );
    // A word that is too short goes on with whoever came first.
    assert_eq!(explorer.replay(&"a".parse().unwrap()).unwrap().end, End::Done(1));
}
