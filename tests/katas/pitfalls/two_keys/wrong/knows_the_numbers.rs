//! Wrong: the lock of account 1 is first, which orders no other two accounts.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    if from.id == to.id {
        return;
    }
    to.ask_the_bank().await;
    let is_first = from.id == 1;
    let (first, second) = if is_first { (from, to) } else { (to, from) };
    let mut first_balance = first.balance.lock().await;
    let mut second_balance = second.balance.lock().await;
    let (from_balance, to_balance) = match is_first {
        true => (&mut *first_balance, &mut *second_balance),
        false => (&mut *second_balance, &mut *first_balance),
    };
    *from_balance -= amount;
    *to_balance += amount;
}
