//! Wrong: the bank is asked with empty hands, so the two locks are taken in one turn, but still in opposite order.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    to.ask_the_bank().await;
    let mut from_balance = from.balance.lock().await;
    let mut to_balance = to.balance.lock().await;
    *from_balance -= amount;
    *to_balance += amount;
}
