//! An answer: the deadline cancels the tea, which cleans up before main goes on; the egg has a shield.

pub const ORDER: &[&str] = &[
    "0 tea kettle on",
    "0 egg in the pot",
    "50 tea kettle off",
    "60 tea kettle cold",
    "60 main drinks water",
    "65 main eats bread",
    "70 egg is done",
    "70 main eats the egg",
];

pub const NEVER: &[&str] = &["tea is ready", "main drinks tea", "main peels the egg", "main has no egg"];
