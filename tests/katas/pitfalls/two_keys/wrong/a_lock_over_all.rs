//! Wrong: one lock more keeps transfers apart, but not those who take the accounts' own locks and know nothing of it.

use super::given::Account;
use async_kata::sync::Lock;
use std::sync::LazyLock;

static TRANSFERS: LazyLock<Lock<()>> = LazyLock::new(|| Lock::new(()));

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    let _only_one = TRANSFERS.lock().await;
    let mut from_balance = from.balance.lock().await;
    to.ask_the_bank().await;
    let mut to_balance = to.balance.lock().await;
    *from_balance -= amount;
    *to_balance += amount;
}
