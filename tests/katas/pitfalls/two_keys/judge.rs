//! What is asked of a transfer: that no order of several stands still, and that nobody ever sees money missing.

use super::SOURCE;
use super::given::Account;
use super::kata::transfer;
use async_kata::host::turn;
use async_kata::kata::{Cause, Check, Wrong, every_order};
use async_kata::sim::{self, End, Run, log};
use async_kata::tasks::{Task, spawn};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

pub fn checks() -> Vec<Check> {
    let opposite_says = "Two transfers in opposite directions come to their end, and each is paid.";
    let auditor_says = "Whoever takes both locks in the order of the ids always sees the same sum, and each is paid.";
    let ring_says = "So do three transfers between three accounts, each to the next, whatever their ids.";
    let busy_says = "A transfer waits for an account that somebody else holds for a while, and is paid.";
    let asks_says = "When the bank is asked for the account that is paid into, nothing has been paid yet.";
    let oneself_says = "A transfer to the same account comes to its end, and changes nothing.";
    vec![
        Check::new("opposite", 2, opposite_says, opposite),
        Check::new("auditor", 2, auditor_says, auditor),
        Check::new("ring", 1, ring_says, ring),
        Check::new("busy", 1, busy_says, busy),
        Check::new("asks", 1, asks_says, asks),
        Check::new("to-oneself", 1, oneself_says, to_oneself),
    ]
}

/// Accounts, by their ids and what is on them.
fn accounts<const N: usize>(all: [(u32, u32); N]) -> [Arc<Account>; N] {
    let accounts = all.map(|(id, balance)| Arc::new(Account::new(id, balance)));
    // Locks are numbered as they are first seen: so a report of a standstill calls the first Lock 1.
    accounts.iter().for_each(|account| drop(account.balance.try_lock()));
    accounts
}

/// What is on them, for who comes when everybody has left.
fn holds<const N: usize>(accounts: &[Arc<Account>; N]) -> Result<String, String> {
    let hold = |account: &Arc<Account>| {
        let balance = account.balance.try_lock().ok_or("an account stays locked")?;
        Ok(format!("{} has {}", account.id, *balance))
    };
    accounts.iter().map(hold).collect::<Result<Vec<_>, String>>().map(|all| all.join(", "))
}

fn pays(name: &str, from: &Arc<Account>, to: &Arc<Account>, amount: u32) -> Task<()> {
    let (from, to) = (from.clone(), to.clone());
    spawn(name, async move {
        transfer(&from, &to, amount).await;
        log(format_args!("paid {amount}"));
    })
}

fn opposite() -> Result<(), Wrong> {
    let play = || async {
        let both = accounts([(1, 100), (2, 50)]);
        let [one, two] = &both;
        for task in [pays("there", one, two, 30), pays("back", two, one, 20)] {
            task.await.map_err(|ended| ended.to_string())?;
        }
        was_asked(&both)?;
        holds(&both)
    };
    in_every_order(play, "go wrong", "1 has 90, 2 has 60")
}

fn was_asked(accounts: &[Arc<Account>]) -> Result<(), String> {
    match accounts.iter().find(|account| account.was_asked() == 0) {
        Some(account) => Err(format!("the bank was not asked for {}", account.id)),
        None => Ok(()),
    }
}

/// In either direction, and with other ids: the order of the locks is theirs alone.
fn auditor() -> Result<(), Wrong> {
    audited([(2, 50), (1, 100)], "2 has 30, 1 has 120")?;
    audited([(5, 100), (8, 50)], "5 has 80, 8 has 70")
}

/// The first account pays the second, while somebody adds up what both have.
fn audited(opened: [(u32, u32); 2], expected: &'static str) -> Result<(), Wrong> {
    let play = move || async move {
        let both = accounts(opened);
        let payer = pays("payer", &both[0], &both[1], 20);
        let mut by_id = both.clone();
        by_id.sort_by_key(|account| account.id);
        let auditor = spawn("auditor", async move {
            let [smaller, greater] = by_id;
            let first = smaller.balance.lock().await;
            log(format_args!("reads {} on {}", *first, smaller.id));
            turn().await;
            let second = greater.balance.lock().await;
            log(format_args!("reads {} on {}", *second, greater.id));
            *first + *second
        });
        payer.await.map_err(|ended| ended.to_string())?;
        match auditor.await.map_err(|ended| ended.to_string())? {
            150 => holds(&both),
            sum => Err(format!("the auditor finds {sum} in all, of 150")),
        }
    };
    in_every_order(play, "go wrong while an auditor looks", expected)
}

fn ring() -> Result<(), Wrong> {
    let play = || async {
        let all = accounts([(3, 100), (7, 100), (5, 100)]);
        let [three, seven, five] = &all;
        let tasks = [pays("a", three, seven, 1), pays("b", seven, five, 20), pays("c", five, three, 3)];
        for task in tasks {
            task.await.map_err(|ended| ended.to_string())?;
        }
        was_asked(&all)?;
        holds(&all)
    };
    in_every_order(play, "go wrong", "3 has 102, 7 has 81, 5 has 117")
}

/// Somebody has only one of the two locks, the payer's or the other.
fn busy() -> Result<(), Wrong> {
    for held in [0, 1] {
        let play = move || async move {
            let both = accounts([(3, 100), (7, 50)]);
            let account = both[held].clone();
            let customer = spawn("customer", async move {
                let balance = account.balance.lock().await;
                log(format_args!("reads {} on {}", *balance, account.id));
                turn().await;
            });
            let payer = pays("payer", &both[0], &both[1], 20);
            customer.await.map_err(|ended| ended.to_string())?;
            payer.await.map_err(|ended| ended.to_string())?;
            holds(&both)
        };
        in_every_order(play, "go wrong while a customer looks", "3 has 80, 7 has 70")?;
    }
    Ok(())
}

/// Whatever holds at the moment of the question shows when the transfer is given up there, and lets go of its locks.
fn asks() -> Result<(), Wrong> {
    for [payer, paid] in [[1, 2], [7, 3]] {
        let run = sim::run(move || async move { when_it_asks(accounts([(payer, 100), (paid, 50)])).await });
        let wrong = match &run.end {
            End::Done(Ok(())) => continue,
            End::Done(Err(what)) => Wrong::new(Cause::Outcome, what.clone()),
            other => Wrong::new(Cause::of(&run.end).unwrap_or(Cause::Outcome), other.to_string()),
        };
        let expected = format!("{payer} has 100, {paid} has 50 while the bank is asked for {paid}\n");
        return Err(told(wrong.happened(run.trace.table().to_string()), expected));
    }
    Ok(())
}

/// The first account pays the second, up to the moment at which it asks.
async fn when_it_asks(both: [Arc<Account>; 2]) -> Result<(), String> {
    let before = holds(&both)?;
    let [from, to] = &both;
    let mut paying = Box::pin(transfer(from, to, 30));
    let is_over = poll_fn(|cx| match paying.as_mut().poll(cx).is_ready() {
        false if to.was_asked() == 0 => Poll::Pending,
        is_over => Poll::Ready(is_over),
    });
    let is_over = is_over.await;
    drop(paying);
    let (payer, paid) = (from.id, to.id);
    if to.was_asked() == 0 {
        return Err(match from.was_asked() {
            0 => format!("{payer} pays {paid}, and the bank is not asked at all"),
            _ => format!("{payer} pays {paid}, and the bank is asked for {payer}, which pays, not for {paid}"),
        });
    }
    match holds(&both)? {
        _ if is_over => Err(format!("{payer} pays {paid}, and does not wait for what the bank says")),
        same if same == before => Ok(()),
        other => Err(format!("when the bank is asked for {paid}, it is paid already: {other}")),
    }
}

fn to_oneself() -> Result<(), Wrong> {
    let play = || async {
        let both = accounts([(1, 100), (2, 50)]);
        pays("oneself", &both[0], &both[0], 30).await.map_err(|ended| ended.to_string())?;
        holds(&both)
    };
    in_every_order(play, "go wrong", "1 has 100, 2 has 50")
}

/// Every order ends, and leaves this.
fn in_every_order<F, Fut>(play: F, fails: &str, expected: &str) -> Result<(), Wrong>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<String, String>> + Send + 'static,
{
    let verdict = |run: &Run<Result<String, String>>| match &run.end {
        End::Done(Ok(holds)) if *holds == expected => Ok(()),
        End::Done(Ok(holds)) => Err(format!("{holds} afterwards")),
        End::Done(Err(what)) => Err(what.clone()),
        other => Err(other.name().to_string()),
    };
    let found = every_order(play, fails, verdict);
    found.map(drop).map_err(|wrong| told(wrong, format!("{expected}, whatever the order\n")))
}

fn told(wrong: Wrong, expected: String) -> Wrong {
    wrong.expected(expected).at(SOURCE, "fn transfer")
}
