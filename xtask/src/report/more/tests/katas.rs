//! The katas: worth, state and cause, as this copy remembers them.

use super::Copy;
use crate::report::more::katas::Kata;
use std::fs;

fn till(copy: &Copy) -> (Kata, usize, bool) {
    let katas = copy.gather().katas.whole();
    let till = katas.katas.into_iter().find(|kata| kata.id == "pitfalls/till").unwrap();
    (till, katas.solved, katas.remembers)
}

#[test]
fn a_kata_is_open_edited_or_as_it_was_judged() {
    let copy = Copy::new();
    let memory = ".kata/progress.json";
    let work = "tests/katas/pitfalls/till/kata.rs";
    copy.change(work, |_| fs::read_to_string(copy.0.join("tests/katas/pitfalls/till/stub.rs")).unwrap());
    let (kata, _, remembers) = till(&copy);
    assert_eq!((kata.state.as_str(), kata.points, remembers), ("open", Some(4), true));
    assert_eq!((kata.title.en.as_str(), kata.title.uk.as_str()), ("Two tills, one drawer", "Дві каси й одна шухляда"));
    assert_eq!((kata.kind.as_str(), kata.kind_title.uk.as_str()), ("fix", "виправити"));

    copy.change(work, |stub| format!("{stub}\nfn more() {{}}\n"));
    let (kata, solved, _) = till(&copy);
    assert_eq!((kata.state.as_str(), kata.cause, solved), ("edited", None, 0));

    let print = crate::kata::print_in(&copy.0, "pitfalls/till");
    let judged = |state: &str, cause: &str| {
        format!(
            r#"{{"schema_version":1,"katas":{{"pitfalls/till":{{"fingerprint":"{print}","state":"{state}","cause":{cause}}}}}}}"#
        )
    };
    copy.change(memory, |_| judged("wrong", "\"deadlock\""));
    let (kata, solved, _) = till(&copy);
    assert_eq!((kata.state.as_str(), kata.cause.as_deref(), solved), ("wrong", Some("deadlock"), 0));
    assert_eq!(kata.cause_title.unwrap().uk, "взаємне блокування");
    copy.change(memory, |_| judged("solved", "null"));
    let (kata, solved, _) = till(&copy);
    assert_eq!((kata.state.as_str(), kata.cause, solved), ("solved", None, 1));
}

/// A report only looks: it leaves an unreadable memory where it is, for who asks `kata` next.
#[test]
fn an_unreadable_memory_is_said_and_left() {
    let copy = Copy::new();
    copy.change(".kata/progress.json", |_| "[".into());
    assert!(!till(&copy).2);
    assert_eq!(fs::read_to_string(copy.0.join(".kata/progress.json")).unwrap(), "[");
}

#[test]
fn without_a_record_of_its_answer_nobody_knows_what_it_is_worth() {
    let copy = Copy::new();
    fs::remove_file(copy.0.join("snapshots/katas/pitfalls/till.snap")).unwrap();
    assert_eq!(till(&copy).0.points, None);
}
