//! Wrong: the locks are right, but the bank is asked when the money is already there.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    if from.id == to.id {
        return;
    }
    let is_first = from.id < to.id;
    let (first, second) = if is_first { (from, to) } else { (to, from) };
    let mut first_balance = first.balance.lock().await;
    let mut second_balance = second.balance.lock().await;
    let (from_balance, to_balance) = match is_first {
        true => (&mut *first_balance, &mut *second_balance),
        false => (&mut *second_balance, &mut *first_balance),
    };
    *from_balance -= amount;
    *to_balance += amount;
    drop((first_balance, second_balance));
    to.ask_the_bank().await;
}
