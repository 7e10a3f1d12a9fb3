//! What is asked of the prediction: each line of it, and the number of orders, which the explorer counts.

use super::SOURCE;
use super::given::play;
use super::kata::{ORDER, ORDERS};
use async_kata::kata::{Cause, Check, Wrong, every_order, predicted};
use async_kata::sim;

// A prediction is a constant: nothing that runs the play first.
const _: (&[&str], usize) = (ORDER, ORDERS);

pub fn checks() -> Vec<Check> {
    vec![
        Check::new("order", 3, "Every line is said at its place.", || predicted(SOURCE, ORDER, &sim::run(play))),
        Check::new("orders", 1, "So many orders of the turns there are.", orders),
    ]
}

fn orders() -> Result<(), Wrong> {
    let found = every_order(play, "", |_| Ok(()))?;
    if found.schedules == ORDERS {
        return Ok(());
    }
    let message = match ORDERS {
        0 => "no number of orders is given yet, and there is at least one: the one that happens".to_string(),
        1 => "1 is the order that happens; others could have happened".to_string(),
        6 => "6 orders are those of three tasks that run without a break; two of them have two turns".to_string(),
        120 => "120 orders of five turns have those in them in which a task's second turn comes first".to_string(),
        other => format!("the explorer counts another number of orders than {other}"),
    };
    let wrong = Wrong::new(Cause::Outcome, message).at(SOURCE, "pub const ORDERS");
    Err(wrong.happened("the explorer ran them all: tea has 2 turns in each, toast 1, radio 2\n"))
}
