//! Saved in the middle of a thought.

use super::given::Account;

pub async fn transfer(from: &Account, to: &Account, amount: u32) {
    let [first, second] = if from.id < to.id { [from, to] } else { [to, from] };
    let mut one = first.balance.lock().await;
    // ::error title=all is well::a comment is no command
    *one -= amont;
}
