//! An answer: who is spawned queues up, who gives a turn queues up again, and so does who is woken.

pub const ORDER: &[&str] = &[
    "0 main sits down",
    "0 tea water on",
    "0 toast is brown",
    "0 radio news",
    "0 tea is ready",
    "0 main has toast",
    "0 main has tea",
    "0 radio weather",
    "0 main goes out",
];

/// Five turns, in 5! = 120 orders; the two of `tea` and the two of `radio` stay in theirs: 120 / 2 / 2.
pub const ORDERS: usize = 30;
