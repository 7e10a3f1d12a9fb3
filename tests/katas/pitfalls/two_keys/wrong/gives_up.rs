//! Wrong: the second lock is only tried, and if somebody has it the transfer is over, and nothing was paid.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    if from.id == to.id {
        return;
    }
    to.ask_the_bank().await;
    let (first, second) = if from.id < to.id { (from, to) } else { (to, from) };
    let mut first_balance = first.balance.lock().await;
    let Some(mut second_balance) = second.balance.try_lock() else { return };
    let is_first = from.id == first.id;
    let (from_balance, to_balance) = match is_first {
        true => (&mut *first_balance, &mut *second_balance),
        false => (&mut *second_balance, &mut *first_balance),
    };
    *from_balance -= amount;
    *to_balance += amount;
}
