//! Wrong: the second lock is asked for again and again while the first is held, so two who do it both ask for ever.

use super::given::Account;
use async_kata::host::turn;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    let mut from_balance = from.balance.lock().await;
    to.ask_the_bank().await;
    loop {
        if let Some(mut to_balance) = to.balance.try_lock() {
            *from_balance -= amount;
            *to_balance += amount;
            return;
        }
        turn().await;
    }
}
