//! Every law holds for our primitives, and this is how far each was looked at.

use std::fmt::Write;

use async_kata::conformance::{Law, laws};
use async_kata::sync::{Event, Lock};

/// A line a law: its name, and how far it was looked at.
fn extents(laws: &[Law]) -> String {
    laws.iter().fold(String::new(), |mut text, law| {
        let extent = (law.run)().unwrap_or_else(|broken| panic!("{}\n{broken}", law.says));
        let _ = writeln!(text, "{:32} {extent}", law.name);
        text
    })
}

/// How many schedules there are changes with the laws' plays, and with what a poll of ours is worth, and with nothing
/// else.
#[test]
fn every_law_of_an_event_holds() {
    let extents = extents(&laws::event::all::<Event>());
    assert_eq!(
        extents,
        "\
is_set_tells                     polled by hand
a_set_event_does_not_wait        polled by hand
an_event_that_is_not_set_waits   polled by hand
set_wakes_everybody              polled by hand
set_lets_through_though_cleared  polled by hand
clear_is_for_later               polled by hand
set_twice_is_set_once            polled by hand
no_wake_up_is_lost               explored 66 schedules
who_is_cancelled_is_forgotten    explored 124 schedules, 4 cuts
the_last_waker_counts            polled by hand
a_wait_does_not_spin             polled by hand
wakers_are_let_go                polled by hand
"
    );
}

#[test]
fn every_law_of_a_lock_holds() {
    let extents = extents(&laws::lock::all::<Lock<()>>());
    assert_eq!(
        extents,
        "\
a_free_lock_is_had_at_once       polled by hand
try_lock_takes_what_is_free      polled by hand
an_unlock_hands_on               polled by hand
one_holds_it_at_a_time           explored 32 schedules
no_wake_up_is_lost               explored 40 schedules
first_come_first_served          polled by hand
no_newcomer_passes               explored 36 schedules
no_try_lock_passes               polled by hand
no_poll_out_of_turn              polled by hand
who_is_cancelled_leaves_no_hole  explored 82 schedules, 4 cuts
a_call_is_passed_on              polled by hand
the_first_may_leave              polled by hand
the_last_waker_counts            polled by hand
a_wait_does_not_spin             polled by hand
wakers_are_let_go                polled by hand
"
    );
}
