//! Wrong: an await of a task that has ended is thought to give a turn; its result is there, so main goes on.

pub const ORDER: &[&str] = &[
    "0 main sits down",
    "0 tea water on",
    "0 toast is brown",
    "0 radio news",
    "0 tea is ready",
    "0 main has toast",
    "0 radio weather",
    "0 main has tea",
    "0 main goes out",
];

pub const ORDERS: usize = 30;
