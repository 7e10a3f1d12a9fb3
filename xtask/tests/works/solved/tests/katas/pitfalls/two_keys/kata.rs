//! An answer: everybody takes the lock of the smaller id first, and a transfer to oneself takes none.

use super::given::Account;

/// Takes `amount` from one account and puts it on the other.
pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    if from.id == to.id {
        return;
    }
    to.ask_the_bank().await;
    let (first, second) = if from.id < to.id { (from, to) } else { (to, from) };
    let first_balance = first.balance.lock().await;
    let second_balance = second.balance.lock().await;
    let (mut from_balance, mut to_balance) =
        if from.id < to.id { (first_balance, second_balance) } else { (second_balance, first_balance) };
    *from_balance -= amount;
    *to_balance += amount;
}
