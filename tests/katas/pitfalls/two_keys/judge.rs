//! What is asked of a transfer: that no order of several stands still, and that nobody ever sees money missing.

use super::SOURCE;
use super::given::Account;
use super::kata::transfer;
use async_kata::host::turn;
use async_kata::kata::{Check, Wrong, every_order};
use async_kata::sim::{End, Run, log};
use async_kata::tasks::spawn;
use std::sync::Arc;

pub fn checks() -> Vec<Check> {
    vec![
        Check::new(
            "opposite",
            2,
            "Two transfers in opposite directions come to their end, and each is paid.",
            opposite,
        ),
        Check::new("auditor", 2, "Whoever takes both locks in the order of the ids always sees the same sum.", auditor),
        Check::new(
            "to-oneself",
            1,
            "A transfer to the same account comes to its end, and changes nothing.",
            to_oneself,
        ),
    ]
}

/// Account 1 begins with 100, and account 2 with 50.
fn accounts() -> [Arc<Account>; 2] {
    let accounts = [(1, 100), (2, 50)].map(|(id, balance)| Arc::new(Account::new(id, balance)));
    // Locks are numbered as they are first seen: so a report of a standstill calls them Lock 1 and Lock 2.
    accounts.iter().for_each(|account| drop(account.balance.try_lock()));
    accounts
}

/// What is on them, for who comes when everybody has left.
fn holds(accounts: &[Arc<Account>; 2]) -> Result<[u32; 2], String> {
    let free = accounts.iter().all(|account| !account.balance.is_locked());
    let [one, two] = accounts.each_ref().map(|account| account.balance.try_lock().map_or(0, |balance| *balance));
    if free { Ok([one, two]) } else { Err("an account stays locked".into()) }
}

fn opposite() -> Result<(), Wrong> {
    let play = || async {
        let [one, two] = accounts();
        let both = [("there", &one, &two, 30), ("back", &two, &one, 20)].map(|(name, from, to, amount)| {
            let (from, to) = (from.clone(), to.clone());
            spawn(name, async move {
                transfer(&from, &to, amount).await;
                log(format_args!("paid {amount}"));
            })
        });
        for task in both {
            task.await.map_err(|ended| ended.to_string())?;
        }
        let asked = [one.was_asked(), two.was_asked()];
        if asked.contains(&0) {
            return Err("the bank was not asked".to_string());
        }
        holds(&[one, two])
    };
    let right = "1 has 90 and 2 has 60, whatever the order\n";
    every_order(play, "go wrong", |run| as_expected(run, [90, 60])).map(drop).map_err(|wrong| told(wrong, right))
}

fn as_expected(run: &Run<Result<[u32; 2], String>>, expected: [u32; 2]) -> Result<(), String> {
    match &run.end {
        End::Done(Ok(holds)) if *holds == expected => Ok(()),
        End::Done(Ok([one, two])) => Err(format!("1 has {one} and 2 has {two} afterwards")),
        End::Done(Err(what)) => Err(what.clone()),
        other => Err(other.name().to_string()),
    }
}

fn auditor() -> Result<(), Wrong> {
    let play = || async {
        let [one, two] = accounts();
        let back = spawn("back", {
            let (from, to) = (two.clone(), one.clone());
            async move {
                transfer(&from, &to, 20).await;
                log("paid 20");
            }
        });
        let auditor = spawn("auditor", async move {
            let one = one.balance.lock().await;
            log(format_args!("reads {} on 1", *one));
            turn().await;
            let two = two.balance.lock().await;
            log(format_args!("reads {} on 2", *two));
            *one + *two
        });
        back.await.map_err(|ended| ended.to_string())?;
        auditor.await.map_err(|ended| ended.to_string())
    };
    let sees = |run: &Run<Result<u32, String>>| match &run.end {
        End::Done(Ok(150)) => Ok(()),
        End::Done(Ok(sum)) => Err(format!("{sum} in all, of 150")),
        End::Done(Err(what)) => Err(what.clone()),
        other => Err(other.name().to_string()),
    };
    let right = "the auditor reads 150 in all, whatever the order\n";
    every_order(play, "show an auditor a wrong sum", sees).map(drop).map_err(|wrong| told(wrong, right))
}

fn to_oneself() -> Result<(), Wrong> {
    let play = || async {
        let [one, two] = accounts();
        let task = spawn("oneself", {
            let one = one.clone();
            async move {
                transfer(&one, &one, 30).await;
                log("paid 30");
            }
        });
        task.await.map_err(|ended| ended.to_string())?;
        holds(&[one, two])
    };
    let right = "1 has 100, as before\n";
    every_order(play, "go wrong", |run| as_expected(run, [100, 50])).map(drop).map_err(|wrong| told(wrong, right))
}

fn told(wrong: Wrong, expected: &str) -> Wrong {
    wrong.expected(expected).at(SOURCE, "fn transfer")
}
