//! What is asked of the tills: that no order of them loses a sale, and that each sale goes through the drawer.

use super::SOURCE;
use super::given::Drawer;
use super::kata::Shop;
use async_kata::host::turn;
use async_kata::kata::{Cause, Check, Wrong, every_order};
use async_kata::sim::{self, End, Run};
use async_kata::tasks::spawn;
use std::sync::Arc;

/// What the tills do: the price of each, and how many turns it comes later than the first.
type Tills = &'static [(u32, u32)];

pub fn checks() -> Vec<Check> {
    let more = "Nor is one with three tills, or at equal prices, from a drawer that is not empty.";
    vec![
        Check::new("two-tills", 3, "Two tills sell at the same time, and no sale is lost.", || {
            sells(0, &[(20, 0), (3, 0)])
        }),
        Check::new("more-tills", 1, more, || {
            sells(0, &[(100, 0), (20, 0), (3, 0)])?;
            sells(7, &[(5, 0), (5, 1)]) // the second comes later
        }),
    ]
}

/// In every order the drawer has in the end what it had and all prices, and was written once for each.
fn sells(had: u32, tills: Tills) -> Result<(), Wrong> {
    let play = move || evening(had, tills);
    let has = had + tills.iter().map(|(price, _)| price).sum::<u32>();
    let expected = format!("{has} in the drawer after {} writes, whatever the order\n", tills.len());
    let told = |wrong: Wrong| wrong.expected(expected.clone()).at(SOURCE, "fn sell");
    let found = every_order(play, "lose a sale", |run: &Run<Result<(u32, u32), String>>| match &run.end {
        End::Done(Ok((holds, writes))) if (*holds, *writes as usize) == (has, tills.len()) => Ok(()),
        End::Done(Ok((holds, writes))) => Err(format!("{holds} in the drawer after {writes} writes")),
        End::Done(Err(ended)) => Err(ended.clone()),
        other => Err(other.name().to_string()),
    });
    found.map_err(told)?;
    is_without_a_clock(&sim::run(play)).map_err(told)
}

/// What the drawer holds when all tills have sold, and how many times it was written.
async fn evening(had: u32, tills: Tills) -> Result<(u32, u32), String> {
    let shop = Arc::new(Shop::new(Drawer::with(had)));
    let sell = |((price, later), name): (&(u32, u32), &str)| {
        let (shop, price, later) = (shop.clone(), *price, *later);
        spawn(name, async move {
            for _ in 0..later {
                turn().await;
            }
            shop.sell(price).await;
        })
    };
    let selling: Vec<_> = tills.iter().zip(["north", "south", "west"]).map(sell).collect();
    for till in selling {
        till.await.map_err(|ended| ended.to_string())?;
    }
    let drawer: &Drawer = &shop.drawer; // and nothing that only looks like one
    Ok(drawer.look())
}

/// Nothing in the shop takes time. Whoever sleeps hopes that the others are ready by then.
fn is_without_a_clock<T>(run: &Run<T>) -> Result<(), Wrong> {
    let Some(ms) = run.trace.story().map(|entry| entry.ms).find(|ms| *ms > 0) else { return Ok(()) };
    let message = format!(
        "the tills are kept apart by the clock ({ms} ms), and nobody knows how long another till takes: wait for what \
         it does, not for a time"
    );
    Err(Wrong::new(Cause::Outcome, message).happened(run.trace.table().to_string()))
}
