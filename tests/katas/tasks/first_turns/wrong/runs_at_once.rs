//! Wrong: a task is thought to run as soon as it is spawned; it only queues up, and main goes on until it waits.

pub const ORDER: &[&str] = &[
    "0 tea water on",
    "0 toast is brown",
    "0 radio news",
    "0 main sits down",
    "0 tea is ready",
    "0 main has toast",
    "0 main has tea",
    "0 radio weather",
    "0 main goes out",
];

pub const ORDERS: usize = 30;
