//! Wrong: the order is right, but whoever pays to his own account takes one lock twice, and waits for himself.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    to.ask_the_bank().await;
    let (mut from_balance, mut to_balance);
    if from.id < to.id {
        from_balance = from.balance.lock().await;
        to_balance = to.balance.lock().await;
    } else {
        to_balance = to.balance.lock().await;
        from_balance = from.balance.lock().await;
    }
    *from_balance -= amount;
    *to_balance += amount;
}
