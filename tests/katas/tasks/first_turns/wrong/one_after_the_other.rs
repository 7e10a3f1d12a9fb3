//! Wrong: each task is thought to run to its end; at its first turn it lets the others come first.

pub const ORDER: &[&str] = &[
    "0 main sits down",
    "0 tea water on",
    "0 tea is ready",
    "0 toast is brown",
    "0 main has toast",
    "0 main has tea",
    "0 radio news",
    "0 radio weather",
    "0 main goes out",
];

pub const ORDERS: usize = 30;
