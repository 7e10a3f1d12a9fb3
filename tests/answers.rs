//! The set's judgement on itself: answers are solved, stubs are caught, and no two wrong answers are told the same.
//!
//! So a kata that teaches nothing, or a verdict that says nothing, is seen here before a learner sees it. What each
//! file is told stands in `snapshots/katas`.

#[path = "answers/check.rs"]
mod check;
#[path = "answers/shim.rs"]
mod shim;
#[path = "answers/texts.rs"]
mod texts;

#[path = "katas/model/mod.rs"]
mod model;
#[macro_use]
#[path = "katas/mount.rs"]
mod mount;

use async_kata::kata::{self, Kata, Kind, Trial};

/// What the course knows of one kata: its texts, and files of which it knows how they are to be judged.
pub(crate) struct Known {
    id: &'static str,
    kind: Kind,
    /// From the workspace's folder.
    folder: &'static str,
    stub: Kata,
    answer: Kata,
    /// Each by the name that the texts call it by.
    wrong: &'static [(&'static str, Kata)],
    en: &'static str,
    uk: &'static str,
}

impl Known {
    fn variants(&self) -> impl Iterator<Item = &Kata> {
        [&self.answer, &self.stub].into_iter().chain(self.wrong.iter().map(|(_, kata)| kata))
    }
}

/// A file of the set, judged though nobody has touched it.
const fn touched(kata: Kata) -> Kata {
    Kata { stub: "", ..kata }
}

/// `answers!(mount, name, Kind, "unit/name", "unit" / "folder", { file: "the-name" in "wrong/file.rs", ... })`
///
/// `mount` is the macro that mounts the learner's file: `kata` or `kata_with_models`.
macro_rules! answers {
    ($mount:ident, $name:ident, $kind:ident, $id:literal, $unit:literal / $folder:literal,
     { $($wrong:ident: $called:literal in $file:literal,)+ }) => {
        #[path = "katas"]
        mod $name {
            use super::{Known, touched};

            $mount!(stub, $kind, concat!($id, "@stub"), $unit / $folder, "stub.rs");
            $mount!(answer, $kind, concat!($id, "@answer"), $unit / $folder, "answer.rs");
            $($mount!($wrong, $kind, concat!($id, "@", $called), $unit / $folder, $file);)+

            pub(super) const KNOWN: Known = Known {
                id: $id,
                kind: async_kata::kata::Kind::$kind,
                folder: concat!("tests/katas/", $unit, "/", $folder),
                stub: touched(stub::KATA),
                answer: touched(answer::KATA),
                wrong: &[$(($called, touched($wrong::KATA))),+],
                en: include_str!(concat!("katas/", $unit, "/", $folder, "/en.md")),
                uk: include_str!(concat!("katas/", $unit, "/", $folder, "/uk.md")),
            };
        }
    };
}

answers!(kata, first_turns, Predict, "tasks/first-turns", "tasks" / "first_turns", {
    comes_at_once: "comes-at-once" in "wrong/comes_at_once.rs",
    counts_tasks: "counts-tasks" in "wrong/counts_tasks.rs",
    each_await_is_a_turn: "each-await-is-a-turn" in "wrong/each_await_is_a_turn.rs",
    one_after_the_other: "one-after-the-other" in "wrong/one_after_the_other.rs",
    runs_at_once: "runs-at-once" in "wrong/runs_at_once.rs",
});

answers!(kata, till, Fix, "pitfalls/till", "pitfalls" / "till", {
    counts_for_itself: "counts-for-itself" in "wrong/counts_for_itself.rs",
    keeps_the_key: "keeps-the-key" in "wrong/keeps_the_key.rs",
    locks_the_write: "locks-the-write" in "wrong/locks_the_write.rs",
    sleeps_apart: "sleeps-apart" in "wrong/sleeps_apart.rs",
    waits_in_circles: "waits-in-circles" in "wrong/waits_in_circles.rs",
});

answers!(kata, two_keys, Fix, "pitfalls/two-keys", "pitfalls" / "two_keys", {
    a_lock_over_all: "a-lock-over-all" in "wrong/a_lock_over_all.rs",
    asks_first: "asks-first" in "wrong/asks_first.rs",
    asks_for_the_payer: "asks-for-the-payer" in "wrong/asks_for_the_payer.rs",
    asks_too_late: "asks-too-late" in "wrong/asks_too_late.rs",
    forgets_oneself: "forgets-oneself" in "wrong/forgets_oneself.rs",
    gives_up: "gives-up" in "wrong/gives_up.rs",
    knows_the_numbers: "knows-the-numbers" in "wrong/knows_the_numbers.rs",
    lets_go_between: "lets-go-between" in "wrong/lets_go_between.rs",
    tries_again: "tries-again" in "wrong/tries_again.rs",
});

answers!(kata, tea, Predict, "timeouts/tea", "timeouts" / "tea", {
    counts_from_the_start: "counts-from-the-start" in "wrong/counts_from_the_start.rs",
    forgets_the_tea: "forgets-the-tea" in "wrong/forgets_the_tea.rs",
    is_on_time: "is-on-time" in "wrong/is_on_time.rs",
    only_stops_waiting: "only-stops-waiting" in "wrong/only_stops_waiting.rs",
    the_shield_breaks: "the-shield-breaks" in "wrong/the_shield_breaks.rs",
});

answers!(kata_with_models, event, Build, "primitives/event", "primitives" / "event", {
    asks_is_set_again: "asks-is-set-again" in "wrong/asks_is_set_again.rs",
    drops_inside: "drops-inside" in "wrong/drops_inside.rs",
    is_relaxed: "is-relaxed" in "wrong/is_relaxed.rs",
    keeps_the_first_waker: "keeps-the-first-waker" in "wrong/keeps_the_first_waker.rs",
    locks_twice: "locks-twice" in "wrong/locks_twice.rs",
    looks_then_queues: "looks-then-queues" in "wrong/looks_then_queues.rs",
    never_leaves: "never-leaves" in "wrong/never_leaves.rs",
    one_waker: "one-waker" in "wrong/one_waker.rs",
    uses_std: "uses-std" in "wrong/uses_std.rs",
    wakes_inside: "wakes-inside" in "wrong/wakes_inside.rs",
    wakes_itself: "wakes-itself" in "wrong/wakes_itself.rs",
    wraps_another: "wraps-another" in "wrong/wraps_another.rs",
});

answers!(kata_with_models, lock, Build, "primitives/lock", "primitives" / "lock", {
    frees_too_late: "frees-too-late" in "wrong/frees_too_late.rs",
    is_relaxed: "is-relaxed" in "wrong/is_relaxed.rs",
    last_come_first_served: "last-come-first-served" in "wrong/last_come_first_served.rs",
    loses_the_cancelled: "loses-the-cancelled" in "wrong/loses_the_cancelled.rs",
    newcomer_passes: "newcomer-passes" in "wrong/newcomer_passes.rs",
    stays_in_line: "stays-in-line" in "wrong/stays_in_line.rs",
    wakes_inside: "wakes-inside" in "wrong/wakes_inside.rs",
});

/// In the order of the course.
const SET: &[Known] = &[first_turns::KNOWN, till::KNOWN, two_keys::KNOWN, tea::KNOWN, event::KNOWN, lock::KNOWN];

fn main() -> std::process::ExitCode {
    let variants: Vec<Kata> = SET.iter().flat_map(Known::variants).copied().collect();
    kata::judge_if_asked(&variants);
    let mut trials = vec![Trial::test("the list of katas is the syllabus", || check::syllabus(SET))];
    trials.push(Trial::test("the hints for every kata are in both languages", texts::common));
    trials.push(Trial::test("the book has one apostrophe", texts::the_book));
    trials.push(Trial::test("what is not the shim is seen", shim::alone));
    for known in SET {
        trials.push(Trial::test(known.id, || texts::complete(known, &check::judged(known)?)));
    }
    kata::main(&[], trials)
}
