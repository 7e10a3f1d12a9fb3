//! Wrong: main is thought to go on the moment its task ends; it is woken, and queues up behind who waited before.

pub const ORDER: &[&str] = &[
    "0 main sits down",
    "0 tea water on",
    "0 toast is brown",
    "0 main has toast",
    "0 radio news",
    "0 tea is ready",
    "0 main has tea",
    "0 radio weather",
    "0 main goes out",
];

pub const ORDERS: usize = 30;
