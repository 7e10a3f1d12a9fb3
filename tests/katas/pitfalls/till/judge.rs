//! What is asked of the tills: that no order of them loses a sale, and that each sale goes through the drawer.

use super::SOURCE;
use super::given::Drawer;
use super::kata::Shop;
use async_kata::kata::{Check, Wrong, every_order};
use async_kata::sim::{End, Run};
use async_kata::tasks::spawn;
use std::sync::Arc;

pub fn checks() -> Vec<Check> {
    vec![
        Check::new("two-tills", 3, "Two tills sell at the same time, and no sale is lost.", || sells(&[20, 3])),
        Check::new("three-tills", 1, "Nor is one with three tills.", || sells(&[100, 20, 3])),
    ]
}

/// Each till sells at one price; in every order the drawer has them all, and was written once for each.
fn sells(prices: &'static [u32]) -> Result<(), Wrong> {
    let play = move || async move {
        let shop = Arc::new(Shop::new(Drawer::default()));
        let tills: Vec<_> = prices
            .iter()
            .zip(["north", "south", "west"])
            .map(|(price, name)| {
                let shop = shop.clone();
                spawn(name, async move { shop.sell(*price).await })
            })
            .collect();
        for till in tills {
            till.await.map_err(|ended| ended.to_string())?;
        }
        Ok::<_, String>(shop.drawer.look())
    };
    let sold = prices.iter().sum::<u32>();
    let found = every_order(play, "lose a sale", |run: &Run<Result<(u32, u32), String>>| match &run.end {
        End::Done(Ok((holds, writes))) if (*holds, *writes as usize) == (sold, prices.len()) => Ok(()),
        End::Done(Ok((holds, writes))) => Err(format!("{holds} in the drawer after {writes} writes")),
        End::Done(Err(ended)) => Err(ended.clone()),
        other => Err(other.name().to_string()),
    });
    let expected = format!("{sold} in the drawer after {} writes, whatever the order\n", prices.len());
    found.map(drop).map_err(|wrong| wrong.expected(expected).at(SOURCE, "fn sell"))
}
