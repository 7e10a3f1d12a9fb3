//! How far to go: preemptions level by level, depth, schedules; and that what was found says so.

use super::{all_counted, lost_update};
use async_kata::explore::{self, Bounds, Gap};
use async_kata::host::turn;
use async_kata::tasks::spawn;

fn bounds(change: impl FnOnce(&mut Bounds)) -> Bounds {
    let mut bounds = Bounds::default();
    change(&mut bounds);
    bounds
}

/// Three tasks that add one by reading, giving way twice and writing: facts of the first prototype, counted again.
async fn three_by_two() -> usize {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    let counter = Arc::new(AtomicUsize::new(0));
    let tasks = ["a", "b", "c"].map(|name| {
        let counter = counter.clone();
        spawn(name, async move {
            let seen = counter.load(Relaxed);
            turn().await;
            turn().await;
            counter.store(seen + 1, Relaxed);
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    counter.load(Relaxed)
}

/// No preemption: the 3! orders in which each runs to its end. One: 3 tasks, 2 places to leave each of them, and so on.
#[test]
fn each_bound_on_preemptions_has_its_counts() {
    let at = |bound| {
        let bounds = bounds(|bounds| bounds.preemptions = bound);
        let found = explore::every(three_by_two).bounds(bounds).judge(all_counted(3)).unwrap();
        (found.failing, found.schedules, found.complete)
    };
    assert_eq!(at(Some(0)), (0, 6, false));
    assert_eq!(at(Some(1)), (36, 42, false));
    assert_eq!(at(Some(2)), (186, 192, false));
    assert_eq!(at(Some(3)), (546, 552, false));
    assert_eq!(at(None), (1674, 1680, true));
}

/// Level by level, until one fails: the witness has as few preemptions as can be, and the counts are that level's.
#[test]
fn deepening_stops_at_the_first_level_that_fails() {
    let found = explore::every(three_by_two).deepening(true).judge(all_counted(3)).unwrap();
    assert_eq!((found.failing, found.schedules), (36, 42));
    assert_eq!(found.bounds.preemptions, Some(1));
    let extent = "explored 42 schedules at preemption bound 1, after 6 at lower bounds, main always first (complete: no, the \
                  bound on preemptions was hit)";
    assert_eq!(found.extent(), extent);
    let word = found.shortest.unwrap().to_string();
    assert_eq!(word, "a b b b c c c a a", "one preemption: a is left in its middle, once");
}

/// Nothing fails: it ends at the level that leaves nothing out, and that is all there is.
#[test]
fn deepening_ends_when_nothing_is_left_out() {
    let play = || async {
        let pair = ["a", "b"].map(|name| spawn(name, turn()));
        for task in pair {
            task.await.unwrap();
        }
    };
    let found = explore::every(play).deepening(true).judge(explore::finishes).unwrap();
    assert_eq!((found.schedules, found.complete), (6, true));
    // a b a b has two: a is left, and b is; the last switch leaves nobody.
    assert_eq!(found.bounds.preemptions, Some(2));
    assert_eq!(found.extent(), "explored 6 schedules, after 6 at lower bounds, main always first (complete: yes)");
}

#[test]
fn deepening_keeps_to_the_other_bounds() {
    let two = bounds(|bounds| bounds.preemptions = Some(0));
    let found = explore::every(three_by_two).deepening(true).bounds(two).judge(all_counted(3)).unwrap();
    assert_eq!((found.failing, found.schedules, found.complete), (0, 6, false), "level 0 was to be the last");

    // 6 at level 0, and then 10 of the 42 of level 1: schedules count over all levels.
    let few = bounds(|bounds| bounds.schedules = 16);
    let found = explore::every(three_by_two).deepening(true).bounds(few).judge(|_| Ok(String::new())).unwrap();
    assert_eq!((found.schedules, found.bounds.preemptions), (10, Some(1)));
    assert!(found.gaps.contains(&Gap::Schedules), "{found}");
}

/// The first choices are choices; beyond, a schedule goes on with whoever came first.
#[test]
fn depth_bounds_the_choices_of_a_schedule() {
    let at = |depth| {
        let bounds = bounds(|bounds| bounds.depth = Some(depth));
        explore::every(|| lost_update(&["a", "b"])).bounds(bounds).judge(all_counted(2)).unwrap()
    };
    // Nothing is chosen; then only who begins; then also who comes second; at the fourth nobody is left to choose from.
    assert_eq!([at(0), at(1), at(2), at(3)].map(|found| found.schedules), [1, 2, 4, 6]);
    assert_eq!([at(0), at(1), at(2), at(3)].map(|found| found.complete), [false, false, false, true]);
    assert_eq!(at(1).gaps.iter().collect::<Vec<_>>(), [&Gap::Depth]);
    assert_eq!(
        at(1).extent(),
        "explored 2 schedules to a depth of 1, main always first (complete: no, the bound on depth was hit)"
    );
}

#[test]
fn the_bounds_are_as_documented() {
    let Bounds { preemptions, depth, schedules, late_ticks, .. } = Bounds::default();
    assert_eq!((preemptions, depth, schedules, late_ticks), (None, None, 100_000, 0));
}

/// The budget may end exactly where a level does: what the next would have shown was left out, and it says so.
#[test]
fn a_budget_that_ends_with_a_level_is_a_gap() {
    let search = |schedules: usize| {
        let bounds = bounds(|bounds| (bounds.preemptions, bounds.schedules) = (Some(2), schedules));
        explore::every(|| lost_update(&["a", "b"])).main_competes(false).deepening(true).bounds(bounds)
    };
    // Level 0 has two schedules, which pass; level 1 has four, of which two fail.
    for schedules in [1, 2] {
        let found = search(schedules).judge(all_counted(2)).unwrap();
        assert!(found.gaps.contains(&Gap::Schedules), "{schedules}: {found}");
        assert!(search(schedules).try_check(all_counted(2)).is_err(), "{schedules}");
    }
    assert_eq!(search(6).judge(all_counted(2)).unwrap().failing, 2);
}

/// Ticks for which no timer is armed are no schedules, so a budget of exactly as many schedules as there are left nothing out.
#[test]
fn ticks_in_vain_are_not_left_out() {
    let six = bounds(|bounds| (bounds.late_ticks, bounds.schedules) = (1, 6));
    let found = explore::every(|| lost_update(&["a", "b"])).bounds(six).judge(all_counted(2)).unwrap();
    assert_eq!((found.schedules, found.complete), (6, true), "{found}");
}
