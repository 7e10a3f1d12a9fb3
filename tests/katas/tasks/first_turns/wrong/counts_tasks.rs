//! Wrong: the order is right, but the orders of three whole tasks are counted, not those of their five turns.

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

pub const ORDERS: usize = 6;
