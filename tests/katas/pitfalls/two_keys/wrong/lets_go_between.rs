//! Wrong: nobody ever holds two locks, so nobody stands still; but in between the money is on neither account.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    *from.balance.lock().await -= amount;
    to.ask_the_bank().await;
    *to.balance.lock().await += amount;
}
