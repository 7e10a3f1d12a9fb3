//! The checker itself: what it must explain, and broken histories that it must refuse.

use super::checker::{Call, What, check};
use super::queue::{Answer, Next, OneByOne, Op};

type QueueCall = Call<Op, Answer>;

fn did(by: usize, op: Op, answer: Answer, begun: u64, ended: u64) -> QueueCall {
    Call { by, what: What::Did(op, answer), begun, ended }
}

fn looked(by: usize, op: Op, first: bool, end: Option<Answer>, begun: u64, ended: u64) -> QueueCall {
    Call { by, what: What::Looked { op, first, end }, begun, ended }
}

fn gave_up(by: usize, op: Op, called: bool, begun: u64, ended: u64) -> QueueCall {
    Call { by, what: What::GaveUp { op, called }, begun, ended }
}

/// A put that is done, by thread 0.
fn put(item: u32, begun: u64, ended: u64) -> QueueCall {
    did(0, Op::TryPut(item), Answer::Done, begun, ended)
}

/// A get of this item, by thread 1.
fn got(item: u32, begun: u64, ended: u64) -> QueueCall {
    did(1, Op::TryGet, Answer::Got(item), begun, ended)
}

fn is_explained(history: &[QueueCall]) -> bool {
    check(&OneByOne::new(Next::Oldest, 2), history).is_ok()
}

#[test]
fn one_call_after_the_other_is_explained_by_its_own_order_only() {
    assert!(is_explained(&[put(1, 0, 1), put(2, 2, 3), got(1, 4, 5), got(2, 6, 7)]));
    assert!(!is_explained(&[put(1, 0, 1), put(2, 2, 3), got(2, 4, 5), got(1, 6, 7)]), "out of order");
    assert!(!is_explained(&[put(1, 0, 1), got(1, 2, 3), got(1, 4, 5)]), "twice");
    assert!(!is_explained(&[got(1, 0, 1), put(1, 2, 3)]), "before it was put");
    let empty = did(1, Op::TryGet, Answer::Refused, 2, 3);
    assert!(!is_explained(&[put(1, 0, 1), empty]), "lost");
    assert!(!is_explained(&[put(1, 0, 1), put(2, 2, 3), put(3, 4, 5)]), "more than there is room for");
}

#[test]
fn calls_that_overlap_may_go_either_way() {
    let puts = [put(1, 0, 3), did(2, Op::TryPut(2), Answer::Done, 1, 2)];
    for [first, second] in [[1, 2], [2, 1]] {
        assert!(is_explained(&[puts[0], puts[1], got(first, 4, 5), got(second, 6, 7)]));
    }
    // A get that overlaps a put may come before it; one that began after it ended may not.
    let empty = |begun| did(1, Op::TryGet, Answer::Refused, begun, 9);
    assert!(is_explained(&[put(1, 0, 5), empty(4)]));
    assert!(!is_explained(&[put(1, 0, 3), empty(4)]));
}

#[test]
fn the_order_in_which_the_calls_are_listed_says_nothing() {
    assert!(is_explained(&[got(2, 6, 7), got(1, 4, 5), put(2, 2, 3), put(1, 0, 1)]));
    assert!(!is_explained(&[got(1, 6, 7), got(2, 4, 5), put(2, 2, 3), put(1, 0, 1)]));
}

#[test]
fn who_waits_first_is_called_first() {
    let waits = |by, begun| looked(by, Op::Get, true, None, begun, begun + 1);
    let gets = |by, begun| looked(by, Op::Get, false, Some(Answer::Got(1)), begun, begun + 1);
    assert!(is_explained(&[waits(1, 0), waits(2, 2), put(1, 4, 5), gets(1, 6)]));
    assert!(!is_explained(&[waits(1, 0), waits(2, 2), put(1, 4, 5), gets(2, 6)]), "overtaken");
    let newcomer = |answer| did(2, Op::TryGet, answer, 6, 7);
    assert!(is_explained(&[waits(1, 0), put(1, 4, 5), newcomer(Answer::Refused), gets(1, 8)]));
    assert!(!is_explained(&[waits(1, 0), put(1, 4, 5), newcomer(Answer::Got(1))]), "it was promised");
    assert!(!is_explained(&[waits(1, 0), put(1, 4, 5), looked(1, Op::Get, false, None, 6, 7)]), "not told");
    assert!(!is_explained(&[put(1, 0, 1), waits(1, 2)]), "it was there");
}

#[test]
fn what_is_given_up_has_no_effect() {
    let full = [put(1, 0, 1), put(2, 2, 3), looked(0, Op::Put(3), true, None, 4, 5)];
    let [a, b, waits] = full;
    let gone = |called, begun| gave_up(0, Op::Put(3), called, begun, begun + 1);
    let empty = did(1, Op::TryGet, Answer::Refused, 14, 15);
    assert!(is_explained(&[a, b, waits, gone(false, 6), got(1, 8, 9), got(2, 10, 11), empty]));
    assert!(!is_explained(&[a, b, waits, gone(false, 6), got(1, 8, 9), got(2, 10, 11), got(3, 12, 13)]), "it was put");
    // Called or not: the waker says it, and it must fit.
    assert!(is_explained(&[a, b, waits, got(1, 6, 7), gone(true, 8)]));
    assert!(!is_explained(&[a, b, waits, got(1, 6, 7), gone(false, 8)]), "called, and not woken");
    assert!(!is_explained(&[a, b, waits, gone(true, 6)]), "woken, and not called");
    // Its room is free again, and somebody else's.
    assert!(is_explained(&[a, b, waits, got(1, 6, 7), gone(true, 8), put(4, 10, 11)]));
    let refused = did(2, Op::TryPut(4), Answer::Refused, 10, 11);
    assert!(!is_explained(&[a, b, waits, got(1, 6, 7), gone(true, 8), refused]), "the promise was not given back");
}

/// The one case in which a call takes two steps: what it was promised is seen before it has taken it.
#[test]
fn a_first_look_may_be_called_before_it_takes() {
    let full = [put(1, 0, 1), put(2, 2, 3)];
    let put_late = looked(0, Op::Put(3), true, Some(Answer::Done), 4, 20);
    let refused = did(1, Op::TryPut(4), Answer::Refused, 8, 9);
    let (one_left, two_left) = (did(1, Op::Len, Answer::Len(1), 10, 11), did(1, Op::Len, Answer::Len(2), 10, 11));
    let with = |len| is_explained(&[full[0], full[1], put_late, got(1, 6, 7), refused, len]);
    assert!(with(one_left), "promised, and not yet put");
    assert!(with(two_left), "put already");
    let without = [full[0], full[1], got(1, 6, 7), refused, one_left];
    assert!(!is_explained(&without), "promised to nobody");
}

#[test]
fn what_is_refused_is_told_with_the_best_order() {
    let history = [put(1, 0, 1), put(2, 2, 3), got(2, 4, 5)];
    let told = check(&OneByOne::new(Next::Oldest, 2), &history).unwrap_err();
    let expected = "\
no order of these calls explains their answers:
   0      0..1     0: Did(TryPut(1), Done)
   1      2..3     0: Did(TryPut(2), Done)
   2      4..5         1: Did(TryGet, Got(2))
the longest order that goes: 0 1
";
    assert_eq!(told, expected);
}
