//! Money goes from one account to another, and now and then the whole bank stands still. Repair `transfer`.

use super::given::Account;

/// Takes `amount` from one account and puts it on the other. There is always enough on it.
///
/// `account.ask_the_bank().await` gives the others a turn, and must come before anything is paid into that account.
pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    let mut from_balance = from.balance.lock().await;
    to.ask_the_bank().await;
    let mut to_balance = to.balance.lock().await;
    *from_balance -= amount;
    *to_balance += amount;
}
