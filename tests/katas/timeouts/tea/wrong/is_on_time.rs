//! Wrong: main is thought to go on at its deadline; it waits for the clean-up first, which takes 10 ms.

pub const ORDER: &[&str] = &[
    "0 tea kettle on",
    "0 egg in the pot",
    "50 tea kettle off",
    "50 main drinks water",
    "55 main eats bread",
    "60 tea kettle cold",
    "70 egg is done",
    "70 main eats the egg",
];

pub const NEVER: &[&str] = &["tea is ready", "main drinks tea", "main peels the egg", "main has no egg"];
